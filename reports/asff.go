package reports

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/policies"
)

// HubPlace is where Security Hub keeps findings of what was not read in an account.
type HubPlace struct{ Account, Region string }

// Limits of the AWS Security Finding Format, in characters.
const (
	hubTitle       = 256
	hubDescription = 1024
	hubRemedy      = 512
	hubReason      = 2048
	hubResource    = 512
	hubDetail      = 1024
)

type hubFinding struct {
	SchemaVersion string
	ID            string `json:"Id"`
	ProductArn    string
	GeneratorID   string `json:"GeneratorId"`
	AwsAccountID  string `json:"AwsAccountId"`
	Types         []string
	CreatedAt     string
	UpdatedAt     string
	Severity      hubSeverity
	Title         string
	Description   string
	Remediation   *hubRemediation `json:",omitempty"`
	ProductFields map[string]string
	Resources     []hubResourceDetails
	Compliance    hubCompliance
	Workflow      hubWorkflow
	RecordState   string
}

type hubSeverity struct{ Label, Original string }

type hubRemediation struct{ Recommendation hubRecommendation }

type hubRecommendation struct{ Text string }

type hubResourceDetails struct {
	Type      string
	ID        string `json:"Id"`
	Partition string
	Region    string
	Details   hubDetails
}

type hubDetails struct{ Other map[string]string }

type hubCompliance struct {
	Status              string
	RelatedRequirements []string          `json:",omitempty"`
	StatusReasons       []hubStatusReason `json:",omitempty"`
}

type hubStatusReason struct{ ReasonCode, Description string }

type hubWorkflow struct{ Status string }

var (
	accountID = regexp.MustCompile(`^[0-9]{12}$`)
	regionID  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)
)

// ASFF writes the findings as a list in the AWS Security Finding Format, one at a time. Security Hub takes 100 of them in a call of
// BatchImportFindings. Each needs an account and a region: those that it was read in, else place; without either it is an error.
func ASFF(w io.Writer, r *Report, place HubPlace) error {
	for _, f := range r.Findings {
		if _, _, err := place.of(f); err != nil {
			return err
		}
	}
	b := bufio.NewWriter(w) // it keeps the first error for Flush
	b.WriteString("[")
	for i, f := range r.Findings {
		x, err := r.hub(f, place)
		if err != nil {
			return err
		}
		line, err := json.Marshal(x)
		if err != nil {
			return fmt.Errorf("encoding asff: %w", err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(escapeJSON(line))
	}
	b.WriteString("\n]\n")
	return b.Flush()
}

func (r *Report) hub(f *Finding, place HubPlace) (hubFinding, error) {
	account, region, err := place.of(f)
	if err != nil {
		return hubFinding{}, err
	}
	m := r.Policies[f.Policy]
	partition := hubPartition(region)
	now := r.moment().UTC().Format("2006-01-02T15:04:05.000Z")
	x := hubFinding{
		SchemaVersion: "2018-10-08", ID: "plumbline/" + f.Fingerprint, GeneratorID: "plumbline/" + f.Policy, AwsAccountID: account,
		ProductArn: fmt.Sprintf("arn:%s:securityhub:%s:%s:product/%s/default", partition, region, account, account),
		Types:      []string{"Software and Configuration Checks/AWS Security Best Practices"}, CreatedAt: now, UpdatedAt: now,
		Severity: hubSeverity{hubLabel(f.Severity), string(f.Severity)}, Title: limit(oneLine(cmp.Or(m.Title, f.Policy)), hubTitle),
		Description:   limit(cmp.Or(f.Message.Terminal(), f.Policy), hubDescription),
		ProductFields: map[string]string{"ProviderName": "Plumbline", "ProviderVersion": r.Version, "plumbline/policy": f.Policy, "plumbline/control": cmp.Or(first(f.Controls), "none"), "plumbline/verdict": string(f.Verdict)},
		Resources:     []hubResourceDetails{f.hubResource(partition, region)},
		RecordState:   "ACTIVE",
	}
	if text := oneLine(strings.TrimSpace(m.Remediation)); text != "" && f.Verdict == policies.Fail {
		x.Remediation = &hubRemediation{hubRecommendation{limit(text, hubRemedy)}}
	}
	x.Compliance, x.Workflow = f.hubState()
	return x, nil
}

// of is the account and region of a finding. What has no region, like a role, is kept where the place says, else where
// Security Hub keeps global resources.
func (p HubPlace) of(f *Finding) (account, region string, err error) {
	account, region = cmp.Or(f.Source.Account.JSON(), p.Account), cmp.Or(f.Source.Region.JSON(), p.Region)
	if region == "" && !f.Source.Account.Empty() {
		region = "us-east-1"
	}
	if !accountID.MatchString(account) || !regionID.MatchString(region) {
		return "", "", fmt.Errorf("%s was read in no account and region, and Security Hub keeps each finding in one", f.Resource.Terminal())
	}
	return account, region, nil
}

func hubPartition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func hubLabel(s policies.Severity) string {
	if s == policies.Info {
		return "INFORMATIONAL"
	}
	return strings.ToUpper(string(s))
}

// hubState says what the verdict is in Security Hub's words. An undecided check is WARNING, which is neither a pass nor a fail.
func (f *Finding) hubState() (hubCompliance, hubWorkflow) {
	c, w := hubCompliance{Status: "FAILED", RelatedRequirements: f.Requirements}, hubWorkflow{"NEW"}
	switch f.Verdict {
	case policies.Pass:
		c.Status, w.Status = "PASSED", "RESOLVED"
	case policies.Undecided:
		c.Status = "WARNING"
		c.StatusReasons = []hubStatusReason{{"PLUMBLINE_UNDECIDED", limit(cmp.Or(lacks(f), "a datum is missing"), hubReason)}}
	case policies.NotApplicable:
		c.Status, w.Status = "NOT_AVAILABLE", "RESOLVED"
		c.StatusReasons = []hubStatusReason{{"PLUMBLINE_NOT_APPLICABLE", "the check does not apply to this resource"}}
	case policies.Waived:
		w.Status = "SUPPRESSED"
		if f.Waiver != nil {
			c.StatusReasons = []hubStatusReason{{"PLUMBLINE_WAIVED", limit(cmp.Or(f.Waiver.Reason.Terminal(), "waived"), hubReason)}}
		}
	}
	return c, w
}

func (f *Finding) hubResource(partition, region string) hubResourceDetails {
	id := f.Resource.Terminal()
	if !f.Root.Empty() {
		id = f.Root.Terminal() + ":" + id
	}
	other := map[string]string{"type": f.Type}
	for name, value := range map[string]string{"stage": f.Stage.Terminal(), "attribute": f.Attribute.Terminal(), "place": f.At.String()} {
		if value != "" {
			other[name] = limit(value, hubDetail)
		}
	}
	return hubResourceDetails{Type: "Other", ID: limit(id, hubResource), Partition: partition, Region: region, Details: hubDetails{other}}
}

// limit makes text visible and cuts it at a number of characters.
func limit(s string, most int) string {
	r := []rune(Untrusted(s).Terminal())
	if len(r) > most {
		r = append(r[:most-1], '…')
	}
	return string(r)
}

// moment is when the run was made.
func (r *Report) moment() time.Time {
	if r.Made.IsZero() {
		return r.Today
	}
	return r.Made
}
