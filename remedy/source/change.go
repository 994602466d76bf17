package source

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// change makes the edits of one change.
func (e *edit) change(c graph.Change) error {
	if c.Op == graph.Delete {
		return e.remove(c)
	}
	for _, ref := range graph.RefsIn(c.New) {
		if e.before[graph.Key{Root: c.Root, Address: ref.Address}] == nil && !e.wishes(graph.Key{Root: c.Root, Address: ref.Address}, graph.Create) {
			return refusal(remedy.NotFound, "there is no %s in the files, which the new value refers to", ref.Address)
		}
	}
	if c.Op == graph.Create {
		return e.create(c)
	}
	r := e.before[graph.Key{Root: c.Root, Address: c.Address}]
	if r == nil {
		return e.missing(c)
	}
	if now, ok := graph.Lookup(r.Attrs, c.Path); ok && reflect.DeepEqual(now, c.New) {
		return nil
	}
	if err := e.mayChange(r, c); err != nil {
		return err
	}
	path, value, typ := inSource(r, c)
	steps, err := graph.ParsePath(path)
	if err != nil || len(steps) == 0 || steps[0].Index >= 0 {
		return refusal(remedy.NotFound, "%q is no path of an attribute", c.Path)
	}
	at, err := e.declared(r)
	if err != nil {
		return err
	}
	steps[0].Name = formerName(at.blocks, typ, steps[0].Name)
	if old, err := e.statements(at, steps[0].Name, r, c); old || err != nil {
		return err
	}
	return e.once(at, steps, c, func() error { return e.set(at, steps, value, typ) })
}

// once makes the edit of a change. What other instances of the same block want, in this root or another, may stand there already: then an
// edit that cannot be made again is no refusal, as everything is read again in the end.
func (e *edit) once(at declaration, steps []graph.Step, c graph.Change, set func() error) error {
	key := fmt.Sprintf("%s %v %s %#v", at.in.dir, at.blocks[0].Labels, graph.JoinPath(steps...), c.New)
	err := set()
	if err == nil {
		e.sets = append(e.sets, key)
	}
	var r *remedy.Refused
	if errors.As(err, &r) && slices.Contains(e.sets, key) {
		return nil
	}
	return err
}

// missing says that there is no such resource, and which instances of it there are.
func (e *edit) missing(c graph.Change) error {
	var instances []string
	for key := range e.before {
		if rest, ok := strings.CutPrefix(string(key.Address), string(c.Address)+"["); ok && key.Root == c.Root && strings.HasSuffix(rest, "]") {
			instances = append(instances, string(key.Address))
		}
	}
	if len(instances) == 0 {
		return refusal(remedy.NotFound, "there is no %s in the files", c.Address)
	}
	slices.Sort(instances)
	return refusal(remedy.NotFound, "there is no %s in the files, but %s", c.Address, strings.Join(instances[:min(len(instances), 3)], ", "))
}

// mayChange says why an attribute may not be changed in code at all.
func (e *edit) mayChange(r *graph.Resource, c graph.Change) error {
	if r.Data {
		return refusal(remedy.NotOwnSource, "%s is looked up and not managed here", r.Address)
	}
	if len(r.Origins) == 0 || r.Origins[0].File == "" {
		return refusal(remedy.NotOwnSource, "%s is written in no file", r.Address)
	}
	if err := e.lifecycle(r, c); err != nil {
		return err
	}
	if c.Op == graph.Set && Replaces(r.Type, c.Path) && !e.wish.AllowReplacement {
		return refusal(remedy.ForcesReplacement, "Terraform replaces %s when %s changes", r.Address, c.Path)
	}
	return nil
}

