package reports

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/resilience"
)

// Compliance is what a compliance report says beside the findings of its Report.
type Compliance struct {
	Title      Text // what was read, in a few words
	Commit     Text // "" outside of a repository
	Chapters   []Chapter
	Parts      []Part // stages and accounts, by name; one when there is nothing to tell apart
	Simulation *Simulation
	Costs      cost.Estimated
	Waivers    []Waiver // in force
	Passed     []Passes // by policy
	Loose      int      // gaps that belong to no one part

	names map[graph.Key]string // of what was read where it runs and is part of the simulation
}

// ComplianceInput is what one run gave beside its Report.
type ComplianceInput struct {
	Title        string
	Commit       string
	Graph        *graph.Graph
	Results      policies.Results
	Requirements []Requirement // of the reference architecture, in its order
	Simulation   *Simulation
	Costs        cost.Estimated
	Waivers      []policies.Waiver
}

// Requirement is one requirement of the reference architecture, with the verdicts of the checks that name it.
type Requirement struct {
	ID, Status, Chapter, Text string
	Counts
}

// Chapter is one chapter of the reference architecture, with the verdicts of the checks whose main requirement stands there.
type Chapter struct {
	Name         string // "5. Data"
	Requirements []Requirement
	Counts
}

// Counts are numbers of verdicts.
type Counts struct{ Pass, Fail, Undecided, Waived int }

func (c *Counts) add(v policies.Verdict) {
	switch v {
	case policies.Pass:
		c.Pass++
	case policies.Fail:
		c.Fail++
	case policies.Undecided:
		c.Undecided++
	case policies.Waived:
		c.Waived++
	}
}

// Judged counts what the score is taken of: what is waived is not in it.
func (c Counts) Judged() int { return c.Pass + c.Fail + c.Undecided }

// Part is a stage, in an account when accounts were read.
type Part struct {
	Account, Stage Text // "" is not known; such a stage is judged as production
	Counts
	Severities map[policies.Severity]int // of what fails
	Gaps       int
	Monthly    decimal.Decimal
	Complete   bool  // nothing is missing in Monthly
	Entries    []int // of Simulation.Model
}

// Passes are the resources that one policy passes.
type Passes struct {
	Policy    string
	Resources []Text // sorted
}

// outside is the chapter of policies that name no requirement.
const outside = "Outside of the reference architecture"

// NewCompliance counts and groups what a run gave. It does not keep or change its input but for Simulation.
func NewCompliance(r *Report, in ComplianceInput) *Compliance {
	c := &Compliance{Title: Untrusted(in.Title), Commit: Untrusted(in.Commit), Simulation: in.Simulation, Costs: in.Costs, Waivers: Waivers(in.Waivers)}
	c.score(r, in)
	c.divide(r, in)
	c.pass(in.Results)
	c.name(in.Graph)
	return c
}

// name keeps what people call the resources of a simulation that have an ARN for an address.
func (c *Compliance) name(g *graph.Graph) {
	if c.Simulation == nil {
		return
	}
	c.names = map[graph.Key]string{}
	for _, n := range c.Simulation.Model.Nodes {
		if r := g.Get(n.Key); r != nil && r.Live() {
			c.names[n.Key] = r.Name
		}
	}
}

// score counts verdicts by requirement and chapter. A check that decides several requirements counts for each of them, and
// in the chapter of the first.
func (c *Compliance) score(r *Report, in ComplianceInput) {
	at := map[string][2]int{}
	for _, q := range in.Requirements {
		if n := len(c.Chapters); n == 0 || c.Chapters[n-1].Name != q.Chapter {
			c.Chapters = append(c.Chapters, Chapter{Name: q.Chapter})
		}
		x := &c.Chapters[len(c.Chapters)-1]
		at[q.ID] = [2]int{len(c.Chapters) - 1, len(x.Requirements)}
		x.Requirements = append(x.Requirements, q)
	}
	none := Chapter{Name: outside}
	for i := range in.Results.Results {
		x := &in.Results.Results[i]
		chapter := &none
		for k, id := range r.Policies[x.Policy].Requirements {
			if place, ok := at[id]; ok {
				c.Chapters[place[0]].Requirements[place[1]].add(x.Verdict)
				if k == 0 {
					chapter = &c.Chapters[place[0]]
				}
			}
		}
		chapter.add(x.Verdict)
	}
	if none.Judged()+none.Waived > 0 {
		c.Chapters = append(c.Chapters, none)
	}
}

