package reports

import (
	"time"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

// Report is what one run found, ready to be rendered.
type Report struct {
	Version    string
	Today      time.Time
	Made       time.Time // when the run was made; zero: at Today
	Sources    []Source
	Roots      []Root
	Resources  int
	Controls   int                      // distinct controls of the policies that were loaded
	Idle       int                      // of these, controls that apply to nothing here
	Findings   []*Finding               // worst first; only the verdicts that were asked for
	Summary    map[policies.Verdict]int // of the whole run, before anything was hidden
	Gaps       []Gap
	Problems   []Problem
	Prices     string          // the date of the catalogue that fixes are priced by; "" when none is
	Total      *cost.Estimated // what everything costs, for a person who reads the list; nil: not asked
	Policies   map[string]policies.Meta
	CarriedOut []string          // the policies that were carried out, sorted; nil: all
	Snippets   map[string]string // file -> text; secrets are replaced already
	Hidden     int               // failed findings that --only or --skip leave out
	HiddenGaps int               // gaps that --only or --skip leave out
	Baseline   *Baseline         // nil without --baseline
	Since      *Comparison       // nil without --since
	Drift      *Drift            // nil unless code and an account were read together
	Unused     []Waiver          // waivers that met no finding
	Threshold  policies.Severity // findings at or above it stop a change; "" stops nothing
	Strict     bool              // undecided and gaps stop it too
	Broken     bool              // a file is broken, so that what is reported is not all
	Timings    []Timing
	Answers    *Answers     // nil unless costs and zones were asked for
	Trend      []TrendPoint // of recorded runs, oldest first; nil without --record
	Compliance *Compliance  // nil unless a compliance report is to be written
	Comment    Comment      // of Markdown
	waived     []string     // fingerprints, whether the findings are listed or not
	// Base is the scanned folder within its repository, for outputs whose paths are relative to that.
	Base Text
}

// Source is one thing that the user named.
type Source struct {
	Name   string `json:"name"` // as typed: it comes from the command line, not from a file
	Kind   string `json:"kind"` // "terraform", "plan", "state"
	Files  int    `json:"files"`
	Region Text   `json:"region,omitzero"`
	Stage  Text   `json:"stage,omitzero"`
}

// Root is one Terraform root, template or account with what is known of it.
type Root struct {
	Path      Text   `json:"path"`
	Kind      string `json:"kind"`
	Files     int    `json:"files"`
	Resources int    `json:"resources"`
	Undecided int    `json:"undecided"`
	Gaps      int    `json:"gaps"`
}

// Timing is how long one phase took.
type Timing struct {
	Phase    string
	Duration time.Duration
}

// Finding is the verdict of one policy on one resource.
type Finding struct {
	Policy       string
	Controls     []string // the main one first
	Requirements []string
	Severity     policies.Severity
	Verdict      policies.Verdict
	Root         Text
	Resource     Text // where it is reported
	Part         Text // the judged part of it, "" when that is the resource itself
	Type         string
	Attribute    Text
	Message      Text
	Stage        Text
	Source       Place // of the resource
	At           Place // of the attribute that decides; Source when that is not known
	Missing      []Missing
	Fix          graph.Patch
	Disruption   string
	Waste        graph.Patch // of what nothing uses: its removal, which a person decides; never carried out
	Cost         *cost.Delta // of carrying out Fix or Waste; nil: not priced
	Waiver       *Waiver
	Fingerprint  string // policy, root and address; no line numbers
	identity     identity
}

// Place is where something is written. Line and Column are 1-based; 0 when there is none.
type Place struct {
	Kind                             string // "terraform", "plan", "state", "aws"
	File                             Text
	Line, EndLine, Column, EndColumn int
	ID                               Text // ARN or provider id
	Account, Region                  Text // of what was read where it runs; Region is empty for what has none
	Calls                            []Call
}

// Call is one module call on the way to a resource, outermost first.
type Call struct {
	Module, File Text
	Line         int
}

// Missing is one datum that an undecided verdict hangs on.
type Missing struct {
	Resource, Path, Why, Settle Text
}

// Gap is something that was not read.
type Gap struct {
	Root, Where, What, Why, Settle Text
}

// Problem is a policy that did not finish or, without a policy, a waiver that does not hold as it is written.
type Problem struct {
	Policy string
	Why    Text
}

// Waiver accepts findings for a time.
type Waiver struct {
	Policy, Address, Root, Reason, Where Text
	Until                                time.Time // zero: no end
}

// Baseline says what a baseline file hid.
type Baseline struct {
	File  string
	Known int        // findings that it names, not shown
	Fixed []Recorded // named in it, and gone
	Worse int        // named in it with a lower severity: shown
}

// Failing lists the findings at or above the threshold.
func (r *Report) Failing() []*Finding {
	var out []*Finding
	for _, f := range r.Findings {
		if f.Verdict == policies.Fail && r.stops(f.Severity) {
			out = append(out, f)
		}
	}
	return out
}

func (r *Report) stops(s policies.Severity) bool {
	return r.Threshold != "" && s.Rank() <= r.Threshold.Rank()
}

// With lists the findings with that verdict.
func (r *Report) With(v policies.Verdict) []*Finding {
	var out []*Finding
	for _, f := range r.Findings {
		if f.Verdict == v {
			out = append(out, f)
		}
	}
	return out
}

// Open says that something was not decided or not read.
func (r *Report) Open() bool {
	return len(r.With(policies.Undecided)) > 0 || len(r.Gaps) > 0 || len(r.Problems) > 0
}
