package reports_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
)

// framework is the part of the published OCSF schema that our events are made of (testdata/ocsf).
type framework struct {
	Version string
	Class   struct {
		UID, Category int
		Attributes    map[string]ocsfAttribute
	}
	Objects map[string]struct {
		Attributes  map[string]ocsfAttribute
		Constraints struct {
			AtLeastOne []string `json:"at_least_one"`
		}
	}
	Types map[string]struct {
		Type   string
		MaxLen int `json:"max_len"`
	}
}

type ocsfAttribute struct {
	Type, Requirement, Profile string
	Array                      bool
	Enum                       map[string]string
}

// every is a run with every verdict.
func every(in reports.Input) reports.Input {
	in.Verdicts = []policies.Verdict{policies.Fail, policies.Undecided, policies.Waived, policies.Pass, policies.NotApplicable}
	return in
}

// live is the shop as it was read in an account.
func live() reports.Input {
	in := shop()
	for _, r := range in.Graph.Resources() {
		r.Origins[0].Source, r.Origins[0].Scope, r.Origins[0].File, r.Origins[0].Line = "aws", "111111111111/eu-west-1", "", 0
	}
	in.Graph.Resources()[2].Origins[0].Scope = "111111111111/"
	return in
}

func TestEventsKeepToThePublishedClass(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/ocsf/compliance_finding.json")
	if err != nil {
		t.Fatal(err)
	}
	var s framework
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]reports.Input{"shop": every(shop()), "hostile": every(hostile()), "live": every(live())} {
		var b bytes.Buffer
		if err := reports.OCSF(&b, report(in)); err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(b.String()) {
			n++
			d := json.NewDecoder(strings.NewReader(line))
			d.UseNumber()
			var event map[string]any
			if err := d.Decode(&event); err != nil {
				t.Fatalf("%s: %v: %s", name, err, line)
			}
			profiles, _ := event["metadata"].(map[string]any)["profiles"].([]any)
			s.check(t, name, s.Class.Attributes, event, slices.Contains(profiles, any("cloud")))
			if fmt.Sprintf("%v %v %v", event["class_uid"], event["category_uid"], event["type_uid"]) != fmt.Sprintf("%d %d %d", s.Class.UID, s.Class.Category, s.Class.UID*100+1) {
				t.Errorf("%s: class %v, category %v, type %v", name, event["class_uid"], event["category_uid"], event["type_uid"])
			}
			if v := event["metadata"].(map[string]any)["version"]; v != s.Version {
				t.Errorf("%s: version %v, the schema is %s", name, v, s.Version)
			}
		}
		if n != len(in.Results.Results) {
			t.Errorf("%s: %d events of %d verdicts", name, n, len(in.Results.Results))
		}
	}
}

// check compares an object with the attributes that the schema gives it.
func (s *framework) check(t *testing.T, at string, attributes map[string]ocsfAttribute, object map[string]any, cloud bool) {
	t.Helper()
	for name, a := range attributes {
		if _, ok := object[name]; !ok && a.Requirement == "required" && (a.Profile == "" || cloud) {
			t.Errorf("%s lacks %s", at, name)
		}
	}
	for name, v := range object {
		a, ok := attributes[name]
		if !ok || a.Profile != "" && !cloud {
			t.Errorf("%s has %s, which the class does not", at, name)
			continue
		}
		list, isList := v.([]any)
		if isList != a.Array {
			t.Errorf("%s.%s: a list: %v, in the schema %v", at, name, isList, a.Array)
			continue
		}
		if !isList {
			list = []any{v}
		}
		for _, x := range list {
			s.value(t, at+"."+name, a, x, object)
		}
	}
}

