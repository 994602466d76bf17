package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners"
)

// costOptions are the flags of plumb cost.
type costOptions struct {
	*commonOptions
	readOptions
	sources                 []string
	since, before, changes  string
	usage, usageProfile     string
	template                bool
	by                      []string
	format                  string
	out                     []string
	prices, defaultRegion   string
	maxIncrease             string
	strict                  bool
	sinceGiven, beforeGiven bool
}

var costFormats = []string{"text", "json", "csv", "markdown"}

func newCostCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &costOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "cost [source...]",
		Short: "What it costs a month, or what a change does to that",
		Long:  "Price resources at list prices, on demand, for a month of 730 hours, offline.\nWhat has no price is named and left out of the total; it is never zero.",
		Example: `  plumb cost                            this folder
  plumb cost --since origin/main        what this branch changes
  plumb cost --before old.json new.json two plans
  plumb cost --usage-template > plumb-usage.yml`,
		Annotations: map[string]string{"sources": "as of plumb scan, and its flags for reading; default ."},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.sources = args
			o.sinceGiven, o.beforeGiven = cmd.Flags().Changed("since"), cmd.Flags().Changed("before")
			return runCost(cmd.Context(), o, sys)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.since, "since", "", "compare with `REF` of git")
	f.StringVar(&o.before, "before", "", "compare with `SOURCE`: a folder, a plan or a state")
	f.StringVar(&o.changes, "changes", "", "`FILE` with changes, priced as if they were made: docs/plan.md")
	f.StringVar(&o.usage, "usage", "", "`FILE` that says how much is used; also in the format of infracost-usage.yml")
	f.StringVar(&o.usageProfile, "usage-profile", "", "assume `NAME` usage where the file gives none: low, medium, high; range shows all")
	f.BoolVar(&o.template, "usage-template", false, "print a usage file with every meter that waits for a number")
	f.StringVar(&o.defaultRegion, "default-region", "us-east-1", "`REGION` where nothing tells it")
	pricesFlag(f, &o.prices)
	readFlags(f, &o.readOptions)
	liveFlags(f, &o.live, sys, common)
	f.VarP(&once{value: &o.format}, "format", "f", "`NAME`: text, json, csv, markdown")
	f.StringArrayVarP(&o.out, "out", "o", nil, "`NAME=FILE`: also write this format to a file; repeatable")
	f.StringSliceVar(&o.by, "by", nil, "`LIST` of breakdowns: stage, service, module, region, root, tag:NAME")
	f.StringVar(&o.maxIncrease, "max-increase", "", "`AMOUNT` a month that the change may add (else exit 2)")
	f.BoolVar(&o.strict, "strict", false, "a missing price, open usage or a gap fails too (exit 3)")
	for _, name := range []string{"stage", "var-file", "workspace", "root", "module", "download-modules", "state"} {
		f.Lookup(name).Hidden = true // as in plumb scan, whose help lists them
	}
	groups(cmd, []flagGroup{
		{"What is priced", []string{"since", "before", "changes", "var", "stage", "var-file", "workspace", "root", "module", "download-modules", "state"}},
		{"With which prices and usage", []string{"usage", "usage-profile", "usage-template", "default-region", "prices"}},
		{"What is shown", []string{"format", "out", "by"}},
		{"What fails", []string{"max-increase", "strict"}},
	})
	return cmd
}

// costing is one run of plumb cost.
type costing struct {
	*costOptions
	sys       *system
	outputs   []output
	catalogue *prices.Catalogue
	estimate  cost.Options
	limit     *decimal.Decimal
}

func runCost(ctx context.Context, o *costOptions, sys *system) error {
	c, err := newCosting(o, sys)
	if err != nil {
		return err
	}
	phase := "pricing"
	stop := sys.progress(o.quiet, func() string { return phase })
	r, broken, err := c.run(ctx)
	stop()
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		return err
	}
	if o.template {
		return usageTemplate(sys.out, r.Estimate)
	}
	for _, x := range c.outputs {
		if err := c.write(x, r); err != nil {
			return err
		}
	}
	switch {
	case r.Change.Over():
		return errFindings
	case len(broken) > 0:
		return &problem{where: broken[0].Where, what: broken[0].Why, hint: "what could not be read is left out of the total above"}
	case o.strict && (!r.Estimate.Complete || len(r.Gaps) > 0 || r.Change != nil && len(r.Change.Open) > 0):
		return errOpen
	}
	return nil
}

