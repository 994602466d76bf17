package remedy

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
)

// Grows names the list of a new resource that several fixes fill together, "" for types that belong to one fix: one selection of a backup
// plan takes many resources.
func Grows(typ string) string {
	if typ == "aws_backup_selection" {
		return "resources"
	}
	return ""
}

// grown adds to a create what another one of the same address puts into its list, and says whether that is all they differ in.
func grown(into *graph.Change, from graph.Change) bool {
	name := Grows(from.Type)
	a, ok1 := into.New.(map[string]any)
	b, ok2 := from.New.(map[string]any)
	if name == "" || into.Op != graph.Create || !ok1 || !ok2 {
		return false
	}
	have, ok1 := a[name].([]any)
	more, ok2 := b[name].([]any)
	all := maps.Clone(a)
	all[name] = b[name]
	if !ok1 || !ok2 || !reflect.DeepEqual(all, b) {
		return false
	}
	list := slices.Clone(have)
	for _, x := range more {
		if !slices.ContainsFunc(list, func(y any) bool { return reflect.DeepEqual(x, y) }) {
			list = append(list, x)
		}
	}
	all[name] = list
	into.New = all
	return true
}

// fills says whether a wish puts something into a list that others fill as well.
func (w Wish) fills() bool {
	return slices.ContainsFunc(w.Patch, func(c graph.Change) bool { return c.Op == graph.Create && Grows(c.Type) != "" })
}

// ties lists what makes one thing of a wish and others: the resource that they are about and the changes, or what they make together.
// Of a list that is filled together, and what stands around it, there is one.
func (w Wish) ties() []string {
	if !w.fills() {
		return []string{"about " + w.subject().String(), "wants " + fmt.Sprint(w.Patch)}
	}
	var made []string
	for _, c := range w.Patch {
		if c.Op == graph.Create {
			made = append(made, "makes "+graph.Key{Root: c.Root, Address: c.Address}.String())
		}
	}
	return made
}

// sharing plans wishes that make something together: those that are refused are left out, and the others planned without them. It
// gives false when the wishes do not hang together like that.
func (b *builder) sharing(group []int, err error) (bool, error) {
	for {
		var r *Refused
		if !errors.As(err, &r) || !b.hang(group) {
			return false, err
		}
		out := b.meant(group, r)
		for _, i := range out {
			refused := *r
			refused.Closes = b.wishes[i].Closes
			if refused.Siblings == nil {
				refused.Siblings = []graph.Address{}
			}
			b.refused, b.done[i] = append(b.refused, refused), true
		}
		group = slices.DeleteFunc(group, func(i int) bool { return b.done[i] })
		if len(group) == 0 {
			return true, nil
		}
		if _, err = b.together(group, func(Wish) bool { return true }); err == nil {
			return true, nil
		}
	}
}

// hang says whether wishes about several resources make something together.
func (b *builder) hang(group []int) bool {
	return slices.ContainsFunc(group, func(i int) bool {
		return b.wishes[i].subject() != b.wishes[group[0]].subject()
	})
}

// meant lists the wishes that a refusal is about: those of the resource that it names, else all.
func (b *builder) meant(group []int, r *Refused) []int {
	named := slices.DeleteFunc(slices.Clone(group), func(i int) bool {
		return b.wishes[i].subject() != graph.Key{Root: r.Root, Address: r.Address}
	})
	if len(named) > 0 {
		return named
	}
	return group
}