func (s *framework) value(t *testing.T, at string, a ocsfAttribute, v any, parent map[string]any) {
	t.Helper()
	if o, ok := s.Objects[a.Type]; ok {
		inner, ok := v.(map[string]any)
		if !ok {
			t.Errorf("%s is no object", at)
			return
		}
		s.check(t, at, o.Attributes, inner, true)
		if one := o.Constraints.AtLeastOne; len(one) > 0 && !slices.ContainsFunc(one, func(n string) bool { return inner[n] != nil }) {
			t.Errorf("%s has none of %v", at, one)
		}
		return
	}
	base := a.Type
	if x, ok := s.Types[base]; ok && x.Type != "" {
		base = x.Type
	}
	fits := false
	switch base {
	case "string_t":
		_, fits = v.(string)
	case "integer_t", "long_t":
		number, ok := v.(json.Number)
		_, err := number.Int64()
		fits = ok && err == nil
	case "json_t", "object":
		fits = true
	}
	if !fits {
		t.Errorf("%s is %T, in the schema %s", at, v, a.Type)
	}
	if _, ok := a.Enum[fmt.Sprint(v)]; len(a.Enum) > 0 && !ok && !strings.HasSuffix(at, ".class_uid") && !strings.HasSuffix(at, ".category_uid") {
		t.Errorf("%s is %v, none of %v", at, v, a.Enum)
	}
	// The caption beside a number is that of the number, unless the number stands for others.
	name := at[strings.LastIndexByte(at, '.')+1:]
	if label, ok := parent[strings.TrimSuffix(name, "_id")].(string); ok && strings.HasSuffix(name, "_id") && len(a.Enum) > 0 && fmt.Sprint(v) != "99" && a.Enum[fmt.Sprint(v)] != label {
		t.Errorf("%s is %v, which is called %q, and not %q", at, v, a.Enum[fmt.Sprint(v)], label)
	}
}

// hubValues are the words that Security Hub knows.
func hubValues[T ~string](list []T) []string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

func TestFindingsOfSecurityHubAreTheTypesOfTheSDK(t *testing.T) {
	t.Parallel()
	place := reports.HubPlace{Account: "222222222222", Region: "us-west-2"}
	for name, in := range map[string]reports.Input{"shop": every(shop()), "hostile": every(hostile()), "live": every(live())} {
		var b bytes.Buffer
		if err := reports.ASFF(&b, report(in), place); err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(&b)
		d.DisallowUnknownFields()
		var list []types.AwsSecurityFinding
		if err := d.Decode(&list); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(list) != len(in.Results.Results) {
			t.Errorf("%s: %d findings of %d verdicts", name, len(list), len(in.Results.Results))
		}
		for _, f := range list {
			for field, v := range map[string]*string{"AwsAccountId": f.AwsAccountId, "CreatedAt": f.CreatedAt, "UpdatedAt": f.UpdatedAt, "Description": f.Description, "GeneratorId": f.GeneratorId, "Id": f.Id, "ProductArn": f.ProductArn, "SchemaVersion": f.SchemaVersion, "Title": f.Title} {
				if v == nil || *v == "" {
					t.Fatalf("%s: %s is required", name, field)
				}
			}
			if len([]rune(*f.Title)) > 256 || len([]rune(*f.Description)) > 1024 || len(f.Resources) != 1 || len(f.Types) != 1 {
				t.Errorf("%s: %v is longer than Security Hub takes", name, *f.Id)
			}
			for _, x := range []struct {
				value string
				known []string
			}{
				{string(f.Severity.Label), hubValues(types.SeverityLabel("").Values())}, {string(f.Compliance.Status), hubValues(types.ComplianceStatus("").Values())},
				{string(f.Workflow.Status), hubValues(types.WorkflowStatus("").Values())}, {string(f.RecordState), hubValues(types.RecordState("").Values())},
				{string(f.Resources[0].Partition), hubValues(types.Partition("").Values())},
			} {
				if !slices.Contains(x.known, x.value) {
					t.Errorf("%s: %q is none of %v", name, x.value, x.known)
				}
			}
			if want := map[string]string{"live": "111111111111", "shop": place.Account, "hostile": place.Account}[name]; *f.AwsAccountId != want || !strings.Contains(*f.ProductArn, want) {
				t.Errorf("%s: account %s, product %s", name, *f.AwsAccountId, *f.ProductArn)
			}
		}
	}
}

func TestSecurityHubTakesNothingWithoutAnAccount(t *testing.T) {
	t.Parallel()
	for _, place := range []reports.HubPlace{{}, {Account: "222222222222"}, {Account: "22222222222x", Region: "us-west-2"}, {Account: "222222222222", Region: "https://x"}} {
		var b bytes.Buffer
		err := reports.ASFF(&b, report(shop()), place)
		if err == nil || b.Len() > 0 || !strings.Contains(err.Error(), "was read in no account and region") {
			t.Errorf("%+v: %v, %d bytes", place, err, b.Len())
		}
	}
}
