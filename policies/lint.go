package policies

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/plumbline-dev/plumbline/catalog"
)

// inspect checks a policy that is not one of ours: METADATA, names and types, and the rules of docs/adding-a-check.md.
func (s *Set) inspect(p *policy) []error {
	m, err := p.read()
	if err != nil {
		return []error{err}
	}
	module, err := parseModule(p.file, p.text)
	if err != nil {
		return []error{err}
	}
	schema := catalog.Schema(typesNamed(module, m)...)
	c, err := compile(map[string]*ast.Module{p.id: module}, schema)
	if err != nil {
		return []error{err}
	}
	return s.lint(p.file, m, c.Modules[p.id])
}

// Check examines every policy completely, ours too: METADATA, names and types against the whole catalog, and the rules of
// docs/adding-a-check.md. Load does this for policies that are not ours.
func (s *Set) Check() error {
	var errs []error
	for _, p := range s.policies {
		errs = append(errs, s.inspect(p)...)
	}
	return joined(errs)
}

// typesNamed lists the types that a module mentions, for a schema no larger than needed.
func typesNamed(m *ast.Module, meta Meta) []string {
	types := map[string]bool{meta.Judges: true}
	ast.WalkRefs(m, func(ref ast.Ref) bool {
		if ref[0].Equal(ast.InputRootDocument) && len(ref) > 1 {
			if t, ok := ref[1].Value.(ast.String); ok {
				types[string(t)] = true
			}
		}
		return false
	})
	return sortedNames(types)
}

// linter examines one compiled module.
type linter struct {
	file     string
	meta     Meta
	set      *Set
	module   *ast.Module // inlined
	compiled *ast.Module
	all      reads // judged and deny, without the messages
	errs     []error
}

// lint gives the places where a compiled policy breaks the rules.
func (s *Set) lint(file string, m Meta, compiled *ast.Module) []error {
	modules := inlineResources(map[string]*ast.Module{m.ID: compiled})
	l := &linter{file: file, meta: m, set: s, module: modules[m.ID], compiled: compiled}
	l.rules()
	l.scans(modules)
	for _, r := range l.module.Rules {
		l.rule(r)
	}
	l.messages(modules)
	slices.SortFunc(l.errs, func(a, b error) int { return compareText(a.Error(), b.Error()) })
	return slices.CompactFunc(l.errs, func(a, b error) bool { return a.Error() == b.Error() })
}

func (l *linter) failf(at *ast.Location, format string, args ...any) {
	row := 1
	if at != nil {
		row = at.Row
	}
	l.errs = append(l.errs, fmt.Errorf("%s:%d: %s", l.file, row, fmt.Sprintf(format, args...)))
}

// rules demands judged and deny, and fix where there is one, as sets without default or else.
func (l *linter) rules() {
	for _, name := range []string{"judged", "deny"} {
		if !hasRule(l.module, name) {
			l.failf(l.module.Package.Location, "there is no rule %q", name)
		}
	}
	for _, r := range l.module.Rules {
		name := ruleName(r)
		if name != "judged" && name != "deny" && name != "fix" {
			continue
		}
		if r.Head.Key == nil || len(r.Head.Args) > 0 {
			l.failf(r.Location, "%s is not a set of positions: write `%s contains ...`", name, name)
			continue
		}
		if r.Default || r.Else != nil {
			l.failf(r.Location, "%s has a default or an else", name)
		}
		o, isObject := headObject(r)
		switch {
		case name == "judged" && isObject:
			l.failf(r.Location, "judged holds positions, not objects")
		case name == "deny":
			l.keys(r, o, "at", "attribute", "message")
		case name == "fix" && isObject && (o.Get(atTerm) == nil || o.Get(ast.StringTerm("op")) == nil):
			l.failf(r.Location, `fix holds objects with "at" and "op"`)
		}
	}
}

