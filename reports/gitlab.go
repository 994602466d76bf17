package reports

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

type gitlabIssue struct {
	Description Text           `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  Text        `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// GitLab writes a Code Quality report. Undecided checks are in it as info.
func GitLab(w io.Writer, r *Report) error {
	out := []gitlabIssue{}
	for i := range r.Findings {
		f := r.Findings[i]
		issue := gitlabIssue{CheckName: f.Policy, Fingerprint: f.Fingerprint, Severity: gitlabSeverity(f.Severity)}
		text := f.Resource.JSON() + ": "
		switch f.Verdict {
		case policies.Fail:
			text += f.Message.JSON()
		case policies.Undecided:
			sum := sha256.Sum256([]byte("undecided\x00" + f.Fingerprint))
			text += "undecided: " + lacksRaw(f)
			issue.Severity, issue.Fingerprint = "info", hex.EncodeToString(sum[:16])
		default:
			continue
		}
		file, line, _ := r.location(f)
		issue.Description, issue.Location = Untrusted(text), gitlabLocation{Untrusted(file), gitlabLines{line}}
		out = append(out, issue)
	}
	return writeJSON(w, out)
}

// lacksRaw is lacks for outputs with an encoder of their own.
func lacksRaw(f *Finding) string {
	if len(f.Missing) == 0 {
		return f.Message.JSON()
	}
	m := f.Missing[0]
	why := cmp.Or(m.Why.JSON(), "not known")
	if m.Path.Empty() || strings.HasPrefix(m.Path.JSON(), "_") {
		return why
	}
	return m.Path.JSON() + ": " + why
}

func gitlabSeverity(s policies.Severity) string {
	switch s {
	case policies.Critical:
		return "blocker"
	case policies.High:
		return "critical"
	case policies.Medium:
		return "major"
	case policies.Low:
		return "minor"
	}
	return "info"
}
