package policies

import (
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// patch is one unknown location of the extracted input.
type patch struct {
	ref     ast.Ref
	missing []Missing
	owners  []int32 // the places of the resources that it is a part of, or whose edges may lead to it
}

// patches lists the unknown locations of an extracted input. A location inside something that the policy
// uses as a whole is widened to that.
func (d *decider) patches(v view, in ast.Value, batch []int32) []patch {
	l := patchList{seen: map[int][]int{}}
	for _, typ := range sortedNames(v.list) {
		name := ast.StringTerm(typ)
		for n, i := range v.list[typ] {
			base := ast.Ref{ast.InputRootDocument, name, ast.InternedTerm(n)}
			if d.j.holes.uncertain(i) && !d.given(batch, i) {
				m := Missing{Key: d.j.net.list[i].Key(), Path: "_count", Why: d.j.holes.maybe[i]}
				l.put(d.widenArray(base), []int32{i}, m)
				continue
			}
			for _, h := range d.j.holes.of[i] {
				if !d.holes.has(h.kind) || d.led(v, i, h.kind) {
					continue
				}
				for _, ref := range d.locations(base, typ, h.kind, in) {
					l.put(ref, []int32{i}, h.missing)
				}
			}
		}
	}
	for _, typ := range sortedNames(v.ghosts) {
		for _, g := range v.ghosts[typ] {
			base := ast.Ref{ast.InputRootDocument, ast.StringTerm(typ), ast.InternedTerm(g.at)}
			for _, ref := range d.ghostly(base, typ, g) {
				l.put(ref, g.tree.owners, g.tree.missing...)
			}
		}
	}
	return l.list
}

// patchList is patches, each location once.
type patchList struct {
	list []patch
	seen map[int][]int // hash of a location -> indexes
}

func (l *patchList) put(ref ast.Ref, owners []int32, m ...Missing) {
	hash := ref.Hash()
	for _, i := range l.seen[hash] {
		if l.list[i].ref.Equal(ref) {
			l.list[i].missing, l.list[i].owners = append(l.list[i].missing, m...), append(l.list[i].owners, owners...)
			return
		}
	}
	l.seen[hash] = append(l.seen[hash], len(l.list))
	l.list = append(l.list, patch{ref, slices.Clone(m), slices.Clone(owners)})
}

// led says whether the list that a hole is in leads to phantoms.
func (d *decider) led(v view, i int32, k *holeKind) bool {
	if !k.edge() {
		return false
	}
	_, ok := v.open[openAt{i, d.j.net.numberOf(edgeList{k.typ, k.path[0], k.path[1]})}]
	return ok
}

// given says whether a resource belongs to one of the batch: those are judged as existing.
func (d *decider) given(batch []int32, i int32) bool {
	family := d.j.net.family
	return slices.ContainsFunc(batch, func(b int32) bool { return family[b] == family[i] })
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
func (d *decider) locations(base ast.Ref, typ string, h *holeKind, in ast.Value) []ast.Ref {
	shape := h.shape
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
