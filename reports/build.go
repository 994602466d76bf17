package reports

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners"
)

// Input is what a run gave.
type Input struct {
	Version  string
	Today    time.Time
	Sources  []Source
	Graph    *graph.Graph
	Roots    []scanners.Root
	Gaps     []scanners.Gap
	Snippets map[string]string
	Results  policies.Results
	Metas    []policies.Meta
	Waivers  []policies.Waiver  // all that were given to the engine
	Verdicts []policies.Verdict // to list; nil: fail, undecided and waived
}

// New makes a report of a run. It does not keep or change its input.
func New(in Input) *Report {
	r := &Report{
		Version: in.Version, Today: in.Today, Sources: in.Sources, Resources: resources(in.Graph),
		Summary: in.Results.Count(), Policies: map[string]policies.Meta{}, Snippets: in.Snippets,
	}
	for _, m := range in.Metas {
		r.Policies[m.ID] = m
	}
	if in.Verdicts == nil {
		in.Verdicts = []policies.Verdict{policies.Fail, policies.Undecided, policies.Waived}
	}
	for i := range in.Results.Results {
		if x := &in.Results.Results[i]; slices.Contains(in.Verdicts, x.Verdict) {
			r.Findings = append(r.Findings, r.finding(in.Graph, x))
		}
	}
	fingerprint(r.Findings)
	for _, f := range r.With(policies.Waived) {
		r.waived = append(r.waived, f.Fingerprint)
	}
	slices.Sort(r.waived)
	slices.SortStableFunc(r.Findings, compareFindings)
	r.Gaps = GapsOf(in.Gaps)
	for _, p := range in.Results.Problems {
		r.Problems = append(r.Problems, Problem{p.Policy, Untrusted(p.Why)})
	}
	r.countControls(in.Results.Results)
	r.Roots = roots(in)
	r.Unused = unused(in.Waivers, in.Results.Results)
	return r
}

func (r *Report) finding(g *graph.Graph, x *policies.Result) *Finding {
	m := r.Policies[x.Policy]
	f := &Finding{
		Policy: x.Policy, Controls: m.Controls, Requirements: m.Requirements, Severity: x.Severity, Verdict: x.Verdict,
		Root: Untrusted(x.Key.Root), Resource: Untrusted(x.Resource), Type: x.Type, Attribute: Untrusted(x.Attribute),
		Message: Untrusted(oneLine(x.Message)), Stage: Untrusted(x.Stage), Fix: x.Fix, Disruption: m.Disruption,
		identity: identity{x.Policy, x.Key.Root, string(x.Resource)},
	}
	if x.Resource == "" {
		f.Resource, f.identity.resource = Untrusted(x.Key.Address), string(x.Key.Address)
	}
	if x.Key.Address != x.Resource {
		f.Part = Untrusted(x.Key.Address)
	}
	if m.Waste && x.Verdict == policies.Fail && len(x.Fix) == 0 {
		f.Waste = graph.Patch{{Op: graph.Delete, Root: x.Key.Root, Address: x.Key.Address, Type: x.Type}}
	}
	res := g.Get(x.Key)
	f.Source = place(res)
	f.At = attributePlace(res, x.Attribute)
	for _, miss := range x.Missing {
		m := Missing{Untrusted(miss.Key.Address), Untrusted(miss.Path), Untrusted(oneLine(miss.Why)), Untrusted(miss.Settle)}
		if !slices.Contains(f.Missing, m) { // resources of one address in several roots read the same
			f.Missing = append(f.Missing, m)
		}
	}
	if len(x.Missing) > 0 && x.Attribute == "" {
		if x.Missing[0].Key == x.Key {
			f.Attribute = Untrusted(x.Missing[0].Path)
		}
		if at := attributePlace(g.Get(x.Missing[0].Key), x.Missing[0].Path); at.Line > 0 {
			f.At = at
		}
	}
	if f.Message.Empty() && x.Verdict == policies.Undecided {
		f.Message = Untrusted(lacksRaw(f))
	}
	if x.Waiver != nil {
		w := waiver(*x.Waiver)
		f.Waiver = &w
	}
	return f
}

// resources counts what was read: not what a simulation says of it.
func resources(g *graph.Graph) int {
	n := len(g.Resources())
	for _, typ := range g.Types() {
		if strings.HasPrefix(typ, "resilience_") {
			n -= len(g.OfType(typ))
		}
	}
	return n
}

// oneLine joins the lines of a message: a line break in it is layout, not content.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\t") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' || r == ' ' }), " ")
}

// Waivers turns the engine's waivers into a report's.
func Waivers(list []policies.Waiver) []Waiver {
	var out []Waiver
	for _, w := range list {
		out = append(out, waiver(w))
	}
	return out
}

func waiver(w policies.Waiver) Waiver {
	return Waiver{Untrusted(w.Policy), Untrusted(w.Address), Untrusted(w.Root), Untrusted(w.Reason), Untrusted(w.Where), w.Until}
}

