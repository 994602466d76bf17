package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// policy builds a bucket policy and gives its document and what is unknown in it.
func policy(t *testing.T, value any) (doc any, why map[string]string) {
	t.Helper()
	r := get(t, build(resource("aws_s3_bucket_policy.p", object{"policy": value}), resource("aws_s3_bucket.b", object{})), "aws_s3_bucket_policy.p")
	docs, _ := r.Facts["_documents"].(object)
	why = map[string]string{}
	for p, w := range r.Unknown {
		if rest, ok := strings.CutPrefix(p, "_documents.policy"); ok {
			why[rest] = w
		}
	}
	return docs["policy"], why
}

func TestDocumentsHaveOneForm(t *testing.T) {
	want := object{"statement": []any{object{
		"sid": nil, "effect": "Allow", "actions": []any{"s3:GetObject"}, "not_actions": []any{}, "resources": []any{"*"}, "not_resources": []any{},
		"principals": []any{object{"type": "*", "identifiers": []any{"*"}}}, "not_principals": []any{},
		"condition": []any{object{"test": "Bool", "variable": "aws:SecureTransport", "values": []any{"false"}}},
	}}}
	for _, text := range []string{
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Principal":"*","Condition":{"Bool":{"aws:SecureTransport":false}}}}`,
		`{"statement":[{"action":["s3:GetObject"],"resource":["*"],"principal":"*","condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}`,
	} {
		doc, why := policy(t, text)
		if diff := cmp.Diff(any(want), doc); diff != "" || len(why) > 0 {
			t.Errorf("%s: %v\n%s", text, why, diff)
		}
	}
}

func TestDocumentsThatAreNotKnown(t *testing.T) {
	for name, tt := range map[string]struct {
		value any
		why   string
	}{
		"no JSON":      {"hello", "is not JSON"},
		"no statement": {`{"Version":"2012-10-17"}`, "no Statement"},
		"a number":     {`{"Statement":[1]}`, "statement 0 of the policy document is no object"},
		"a text":       {`{"Statement":["x"]}`, "statement 0 of the policy document is a text"},
		"a reference":  {graph.Ref{Address: "data.aws_iam_policy_document.d", Attr: "json"}, "data.aws_iam_policy_document.d is read from the account"},
		"hidden":       {graph.Hidden{}, "sensitive"},
	} {
		doc, why := policy(t, tt.value)
		if doc != nil || !strings.Contains(why[""], tt.why) {
			t.Errorf("%s: %v %v, want %q", name, doc, why, tt.why)
		}
	}
	if doc, why := policy(t, nil); doc != nil || len(why) > 0 {
		t.Errorf("no policy: %v %v", doc, why)
	}
}

func TestDocumentsWithUnknownParts(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want map[string]string
	}{
		"one of several actions": {`{"Statement":[{"Action":["a","${?var.x has no value}"],"Resource":"*"}]}`, map[string]string{".statement[0].actions[1]": "var.x has no value"}},
		"all actions":            {`{"Statement":[{"Action":"${?x}","Resource":"*"}]}`, map[string]string{".statement[0].actions": "x"}},
		"a part of a resource":   {`{"Statement":[{"Action":"a","Resource":"arn:aws:s3:::${?x}/*"}]}`, map[string]string{".statement[0].resources[0]": "x"}},
		"the effect":             {`{"Statement":[{"Effect":"${?x}","Action":"a"}]}`, map[string]string{".statement[0].effect": "x"}},
		"the principals":         {`{"Statement":[{"Principal":"${?x}"}]}`, map[string]string{".statement[0].principals": "x"}},
		"principals of a type":   {`{"Statement":[{"Principal":{"AWS":"${?x}"}}]}`, map[string]string{".statement[0].principals[0].identifiers": "x"}},
		"the conditions":         {`{"Statement":[{"Condition":"${?x}"}]}`, map[string]string{".statement[0].condition": "x"}},
		"values of a condition":  {`{"Statement":[{"Condition":{"Bool":{"v":"${?x}"}}}]}`, map[string]string{".statement[0].condition[0].values": "x"}},
		"a test's variables":     {`{"Statement":[{"Condition":{"Bool":"${?x}"}}]}`, map[string]string{".statement[0].condition[0].variable": "x", ".statement[0].condition[0].values": "x"}},
		"a statement":            {`{"Statement":[{"Action":"a"},"${?x}"]}`, map[string]string{".statement[1]": "x"}},
		"all statements":         {`{"Statement":"${?x}"}`, map[string]string{".statement": "x"}},
		"a reference is known":   {`{"Statement":[{"Action":"a","Resource":"${aws_s3_bucket.b.arn}/*"}]}`, map[string]string{}},
	} {
		_, why := policy(t, graph.Template(tt.text))
		if diff := cmp.Diff(tt.want, why); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func FuzzParseDocument(f *testing.F) {
	for _, s := range []string{`{"Statement":{"Effect":"Allow","Action":"*","Resource":["a",1]}}`, `{"Statement":[{"Principal":{"AWS":["a"]},"Condition":{"Bool":{"x":true}}},"${?y}"]}`, `{"Statement":"${?x}"}`, `{}`, `[]`, `{"statement":[null]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := catalog.ParseDocument(text)
		if (doc == nil) == (err == nil) {
			t.Fatalf("%v %v", doc, err)
		}
		if err == nil {
			build(resource("aws_s3_bucket_policy.p", object{"policy": graph.Template(text)}))
		}
	})
}
