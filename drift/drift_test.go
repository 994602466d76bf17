package drift_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/drift"
	"github.com/plumbline-dev/plumbline/graph"
)

type attrs = map[string]any

func declared(address, typ string, a attrs) *graph.Resource {
	return &graph.Resource{Address: graph.Address(address), Type: typ, Attrs: a, Origins: []graph.Origin{{Source: "terraform", File: "main.tf", Line: 3}}}
}

func observed(arn, typ string, a attrs) *graph.Resource {
	a["arn"] = arn
	return &graph.Resource{
		Root: "aws:1", Address: graph.Address(arn), Type: typ, Attrs: a, Observed: true,
		Facts: map[string]any{"_account": "1", "_region": "eu-west-1"}, Origins: []graph.Origin{{Source: "aws", ID: arn}},
	}
}

func build(rs ...*graph.Resource) *graph.Graph { return catalog.Build(rs, catalog.Options{}) }

func ref(address, attr string) graph.Ref {
	return graph.Ref{Address: graph.Address(address), Attr: attr}
}

func find(t *testing.T, rs []*graph.Resource, address string) *graph.Resource {
	t.Helper()
	for _, r := range rs {
		if string(r.Address) == address {
			return r
		}
	}
	t.Fatalf("there is no %s", address)
	return nil
}

func TestADatabaseIsOneNode(t *testing.T) {
	code := build(declared("aws_db_instance.main", "aws_db_instance", attrs{"identifier": "shop", "multi_az": true}))
	live := build(observed("arn:db:shop", "aws_db_instance", attrs{
		"id": "shop", "identifier": "shop", "multi_az": false, "availability_zone": "eu-west-1b", "auto_minor_version_upgrade": true, "delete_automated_backups": true,
	}))
	j := drift.Join(code, nil, live, nil)
	if len(j.Resources) != 1 {
		t.Fatalf("%d nodes, want 1", len(j.Resources))
	}
	r := j.Resources[0]
	if r.Attrs["availability_zone"] != "eu-west-1b" || r.Attrs["multi_az"] != true || len(r.Origins) != 2 {
		t.Errorf("the node is not what code says, filled from the account: %v %v", r.Attrs, r.Origins)
	}
	if d := attributes(j); !cmp.Equal(d, []string{"multi_az"}) {
		t.Errorf("differences: %v", d)
	}
	if o := find(t, j.Observed(), "aws_db_instance.main"); o.Attrs["multi_az"] != false {
		t.Errorf("as observed it has multi_az %v", o.Attrs["multi_az"])
	}
	if r.Attrs["multi_az"] != true {
		t.Error("the declared node was changed")
	}
	if j.Matches[0].By != "identifier" {
		t.Errorf("matched by %q", j.Matches[0].By)
	}
}

func attributes(j drift.Joined) []string {
	var out []string
	for _, d := range j.Differences {
		out = append(out, d.Attribute)
	}
	return out
}

// An unknown of the code that is null in the account is known to be null, and stays so when the graph is built again.
func TestNullInTheAccountIsKnown(t *testing.T) {
	code := build(declared("aws_db_instance.main", "aws_db_instance", attrs{"identifier": "shop"}))
	live := build(observed("arn:db:shop", "aws_db_instance", attrs{"id": "shop", "identifier": "shop"}))
	g := build(drift.Join(code, nil, live, nil).Resources...)
	r := g.OfType("aws_db_instance")[0]
	if v, known := catalog.Value(r, "kms_key_id"); !known || v != nil {
		t.Errorf("kms_key_id is %v, known %v (%s)", v, known, r.Unknown["kms_key_id"])
	}
}

// Two subnets with one name each; the route table association has no name and is matched by what it refers to.
func TestPartsAreMatchedByWhatTheyReferTo(t *testing.T) {
	code := build(
		declared("aws_subnet.a", "aws_subnet", attrs{"tags": attrs{"Name": "a"}}),
		declared("aws_route_table.r", "aws_route_table", attrs{"tags": attrs{"Name": "r"}}),
		declared("aws_route_table_association.a", "aws_route_table_association", attrs{"subnet_id": ref("aws_subnet.a", "id"), "route_table_id": ref("aws_route_table.r", "id")}),
	)
	live := build(
		observed("arn:subnet/subnet-1", "aws_subnet", attrs{"id": "subnet-1", "tags": attrs{"Name": "a"}}),
		observed("arn:rt/rtb-1", "aws_route_table", attrs{"id": "rtb-1", "tags": attrs{"Name": "r"}}),
		observed("arn:assoc", "aws_route_table_association", attrs{"id": "assoc-1", "subnet_id": "subnet-1", "route_table_id": "rtb-1"}),
		observed("arn:assoc2", "aws_route_table_association", attrs{"id": "assoc-2", "subnet_id": "subnet-2", "route_table_id": "rtb-1"}),
	)
	j := drift.Join(code, nil, live, nil)
	by := map[graph.Address]graph.Address{}
	for _, m := range j.Matches {
		by[m.Declared.Address] = m.Observed.Address
	}
	want := map[graph.Address]graph.Address{
		"aws_subnet.a": "arn:subnet/subnet-1", "aws_route_table.r": "arn:rt/rtb-1", "aws_route_table_association.a": "arn:assoc",
	}
	if d := cmp.Diff(want, by); d != "" {
		t.Error(d)
	}
	if len(j.Differences) != 0 {
		t.Errorf("differences: %v", j.Differences)
	}
}

