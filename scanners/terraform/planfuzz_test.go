package terraform_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// fuzzBuild builds the graph of what was read, since that is what comes next.
func fuzzBuild(t *testing.T, text []byte, state bool) {
	t.Helper()
	terraform.Detect("x", text)
	scanner := terraform.NewPlan(bytes.NewReader(text), "x", terraform.PlanOptions{})
	if state {
		scanner = terraform.NewState(bytes.NewReader(text), "x", terraform.PlanOptions{})
	}
	found, err := scanner.Scan(context.Background())
	if err != nil {
		return
	}
	for _, r := range found.Resources {
		if r.Attrs == nil || r.Unknown == nil || r.Facts == nil || len(r.Origins) == 0 {
			t.Errorf("%s is not whole: %+v", r.Address, r)
		}
	}
	catalog.Build(found.Resources, catalog.Options{})
}

func FuzzPlan(f *testing.F) {
	f.Add([]byte(smallPlan))
	f.Add(zip(smallPlan))
	text, err := os.ReadFile("testdata/plan/modules.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"resource_changes":[{"address":"module.m[\"a.b\"].aws_lb.x[0]","type":"aws_lb","name":"x","index":0,"change":{"actions":["create"],"after":{"subnets":[null],"access_logs":[{}]},"after_unknown":{"subnets":[true],"access_logs":[{"bucket":true}],"tags":{"a.b":true}},"after_sensitive":{"name":true}}}],"configuration":{"provider_config":{"aws":{"name":"aws","expressions":{"region":{"references":["var.r"]}}}},"root_module":{"module_calls":{"m":{"source":"./m","expressions":{"x":{"references":["module.m[0].o","module.m[0]"]}},"for_each_expression":{"references":["local.x"]},"module":{"outputs":{"o":{"expression":{"references":["var.x"]}}},"resources":[{"address":"aws_lb.x","expressions":{"subnets":{"references":["var.x","count.index"]},"access_logs":[{"bucket":{"references":["each.value.id","each.value"]}}]},"count_expression":{"constant_value":2}}]}}}}},"complete":false,"errored":true}`))
	f.Fuzz(func(t *testing.T, text []byte) { fuzzBuild(t, text, false) })
}

func FuzzState(f *testing.F) {
	f.Add([]byte(stateV4))
	f.Add([]byte(smallState))
	f.Add([]byte(`{"version":3,"modules":[{"path":["root","a"],"resources":{"aws_lb.x.0":{"depends_on":["aws_vpc.v.*"],"primary":{"attributes":{"subnets.#":"1","subnets.12":"s","tags.%":"1","tags.a.b":"c"}}}}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) { fuzzBuild(t, text, true) })
}

// Values of a plan are read as encoding/json reads them, and what that refuses is refused.
func FuzzPlanValues(f *testing.F) {
	for _, v := range []string{`null`, `true`, `0`, `-0.5e+3`, `1e400`, `12345678901234567890`, `"a\u00fc\ud83c\udfd4\n"`, `"\ud800x"`, `[1,[],{}]`, `{"a":{"b":[false]},"a":2}`, `"` + strings.Repeat("x", 70) + `"`, `01`, `[1,]`, `{,}`, "\"\x01\"", `"\x"`, `1.`, `-`, `tru`, `[1 2]`, "\"\xff\""} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, value string) {
		text := `{"planned_values":{"root_module":{"resources":[{"address":"x.y","mode":"managed","type":"x","name":"y","values":{"v":` + value + `}}]}}}`
		valid := json.Valid([]byte(value))
		if strings.Count(value, "[")+strings.Count(value, "{") > 900 || !valid && json.Valid([]byte(text)) {
			return // deeper than what is read; or the value closes the brackets around it
		}
		found, err := terraform.NewPlan(strings.NewReader(text), "p", terraform.PlanOptions{}).Scan(context.Background())
		if (err == nil) != valid {
			t.Fatalf("%s: %v, encoding/json says %v", value, err, valid)
		}
		if err != nil {
			return
		}
		d := json.NewDecoder(strings.NewReader(value))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(normal(want), found.Resources[0].Attrs["v"]); diff != "" {
			t.Fatalf("%s:\n%s", value, diff)
		}
	})
}

// normal gives numbers the form that they have in a graph.
func normal(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = normal(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = normal(x)
		}
		return out
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			return n
		}
		f, _ := v.Float64()
		if math.IsInf(f, 0) {
			return math.Copysign(math.MaxFloat64, f)
		}
		if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return int(f)
		}
		return f
	}
	return v
}