// lifecycle says why the lifecycle block of a resource, or of the one that a part is written in, speaks against a change.
func (e *edit) lifecycle(r *graph.Resource, c graph.Change) error {
	owner := r
	if o := e.before[graph.Key{Root: r.Root, Address: r.Of}]; r.Of != "" && o != nil {
		owner = o
	}
	l, _ := owner.Facts["_lifecycle"].(map[string]any)
	if l["prevent_destroy"] == true && (c.Op == graph.Delete || c.Op == graph.Set && Replaces(r.Type, c.Path)) {
		return refusal(remedy.PreconditionFails, "lifecycle.prevent_destroy protects %s: take that away first", owner.Address)
	}
	if c.Op != graph.Set {
		return nil
	}
	written, _, _ := inSource(r, c)
	ignored, _ := l["ignore_changes"].([]any)
	for _, x := range ignored {
		if x == "all" || isPart(c.Path, x) || isPart(written, x) {
			return refusal(remedy.IgnoredByLifecycle, "lifecycle.ignore_changes of %s lists %v: Terraform would not carry the edit out", owner.Address, x)
		}
	}
	return nil
}

// isPart says whether a path is the one that a text names, or lies within it.
func isPart(path string, whole any) bool {
	text, _ := whole.(string)
	outer, err := graph.ParsePath(text)
	steps, err2 := graph.ParsePath(path)
	return err == nil && err2 == nil && len(outer) > 0 && len(outer) <= len(steps) && slices.Equal(outer, steps[:len(outer)])
}

// declaration is where a resource is written.
type declaration struct {
	blocks []*hclsyntax.Block // the declaration, then its overrides
	in     *frame
}

// declared finds the blocks of a resource.
func (e *edit) declared(r *graph.Resource) (declaration, error) {
	s := e.scopeOf(r)
	owner := r.Address
	if r.Of != "" {
		owner = r.Of
	}
	address := strings.TrimPrefix(string(owner), s.prefix())
	if r.Type == "terraform_backend" {
		for _, b := range e.blocks(s.dir, "terraform") {
			if list := where(b.Body, func(x *hclsyntax.Block) bool { return x.Type == "backend" }); len(list) > 0 {
				return declaration{list, &frame{scope: s}}, nil
			}
		}
	}
	typ, name, key := labelled(address)
	blocks := e.blocks(s.dir, "resource", typ, name)
	if len(blocks) == 0 {
		return declaration{}, e.lost(s, r)
	}
	return declaration{blocks, instance(s, blocks[0], key)}, nil
}

// lost says why the declaration of a resource that was read cannot be found.
func (e *edit) lost(s *scope, r *graph.Resource) error {
	file := e.p.code.Place(r.Origins[0].File)
	if err := e.own(file); err != nil {
		return err
	}
	if _, err := e.parse(file); err != nil {
		return refusal(remedy.PreconditionFails, "%s cannot be edited: %v", file, err)
	}
	return refusal(remedy.NotFound, "%s is not declared in %s", r.Address, s.dir)
}

