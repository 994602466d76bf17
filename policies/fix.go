package policies

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// fixes asks a policy for the patches of its fails among the positions. A patch that cannot be read as one is an error of the
// policy, which leaves all without.
func (r *run) fixes(ctx context.Context, positions []int, out judgement) error {
	q, ok := r.e.fix[r.class]
	if !ok {
		return nil
	}
	failed := slices.DeleteFunc(positions, func(at int) bool { return out.answers[at].verdict != Fail })
	if len(failed) == 0 {
		return nil
	}
	x := *r
	x.e = r.e.fixing(r.j.p.modules)
	x.o = r.j.outline(x.e.reads)
	x.c = newConverter(x.o)
	slices.Sort(failed)
	found := map[int]graph.Patch{}
	for _, beside := range x.byPlace(failed) {
		near := placeOf(r.j.net.list[r.place(beside[0])])
		x.near = &near
		for part := range slices.Chunk(beside, viewAtMost) {
			if err := x.patches(ctx, q, part, found); err != nil {
				return err
			}
		}
	}
	maps.Copy(out.fixes, found)
	return nil
}

// patches asks for the patches of the resources at some positions.
func (r *run) patches(ctx context.Context, q rego.PreparedEvalQuery, positions []int, to map[int]graph.Patch) error {
	places := make([]int32, len(positions))
	for n, at := range positions {
		places[n] = r.place(at)
	}
	view := r.view(places)
	defer view.clear()
	v, err := ask(ctx, q, r.c.convert(view))
	if err != nil {
		return fmt.Errorf("fix: %w", err)
	}
	set, ok := v.(ast.Set)
	if !ok {
		return fmt.Errorf("fix is not a set")
	}
	raw := make([][]ast.Object, len(view.list[r.e.meta.Judges]))
	for _, t := range set.Slice() {
		i, ok := positionOf(t)
		o, isObject := t.Value.(ast.Object)
		if !ok || !isObject || i < 0 || i >= len(raw) {
			return fmt.Errorf("fix contains %v, which has no position", t)
		}
		raw[i] = append(raw[i], o)
	}
	for n, i := range places {
		changes := raw[view.pos[i]]
		if len(changes) == 0 {
			continue
		}
		p, err := r.j.patchOf(r.j.net.list[i], changes)
		if err != nil {
			return fmt.Errorf("fix of %s: %w", r.j.net.list[i].Key(), err)
		}
		to[positions[n]] = p
	}
	return nil
}

// patchOf makes one patch of the changes that a policy proposes for a resource: creates first, what they refer to before them,
// then the others in the order of their text.
func (j *judge) patchOf(r *graph.Resource, changes []ast.Object) (graph.Patch, error) {
	b := &patcher{g: j.g, judged: r, module: modulePrefix(r.Address), renamed: map[graph.Address]graph.Address{}, made: map[graph.Address]bool{}}
	for _, o := range changes {
		b.name(o)
	}
	var creates, others graph.Patch
	for _, o := range changes {
		c, err := b.change(o)
		if errors.Is(err, errOpen) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if c.Op == graph.Create {
			creates = append(creates, c)
		} else {
			others = append(others, c)
		}
	}
	creates, err := inOrder(creates)
	return append(creates, others...), err
}

// errOpen says that a fix builds on a value that is not known: there is none then.
var errOpen = errors.New("what it builds on is not known")

type patcher struct {
	g       *graph.Graph
	judged  *graph.Resource
	module  string
	renamed map[graph.Address]graph.Address // address as the policy wrote it -> address in the graph
	made    map[graph.Address]bool          // addresses of what is to be created
}

// name decides the address of a resource that is to be created: TYPE.NAME in the module of the judged resource, with
// a number behind it when that is taken.
func (b *patcher) name(o ast.Object) {
	if textOf(o.Get(ast.StringTerm("op"))) != string(graph.Create) {
		return
	}
	plain := graph.Address(textOf(o.Get(ast.StringTerm("type"))) + "." + identifier(textOf(o.Get(ast.StringTerm("name")))))
	written := graph.Address(textOf(o.Get(ast.StringTerm("type"))) + "." + textOf(o.Get(ast.StringTerm("name"))))
	address := graph.Address(b.module) + plain
	for n := 2; b.g.Get(graph.Key{Root: b.judged.Root, Address: address}) != nil; n++ {
		address = graph.Address(fmt.Sprintf("%s%s_%d", b.module, plain, n))
	}
	b.renamed[written], b.made[address] = address, true
}

