package policies

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// holes is what is not known of a graph, as far as the loaded policies read it.
type holes struct {
	net   *network
	g     *graph.Graph
	needs needs
	of    [][]hole             // by place
	lists map[int32][]openList // by place
	kinds []*holeKind
	maybe map[int32]string      // places of resources that may not exist, and why
	wide  map[openKey][]Missing // edge lists that are open on every resource of a type in a root
	types map[string]*typeHoles
	known map[string]*holeKind // by text
	text  []byte               // to look up with
}

// uncertain says whether a resource may not exist.
func (h *holes) uncertain(i int32) bool {
	if len(h.maybe) == 0 {
		return false
	}
	_, ok := h.maybe[i]
	return ok
}

// sure says whether an edge is certain: between resources that exist, or that exist together. What belongs to the
// subject's family is taken to exist.
func (h *holes) sure(source, target, subject int32) bool {
	if len(h.maybe) == 0 {
		return true
	}
	family := h.net.family
	exists := func(i int32) bool { return !h.uncertain(i) || family[i] == subject }
	return exists(source) && exists(target) || family[source] == family[target]
}

// typeHoles is what matters of the unknowns of one type.
type typeHoles struct {
	entry      *catalog.Type
	names      []string        // attributes that some policy reads, sorted
	words      map[string]bool // first words of the paths that some policy reads, as value or as edge
	references []catalog.Reference
	incoming   []catalog.Reference // those that an entry derives
}

// kind gives what matters of a type, made when it is first needed.
func (h *holes) kind(name string) *typeHoles {
	if k, ok := h.types[name]; ok {
		return k
	}
	k := &typeHoles{entry: catalog.Lookup(name), words: map[string]bool{}}
	h.types[name] = k
	if f := h.needs.types[name]; f != nil {
		k.names = sortedNames(f.attrs)
		for _, a := range k.names {
			k.words[a] = true
		}
	}
	if k.entry == nil {
		return k
	}
	for _, ref := range k.entry.References() {
		if slices.ContainsFunc(ref.Targets, func(t catalog.Target) bool { return h.read(ref, t.Type) }) {
			k.references = append(k.references, ref)
			word, _, _ := strings.Cut(ref.Path, ".")
			k.words[word] = true
		}
	}
	for _, ref := range catalog.ReferencesTo(name) {
		if a := ref.From.Attr(ref.Path); a != nil && a.Derived && h.read(ref, name) {
			k.incoming = append(k.incoming, ref)
		}
	}
	return k
}

// firstWord is the top-level name of an unknown path.
func firstWord(path string) string {
	rest := strings.TrimPrefix(path, "_to.")
	if i := strings.IndexAny(rest, ".["); i >= 0 {
		return rest[:i]
	}
	return rest
}

// openKey names the reverse edge lists that a reference of unknown target leaves open.
type openKey struct{ root, target, via string }

func (k openKey) compare(o openKey) int {
	return cmp.Or(strings.Compare(k.root, o.root), strings.Compare(k.target, o.target), strings.Compare(k.via, o.via))
}

// openersKept is the number of reasons that are kept for one open list: more say nothing new.
const openersKept = 3

// holesOf finds the unknown places of a graph.
func holesOf(net *network, n needs) *holes {
	h := &holes{net: net, g: net.g, needs: n, of: make([][]hole, len(net.list)), lists: map[int32][]openList{}, maybe: map[int32]string{}, wide: map[openKey][]Missing{}, types: map[string]*typeHoles{}, known: map[string]*holeKind{}}
	for i, r := range net.list {
		if why, ok := r.Unknown["_count"]; ok {
			h.maybe[int32(i)] = why
		}
	}
	for _, r := range net.list {
		h.resource(r)
	}
	for _, i := range slices.Sorted(maps.Keys(h.maybe)) {
		h.doubt(i)
	}
	h.spread()
	h.collect()
	return h
}