// Total adds up all chapters.
func (c *Compliance) Total() Counts {
	var t Counts
	for _, x := range c.Chapters {
		t.Pass, t.Fail, t.Undecided, t.Waived = t.Pass+x.Pass, t.Fail+x.Fail, t.Undecided+x.Undecided, t.Waived+x.Waived
	}
	return t
}

// divide splits the run by account and stage.
func (c *Compliance) divide(r *Report, in ComplianceInput) {
	parts := map[[2]string]*Part{}
	part := func(res *graph.Resource, stage string) *Part {
		key := [2]string{accountOf(res), stage}
		if parts[key] == nil {
			parts[key] = &Part{Account: Untrusted(key[0]), Stage: Untrusted(stage), Severities: map[policies.Severity]int{}, Complete: true}
		}
		return parts[key]
	}
	roots := map[string]map[*Part]bool{}
	for i := range in.Results.Results {
		x := &in.Results.Results[i]
		if x.Verdict == policies.NotApplicable {
			continue
		}
		p := part(in.Graph.Get(x.Key), x.Stage)
		p.add(x.Verdict)
		if x.Verdict == policies.Fail {
			p.Severities[x.Severity]++
		}
		if roots[x.Key.Root] == nil {
			roots[x.Key.Root] = map[*Part]bool{}
		}
		roots[x.Key.Root][p] = true
	}
	for i := range in.Costs.Resources {
		x := &in.Costs.Resources[i]
		if x.Free {
			continue
		}
		res := in.Graph.Get(x.Key())
		p := part(res, stageOf(res))
		p.Monthly = p.Monthly.Add(x.Monthly)
		p.Complete = p.Complete && len(x.Unpriced) == 0 && !slices.ContainsFunc(x.Lines, func(l cost.Line) bool { return l.Quantity == nil })
	}
	if in.Simulation != nil {
		for i, e := range in.Simulation.Model.Entries {
			p := part(in.Graph.Get(e.Key), e.Stage)
			p.Entries = append(p.Entries, i)
		}
	}
	for _, g := range r.Gaps {
		list := roots[g.Root.JSON()]
		if len(list) != 1 {
			c.Loose++
			continue
		}
		for p := range list {
			p.Gaps++
		}
	}
	for _, p := range parts {
		c.Parts = append(c.Parts, *p)
	}
	slices.SortFunc(c.Parts, func(a, b Part) int { return cmp.Or(a.Account.Compare(b.Account), a.Stage.Compare(b.Stage)) })
}

// accountOf is the account that a resource was read in; "" for code.
func accountOf(r *graph.Resource) string {
	if r == nil {
		return ""
	}
	for _, o := range r.Origins {
		if o.Source == "aws" {
			account, _, _ := strings.Cut(o.Scope, "/")
			return account
		}
	}
	return ""
}

func stageOf(r *graph.Resource) string {
	if r == nil {
		return ""
	}
	return r.Stage
}

// Several says that there are stages or accounts to tell apart: more than one account, or more than one stage that is known.
func (c *Compliance) Several() bool {
	accounts, stages := map[Text]bool{}, map[Text]bool{}
	for _, p := range c.Parts {
		if !p.Account.Empty() {
			accounts[p.Account] = true
		}
		if !p.Stage.Empty() {
			stages[p.Stage] = true
		}
	}
	return len(accounts) > 1 || len(stages) > 1
}

// pass groups by policy what passes.
func (c *Compliance) pass(results policies.Results) {
	at := map[string]int{}
	for i := range results.Results {
		x := &results.Results[i]
		if x.Verdict != policies.Pass {
			continue
		}
		k, ok := at[x.Policy]
		if !ok {
			k = len(c.Passed)
			at[x.Policy] = k
			c.Passed = append(c.Passed, Passes{Policy: x.Policy})
		}
		c.Passed[k].Resources = append(c.Passed[k].Resources, Untrusted(graph.Key{Root: x.Key.Root, Address: x.Key.Address}.String()))
	}
	slices.SortFunc(c.Passed, func(a, b Passes) int { return strings.Compare(a.Policy, b.Policy) })
	for _, p := range c.Passed {
		slices.SortFunc(p.Resources, Text.Compare)
	}
}

// stops says what the loss of any one zone does at worst, over entry points by position: No when it surely stops one.
func (s *Simulation) stops(entries []int) resilience.Up {
	worst := resilience.Yes
	for _, o := range s.Zones {
		for _, i := range entries {
			switch o.Answers[i].Up {
			case resilience.No:
				return resilience.No
			case resilience.Undecided:
				worst = resilience.Undecided
			}
		}
	}
	return worst
}
