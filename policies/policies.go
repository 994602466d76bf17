// Package policies judges a graph with Rego policies and says, for every resource that a policy
// judges, whether it passes, fails, or cannot be decided, and what is missing.
//
// A policy is one file policies/<area>/<name>.rego; its path, package and ID are the same words
// ("rds.multi_az"). It has three rules keyed by the position of the type that it judges: judged,
// deny and fix. See docs/adding-a-check.md.
//
//	set, err := policies.Load(policies.Builtin())
//	results, err := set.Evaluate(ctx, g, policies.Options{})
//
// Pure: this package touches nothing outside its arguments.
package policies

import (
	"time"

	"github.com/plumbline-dev/plumbline/graph"
)

// Verdict is what a policy says of one resource.
type Verdict string

// The five verdicts. Undecided is never a pass.
const (
	Pass          Verdict = "pass"
	Fail          Verdict = "fail"
	Undecided     Verdict = "undecided"
	NotApplicable Verdict = "not_applicable"
	Waived        Verdict = "waived"
)

// Severity orders findings.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Severities lists all, worst first.
var Severities = []Severity{Critical, High, Medium, Low, Info}

// Rank is 0 for the worst; unknown words rank last.
func (s Severity) Rank() int {
	for i, x := range Severities {
		if x == s {
			return i
		}
	}
	return len(Severities)
}

// Below is the next lower severity; Info stays.
func (s Severity) Below() Severity {
	if i := s.Rank() + 1; i < len(Severities) {
		return Severities[i]
	}
	return Info
}

// Meta is the METADATA block of one policy, the only home of what it says.
type Meta struct {
	ID            string               `json:"id"`             // "rds.multi_az"
	Title         string               `json:"title"`          // METADATA title
	Description   string               `json:"description"`    // METADATA description
	Controls      []string             `json:"control"`        // ids in controls.yaml; the first is the main one
	Requirements  []string             `json:"requirement"`    // RA-n
	Judges        string               `json:"judges"`         // the resource type that is judged
	Scans         []string             `json:"scans"`          // types that it looks through without an edge leading there
	Severity      Severity             `json:"severity"`       // in production
	NonProduction string               `json:"non_production"` // same (default), lower, skip
	Live          string               `json:"live"`           // same (default); skip: what is in an account and in no code is not judged; only: nothing else is
	Profile       string               `json:"profile"`        // "", ec2, kubernetes, serverless, containers
	Pillars       []string             `json:"pillar"`         // of the Well-Architected Framework
	Waste         bool                 `json:"waste"`          // what fails is not used, so that its removal saves what it costs; there is no fix, because a person decides
	Disruption    string               `json:"disruption"`     // of the fix: none, brief, restart, replace, data
	Parameters    map[string]Parameter `json:"parameters"`
	Remediation   string               `json:"remediation"` // what a person does, where there is no fix or besides it
	Links         []string             `json:"links"`
	Equivalents   map[string][]string  `json:"equivalents"` // tool -> check ids
	Example       string               `json:"example"`     // Terraform code that must fail this policy, and yield this one finding of it
}

// Parameter is a threshold that a user may change under `parameters:` in plumb.yaml. Where NonProduction is given,
// resources of other stages than production are judged with that value; a user's value holds for every stage.
type Parameter struct {
	Default       any    `json:"default"`
	NonProduction any    `json:"non_production,omitempty"`
	Description   string `json:"description"`
}

// Result is the verdict of one policy on one resource.
type Result struct {
	Policy    string
	Key       graph.Key     // the judged resource
	Resource  graph.Address // where it is reported: Of when that is set, else Key.Address
	Type      string        // of the judged resource
	Verdict   Verdict
	Severity  Severity // after stage and configuration
	Stage     string
	Attribute string // the path that decides, "" when none does
	Message   string // of a fail: the fact, without the resource's name where possible; of others: the reason
	Missing   []Missing
	Fix       graph.Patch
	Waiver    *Waiver
}

// Missing is one datum that an undecided verdict hangs on.
type Missing struct {
	Key    graph.Key
	Path   string
	Why    string
	Settle string // the input that would settle it: a flag, a command, a source; "" when nobody can say
}

// Waiver accepts a finding for a time.
type Waiver struct {
	Policy  string    // policy ID, area ("rds"), or control ID
	Address string    // address, or pattern with * ; "" means everything in Root/File below
	Root    string    // "" means every root, "." the root whose path is ""
	Reason  string    // never empty
	Until   time.Time // the last day that it holds; zero: no end (allowed for medium and below only)
	Where   string    // file:line of the waiver
}

// Options are everything around the policies that is not in Rego.
type Options struct {
	Today      time.Time                 // for waivers and dated tables; zero: waivers never expire, which only tests want
	Parameters map[string]map[string]any // policy ID -> parameter -> value
	Severity   map[string]Severity       // policy ID -> severity instead of its own
	Waivers    []Waiver
	Profiles   []string        // declared profiles; nil: inferred from the graph
	Select     func(Meta) bool // nil: all
	Timeout    time.Duration   // for one policy; 0: 30 s
	Workers    int             // 0: GOMAXPROCS
}

// Results is what Evaluate gives: every verdict, in the order root, address, severity, policy.
type Results struct {
	Results  []Result
	Problems []Problem // policies that did not finish: time-out or run-time error; their resources are undecided
}

// Problem is a policy that could not be evaluated.
type Problem struct {
	Policy string
	Why    string
}

// Count gives the number of results by verdict.
func (r Results) Count() map[Verdict]int {
	n := map[Verdict]int{}
	for _, x := range r.Results {
		n[x.Verdict]++
	}
	return n
}