func newCosting(o *costOptions, sys *system) (*costing, error) {
	c := &costing{costOptions: o, sys: sys}
	switch {
	case o.sinceGiven && o.since == "":
		return nil, &problem{where: "--since", what: "names no commit", hint: "--since origin/main"}
	case o.beforeGiven && o.before == "":
		return nil, &problem{where: "--before", what: "names no source", hint: "--before old-plan.json"}
	case o.since != "" && o.before != "":
		return nil, &problem{what: "--since and --before both say what to compare with", hint: "give one of them"}
	case o.changes != "" && (o.since != "" || o.before != ""):
		return nil, &problem{what: "--changes is compared with what is there now", hint: "leave --since and --before out"}
	case o.maxIncrease != "" && o.since == "" && o.before == "" && o.changes == "":
		return nil, &problem{where: "--max-increase " + o.maxIncrease, what: "there is nothing to compare with", hint: "--since REF, --before SOURCE or --changes FILE"}
	case o.template && (o.since != "" || o.before != ""):
		return nil, &problem{what: "--usage-template is about one state, not about a change", hint: "plumb cost --usage-template > plumb-usage.yml"}
	}
	var err error
	if c.outputs, err = outputsOf(o.format, o.out, costFormats); err != nil {
		return nil, err
	}
	for _, by := range o.by {
		if _, ok := cost.Breakdown(cost.Estimated{}, graph.New(nil, nil), by); !ok {
			return nil, &problem{where: "--by " + by, what: "there is no such breakdown", hint: "stage, service, module, region, root or tag:NAME"}
		}
	}
	if o.maxIncrease != "" {
		limit, err := decimal.NewFromString(strings.TrimPrefix(o.maxIncrease, "$"))
		if err != nil || limit.IsNegative() {
			return nil, &problem{where: "--max-increase " + o.maxIncrease, what: "not an amount", hint: "--max-increase 100"}
		}
		c.limit = &limit
	}
	if c.estimate, err = estimateOptions(o.usage, o.usageProfile, o.defaultRegion); err != nil {
		return nil, err
	}
	c.estimate.Now = sys.now
	c.catalogue, err = openPrices(o.prices, sys.env)
	return c, err
}

// rangeProfile asks for the totals of all profiles.
const rangeProfile = "range"

func estimateOptions(usage, profile, region string) (cost.Options, error) {
	o := cost.Options{DefaultRegion: region}
	if profile != rangeProfile {
		p, err := cost.ParseProfile(profile)
		if err != nil {
			return o, &problem{where: "--usage-profile " + profile, what: "there is no such profile", hint: "low, medium, high or range"}
		}
		o.Profile = p
	}
	if usage == "" {
		return o, nil
	}
	text, err := os.ReadFile(usage)
	if err != nil {
		return o, &problem{where: "--usage " + usage, what: reason(err), hint: "plumb cost --usage-template > plumb-usage.yml"}
	}
	if o.Usage, err = cost.ParseUsage(usage, text); err != nil {
		return o, &problem{what: err.Error(), hint: "plumb cost --usage-template prints the fields that are read"}
	}
	return o, nil
}

// state is one state of the sources, priced.
type state struct {
	graph    *graph.Graph
	in       *reading
	estimate cost.Estimated
}

func (c *costing) run(ctx context.Context) (*reports.Costs, []scanners.Gap, error) {
	inputs, err := openSources(c.sources, c.sys.in)
	if err != nil {
		return nil, nil, err
	}
	now, err := c.price(ctx, inputs)
	if err != nil {
		return nil, nil, err
	}
	was := now
	if c.changes != "" {
		if now, err = c.changed(was); err != nil {
			return nil, nil, err
		}
	}
	r := &reports.Costs{Version: version, Sources: now.in.sources, Estimate: now.estimate, Gaps: reports.GapsOf(now.in.gaps), Usage: c.usage, Profile: c.estimate.Profile}
	for _, by := range c.by {
		groups, _ := cost.Breakdown(now.estimate, now.graph, by) // checked in newCosting
		r.Breakdowns = append(r.Breakdowns, reports.Breakdown{By: by, Groups: groups})
	}
	if c.usageProfile == rangeProfile {
		r.Range = c.profiles(now.graph)
	}
	if c.changes != "" {
		r.Change = &reports.CostChange{Limit: c.limit, From: "without " + c.changes, Before: was.estimate, Difference: cost.Compare(was.estimate, now.estimate)}
	} else if r.Change, err = c.compare(ctx, inputs, now); err != nil {
		return nil, nil, err
	}
	var broken []scanners.Gap
	for _, g := range now.in.gaps {
		if g.Broken {
			broken = append(broken, g)
		}
	}
	return r, broken, nil
}

