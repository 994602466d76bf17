package policies

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/plumbline-dev/plumbline/graph"
)

// Evaluate judges every resource of g with every chosen policy whose type occurs. A policy that does not finish in
// time, or fails at run time, is a Problem and its resources are undecided; an error means that nothing could be judged.
func (s *Set) Evaluate(ctx context.Context, g *graph.Graph, o Options) (Results, error) {
	chosen, problems := s.choose(g, o)
	p, err := s.program(ctx, chosen, o)
	if err != nil {
		return Results{}, err
	}
	j := newJudge(g, o, p)
	judged := j.all(ctx)
	if err := ctx.Err(); err != nil {
		return Results{}, fmt.Errorf("judging: %w", err)
	}
	out := j.settle(judged)
	out.Problems = append(problems, out.Problems...)
	return out, nil
}

// choose lists the policies whose judged type occurs and that are selected. One whose METADATA cannot be read is a Problem.
func (s *Set) choose(g *graph.Graph, o Options) ([]*policy, []Problem) {
	var out []*policy
	var problems []Problem
	for _, p := range s.policies {
		if len(g.OfType(p.judges)) == 0 {
			continue
		}
		m, err := p.read()
		switch {
		case err != nil:
			problems = append(problems, Problem{Policy: p.id, Why: err.Error()})
		case o.Select == nil || o.Select(m):
			out = append(out, p)
		}
	}
	return out, problems
}

// judge is one evaluation.
type judge struct {
	g       *graph.Graph
	o       Options
	p       *program
	net     *network
	columns *columns
	holes   *holes
}

func newJudge(g *graph.Graph, o Options, p *program) *judge {
	net := newNetwork(g, p.needs)
	return &judge{g: g, o: o, p: p, net: net, columns: &columns{g: g, of: map[[2]string]*column{}}, holes: holesOf(net, p.needs)}
}

// answer is what the policy says of one resource, before stage and waivers.
type answer struct {
	verdict  Verdict
	findings []finding // of a fail
	missing  []Missing // of undecided
	why      string    // of undecided that nothing missing explains
}

// finding is one element of deny.
type finding struct{ attribute, message string }

// judgement is the answers of one policy, by position, and the fixes of the fails.
type judgement struct {
	answers []answer
	fixes   map[int]graph.Patch
	problem string
}

// defaultTimeout is the time that one policy has when Options does not say.
const defaultTimeout = 30 * time.Second

// all evaluates the policies, Workers at a time.
func (j *judge) all(ctx context.Context) []judgement {
	workers := j.o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	out := make([]judgement, len(j.p.entries))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(workers, len(out)) {
		wg.Go(func() {
			k := newWalker(j.net)
			for i := range next {
				out[i] = j.one(ctx, j.p.entries[i], k)
			}
		})
	}
	for i := range out {
		next <- i
	}
	close(next)
	wg.Wait()
	return out
}

// limit is the time that one policy has.
func (j *judge) limit() time.Duration {
	if j.o.Timeout > 0 {
		return j.o.Timeout
	}
	return defaultTimeout
}

// one evaluates one policy within its time.
func (j *judge) one(ctx context.Context, e *entry, k *walker) judgement {
	limit := j.limit()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	out, err := j.entry(ctx, e, k)
	if err == nil {
		return out
	}
	why := err.Error()
	if ctx.Err() != nil {
		why = fmt.Sprintf("it did not finish within %s", limit)
	}
	out = judgement{problem: why, answers: make([]answer, len(j.g.OfType(e.meta.Judges)))}
	for i := range out.answers {
		out.answers[i] = answer{verdict: Undecided, why: "the check could not be carried out: " + why}
	}
	return out
}