func TestAnAmbiguousNameMatchesNothing(t *testing.T) {
	code := build(declared("aws_vpc.main", "aws_vpc", attrs{"tags": attrs{"Name": "main"}}))
	live := build(
		observed("arn:vpc/1", "aws_vpc", attrs{"id": "vpc-1", "tags": attrs{"Name": "main"}}),
		observed("arn:vpc/2", "aws_vpc", attrs{"id": "vpc-2", "tags": attrs{"Name": "main"}}),
	)
	j := drift.Join(code, nil, live, nil)
	if len(j.Matches) != 0 || len(j.Resources) != 3 {
		t.Errorf("%d matches, %d nodes", len(j.Matches), len(j.Resources))
	}
}

func TestTheStateDecidesWhatANameDoesNot(t *testing.T) {
	code := build(declared("aws_vpc.main", "aws_vpc", attrs{"tags": attrs{"Name": "main"}}))
	state := build(declared("aws_vpc.main", "aws_vpc", attrs{"id": "vpc-2"}))
	live := build(
		observed("arn:vpc/1", "aws_vpc", attrs{"id": "vpc-1", "tags": attrs{"Name": "main"}}),
		observed("arn:vpc/2", "aws_vpc", attrs{"id": "vpc-2", "tags": attrs{"Name": "main"}}),
	)
	j := drift.Join(code, state, live, nil)
	if len(j.Matches) != 1 || j.Matches[0].Observed.Address != "arn:vpc/2" || j.Matches[0].By != "id" {
		t.Errorf("matches: %v", j.Matches)
	}
	if want := []graph.Key{{Root: "aws:1", Address: "arn:vpc/1"}}; !cmp.Equal(j.Unmanaged, want) {
		t.Errorf("unmanaged: %v", j.Unmanaged)
	}
}

func TestWhatTheStateHasAndTheAccountHasNotIsMissing(t *testing.T) {
	const arn = "arn:aws:sqs:eu-west-1:1:a"
	other := observed("arn:aws:sqs:eu-west-1:1:b", "aws_sqs_queue", attrs{"id": "https://q/b", "name": "b"})
	elsewhere := observed("arn:aws:sqs:us-east-1:1:b", "aws_sqs_queue", attrs{"id": "https://q/b", "name": "b"})
	elsewhere.Facts["_region"] = "us-east-1"
	refused := observed("aws_sqs_queue/eu-west-1/?", "aws_sqs_queue", attrs{})
	refused.Unknown = map[string]string{"_count": "sqs:ListQueues was denied"}
	topic := observed("arn:aws:sns:eu-west-1:1:t", "aws_sns_topic", attrs{"id": "t"})
	read := func(typ, account, region string) bool {
		return typ == "aws_sqs_queue" && account == "1" && region == "eu-west-1"
	}
	for name, test := range map[string]struct {
		recorded attrs
		live     *graph.Resource
		read     drift.Read
		missing  int
	}{
		"another queue is there":                  {attrs{"id": "https://q/a", "arn": arn}, other, read, 1},
		"none is left":                            {attrs{"id": "https://q/a", "arn": arn}, topic, read, 1},
		"none is left, and the state has no ARN":  {attrs{"id": "https://q/a"}, topic, read, 0},
		"another is there, and there is no ARN":   {attrs{"id": "https://q/a"}, other, read, 1},
		"only another region has any":             {attrs{"id": "https://q/a", "arn": arn}, elsewhere, read, 1},
		"queues could not be listed":              {attrs{"id": "https://q/a", "arn": arn}, refused, read, 0},
		"nobody asked for queues":                 {attrs{"id": "https://q/a", "arn": arn}, other, func(string, string, string) bool { return false }, 0},
		"it is in a region that was not read":     {attrs{"id": "https://q/a", "arn": "arn:aws:sqs:us-east-1:1:a"}, other, read, 0},
		"it is in an account that was not read":   {attrs{"id": "https://q/a", "arn": "arn:aws:sqs:eu-west-1:2:a"}, other, read, 0},
		"the state has it without an id, as lost": {attrs{"arn": arn}, other, read, 0},
	} {
		t.Run(name, func(t *testing.T) {
			code := build(declared("aws_sqs_queue.a", "aws_sqs_queue", attrs{"name": "a"}))
			r := declared("aws_sqs_queue.a", "aws_sqs_queue", test.recorded)
			r.Facts = map[string]any{"_account": "1", "_region": "eu-west-1"}
			j := drift.Join(code, build(r), build(test.live), test.read)
			if len(j.Missing) != test.missing || len(j.Observed()) != 2-test.missing {
				t.Errorf("missing: %v, as observed %d nodes", j.Missing, len(j.Observed()))
			}
		})
	}
}

