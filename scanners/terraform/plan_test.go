package terraform_test

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/plumbline-dev/plumbline/graph"
	pf "github.com/plumbline-dev/plumbline/internal/planfixture"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func readPlan(t *testing.T, plan []byte, opts terraform.PlanOptions) scanners.Found {
	t.Helper()
	found, err := terraform.NewPlan(bytes.NewReader(plan), "plan.json", opts).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func planOf(t *testing.T, p pf.Plan) []byte {
	t.Helper()
	if p.Providers == nil {
		p.Providers = map[string]pf.Object{"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "version_constraint": "~> 5.0", "expressions": pf.Object{"region": "eu-west-1"}}}
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func byAddress(t *testing.T, found scanners.Found) map[graph.Address]*graph.Resource {
	t.Helper()
	m := map[graph.Address]*graph.Resource{}
	for _, r := range found.Resources {
		if m[r.Address] != nil {
			t.Errorf("%s is there twice", r.Address)
		}
		m[r.Address] = r
	}
	return m
}

func get(t *testing.T, m map[graph.Address]*graph.Resource, address graph.Address) *graph.Resource {
	t.Helper()
	if m[address] == nil {
		t.Fatalf("%s was not read", address)
	}
	return m[address]
}

func ref(address, attr string) graph.Ref {
	return graph.Ref{Address: graph.Address(address), Attr: attr}
}

// The fixtures modules.* were printed by Terraform 1.11.4 for code with counted and repeated modules.
func TestPlanFollowsReferencesThroughModules(t *testing.T) {
	plan, err := os.ReadFile("testdata/plan/modules.json")
	if err != nil {
		t.Fatal(err)
	}
	m := byAddress(t, readPlan(t, plan, terraform.PlanOptions{}))
	for _, tt := range []struct {
		address, attr string
		want          any
	}{
		{`module.net[0].terraform_data.route[1]`, "input", ref(`module.net[0].terraform_data.subnet[1]`, "id")},
		{`module.net[1].terraform_data.route[0]`, "input", ref(`module.net[1].terraform_data.subnet[0]`, "id")},
		{`module.app["blue"].terraform_data.server`, "triggers_replace", ref(`terraform_data.zone["a"]`, "id")},
		{`terraform_data.front`, "input", ref(`module.app["blue"].terraform_data.server`, "id")},
		{`terraform_data.front`, "triggers_replace", ref(`module.net[1].terraform_data.subnet[0]`, "id")},
		{`terraform_data.both`, "input", []any{ref(`terraform_data.zone["a"]`, "id"), ref(`terraform_data.zone["b"]`, "id")}},
		{`module.app["green"].terraform_data.spread`, "input", []any{ref(`module.net[0].terraform_data.subnet[0]`, "id"), ref(`module.net[0].terraform_data.subnet[1]`, "id")}},
		{`module.app["green"].terraform_data.spread`, "triggers_replace", graph.Hidden{Literal: true}},
		{`terraform_data.zone["a"]`, "input", "a"},
	} {
		r := get(t, m, graph.Address(tt.address))
		if diff := cmp.Diff(tt.want, r.Attrs[tt.attr]); diff != "" {
			t.Errorf("%s of %s (unknown: %q):\n%s", tt.attr, tt.address, r.Unknown[tt.attr], diff)
		}
	}
	sum := get(t, m, `terraform_data.sum`)
	if want := `made from terraform_data.zone["a"].id, terraform_data.zone["b"].id, known after apply`; sum.Unknown["input"] != want || len(sum.Refs["input"]) != 2 {
		t.Errorf("input of terraform_data.sum: unknown %q, refs %v", sum.Unknown["input"], sum.Refs["input"])
	}
	server := get(t, m, `module.app["green"].terraform_data.server`)
	if want := `module.net and each.value: a plan does not say what it refers to`; server.Unknown["input"] != want {
		t.Errorf("module.net[each.value] was taken for something known: %q", server.Unknown["input"])
	}
	if text := dump(m); strings.Contains(text, "hunter2") {
		t.Errorf("a sensitive value was kept: %s", text)
	}
}

func dump(m map[graph.Address]*graph.Resource) string {
	var b strings.Builder
	for _, r := range m {
		b.WriteString(cmp.Diff(nil, r))
	}
	return b.String()
}

func TestPlanListsModuleCalls(t *testing.T) {
	plan, err := os.ReadFile("testdata/plan/modules.json")
	if err != nil {
		t.Fatal(err)
	}
	m := byAddress(t, readPlan(t, plan, terraform.PlanOptions{}))
	want := map[string]any{"source": "./net", "source_kind": "local", "version": nil, "ref": nil, "resolved": true}
	if diff := cmp.Diff(want, get(t, m, "module.net").Attrs); diff != "" {
		t.Error(diff)
	}
}

// The first block of a group comes from the code, the others from `dynamic`, which a plan's configuration
// leaves out.
func TestPlanReadsEveryBlockOfADynamic(t *testing.T) {
	plan := planOf(t, pf.Plan{
		Instances: []pf.Instance{
			{Address: "aws_security_group.web", Values: pf.Object{"id": pf.Unknown, "name": "web", "ingress": []any{
				pf.Object{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": []any{"10.0.0.0/8"}, "security_groups": []any{}},
				pf.Object{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": []any{"0.0.0.0/0"}, "security_groups": pf.Unknown},
			}}},
			{Address: "aws_security_group.lb", Values: pf.Object{"id": pf.Unknown, "name": "lb", "ingress": []any{}}},
		},
		Root: pf.Module{Config: map[string]pf.Config{
			"aws_security_group.web": {Exprs: pf.Object{"name": "web", "ingress": []pf.Object{{"from_port": 443, "to_port": 443, "protocol": "tcp", "security_groups": pf.Refs("aws_security_group.lb.id")}}}},
			"aws_security_group.lb":  {Exprs: pf.Object{"name": "lb"}},
		}},
	})
	r := get(t, byAddress(t, readPlan(t, plan, terraform.PlanOptions{})), "aws_security_group.web")
	want := []any{
		map[string]any{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": []any{"10.0.0.0/8"}, "security_groups": []any{}},
		map[string]any{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": []any{"0.0.0.0/0"}},
	}
	if diff := cmp.Diff(want, r.Attrs["ingress"]); diff != "" {
		t.Error(diff)
	}
	if why := r.Unknown["ingress[1].security_groups"]; !strings.Contains(why, "dynamic") {
		t.Errorf("ingress[1].security_groups: %q, want that dynamic blocks are not kept", why)
	}
}

func TestPlanFindsBlocksOfASetByTheirConstants(t *testing.T) {
	block := func(port int) pf.Object {
		return pf.Object{"from_port": port, "security_groups": []any{pf.Unknown}}
	}
	plan := planOf(t, pf.Plan{
		Instances: []pf.Instance{
			{Address: "aws_security_group.web", Values: pf.Object{"ingress": []any{block(22), block(443)}}},
			{Address: "aws_security_group.a", Values: pf.Object{"id": pf.Unknown}},
			{Address: "aws_security_group.b", Values: pf.Object{"id": pf.Unknown}},
		},
		Root: pf.Module{Config: map[string]pf.Config{
			"aws_security_group.web": {Exprs: pf.Object{"ingress": []pf.Object{
				{"from_port": 443, "security_groups": pf.Refs("aws_security_group.a.id")},
				{"from_port": 22, "security_groups": pf.Refs("aws_security_group.b.id")},
			}}},
		}},
	})
	r := get(t, byAddress(t, readPlan(t, plan, terraform.PlanOptions{})), "aws_security_group.web")
	want := []any{
		map[string]any{"from_port": 22, "security_groups": []any{ref("aws_security_group.b", "id")}},
		map[string]any{"from_port": 443, "security_groups": []any{ref("aws_security_group.a", "id")}},
	}
	if diff := cmp.Diff(want, r.Attrs["ingress"]); diff != "" {
		t.Error(diff)
	}
}

func TestPlanUnknownValues(t *testing.T) {
	instances := []pf.Instance{
		{Address: "aws_subnet.a[0]", Values: pf.Object{"id": pf.Unknown, "availability_zone": pf.Unknown}},
		{Address: "aws_subnet.a[1]", Values: pf.Object{"id": pf.Unknown}},
		{Address: "aws_subnet.old", Values: pf.Object{"id": "subnet-1"}},
		{Address: "aws_lb.a", Values: pf.Object{"id": pf.Unknown, "arn_suffix": pf.Unknown}},
		{Address: "aws_lb_target_group.a", Values: pf.Object{"id": pf.Unknown, "arn_suffix": pf.Unknown}},
		{Address: `aws_vpc.v["x"]`, Values: pf.Object{"id": pf.Unknown}},
		{Address: `aws_vpc.v["y"]`, Values: pf.Object{"id": pf.Unknown}},
	}
	a0, a1 := ref("aws_subnet.a[0]", "id"), ref("aws_subnet.a[1]", "id")
	for name, tt := range map[string]struct {
		address string
		value   any
		exprs   pf.Object
		repeat  any
		want    any // nil: unknown
	}{
		"all of a splat":                   {"aws_db_subnet_group.g", pf.Unknown, pf.Object{"subnet_ids": pf.Refs("aws_subnet.a")}, nil, []any{a0, a1}},
		"two that are named":               {"aws_db_subnet_group.g", pf.Unknown, pf.Object{"subnet_ids": pf.Refs("aws_subnet.a[1].id", "aws_subnet.a[0].id")}, nil, []any{a1, a0}},
		"a splat with something selecting": {"aws_db_subnet_group.g", pf.Unknown, pf.Object{"subnet_ids": pf.Refs("aws_subnet.a", "var.count")}, nil, nil},
		"a splat if a variable says so":    {"aws_db_subnet_group.g", pf.Unknown, pf.Object{"subnet_ids": pf.Refs("aws_subnet.a", "var.wanted")}, nil, []any{a0, a1}},
		"a local":                          {"aws_db_subnet_group.g", pf.Unknown, pf.Object{"subnet_ids": pf.Refs("aws_subnet.a", "local.more")}, nil, nil},
		"elements":                         {"aws_db_subnet_group.g", []any{pf.Unknown, pf.Unknown}, pf.Object{"subnet_ids": pf.Refs("aws_subnet.a")}, nil, []any{a0, a1}},
		"an element besides known ones":    {"aws_db_subnet_group.g", []any{"subnet-1", pf.Unknown}, pf.Object{"subnet_ids": pf.Refs("aws_subnet.old.id", "aws_subnet.a[1].id")}, nil, []any{"subnet-1", a1}},
		"fewer elements than names":        {"aws_db_subnet_group.g", []any{pf.Unknown}, pf.Object{"subnet_ids": pf.Refs("aws_subnet.a")}, nil, []any{nil}},
		"same key":                         {"aws_db_subnet_group.g[1]", []any{pf.Unknown}, pf.Object{"subnet_ids": pf.Refs("aws_subnet.a", "count.index")}, nil, []any{a1}},
		"no such key":                      {"aws_db_subnet_group.g[7]", []any{pf.Unknown}, pf.Object{"subnet_ids": pf.Refs("aws_subnet.a", "count.index")}, nil, []any{nil}},
		"each.value of resources":          {`aws_db_subnet_group.g["y"]`, []any{pf.Unknown}, pf.Object{"subnet_ids": pf.Refs("each.value.id")}, pf.Refs("aws_vpc.v"), []any{ref(`aws_vpc.v["y"]`, "id")}},
		"each.value of a local":            {`aws_db_subnet_group.g["y"]`, []any{pf.Unknown}, pf.Object{"subnet_ids": pf.Refs("each.value.id")}, pf.Refs("local.x"), []any{nil}},
	} {
		t.Run(name, func(t *testing.T) {
			label, _, _ := strings.Cut(tt.address, "[")
			plan := planOf(t, pf.Plan{
				Instances: append(instances[:len(instances):len(instances)], pf.Instance{Address: tt.address, Values: pf.Object{"subnet_ids": tt.value}}),
				Root:      pf.Module{Config: map[string]pf.Config{label: {Exprs: tt.exprs, ForEach: tt.repeat}}},
				Variables: pf.Object{"count": 1, "wanted": true},
			})
			r := get(t, byAddress(t, readPlan(t, plan, terraform.PlanOptions{})), graph.Address(tt.address))
			if diff := cmp.Diff(tt.want, r.Attrs["subnet_ids"]); diff != "" {
				t.Errorf("%s\nunknown: %v", diff, r.Unknown)
			}
			if tt.want == nil && r.Unknown["subnet_ids"] == "" {
				t.Errorf("subnet_ids is neither there nor unknown")
			}
			if list, ok := tt.want.([]any); ok && list[0] == nil && r.Unknown["subnet_ids[0]"] == "" {
				t.Errorf("subnet_ids[0] is neither there nor unknown")
			}
		})
	}
}

func TestPlanTakesEntriesOfAMapByTheirNames(t *testing.T) {
	plan := planOf(t, pf.Plan{
		Instances: []pf.Instance{
			{Address: "aws_lb.a", Values: pf.Object{"arn_suffix": pf.Unknown}},
			{Address: "aws_lb_target_group.a", Values: pf.Object{"arn_suffix": pf.Unknown}},
			{Address: "aws_cloudwatch_metric_alarm.m", Values: pf.Object{"dimensions": pf.Object{"LoadBalancer": pf.Unknown, "TargetGroup": pf.Unknown}}},
		},
		Root: pf.Module{Config: map[string]pf.Config{"aws_cloudwatch_metric_alarm.m": {Exprs: pf.Object{"dimensions": pf.Refs("aws_lb.a.arn_suffix", "aws_lb_target_group.a.arn_suffix")}}}},
	})
	r := get(t, byAddress(t, readPlan(t, plan, terraform.PlanOptions{})), "aws_cloudwatch_metric_alarm.m")
	if diff := cmp.Diff(map[string]any{"TargetGroup": ref("aws_lb_target_group.a", "arn_suffix")}, r.Attrs["dimensions"]); diff != "" {
		t.Error(diff)
	}
	if r.Unknown["dimensions.LoadBalancer"] == "" || len(r.Refs["dimensions"]) != 2 {
		t.Errorf("dimensions.LoadBalancer: unknown %q, refs %v", r.Unknown["dimensions.LoadBalancer"], r.Refs)
	}
}

func TestPlanLeavesUnsetAttributesToTheCatalog(t *testing.T) {
	unset := pf.Object{"id": pf.Unknown, "availability_zone": pf.Unknown, "multi_az": pf.Unknown, "engine": "postgres", "tags_all": pf.Unknown, "surprise": pf.Unknown}
	sg := pf.Object{"ingress": pf.Unknown}
	lb := pf.Object{"access_logs": pf.Unknown, "subnets": pf.Unknown}
	plan := planOf(t, pf.Plan{
		Instances: []pf.Instance{
			{Address: "aws_db_instance.a", Values: unset}, {Address: "aws_db_instance.stripped", Values: unset},
			{Address: "aws_security_group.a", Values: sg}, {Address: "aws_lb.a", Values: lb},
		},
		Root: pf.Module{Config: map[string]pf.Config{
			"aws_db_instance.a": {Exprs: pf.Object{"engine": "postgres"}}, "aws_security_group.a": {}, "aws_lb.a": {Exprs: pf.Object{"subnets": pf.Refs("local.x")}},
		}},
	})
	unknown := map[string][]string{}
	for address, r := range byAddress(t, readPlan(t, plan, terraform.PlanOptions{})) {
		if strings.HasPrefix(r.Type, "aws_") {
			unknown[string(address)] = slices.Sorted(maps.Keys(r.Unknown))
		}
	}
	want := map[string][]string{
		"aws_db_instance.a":        {"_lifecycle", "surprise", "tags_all"},
		"aws_db_instance.stripped": {"_lifecycle", "_region", "availability_zone", "id", "multi_az", "surprise", "tags_all"},
		"aws_security_group.a":     {"_lifecycle"},
		"aws_lb.a":                 {"_lifecycle", "access_logs", "subnets"}, // blocks that only `dynamic` makes unknown
	}
	if diff := cmp.Diff(want, unknown); diff != "" {
		t.Error(diff)
	}
}

func TestPlanPolicyDocumentsAreReadAsFarAsTheyAreKnown(t *testing.T) {
	bucket := func(name string) pf.Instance {
		return pf.Instance{Address: "aws_s3_bucket_policy." + name, Values: pf.Object{"policy": pf.Unknown}}
	}
	uses := func(refs ...string) pf.Config { return pf.Config{Exprs: pf.Object{"policy": pf.Refs(refs...)}} }
	plan := planOf(t, pf.Plan{
		Instances: []pf.Instance{
			{Address: "aws_s3_bucket.b", Values: pf.Object{"arn": pf.Unknown}},
			{Address: "aws_iam_role.r", Values: pf.Object{"arn": pf.Unknown}},
			{Address: "data.aws_iam_policy_document.d", Values: pf.Object{"json": pf.Unknown, "id": pf.Unknown, "source_policy_documents": nil, "statement": []any{
				pf.Object{"sid": "tls", "effect": "Deny", "actions": []any{"s3:*"}, "not_actions": nil, "resources": []any{pf.Unknown, pf.Unknown}, "condition": []any{pf.Object{"test": "Bool", "variable": "aws:SecureTransport", "values": []any{"false"}}}, "principals": []any{pf.Object{"type": "*", "identifiers": []any{"*"}}}},
				pf.Object{"sid": nil, "effect": nil, "actions": pf.Unknown, "principals": []any{pf.Object{"type": "AWS", "identifiers": []any{pf.Unknown}}}},
			}}},
			{Address: "data.aws_iam_policy_document.mixed", Values: pf.Object{"json": pf.Unknown, "source_policy_documents": []any{pf.Unknown}, "statement": []any{}}},
			bucket("p"), bucket("mixed"), bucket("two"),
		},
		Root: pf.Module{Config: map[string]pf.Config{
			"data.aws_iam_policy_document.d": {Exprs: pf.Object{"statement": []pf.Object{
				{"effect": "Deny", "resources": pf.Refs("aws_s3_bucket.b.arn", "aws_s3_bucket.b.arn")},
				{"actions": pf.Refs("local.x"), "principals": []pf.Object{{"type": "AWS", "identifiers": pf.Refs("aws_iam_role.r.arn")}}},
			}}},
			"aws_s3_bucket_policy.p":     uses("data.aws_iam_policy_document.d.json"),
			"aws_s3_bucket_policy.mixed": uses("data.aws_iam_policy_document.mixed.json"),
			"aws_s3_bucket_policy.two":   uses("aws_s3_bucket.b.arn", "aws_iam_role.r.arn"),
		}},
	})
	m := byAddress(t, readPlan(t, plan, terraform.PlanOptions{}))
	why := func(path string) string {
		return "${?" + path + " of data.aws_iam_policy_document.d is known after apply}"
	}
	want := graph.Template(`{"Statement":[{"Action":["s3:*"],"Condition":{"Bool":{"aws:SecureTransport":["false"]}},"Effect":"Deny","Principal":"*","Resource":["` + why("statement[0].resources[0]") + `","` + why("statement[0].resources[1]") +
		`"],"Sid":"tls"},{"Action":"` + why("statement[1].actions") + `","Effect":"Allow","Principal":{"AWS":["${aws_iam_role.r.arn}"]}}],"Version":"2012-10-17"}`)
	if diff := cmp.Diff(want, get(t, m, "aws_s3_bucket_policy.p").Attrs["policy"]); diff != "" {
		t.Error(diff)
	}
	if got := get(t, m, "aws_s3_bucket_policy.mixed").Attrs["policy"]; got != ref("data.aws_iam_policy_document.mixed", "json") {
		t.Errorf("a document that takes in another: %v", got)
	}
	if r := get(t, m, "aws_s3_bucket_policy.two"); r.Unknown["policy"] == "" {
		t.Errorf("a document written out with references: %v", r.Attrs["policy"])
	}
}

func TestPlanSecrets(t *testing.T) {
	plan := planOf(t, pf.Plan{
		Instances: []pf.Instance{
			{Address: "aws_db_instance.literal", Values: pf.Object{"password": "hunter2", "multi_az": true}},
			{Address: "aws_db_instance.default", Values: pf.Object{"password": pf.Sensitive{V: "hunter3"}, "identifier": "d", "multi_az": pf.Sensitive{V: true}}},
			{Address: "aws_db_instance.given", Values: pf.Object{"password": pf.Sensitive{V: "hunter4"}}},
			{Address: "module.db.aws_db_instance.passed", Values: pf.Object{"password": "hunter5"}},
			{Address: "aws_db_instance.none", Values: pf.Object{"password": nil}},
			{Address: "aws_db_instance.made", Values: pf.Object{"password": pf.Unknown}},
			{Address: "random_password.p", Values: pf.Object{"result": pf.Unknown}},
		},
		Root: pf.Module{
			Vars: pf.Object{"d": "hunter3", "g": nil},
			Config: map[string]pf.Config{
				"aws_db_instance.literal": {Exprs: pf.Object{"password": "hunter2"}},
				"aws_db_instance.default": {Exprs: pf.Object{"password": pf.Refs("var.d")}},
				"aws_db_instance.given":   {Exprs: pf.Object{"password": pf.Refs("var.g")}},
				"aws_db_instance.made":    {Exprs: pf.Object{"password": pf.Refs("random_password.p.result")}},
			},
			Calls: map[string]pf.Call{"db": {Source: "./db", Args: pf.Object{"pw": "hunter5"}, Module: pf.Module{Vars: pf.Object{"pw": nil}, Config: map[string]pf.Config{
				"aws_db_instance.passed": {Exprs: pf.Object{"password": pf.Refs("var.pw")}},
			}}}},
		},
		Variables: pf.Object{"d": "hunter3", "g": "hunter4"},
	})
	m := byAddress(t, readPlan(t, plan, terraform.PlanOptions{}))
	got := map[graph.Address]any{}
	for address, r := range m {
		if r.Type == "aws_db_instance" || r.Type == "terraform_literal" {
			got[address] = r.Attrs["password"]
		}
	}
	literal := graph.Hidden{Literal: true}
	want := map[graph.Address]any{
		"aws_db_instance.literal": literal, "aws_db_instance.default": literal, "module.db.aws_db_instance.passed": literal,
		"aws_db_instance.given": graph.Hidden{}, "aws_db_instance.none": nil, "aws_db_instance.made": ref("random_password.p", "result"),
		"aws_db_instance.literal#password": nil, "aws_db_instance.default#password": nil, "module.db.aws_db_instance.passed#password": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if fact := get(t, m, "aws_db_instance.literal#password"); fact.Of != "aws_db_instance.literal" || fact.Attrs["path"] != "password" {
		t.Errorf("the fact of a literal password: %+v", fact)
	}
	if text := dump(m); strings.Contains(text, "hunter") {
		t.Error("a secret was kept")
	}
}

func TestPlanRegions(t *testing.T) {
	values := pf.Object{"id": pf.Unknown}
	plan := planOf(t, pf.Plan{
		Instances: []pf.Instance{
			{Address: "aws_vpc.constant", Values: values}, {Address: "aws_vpc.variable", Values: values}, {Address: "aws_vpc.environment", Values: values},
			{Address: "aws_vpc.own", Values: pf.Object{"region": "us-east-1"}}, {Address: "module.m.aws_vpc.inherited", Values: values},
			{Address: "data.aws_region.here", Values: pf.Object{"name": "eu-north-1"}, Prior: true},
			{Address: "data.aws_caller_identity.me", Values: pf.Object{"account_id": "111122223333"}, Prior: true},
		},
		Root: pf.Module{
			Config: map[string]pf.Config{
				"aws_vpc.constant": {}, "aws_vpc.own": {}, "aws_vpc.variable": {Provider: "aws.v"}, "aws_vpc.environment": {Provider: "aws.env"},
				"data.aws_region.here": {Provider: "aws.env"}, "data.aws_caller_identity.me": {},
			},
			Calls: map[string]pf.Call{"m": {Source: "./m", Module: pf.Module{Config: map[string]pf.Config{"aws_vpc.inherited": {Provider: "module.m:aws"}}}}},
		},
		Providers: map[string]pf.Object{
			"aws":     {"name": "aws", "expressions": pf.Object{"region": "eu-west-1", "allowed_account_ids": []any{"444455556666"}}},
			"aws.v":   {"name": "aws", "alias": "v", "expressions": pf.Object{"region": pf.Refs("var.region"), "allowed_account_ids": pf.Refs("var.accounts")}},
			"aws.env": {"name": "aws", "alias": "env"},
		},
		Variables: pf.Object{"region": "eu-central-1", "accounts": []any{"1", "2"}},
	})
	m := byAddress(t, readPlan(t, plan, terraform.PlanOptions{}))
	got := map[string]any{}
	for _, name := range []string{"aws_vpc.constant", "aws_vpc.variable", "aws_vpc.environment", "aws_vpc.own", "module.m.aws_vpc.inherited"} {
		r := get(t, m, graph.Address(name))
		got[name] = []any{r.Facts["_region"], r.Facts["_account"], r.Facts["_provider"]}
	}
	want := map[string]any{
		"aws_vpc.constant":           []any{"eu-west-1", "111122223333", "aws"},
		"aws_vpc.variable":           []any{"eu-central-1", nil, "aws.v"},
		"aws_vpc.environment":        []any{"eu-north-1", nil, "aws.env"},
		"aws_vpc.own":                []any{"us-east-1", "111122223333", "aws"},
		"module.m.aws_vpc.inherited": []any{"eu-west-1", "111122223333", "aws"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{"1", "2"}, get(t, m, "provider.aws.v").Attrs["allowed_account_ids"]); diff != "" {
		t.Error(diff)
	}
}

func TestPlanDataSourcesAreNeighbours(t *testing.T) {
	plan := planOf(t, pf.Plan{
		Instances: []pf.Instance{
			{Address: "data.aws_subnet.a", Values: pf.Object{"id": "subnet-1", "availability_zone": "eu-west-1a"}, Prior: true},
			{Address: "data.aws_availability_zones.z", Values: pf.Object{"names": []any{"eu-west-1a"}}, Prior: true},
			{Address: "aws_vpc.v", Values: pf.Object{}},
		},
		Root: pf.Module{Config: map[string]pf.Config{"aws_vpc.v": {}}},
	})
	m := byAddress(t, readPlan(t, plan, terraform.PlanOptions{}))
	r := get(t, m, "data.aws_subnet.a")
	if !r.Data || r.Type != "aws_subnet" || r.Name != "a" || r.Attrs["id"] != "subnet-1" {
		t.Errorf("%+v", r)
	}
	if m["data.aws_availability_zones.z"] != nil {
		t.Error("a data source of no resource type became a resource")
	}
}

func TestPlanLeavesOutWhatIsDeleted(t *testing.T) {
	plan := []byte(`{"format_version":"1.2","resource_changes":[
		{"address":"aws_vpc.gone","mode":"managed","type":"aws_vpc","name":"gone","change":{"actions":["delete"],"before":{"id":"vpc-1"},"after":null,"after_unknown":{}}},
		{"address":"aws_vpc.old","mode":"managed","type":"aws_vpc","name":"old","deposed":"8a1b","change":{"actions":["delete"],"after":null}},
		{"address":"module.m[\"a.b\"].aws_vpc.new","mode":"managed","type":"aws_vpc","name":"new","change":{"actions":["delete","create"],"after":{"cidr_block":"10.0.0.0/16"},"after_unknown":{"id":true}}}
	]}`)
	found := readPlan(t, plan, terraform.PlanOptions{})
	m := byAddress(t, found)
	if len(found.Resources) != 1 {
		t.Errorf("%d resources, want the new one", len(found.Resources))
	}
	r := get(t, m, `module.m["a.b"].aws_vpc.new`)
	if r.Attrs["cidr_block"] != "10.0.0.0/16" || r.Unknown["id"] == "" {
		t.Errorf("%+v", r)
	}
}

func TestPlanTakesFieldsInAnyOrder(t *testing.T) {
	change := `"resource_changes":[{"change":{"after_unknown":{"id":true},"after":{"cidr_block":"10.0.0.0/16"},"actions":["create"]},"address":"aws_vpc.a","type":"aws_vpc","name":"a","mode":"managed"}]`
	values := `"planned_values":{"root_module":{"resources":[{"values":{"cidr_block":"10.0.0.0/16"},"name":"a","type":"aws_vpc","mode":"managed","address":"aws_vpc.a"}]}}`
	config := `"configuration":{"root_module":{"resources":[{"address":"aws_vpc.a","expressions":{"cidr_block":{"constant_value":"10.0.0.0/16"}}}]}}`
	want := readPlan(t, []byte("{"+values+","+change+","+config+"}"), terraform.PlanOptions{})
	for _, text := range []string{change + "," + values + "," + config, config + "," + change + "," + values, config + "," + values + "," + change} {
		if diff := cmp.Diff(want, readPlan(t, []byte("{"+text+"}"), terraform.PlanOptions{})); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
	}
	if want.Resources[0].Attrs["cidr_block"] != "10.0.0.0/16" {
		t.Errorf("%+v", want.Resources[0])
	}
}

func TestPlanGaps(t *testing.T) {
	for name, tt := range map[string]struct {
		fields string
		want   string
	}{
		"errored":  {`"errored":true`, "ended with errors"},
		"targeted": {`"complete":false`, "not complete"},
		"deferred": {`"deferred_changes":[{"reason":"instance_count_unknown","resource_change":{"address":"aws_vpc.x"}}]`, "puts this resource off"},
	} {
		found := readPlan(t, []byte(`{"format_version":"1.2","planned_values":{},`+tt.fields+`}`), terraform.PlanOptions{})
		if len(found.Gaps) != 1 || !strings.Contains(found.Gaps[0].Why, tt.want) || found.Gaps[0].Settle == "" {
			t.Errorf("%s: %+v", name, found.Gaps)
		}
	}
}

func TestPlanErrorsSayWhatWasSeen(t *testing.T) {
	whole, err := os.ReadFile("testdata/plan/modules.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ text, want string }{
		"empty":             {"", "the file is empty"},
		"space":             {" \n", "the file is empty"},
		"cut off":           {string(whole[:len(whole)/2]), `ends in the middle; the file is not complete (stopped in "resource_changes")`},
		"text before it":    {"[command]/usr/bin/terraform show -json\n{}", "no JSON object"},
		"text after it":     {string(whole) + "Done.", "more text follows"},
		"CloudFormation":    {`{"AWSTemplateFormatVersion":"2010-09-09","Resources":{}}`, "neither a Terraform plan (terraform show -json) nor a state; its fields are: AWSTemplateFormatVersion, Resources"},
		"a state":           {`{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","resources":[]}`, "this is a state"},
		"no fields":         {`{}`, "its fields are: none"},
		"broken":            {`{"planned_values":{"root_module":{"resources":[{"address" "x"}]}}}`, "byte 58: a colon was expected"},
		"nested very deep":  {`{"checks":` + strings.Repeat(`[`, 100000), "nested more than 1000 deep"},
		"nested in a value": {`{"variables":{"x":{"value":` + strings.Repeat(`{"a":`, 100000), "nested more than 1000 deep"},
	} {
		_, err := terraform.NewPlan(strings.NewReader(tt.text), "p.json", terraform.PlanOptions{}).Scan(context.Background())
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "p.json") {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func TestPlanStopsWhenItsContextIsDone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := terraform.NewPlan(strings.NewReader(`{"planned_values":{}}`), "p.json", terraform.PlanOptions{}).Scan(ctx)
	if err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("%v", err)
	}
}

func TestPlanLinesComeFromTheCodeBesideIt(t *testing.T) {
	plan, err := os.ReadFile("testdata/plan/modules.json")
	if err != nil {
		t.Fatal(err)
	}
	source := fstest.MapFS{
		"live/main.tf": {Data: []byte(`terraform {
  required_version = ">= 1.5"
  backend "s3" {
    bucket = "state"
    key    = "live"
  }
}

module "net" {
  source = "./net"
  count  = 2
}

# plumb:ignore rds.multi_az reason="not yet" until=2030-01-01
resource "terraform_data" "both" {
  lifecycle {
    prevent_destroy = true
  }
}

resource "terraform_data" "never" {
  count = 0
}
`)},
		"live/net/data.tf": {Data: []byte("# subnets\nresource \"terraform_data\" \"subnet\" {\n  count = 2\n  input = 1\n}\n")},
		"other/main.tf":    {Data: []byte("resource \"terraform_data\" \"front\" {\n}\n")},
	}
	found := readPlan(t, plan, terraform.PlanOptions{Source: source, Dir: "live", Root: "r"})
	m := byAddress(t, found)
	got := get(t, m, "module.net[1].terraform_data.subnet[0]").Origins[0]
	got.Attrs = nil
	want := graph.Origin{Source: "plan", Scope: "r", File: "live/net/data.tf", Line: 2, EndLine: 5, Column: 1, Calls: []graph.Call{{Module: "module.net", File: "live/main.tf", Line: 9}}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(graph.Call{}, "Module")); diff != "" {
		t.Error(diff)
	}
	both := get(t, m, "terraform_data.both")
	lifecycle, _ := both.Facts["_lifecycle"].(map[string]any)
	if o := both.Origins[0]; o.File != "live/main.tf" || o.Line != 15 || lifecycle["prevent_destroy"] != true {
		t.Errorf("%+v", both)
	}
	front := get(t, m, "terraform_data.front")
	if o := front.Origins[0]; o.File != "plan.json" || o.Line != 0 || front.Unknown["_lifecycle"] == "" {
		t.Errorf("a block that is not in the code: %+v", front)
	}
	if r := get(t, m, "terraform"); r.Root != "r" || r.Attrs["required_version"] != ">= 1.5" || r.Attrs["has_backend"] != true || r.Attrs["applied"] != true {
		t.Errorf("%+v", r)
	}
	if r := get(t, m, "terraform.backend"); r.Attrs["bucket"] != "state" {
		t.Errorf("%+v", r)
	}
	if len(found.Comments) != 1 || found.Comments[0].Root != "r" || found.Comments[0].Reason != "not yet" {
		t.Errorf("waivers: %+v", found.Comments)
	}
	if len(found.Gaps) > 0 {
		t.Errorf("gaps: %+v", found.Gaps)
	}
}

// A plan does not show that an expression selects; the code does.
func TestPlanBelievesTheCodeThatAListIsShorter(t *testing.T) {
	plan := planOf(t, pf.Plan{
		Instances: []pf.Instance{{Address: "aws_subnet.a[0]", Values: pf.Object{"id": pf.Unknown}}, {Address: "aws_subnet.a[1]", Values: pf.Object{"id": pf.Unknown}}, {Address: "aws_db_subnet_group.g", Values: pf.Object{"subnet_ids": pf.Unknown}}},
		Root:      pf.Module{Config: map[string]pf.Config{"aws_subnet.a": {Count: 2}, "aws_db_subnet_group.g": {Exprs: pf.Object{"subnet_ids": pf.Refs("aws_subnet.a")}}}},
	})
	for text, want := range map[string]int{"aws_subnet.a[*].id": 2, "slice(aws_subnet.a[*].id, 0, 1)": 0} {
		code := fstest.MapFS{"main.tf": {Data: []byte("resource \"aws_subnet\" \"a\" {\n  count = 2\n}\n\nresource \"aws_db_subnet_group\" \"g\" {\n  subnet_ids = " + text + "\n}\n")}}
		r := get(t, byAddress(t, readPlan(t, plan, terraform.PlanOptions{Source: code, Dir: "."})), "aws_db_subnet_group.g")
		list, _ := r.Attrs["subnet_ids"].([]any)
		if len(list) != want || (want == 0) != (r.Unknown["subnet_ids"] != "") {
			t.Errorf("%s: %v, unknown: %q", text, list, r.Unknown["subnet_ids"])
		}
	}
}

func TestPlanKeepsNoKeys(t *testing.T) {
	key := "AKIA" + "QWERTZUIOPASDFGH"
	plan := planOf(t, pf.Plan{
		Instances: []pf.Instance{{Address: "aws_vpc.a", Values: pf.Object{"tags": pf.Object{"Owner": "key " + key, "Name": "a"}}}, {Address: "aws_ssm_document.d", Values: pf.Object{"content": key, "list": []any{key}}}},
		Root:      pf.Module{Config: map[string]pf.Config{"aws_vpc.a": {Exprs: pf.Object{"tags": pf.Refs("local.x")}}, "aws_ssm_document.d": {Exprs: pf.Object{"content": key}}}},
	})
	m := byAddress(t, readPlan(t, plan, terraform.PlanOptions{}))
	if strings.Contains(dump(m), key) {
		t.Error("a key was kept")
	}
	if got := get(t, m, "aws_vpc.a").Attrs["tags"]; !cmp.Equal(got, map[string]any{"Owner": "key …", "Name": "a"}) {
		t.Errorf("%v", got)
	}
	if r := get(t, m, "aws_ssm_document.d#content"); r.Of != "aws_ssm_document.d" || r.Attrs["kind"] != "aws_access_key" || r.Unknown["ignored"] == "" {
		t.Errorf("%+v", r)
	}
}

func TestPlanParametersAreSecretsWhenTheySaySo(t *testing.T) {
	config, instances := map[string]pf.Config{}, []pf.Instance{}
	for name, typ := range map[string]string{"plain": "String", "secure": "SecureString"} {
		config["aws_ssm_parameter."+name] = pf.Config{Exprs: pf.Object{"value": "eu-west-1-blue", "type": typ}}
		instances = append(instances, pf.Instance{Address: "aws_ssm_parameter." + name, Values: pf.Object{"type": typ, "value": pf.Sensitive{V: "eu-west-1-blue"}}})
	}
	m := byAddress(t, readPlan(t, planOf(t, pf.Plan{Instances: instances, Root: pf.Module{Config: config}}), terraform.PlanOptions{}))
	if m["aws_ssm_parameter.plain#value"] != nil || m["aws_ssm_parameter.secure#value"] == nil {
		t.Errorf("plain: %v, secure: %v", m["aws_ssm_parameter.plain#value"], m["aws_ssm_parameter.secure#value"])
	}
	if strings.Contains(dump(m), "eu-west-1-blue") {
		t.Error("the value of a parameter was kept")
	}
}

func TestPlanSaysLittleAboutTheCodeAlone(t *testing.T) {
	m := byAddress(t, readPlan(t, planOf(t, pf.Plan{Instances: []pf.Instance{{Address: "aws_vpc.a", Values: pf.Object{}}}, Root: pf.Module{Config: map[string]pf.Config{"aws_vpc.a": {}, "aws_vpc.none": {Count: 0}}}}), terraform.PlanOptions{}))
	root := get(t, m, "terraform")
	for _, name := range []string{"required_version", "has_backend", "has_lock_file", "workspace"} {
		if root.Unknown[name] == "" {
			t.Errorf("%s of a plan is known", name)
		}
	}
	want := []any{map[string]any{"name": "aws", "source": "hashicorp/aws", "version": "~> 5.0"}}
	if diff := cmp.Diff(want, root.Attrs["required_providers"]); diff != "" || root.Attrs["has_resources"] != true {
		t.Error(diff)
	}
	if get(t, m, "terraform.backend").Unknown["_count"] == "" {
		t.Error("a plan says that there is a backend")
	}
}

func TestPlanListsBlocksWithoutInstances(t *testing.T) {
	found := readPlan(t, planOf(t, pf.Plan{
		Instances: []pf.Instance{{Address: `module.m["a"].aws_vpc.a`, Values: pf.Object{}}},
		Root:      pf.Module{Config: map[string]pf.Config{"aws_vpc.none": {Count: 0}}, Calls: map[string]pf.Call{"m": {Source: "./m", Module: pf.Module{Config: map[string]pf.Config{"aws_vpc.a": {}, "aws_vpc.none": {}, "data.aws_vpc.d": {}}}}}},
	}), terraform.PlanOptions{})
	var got []string
	for _, a := range found.Absent {
		got = append(got, string(a.Address))
	}
	if diff := cmp.Diff([]string{"aws_vpc.none", `module.m["a"].aws_vpc.none`}, got); diff != "" {
		t.Error(diff)
	}
}

func TestPlanFilesOfThisRepositoryAreRead(t *testing.T) {
	files, err := filepath.Glob("testdata/plan/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kind := terraform.Detect(name, text)
		if want := map[bool]terraform.Kind{true: terraform.State, false: terraform.Plan}[strings.Contains(name, "state")]; kind != want {
			t.Errorf("%s is taken for %v, not %v", name, kind, want)
		}
	}
}