// keys demands an object with exactly these keys.
func (l *linter) keys(r *ast.Rule, o ast.Object, want ...string) {
	if o == nil {
		l.failf(r.Location, "deny holds objects with %s", strings.Join(want, ", "))
		return
	}
	var got []string
	for _, k := range o.Keys() {
		got = append(got, textOf(k))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		l.failf(r.Location, "deny holds objects with %s; here are %s", strings.Join(want, ", "), strings.Join(got, ", "))
	}
}

// scans demands that types which are looked through without an edge are named in METADATA.
func (l *linter) scans(modules map[string]*ast.Module) {
	l.all = readsOf(modules, l.meta.ID, "judged", "deny")
	for _, t := range l.all.scanned {
		if !slices.Contains(l.meta.Scans, t) {
			l.failf(l.module.Package.Location, "%s is looked through without an edge that leads there from the judged %s: follow _to or _from, or list it under `scans`", t, l.meta.Judges)
		}
	}
	for _, t := range l.meta.Scans {
		if catalog.Lookup(t) == nil {
			l.failf(l.module.Package.Location, "scans: the catalog has no type %q", t)
		}
	}
	if l.all.hazy {
		l.failf(l.module.Package.Location, "input is used without naming a type: write input.TYPE")
	}
}

func (l *linter) rule(r *ast.Rule) {
	l.data(r)
	if name := ruleName(r); name == "fix" {
		return
	}
	ast.WalkExprs(r, func(e *ast.Expr) bool {
		l.negation(e)
		l.counting(e)
		if len(e.With) > 0 {
			l.failf(e.Location, "`with` is not allowed")
		}
		return false
	})
	l.wholes(r)
	l.targets(r)
	if r.Else != nil {
		l.rule(r.Else)
	}
}

// negation refuses negated questions that an unknown value would answer.
func (l *linter) negation(e *ast.Expr) {
	if !e.Negated {
		return
	}
	if t, ok := e.Terms.(*ast.Term); ok {
		if ref, isRef := t.Value.(ast.Ref); isRef && ref[0].Equal(ast.InputRootDocument) && lastWord(ref) != isThere {
			l.failf(e.Location, "`not %s` holds when the value is not known: compare with == false or == null", readable(ref))
		}
		return
	}
	if e.IsCall() && e.Operator().String() == "internal.member_2" {
		if ref, ok := e.Operand(1).Value.(ast.Ref); ok && ref[0].Equal(ast.DefaultRootDocument) && hasRule(l.module, lastWord(ref)) {
			l.failf(e.Location, "`not ... in %s` asks for the whole set: write `not %s[...]`", lastWord(ref), lastWord(ref))
		}
	}
}

func lastWord(ref ast.Ref) string {
	if s, ok := ref[len(ref)-1].Value.(ast.String); ok {
		return string(s)
	}
	return ""
}

// counting refuses counts of edges and zones.
func (l *linter) counting(e *ast.Expr) {
	count := func(args []*ast.Term) {
		if len(args) == 0 {
			return
		}
		ref, ok := args[0].Value.(ast.Ref)
		if !ok || len(ref) < 4 || !ref[0].Equal(ast.InputRootDocument) {
			return
		}
		if s, ok := ref[3].Value.(ast.String); ok && (s == "_to" || s == "_from" || s == "_zones") {
			l.failf(e.Location, "count(%s): ask for a witness and deny its absence, a count hangs on every element", readable(ref))
		}
	}
	if e.IsCall() && e.Operator().String() == "count" {
		count(e.Operands())
	}
	ast.WalkTerms(e, func(t *ast.Term) bool {
		if c, ok := t.Value.(ast.Call); ok && len(c) > 0 && c[0].String() == "count" {
			count(c[1:])
		}
		return false
	})
}

// wholes refuses whole resources as values, and words that are not for conditions.
func (l *linter) wholes(r *ast.Rule) {
	c := &collector{rules: map[string][]*ast.Rule{}, seen: map[string]bool{}}
	c.walk(r.Head)
	c.walk(r.Body)
	for _, x := range c.out {
		switch {
		case x.typ == "" || x.whole:
		case len(x.path) == 0 && x.value:
			l.failf(r.Location, "a whole %s is used as a value: sets and arguments hold positions", x.typ)
		case len(x.path) > 0 && x.path[0] == "_unknown":
			l.failf(r.Location, "_unknown is not for conditions: undecided is found without it")
		}
	}
}

