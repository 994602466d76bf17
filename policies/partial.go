package policies

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
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
	// decidedAtMost bounds the resources of one policy that are decided exactly, those of one shape counted once; the others
	// stay undecided.
	decidedAtMost = 20000
	// stepsAtMost and stepsInAll bound the expressions that one partial evaluation, and all of one policy, may go through: negations of what
	// hangs on much that is unknown multiply. Steps are counted, not time, so that a busy machine gives the same verdicts.
	stepsAtMost = 300_000
	stepsInAll  = 600_000
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
	*run
	holes        *relevance
	judged, deny rego.PreparedPartialQuery
}

func (r *run) decider(ctx context.Context, holes *relevance) (*decider, error) {
	c, err := r.e.inline.get(map[string]*ast.Module{r.e.meta.ID: r.j.p.modules[r.e.meta.ID]})
	if err != nil {
		return nil, err
	}
	d := &decider{run: r, holes: holes}
	store := inmem.NewFromObjectWithOpts(r.e.data[r.class], inmem.OptReturnASTValuesOnRead(true))
	for rule, to := range map[string]*rego.PreparedPartialQuery{"judged": &d.judged, "deny": &d.deny} {
		if *to, err = rego.New(rego.Compiler(c), rego.Store(store), rego.Query("data."+r.e.meta.ID+"."+rule+"[x]")).PrepareForPartial(ctx); err != nil {
			return nil, fmt.Errorf("preparing policy %s: %w", r.e.meta.ID, err)
		}
	}
	return d, nil
}

// decide gives the answers at the positions given.
func (d *decider) decide(ctx context.Context, positions []int, answers []answer) error {
	if d.alone() {
		s := &grouper{j: d.j, o: d.o, k: d.k, holes: d.holes, trees: map[int32]int32{}}
		if groups, ok := s.groups(d.e.meta.Judges, positions); ok && !d.shared(s, positions) {
			return d.groups(ctx, groups, answers)
		}
	}
	return d.batches(ctx, positions, answers)
}

// shared says whether the surroundings of many shapes are much the same resources: then batches, which show those once, cost
// less than shapes one by one.
func (d *decider) shared(s *grouper, positions []int) bool {
	if s.first*batchSize <= s.visited {
		return false
	}
	places := make([]int32, len(positions))
	for n, at := range positions {
		places[n] = d.place(at)
	}
	return s.visited > sharedFrom*len(d.k.reach(places, d.o))
}

// sharedFrom is how often a resource stands in the surroundings of others before these are called shared.
const sharedFrom = 4

// groups decides one resource of each shape, and says the same of the others.
func (d *decider) groups(ctx context.Context, groups []group, answers []answer) error {
	for n, g := range groups {
		if n >= decidedAtMost {
			d.tooMany(g, answers)
			continue
		}
		i := d.place(g[0])
		x, err := d.evaluate(ctx, []int32{i})
		if err != nil {
			return err
		}
		for _, at := range g {
			answers[at] = d.answer(x, i, d.place(at))
			d.mayNotExist(d.place(at), &answers[at])
		}
	}
	return nil
}

// batches decides resources whose surroundings are large, or that look through whole types, together.
func (d *decider) batches(ctx context.Context, positions []int, answers []answer) error {
	size := batchSize
	if len(d.e.reads.scanned) > 0 {
		size *= 16
	}
	if len(positions) > decidedAtMost {
		d.tooMany(positions[decidedAtMost:], answers)
		positions = positions[:decidedAtMost]
	}
	var batch []int32
	for _, at := range positions {
		i := d.place(at)
		if !d.j.holes.uncertain(i) {
			batch = append(batch, i)
			continue
		}
		if err := d.batch(ctx, []int32{i}, answers); err != nil {
			return err
		}
		d.mayNotExist(i, &answers[at])
	}
	for part := range slices.Chunk(batch, size) {
		if err := d.batch(ctx, part, answers); err != nil {
			return err
		}
	}
	return nil
}

func (d *decider) tooMany(positions []int, answers []answer) {
	for _, at := range positions {
		answers[at] = d.open(d.place(at), fmt.Sprintf("only %d resources of one check are decided when data are missing", decidedAtMost))
	}
}

// open is the answer about a resource that was not decided.
func (d *decider) open(i int32, why string) answer {
	return answer{verdict: Undecided, missing: d.around(i), why: why}
}

// mayNotExist turns the fail of a resource that may not be there into undecided.
func (d *decider) mayNotExist(i int32, a *answer) {
	if a.verdict == Fail && d.j.holes.uncertain(i) {
		*a = answer{verdict: Undecided, missing: []Missing{{Key: d.j.net.list[i].Key(), Path: "_count", Why: d.j.holes.maybe[i]}}}
	}
}

// outcome is what partial evaluation says of some resources.
type outcome struct {
	in             ast.Value
	at             map[int32]int // place -> position of a resource that was asked for
	denied, judged residues
	tooLarge       bool // not carried out
	tooSlow        bool
}

