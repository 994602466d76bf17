package remedy

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
)

// Build makes the steps of wishes: those of one resource become one step where they can, and wishes that cannot be carried out
// without each other (instances of one block) are carried out together. planner gives who plans a wish, or a *Refused.
// The steps are numbered and know which ones have to go before them.
func Build(ctx context.Context, wishes []Wish, planner func(Wish) (Planner, error)) ([]Step, []Refused, error) {
	b := &builder{ctx: ctx, wishes: wishes, done: make([]bool, len(wishes)), tied: map[string][]int{}, planner: planner}
	for i, w := range wishes {
		for _, key := range w.ties() {
			b.tied[key] = append(b.tied[key], i)
		}
	}
	for i := range wishes {
		if b.done[i] {
			continue
		}
		group := b.alike(i)
		tried, err := b.together(group, func(Wish) bool { return true })
		if err == nil {
			continue
		}
		if settled, err := b.sharing(group, err); settled {
			continue
		} else if err := b.apart(group, tried, err); err != nil {
			return nil, nil, err
		}
	}
	b.unmet()
	return Number(b.steps), b.refused, nil
}

// unmet refuses the steps that need what no step of the plan gives, until none is left.
func (b *builder) unmet() {
	for {
		var left []Step
		for _, s := range b.steps {
			i := slices.IndexFunc(s.Needs, func(n Need) bool { return !b.given(n) })
			if i < 0 {
				left = append(left, s)
				continue
			}
			b.refused = append(b.refused, Refused{Root: s.Root, Address: s.Address, Path: s.Patch[0].Path, Class: PreconditionFails, Why: s.Needs[i].Why, Siblings: []graph.Address{}, Closes: s.Closes})
		}
		if len(left) == len(b.steps) {
			return
		}
		b.steps = left
	}
}

func (b *builder) given(n Need) bool {
	return slices.ContainsFunc(b.steps, func(s Step) bool { return slices.Contains(s.Gives, n.What) })
}

type builder struct {
	ctx     context.Context
	wishes  []Wish
	done    []bool
	tied    map[string][]int // the wishes that have a tie
	planner func(Wish) (Planner, error)
	steps   []Step
	refused []Refused
}

// subject is the resource that a wish is about.
func (w Wish) subject() graph.Key {
	if len(w.Closes) > 0 {
		return graph.Key{Root: w.Closes[0].Root, Address: w.Closes[0].Address}
	}
	if len(w.Patch) > 0 {
		return graph.Key{Root: w.Patch[0].Root, Address: w.Patch[0].Address}
	}
	return graph.Key{}
}

// alike lists the wishes about the same resource, or for the same changes, that are not done. Those that fill a list together are one,
// whatever else there is about their resources.
func (b *builder) alike(first int) []int {
	filling := b.wishes[first].fills()
	group := []int{first}
	in := map[int]bool{first: true}
	for n := 0; n < len(group) && (n == 0 || filling); n++ {
		for _, t := range b.wishes[group[n]].ties() {
			for _, i := range b.tied[t] {
				if !b.done[i] && !in[i] && b.wishes[i].AllowReplacement == b.wishes[first].AllowReplacement {
					in[i], group = true, append(group, i)
				}
			}
		}
	}
	slices.Sort(group)
	return group
}

// apart plans wishes one by one that could not be carried out together with what was tried beside them, those for the same changes as
// one, and keeps the refusals. Any other error ends all.
func (b *builder) apart(group, tried []int, err error) error {
	var r *Refused
	for _, i := range group {
		if b.done[i] {
			continue
		}
		same := b.same(i, group)
		if len(same) < len(tried) {
			_, err = b.together(same, func(w Wish) bool { return sameKind(w, b.wishes[i]) })
		}
		if err == nil {
			continue
		}
		if !errors.As(err, &r) {
			return err
		}
		for _, k := range same {
			out := *r
			out.Closes = b.wishes[k].Closes
			if out.Siblings == nil {
				out.Siblings = []graph.Address{}
			}
			b.refused, b.done[k] = append(b.refused, out), true
		}
	}
	return nil
}

