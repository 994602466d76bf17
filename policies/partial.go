package policies

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// lazyCompiler compiles an inlined module when partial evaluation first needs it.
type lazyCompiler struct {
	once     sync.Once
	compiler *ast.Compiler
	err      error
}

func (l *lazyCompiler) get(modules map[string]*ast.Module) (*ast.Compiler, error) {
	l.once.Do(func() { l.compiler, l.err = compile(modules, nil) })
	return l.compiler, l.err
}

const (
	// batchSize is how many judged resources are decided in one partial evaluation; its unknowns are a list
	// that is gone through at every step, so that batches are kept small.
	batchSize = 16
	// decidedAtMost bounds the resources of one policy that are decided exactly; the others stay undecided.
	decidedAtMost = 20000
	// batchShare is the part of a policy's time, one in so many, that one partial evaluation may take.
	batchShare = 8
	// weightAtMost bounds resources times unknowns of one partial evaluation.
	weightAtMost = 4_000_000
	// hauntsAtMost is how many different sets of phantoms one partial evaluation should have to do with.
	hauntsAtMost = 4
	// phantoms is how many resources stand for what an unknown position may be: two, since policies compare two.
	phantoms = 2
	// missingKept is how many missing data one result lists.
	missingKept = 12
)

// decider decides resources whose verdict may hang on something unknown, by partial evaluation on their neighbourhood.
type decider struct {
	j            *judge
	e            *entry
	judged, deny rego.PreparedPartialQuery
}

func (j *judge) decider(ctx context.Context, e *entry, class stageClass) (*decider, error) {
	c, err := e.inline.get(map[string]*ast.Module{e.meta.ID: j.p.modules[e.meta.ID]})
	if err != nil {
		return nil, err
	}
	d := &decider{j: j, e: e}
	store := inmem.NewFromObjectWithOpts(e.data[class], inmem.OptReturnASTValuesOnRead(true))
	for rule, to := range map[string]*rego.PreparedPartialQuery{"judged": &d.judged, "deny": &d.deny} {
		if *to, err = rego.New(rego.Compiler(c), rego.Store(store), rego.Query("data."+e.meta.ID+"."+rule+"[x]")).PrepareForPartial(ctx); err != nil {
			return nil, fmt.Errorf("preparing policy %s: %w", e.meta.ID, err)
		}
	}
	return d, nil
}

