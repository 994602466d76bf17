package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// simulateOptions are the flags of plumb simulate.
type simulateOptions struct {
	*commonOptions
	readOptions
	sources []string
	format  string
	lose    []string
	depth   int
	noCures bool
	prices  string
	changes string
}

var simulateFormats = []string{"text", "json"}

func newSimulateCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &simulateOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "simulate [source...]",
		Short: "What stops when a server, a zone or the region is lost",
		Long: `What stops when a server, a zone or the region is lost, why, how long it takes
to come back, and the cheapest set of fixes.`,
		Example: `  plumb simulate                        every zone, region and resource
  plumb simulate --lose eu-west-1a      one zone
  plumb simulate --lose eu-west-1a,aws_db_instance.main   both at once
  plumb simulate --depth 2 -f json      every two zones or single things at once`,
		Annotations: map[string]string{"sources": "as of plumb scan; default ."},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.sources = args
			return runSimulate(cmd.Context(), o, sys)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&o.lose, "lose", nil, "`LIST` of zones, regions and addresses that are lost at once")
	f.IntVar(&o.depth, "depth", 1, "how many things are lost at once: `N` is 1 or 2")
	f.StringVar(&o.changes, "changes", "", "`FILE` with changes, simulated as if they were made: docs/plan.md")
	f.StringVarP(&o.format, "format", "f", "text", "`NAME`: text, json")
	f.BoolVar(&o.noCures, "no-cures", false, "do not look for the cheapest set of fixes")
	pricesFlag(f, &o.prices)
	liveFlags(f, &o.live, sys, common)
	readFlags(f, &o.readOptions)
	groups(cmd, []flagGroup{
		{"What is lost", []string{"lose", "depth", "changes"}},
		{"What is read", []string{"stage", "var", "var-file", "workspace", "root", "module", "download-modules"}},
		{"What is shown", []string{"format", "no-cures", "prices"}},
	})
	return cmd
}

func runSimulate(ctx context.Context, o *simulateOptions, sys *system) error {
	if !slices.Contains(simulateFormats, o.format) {
		return &problem{what: "unknown format " + o.format, hint: didYouMean(o.format, simulateFormats, "text or json")}
	}
	if o.depth != 1 && o.depth != 2 {
		return &problem{where: fmt.Sprintf("--depth %d", o.depth), what: "not 1 or 2", hint: "for other sets of things: --lose A,B,C"}
	}
	in, rd, err := readAll(ctx, o.sources, o.commonOptions, o.readOptions, sys)
	if err != nil {
		return err
	}
	g := rd.build(in)
	if o.changes != "" {
		if g, err = withChanges(o.changes, g, in.options); err != nil {
			return err
		}
	}
	settings, err := rd.config.resilience(g)
	if err != nil {
		return err
	}
	if !o.quiet {
		for _, src := range in.sources {
			fmt.Fprintln(sys.err, readLine(src))
		}
	}
	s := &reports.Simulation{Model: resilience.Derive(g, settings), Targets: rd.config.targets, Gaps: in.gaps}
	if err := simulate(s, g, o); err != nil {
		return err
	}
	if !o.noCures && len(s.Asked) == 0 {
		if err := cure(ctx, s, g, settings, rd, o.prices, sys.env); err != nil {
			return err
		}
	}
	if o.format == "json" {
		return reports.SimulationJSON(sys.out, s)
	}
	return reports.SimulationText(sys.out, s, reports.Look{Width: sys.width(o.width), Colour: sys.colour(o.color)})
}