// identifier makes a name that Terraform accepts.
func identifier(s string) string {
	out := []byte(s)
	for i, c := range out {
		letter := c == '_' || c == '-' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter {
			out[i] = '_'
		}
	}
	if len(out) > 0 && (out[0] >= '0' && out[0] <= '9' || out[0] == '-') {
		return "_" + string(out)
	}
	return string(out)
}

func (b *patcher) change(o ast.Object) (graph.Change, error) {
	get := func(k string) string { return textOf(o.Get(ast.StringTerm(k))) }
	c := graph.Change{Op: graph.Op(get("op")), Root: b.judged.Root, Address: graph.Address(get("address")), Type: get("type"), Path: get("path")}
	switch c.Op {
	case graph.Create:
		c.Address = b.renamed[graph.Address(c.Type+"."+get("name"))]
		return b.create(c, o)
	case graph.Set, graph.Delete:
		target := b.g.Get(graph.Key{Root: c.Root, Address: c.Address})
		if target == nil {
			return c, fmt.Errorf("there is no %q", c.Address)
		}
		c.Type = target.Type
		if c.Op == graph.Delete {
			c.Old = catalog.Attributes(target)
			return c, nil
		}
		value, add := o.Get(ast.StringTerm("value")), o.Get(ast.StringTerm("add"))
		if c.Path == "" || (value == nil) == (add == nil) {
			return c, fmt.Errorf("set needs path, and value or add")
		}
		c.Old, _ = graph.Lookup(target.Attrs, c.Path)
		var err error
		if add != nil {
			c.New, err = b.longer(c.Old, add.Value)
			return c, err
		}
		c.New, err = b.value(value.Value)
		return c, err
	}
	return c, fmt.Errorf("unknown op %q%s", c.Op, didYouMean(string(c.Op), []string{"set", "create", "delete"}))
}

// create gives a new resource its values, on top of the attributes of the one that it is to be like.
func (b *patcher) create(c graph.Change, o ast.Object) (graph.Change, error) {
	values := o.Get(ast.StringTerm("values"))
	if values == nil || c.Type == "" {
		return c, fmt.Errorf("create needs type, name and values")
	}
	v, err := b.value(values.Value)
	if err != nil {
		return c, err
	}
	own, ok := v.(map[string]any)
	if !ok {
		return c, fmt.Errorf("values holds an object")
	}
	all := map[string]any{}
	if like, names := o.Get(ast.StringTerm("like")), o.Get(ast.StringTerm("attributes")); like != nil && names != nil {
		if all, err = b.copied(textOf(like), names.Value); err != nil {
			return c, err
		}
	}
	maps.Copy(all, own)
	c.New = all
	return c, nil
}

// copied gives the attributes of a resource that are named, as they are written there. Those that are not set are left out.
func (b *patcher) copied(address string, names ast.Value) (map[string]any, error) {
	r := b.g.Get(graph.Key{Root: b.judged.Root, Address: graph.Address(address)})
	if r == nil {
		return nil, fmt.Errorf("there is no %q to be like", address)
	}
	list, err := b.value(names)
	if err != nil {
		return nil, err
	}
	wanted, _ := list.([]any)
	for p, why := range r.Unknown {
		first, _, _ := strings.Cut(graph.Schematic(p), ".")
		if slices.Contains(wanted, any(first)) && why != catalog.ComputedWhy {
			return nil, errOpen
		}
	}
	out := map[string]any{}
	for _, n := range wanted {
		if v := r.Attrs[fmt.Sprint(n)]; v != nil {
			out[fmt.Sprint(n)] = v
		}
	}
	return withoutUnset(out).(map[string]any), nil
}

// withoutUnset leaves out what the catalog has filled in as not set: nulls, and blocks that are not there.
func withoutUnset(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			if list, ok := x.([]any); x != nil && !(ok && len(list) == 0) {
				out[k] = withoutUnset(x)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = withoutUnset(x)
		}
		return out
	}
	return v
}