func place(r *graph.Resource) Place {
	if r == nil || len(r.Origins) == 0 {
		return Place{}
	}
	o := best(r.Origins)
	p := Place{Kind: o.Source, File: Untrusted(o.File), Line: o.Line, EndLine: max(o.EndLine, o.Line), Column: o.Column, ID: Untrusted(o.ID)}
	if o.Source == "aws" {
		account, region, _ := strings.Cut(o.Scope, "/")
		p.Account, p.Region = Untrusted(account), Untrusted(region)
	}
	for _, c := range o.Calls {
		p.Calls = append(p.Calls, Call{Untrusted(c.Module), Untrusted(c.File), c.Line})
	}
	return p
}

// best is the first origin with a line: where a person would go to change something.
func best(origins []graph.Origin) graph.Origin {
	for _, o := range origins {
		if o.Line > 0 {
			return o
		}
	}
	return origins[0]
}

// attributePlace looks the attribute up from its full path to ever shorter ones; a part's attributes are
// written below the label of the part ("versioning" of "aws_s3_bucket.b#versioning").
func attributePlace(r *graph.Resource, path string) Place {
	p := place(r)
	if r == nil || len(r.Origins) == 0 {
		return p
	}
	o := best(r.Origins)
	_, label, part := strings.Cut(string(r.Address), "#")
	candidates := shorter(path)
	if part {
		candidates = nil
		for _, c := range append(shorter(path), "") {
			candidates = append(candidates, graph.Schematic(label)+strings.TrimRight("."+c, "."))
		}
		candidates = append(candidates, shorter(path)...)
	}
	for _, c := range candidates {
		pos, ok := o.Attrs[c]
		if !ok || pos.Line == 0 {
			continue
		}
		if pos.File != "" {
			p.File = Untrusted(pos.File)
		}
		p.Line, p.Column, p.EndLine, p.EndColumn = pos.Line, pos.Column, max(pos.EndLine, pos.Line), pos.EndColumn
		return p
	}
	return p
}

// shorter lists a path, its schematic form, and their parents.
func shorter(path string) []string {
	var out []string
	for path != "" {
		out = append(out, path)
		if s := graph.Schematic(path); s != path {
			out = append(out, s)
		}
		i := strings.LastIndexAny(path, ".[")
		if i < 0 {
			break
		}
		path = path[:i]
	}
	return out
}

// compareFindings puts the worst first, then what lies first in the code.
func compareFindings(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), a.Root.Compare(b.Root), a.Source.File.Compare(b.Source.File),
		cmp.Compare(a.Source.Line, b.Source.Line), a.Resource.Compare(b.Resource), strings.Compare(a.Policy, b.Policy),
		a.Part.Compare(b.Part), a.Attribute.Compare(b.Attribute), a.Message.Compare(b.Message))
}

func (r *Report) countControls(results []policies.Result) {
	applies := map[string]bool{}
	for i := range results {
		if results[i].Verdict != policies.NotApplicable {
			applies[results[i].Policy] = true
		}
	}
	busy := map[string]bool{}
	for id, m := range r.Policies {
		for _, c := range m.Controls {
			busy[c] = busy[c] || applies[id]
		}
	}
	r.Controls = len(busy)
	for _, b := range busy {
		if !b {
			r.Idle++
		}
	}
}

func roots(in Input) []Root {
	resources, undecided, gaps := map[string]int{}, map[string]int{}, map[string]int{}
	for _, x := range in.Graph.Resources() {
		resources[x.Root]++
	}
	for i := range in.Results.Results {
		if x := &in.Results.Results[i]; x.Verdict == policies.Undecided {
			undecided[x.Key.Root]++
		}
	}
	for _, g := range in.Gaps {
		gaps[g.Root]++
	}
	out := make([]Root, 0, len(in.Roots))
	for _, root := range in.Roots {
		out = append(out, Root{Untrusted(root.Path), root.Kind, root.Files, resources[root.Path], undecided[root.Path], gaps[root.Path]})
	}
	slices.SortFunc(out, func(a, b Root) int { return a.Path.Compare(b.Path) })
	return out
}

// unused lists the waivers that meet nothing. One comment makes a waiver for each resource that it stands at,
// and is of use when one of them is.
func unused(waivers []policies.Waiver, results []policies.Result) []Waiver {
	type key struct{ policy, where string }
	used := map[key]bool{}
	for i := range results {
		if w := results[i].Waiver; w != nil {
			used[key{w.Policy, w.Where}] = true
		}
	}
	var out []Waiver
	for _, w := range waivers {
		if k := (key{w.Policy, w.Where}); !used[k] {
			used[k] = true
			out = append(out, waiver(w))
		}
	}
	return out
}

// GapsOf takes over what scanners could not read.
func GapsOf(gaps []scanners.Gap) []Gap {
	var out []Gap
	for _, g := range gaps {
		out = append(out, Gap{Untrusted(g.Root), Untrusted(g.Where), Untrusted(g.What), Untrusted(g.Why), Untrusted(g.Settle)})
	}
	return out
}