// simulate carries out the losses.
func simulate(s *reports.Simulation, g *graph.Graph, o *simulateOptions) error {
	m := s.Model
	s.Points, s.Shared = m.SinglePoints(), m.SharedServices()
	s.Recovery, s.Estimates = m.Recoveries(g), m.Availability(resilience.PublishedRates())
	switch {
	case len(o.lose) > 0:
		var all []resilience.Loss
		for _, name := range o.lose {
			l, err := m.Find(strings.TrimSpace(name))
			if err != nil {
				return &problem{where: "--lose " + name, what: err.Error(), hint: "a zone (eu-west-1a), a region or the address of something that an entry point needs"}
			}
			all = append(all, l)
		}
		s.Asked = m.Simulate([]resilience.Loss{resilience.Together(all...)})
	case o.depth == 2:
		pairs, err := pairs(m)
		if err != nil {
			return err
		}
		s.Asked = m.Simulate(pairs)
	default:
		s.Zones, s.Regions, s.Things = m.Simulate(m.Zones()), m.Simulate(m.Regions()), m.Simulate(felt(m))
	}
	return nil
}

// mostPairs bounds how long --depth 2 may take.
const mostPairs = 50_000

// pairs lists every two zones and single things that some entry point needs.
func pairs(m *resilience.Model) ([]resilience.Loss, error) {
	var list []resilience.Loss
	for _, l := range append(m.Zones(), m.Things()...) {
		if m.Needed(l.Nodes[0]) {
			list = append(list, l)
		}
	}
	if n := len(list) * (len(list) - 1) / 2; n > mostPairs {
		return nil, &problem{where: "--depth 2", what: fmt.Sprintf("%d pairs are too many", n), hint: "--root DIR reads a part; --lose A,B is one pair"}
	}
	return resilience.Pairs(list), nil
}

// felt lists the single losses that can change anything: of what an entry point is built on.
func felt(m *resilience.Model) []resilience.Loss {
	return slices.DeleteFunc(m.Things(), func(l resilience.Loss) bool { return !m.Needed(l.Nodes[0]) })
}

// cure looks for the cheapest sets among the fixes of policies and what a person could do.
func cure(ctx context.Context, s *reports.Simulation, g *graph.Graph, settings resilience.Settings, rd *reader, named string, env map[string]string) error {
	if len(s.Model.Entries) == 0 {
		return nil
	}
	fixes, err := fixesOf(ctx, g, rd)
	if err != nil {
		return err
	}
	list, err := priceList(g, named, env)
	if err != nil {
		return err
	}
	cheapest(s, g, settings, fixes, list)
	return nil
}

// mostCured ways in and mostFixes fixes are searched for the cheapest cure. The search tries sets of fixes: with 500 ways in and
// 1,000 fixes it takes more than five minutes.
const mostCured, mostFixes = 100, 400

// tooMany says why the cheapest cure is not searched for; "" when it is.
func tooMany(m *resilience.Model, fixes []resilience.Fix) string {
	if len(m.Entries) <= mostCured && len(fixes) <= mostFixes {
		return ""
	}
	return fmt.Sprintf("%d ways in and %d fixes are more than %d and %d; --root DIR reads a part", len(m.Entries), len(fixes), mostCured, mostFixes)
}

// cheapest fills in the offers and the cheapest sets of fixes for each goal, or why they are not looked for.
func cheapest(s *reports.Simulation, g *graph.Graph, settings resilience.Settings, fixes []resilience.Fix, list *priceOfFixes) {
	if s.Unsearched = tooMany(s.Model, fixes); s.Unsearched != "" {
		return
	}
	s.Catalogue = list.asOf
	market := resilience.NewMarket(g, settings, fixes, list)
	for _, f := range market.Fixes() {
		p := list.of(f)
		s.Offers = append(s.Offers, reports.Offer{Fix: f, Monthly: p.monthly, Known: p.known, Usage: p.usage})
	}
	add := func(label string, zones []string, goal resilience.Goal) {
		c, ok := market.Cheapest(goal)
		x := reports.PricedCure{Cure: c, Label: label, Possible: ok, Capacity: 1}
		if ok {
			x.Capacity = market.LeastCapacity(c, zones)
		}
		for _, f := range c.Fixes {
			x.Usage = x.Usage || list.of(f).usage
		}
		s.Cures = append(s.Cures, x)
	}
	var zones []string
	for _, z := range s.Zones {
		zone := strings.TrimPrefix(z.Loss.Name, "zone:")
		zones = append(zones, zone)
		if slices.ContainsFunc(z.Answers, func(a resilience.Answer) bool { return a.Up != resilience.Yes }) {
			add("survive "+reports.ZoneName(zone), []string{zone}, resilience.SurviveZone(zone))
		}
	}
	add("survive any one zone", zones, resilience.SurviveAnyZone())
	if part, _, better := market.AsFar(resilience.SurviveAnyZone()); better && !s.Cures[len(s.Cures)-1].Possible {
		add("as far as is known", zones, part)
	}
	add("and carry full load", zones, resilience.CarryFullLoad(s.Model))
}

