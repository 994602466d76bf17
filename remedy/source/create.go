package source

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// create adds a resource behind the one that it belongs to.
func (e *edit) create(c graph.Change) error {
	values, ok := c.New.(map[string]any)
	if !ok {
		return refusal(remedy.PreconditionFails, "%s has no values", c.Address)
	}
	beside, err := e.neighbour(c, values)
	if err != nil {
		return err
	}
	if err := e.mayChange(beside, c); err != nil {
		return err
	}
	owner, err := e.declared(beside)
	if err != nil {
		return err
	}
	scope := owner.in.scope
	address, ok := strings.CutPrefix(string(c.Address), scope.prefix())
	if !ok {
		return refusal(remedy.ComputedExpression, "%s and what it refers to lie in different modules", c.Address)
	}
	typ, name, key := labelled(address)
	if key != "" {
		return refusal(remedy.ChangesSiblings, "one instance of %s alone cannot be added", address)
	}
	if m, err := e.mirrored(c, values, owner, name); err != nil || m != nil {
		if err != nil {
			return err
		}
		return e.addResource(owner, typ, m.name, values, m)
	}
	return e.addResource(owner, typ, name, values, nil)
}

// neighbour finds the resource that a new one is written behind: what it refers to, and of that rather what the findings stand on, else
// what the findings stand on, else what others of the wish refer to.
func (e *edit) neighbour(c graph.Change, values map[string]any) (*graph.Resource, error) {
	refs := graph.RefsIn(values)
	slices.SortStableFunc(refs, func(a, b graph.Ref) int { return e.turn(a) - e.turn(b) })
	for _, ref := range refs {
		if r := e.before[graph.Key{Root: c.Root, Address: ref.Address}]; r != nil && !r.Data {
			return r, nil
		}
	}
	for _, x := range e.wish.Closes {
		if r := e.before[graph.Key{Root: x.Root, Address: x.Address}]; r != nil && !r.Data {
			return r, nil
		}
	}
	for _, other := range e.wish.Patch {
		for _, ref := range graph.RefsIn(other.New) {
			if r := e.before[graph.Key{Root: other.Root, Address: ref.Address}]; r != nil && !r.Data {
				return r, nil
			}
		}
	}
	if r := e.last(c); r != nil {
		return r, nil
	}
	return nil, refusal(remedy.NotFound, "it cannot be told beside what %s is to be written", c.Address)
}

// last is what a new resource of the root module that refers to nothing is written behind: the last of main.tf, else of the first
// file, that is neither repeated nor of a provider of its own.
func (e *edit) last(c graph.Change) *graph.Resource {
	var best *graph.Resource
	for key, r := range e.before {
		if key.Root != c.Root || r.Data || r.Of != "" || len(r.Origins) == 0 || strings.HasPrefix(string(c.Address), "module.") || strings.HasPrefix(string(key.Address), "module.") {
			continue
		}
		typ, name, instance := labelled(string(key.Address))
		blocks := e.blocks(e.scopeOf(r).dir, "resource", typ, name)
		if len(blocks) == 0 || instance != "" || attribute(blocks, "provider") != nil {
			continue
		}
		if best == nil || behind(r.Origins[0], best.Origins[0]) {
			best = r
		}
	}
	return best
}

// behind says whether something is the better neighbour of the two.
func behind(a, b graph.Origin) bool {
	if a.File == b.File {
		return a.Line > b.Line
	}
	if first := path.Base(a.File) == "main.tf"; first || path.Base(b.File) == "main.tf" {
		return first
	}
	return a.File < b.File
}

// turn is 0 for what findings of the wish stand on.
func (e *edit) turn(ref graph.Ref) int {
	if slices.ContainsFunc(e.wish.Closes, func(x remedy.Closed) bool { return x.Root == ref.Root && x.Address == ref.Address }) {
		return 0
	}
	return 1
}

// mirror is how a new block is repeated: once for each instance of what it belongs to.
type mirror struct {
	name  string
	first entry // count or for_each
	ref   func(graph.Ref) (string, bool)
}

