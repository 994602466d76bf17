package source

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// step describes the edits that were made.
func (e *edit) step() (remedy.Step, error) {
	s := remedy.Step{
		Kind: remedy.File, Source: e.p.code.Source, Mark: mark(e.wish), Closes: e.wish.Closes, Patch: e.wish.Patch,
		Undo: remedy.Undo{Kind: "full"}, Risk: riskOf(e.wish.Patch),
	}
	e.subject(&s)
	for _, name := range sorted(e.texts) {
		t := e.texts[name]
		list := t.splices()
		if len(list) == 0 {
			continue
		}
		now := t.now()
		if again, ok := patched(t.was, list); !ok || string(again) != string(now) {
			return s, fmt.Errorf("the edits of %s do not give the text that was meant", name)
		}
		if s.Where == "" || len(s.Actions) == 0 {
			s.Where = fmt.Sprintf("%s:%d", name, e.line(name, s, lineAt(t.was, list[0].Start)))
		}
		s.Actions = append(s.Actions, remedy.Action{Edit: &remedy.Edit{
			File: name, Before: hashOf(t.was), After: hashOf(now), Splices: list, Diff: unified(name, t.was, list, false, false),
		}})
		s.Preconditions = append(s.Preconditions, remedy.Condition{Says: name + " is unchanged", File: name, SHA256: e.p.known[name]})
	}
	if len(s.Actions) == 0 {
		return s, refusal(remedy.PreconditionFails, "the files say so already")
	}
	return s, nil
}

// line is where the resource of a step begins, when that is in the file; else the line that is edited.
func (e *edit) line(file string, s remedy.Step, edited int) int {
	r := e.p.graph.Get(graph.Key{Root: s.Root, Address: s.Address})
	if r != nil && len(r.Origins) > 0 && r.Origins[0].Line > 0 && e.p.code.Place(r.Origins[0].File) == file {
		return r.Origins[0].Line
	}
	return edited
}

func lineAt(b []byte, offset int) int { return strings.Count(string(b[:offset]), "\n") + 1 }

func mark(w remedy.Wish) string {
	all := func(op graph.Op) bool {
		return !slices.ContainsFunc(w.Patch, func(c graph.Change) bool { return c.Op != op })
	}
	switch {
	case slices.ContainsFunc(w.Patch, func(c graph.Change) bool { return c.Op == graph.Set && Replaces(c.Type, c.Path) }):
		return "-/+"
	case all(graph.Create):
		return "+"
	case all(graph.Delete):
		return "-"
	}
	return "~"
}

// subject says what the step is about: the resource that its findings stand on, else the first that it changes.
func (e *edit) subject(s *remedy.Step) {
	c := e.wish.Patch[0]
	s.Root, s.Address, s.Type = c.Root, c.Address, c.Type
	if len(s.Closes) > 0 {
		s.Root, s.Address = s.Closes[0].Root, s.Closes[0].Address
		if r := e.p.graph.Get(graph.Key{Root: s.Root, Address: s.Address}); r != nil {
			s.Type = r.Type
		}
	}
	for _, c := range e.wish.Patch {
		s.Shows = append(s.Shows, e.shows(c))
	}
	s.Title = titleOf(e.wish.Patch)
}

func titleOf(p graph.Patch) string {
	var parts []string
	for _, c := range p {
		part := "delete " + string(c.Address)
		switch c.Op {
		case graph.Set:
			part = fmt.Sprintf("%s %s", c.Path, shown(c.New))
		case graph.Create:
			part = "add " + string(c.Address)
		}
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	if len(parts) > 3 {
		parts = append(parts[:2], fmt.Sprintf("%d more", len(parts)-2))
	}
	return strings.Join(parts, ", ")
}

func (e *edit) shows(c graph.Change) remedy.Show {
	switch c.Op {
	case graph.Create:
		return remedy.Show{Label: string(c.Address), Before: "(absent)", After: "present"}
	case graph.Delete:
		return remedy.Show{Label: string(c.Address), Before: "present", After: "(absent)"}
	}
	before := "(unset)"
	if r := e.before[graph.Key{Root: c.Root, Address: c.Address}]; r != nil {
		if v, ok := graph.Lookup(r.Attrs, c.Path); ok {
			before = shown(v)
		} else if _, unknown := r.Unknown[c.Path]; unknown {
			before = "(unknown)"
		}
	}
	return remedy.Show{Label: c.Path, Before: before, After: shown(c.New)}
}

// shown prints a value for people: JSON, with references as Terraform writes them.
func shown(v any) string {
	switch v.(type) {
	case graph.Gone:
		return "(unset)"
	case graph.Hidden:
		return "(hidden)"
	case graph.NotKnown:
		return "(unknown)"
	}
	text, err := json.Marshal(plain(v))
	if err != nil {
		return "(unknown)"
	}
	return string(text)
}

// plain makes JSON values of values of the graph.
func plain(v any) any {
	return graph.Mapped(v, func(v any) any {
		switch v := v.(type) {
		case graph.Ref:
			return v.String()
		case graph.Template:
			return string(v)
		case graph.Hidden:
			return "(hidden)"
		}
		return v
	})
}

// riskOf gives the worst that the changes of a patch do once they are applied.
func riskOf(p graph.Patch) remedy.Risk {
	worst := remedy.Risk{Class: remedy.Classes[0]}
	for _, c := range p {
		r := effectOf(c)
		if slices.Index(remedy.Classes, r.Class) > slices.Index(remedy.Classes, worst.Class) || worst.Detail == "" && r.Class == worst.Class {
			worst = remedy.Risk{Class: cmp.Or(r.Class, worst.Class), Detail: r.Detail}
		}
	}
	return worst
}
