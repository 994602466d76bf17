package terraform

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// policyDocument gives data.aws_iam_policy_document.x.json the way the provider prints it: statements of the source
// documents first, then its own, then those of the overriding documents; of two with one Sid the later
// stands. Source: AWS provider, data source aws_iam_policy_document.
func (e *evaluator) policyDocument(i *instance, symbolic bool) val {
	out := val{}
	doc := documentMaker{e: e, out: &out, symbolic: symbolic, bySid: map[string]int{}}
	why := firstOf(doc.sources(i, "source_policy_documents", "source_json"), doc.own(i), doc.sources(i, "override_policy_documents", "override_json"))
	if symbolic {
		before := e.why
		e.why = firstOf(why, out.why, "it is not known")
		defer func() { e.why = before }()
	}
	if why != "" {
		out.v, out.why = cty.UnknownVal(cty.String), why
		return out
	}
	fields := map[string]cty.Value{"Version": doc.text(i, "version", "2012-10-17"), "Statement": cty.TupleVal(doc.statements)}
	if id := doc.text(i, "policy_id", ""); !id.RawEquals(cty.StringVal("")) {
		fields["Id"] = id
	}
	whole := cty.ObjectVal(fields)
	if symbolic {
		whole = e.fillJSON(whole)
	}
	if !whole.IsWhollyKnown() {
		out.v = cty.UnknownVal(cty.String).RefineNotNull()
		if out.why == "" {
			out.why = string(i.addr) + " is not known"
		}
		return out
	}
	src, err := ctyjson.Marshal(whole, whole.Type())
	if err != nil {
		return unknown(fmt.Sprintf("the document of %s cannot be printed: %v", i.addr, err))
	}
	out.v, out.why, out.later = cty.StringVal(string(src)), "", false
	return out
}

// documentMaker gathers the statements of one document.
type documentMaker struct {
	e          *evaluator
	out        *val
	symbolic   bool
	statements []cty.Value
	bySid      map[string]int
}

func (d *documentMaker) add(sid string, statement cty.Value) {
	if at, ok := d.bySid[sid]; ok && sid != "" {
		d.statements[at] = statement
		return
	}
	d.bySid[sid] = len(d.statements)
	d.statements = append(d.statements, statement)
}

func (d *documentMaker) text(i *instance, name, otherwise string) cty.Value {
	v, ok := d.e.own(i, name, d.symbolic)
	if !ok || v.v.IsNull() {
		return cty.StringVal(otherwise)
	}
	d.out.take(v)
	return v.v
}

// sources takes the statements of other documents in; it gives the reason when one of them is not known.
func (d *documentMaker) sources(i *instance, many, single string) string {
	for _, name := range []string{single, many} {
		v, ok := d.e.own(i, name, d.symbolic)
		if !ok || v.v.IsNull() {
			continue
		}
		d.out.take(v)
		texts := []val{v}
		if v.v.Type() != cty.String {
			if !v.v.IsKnown() || !v.v.CanIterateElements() {
				return firstOf(v.why, name+" is not known")
			}
			_, texts = elements(v)
		}
		for _, t := range texts {
			if t.v.IsNull() {
				continue
			}
			if !t.v.IsKnown() || t.v.Type() != cty.String {
				return firstOf(t.why, name+" is not known")
			}
			if why := d.parse(t.v.AsString(), name); why != "" {
				return why
			}
		}
	}
	return ""
}

func (d *documentMaker) parse(text, name string) string {
	if text == "" {
		return ""
	}
	var raw struct{ Statement json.RawMessage }
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		if hasSymbol(text) {
			return "a document in " + name + " is not known"
		}
		return fmt.Sprintf("a document in %s is not JSON: %v", name, err)
	}
	list := []json.RawMessage{raw.Statement}
	if bytes.HasPrefix(bytes.TrimSpace(raw.Statement), []byte("[")) {
		list = nil
		if err := json.Unmarshal(raw.Statement, &list); err != nil {
			return err.Error()
		}
	}
	for _, s := range list {
		if len(s) == 0 {
			continue
		}
		typ, err := ctyjson.ImpliedType(s)
		if err != nil {
			return fmt.Sprintf("a statement in %s: %v", name, err)
		}
		v, err := ctyjson.Unmarshal(s, typ)
		if err != nil {
			return fmt.Sprintf("a statement in %s: %v", name, err)
		}
		sid := ""
		if typ.IsObjectType() && typ.HasAttribute("Sid") {
			sid = stringOf(v.GetAttr("Sid"))
		}
		d.add(sid, v)
	}
	return ""
}