// mirrored says how the new resource is repeated when what it belongs to is: then one block stands for all instances, and
// the patch names them.
func (e *edit) mirrored(c graph.Change, values map[string]any, owner declaration, name string) (*mirror, error) {
	block := owner.blocks[0]
	base := strings.Join(block.Labels, ".")
	own := instanceRef(owner.in.prefix()+base, "")
	if !slices.ContainsFunc(graph.RefsIn(values), func(r graph.Ref) bool { _, ok := own(r); return ok }) || remedy.Grows(c.Type) != "" {
		return nil, nil // it stands beside, and is one for all
	}
	counted, keyed := attribute(owner.blocks, "count"), attribute(owner.blocks, "for_each")
	if block.Type != "resource" || counted == nil && keyed == nil {
		return nil, nil
	}
	full := owner.in.prefix() + base
	group, missing := e.group(c, full)
	if len(missing) > 0 {
		return nil, &remedy.Refused{Class: remedy.ChangesSiblings, Siblings: missing,
			Why: "the resource is repeated: one block stands for all of its instances"}
	}
	m := &mirror{name: e.repeatedName(owner, c.Type, strings.Replace(name, keyName(owner.in.key), "", 1))}
	for i, key := range group {
		e.wish.Patch[i].Address = graph.Address(owner.in.prefix() + c.Type + "." + m.name + key)
	}
	m.first, m.ref = entry{"count", "length(" + base + ")"}, instanceRef(full, base+"[count.index].")
	if keyed != nil {
		m.first, m.ref = entry{"for_each", base}, instanceRef(full, "each.value.")
	}
	return m, nil
}

// repeatedName gives a free name for a block that is repeated, the same for all instances of a step.
func (e *edit) repeatedName(owner declaration, typ, name string) string {
	free := name
	for n := 2; e.blocks(owner.in.dir, "resource", typ, free) != nil && !e.isMade(owner.in.dir, typ, free); n++ {
		free = fmt.Sprintf("%s_%d", name, n)
	}
	return free
}

// keyName is an instance key as the name of a resource made for it has it.
func keyName(key string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, key)
}

func instanceRef(full, as string) func(graph.Ref) (string, bool) {
	return func(r graph.Ref) (string, bool) {
		rest, ok := strings.CutPrefix(string(r.Address), full)
		return as + r.Attr, ok && (rest == "" || strings.HasPrefix(rest, "["))
	}
}

// group finds the changes of the wish that create the same for other instances: index in the patch -> instance key. missing are
// the instances that the wish leaves out.
func (e *edit) group(c graph.Change, full string) (group map[int]string, missing []graph.Address) {
	group = map[int]string{}
	for key := range e.before {
		k, ok := strings.CutPrefix(string(key.Address), full)
		if key.Root != c.Root || !ok || k != "" && !strings.HasPrefix(k, "[") || strings.Contains(k, "#") {
			continue
		}
		i := slices.IndexFunc(e.wish.Patch, func(x graph.Change) bool {
			m, _ := x.New.(map[string]any)
			return x.Op == graph.Create && x.Type == c.Type && slices.ContainsFunc(graph.RefsIn(m), func(r graph.Ref) bool { return r.Address == key.Address })
		})
		if i < 0 {
			missing = append(missing, key.Address)
			continue
		}
		group[i] = k
	}
	slices.Sort(missing)
	return group, missing
}

// addResource writes the block, once: other instances of the module, or of what it mirrors, have it too.
func (e *edit) addResource(owner declaration, typ, name string, values map[string]any, m *mirror) error {
	dir := owner.in.dir
	if e.isMade(dir, typ, name) {
		return nil
	}
	if e.blocks(dir, "resource", typ, name) != nil {
		return refusal(remedy.PreconditionFails, "%s.%s exists already", typ, name)
	}
	last := owner.blocks[0]
	p, err := e.parse(last.Body.SrcRange.Filename)
	if err != nil {
		return refusal(remedy.PreconditionFails, "%s cannot be edited: %v", last.Body.SrcRange.Filename, err)
	}
	w := &writer{scope: owner.in.scope, nl: p.newline(), unit: p.unit()}
	var first []entry
	if m != nil {
		w.repeated, first = m.ref, []entry{m.first}
	}
	provider, err := e.provider(owner, typ)
	if err != nil {
		return err
	}
	if provider != "" {
		first = append(first, entry{"provider", provider})
	}
	e.made = append(e.made, dir+" "+typ+" "+name)
	if p.json {
		return e.addResourceJSON(p, w, typ, name, values, first)
	}
	var attrs []catalog.Attr
	if t := catalog.Lookup(typ); t != nil {
		attrs = t.Attrs
	}
	text, err := w.block(fmt.Sprintf("resource %q %q", typ, name), values, attrs, "", first...)
	if err != nil {
		return err
	}
	return e.splice(p, p.below(e.lastMade(p, last), text))
}

