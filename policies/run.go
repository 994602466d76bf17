package policies

import (
	"context"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// run is the evaluation of one policy for the resources of one class of stages in one place.
type run struct {
	j     *judge
	e     *entry
	class stageClass
	sight *sight // nil: everything is seen from everywhere
	near  *place // of a fix: what it looks through is seen there alone
	k     *walker
	o     *outline
	c     *converter
	steps *int // of partial evaluations of the policy so far
}

// place gives the place of the resource of the judged type at a position.
func (r *run) place(at int) int32 { return r.j.net.first[r.j.net.number[r.e.meta.Judges]] + int32(at) }

// alone says whether a verdict follows from what edges lead to, so that resources can be judged one by one.
func (r *run) alone() bool { return !r.e.reads.hazy && len(r.e.reads.scanned) == 0 }

// scanned lists the places of the types that the policy looks through, as far as they are seen.
func (r *run) scanned() []int32 {
	var out []int32
	for _, t := range r.e.reads.scanned {
		for _, i := range r.j.net.places(t) {
			if x := r.j.net.list[i]; (r.sight == nil || r.sight.sees(sightOf(x))) && (r.near == nil || r.near.holds(x)) {
				out = append(out, i)
			}
		}
	}
	return out
}

// view shows the given resources of the judged type, everything of the types that are scanned, and what the policy
// can reach from there.
func (r *run) view(places []int32) view {
	if r.e.reads.hazy {
		all := make([]int32, len(r.j.net.list))
		for i := range all {
			all[i] = int32(i)
		}
		return r.k.look(all)
	}
	return r.k.look(r.k.reach(append(slices.Clone(places), r.scanned()...), r.o))
}

// viewAtMost is how many resources are judged in one input, so that inputs stay small beside the graph.
const viewAtMost = 4096

// known judges resources around which nothing is unknown: one of each shape.
func (r *run) known(ctx context.Context, positions []int, answers []answer) error {
	groups := r.shapes(positions)
	for part := range slices.Chunk(groups, viewAtMost) {
		if err := r.judge(ctx, part, answers); err != nil {
			return err
		}
	}
	return nil
}

// shapes sorts positions by shape; every position is a group of its own where that costs less.
func (r *run) shapes(positions []int) []group {
	if r.alone() {
		s := &grouper{j: r.j, o: r.o, k: r.k}
		if groups, ok := s.groups(r.e.meta.Judges, positions); ok {
			return groups
		}
	}
	groups := make([]group, len(positions))
	for n := range positions {
		groups[n] = positions[n : n+1]
	}
	return groups
}

// judge evaluates the policy on the first of each group.
func (r *run) judge(ctx context.Context, groups []group, answers []answer) error {
	places := make([]int32, len(groups))
	for n, g := range groups {
		places[n] = r.place(g[0])
	}
	v := r.view(places)
	defer v.clear()
	got, err := ask(ctx, r.e.ask[r.class], r.c.convert(v))
	if err != nil {
		return err
	}
	o, ok := got.(ast.Object)
	if !ok {
		return fmt.Errorf("judged and deny are not sets")
	}
	shown := make([]answer, len(v.list[r.e.meta.Judges]))
	for n := range shown {
		shown[n].verdict = NotApplicable
	}
	if err := eachPosition(o, "judged", len(shown), func(n int, _ *ast.Term) { shown[n].verdict = Pass }); err != nil {
		return err
	}
	if err := eachPosition(o, "deny", len(shown), func(n int, t *ast.Term) {
		shown[n].verdict = Fail
		shown[n].findings = append(shown[n].findings, findingOf(t))
	}); err != nil {
		return err
	}
	for n, g := range groups {
		a := shown[v.pos[places[n]]]
		sortFindings(&a)
		for _, at := range g {
			answers[at] = a
		}
	}
	return nil
}
