package main

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/remedy"
	remedysource "github.com/plumbline-dev/plumbline/remedy/source"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// planning is one run of plumb plan.
type planning struct {
	*planOptions
	scan     *scan
	limit    *decimal.Decimal
	report   *reports.Report
	side     *side
	deltas   *cost.Deltas
	priced   map[graph.Key]cost.Resource
	places   []planSource
	planners *planners
	baseline map[string]*remedysource.Foreseen // what terraform plan says of a root without edits
	lost     []remedy.Refused                  // what was left out before anything was planned
	then     map[string]policies.Verdict       // of each finding that is listed once the steps are done, by fingerprint
}

// make reads, judges and plans.
func (p *planning) make(ctx context.Context) (*remedy.Plan, error) {
	s := p.scan
	if err := s.loadPolicies(s.config, s.tree); err != nil {
		return nil, err
	}
	s.live.needs = s.liveNeeds
	var err error
	if p.report, p.side, err = s.judge(ctx, s.inputs, s.config, s.tree, nil); err != nil {
		return nil, err
	}
	c, err := s.openPrices()
	if err != nil {
		return nil, err
	}
	p.priced = map[graph.Key]cost.Resource{}
	for _, r := range cost.Estimate(p.side.graph, c, s.costOptions()).Resources {
		p.priced[r.Key()] = r
	}
	p.deltas = cost.NewDeltas(p.side.graph, c, s.costOptions(), p.side.reading.options)
	now := s.sys.now.UTC()
	plan := &remedy.Plan{
		Created: now, Expires: now.Add(p.expires), Reading: p.reading,
		Tool: remedy.Tool{Version: version, Policies: policiesHash(s.metas), Catalogue: c.AsOf()},
	}
	var wishes []remedy.Wish
	if p.cheapest != "" {
		wishes, err = p.cure(ctx, plan)
	} else if wishes, plan.Manual, err = p.wishes(ctx); err == nil {
		wishes, err = p.settle(ctx, plan, wishes)
	}
	if err != nil {
		return nil, err
	}
	if err := p.agree(ctx, plan, wishes); err != nil {
		return nil, err
	}
	plan.Refused = append(plan.Refused, p.lost...)
	plan.Manual = slices.DeleteFunc(plan.Manual, p.settled)
	plan.Sources, err = p.sources(ctx)
	return plan, err
}

// settle makes the steps of wishes, again without those that open findings or close nothing, until none does. It gives the wishes
// that are left.
func (p *planning) settle(ctx context.Context, plan *remedy.Plan, wishes []remedy.Wish) ([]remedy.Wish, error) {
	for {
		var err error
		plan.Steps, plan.Refused, err = p.build(ctx, wishes)
		if err != nil {
			return nil, err
		}
		open, err := p.outcome(ctx, plan)
		if err != nil {
			return nil, err
		}
		innocent, err := p.without(ctx, wishes, plan.Outcome.Opened)
		if err != nil {
			return nil, err
		}
		left, vain := closing(innocent, open)
		if p.changes != "" || p.cheapest != "" || len(left) == len(wishes) { // what is asked for is planned, and what it opens is said
			return wishes, nil
		}
		p.lost = append(p.lost, refusedFor(wishes, append(vain, left...), plan.Outcome.Opened)...)
		plan.Manual = append(plan.Manual, p.byHand(vain)...)
		wishes = left
	}
}

// wishes are the changes that the user asked for, and the findings among them that a person has to settle.
func (p *planning) wishes(ctx context.Context) ([]remedy.Wish, []remedy.Manual, error) {
	if p.changes != "" {
		w, err := readChanges(p.changes, p.side.graph)
		return w, nil, err
	}
	offers := resilience.Offers(p.side.graph)
	offered := map[string]int{} // by the ID of the offer: its wish
	var wishes []remedy.Wish
	var manual []remedy.Manual
	for _, f := range p.selected() {
		closed := closedBy(f)
		if offer := offerFor(f, offers); len(f.Fix) == 0 && offer != nil {
			n, again := offered[offer.ID()]
			if !again {
				n, wishes = len(wishes), append(wishes, remedy.Wish{Patch: offer.Patch})
				offered[offer.ID()] = n
			}
			wishes[n].Closes = append(wishes[n].Closes, closed)
			continue
		}
		if len(f.Fix) == 0 {
			manual = append(manual, remedy.Manual{Closed: closed, Why: "no automatic fix", How: p.scan.byID[f.Policy].Remediation})
			continue
		}
		wishes = append(wishes, remedy.Wish{Patch: f.Fix, Closes: []remedy.Closed{closed}})
	}
	return p.affordable(wishes), manual, nil
}