// fixesOf are the fixes that policies offer for what fails, and what Plumbline can work out besides, in this order: a
// change that both know is the policy's.
func fixesOf(ctx context.Context, g *graph.Graph, rd *reader) ([]resilience.Fix, error) {
	set, err := loadPolicies(nil, rd.config, rd.tree)
	if err != nil {
		return nil, err
	}
	results, err := set.Evaluate(ctx, g, policies.Options{Parameters: rd.config.Parameters, Severity: rd.config.Severity, Profiles: rd.config.Profiles})
	if err != nil {
		return nil, err
	}
	return fixesIn(results, g), nil
}

// fixesIn are the fixes of what failed, and what is offered besides.
func fixesIn(results policies.Results, g *graph.Graph) []resilience.Fix {
	var out []resilience.Fix
	known, seen := map[graph.Key][]graph.Patch{}, map[string]bool{}
	for _, r := range results.Results {
		f := resilience.Fix{Policy: r.Policy, Resource: r.Key, Patch: r.Fix, Risk: len(policies.Severities) - r.Severity.Rank()}
		if r.Verdict != policies.Fail || len(r.Fix) == 0 || seen[f.ID()] {
			continue // a check that fails in several ways has one fix for all
		}
		seen[f.ID()] = true
		out, known[r.Key] = append(out, f), append(known[r.Key], r.Fix)
	}
	for _, f := range resilience.Offers(g) {
		if !slices.ContainsFunc(known[f.Resource], func(p graph.Patch) bool { return sameChanges(p, f.Patch) }) {
			out = append(out, f)
		}
	}
	return out
}

// sameChanges says whether two patches lead to the same.
func sameChanges(a, b graph.Patch) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(c graph.Change) bool {
		return !slices.ContainsFunc(b, func(d graph.Change) bool {
			return c.Op == d.Op && c.Address == d.Address && c.Path == d.Path && reflect.DeepEqual(c.New, d.New)
		})
	})
}

// prices of fixes, each computed once.
type priceOfFixes struct {
	deltas *cost.Deltas
	asOf   string
	known  map[string]fixPrice
}

type fixPrice struct {
	monthly      decimal.Decimal
	known, usage bool
}

func priceList(g *graph.Graph, named string, env map[string]string) (*priceOfFixes, error) {
	c, err := openPrices(named, env)
	if err != nil {
		return nil, err
	}
	return &priceOfFixes{deltas: cost.NewDeltas(g, c, cost.Options{}, catalog.Options{}), asOf: c.AsOf(), known: map[string]fixPrice{}}, nil
}

// of prices one fix. What depends on use is left out and said; a fix of which nothing else costs is not priced.
func (l *priceOfFixes) of(f resilience.Fix) fixPrice {
	key := f.ID()
	if p, ok := l.known[key]; ok {
		return p
	}
	d, err := l.deltas.Of(f.Patch)
	p := fixPrice{monthly: d.Monthly, known: err == nil && (len(d.Open) == 0 || !d.Monthly.IsZero()), usage: len(d.Open) > 0}
	l.known[key] = p
	return p
}

// Monthly implements resilience.Costs.
func (l *priceOfFixes) Monthly(f resilience.Fix) (decimal.Decimal, bool) {
	p := l.of(f)
	return p.monthly, p.known
}