func TestWhatIsNoDifference(t *testing.T) {
	tests := map[string]struct{ code, live attrs }{
		"a version without its patch": {attrs{"engine_version": "8.0"}, attrs{"engine_version": "8.0.35"}},
		"growing storage":             {attrs{"allocated_storage": 20}, attrs{"allocated_storage": 100}},
		"a list in another order":     {attrs{"vpc_security_group_ids": []any{"sg-1", "sg-2"}}, attrs{"vpc_security_group_ids": []any{"sg-2", "sg-1"}}},
		"false and nothing":           {attrs{"apply_immediately": true}, attrs{}},
		"what code leaves to AWS":     {attrs{}, attrs{"maintenance_window": "sun:03:00-sun:04:00", "instance_class": "db.m6g.large"}},
		"another case":                {attrs{"ca_cert_identifier": "RDS-ca"}, attrs{"ca_cert_identifier": "rds-CA"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.code["identifier"], test.live["identifier"] = "shop", "shop"
			test.live["id"] = "shop"
			defaults := attrs{"backup_retention_period": 0, "monitoring_interval": 0, "auto_minor_version_upgrade": true, "delete_automated_backups": true, "copy_tags_to_snapshot": false}
			for k, v := range defaults {
				test.live[k] = v
			}
			j := drift.Join(build(declared("aws_db_instance.main", "aws_db_instance", test.code)), nil, build(observed("arn:db:shop", "aws_db_instance", test.live)), nil)
			if len(j.Matches) != 1 || len(j.Differences) != 0 {
				t.Errorf("%d matches, differences: %+v", len(j.Matches), j.Differences)
			}
		})
	}
}

func TestWhatTheCodeIgnoresIsNoDifference(t *testing.T) {
	d := declared("aws_db_instance.main", "aws_db_instance", attrs{"identifier": "shop", "multi_az": true})
	d.Facts = map[string]any{"_lifecycle": attrs{"ignore_changes": []any{"multi_az"}}}
	j := drift.Join(build(d), nil, build(observed("arn:db:shop", "aws_db_instance", attrs{"id": "shop", "identifier": "shop", "multi_az": false})), nil)
	for _, name := range attributes(j) {
		if name == "multi_az" {
			t.Error("multi_az is in ignore_changes")
		}
	}
}

func TestADataSourceIsFilledAndStaysALookUp(t *testing.T) {
	d := declared("data.aws_vpc.main", "aws_vpc", attrs{"tags": attrs{"Name": "main"}})
	d.Data = true
	live := build(observed("arn:vpc/1", "aws_vpc", attrs{"id": "vpc-1", "cidr_block": "10.0.0.0/16", "tags": attrs{"Name": "main"}}))
	j := drift.Join(build(d), nil, live, nil)
	r := find(t, j.Resources, "data.aws_vpc.main")
	if r.Attrs["cidr_block"] != "10.0.0.0/16" || !r.Data || len(j.Resources) != 2 {
		t.Errorf("%v, %d nodes", r.Attrs, len(j.Resources))
	}
}

func TestWhatServicesMakeIsNotUnmanaged(t *testing.T) {
	live := build(
		observed("arn:i/1", "aws_instance", attrs{"id": "i-1", "tags": attrs{"aws:autoscaling:groupName": "web"}}),
		observed("arn:i/2", "aws_instance", attrs{"id": "i-2", "tags": attrs{"Name": "by hand"}}),
	)
	j := drift.Join(build(), nil, live, nil)
	if want := []graph.Key{{Root: "aws:1", Address: "arn:i/2"}}; !cmp.Equal(j.Unmanaged, want) {
		t.Errorf("unmanaged: %v", j.Unmanaged)
	}
}
