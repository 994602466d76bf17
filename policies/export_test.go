package policies

import (
	"context"
	"io/fs"

	"github.com/plumbline-dev/plumbline/graph"
)

// LoadUnchecked reads policies as Builtin's are read: without the checks of Load. A mutant breaks them on purpose.
func LoadUnchecked(tree fs.FS) (*Set, error) {
	s := &Set{tables: map[string]any{}, programs: map[string]*program{}}
	if err := s.addTables(tree); err != nil {
		return nil, err
	}
	found, err := readTree(tree, false)
	s.policies = found
	return s, err
}

// EvaluateWhole judges as Evaluate does, but where nothing is unknown it shows the policy the whole graph at once: what is
// known is not taken to follow from how resources look, nor from which of them edges lead to.
func (s *Set) EvaluateWhole(ctx context.Context, g *graph.Graph, o Options) (Results, error) {
	chosen, _ := s.choose(g, o)
	p, err := s.program(ctx, chosen, o)
	if err != nil {
		return Results{}, err
	}
	j := newJudge(g, o, p)
	judged, k := j.all(ctx), newWalker(j.net)
	for n, e := range p.entries {
		if err := j.again(ctx, e, k, judged[n].answers); err != nil {
			return Results{}, err
		}
	}
	return j.settle(judged), nil
}

// again overwrites the answers where nothing is unknown.
func (j *judge) again(ctx context.Context, e *entry, k *walker, answers []answer) error {
	o := j.outline(e.reads)
	marked := j.marked(e, o, j.holes.relevance(e.reads), k)
	whole := &entry{meta: e.meta, ask: e.ask, reads: e.reads}
	whole.reads.hazy = true
	for _, class := range e.classes() {
		r := &run{j: j, e: whole, class: class, k: k, o: o, c: newConverter(o), steps: new(int)}
		var groups []group
		for at, x := range j.g.OfType(e.meta.Judges) {
			if !marked[r.place(at)] && (!e.meta.staged() || classOf(x) == class) {
				groups = append(groups, group{at})
			}
		}
		if err := r.judge(ctx, groups, answers); err != nil {
			return err
		}
	}
	return nil
}
