package reports

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

// ocsfVersion is the version of the Open Cybersecurity Schema Framework that events are written in.
const ocsfVersion = "1.8.0"

type ocsfEvent struct {
	ActivityID   int              `json:"activity_id"`
	ActivityName string           `json:"activity_name"`
	CategoryName string           `json:"category_name"`
	CategoryUID  int              `json:"category_uid"`
	ClassName    string           `json:"class_name"`
	ClassUID     int              `json:"class_uid"`
	TypeName     string           `json:"type_name"`
	TypeUID      int              `json:"type_uid"`
	Time         int64            `json:"time"` // milliseconds of the epoch
	Severity     string           `json:"severity"`
	SeverityID   int              `json:"severity_id"`
	Status       string           `json:"status"`
	StatusID     int              `json:"status_id"`
	StatusDetail *Text            `json:"status_detail,omitempty"`
	Message      Text             `json:"message"`
	Metadata     ocsfMetadata     `json:"metadata"`
	FindingInfo  ocsfFindingInfo  `json:"finding_info"`
	Compliance   ocsfCompliance   `json:"compliance"`
	Remediation  *ocsfRemediation `json:"remediation,omitempty"`
	Resources    []ocsfResource   `json:"resources"`
	Cloud        *ocsfCloud       `json:"cloud,omitempty"`
	Unmapped     map[string]any   `json:"unmapped"`
}

type ocsfMetadata struct {
	Version  string      `json:"version"`
	Product  ocsfProduct `json:"product"`
	Profiles []string    `json:"profiles,omitempty"`
	UID      string      `json:"uid"`
}

type ocsfProduct struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor_name"`
	Version string `json:"version"`
}

type ocsfFindingInfo struct {
	UID      string       `json:"uid"`
	Title    Text         `json:"title"`
	Desc     Text         `json:"desc"`
	Types    []string     `json:"types"`
	Analytic ocsfAnalytic `json:"analytic"`
}