// targets demands that a position from an edge indexes the type that the edge leads to.
func (l *linter) targets(r *ast.Rule) {
	lead := map[ast.Var][]string{}
	ast.WalkExprs(r.Body, func(e *ast.Expr) bool {
		if e.Negated || !(e.IsEquality() || e.IsAssignment()) {
			return false
		}
		for _, pair := range [][2]*ast.Term{{e.Operand(0), e.Operand(1)}, {e.Operand(1), e.Operand(0)}} {
			v, ok := pair[0].Value.(ast.Var)
			ref, isRef := pair[1].Value.(ast.Ref)
			if ok && isRef && edgeRef(ref) && len(ref) >= 6 {
				lead[v] = leadsTo(lowerText(ref[1]), lowerText(ref[3]), lowerText(ref[4]))
			}
		}
		return false
	})
	ast.WalkRefs(r, func(ref ast.Ref) bool {
		if !ref[0].Equal(ast.InputRootDocument) || len(ref) < 3 {
			return false
		}
		v, ok := ref[2].Value.(ast.Var)
		if types := lead[v]; ok && len(types) > 0 && !slices.Contains(types, lowerText(ref[1])) {
			l.failf(r.Location, "%s: the edge leads to %s", readable(ref), strings.Join(types, " or "))
		}
		return false
	})
}

func lowerText(t *ast.Term) string {
	if s, ok := t.Value.(ast.String); ok {
		return string(s)
	}
	return ""
}

// data demands that what is read below data is declared: parameters, tables, today, and the policy itself.
func (l *linter) data(r *ast.Rule) {
	ast.WalkRefs(r, func(ref ast.Ref) bool {
		if !ref[0].Equal(ast.DefaultRootDocument) || len(ref) < 2 {
			return false
		}
		words := stepsOf(ref[1:])
		switch words[0] {
		case "parameters":
			l.parameter(r, words[1:])
		case "tables":
			if len(words) < 2 || l.set.tables[words[1]] == nil {
				l.failf(r.Location, "there is no table %q%s", strings.Join(words[1:min(2, len(words))], ""), didYouMean(strings.Join(words[1:min(2, len(words))], ""), slices.Sorted(maps.Keys(l.set.tables))))
			}
		case "today":
		default:
			if strings.HasPrefix(strings.Join(words, ".")+".", l.meta.ID+".") {
				break
			}
			l.failf(r.Location, "data.%s is not there: a policy reads data.parameters, data.tables, data.today and itself", strings.Join(words, "."))
		}
		return false
	})
}

func (l *linter) parameter(r *ast.Rule, words []string) {
	area, name, _ := strings.Cut(l.meta.ID, ".")
	if len(words) < 3 || words[0] != area || words[1] != name {
		l.failf(r.Location, "data.parameters.%s: write data.parameters.%s.NAME", strings.Join(words, "."), l.meta.ID)
		return
	}
	if _, ok := l.meta.Parameters[words[2]]; !ok {
		l.failf(r.Location, "parameter %q is not declared in METADATA%s", words[2], didYouMean(words[2], sortedNames(l.meta.Parameters)))
	}
}