// add notes a hole; path, more and atMost are those of holeKind.
func (h *holes) add(k graph.Key, missing Missing, more bool, atMost int, path ...string) {
	i := h.g.Index(k)
	kind := h.kindOf(h.net.list[i].Type, more, atMost, path)
	h.of[i] = append(h.of[i], hole{kind, missing})
	if n := len(kind.at); n == 0 || kind.at[n-1] != int32(i) {
		kind.at = append(kind.at, int32(i))
	}
}

// wanted says whether some policy reads the attribute of the type.
func (h *holes) wanted(typ, name string) bool {
	f := h.needs.types[typ]
	return h.needs.all || f != nil && (f.all || f.attrs[name])
}

func (h *holes) resource(r *graph.Resource) {
	k := h.kind(r.Type)
	var paths []string
	for p := range r.Unknown {
		if h.needs.all || p == "_from" || k.words[firstWord(p)] {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	for _, p := range paths {
		h.unknown(r, k, p)
	}
	if k.entry == nil {
		return
	}
	h.unnamed(r, k)
	f := h.needs.types[r.Type]
	if f == nil {
		return
	}
	for _, name := range k.names {
		if h.absent(r, k.entry, name) {
			h.add(r.Key(), Missing{Key: r.Key(), Path: name, Why: "it is not known"}, false, 0, name)
		}
	}
}

// unnamed opens the edges that an entry derives from what resources have in common, where that is not known of r:
// any resource that refers so may mean it.
func (h *holes) unnamed(r *graph.Resource, k *typeHoles) {
	for _, ref := range k.incoming {
		for _, target := range ref.Targets {
			by := slices.IndexFunc(target.By, func(name string) bool { return r.Unknown[name] != "" })
			if target.Type != r.Type || by < 0 {
				continue
			}
			miss := Missing{Key: r.Key(), Path: target.By[by], Why: r.Unknown[target.By[by]]}
			h.add(r.Key(), miss, true, 2, "_from", ref.Via())
			for _, source := range h.g.OfType(ref.From.Name) {
				h.add(source.Key(), miss, true, 2, "_to", ref.ToKey(r.Type))
			}
		}
	}
}

// read says whether some policy follows a reference, in either direction.
func (h *holes) read(ref catalog.Reference, target string) bool {
	if h.needs.all {
		return true
	}
	to, from := h.needs.types[ref.From.Name], h.needs.types[target]
	return to != nil && (to.all || to.to[""] || to.to[ref.ToKey(target)]) || from != nil && (from.all || from.from[""] || from.from[ref.Via()])
}

// absent says whether an attribute or fact that a policy reads is neither present nor listed as unknown.
func (h *holes) absent(r *graph.Resource, t *catalog.Type, name string) bool {
	if _, listed := r.Unknown[name]; listed {
		return false
	}
	if strings.HasPrefix(name, "_") {
		switch name {
		case "_region", "_account":
			return r.Facts[name] == nil && !t.FactsOnly
		case "_zones":
			return r.Facts[name] == nil && len(t.ZonesFrom) > 0
		}
		return false
	}
	_, known := catalog.Value(r, name)
	return !known && t.Attr(name) != nil
}

// unknown adds the holes that one entry of Unknown stands for: the place itself, and the edges whose attribute it is.
func (h *holes) unknown(r *graph.Resource, k *typeHoles, p string) {
	if p == "_count" {
		return
	}
	miss := Missing{Key: r.Key(), Path: p, Why: r.Unknown[p]}
	if p == "_from" { // something that was not read may refer to it, by whatever attribute
		for _, via := range h.arriving(r.Type) {
			h.add(r.Key(), miss, true, 2, "_from", via)
		}
		return
	}
	if rest, ok := strings.CutPrefix(p, "_to."); ok {
		h.edge(r, k, graph.Schematic(rest), miss)
		return
	}
	steps, err := graph.ParsePath(p)
	if err != nil || len(steps) == 0 {
		return
	}
	if h.wanted(r.Type, steps[0].Name) {
		path, more := make([]string, 0, len(steps)), false
		for _, s := range steps {
			if s.Index == graph.Any {
				more = true
				break
			}
			path = append(path, stepText(s))
		}
		h.add(r.Key(), miss, more, 2, path...)
	}
	if k.entry == nil {
		return
	}
	at := graph.Schematic(p)
	for _, ref := range k.references {
		if within(at, ref.Path) || within(ref.Path, at) {
			h.open(r, k.entry, ref, miss, r.Unknown[p] != catalog.ComputedWhy)
		}
	}
}

// arriving lists the reverse edge lists of a type that some policy reads.
func (h *holes) arriving(typ string) []string {
	var out []string
	f := h.needs.types[typ]
	for _, ref := range catalog.ReferencesTo(typ) {
		if h.needs.all || f != nil && (f.all || f.from[""] || f.from[ref.Via()]) {
			out = append(out, ref.Via())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func stepText(s graph.Step) string {
	if s.Index >= 0 {
		return strconv.Itoa(s.Index)
	}
	return s.Name
}

// within says whether the schematic path a is b or inside it.
func within(a, b string) bool {
	rest, ok := strings.CutPrefix(a, b)
	return ok && (rest == "" || rest[0] == '.')
}

// edge handles `_to.PATH`: the target of a known reference was not read, or may not exist.
func (h *holes) edge(r *graph.Resource, k *typeHoles, path string, miss Missing) {
	for _, ref := range k.references {
		if ref.Path != path {
			continue
		}
		h.open(r, k.entry, ref, miss, false)
		h.backwards(r, ref, miss)
	}
}

// backwards opens the reverse lists of resources that a known reference may mean: those that may not exist and are
// named by it, and those whose own name is not known where it is a literal.
func (h *holes) backwards(r *graph.Resource, ref catalog.Reference, miss Missing) {
	for _, leaf := range leavesOf(r.Attrs, strings.Split(ref.Path, ".")) {
		switch v := leaf.(type) {
		case graph.Ref:
			h.openFrom(v.Key(), ref.Via(), miss)
		case graph.Template:
			for _, x := range catalog.TemplateRefs(r.Root, v) {
				h.openFrom(x.Key(), ref.Via(), miss)
			}
		case string:
			h.named(r, ref, v, miss)
		}
	}
}

func (h *holes) openFrom(k graph.Key, via string, miss Missing) {
	if i := h.g.Index(k); i >= 0 && h.uncertain(int32(i)) {
		h.add(k, miss, true, 2, "_from", via)
	}
}

// named opens the lists of the resources of the same root whose identifying attribute is not known and might be the literal.
func (h *holes) named(r *graph.Resource, ref catalog.Reference, literal string, miss Missing) {
	for _, target := range ref.Targets {
		for _, c := range h.g.OfType(target.Type) {
			if c.Key() == r.Key() {
				continue
			}
			if identifies(c, target, literal) {
				h.openFrom(c.Key(), ref.Via(), miss)
			}
			if c.Root != r.Root {
				continue
			}
			for _, by := range target.By {
				if why, ok := c.Unknown[by]; ok && why != catalog.ComputedWhy {
					h.add(c.Key(), miss, true, 1, "_from", ref.Via())
					break
				}
			}
		}
	}
}

// identifies says whether a literal is one of the attributes by which a reference may name a resource.
func identifies(c *graph.Resource, target catalog.Target, literal string) bool {
	for _, by := range append([]string{"id", "arn"}, target.By...) {
		switch v := c.Attrs[by].(type) {
		case string:
			if v == literal {
				return true
			}
		case []any:
			if slices.Contains(v, any(literal)) {
				return true
			}
		}
	}
	return false
}

// open marks the edge lists of a reference as open, and where anything of the root may be meant, their reverse lists too.
func (h *holes) open(r *graph.Resource, t *catalog.Type, ref catalog.Reference, miss Missing, anything bool) {
	atMost := 2
	if a := t.Attr(ref.Path); a != nil && a.Kind == catalog.String && !strings.Contains(ref.Path, ".") {
		atMost = 1
	}
	for _, target := range ref.Targets {
		if f := h.needs.types[r.Type]; h.needs.all || f != nil && (f.all || f.to[""] || f.to[ref.ToKey(target.Type)]) {
			h.add(r.Key(), miss, true, atMost, "_to", ref.ToKey(target.Type))
		}
		if anything && !r.Data {
			k := openKey{r.Root, target.Type, ref.Via()}
			if len(h.wide[k]) < openersKept {
				h.wide[k] = append(h.wide[k], miss)
			}
		}
	}
}

// doubt opens the lists that hold a resource that may not exist: it is no witness for its neighbours.
func (h *holes) doubt(i int32) {
	from := h.net.list[i]
	k := from.Key()
	miss := Missing{Key: k, Path: "_count", Why: h.maybe[i]}
	for _, e := range h.g.To(k) {
		if to := h.g.Get(e.To); !sameFamily(from, to) {
			h.add(e.To, miss, true, 2, "_from", from.Type+"."+e.Via)
		}
	}
	for _, e := range h.g.From(k) {
		source := h.g.Get(e.From)
		if sameFamily(source, from) {
			continue
		}
		for _, ref := range h.kind(source.Type).references {
			if ref.Path == e.Via {
				h.add(e.From, miss, true, 2, "_to", ref.ToKey(from.Type))
			}
		}
	}
}

// spread opens the reverse lists of whole types.
func (h *holes) spread() {
	for _, k := range slices.SortedFunc(maps.Keys(h.wide), openKey.compare) {
		misses := h.wide[k]
		f := h.needs.types[k.target]
		if !h.needs.all && (f == nil || !f.all && !f.from[""] && !f.from[k.via]) {
			continue
		}
		for _, r := range h.g.OfType(k.target) {
			if r.Root != k.root {
				continue
			}
			for _, m := range misses {
				h.add(r.Key(), m, true, 2, "_from", k.via)
			}
		}
	}
}

func sameFamily(a, b *graph.Resource) bool { return family(a) == family(b) }

// leavesOf lists the values at a schematic path, through every element of lists.
func leavesOf(v any, path []string) []any {
	switch c := v.(type) {
	case []any:
		var out []any
		for _, x := range c {
			out = append(out, leavesOf(x, path)...)
		}
		return out
	case map[string]any:
		if len(path) == 0 {
			var out []any
			for _, k := range sortedNames(c) {
				out = append(out, leavesOf(c[k], nil)...)
			}
			return out
		}
		return leavesOf(c[path[0]], path[1:])
	}
	if len(path) > 0 || v == nil {
		return nil
	}
	return []any{v}
}

// settleBy says which input would settle a datum, from the reason that it is not known.
func settleBy(m Missing) string {
	why := m.Why
	switch {
	case strings.Contains(why, "not on disk"), strings.Contains(why, "could not be loaded"), strings.Contains(why, "not resolved"):
		return "terraform init, --module SOURCE=DIR, or --download-modules"
	case variable.MatchString(why):
		name := variable.FindStringSubmatch(why)[1]
		return fmt.Sprintf("--var %s=... or --var-file", name)
	case strings.Contains(why, "read from the account"), strings.Contains(why, "data."):
		return "a live source: aws"
	case why == catalog.ComputedWhy:
		return "set it in the code, or add a live source: aws"
	case strings.Contains(why, "known after apply"), strings.Contains(why, "AWS chooses"):
		return "a live source: aws, once it exists"
	case strings.Contains(why, "is not defined in what was read"), strings.Contains(why, "was not read"):
		return "scan the code that defines it too, or add a live source: aws"
	}
	return ""
}

var variable = regexp.MustCompile(`\bvar\.([A-Za-z0-9_-]+)`)