// price reads and prices sources by the plumb.yaml that is theirs.
func (c *costing) price(ctx context.Context, inputs []source) (*state, error) {
	tree, conf, err := findConfig(c.config, inputs)
	if err != nil {
		return nil, err
	}
	rd, err := newReader(c.readOptions, conf, tree, c.sys.env, c.since != "" || c.before != "")
	if err != nil {
		return nil, err
	}
	in, err := rd.read(ctx, inputs)
	if err != nil {
		return nil, err
	}
	s := &state{graph: rd.build(in), in: in}
	s.estimate = cost.Estimate(s.graph, c.catalogue, c.estimate)
	return s, nil
}

// changed prices a state with the changes of a file made.
func (c *costing) changed(was *state) (*state, error) {
	g, err := withChanges(c.changes, was.graph, was.in.options)
	if err != nil {
		return nil, err
	}
	return &state{graph: g, in: was.in, estimate: cost.Estimate(g, c.catalogue, c.estimate)}, nil
}

func (c *costing) profiles(g *graph.Graph) *reports.CostRange {
	total := func(p cost.Profile) decimal.Decimal {
		o := c.estimate
		o.Profile = p
		return cost.Estimate(g, c.catalogue, o).Monthly
	}
	return &reports.CostRange{Low: total(cost.Low), Medium: total(cost.Medium), High: total(cost.High)}
}

// compare prices the state before, if one is named.
func (c *costing) compare(ctx context.Context, inputs []source, now *state) (*reports.CostChange, error) {
	var before *state
	change := &reports.CostChange{Limit: c.limit}
	switch {
	case c.since != "":
		top, err := oneRepository(inputs, "to compare plans: plumb cost --before OLD NEW")
		if err != nil {
			return nil, err
		}
		tree, err := openGitTree(ctx, top, c.since)
		if err != nil {
			return nil, err
		}
		defer tree.Close() // only read from
		old, err := sourcesIn(tree, inputs)
		if err != nil {
			return nil, err
		}
		change.From, change.Commit = c.since, tree.commit[:min(7, len(tree.commit))]
		if len(old) == 0 { // nothing was there yet
			before = &state{in: &reading{}, estimate: cost.Estimate(graph.New(nil, nil), c.catalogue, cost.Options{})}
			break
		}
		if before, err = c.price(ctx, old); err != nil {
			return nil, fmt.Errorf("%s: %w", c.since, err)
		}
	case c.before != "":
		old, err := openSources([]string{c.before}, strings.NewReader(""))
		if err != nil {
			return nil, err
		}
		change.From = c.before
		if before, err = c.price(ctx, old); err != nil {
			return nil, fmt.Errorf("%s: %w", c.before, err)
		}
	default:
		return nil, nil
	}
	change.Before, change.Difference = before.estimate, cost.Compare(before.estimate, now.estimate)
	return change, nil
}

func (c *costing) write(x output, r *reports.Costs) error {
	render := func(w io.Writer) error {
		switch x.format {
		case "json":
			return reports.CostJSON(w, r)
		case "csv":
			return reports.CostCSV(w, r)
		case "markdown":
			return reports.CostMarkdown(w, r)
		}
		look := reports.Look{Width: c.sys.width(c.width)}
		if x.file == "" {
			look.Colour = c.sys.colour(c.color)
			if c.sys.outTerminal {
				look.Limit = 50
			}
		}
		return reports.CostText(w, r, look)
	}
	if x.file != "" {
		return writeTo(x.file, render)
	}
	if err := render(c.sys.out); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}

// usageTemplate writes a usage file with an empty field for each meter whose quantity is not known.
func usageTemplate(w io.Writer, e cost.Estimated) error {
	var b strings.Builder
	b.WriteString("# What is used in a month. A field without a number stays open. Addresses may have * for anything;\n# resource_type_default_usage, by type, holds where no address is named.\nversion: 0.1\nresource_usage:\n")
	n := 0
	for _, r := range e.Resources {
		var seen []string
		for _, l := range r.Lines {
			if l.Quantity != nil || l.Usage == "" || slices.Contains(seen, l.Usage) {
				continue
			}
			if len(seen) == 0 {
				fmt.Fprintf(&b, "  %s:\n", yamlKey(string(r.Address)))
			}
			seen = append(seen, l.Usage)
			fmt.Fprintf(&b, "    %s: # %s, %s, $%s each\n", l.Usage, reports.Untrusted(l.Label).Terminal(), l.Unit, l.Price)
			n++
		}
	}
	if n == 0 {
		b.WriteString("  {} # nothing here waits for usage\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// yamlKey quotes an address that YAML would read as something else.
func yamlKey(address string) string {
	if strings.ContainsAny(address, "\"'[]{}#:*&!|>%@`, ") {
		return "'" + strings.ReplaceAll(reports.Untrusted(address).Terminal(), "'", "''") + "'"
	}
	return address
}
