package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

// maxSarif is how many results GitHub shows of one run; more are counted in a notification.
const maxSarif = 5000

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	ColumnKind  string            `json:"columnKind"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID         string         `json:"id"`
	Short      sarifMessage   `json:"shortDescription"`
	Full       *sarifMessage  `json:"fullDescription,omitempty"`
	Help       *sarifMarkdown `json:"help,omitempty"`
	Default    sarifLevel     `json:"defaultConfiguration"`
	Properties sarifTags      `json:"properties"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifTags struct {
	Tags     []string `json:"tags"`
	Severity string   `json:"security-severity"`
}

type sarifMessage struct {
	Text Text `json:"text"`
}

type sarifMarkdown struct {
	Text     Text   `json:"text"`
	Markdown string `json:"markdown"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level   string       `json:"level"`
	Message sarifMessage `json:"message"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Kind         string             `json:"kind"`
	Level        string             `json:"level"`
	Message      sarifMessage       `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Properties   sarifProperties    `json:"properties"`
}

type sarifProperties struct {
	Severity string `json:"security-severity"`
	Stage    Text   `json:"stage,omitzero"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
	EndLine   int `json:"endLine"`
}

type sarifLogical struct {
	Name Text   `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification Text   `json:"justification"`
}

// SARIF writes version 2.1.0. Every result has a location with a relative URI, since GitHub refuses the whole
// file for one without; undecided checks are kind review; waived findings are suppressed with their reason.
func SARIF(w io.Writer, r *Report) error {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{"Plumbline", r.Version, []sarifRule{}}},
		ColumnKind: "utf16CodeUnits", Results: []sarifResult{}, Invocations: []sarifInvocation{{Successful: true}},
	}
	index := r.sarifRules(&run)
	left := 0
	for i := range r.Findings {
		f := r.Findings[i]
		if f.Verdict == policies.Pass || f.Verdict == policies.NotApplicable {
			continue
		}
		if len(run.Results) == maxSarif {
			left++
			continue
		}
		run.Results = append(run.Results, r.sarifResult(f, index[f.Policy]))
	}
	note := func(level string, text Text) {
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNotification{level, sarifMessage{text}})
	}
	for _, g := range r.Gaps {
		note("warning", Untrusted("gap: "+g.Where.JSON()+": "+g.Why.JSON()))
	}
	for _, p := range r.Problems {
		note("error", Untrusted(strings.TrimPrefix(p.Policy+": "+p.Why.JSON(), ": ")))
	}
	if left > 0 {
		note("warning", Untrusted(fmt.Sprintf("%s results are not listed here, only the first %s", thousands(left), thousands(maxSarif))))
	}
	return writeJSON(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// sarifRules adds the policies that occur, by ID, and gives their positions.
func (r *Report) sarifRules(run *sarifRun) map[string]int {
	var ids []string
	seen := map[string]bool{}
	for _, f := range r.Findings {
		if !seen[f.Policy] && f.Verdict != policies.Pass && f.Verdict != policies.NotApplicable {
			seen[f.Policy] = true
			ids = append(ids, f.Policy)
		}
	}
	slices.Sort(ids)
	index := map[string]int{}
	for i, id := range ids {
		index[id] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(id, r.Policies[id]))
	}
	return index
}

func sarifRuleOf(id string, m policies.Meta) sarifRule {
	title := m.Title
	if title == "" {
		title = id
	}
	rule := sarifRule{ID: id, Short: sarifMessage{Untrusted(title)}, Default: sarifLevel{sarifLevelOf(m.Severity)},
		Properties: sarifTags{[]string{}, securitySeverity(m.Severity)}}
	tags := append(append(append([]string{}, m.Requirements...), m.Controls...), m.Pillars...)
	rule.Properties.Tags = append(rule.Properties.Tags, tags[:min(len(tags), 10)]...)
	if m.Description != "" {
		rule.Full = &sarifMessage{Untrusted(oneLine(strings.TrimSpace(m.Description)))}
	}
	if m.Remediation != "" {
		text := Untrusted(oneLine(strings.TrimSpace(m.Remediation)))
		rule.Help = &sarifMarkdown{text, text.MarkdownText()}
	}
	return rule
}

func (r *Report) sarifResult(f *Finding, index int) sarifResult {
	file, line, end := r.location(f)
	out := sarifResult{
		RuleID: f.Policy, RuleIndex: index, Kind: "fail", Level: sarifLevelOf(f.Severity), Message: sarifMessage{Untrusted(f.Resource.JSON() + ": " + f.Message.JSON())},
		Fingerprints: map[string]string{"plumb/v1": f.Fingerprint}, Properties: sarifProperties{securitySeverity(f.Severity), f.Stage},
	}
	name := f.Resource.JSON()
	if !f.Root.Empty() {
		name = f.Root.JSON() + ":" + name
	}
	out.Locations = []sarifLocation{{sarifPhysical{sarifArtifact{Untrusted(file).URI()}, sarifRegion{line, end}}, []sarifLogical{{Untrusted(name), "resource"}}}}
	switch f.Verdict {
	case policies.Undecided:
		out.Kind, out.Level = "review", "note"
		out.Message.Text = Untrusted(f.Resource.JSON() + ": undecided: " + lacksRaw(f))
	case policies.Waived:
		out.Suppressions = []sarifSuppression{{"external", Text{}}}
		if f.Waiver != nil {
			out.Suppressions[0].Justification = f.Waiver.Reason
		}
	}
	return out
}

func sarifLevelOf(s policies.Severity) string {
	switch s {
	case policies.Critical, policies.High:
		return "error"
	case policies.Medium:
		return "warning"
	}
	return "note"
}

// securitySeverity is the number that GitHub turns into its own four words.
func securitySeverity(s policies.Severity) string {
	switch s {
	case policies.Critical:
		return "9.5"
	case policies.High:
		return "8.0"
	case policies.Medium:
		return "5.5"
	}
	return "2.5"
}