func (j *judge) entry(ctx context.Context, e *entry, k *walker) (judgement, error) {
	list := j.g.OfType(e.meta.Judges)
	out := judgement{answers: make([]answer, len(list)), fixes: map[int]graph.Patch{}}
	o := j.outline(e.reads)
	holes := j.holes.relevance(e.reads)
	marked := j.marked(e, o, holes, k)
	steps := 0
	for _, class := range e.classes() {
		for _, s := range j.sights(e) {
			r := &run{j: j, e: e, class: class, sight: s, k: k, o: o, c: newConverter(o), steps: &steps}
			var known, open []int
			for at, x := range list {
				switch {
				case x.Data, e.meta.staged() && classOf(x) != class, s != nil && sightOf(x) != *s:
				case marked[r.place(at)]:
					open = append(open, at)
				default:
					known = append(known, at)
				}
			}
			if err := r.positions(ctx, known, open, holes, out); err != nil {
				return judgement{}, err
			}
			if err := r.fixes(ctx, append(known, open...), out); err != nil && ctx.Err() == nil {
				out.problem = err.Error() // the verdicts stand without their fixes
			}
		}
	}
	return out, nil
}

// positions judges resources around which everything is known, and decides the others.
func (r *run) positions(ctx context.Context, known, open []int, holes *relevance, out judgement) error {
	if err := r.known(ctx, known, out.answers); err != nil {
		return err
	}
	if len(open) == 0 {
		return nil
	}
	d, err := r.decider(ctx, holes)
	if err != nil {
		return err
	}
	return d.decide(ctx, open, out.answers)
}

func sortFindings(a *answer) {
	slices.SortFunc(a.findings, func(x, y finding) int {
		if x.attribute != y.attribute {
			return compareText(x.attribute, y.attribute)
		}
		return compareText(x.message, y.message)
	})
	a.findings = slices.Compact(a.findings)
}

// ask runs one query and gives its value.
func ask(ctx context.Context, q rego.PreparedEvalQuery, in ast.Value) (ast.Value, error) {
	rs, err := q.Eval(ctx, rego.EvalParsedInput(in))
	if err != nil {
		return nil, err
	}
	if len(rs) == 0 || len(rs[0].Expressions) == 0 {
		return nil, fmt.Errorf("a rule has no value: judged and deny must be sets (contains)")
	}
	v, ok := rs[0].Expressions[0].Value.(ast.Value)
	if !ok {
		return nil, fmt.Errorf("the answer is a %T", rs[0].Expressions[0].Value)
	}
	return v, nil
}

var (
	atTerm        = ast.StringTerm("at")
	attributeTerm = ast.StringTerm("attribute")
	messageTerm   = ast.StringTerm("message")
)

// eachPosition visits the elements of a set of positions, or of objects with "at".
func eachPosition(o ast.Object, name string, n int, visit func(int, *ast.Term)) error {
	t := o.Get(ast.StringTerm(name))
	if t == nil {
		return fmt.Errorf("%s is not there", name)
	}
	set, ok := t.Value.(ast.Set)
	if !ok {
		return fmt.Errorf("%s is not a set", name)
	}
	return set.Iter(func(x *ast.Term) error {
		i, ok := positionOf(x)
		if !ok || i < 0 || i >= n {
			return fmt.Errorf("%s contains %v, which is no position", name, x)
		}
		visit(i, x)
		return nil
	})
}

func positionOf(t *ast.Term) (int, bool) {
	if o, ok := t.Value.(ast.Object); ok {
		if t = o.Get(atTerm); t == nil {
			return 0, false
		}
	}
	n, ok := t.Value.(ast.Number)
	if !ok {
		return 0, false
	}
	return n.Int()
}

func findingOf(t *ast.Term) finding {
	o, ok := t.Value.(ast.Object)
	if !ok {
		return finding{}
	}
	return finding{attribute: textOf(o.Get(attributeTerm)), message: textOf(o.Get(messageTerm))}
}

func textOf(t *ast.Term) string {
	if t == nil {
		return ""
	}
	if s, ok := t.Value.(ast.String); ok {
		return string(s)
	}
	return ""
}