// decide replaces the answers at the given positions.
func (d *decider) decide(ctx context.Context, positions []int, answers []answer) error {
	list := d.j.g.OfType(d.e.meta.Judges)
	var batch []*graph.Resource
	size := batchSize
	if len(d.e.reads.scanned) > 0 {
		size *= 16
	}
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := d.batch(ctx, batch, answers)
		batch = batch[:0]
		return err
	}
	for n, i := range positions {
		r := list[i]
		_, maybe := d.j.holes.maybe[r.Key()]
		switch {
		case n >= decidedAtMost:
			answers[i] = answer{verdict: Undecided, missing: d.around(r), why: fmt.Sprintf("only %d resources of one check are decided when data are missing", decidedAtMost)}
		case maybe:
			if err := d.batch(ctx, []*graph.Resource{r}, answers); err != nil {
				return err
			}
			d.mayNotExist(r, &answers[i])
		default:
			batch = append(batch, r)
			if len(batch) == size {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}

// mayNotExist turns the fail of a resource that may not be there into undecided.
func (d *decider) mayNotExist(r *graph.Resource, a *answer) {
	if a.verdict == Fail {
		*a = answer{verdict: Undecided, missing: []Missing{{Key: r.Key(), Path: "_count", Why: d.j.holes.maybe[r.Key()]}}}
	}
}

// patch is one unknown location of the extracted input.
type patch struct {
	ref     ast.Ref
	missing []Missing
	owners  []graph.Key // the resources that it is a part of, or whose edges may lead to it
}

// batch decides some resources of the judged type together.
func (d *decider) batch(ctx context.Context, batch []*graph.Resource, answers []answer) error {
	v := d.extract(batch)
	if v.haunts > hauntsAtMost && len(batch) > 1 && len(d.e.reads.scanned) == 0 {
		return d.halves(ctx, batch, answers)
	}
	in := convert(v, d.j.p.needs)
	patches := d.patches(v, in, batch)
	if size := len(v.at) * len(patches); size > weightAtMost {
		if len(batch) > 1 {
			return d.halves(ctx, batch, answers)
		}
		answers[d.j.g.Position(batch[0].Key())] = answer{verdict: Undecided, missing: d.around(batch[0]), why: "too much around it is unknown"}
		return nil
	}
	unknowns := make([]*ast.Term, len(patches))
	for i, p := range patches {
		unknowns[i] = ast.NewTerm(p.ref)
	}
	if len(unknowns) == 0 { // nothing is unknown: not the default, which is all of input
		unknowns = []*ast.Term{ast.NewTerm(ast.Ref{ast.InputRootDocument, ast.StringTerm("_nothing")})}
	}
	limited, cancel := context.WithTimeout(ctx, d.j.limit()/batchShare)
	defer cancel()
	denied, err := d.residue(limited, d.deny, in, unknowns, patches)
	var judged residues
	if err == nil {
		judged, err = d.residue(limited, d.judged, in, unknowns, patches)
	}
	switch {
	case err != nil && limited.Err() == nil:
		return err
	case err != nil && len(batch) > 1 && ctx.Err() == nil:
		return d.halves(ctx, batch, answers)
	case err != nil:
		d.giveUp(batch, answers)
		return nil
	}
	for _, r := range batch {
		i := d.j.g.Position(r.Key())
		answers[i] = d.verdict(r, v.at[r.Key()], denied, judged)
	}
	return nil
}

// giveUp leaves resources undecided that take too long to decide; the verdicts of the others stand.
func (d *decider) giveUp(batch []*graph.Resource, answers []answer) {
	for _, r := range batch {
		answers[d.j.g.Position(r.Key())] = answer{verdict: Undecided, missing: d.around(r), why: "deciding it with so much unknown takes too long"}
	}
}

// halves decides a batch in two parts: what is unknown around one resource is in the way of deciding the others.
func (d *decider) halves(ctx context.Context, batch []*graph.Resource, answers []answer) error {
	half := len(batch) / 2
	first, second := slices.Clone(batch[:half]), slices.Clone(batch[half:])
	if err := d.batch(ctx, first, answers); err != nil {
		return err
	}
	return d.batch(ctx, second, answers)
}

func (d *decider) verdict(r *graph.Resource, at int, denied, judged residues) answer {
	switch {
	case len(denied.sure[at]) > 0:
		a := answer{verdict: Fail, findings: denied.sure[at]}
		sortFindings(&a)
		return a
	case denied.hangs(at):
		a := answer{verdict: Undecided, missing: denied.missing(at, d.near(r))}
		if len(a.missing) == 0 {
			a.missing = d.around(r)
		}
		return a
	case judged.sure[at] != nil, judged.hangs(at): // judged or not, it cannot fail
		return answer{verdict: Pass}
	}
	return answer{verdict: NotApplicable}
}

// near gives what the policy can reach from a resource, and everything of the types that it scans.
func (d *decider) near(r *graph.Resource) map[graph.Key]bool {
	start := []graph.Key{r.Key()}
	for _, t := range d.e.reads.scanned {
		for _, x := range d.j.g.OfType(t) {
			start = append(start, x.Key())
		}
	}
	return d.j.holes.reach(start, d.e.reads)
}

// around lists what is unknown in and near a resource, for verdicts that no residue explains.
func (d *decider) around(r *graph.Resource) []Missing {
	var out []Missing
	for _, k := range sortedKeys(d.j.holes.reach([]graph.Key{r.Key()}, d.e.reads)) {
		for _, h := range d.j.holes.of[k] {
			if d.e.reads.relevant(d.j.g.Get(k).Type, h.shape()) {
				out = append(out, h.missing)
			}
		}
	}
	return tidy(out)
}

func sortedKeys(m map[graph.Key]bool) []graph.Key {
	keys := make([]graph.Key, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, graph.Key.Compare)
	return keys
}

// tidy sorts missing data, drops repetitions, and adds what would settle each.
func tidy(list []Missing) []Missing {
	slices.SortFunc(list, func(a, b Missing) int {
		if c := a.Key.Compare(b.Key); c != 0 {
			return c
		}
		if c := compareText(a.Path, b.Path); c != 0 {
			return c
		}
		return compareText(a.Why, b.Why)
	})
	list = slices.Compact(list)
	if len(list) > missingKept {
		list = list[:missingKept]
	}
	for i := range list {
		list[i].Settle = settleBy(list[i])
	}
	return list
}

// extract cuts out what the policy can reach from the batch, with everything of the types that it scans.
// Edges of resources that may not exist are left out; open edges lead to phantoms.
func (d *decider) extract(batch []*graph.Resource) view {
	h := d.j.holes
	var start []graph.Key
	for _, r := range batch {
		start = append(start, r.Key())
	}
	for _, t := range d.e.reads.scanned {
		for _, r := range h.g.OfType(t) {
			start = append(start, r.Key())
		}
	}
	if d.e.reads.hazy {
		for _, r := range h.g.Resources() {
			start = append(start, r.Key())
		}
	}
	v := view{g: h.g, list: map[string][]*graph.Resource{}, at: map[graph.Key]int{}, sure: d.certain(batch), marked: true, open: map[listKey][]int{}, ghosts: map[string][]*ghost{}}
	reached := h.reach(start, d.e.reads)
	keys := make([]graph.Key, 0, len(reached))
	for k := range reached {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b graph.Key) int {
		if n := h.g.Position(a) - h.g.Position(b); n != 0 {
			return n
		}
		return a.Compare(b)
	})
	for _, k := range keys {
		r := h.g.Get(k)
		v.at[k] = len(v.list[r.Type])
		v.list[r.Type] = append(v.list[r.Type], r)
	}
	d.openEdges(&v, keys)
	return v
}

// openEdges lets the open edge lists of the view lead to phantoms. Open lists with the same reasons share them.
func (d *decider) openEdges(v *view, keys []graph.Key) {
	trees := map[string]*haunt{}
	for _, k := range keys {
		typ := d.j.g.Get(k).Type
		lists := map[listKey][]Missing{}
		for _, x := range d.j.holes.of[k] {
			if len(x.path) > 1 && (x.path[0] == "_to" || x.path[0] == "_from") && d.e.reads.relevant(typ, x.shape()) {
				at := listKey{k, x.path[0], x.path[1]}
				lists[at] = append(lists[at], x.missing)
			}
		}
		for _, at := range slices.SortedFunc(maps.Keys(lists), listKey.compare) {
			missing := lists[at]
			name := fmt.Sprint(tidy(missing))
			if trees[name] == nil {
				trees[name] = &haunt{d: d, v: v, missing: missing, at: map[string][]*ghost{}}
			}
			trees[name].owners = append(trees[name].owners, k)
			if positions := trees[name].leads(typ, at.direction, at.key); positions != nil {
				v.open[at] = positions
			}
		}
	}
	v.haunts = len(trees)
}

// haunt is the phantoms that stand for what one set of missing data may be.
type haunt struct {
	d       *decider
	v       *view
	missing []Missing
	owners  []graph.Key
	at      map[string][]*ghost // by type
}

// leads gives the phantoms that an open edge list of a type leads to; nil when its positions are unknown themselves, because
// the policy compares them.
func (t *haunt) leads(typ, direction, key string) []int {
	edge := edgeName(typ, direction, key)
	targets := leadsTo(typ, direction, key)
	uses := t.d.e.reads.uses
	if len(targets) != 1 || uses.equal[edge] || t.d.e.reads.hazy || t.d.e.reads.listAsValue(typ, direction, key) {
		for _, target := range targets {
			t.ghosts(target, phantoms)
		}
		return nil
	}
	var out []int
	for _, g := range t.ghosts(targets[0], uses.phantomsOf(edge))[:uses.phantomsOf(edge)] {
		out = append(out, g.at)
	}
	return out
}

// ghosts gives n phantoms of a type at least.
func (t *haunt) ghosts(typ string, n int) []*ghost {
	for len(t.at[typ]) < n {
		g := &ghost{at: len(t.v.list[typ]) + len(t.v.ghosts[typ]), edges: map[string]map[string][]int{}, tree: t}
		t.at[typ] = append(t.at[typ], g)
		t.v.ghosts[typ] = append(t.v.ghosts[typ], g)
		for _, edge := range sortedNames(t.d.e.reads.edges[typ]) {
			direction, key, ok := strings.Cut(edge, ".")
			if !ok {
				if edge != "" {
					g.unknown = append(g.unknown, edge)
				}
				continue
			}
			positions := t.leads(typ, direction, key)
			if positions == nil {
				g.unknown = append(g.unknown, edge)
			}
			if g.edges[direction] == nil {
				g.edges[direction] = map[string][]int{}
			}
			g.edges[direction][key] = positions
		}
	}
	return t.at[typ]
}

// listAsValue says whether the policy uses an edge list of a type as a whole.
func (rd reads) listAsValue(typ, direction, key string) bool {
	shape := []string{direction, key}
	return slices.ContainsFunc(rd.byType[typ], func(r read) bool {
		return r.value && (r.whole || len(r.path) <= 2 && r.meets(shape))
	})
}

// leadsTo lists the types that an edge list of a type holds positions of.
func leadsTo(typ, direction, key string) []string {
	if direction == "_from" {
		from, _, _ := strings.Cut(key, ".")
		return []string{from}
	}
	t := catalog.Lookup(typ)
	if t == nil {
		return nil
	}
	var out []string
	for _, ref := range t.References() {
		for _, target := range ref.Targets {
			if ref.ToKey(target.Type) == key {
				out = append(out, target.Type)
			}
		}
	}
	return out
}

// certain says which edges of the view are sure: those between resources that exist, or that exist together. The
// resources of a batch are judged as existing.
func (d *decider) certain(batch []*graph.Resource) func(a, b *graph.Resource) bool {
	maybe := d.j.holes.maybe
	given := map[graph.Key]bool{}
	for _, r := range batch {
		given[family(r)] = true
	}
	exists := func(r *graph.Resource) bool {
		_, uncertain := maybe[r.Key()]
		return !uncertain || given[family(r)]
	}
	return func(a, b *graph.Resource) bool { return exists(a) && exists(b) || sameFamily(a, b) }
}

// patches lists the unknown locations of an extracted input. A location inside something that the policy
// uses as a whole is widened to that.
func (d *decider) patches(v view, in ast.Value, batch []*graph.Resource) []patch {
	var out []patch
	seen := map[string]int{}
	put := func(ref ast.Ref, owners []graph.Key, m ...Missing) {
		key := ref.String()
		if i, again := seen[key]; again {
			out[i].missing, out[i].owners = append(out[i].missing, m...), append(out[i].owners, owners...)
			return
		}
		seen[key] = len(out)
		out = append(out, patch{ref, slices.Clone(m), slices.Clone(owners)})
	}
	given := map[graph.Key]bool{}
	for _, r := range batch {
		given[family(r)] = true
	}
	for _, typ := range sortedNames(v.list) {
		for i, r := range v.list[typ] {
			base := ast.Ref{ast.InputRootDocument, ast.StringTerm(typ), ast.InternedTerm(i)}
			if why, uncertain := d.j.holes.maybe[r.Key()]; uncertain && !given[family(r)] {
				m := Missing{Key: r.Key(), Path: "_count", Why: why}
				put(d.widenArray(base), []graph.Key{r.Key()}, m)
				continue
			}
			for _, h := range d.j.holes.of[r.Key()] {
				if !d.e.reads.relevant(typ, h.shape()) {
					continue
				}
				if _, led := v.open[edgeOf(r, h)]; led {
					continue
				}
				for _, ref := range d.locations(base, typ, h, in) {
					put(ref, []graph.Key{r.Key()}, h.missing)
				}
			}
		}
	}
	for _, typ := range sortedNames(v.ghosts) {
		for _, g := range v.ghosts[typ] {
			base := ast.Ref{ast.InputRootDocument, ast.StringTerm(typ), ast.InternedTerm(g.at)}
			for _, ref := range d.ghostly(base, typ, g) {
				put(ref, g.tree.owners, g.tree.missing...)
			}
		}
	}
	return out
}

// edgeOf gives the edge list that a hole is in; the zero value for other holes.
func edgeOf(r *graph.Resource, h hole) listKey {
	if len(h.path) == 2 && h.more && (h.path[0] == "_to" || h.path[0] == "_from") {
		return listKey{r.Key(), h.path[0], h.path[1]}
	}
	return listKey{}
}

// ghostly lists what is unknown of a phantom: that it is there, and everything that the policy reads of its type but the edges
// that lead to other phantoms.
func (d *decider) ghostly(base ast.Ref, typ string, g *ghost) []ast.Ref {
	names := map[string]bool{isThere: true, "_address": true}
	for _, r := range d.e.reads.byType[typ] {
		switch {
		case r.whole && r.value:
			return []ast.Ref{base[:2]}
		case len(r.path) == 0 && r.value, len(r.path) > 0 && r.path[0] == anyStep:
			return []ast.Ref{base}
		case len(r.path) > 0 && r.path[0] != "_to" && r.path[0] != "_from":
			names[r.path[0]] = true
		}
	}
	var out []ast.Ref
	for _, name := range sortedNames(names) {
		out = append(out, base.Append(ast.StringTerm(name)))
	}
	for _, edge := range g.unknown {
		direction, key, ok := strings.Cut(edge, ".")
		ref := base.Append(ast.StringTerm(direction))
		if ok {
			ref = ref.Append(ast.StringTerm(key))
		}
		out = append(out, ref)
	}
	return out
}

// widenArray gives the array of the type where the policy uses it as a whole, else the reference itself.
func (d *decider) widenArray(base ast.Ref) ast.Ref {
	typ := string(base[1].Value.(ast.String))
	for _, r := range d.e.reads.byType[typ] {
		if r.whole && r.value {
			return base[:2]
		}
	}
	return base
}

// locations gives the references of one hole: one, or those of the further elements of a list.
func (d *decider) locations(base ast.Ref, typ string, h hole, in ast.Value) []ast.Ref {
	shape := h.shape()
	cut := len(shape)
	for _, r := range d.e.reads.byType[typ] {
		if r.whole && r.value {
			return []ast.Ref{d.widenArray(base)}
		}
		if r.value && len(r.path) < cut && (read{path: r.path, value: true}).meets(shape) {
			cut = len(r.path)
		}
	}
	ref := slices.Clone(base)
	for _, s := range h.path[:min(cut, len(h.path))] {
		ref = append(ref, stepTerm(s))
	}
	for n := len(base) + 1; n < len(ref); n++ { // what holds the location is not there: it is the unknown
		if _, err := in.Find(ref[1:n]); err != nil {
			return []ast.Ref{ref[:n]}
		}
	}
	if !h.more || cut < len(shape) {
		return []ast.Ref{ref}
	}
	v, err := in.Find(ref[1:])
	list, ok := v.(*ast.Array)
	if err != nil || !ok { // a map that may have further keys: any of them
		return []ast.Ref{ref}
	}
	n := list.Len()
	var out []ast.Ref
	for k := range h.atMost {
		out = append(out, ref.Append(ast.InternedTerm(n+k)))
	}
	return out
}

func stepTerm(s string) *ast.Term {
	if n, err := strconv.Atoi(s); err == nil {
		return ast.InternedTerm(n)
	}
	return ast.StringTerm(s)
}

// residues is what partial evaluation leaves of a set, by position: elements that are in it for certain, and those that
// are in it under conditions.
type residues struct {
	sure  map[int][]finding
	maybe map[int]map[int]bool // position -> indexes of patches that it hangs on
	bare  map[int]bool         // hangs on something, no patch is named
	all   map[int]bool         // patches of answers whose position is not known: they are about every position
	any   bool
	list  []patch
}

func (r residues) hangs(at int) bool { return len(r.maybe[at]) > 0 || r.bare[at] || r.any }

// missing lists the data that the answer at a position hangs on. A residue also names what other resources of the batch hang
// on, where positions are compared: only what is near counts, unless that explains nothing.
func (r residues) missing(at int, near map[graph.Key]bool) []Missing {
	var out, all []Missing
	for _, set := range []map[int]bool{r.maybe[at], r.all} {
		for i := range set {
			all = append(all, r.list[i].missing...)
			if slices.ContainsFunc(r.list[i].owners, func(k graph.Key) bool { return near[k] }) {
				out = append(out, r.list[i].missing...)
			}
		}
	}
	if len(out) == 0 {
		out = all
	}
	return tidy(out)
}

func (d *decider) residue(ctx context.Context, q rego.PreparedPartialQuery, in ast.Value, unknowns []*ast.Term, list []patch) (residues, error) {
	pq, err := q.Partial(ctx, rego.EvalParsedInput(in), rego.EvalParsedUnknowns(unknowns))
	if err != nil {
		return residues{}, err
	}
	out := residues{sure: map[int][]finding{}, maybe: map[int]map[int]bool{}, bare: map[int]bool{}, all: map[int]bool{}, list: list}
	s := newSupport(pq.Support)
	for _, b := range pq.Queries {
		if s.impossible(b) {
			continue
		}
		x := elementOf(b)
		at, known := 0, false
		if x != nil {
			at, known = positionOf(x)
		}
		hangs := s.patches(b, list)
		switch {
		case known && len(b) == 1 && x.IsGround() && len(hangs) == 0:
			out.sure[at] = append(out.sure[at], findingOf(x))
		case known && len(hangs) == 0:
			out.bare[at] = true
		case known:
			if out.maybe[at] == nil {
				out.maybe[at] = map[int]bool{}
			}
			for i := range hangs {
				out.maybe[at][i] = true
			}
		default:
			out.any = true
			for i := range hangs {
				out.all[i] = true
			}
		}
	}
	return out, nil
}

// elementOf finds the element in a residual query: x = ELEMENT.
func elementOf(b ast.Body) *ast.Term {
	for _, e := range b {
		if !e.IsEquality() || e.Negated {
			continue
		}
		l, r := e.Operand(0), e.Operand(1)
		if isX(l) {
			return r
		}
		if isX(r) {
			return l
		}
	}
	return nil
}

func isX(t *ast.Term) bool {
	v, ok := t.Value.(ast.Var)
	return ok && v == "x"
}

// support is the rules that partial evaluation made for what it could not inline.
type support struct{ rules map[string][]*ast.Rule }

func newSupport(modules []*ast.Module) support {
	s := support{rules: map[string][]*ast.Rule{}}
	for _, m := range modules {
		for _, r := range m.Rules {
			key := ast.Ref(append(slices.Clone(m.Package.Path), ast.StringTerm(ruleName(r)))).String()
			s.rules[key] = append(s.rules[key], r)
		}
	}
	return s
}

// named gives the support rules that a reference uses.
func (s support) named(ref ast.Ref) []*ast.Rule {
	if len(ref) == 0 || !ref[0].Equal(ast.DefaultRootDocument) {
		return nil
	}
	for n := len(ref); n > 1; n-- {
		if rules, ok := s.rules[ref[:n].String()]; ok {
			return rules
		}
	}
	return nil
}

// impossible says whether a residual query can never hold: partial evaluation leaves "not true", and "not" of a support
// rule whose body is true, standing where a witness is certain.
func (s support) impossible(b ast.Body) bool {
	for _, e := range b {
		t, ok := e.Terms.(*ast.Term)
		if !ok || !e.Negated {
			continue
		}
		if t.Equal(ast.BooleanTerm(true)) {
			return true
		}
		ref, ok := t.Value.(ast.Ref)
		if !ok {
			continue
		}
		for _, r := range s.rules[ref.String()] {
			if len(r.Head.Args) == 0 && certainly(r.Body) {
				return true
			}
		}
	}
	return false
}

func certainly(b ast.Body) bool {
	if len(b) != 1 || b[0].Negated {
		return false
	}
	t, ok := b[0].Terms.(*ast.Term)
	return ok && t.Equal(ast.BooleanTerm(true))
}

// patches lists the unknown locations that a residual query mentions, itself or in support rules.
func (s support) patches(b ast.Body, list []patch) map[int]bool {
	out := map[int]bool{}
	seen := map[string]bool{}
	var follow func(x any)
	follow = func(x any) {
		ast.WalkRefs(x, func(ref ast.Ref) bool {
			if ref[0].Equal(ast.InputRootDocument) {
				touched(ref, list, out)
			}
			for _, r := range s.named(ref) {
				if key := r.String(); !seen[key] {
					seen[key] = true
					follow(r)
				}
			}
			return false
		})
	}
	follow(b)
	return out
}

// touched adds the patches that a reference of a residue overlaps.
func touched(ref ast.Ref, list []patch, out map[int]bool) {
	g := ref.GroundPrefix()
	for i, p := range list {
		if g.HasPrefix(p.ref) || p.ref.HasPrefix(g) {
			out[i] = true
		}
	}
}
