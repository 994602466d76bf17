package source

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// statements carries out a change that adds statements to a policy and leaves the others: they are written behind the others,
// wherever the policy is written. done is false when the change is another one.
func (e *edit) statements(at declaration, name string, r *graph.Resource, c graph.Change) (done bool, err error) {
	now, _ := graph.Lookup(r.Attrs, c.Path)
	added := moreStatements(fmt.Sprint(now), fmt.Sprint(c.New))
	a := attribute(at.blocks, name)
	if len(added) == 0 || a == nil {
		return false, nil
	}
	for _, s := range added {
		again, err := e.declaredAgain(at)
		if err != nil {
			return true, err
		}
		x := attribute(again.blocks, name).Expr
		switch x := x.(type) {
		case *hclsyntax.FunctionCallExpr:
			err = e.intoList(x, at.in.scope, s)
		case *hclsyntax.ScopeTraversalExpr:
			err = e.intoData(x.Traversal, at.in.scope, s)
		default:
			err = notAdded(x)
		}
		if err != nil {
			return true, err
		}
	}
	return true, nil
}

func notAdded(x hclsyntax.Expression) error {
	return refusal(remedy.ComputedExpression, "a statement can be added where a policy is written as jsonencode() of a list of statements or as a data source aws_iam_policy_document, not as at %s", at(x.Range()))
}

// moreStatements gives what a policy has behind the statements of another one, none when they differ in anything else.
func moreStatements(now, wanted string) []map[string]any {
	a, b := object(wanted), object(now)
	if a == nil || b == nil {
		return nil
	}
	before, _ := b["Statement"].([]any)
	after, _ := a["Statement"].([]any)
	if len(before) == 0 || len(after) <= len(before) || !reflect.DeepEqual(before, after[:len(before)]) {
		return nil
	}
	delete(a, "Statement")
	delete(b, "Statement")
	if !reflect.DeepEqual(a, b) {
		return nil
	}
	var out []map[string]any
	for _, s := range after[len(before):] {
		m, ok := s.(map[string]any)
		if !ok {
			return nil
		}
		out = append(out, m)
	}
	return out
}

// intoList adds a statement to the list inside of jsonencode({Statement = [...]}).
func (e *edit) intoList(x *hclsyntax.FunctionCallExpr, in *scope, statement map[string]any) error {
	if x.Name != "jsonencode" || len(x.Args) != 1 {
		return notAdded(x)
	}
	doc, ok := x.Args[0].(*hclsyntax.ObjectConsExpr)
	if !ok {
		return notAdded(x)
	}
	i := slices.IndexFunc(doc.Items, func(i hclsyntax.ObjectConsItem) bool { return keyOf(i.KeyExpr) == "Statement" })
	if i < 0 {
		return notAdded(x)
	}
	list, ok := doc.Items[i].ValueExpr.(*hclsyntax.TupleConsExpr)
	if !ok || len(list.Exprs) == 0 {
		return notAdded(doc.Items[i].ValueExpr)
	}
	p, err := e.parse(x.Range().Filename)
	if err != nil {
		return refusal(remedy.PreconditionFails, "%s cannot be edited: %v", x.Range().Filename, err)
	}
	if p.json {
		return notAdded(x)
	}
	w := &writer{scope: in, nl: p.newline(), unit: p.unit()}
	text, err := w.expr(referring(statement), p.indent(list.Exprs[len(list.Exprs)-1].Range().Start.Byte))
	if err != nil {
		return err
	}
	return e.lengthen(p, list, []string{text})
}

// intoData adds a statement to a data source aws_iam_policy_document.
func (e *edit) intoData(of hcl.Traversal, in *scope, statement map[string]any) error {
	steps, err := stepsOf(of[1:])
	none := refusal(remedy.ComputedExpression, "the policy is computed from %s at %s", traversalText(of), at(of.SourceRange()))
	if err != nil || of.RootName() != "data" || len(steps) < 3 || steps[0].Name != "aws_iam_policy_document" {
		return none
	}
	blocks := e.blocks(in.dir, "data", "aws_iam_policy_document", steps[1].Name)
	doc, err := catalog.ParseDocument(shortest(map[string]any{"Statement": []any{statement}}))
	if err != nil || len(blocks) != 1 {
		return none
	}
	b := blocks[0]
	p, err := e.parse(b.Body.SrcRange.Filename)
	if err != nil {
		return refusal(remedy.PreconditionFails, "%s cannot be edited: %v", b.Body.SrcRange.Filename, err)
	}
	if p.json {
		return none
	}
	w := &writer{scope: in, nl: p.newline(), unit: p.unit()}
	body, _ := referring(doc["statement"].([]any)[0]).(map[string]any)
	for k, v := range body {
		if list, isList := v.([]any); v == nil || isList && len(list) == 0 {
			delete(body, k)
		}
	}
	return e.into(p)(p.put(b, func(indent string) (string, error) { return w.block("statement", body, statementAttrs, indent) }, ""))
}

// statementAttrs are the arguments of a statement of aws_iam_policy_document, in the order in which people write them.
var statementAttrs = []catalog.Attr{
	{Name: "sid"}, {Name: "effect"}, {Name: "actions"}, {Name: "not_actions"}, {Name: "resources"}, {Name: "not_resources"},
	{Name: "principals", Kind: catalog.Block, Attrs: []catalog.Attr{{Name: "type"}, {Name: "identifiers"}}},
	{Name: "not_principals", Kind: catalog.Block, Attrs: []catalog.Attr{{Name: "type"}, {Name: "identifiers"}}},
	{Name: "condition", Kind: catalog.Block, Attrs: []catalog.Attr{{Name: "test"}, {Name: "variable"}, {Name: "values"}}},
}

// sameDocument says whether two texts are policies that say the same.
func sameDocument(a, b any) bool {
	x, err1 := catalog.ParseDocument(fmt.Sprint(a))
	y, err2 := catalog.ParseDocument(fmt.Sprint(b))
	return err1 == nil && err2 == nil && reflect.DeepEqual(unordered(x), unordered(y))
}

// unordered sorts the lists of texts in a document, whose order means nothing.
func unordered(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = unordered(v[i])
		}
		if !slices.ContainsFunc(v, func(x any) bool { _, text := x.(string); return !text }) {
			slices.SortFunc(v, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		}
	case map[string]any:
		for k := range v {
			v[k] = unordered(v[k])
		}
	}
	return v
}
