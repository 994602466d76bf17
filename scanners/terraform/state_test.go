package terraform_test

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func readState(t *testing.T, state []byte) scanners.Found {
	t.Helper()
	found, err := terraform.NewState(bytes.NewReader(state), "terraform.tfstate", terraform.PlanOptions{}).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestStateHasTheAddressesOfThePlan(t *testing.T) {
	plan, err := os.ReadFile("testdata/plan/modules.json")
	if err != nil {
		t.Fatal(err)
	}
	addresses := func(found scanners.Found) map[graph.Address]string {
		m := map[graph.Address]string{}
		for _, r := range found.Resources {
			if r.Type == "terraform_data" {
				m[r.Address] = r.Name
			}
		}
		return m
	}
	want := addresses(readPlan(t, plan, terraform.PlanOptions{}))
	if len(want) != 17 {
		t.Fatalf("%d resources", len(want))
	}
	for _, name := range []string{"testdata/plan/modules.tfstate", "testdata/plan/modules-state.json"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, addresses(readState(t, text))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

const stateV4 = `{"version":4,"terraform_version":"1.11.4","serial":7,"lineage":"x","outputs":{},"resources":[
 {"module":"module.db[\"a.b\"]","mode":"managed","type":"aws_db_instance","name":"main","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[
  {"index_key":0,"schema_version":2,"attributes":{"id":"db-1","arn":"arn:aws:rds:eu-west-1:111122223333:db:main","password":"hunter2","username":"app","tags":{"Env":"prod"}},
   "sensitive_attributes":[[{"type":"get_attr","value":"username"}],[{"type":"get_attr","value":"tags"},{"type":"index","value":{"value":"Env","type":"string"}}]],
   "dependencies":["aws_subnet.a","module.db.aws_db_subnet_group.g"]}]},
 {"mode":"managed","type":"aws_subnet","name":"a","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[
  {"index_key":"x","attributes":{"id":"subnet-1"}},{"index_key":"y","attributes":{"id":"subnet-2"}},{"deposed":"abcd","attributes":{"id":"subnet-0"}}]},
 {"mode":"managed","type":"aws_vpc","name":"w","provider":"provider[\"registry.terraform.io/hashicorp/aws\"].west","instances":[{"attributes":{"id":"vpc-1","region":"us-west-2"}}]},
 {"mode":"managed","type":"aws_vpc","name":"unplaced","provider":"provider[\"registry.terraform.io/hashicorp/aws\"].west","instances":[{"attributes":{"id":"vpc-2"}}]},
 {"mode":"data","type":"aws_vpc","name":"d","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":{"id":"vpc-3"}}]},
 {"mode":"data","type":"aws_caller_identity","name":"d","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":{"id":"1"}}]}
]}`

func TestStateV4(t *testing.T) {
	found := readState(t, []byte(stateV4))
	m := byAddress(t, found)
	if len(m) != 6 {
		t.Errorf("%d resources, want 6", len(m))
	}
	db := get(t, m, `module.db["a.b"].aws_db_instance.main[0]`)
	want := &graph.Resource{
		Address: `module.db["a.b"].aws_db_instance.main[0]`, Type: "aws_db_instance", Name: "main[0]",
		Attrs:   map[string]any{"id": "db-1", "arn": "arn:aws:rds:eu-west-1:111122223333:db:main", "password": graph.Hidden{}, "username": graph.Hidden{}, "tags": map[string]any{"Env": graph.Hidden{}}},
		Unknown: map[string]string{"_lifecycle": "a state does not say"},
		Refs:    map[string][]graph.Ref{"depends_on": {ref(`aws_subnet.a["x"]`, ""), ref(`aws_subnet.a["y"]`, "")}},
		Facts:   map[string]any{"_region": "eu-west-1", "_account": "111122223333"},
		Origins: []graph.Origin{{Source: "state", ID: "arn:aws:rds:eu-west-1:111122223333:db:main", File: "terraform.tfstate"}},
	}
	catalog.Observe(want)
	if diff := cmp.Diff(want, db); diff != "" {
		t.Error(diff)
	}
	if r := get(t, m, `aws_subnet.a["y"]`); r.Facts["_region"] != "eu-west-1" || r.Origins[0].ID != "subnet-2" {
		t.Errorf("a resource without ARN is where its provider works: %+v", r)
	}
	if r := get(t, m, "aws_vpc.w"); r.Facts["_region"] != "us-west-2" {
		t.Errorf("%+v", r)
	}
	if r := get(t, m, "aws_vpc.unplaced"); r.Facts["_region"] != nil || r.Unknown["_region"] == "" {
		t.Errorf("%+v", r)
	}
	if r := get(t, m, "data.aws_vpc.d"); !r.Data {
		t.Errorf("%+v", r)
	}
	if strings.Contains(dump(m), "hunter2") {
		t.Error("a secret was kept")
	}
}

func TestStateV3(t *testing.T) {
	m := byAddress(t, readState(t, []byte(`{"version":3,"terraform_version":"0.11.14","serial":3,"lineage":"x","modules":[
 {"path":["root"],"outputs":{},"resources":{
  "aws_route_table.r":{"type":"aws_route_table","depends_on":["aws_vpc.v"],"primary":{"id":"rtb-1","attributes":{"id":"rtb-1","vpc_id":"vpc-1","propagating_vgws.#":"0","route.#":"2",
    "route.1966371180.cidr_block":"0.0.0.0/0","route.1966371180.gateway_id":"igw-1","route.90.cidr_block":"10.0.0.0/8","route.90.gateway_id":"","tags.%":"2","tags.Name":"r","tags.kubernetes.io/role":"x"}},"provider":"provider.aws"},
  "aws_subnet.s.1":{"type":"aws_subnet","primary":{"id":"subnet-1","attributes":{"id":"subnet-1"}},"provider":"provider.aws"},
  "aws_vpc.v":{"type":"aws_vpc","primary":{"id":"vpc-1","attributes":{"id":"vpc-1"}},"provider":"provider.aws"},
  "data.aws_vpc.d":{"type":"aws_vpc","primary":{"id":"vpc-9","attributes":{"id":"vpc-9"}},"provider":"provider.aws"},
  "aws_vpc.gone":{"type":"aws_vpc","deposed":[{"id":"vpc-0"}]}}},
 {"path":["root","a","b"],"resources":{"aws_lb.l":{"type":"aws_lb","primary":{"id":"lb-1","attributes":{"id":"lb-1","subnets.#":"2","subnets.11":"subnet-2","subnets.9":"subnet-1"}}}}}
]}`)))
	if len(m) != 5 {
		t.Errorf("%d resources, want 5", len(m))
	}
	r := get(t, m, "aws_route_table.r")
	want := map[string]any{"id": "rtb-1", "vpc_id": "vpc-1", "propagating_vgws": []any{}, "tags": map[string]any{"Name": "r", "kubernetes.io/role": "x"}, "route": []any{
		map[string]any{"cidr_block": "10.0.0.0/8", "gateway_id": ""}, map[string]any{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"},
	}}
	if diff := cmp.Diff(want, r.Attrs); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string][]graph.Ref{"depends_on": {ref("aws_vpc.v", "")}}, r.Refs); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{"subnet-1", "subnet-2"}, get(t, m, "module.a.module.b.aws_lb.l").Attrs["subnets"]); diff != "" {
		t.Error(diff)
	}
	if r := get(t, m, "aws_subnet.s[1]"); r.Name != "s[1]" {
		t.Errorf("%+v", r)
	}
	if r := get(t, m, "data.aws_vpc.d"); !r.Data {
		t.Errorf("%+v", r)
	}
}

func TestStateErrorsSayWhatWasSeen(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"empty":          {"", "the file is empty"},
		"a plan":         {smallPlan, "this is a plan, not a state"},
		"another tool":   {`{"Resources":{}}`, "neither a Terraform plan"},
		"cut off":        {stateV4[:900], "ends in the middle"},
		"version 2":      {`{"version":2,"serial":1,"modules":[]}`, "state version 2 is not known"},
		"a list":         {`[]`, "no JSON object"},
		"text behind it": {smallState + "x", "more text follows"},
	} {
		_, err := terraform.NewState(strings.NewReader(tt.text), "s.tfstate", terraform.PlanOptions{}).Scan(context.Background())
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "s.tfstate") {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