// own adds the statement blocks.
func (d *documentMaker) own(i *instance) string {
	list, open := d.e.nestedBlocks(i.r.block.Body, i.env)
	if v, ok := open["statement"]; ok {
		d.out.take(v)
		return v.why
	}
	for _, n := range list {
		if n.name != "statement" {
			continue
		}
		v := d.e.bodyValue(n.body, n.in, d.symbolic)
		d.out.take(v)
		s := v.v.AsValueMap()
		sid := ""
		if x, ok := s["sid"]; ok {
			sid = stringOf(x)
		}
		d.add(sid, statement(s))
	}
	return ""
}

// statement puts a statement block into the words of the policy language.
func statement(s map[string]cty.Value) cty.Value {
	out := map[string]cty.Value{"Effect": cty.StringVal("Allow")}
	for name, word := range map[string]string{"sid": "Sid", "effect": "Effect"} {
		if v, ok := s[name]; ok && !v.IsNull() && !v.RawEquals(cty.StringVal("")) {
			out[word] = v
		}
	}
	for name, word := range map[string]string{"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"} {
		if v, ok := s[name]; ok && !v.IsNull() {
			if v = oneOrMany(v); v != cty.NilVal {
				out[word] = v
			}
		}
	}
	for name, word := range map[string]string{"principals": "Principal", "not_principals": "NotPrincipal"} {
		if v, ok := s[name]; ok {
			out[word] = principals(v)
		}
	}
	if v, ok := s["condition"]; ok {
		out["Condition"] = conditions(v)
	}
	return cty.ObjectVal(out)
}

// oneOrMany prints a list of one as its element, as the provider does; NilVal for an empty list.
func oneOrMany(v cty.Value) cty.Value {
	if !v.IsKnown() || !v.CanIterateElements() {
		return v
	}
	list := v.AsValueSlice()
	switch len(list) {
	case 0:
		return cty.NilVal
	case 1:
		return list[0]
	}
	return cty.TupleVal(list)
}

func principals(v cty.Value) cty.Value {
	if !v.IsKnown() {
		return v
	}
	byType := map[string][]cty.Value{}
	for _, p := range v.AsValueSlice() {
		typ, ids := p.AsValueMap()["type"], p.AsValueMap()["identifiers"]
		if typ == cty.NilVal || !typ.IsKnown() || ids == cty.NilVal || !ids.IsKnown() || !ids.CanIterateElements() {
			return cty.DynamicVal
		}
		byType[stringOf(typ)] = append(byType[stringOf(typ)], ids.AsValueSlice()...)
	}
	if star, ok := byType["*"]; ok && len(byType) == 1 && len(star) == 1 {
		return star[0]
	}
	out := map[string]cty.Value{}
	for typ, ids := range byType {
		if one := oneOrMany(cty.TupleVal(ids)); one != cty.NilVal {
			out[typ] = one
		}
	}
	return cty.ObjectVal(out)
}

func conditions(v cty.Value) cty.Value {
	if !v.IsKnown() {
		return v
	}
	tests := map[string]map[string][]cty.Value{}
	for _, c := range v.AsValueSlice() {
		m := c.AsValueMap()
		test, variable, values := m["test"], m["variable"], m["values"]
		if test == cty.NilVal || variable == cty.NilVal || values == cty.NilVal || !test.IsKnown() || !variable.IsKnown() {
			return cty.DynamicVal
		}
		if tests[stringOf(test)] == nil {
			tests[stringOf(test)] = map[string][]cty.Value{}
		}
		into := tests[stringOf(test)]
		if !values.IsKnown() || !values.CanIterateElements() {
			into[stringOf(variable)] = append(into[stringOf(variable)], cty.DynamicVal)
			continue
		}
		into[stringOf(variable)] = append(into[stringOf(variable)], values.AsValueSlice()...)
	}
	out := map[string]cty.Value{}
	for test, variables := range tests {
		inner := map[string]cty.Value{}
		for name, values := range variables {
			inner[name] = cty.TupleVal(values)
			if len(values) == 1 {
				inner[name] = values[0]
			}
		}
		out[test] = cty.ObjectVal(inner)
	}
	return cty.ObjectVal(out)
}