// provider gives the text of the provider argument of what a new resource stands beside: it lies in the same account and region.
func (e *edit) provider(owner declaration, typ string) (string, error) {
	a := attribute(owner.blocks, "provider")
	family, _, _ := strings.Cut(typ, "_")
	if a == nil || owner.blocks[0].Type != "resource" || !strings.HasPrefix(owner.blocks[0].Labels[0], family+"_") {
		return "", nil
	}
	r := a.Expr.Range()
	p, err := e.parse(r.Filename)
	if err != nil {
		return "", refusal(remedy.PreconditionFails, "%s cannot be edited: %v", r.Filename, err)
	}
	return string(p.text[r.Start.Byte:r.End.Byte]), nil
}

func (e *edit) isMade(dir, typ, name string) bool {
	return slices.Contains(e.made, dir+" "+typ+" "+name)
}

// lastMade is the block behind which the next new one goes: those of one step follow each other.
func (e *edit) lastMade(p *parsed, owner *hclsyntax.Block) *hclsyntax.Block {
	at := slices.Index(p.body.Blocks, owner)
	for i, b := range p.body.Blocks {
		if at < 0 && b.Type == owner.Type && slices.Equal(b.Labels, owner.Labels) {
			at = i
		}
	}
	if at < 0 {
		return owner
	}
	for at+1 < len(p.body.Blocks) {
		next := p.body.Blocks[at+1]
		if next.Type != "resource" || len(next.Labels) != 2 || !slices.ContainsFunc(e.made, func(m string) bool {
			return strings.HasSuffix(m, " "+next.Labels[0]+" "+next.Labels[1])
		}) {
			break
		}
		at++
	}
	return p.body.Blocks[at]
}

// remove takes the block of a resource away.
func (e *edit) remove(c graph.Change) error {
	r := e.before[graph.Key{Root: c.Root, Address: c.Address}]
	if r == nil {
		return e.missing(c)
	}
	if err := e.mayChange(r, c); err != nil {
		return err
	}
	if r.Of != "" {
		return refusal(remedy.ComputedExpression, "%s is written inside %s", r.Address, r.Of)
	}
	at, err := e.declared(r)
	if err != nil {
		return err
	}
	if used := e.usedBy(at); used != "" {
		return refusal(remedy.StillReferenced, "%s is referred to at %s", r.Address, used)
	}
	for i := range at.blocks {
		again, err := e.declaredAgain(at)
		if err != nil {
			return err
		}
		b := again.blocks[len(at.blocks)-1-i]
		p, err := e.parse(b.Body.SrcRange.Filename)
		if err != nil {
			return err
		}
		if p.json {
			if err := e.withoutJSON(p, b.Labels[0], b.Labels[1]); err != nil {
				return err
			}
			continue
		}
		whole := b.TypeRange
		whole.End = b.CloseBraceRange.End
		if err := e.splice(p, p.without(whole)); err != nil {
			return err
		}
	}
	return nil
}

// usedBy finds an expression of the module that refers to a resource, which is not its own.
func (e *edit) usedBy(at declaration) string {
	labels := at.blocks[0].Labels
	for _, p := range e.files(at.in.dir) {
		if found := usedIn(p.body, labels); found != "" {
			return found
		}
	}
	return ""
}

func usedIn(b *hclsyntax.Body, labels []string) string {
	for _, name := range sorted(b.Attributes) {
		for _, v := range b.Attributes[name].Expr.Variables() {
			steps, err := stepsOf(v[1:])
			if v.RootName() == labels[0] && (err != nil || len(steps) > 0 && steps[0].Name == labels[1]) {
				return at(b.Attributes[name].SrcRange)
			}
		}
	}
	for _, inner := range b.Blocks {
		if inner.Type == "resource" && slices.Equal(inner.Labels, labels) {
			continue
		}
		if found := usedIn(inner.Body, labels); found != "" {
			return found
		}
	}
	return ""
}