// selected lists the findings that were asked for, the severest first within a file.
func (p *planning) selected() []*reports.Finding {
	var out []*reports.Finding
	for _, f := range p.report.Findings {
		switch {
		case f.Verdict != policies.Fail:
		case len(p.scan.only) > 0 && !names(p.scan.only, f), names(p.scan.skip, f):
		case len(p.resources) > 0 && !slices.ContainsFunc(p.resources, func(w string) bool { return wild(w, f.Resource.JSON()) }):
		case len(p.stages) > 0 && !slices.Contains(p.stages, f.Stage.JSON()):
		default:
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b *reports.Finding) int {
		return cmp.Or(strings.Compare(a.Root.JSON(), b.Root.JSON()), strings.Compare(a.Source.File.JSON(), b.Source.File.JSON()),
			a.Source.Line-b.Source.Line, a.Severity.Rank()-b.Severity.Rank())
	})
	return out
}

// wild compares an address with a pattern in which * stands for anything.
func wild(pattern, address string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == address
	}
	rest, ok := strings.CutPrefix(address, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

func closedBy(f *reports.Finding) remedy.Closed {
	c := remedy.Closed{Policy: f.Policy, Severity: string(f.Severity), Fingerprint: f.Fingerprint, Root: f.Root.JSON(), Address: graph.Address(f.Resource.JSON())}
	if len(f.Controls) > 0 {
		c.Control = f.Controls[0]
	}
	return c
}

// affordable leaves out, from the least severe on, what would cost more than --max-cost together.
func (p *planning) affordable(wishes []remedy.Wish) []remedy.Wish {
	if p.limit == nil {
		return wishes
	}
	order := make([]int, len(wishes))
	for i := range order {
		order[i] = i
	}
	severity := func(i int) int { return policies.Severity(wishes[i].Closes[0].Severity).Rank() }
	slices.SortStableFunc(order, func(a, b int) int { return severity(a) - severity(b) })
	total := decimal.Zero
	keep := map[int]bool{}
	for _, i := range order {
		d, err := p.deltas.Of(wishes[i].Patch)
		if err != nil || total.Add(d.Monthly).GreaterThan(*p.limit) {
			why := fmt.Sprintf("the plan would cost more than $%s a month", p.limit.StringFixed(2))
			c := wishes[i].Patch[0]
			p.lost = append(p.lost, remedy.Refused{Root: c.Root, Address: c.Address, Path: c.Path, Class: remedy.PreconditionFails, Why: why, Closes: wishes[i].Closes})
			continue
		}
		total = total.Add(d.Monthly)
		keep[i] = true
	}
	var out []remedy.Wish
	for i, w := range wishes {
		if keep[i] {
			out = append(out, w)
		}
	}
	return out
}

// build makes the steps with fresh planners, which have no edits yet.
func (p *planning) build(ctx context.Context, wishes []remedy.Wish) ([]remedy.Step, []remedy.Refused, error) {
	var err error
	if p.planners, err = p.newPlanners(ctx); err != nil {
		return nil, nil, err
	}
	steps, refused, err := remedy.Build(ctx, wishes, p.planners.of)
	if err != nil {
		return nil, nil, err
	}
	if p.liveToo {
		also, not, err := p.alsoLive(ctx, steps)
		if err != nil {
			return nil, nil, err
		}
		steps, refused = remedy.Number(append(steps, also...)), append(refused, not...)
	}
	for i := range steps {
		p.describe(&steps[i])
	}
	p.hideSecrets(steps)
	return steps, refused, nil
}

// describe adds what only the whole knows: what a step costs.
func (p *planning) describe(s *remedy.Step) {
	if s.Drift != "" {
		return // the step in files says it
	}
	d, err := p.deltas.Of(s.Patch)
	if err != nil {
		return // a patch that does not fit the graph has no price
	}
	s.Cost = remedy.Cost{Delta: d.Monthly.StringFixed(2), Usage: len(d.Open) > 0}
	before := decimal.Zero
	seen := map[graph.Key]bool{}
	for _, c := range s.Patch {
		owner, _, _ := strings.Cut(string(c.Address), "#")
		key := graph.Key{Root: c.Root, Address: graph.Address(owner)}
		r, priced := p.priced[key]
		if c.Op != graph.Set || !priced || len(r.Unpriced) > 0 {
			return // there is no sum before
		}
		if !seen[key] {
			before = before.Add(r.Monthly)
		}
		seen[key] = true
	}
	s.Cost.Before, s.Cost.After = before.StringFixed(2), before.Add(d.Monthly).StringFixed(2)
}

// closing splits wishes into those that close what they are for and those that alone do not.
func closing(wishes []remedy.Wish, open map[string]bool) (left, vain []remedy.Wish) {
	for _, w := range wishes {
		if slices.ContainsFunc(w.Closes, func(c remedy.Closed) bool { return open[c.Fingerprint] }) {
			vain = append(vain, w)
		} else {
			left = append(left, w)
		}
	}
	return left, vain
}

// byHand leaves findings to a person whose fix alone does not close them.
func (p *planning) byHand(wishes []remedy.Wish) []remedy.Manual {
	var out []remedy.Manual
	for _, w := range wishes {
		for _, c := range w.Closes {
			out = append(out, remedy.Manual{Closed: c, Why: "what can be changed automatically does not close it", How: p.scan.byID[c.Policy].Remediation})
		}
	}
	return out
}

// refusedFor says of the wishes that were left out which finding they would open.
func refusedFor(all, left []remedy.Wish, opened []remedy.Closed) []remedy.Refused {
	var out []remedy.Refused
	for _, w := range all {
		if slices.ContainsFunc(left, func(l remedy.Wish) bool { return sameWish(l, w) }) {
			continue
		}
		c := w.Patch[0]
		out = append(out, remedy.Refused{Root: c.Root, Address: c.Address, Path: c.Path, Class: remedy.PreconditionFails, Closes: w.Closes,
			Why: fmt.Sprintf("it would open %s on %s", opened[0].Policy, opened[0].Address)})
	}
	return out
}

func sameWish(a, b remedy.Wish) bool {
	return len(a.Patch) > 0 && len(b.Patch) > 0 && len(a.Patch) == len(b.Patch) && &a.Patch[0] == &b.Patch[0]
}

// without leaves out the wishes that open findings: those that do so alone, or all that change what the finding stands on.
func (p *planning) without(ctx context.Context, wishes []remedy.Wish, opened []remedy.Closed) ([]remedy.Wish, error) {
	var suspects, guilty []int
	for i, w := range wishes {
		if slices.ContainsFunc(opened, func(o remedy.Closed) bool { return touches(w, o) }) {
			suspects = append(suspects, i)
		}
	}
	for _, i := range suspects {
		alone, err := p.opens(ctx, wishes[i], opened)
		if err != nil {
			return nil, err
		}
		if alone {
			guilty = append(guilty, i)
		}
	}
	if len(guilty) == 0 {
		guilty = suspects
	}
	var left []remedy.Wish
	for i, w := range wishes {
		if !slices.Contains(guilty, i) {
			left = append(left, w)
		}
	}
	return left, nil
}

// touches says whether a wish changes what a finding stands on.
func touches(w remedy.Wish, o remedy.Closed) bool {
	return slices.ContainsFunc(w.Patch, func(c graph.Change) bool {
		return c.Root == o.Root && (c.Address == o.Address || mentionsAddress(c, o.Address))
	}) ||
		slices.ContainsFunc(w.Closes, func(c remedy.Closed) bool { return c.Root == o.Root && c.Address == o.Address })
}

// opens says whether a wish alone opens one of the findings.
func (p *planning) opens(ctx context.Context, w remedy.Wish, opened []remedy.Closed) (bool, error) {
	after, err := p.patched([]remedy.Step{{Patch: w.Patch}})
	if err != nil {
		return false, nil //nolint:nilerr // what does not fit the graph was refused and opens nothing
	}
	found, err := p.findings(ctx, after)
	if err != nil {
		return false, err
	}
	then := byFingerprint(found)
	return slices.ContainsFunc(opened, func(o remedy.Closed) bool { return then[o.Fingerprint] == policies.Fail }), nil
}

func mentionsAddress(c graph.Change, a graph.Address) bool {
	return strings.Contains(fmt.Sprint(c.New), string(a))
}

// pathBelow gives a folder of the tree as a plan names it.
func pathBelow(dir string) string {
	if dir = path.Clean(dir); dir == "." {
		return ""
	}
	return dir
}