type ocsfAnalytic struct {
	Name   string `json:"name"`
	UID    string `json:"uid"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

type ocsfCompliance struct {
	Control      string   `json:"control,omitempty"`
	Requirements []string `json:"requirements,omitempty"`
	Standards    []string `json:"standards"`
	Status       string   `json:"status"`
	StatusID     int      `json:"status_id"`
	Details      []Text   `json:"status_details,omitempty"`
}

type ocsfRemediation struct {
	Desc Text `json:"desc"`
}

type ocsfResource struct {
	UID    Text           `json:"uid"`
	Name   Text           `json:"name"`
	Type   string         `json:"type"`
	Region *Text          `json:"region,omitempty"`
	Labels []Text         `json:"labels,omitempty"`
	Data   map[string]any `json:"data,omitempty"`
}

type ocsfCloud struct {
	Provider string      `json:"provider"`
	Region   *Text       `json:"region,omitempty"`
	Account  ocsfAccount `json:"account"`
}

type ocsfAccount struct {
	UID    Text   `json:"uid"`
	Type   string `json:"type"`
	TypeID int    `json:"type_id"`
}

// OCSF writes each finding as a Compliance Finding (class 2003), one event a line and one at a time.
func OCSF(w io.Writer, r *Report) error {
	b := bufio.NewWriter(w) // it keeps the first error for Flush
	for _, f := range r.Findings {
		line, err := json.Marshal(r.ocsf(f))
		if err != nil {
			return fmt.Errorf("encoding ocsf: %w", err)
		}
		b.Write(escapeJSON(line))
		b.WriteByte('\n')
	}
	return b.Flush()
}

func (r *Report) ocsf(f *Finding) ocsfEvent {
	m := r.Policies[f.Policy]
	e := ocsfEvent{
		ActivityID: 1, ActivityName: "Create", CategoryName: "Findings", CategoryUID: 2, ClassName: "Compliance Finding", ClassUID: 2003,
		TypeName: "Compliance Finding: Create", TypeUID: 200301, Time: r.moment().UnixMilli(), Message: f.Message,
		Metadata:    ocsfMetadata{Version: ocsfVersion, Product: ocsfProduct{"Plumbline", "Plumbline", r.Version}, UID: f.Fingerprint},
		FindingInfo: ocsfFindingInfo{UID: f.Fingerprint, Title: Untrusted(oneLine(cmp.Or(m.Title, f.Policy))), Desc: Untrusted(oneLine(cmp.Or(m.Description, m.Title))), Types: []string{"Compliance"}, Analytic: ocsfAnalytic{f.Policy, f.Policy, "Rule", 1}},
		Compliance:  ocsfCompliance{Control: first(f.Controls), Requirements: f.Requirements, Standards: []string{"Plumbline reference architecture"}},
		Resources:   []ocsfResource{ocsfResourceOf(f)},
		Unmapped:    map[string]any{"verdict": string(f.Verdict)},
	}
	e.Severity, e.SeverityID = ocsfSeverity(f.Severity)
	e.state(f)
	if text := oneLine(strings.TrimSpace(m.Remediation)); text != "" && f.Verdict == policies.Fail {
		e.Remediation = &ocsfRemediation{Untrusted(text)}
	}
	if f.Cost != nil && len(f.Cost.Open) == 0 {
		e.Unmapped["monthly_delta"] = f.Cost.Monthly.StringFixed(2)
	}
	if len(f.Fix) > 0 && f.Disruption != "" {
		e.Unmapped["disruption"] = f.Disruption
	}
	if !f.Source.Account.Empty() {
		e.Metadata.Profiles = []string{"cloud"}
		e.Cloud = &ocsfCloud{Provider: "AWS", Account: ocsfAccount{f.Source.Account, "AWS Account", 10}, Region: present(f.Source.Region)}
	}
	return e
}

// present is nil for a text that is empty.
func present(t Text) *Text {
	if t.Empty() {
		return nil
	}
	return &t
}

// state sets what the verdict is in OCSF's words. An undecided check is neither a pass nor a fail there: its status is not known.
func (e *ocsfEvent) state(f *Finding) {
	e.Status, e.StatusID = "New", 1
	detail := f.Message
	switch f.Verdict {
	case policies.Pass, policies.NotApplicable:
		e.Status, e.StatusID = "Resolved", 4
	case policies.Waived:
		e.Status, e.StatusID = "Suppressed", 3
		if f.Waiver != nil {
			detail = f.Waiver.Reason
		}
	}
	c := &e.Compliance
	switch f.Verdict {
	case policies.Pass:
		c.Status, c.StatusID = "Pass", 1
	case policies.Fail, policies.Waived:
		c.Status, c.StatusID = "Fail", 3
	case policies.Undecided:
		c.Status, c.StatusID = "Unknown", 0
	default:
		c.Status, c.StatusID = "Not applicable", 99
	}
	if e.StatusDetail = present(detail); e.StatusDetail != nil {
		c.Details = []Text{detail}
	}
}

func ocsfSeverity(s policies.Severity) (string, int) {
	switch s {
	case policies.Critical:
		return "Critical", 5
	case policies.High:
		return "High", 4
	case policies.Medium:
		return "Medium", 3
	case policies.Low:
		return "Low", 2
	}
	return "Informational", 1
}

func ocsfResourceOf(f *Finding) ocsfResource {
	uid := f.Resource
	if !f.Root.Empty() {
		uid = Untrusted(f.Root.JSON() + ":" + f.Resource.JSON())
	}
	out := ocsfResource{UID: uid, Name: f.Resource, Type: f.Type, Region: present(f.Source.Region)}
	if !f.Stage.Empty() {
		out.Labels = []Text{Untrusted("stage=" + f.Stage.JSON())}
	}
	if at := f.At; !at.File.Empty() {
		out.Data = map[string]any{"file": at.File, "line": at.Line}
	}
	return out
}