// longer adds elements to a list that is known, each once.
func (b *patcher) longer(old any, add ast.Value) (any, error) {
	v, err := b.value(add)
	if err != nil {
		return nil, err
	}
	list, known := old.([]any)
	more, ok := v.([]any)
	switch {
	case !ok:
		return nil, fmt.Errorf("add holds a list")
	case !known || slices.Contains(list, nil):
		return nil, errOpen
	}
	out := slices.Clone(list)
	for _, x := range more {
		if !slices.ContainsFunc(out, func(y any) bool { return reflect.DeepEqual(x, y) }) {
			out = append(out, x)
		}
	}
	return out, nil
}

// value converts a value of the policy engine; {"_ref": ADDRESS, "attribute": NAME} is a reference, {"_text": [PART]} a text of
// parts, and {"_json": VALUE} a value written as a text of JSON.
func (b *patcher) value(v ast.Value) (any, error) {
	switch v := v.(type) {
	case ast.Null:
		return nil, nil
	case ast.Boolean:
		return bool(v), nil
	case ast.String:
		return string(v), nil
	case ast.Number:
		if n, ok := v.Int(); ok {
			return n, nil
		}
		f, err := json.Number(v).Float64()
		return f, err
	case *ast.Array:
		out := make([]any, 0, v.Len())
		err := v.Iter(func(t *ast.Term) error {
			x, err := b.value(t.Value)
			out = append(out, x)
			return err
		})
		return out, err
	case ast.Set:
		return b.value(ast.NewArray(v.Slice()...))
	case ast.Object:
		if ref := v.Get(ast.StringTerm("_ref")); ref != nil {
			return b.reference(textOf(ref), textOf(v.Get(attributeTerm)))
		}
		if parts := v.Get(ast.StringTerm("_text")); parts != nil {
			return b.text(parts.Value)
		}
		if x := v.Get(ast.StringTerm("_json")); x != nil {
			return b.json(x.Value)
		}
		out := make(map[string]any, v.Len())
		err := v.Iter(func(k, t *ast.Term) error {
			x, err := b.value(t.Value)
			out[textOf(k)] = x
			return err
		})
		return out, err
	}
	return nil, fmt.Errorf("%v is no value for a change", v)
}

func (b *patcher) reference(address, attribute string) (any, error) {
	if attribute == "" {
		return nil, fmt.Errorf("the reference to %s names no attribute", address)
	}
	a := graph.Address(address)
	if now, ok := b.renamed[a]; ok {
		a = now
	} else if b.g.Get(graph.Key{Root: b.judged.Root, Address: a}) == nil {
		return nil, fmt.Errorf("the reference to %s leads nowhere", address)
	}
	if owner, _, part := strings.Cut(string(a), "#"); part {
		a = graph.Address(owner)
	}
	return graph.Ref{Root: b.judged.Root, Address: a, Attr: attribute}, nil
}

// inOrder puts created resources behind those that they refer to, and leaves out repetitions.
func inOrder(creates graph.Patch) (graph.Patch, error) {
	slices.SortFunc(creates, func(a, b graph.Change) int { return compareText(string(a.Address), string(b.Address)) })
	byAddress := map[graph.Address]graph.Change{}
	for _, c := range creates {
		if other, again := byAddress[c.Address]; again && fmt.Sprint(other.New) != fmt.Sprint(c.New) {
			return nil, fmt.Errorf("%s is created twice with different values", c.Address)
		}
		byAddress[c.Address] = c
	}
	var out graph.Patch
	state := map[graph.Address]int{}
	var visit func(a graph.Address) error
	visit = func(a graph.Address) error {
		c, ok := byAddress[a]
		if !ok || state[a] == 2 {
			return nil
		}
		if state[a] == 1 {
			return fmt.Errorf("%s refers to itself", a)
		}
		state[a] = 1
		for _, ref := range graph.RefsIn(c.New) {
			if err := visit(ref.Address); err != nil {
				return err
			}
		}
		state[a] = 2
		out = append(out, c)
		return nil
	}
	for _, c := range creates {
		if err := visit(c.Address); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// modulePrefix is the part of an address that names the module: `module.db["a.b"].` of `module.db["a.b"].aws_db_instance.main`.
func modulePrefix(a graph.Address) string {
	s, end := string(a), 0
	for strings.HasPrefix(s[end:], "module.") {
		i, quoted := end+len("module."), false
		for ; i < len(s) && (quoted || s[i] != '.'); i++ {
			switch {
			case s[i] == '\\' && quoted:
				i++
			case s[i] == '"':
				quoted = !quoted
			}
		}
		if i >= len(s) {
			break
		}
		end = i + 1
	}
	return s[:end]
}
