package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// alsoLive plans what the steps in files do once more where it runs, for --live-too.
func (p *planning) alsoLive(ctx context.Context, steps []remedy.Step) ([]remedy.Step, []remedy.Refused, error) {
	c := p.side.reading.compared
	if c == nil || c.account == nil {
		return nil, nil, &problem{where: "--live-too", what: "no account is among the sources", hint: "plumb plan . aws:NAME --live-too"}
	}
	var out []remedy.Step
	var refused []remedy.Refused
	for _, s := range steps {
		if s.Kind != remedy.File {
			continue
		}
		live, err := p.twin(ctx, s, c)
		var r *remedy.Refused
		switch {
		case errors.As(err, &r):
			r.Why = "in the account: " + r.Why
			refused = append(refused, *r)
		case err != nil:
			return nil, nil, err
		}
		out = append(out, live...)
	}
	return out, refused, nil
}

// twin plans one step in files by the addresses that the account has.
func (p *planning) twin(ctx context.Context, s remedy.Step, c *comparison) ([]remedy.Step, error) {
	names := map[graph.Key]graph.Key{}
	for _, m := range c.Matches {
		names[m.Declared] = m.Observed
	}
	patch, err := underOtherNames(s.Patch, names)
	if err != nil {
		return nil, err
	}
	r := c.account.Get(graph.Key{Root: patch[0].Root, Address: patch[0].Address})
	for _, x := range p.planners.list {
		if x.alone == nil || r != nil && x.account != accountOfRoot(r) {
			continue
		}
		steps, err := x.alone.Plan(ctx, remedy.Wish{Patch: patch})
		for i := range steps {
			steps[i].Source = x.place
			steps[i].Drift = fmt.Sprintf("the code of %s says otherwise until its edit is applied: terraform apply of the code as it is now takes this back", s.Address)
		}
		return steps, err
	}
	return nil, &remedy.Refused{Root: s.Root, Address: s.Address, Class: remedy.NotFound, Why: "it is in no account that was read", Siblings: []graph.Address{}}
}

// underOtherNames writes a patch with other names for the resources. What is made keeps its name, in the place of what it refers to.
func underOtherNames(patch graph.Patch, names map[graph.Key]graph.Key) (graph.Patch, error) {
	out := slices.Clone(patch)
	root := ""
	for i, c := range out {
		if to, ok := names[graph.Key{Root: c.Root, Address: c.Address}]; ok {
			out[i].Root, out[i].Address, root = to.Root, to.Address, to.Root
		} else if c.Op != graph.Create {
			return nil, &remedy.Refused{Root: c.Root, Address: c.Address, Path: c.Path, Class: remedy.NotFound, Why: "no resource that was read is this one", Siblings: []graph.Address{}}
		}
		v, at, err := renamed(out[i].New, names)
		if err != nil {
			return nil, err
		}
		out[i].New = v
		if at != "" {
			root = at
		}
	}
	for i := range out {
		if out[i].Op == graph.Create {
			out[i].Root = root
		}
	}
	return out, nil
}

// renamed writes a value with other names, and gives the root that its references lead to.
func renamed(v any, names map[graph.Key]graph.Key) (any, string, error) {
	root := ""
	switch v := v.(type) {
	case graph.Ref:
		to, ok := names[v.Key()]
		if !ok {
			return nil, "", &remedy.Refused{Root: v.Root, Address: v.Address, Class: remedy.NotFound, Why: "no resource that was read is this one", Siblings: []graph.Address{}}
		}
		return graph.Ref{Root: to.Root, Address: to.Address, Attr: v.Attr}, to.Root, nil
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			y, at, err := renamed(x, names)
			if err != nil {
				return nil, "", err
			}
			out[i] = y
			if at != "" {
				root = at
			}
		}
		return out, root, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			y, at, err := renamed(x, names)
			if err != nil {
				return nil, "", err
			}
			out[k] = y
			if at != "" {
				root = at
			}
		}
		return out, root, nil
	}
	return v, root, nil
}