// messages demands that a message reads only what the conditions read, and _name and _address: a message that is
// undefined is a finding that is lost.
func (l *linter) messages(modules map[string]*ast.Module) {
	read := map[string]bool{}
	c := newCollector(map[string]*ast.Module{l.meta.ID: withoutMessages(modules[l.meta.ID])})
	c.enter("data." + l.meta.ID + ".judged")
	c.enter("data." + l.meta.ID + ".deny")
	for _, x := range c.out {
		read[x.typ+"\x00"+strings.Join(x.path, "\x00")] = true
	}
	for _, r := range l.module.Rules {
		if ruleName(r) != "deny" || r.Head.Key == nil {
			continue
		}
		said := &collector{rules: map[string][]*ast.Rule{}, seen: map[string]bool{}}
		in := messageExprs(r)
		for _, e := range in {
			if !isHeadObject(r, e) {
				said.walk(e)
			}
		}
		if o, ok := headObject(r); ok {
			for _, k := range []*ast.Term{messageTerm, attributeTerm} {
				if v := o.Get(k); v != nil {
					said.walk(v)
				}
			}
		}
		for _, x := range said.out {
			if len(x.path) > 0 && (x.path[0] == "_name" || x.path[0] == "_address") {
				continue
			}
			if t := catalog.Lookup(x.typ); t != nil && t.FactsOnly {
				continue // facts about the code are known
			}
			if !read[x.typ+"\x00"+strings.Join(x.path, "\x00")] {
				l.failf(r.Location, "the message reads %s of %s, which no condition reads: if it is not known the finding is lost", strings.Join(x.path, "."), x.typ)
			}
		}
	}
}

// messageExprs lists the expressions of a deny rule that only make the message or the attribute.
func messageExprs(r *ast.Rule) []*ast.Expr {
	o, ok := headObject(r)
	if !ok {
		return nil
	}
	made := map[ast.Var]bool{}
	for _, k := range []*ast.Term{messageTerm, attributeTerm} {
		if t := o.Get(k); t != nil {
			for _, v := range varsOf(t) {
				made[v] = true
			}
		}
	}
	var out []*ast.Expr
	for i := len(r.Body) - 1; i >= 0; i-- {
		e := r.Body[i]
		if isHeadObject(r, e) {
			out = append(out, e)
			continue
		}
		v, ok := outputOf(e)
		if !ok || !made[v] || usedElsewhere(r.Body, out, e, v) {
			continue
		}
		out = append(out, e)
		for _, w := range varsOf(e) {
			if strings.HasPrefix(string(w), "__local") {
				made[w] = true
			}
		}
	}
	return out
}

// isHeadObject says whether an expression only puts the head's object together.
func isHeadObject(r *ast.Rule, e *ast.Expr) bool {
	v, ok := r.Head.Key.Value.(ast.Var)
	return ok && !e.Negated && (e.IsEquality() || e.IsAssignment()) && e.Operand(0).Value.Compare(v) == 0
}

// outputOf gives the variable that a call or an equality defines.
func outputOf(e *ast.Expr) (ast.Var, bool) {
	if !e.IsCall() || e.Negated {
		return "", false
	}
	ops := e.Operands()
	if e.IsEquality() || e.IsAssignment() {
		v, ok := ops[0].Value.(ast.Var)
		return v, ok
	}
	if len(ops) == 0 {
		return "", false
	}
	v, ok := ops[len(ops)-1].Value.(ast.Var)
	return v, ok && strings.HasPrefix(string(v), "__local")
}

func usedElsewhere(b ast.Body, except []*ast.Expr, self *ast.Expr, v ast.Var) bool {
	for _, e := range b {
		if e != self && !slices.Contains(except, e) && mentions(e, v) {
			return true
		}
	}
	return false
}

// withoutMessages gives a copy of a module whose deny rules only have their conditions.
func withoutMessages(m *ast.Module) *ast.Module {
	c := m.Copy()
	for _, r := range c.Rules {
		o, ok := headObject(r)
		if ruleName(r) != "deny" || !ok || o.Get(atTerm) == nil {
			continue
		}
		drop := messageExprs(r)
		r.Body = slices.DeleteFunc(r.Body, func(e *ast.Expr) bool { return slices.Contains(drop, e) })
		r.Head.Key = o.Get(atTerm)
	}
	return c
}

// readable prints an inlined reference without the names of generated variables.
func readable(ref ast.Ref) string {
	var b strings.Builder
	b.WriteString("input")
	for _, s := range stepsOf(ref[1:]) {
		if s == anyStep {
			b.WriteString("[_]")
		} else {
			b.WriteString("." + s)
		}
	}
	return b.String()
}