// set brings a place to a value. A list of nested blocks is set block by block, argument by argument.
func (e *edit) set(at declaration, steps []graph.Step, value any, typ string) error {
	attr := attrAt(typ, steps)
	if bodies, ok := asBlocks(value, attr); ok && attr != nil && !(len(bodies) == 1 && len(bodies[0]) == 0) {
		for i, body := range bodies {
			if len(body) == 0 {
				return refusal(remedy.ComputedExpression, "an empty block %s cannot be added", steps[0].Name)
			}
			for _, k := range inCatalogOrder(body, attr.Attrs) {
				if err := e.set(at, append(slices.Clone(steps), graph.Index(i), graph.Name(k)), body[k], typ); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if m, ok := value.(map[string]any); ok && attr != nil && attr.Kind == catalog.Map && e.written(at, steps) {
		for _, k := range sorted(m) {
			if err := e.set(at, append(slices.Clone(steps), graph.Name(k)), m[k], typ); err != nil {
				return err
			}
		}
		return nil
	}
	again, err := e.declaredAgain(at)
	if err != nil {
		return err
	}
	if _, gone := value.(graph.Gone); gone || value == nil && again.in.parent == nil { // a module may be called more than once
		if err := e.unset(again, steps); gone || err == nil {
			return err
		}
	}
	_, refers := value.(graph.Ref)
	s, err := (&tracer{e: e, refers: refers}).inBlocks(again.blocks, again.in, steps)
	if err == nil {
		err = e.write(s, again.in.scope, value, typ, steps)
	}
	if err != nil {
		return e.throughInput(again, steps, value, typ, err)
	}
	return nil
}

// declaredAgain finds the same blocks in the text as it is by now.
func (e *edit) declaredAgain(at declaration) (declaration, error) {
	b := at.blocks[0]
	if b.Type == "backend" {
		for _, t := range e.blocks(at.in.dir, "terraform") {
			if list := where(t.Body, func(x *hclsyntax.Block) bool { return x.Type == "backend" }); len(list) > 0 {
				return declaration{list, at.in}, nil
			}
		}
	}
	blocks := e.blocks(at.in.dir, b.Type, b.Labels...)
	if len(blocks) == 0 {
		return at, refusal(remedy.NotFound, "%s is no longer declared", strings.Join(b.Labels, "."))
	}
	return declaration{blocks, instance(at.in.scope, blocks[0], at.in.key)}, nil
}

func (e *edit) written(at declaration, steps []graph.Step) bool {
	s, err := (&tracer{e: e, reading: true}).inBlocks(at.blocks, at.in, steps)
	_, isObject := s.expr.(*hclsyntax.ObjectConsExpr)
	return err == nil && isObject
}

// attrAt gives what the catalog says of a path.
func attrAt(typ string, steps []graph.Step) *catalog.Attr {
	t := catalog.Lookup(typ)
	if t == nil {
		return nil
	}
	return t.Attr(graph.Schematic(graph.JoinPath(steps...)))
}

// unset takes an argument away that is written in the resource's own block, or in one that is nested there.
func (e *edit) unset(at declaration, steps []graph.Step) error {
	for _, b := range slices.Backward(at.blocks) {
		p, err := e.parse(b.Body.SrcRange.Filename)
		if err != nil {
			return err
		}
		if a := ownArgument(b, steps); a != nil && !p.json {
			return e.splice(p, p.without(a.SrcRange))
		}
	}
	return refusal(remedy.ComputedExpression, "%s is not an argument that can be taken away", graph.JoinPath(steps...))
}

// ownArgument finds the argument at a path of names and of positions of nested blocks, nil when it is written otherwise.
func ownArgument(b *hclsyntax.Block, steps []graph.Step) *hclsyntax.Attribute {
	for len(steps) > 2 && steps[1].Index >= 0 {
		static := nested(b.Body, steps[0].Name)
		if steps[1].Index >= len(static) || len(dynamic(b.Body, steps[0].Name)) > 0 {
			return nil
		}
		b, steps = static[steps[1].Index], steps[2:]
	}
	if len(steps) != 1 {
		return nil
	}
	return b.Body.Attributes[steps[0].Name]
}

// write puts a value at a spot.
func (e *edit) write(s spot, module *scope, value any, typ string, steps []graph.Step) error {
	if err := e.own(s.file); err != nil {
		return err
	}
	p, err := e.parse(s.file)
	if err != nil {
		return refusal(remedy.PreconditionFails, "%s cannot be edited: %v", s.file, err)
	}
	if s.block != nil && s.block.Type == "module" {
		e.calls = append(e.calls, s.prefix()+"module."+s.block.Labels[0])
	}
	if s.expr != nil && len(s.rest) > 0 {
		whole, ok := wrapped(s.rest, value)
		if !ok {
			return refusal(remedy.ComputedExpression, "there is no such element at %s", at(s.expr.Range()))
		}
		value = whole
	}
	if truth, ok := value.(bool); ok && s.not {
		value = !truth
	} else if s.not {
		return refusal(remedy.ComputedExpression, "the value is the opposite of another at %s", at(s.expr.Range()))
	}
	w := &writer{scope: s.scope, nl: p.newline(), unit: p.unit(), constant: s.constant || s.path != module.path}
	switch {
	case s.expr != nil:
		return e.replace(p, s.expr, w, value)
	case s.object != nil:
		return e.addItem(p, s, w, value)
	}
	return e.addArgument(p, s, w, value, typ, steps)
}

// replace writes a value where another one is.
func (e *edit) replace(p *parsed, x hclsyntax.Expression, w *writer, value any) error {
	r := x.Range()
	if list, ok := value.([]any); ok {
		if tuple, isTuple := x.(*hclsyntax.TupleConsExpr); isTuple {
			return e.replaceList(p, tuple, w, list)
		}
	}
	_, refers := value.(graph.Ref)
	_, reference := x.(*hclsyntax.ScopeTraversalExpr)
	if _, isList := x.(*hclsyntax.TupleConsExpr); isList || len(x.Variables()) > 0 && !(refers && reference) {
		return refusal(remedy.ComputedExpression, "the value is computed at %s", at(r))
	}
	var text string
	var err error
	if p.json {
		text, err = w.json(keepQuotes(x, value))
	} else {
		text, err = w.expr(keepQuotes(x, value), p.indent(r.Start.Byte))
	}
	if err != nil {
		return err
	}
	end := r.End.Byte
	if isHeredoc(p, x) {
		end = len(strings.TrimRight(string(p.text[:end]), "\r\n"))
	}
	return e.splice(p, splice{r.Start.Byte, end, text})
}

func isHeredoc(p *parsed, x hclsyntax.Expression) bool {
	return strings.HasPrefix(string(p.text[x.Range().Start.Byte:]), "<<")
}

// keepQuotes makes a text of a number or truth that was written as one, as 0.11 did.
func keepQuotes(x hclsyntax.Expression, value any) any {
	if _, quotes := x.(*hclsyntax.TemplateExpr); !quotes {
		lit, ok := x.(*hclsyntax.LiteralValueExpr)
		if !ok || lit.Val.IsNull() || lit.Val.Type().FriendlyName() != "string" {
			return value
		}
	}
	switch v := value.(type) {
	case bool, int, float64:
		text, err := (&writer{}).expr(v, "")
		if err == nil {
			return text
		}
	}
	return value
}

// replaceList changes the elements that differ, takes out those that are gone and adds those that are new; elements that are computed
// stay.
func (e *edit) replaceList(p *parsed, x *hclsyntax.TupleConsExpr, w *writer, list []any) error {
	lines, fewer := p.gone(x, w, list)
	if len(lines) > 0 {
		for _, s := range lines {
			if err := e.splice(p, s); err != nil {
				return err
			}
		}
		return nil
	}
	if fewer || len(x.Variables()) == 0 && (p.json || x.SrcRange.Start.Line == x.SrcRange.End.Line || len(x.Exprs) == 0 || len(list) < len(x.Exprs)) {
		text, err := w.either(p, list, x.SrcRange.Start.Byte)
		if err != nil {
			return err
		}
		return e.splice(p, splice{x.SrcRange.Start.Byte, x.SrcRange.End.Byte, text})
	}
	if len(x.Exprs) == 0 || len(list) < len(x.Exprs) {
		return refusal(remedy.ComputedExpression, "the list at %s is computed", at(x.SrcRange))
	}
	var parts []string
	for _, v := range list[len(x.Exprs):] { // what is there is checked when everything is read again
		text, err := w.either(p, v, x.SrcRange.Start.Byte)
		if err != nil {
			return err
		}
		parts = append(parts, text)
	}
	if len(parts) > 0 {
		if err := e.lengthen(p, x, parts); err != nil {
			return err
		}
	}
	return e.elements(p, x, w, list)
}

// gone says whether a list is to have fewer of the elements that are written there and nothing else, and gives the splices that take
// their lines away, the last first; none where they share lines with others.
func (p *parsed) gone(x *hclsyntax.TupleConsExpr, w *writer, list []any) (lines []splice, fewer bool) {
	left, apart := len(list), true
	if p.json || left >= len(x.Exprs) {
		return nil, false
	}
	for _, old := range slices.Backward(x.Exprs) {
		if left > 0 && p.says(old, w, list[left-1]) {
			left--
			continue
		}
		r := old.Range()
		line := p.lineStart(r.Start.Byte)
		end, _ := p.behind(r.End.Byte)
		before, after := strings.TrimSpace(string(p.text[line:r.Start.Byte])), strings.TrimLeft(string(p.text[r.End.Byte:end]), " \t,")
		apart = apart && before == "" && end < x.SrcRange.End.Byte && strings.ContainsAny(after[:1], "#/\r\n")
		lines = append(lines, splice{line, end, ""})
	}
	if left > 0 || !apart {
		return nil, left == 0
	}
	return lines, true
}

// says tells whether an expression is written as a value would be.
func (p *parsed) says(x hclsyntax.Expression, w *writer, v any) bool {
	r := x.Range()
	text, err := w.expr(keepQuotes(x, v), p.indent(r.Start.Byte))
	return err == nil && text == string(p.text[r.Start.Byte:r.End.Byte])
}

// elements writes the elements anew that are written out and differ, the last first.
func (e *edit) elements(p *parsed, x *hclsyntax.TupleConsExpr, w *writer, list []any) error {
	for i, old := range slices.Backward(x.Exprs) {
		if !isLiteral(old) || isHeredoc(p, old) {
			continue
		}
		r := old.Range()
		text, err := w.either(p, keepQuotes(old, list[i]), r.Start.Byte)
		if err != nil {
			return err
		}
		if p.says(old, w, list[i]) {
			continue
		}
		if err := e.splice(p, splice{r.Start.Byte, r.End.Byte, text}); err != nil {
			return err
		}
	}
	return nil
}

// lengthen adds elements behind the last of a list, each on a line of its own where the last one is.
func (e *edit) lengthen(p *parsed, x *hclsyntax.TupleConsExpr, parts []string) error {
	last := x.Exprs[len(x.Exprs)-1].Range()
	within := string(p.text[p.lineStart(last.Start.Byte):last.Start.Byte])
	if x.SrcRange.Start.Line == last.Start.Line || strings.TrimSpace(within) != "" {
		return e.splice(p, splice{last.End.Byte, last.End.Byte, ", " + strings.Join(parts, ", ")})
	}
	nl := p.newline()
	comma := strings.HasPrefix(strings.TrimLeft(string(p.text[last.End.Byte:]), " \t"), ",")
	at, _ := p.behind(last.End.Byte)
	if p.json || at > x.SrcRange.End.Byte {
		return e.splice(p, splice{last.End.Byte, last.End.Byte, "," + nl + within + strings.Join(parts, ","+nl+within)})
	}
	text := within + strings.Join(parts, ","+nl+within)
	if comma {
		return e.splice(p, splice{at, at, text + "," + nl})
	}
	if err := e.splice(p, splice{at, at, text + nl}); err != nil {
		return err
	}
	return e.splice(p, splice{last.End.Byte, last.End.Byte, ","})
}

// either writes a value in the syntax of the file.
func (w *writer) either(p *parsed, v any, at int) (string, error) {
	if p.json {
		return w.json(v)
	}
	return w.expr(v, p.indent(at))
}

// wrapped makes the value of the first step of a path whose last step has the value.
func wrapped(rest []graph.Step, value any) (any, bool) {
	for _, s := range slices.Backward(rest) {
		switch {
		case s.Index < 0:
			value = map[string]any{s.Name: value}
		case s.Index == 0:
			value = []any{value}
		default:
			return nil, false
		}
	}
	return value, true
}

// addItem adds an item to an object.
func (e *edit) addItem(p *parsed, s spot, w *writer, value any) error {
	v, ok := wrapped(s.rest[1:], value)
	if !ok {
		return refusal(remedy.ComputedExpression, "the list at %s has no such element", at(s.object.SrcRange))
	}
	name := s.rest[0].Name
	if p.json {
		text, err := w.json(v)
		if err != nil {
			return err
		}
		key, _ := w.json(name) // a text
		return e.splice(p, p.member(s.object.SrcRange, key, text))
	}
	return e.into(p)(p.item(s.object, w, name, v))
}

// into makes a splice that could be worked out.
func (e *edit) into(p *parsed) func(splice, error) error {
	return func(s splice, err error) error {
		if err != nil {
			return err
		}
		return e.splice(p, s)
	}
}

// item is the splice that adds an item to an object of the native syntax.
func (p *parsed) item(x *hclsyntax.ObjectConsExpr, w *writer, name string, v any) (splice, error) {
	if !hclsyntax.ValidIdentifier(name) {
		name = quoted(name)
	}
	start, end := x.SrcRange.Start.Byte+1, x.SrcRange.End.Byte-1
	outer := p.indent(x.SrcRange.Start.Byte)
	if len(x.Items) == 0 {
		text, err := w.expr(v, outer+w.unit)
		return splice{start, end, w.nl + outer + w.unit + name + " = " + text + w.nl + outer}, err
	}
	last := x.Items[len(x.Items)-1]
	if strings.Count(string(p.text[start:end]), "\n") == 0 {
		text, err := w.expr(v, outer)
		return splice{last.ValueExpr.Range().End.Byte, last.ValueExpr.Range().End.Byte, ", " + name + " = " + text}, err
	}
	within := p.indent(last.KeyExpr.Range().Start.Byte)
	text, err := w.expr(v, within)
	if err != nil {
		return splice{}, err
	}
	valueEnd := last.ValueExpr.Range().End.Byte
	at, _ := p.behind(valueEnd - 1)
	if at > end || at < valueEnd { // the brace closes on the line of the last item
		return splice{valueEnd, valueEnd, "," + w.nl + within + name + " = " + text}, nil
	}
	comma := ""
	if strings.HasPrefix(strings.TrimLeft(string(p.text[valueEnd:]), " \t"), ",") {
		comma = ","
	}
	pad := " "
	if key := last.KeyExpr.Range(); last.ValueExpr.Range().Start.Line == last.ValueExpr.Range().End.Line {
		if eq := strings.IndexAny(string(p.text[key.End.Byte:last.ValueExpr.Range().Start.Byte]), "=:"); eq >= 0 {
			pad = strings.Repeat(" ", max(1, key.End.Byte+eq-key.Start.Byte-len(name)))
		}
	}
	return splice{at, at, within + name + pad + "= " + text + comma + w.nl}, nil
}

// addArgument adds an argument, or nested blocks, to a block.
func (e *edit) addArgument(p *parsed, s spot, w *writer, value any, typ string, steps []graph.Step) error {
	v, ok := wrapped(s.rest[1:], value)
	if !ok {
		v, ok = wrapped(append([]graph.Step{graph.Index(0)}, s.rest[2:]...), value) // one more block
		if !ok {
			return refusal(remedy.ComputedExpression, "%s has no such element", s.rest[0].Name)
		}
	}
	name := s.rest[0].Name
	if p.json {
		text, err := w.json(v)
		if err != nil {
			return err
		}
		key, _ := w.json(name) // a text
		return e.splice(p, p.member(s.block.Body.SrcRange, key, text))
	}
	attr := attrAt(typ, steps[:len(steps)-len(s.rest)+1])
	if s.block.Type != "module" {
		if bodies, ok := asBlocks(v, attr); ok && len(bodies) == 1 {
			return e.into(p)(p.put(s.block, func(indent string) (string, error) { return w.block(name, bodies[0], inside(attr), indent) }, ""))
		}
	}
	return e.into(p)(p.argument(s.block, name, func(indent string) (string, error) { return w.expr(v, indent) }))
}