// same lists the wishes of a group that want the same changes as one of them.
func (b *builder) same(i int, group []int) []int {
	return slices.DeleteFunc(slices.Clone(group), func(k int) bool {
		return b.done[k] || !reflect.DeepEqual(b.wishes[k].Patch, b.wishes[i].Patch)
	})
}

// sameKind says whether two wishes are the same but for the resource.
func sameKind(a, b Wish) bool {
	return len(a.Patch) == len(b.Patch) && !slices.ContainsFunc(a.Patch, func(c graph.Change) bool {
		return !slices.ContainsFunc(b.Patch, func(d graph.Change) bool {
			return c.Op == d.Op && c.Type == d.Type && c.Path == d.Path && (c.Op == graph.Create || reflect.DeepEqual(c.New, d.New))
		})
	})
}

// together plans wishes as one, with further ones that they would change too, as long as those are wanted. It gives all that it tried.
func (b *builder) together(group []int, may func(Wish) bool) ([]int, error) {
	for {
		w, err := b.merged(group)
		if err != nil {
			return group, err
		}
		p, err := b.planner(w)
		var steps []Step
		if err == nil {
			steps, err = p.Plan(b.ctx, w)
		}
		if err == nil {
			for _, i := range group {
				b.done[i] = true
			}
			b.steps = append(b.steps, steps...)
			return group, nil
		}
		var r *Refused
		if !errors.As(err, &r) || r.Class != ChangesSiblings {
			return group, err
		}
		more := b.touching(group, r.Siblings, may)
		if len(more) == 0 {
			return group, err
		}
		group = append(group, more...)
	}
}

// touching lists the wishes that change or belong to one of the siblings.
func (b *builder) touching(group []int, siblings []graph.Address, may func(Wish) bool) []int {
	root := b.wishes[group[0]].subject().Root
	var more []int
	for i, w := range b.wishes {
		if b.done[i] || slices.Contains(group, i) || !may(w) || w.AllowReplacement != b.wishes[group[0]].AllowReplacement {
			continue
		}
		if slices.Contains(siblings, w.subject().Address) && w.subject().Root == root || slices.ContainsFunc(w.Patch, func(c graph.Change) bool { return slices.Contains(siblings, c.Address) }) {
			more = append(more, i)
		}
	}
	return more
}

// merged makes one wish of several; changes that are the same are made once.
func (b *builder) merged(group []int) (Wish, error) {
	out := Wish{AllowReplacement: b.wishes[group[0]].AllowReplacement}
	for _, i := range group {
		w := b.wishes[i]
		out.Closes, out.Of = append(out.Closes, w.Closes...), append(out.Of, w)
		for _, c := range w.Patch {
			at := slices.IndexFunc(out.Patch, func(d graph.Change) bool {
				return c.Op == d.Op && c.Root == d.Root && c.Address == d.Address && c.Path == d.Path
			})
			switch {
			case at < 0:
				out.Patch = append(out.Patch, c)
			case grown(&out.Patch[at], c):
			case !reflect.DeepEqual(out.Patch[at].New, c.New):
				return out, &Refused{Root: c.Root, Address: c.Address, Path: c.Path, Class: PreconditionFails, Why: fmt.Sprintf("two fixes want different values of %s", c.Path)}
			}
		}
	}
	return out, nil
}

// Number puts steps in order and numbers them; an edit of a file comes behind those that it builds on.
func Number(steps []Step) []Step {
	slices.SortStableFunc(steps, func(a, b Step) int { return rank(a) - rank(b) })
	last := map[string]int{}
	for i := range steps {
		s := &steps[i]
		behind := s.Kind == Live && len(s.After) > 0
		s.N, s.After = i+1, nil
		if behind {
			s.After = []int{i}
		}
		for _, a := range s.Actions {
			if a.Edit == nil {
				continue
			}
			key := fileKey(s.Source, a.Edit.File)
			if n := last[key]; n > 0 && !slices.Contains(s.After, n) {
				s.After = append(s.After, n)
			}
			last[key] = s.N
		}
		slices.Sort(s.After)
	}
	return steps
}

// rank puts what needs another step behind all those, and what changes an account before what changes files: a file is only real once
// somebody applies it.
func rank(s Step) int {
	switch {
	case s.Kind != Live:
		return 2
	case len(s.Needs) > 0:
		return 1
	}
	return 0
}