// evaluate asks about some resources of the judged type together.
func (d *decider) evaluate(ctx context.Context, batch []int32) (*outcome, error) {
	v := d.extract(batch)
	defer v.clear()
	x := &outcome{at: map[int32]int{}}
	for _, i := range batch {
		x.at[i] = int(v.pos[i])
	}
	if v.haunts > hauntsAtMost && len(batch) > 1 && len(d.e.reads.scanned) == 0 {
		x.tooLarge = true
		return x, nil
	}
	x.in = d.c.convert(v)
	patches := d.patches(v, x.in, batch)
	if len(v.order)*len(patches) > weightAtMost {
		x.tooLarge = true
		return x, nil
	}
	unknowns := make([]*ast.Term, len(patches))
	for i, p := range patches {
		unknowns[i] = ast.NewTerm(p.ref)
	}
	if len(unknowns) == 0 { // nothing is unknown: not the default, which is all of input
		unknowns = []*ast.Term{ast.NewTerm(ast.Ref{ast.InputRootDocument, ast.StringTerm("_nothing")})}
	}
	s := &steps{ctx: ctx, all: d.steps}
	var err error
	if x.denied, err = d.residue(ctx, s, d.deny, x.in, unknowns, patches); err == nil {
		x.judged, err = d.residue(ctx, s, d.judged, x.in, unknowns, patches)
	}
	if err != nil && (!topdown.IsCancel(err) || ctx.Err() != nil) {
		return nil, err
	}
	x.tooSlow = err != nil
	return x, nil
}

// steps ends a partial evaluation that goes through too much. It is asked before each expression.
type steps struct {
	ctx  context.Context
	here int
	all  *int // of the policy
}

// Cancel implements topdown.Cancel; it is not called.
func (s *steps) Cancel() { s.here = stepsAtMost }

// Cancelled implements topdown.Cancel.
func (s *steps) Cancelled() bool {
	s.here++
	*s.all++
	return s.here > stepsAtMost || *s.all > stepsInAll || s.here%1024 == 0 && s.ctx.Err() != nil
}

// batch decides some resources together, or in two parts when that is too much: what is unknown around one resource is in
// the way of deciding the others.
func (d *decider) batch(ctx context.Context, batch []int32, answers []answer) error {
	x, err := d.evaluate(ctx, batch)
	if err != nil {
		return err
	}
	if (x.tooLarge || x.tooSlow) && len(batch) > 1 {
		half := len(batch) / 2
		if err := d.batch(ctx, batch[:half], answers); err != nil {
			return err
		}
		return d.batch(ctx, batch[half:], answers)
	}
	for _, i := range batch {
		answers[d.j.net.position(i)] = d.answer(x, i, i)
	}
	return nil
}

// answer reads an outcome about a resource as the answer about another one of its shape, or about itself.
func (d *decider) answer(x *outcome, asked, i int32) answer {
	at := x.at[asked]
	switch {
	case x.tooLarge:
		return d.open(i, "too much around it is unknown")
	case x.tooSlow:
		return d.open(i, "deciding it with so much unknown takes too long")
	case len(x.denied.sure[at]) > 0:
		a := answer{verdict: Fail, findings: slices.Clone(x.denied.sure[at])}
		sortFindings(&a)
		return a
	case x.denied.hangs(at):
		a := answer{verdict: Undecided, missing: d.missing(x, asked, i)}
		if len(a.missing) == 0 {
			a.missing = d.around(i)
		}
		return a
	case x.judged.sure[at] != nil, x.judged.hangs(at): // judged or not, it cannot fail
		return answer{verdict: Pass}
	}
	return answer{verdict: NotApplicable}
}

// missing lists what an undecided answer hangs on. Resources of one shape have the same unknown locations, in the same order.
func (d *decider) missing(x *outcome, asked, i int32) []Missing {
	denied := x.denied
	if asked != i {
		v := d.extract([]int32{i})
		denied.list = d.patches(v, x.in, []int32{i})
		v.clear()
	}
	near := map[int32]bool{}
	for _, n := range d.k.reach(append(d.scanned(), i), d.o) {
		near[n] = true
	}
	return denied.missing(x.at[asked], func(n int32) bool { return near[n] })
}

// around lists what is unknown in and near a resource, for verdicts that no residue explains.
func (d *decider) around(i int32) []Missing {
	var out []Missing
	for _, n := range d.k.reach([]int32{i}, d.o) {
		for _, h := range d.j.holes.of[n] {
			if d.holes.has(h.kind) {
				out = append(out, h.missing)
			}
		}
	}
	return tidy(out)
}

// tidy sorts missing data, drops repetitions, and adds what would settle each.
func tidy(list []Missing) []Missing {
	slices.SortFunc(list, Missing.compare)
	list = slices.Compact(list)
	if len(list) > missingKept {
		list = list[:missingKept]
	}
	for i := range list {
		list[i].Settle = settleBy(list[i])
	}
	return list
}

func (m Missing) compare(o Missing) int {
	return cmp.Or(m.Key.Compare(o.Key), compareText(m.Path, o.Path), compareText(m.Why, o.Why))
}

// extract cuts out what the policy can reach from the batch, with everything of the types that it scans.
// Edges of resources that may not exist are left out; open edges lead to phantoms.
func (d *decider) extract(batch []int32) view {
	v := d.view(batch)
	v.marked, v.open, v.ghosts = true, map[openAt][]int{}, map[string][]*ghost{}
	if len(d.j.holes.maybe) > 0 {
		v.sure = d.certain(batch)
	}
	d.openEdges(&v)
	return v
}

// certain says which edges of the view are sure: those between resources that exist, or that exist together. The
// resources of a batch are judged as existing.
func (d *decider) certain(batch []int32) func(a, b int32) bool {
	family := d.j.net.family
	exists := func(i int32) bool { return !d.j.holes.uncertain(i) || d.given(batch, i) }
	return func(a, b int32) bool { return exists(a) && exists(b) || family[a] == family[b] }
}
