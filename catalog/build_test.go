package catalog_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/generate"
)

type object = map[string]any

func resource(address string, a object) *graph.Resource {
	typ, name, _ := strings.Cut(strings.TrimPrefix(address, "data."), ".")
	return &graph.Resource{Address: graph.Address(address), Type: typ, Name: name, Data: strings.HasPrefix(address, "data."), Attrs: a, Unknown: map[string]string{}, Facts: object{"_region": "eu-west-1"}}
}

func unknown(r *graph.Resource, paths ...string) *graph.Resource {
	for _, p := range paths {
		r.Unknown[p] = "because of " + p
	}
	return r
}

func build(resources ...*graph.Resource) *graph.Graph {
	return catalog.Build(resources, catalog.Options{})
}

func get(t *testing.T, g *graph.Graph, address string) *graph.Resource {
	t.Helper()
	r := g.Get(graph.Key{Address: graph.Address(address)})
	if r == nil {
		t.Fatalf("%s is not in the graph", address)
	}
	return r
}

func id(address string) graph.Ref { return graph.Ref{Address: graph.Address(address), Attr: "id"} }

// targets lists where the edges of an attribute lead.
func targets(g *graph.Graph, address, via string) []string {
	var out []string
	for _, e := range g.To(graph.Key{Address: graph.Address(address)}) {
		if e.Via == via {
			out = append(out, string(e.To.Address))
		}
	}
	return out
}

func TestEveryAttributeIsPresentNullOrUnknown(t *testing.T) {
	g := build(
		resource("aws_db_instance.plain", object{"engine": "postgres", "multi_az": nil}),
		unknown(resource("aws_db_instance.unknown", object{}), "multi_az"),
		resource("aws_db_instance.texts", object{"multi_az": "true", "backup_retention_period": "7"}),
		resource("data.aws_subnet.looked_up", object{"id": "subnet-1"}),
	)
	type state struct {
		Value   any
		Present bool
		Why     string
	}
	for _, tt := range []struct {
		address, attr string
		want          state
	}{
		{"aws_db_instance.plain", "engine", state{"postgres", true, ""}},
		{"aws_db_instance.plain", "multi_az", state{false, true, ""}},
		{"aws_db_instance.plain", "backup_retention_period", state{0, true, ""}},
		{"aws_db_instance.plain", "replicate_source_db", state{nil, true, ""}},
		{"aws_db_instance.plain", "availability_zone", state{nil, false, catalog.ComputedWhy}},
		{"aws_db_instance.unknown", "multi_az", state{nil, false, "because of multi_az"}},
		{"aws_db_instance.texts", "multi_az", state{true, true, ""}},
		{"aws_db_instance.texts", "backup_retention_period", state{7, true, ""}},
		{"data.aws_subnet.looked_up", "id", state{"subnet-1", true, ""}},
		{"data.aws_subnet.looked_up", "map_public_ip_on_launch", state{nil, false, "data.aws_subnet.looked_up is read from the account"}},
	} {
		r := get(t, g, tt.address)
		v, ok := catalog.Value(r, tt.attr)
		if diff := cmp.Diff(tt.want, state{v, ok, r.Unknown[tt.attr]}); diff != "" {
			t.Errorf("%s of %s:\n%s", tt.attr, tt.address, diff)
		}
	}
}

func TestSecretsAreHidden(t *testing.T) {
	g := build(
		resource("aws_db_instance.text", object{"password": "hunter2"}),
		resource("aws_db_instance.literal", object{"password": graph.Hidden{Literal: true}}),
		resource("aws_db_instance.sensitive", object{"engine": graph.Hidden{}, "multi_az": graph.Hidden{}}),
	)
	if got := get(t, g, "aws_db_instance.text").Attrs["password"]; got != (graph.Hidden{}) {
		t.Errorf("a text is kept as %v", got)
	}
	if got := get(t, g, "aws_db_instance.literal").Attrs["password"]; got != (graph.Hidden{Literal: true}) {
		t.Errorf("a hidden literal is kept as %v", got)
	}
	r := get(t, g, "aws_db_instance.sensitive")
	for _, name := range []string{"engine", "multi_az"} {
		if _, present := r.Attrs[name]; present || r.Unknown[name] == "" {
			t.Errorf("%s, which is hidden and no secret, is %v (unknown: %q)", name, r.Attrs[name], r.Unknown[name])
		}
	}
}

func TestFactsThatAScannerCannotTellStayUnknown(t *testing.T) {
	g := build(unknown(resource("aws_vpc.plan", object{}), "_lifecycle"), resource("aws_vpc.code", object{}))
	if r := get(t, g, "aws_vpc.plan"); r.Facts["_lifecycle"] != nil {
		t.Errorf("_lifecycle was made up: %v", r.Facts)
	}
	if r := get(t, g, "aws_vpc.code"); r.Facts["_lifecycle"] == nil {
		t.Error("_lifecycle of code without a lifecycle block has no defaults")
	}
}

func TestAllTagsAreTheTagsUnlessTheSourceSays(t *testing.T) {
	g := build(
		resource("aws_vpc.none", object{}),
		resource("aws_vpc.tagged", object{"tags": object{"Env": "prod"}}),
		resource("aws_vpc.merged", object{"tags": object{"Env": "prod"}, "tags_all": object{"Env": "prod", "Team": "a"}}),
		unknown(resource("aws_vpc.open", object{"tags": object{"Env": "prod"}}), "tags.Team"),
		unknown(resource("aws_vpc.unknown", object{}), "tags"),
		unknown(resource("aws_vpc.plan", object{"tags": object{"Env": "prod"}}), "tags_all"),
	)
	for address, want := range map[string]any{"aws_vpc.none": nil, "aws_vpc.tagged": object{"Env": "prod"}, "aws_vpc.merged": object{"Env": "prod", "Team": "a"}, "aws_vpc.open": object{"Env": "prod"}, "aws_vpc.unknown": nil, "aws_vpc.plan": nil} {
		if diff := cmp.Diff(want, get(t, g, address).Attrs["tags_all"]); diff != "" {
			t.Errorf("%s:\n%s", address, diff)
		}
	}
	for address, path := range map[string]string{"aws_vpc.open": "tags_all.Team", "aws_vpc.unknown": "tags_all", "aws_vpc.plan": "tags_all"} {
		if get(t, g, address).Unknown[path] == "" {
			t.Errorf("%s of %s is not unknown", path, address)
		}
	}
}

func TestReferencesBecomeEdges(t *testing.T) {
	group := func(v any) *graph.Resource { return resource("aws_db_subnet_group.g", object{"subnet_ids": v}) }
	elsewhere := resource("aws_subnet.there", object{"id": "subnet-9"})
	elsewhere.Root = "other"
	otherRegion := resource("aws_subnet.far", object{"id": "subnet-3"})
	otherRegion.Facts["_region"] = "us-east-1"
	world := []*graph.Resource{
		resource("aws_subnet.a", object{"id": "subnet-1"}), resource("aws_subnet.b", object{"id": "subnet-2"}),
		resource("aws_subnet.twin", object{"id": "subnet-2"}), resource("aws_subnet.near", object{"id": "subnet-3"}), otherRegion,
		resource("aws_subnet.made", object{"id": "subnet-4"}), resource("data.aws_subnet.made", object{"id": "subnet-4"}), elsewhere,
	}
	for name, tt := range map[string]struct {
		value any
		refs  []graph.Ref
		want  []string
		open  bool
	}{
		"by reference":           {[]any{id("aws_subnet.a"), id("aws_subnet.b")}, nil, []string{"aws_subnet.a", "aws_subnet.b"}, false},
		"to what was not read":   {[]any{id("aws_subnet.a"), id("aws_subnet.z")}, nil, []string{"aws_subnet.a"}, true},
		"to another type":        {[]any{id("aws_db_subnet_group.g")}, nil, nil, false},
		"by literal":             {[]any{"subnet-1"}, nil, []string{"aws_subnet.a"}, false},
		"by unknown literal":     {[]any{"subnet-7"}, nil, nil, true},
		"by literal in template": {[]any{graph.Template("${aws_subnet.a.id}")}, nil, []string{"aws_subnet.a"}, false},
		"ambiguous":              {[]any{"subnet-2"}, nil, nil, true},
		"ambiguous but named":    {[]any{"subnet-2"}, []graph.Ref{id("aws_subnet.twin")}, []string{"aws_subnet.twin"}, false},
		"in the same region":     {[]any{"subnet-3"}, nil, []string{"aws_subnet.near"}, false},
		"rather than a look-up":  {[]any{"subnet-4"}, nil, []string{"aws_subnet.made"}, false},
		"in another root":        {[]any{"subnet-9"}, nil, []string{"aws_subnet.there"}, false},
	} {
		g := group(tt.value)
		g.Refs = map[string][]graph.Ref{"subnet_ids": tt.refs}
		built := build(append(slices.Clone(world), g)...)
		if diff := cmp.Diff(tt.want, targets(built, "aws_db_subnet_group.g", "subnet_ids")); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if _, open := get(t, built, "aws_db_subnet_group.g").Unknown["_to.subnet_ids[*]"]; open != tt.open {
			t.Errorf("%s: the edges are open: %v, want %v", name, open, tt.open)
		}
	}
}

func TestAListWithAnEmptyNameIsNotKnown(t *testing.T) {
	r := &graph.Resource{Address: "aws_lb.a", Type: "aws_lb", Attrs: map[string]any{"subnets": []any{""}, "security_groups": []any{"sg-1"}}}
	g := catalog.Build([]*graph.Resource{r}, catalog.Options{})
	got := g.Get(graph.Key{Address: "aws_lb.a"})
	if _, known := got.Attrs["subnets"]; known || got.Unknown["subnets"] == "" {
		t.Errorf("subnets: %v, %v", got.Attrs["subnets"], got.Unknown)
	}
	if _, known := got.Attrs["security_groups"]; !known {
		t.Errorf("security_groups: %v", got.Unknown)
	}
}

func TestWhatMayNotExistIsNoWitness(t *testing.T) {
	g := build(
		unknown(resource("aws_subnet.maybe", object{"availability_zone": "eu-west-1a"}), "_count"),
		resource("aws_subnet.sure", object{"availability_zone": "eu-west-1b"}),
		resource("aws_db_subnet_group.g", object{"subnet_ids": []any{id("aws_subnet.maybe"), id("aws_subnet.sure")}}),
	)
	if diff := cmp.Diff([]string{"aws_subnet.sure"}, targets(g, "aws_db_subnet_group.g", "subnet_ids")); diff != "" {
		t.Error(diff)
	}
	r := get(t, g, "aws_db_subnet_group.g")
	if !strings.Contains(r.Unknown["_to.subnet_ids[*]"], "aws_subnet.maybe may not exist") {
		t.Errorf("edges are not open: %v", r.Unknown)
	}
	if r.Unknown["_zones"] == "" {
		t.Errorf("zones are taken from a subnet that may not exist: %v", r.Facts["_zones"])
	}
}

func TestWhatAnUnreadModuleWasGivenIsOpen(t *testing.T) {
	call := func(name string, resolved any, to string) *graph.Resource {
		r := resource("terraform_module_call."+name, object{"resolved": resolved})
		r.Refs = map[string][]graph.Ref{"subnet": {id(to)}, "other": {id("aws_subnet.nowhere")}}
		return r
	}
	g := build(call("missing", false, "aws_subnet.given"), call("read", true, "aws_subnet.used"), resource("aws_subnet.given", object{}), resource("aws_subnet.used", object{}), resource("aws_subnet.own", object{}))
	for address, want := range map[string]string{
		"aws_subnet.given": "terraform_module_call.missing was given it and is not on disk", "aws_subnet.used": "", "aws_subnet.own": "",
	} {
		if got := get(t, g, address).Unknown["_from"]; got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	again := build(get(t, g, "aws_subnet.given"), call("missing", true, "aws_subnet.given"))
	if why := get(t, again, "aws_subnet.given").Unknown["_from"]; why != "" {
		t.Errorf("once the module is read nothing is open, but: %s", why)
	}
}

func TestZones(t *testing.T) {
	subnet := func(name string, zone any) *graph.Resource {
		return resource("aws_subnet."+name, object{"availability_zone": zone})
	}
	group := resource("aws_db_subnet_group.g", object{"subnet_ids": []any{id("aws_subnet.a"), id("aws_subnet.b")}})
	db := resource("aws_db_instance.d", object{"db_subnet_group_name": id("aws_db_subnet_group.g")})
	for name, tt := range map[string]struct {
		resources []*graph.Resource
		want      any // of aws_db_instance.d; nil: unknown
	}{
		"through a chain":               {[]*graph.Resource{subnet("a", "eu-west-1a"), subnet("b", "eu-west-1b"), group, db}, []any{"eu-west-1a", "eu-west-1b"}},
		"once each":                     {[]*graph.Resource{subnet("a", "eu-west-1a"), subnet("b", "eu-west-1a"), group, db}, []any{"eu-west-1a"}},
		"its own zone first":            {[]*graph.Resource{subnet("a", "eu-west-1a"), subnet("b", "eu-west-1b"), group, resource("aws_db_instance.d", object{"availability_zone": "eu-west-1c", "db_subnet_group_name": id("aws_db_subnet_group.g")})}, []any{"eu-west-1c"}},
		"symbols":                       {[]*graph.Resource{subnet("a", "eu-west-1#0"), subnet("b", "eu-west-1#1"), group, db}, []any{"eu-west-1#0", "eu-west-1#1"}},
		"one zone unknown":              {[]*graph.Resource{subnet("a", "eu-west-1a"), unknown(resource("aws_subnet.b", object{}), "availability_zone"), group, db}, nil},
		"one zone chosen by AWS":        {[]*graph.Resource{subnet("a", "eu-west-1a"), subnet("b", nil), group, db}, nil},
		"one subnet not read":           {[]*graph.Resource{subnet("a", "eu-west-1a"), group, db}, nil},
		"a list that may be longer":     {[]*graph.Resource{subnet("a", "eu-west-1a"), unknown(resource("aws_db_subnet_group.g", object{"subnet_ids": []any{id("aws_subnet.a")}}), "subnet_ids[*]"), db}, nil},
		"nothing set":                   {[]*graph.Resource{resource("aws_db_instance.d", object{})}, nil},
		"a name and a symbol":           {[]*graph.Resource{subnet("a", "eu-west-1a"), subnet("b", "eu-west-1#0"), group, db}, []any{"eu-west-1a"}},
		"a name and another symbol":     {[]*graph.Resource{subnet("a", "eu-west-1a"), subnet("b", "eu-west-1#2"), group, db}, []any{"eu-west-1a", "eu-west-1c"}},
		"a symbol without a letter":     {[]*graph.Resource{subnet("a", "us-west-1a"), subnet("b", "us-west-1#0"), group, db}, nil},
		"a symbol of an unknown region": {[]*graph.Resource{subnet("a", "eu-west-1a"), subnet("b", "?#0"), group, db}, nil},
		"only unknown regions":          {[]*graph.Resource{subnet("a", "?#1"), subnet("b", "?#0"), group, db}, []any{"?#0", "?#1"}},
		"an id and a name":              {[]*graph.Resource{subnet("a", "eu-west-1a"), resource("aws_subnet.b", object{"availability_zone_id": "euw1-az1"}), group, db}, nil},
		"ids":                           {[]*graph.Resource{resource("aws_subnet.a", object{"availability_zone_id": "euw1-az2"}), resource("aws_subnet.b", object{"availability_zone_id": "euw1-az1"}), group, db}, []any{"euw1-az1", "euw1-az2"}},
		"other regions do not mix":      {[]*graph.Resource{subnet("a", "us-east-1a"), subnet("b", "eu-west-1#0"), group, db}, []any{"eu-west-1#0", "us-east-1a"}},
	} {
		r := get(t, build(tt.resources...), "aws_db_instance.d")
		if diff := cmp.Diff(tt.want, r.Facts["_zones"]); diff != "" {
			t.Errorf("%s (unknown: %q):\n%s", name, r.Unknown["_zones"], diff)
		}
		if (tt.want == nil) != (r.Unknown["_zones"] != "") {
			t.Errorf("%s: unknown: %q", name, r.Unknown["_zones"])
		}
	}
}

func TestTypesWithoutAPlaceHaveNoZones(t *testing.T) {
	r := get(t, build(resource("aws_s3_bucket.b", object{})), "aws_s3_bucket.b")
	if _, ok := r.Facts["_zones"]; ok || r.Unknown["_zones"] != "" {
		t.Errorf("%v %v", r.Facts, r.Unknown)
	}
}

func TestStages(t *testing.T) {
	for name, tt := range map[string]struct {
		root   string
		object object
		opts   catalog.Options
		want   string
	}{
		"option":            {"", object{"tags": object{"Environment": "prod"}}, catalog.Options{Stage: "test"}, "test"},
		"tag":               {"stages/prod", object{"tags": object{"environment": "qa"}}, catalog.Options{}, "qa"},
		"default tag":       {"", object{"tags": object{}, "tags_all": object{"Stage": "dev"}}, catalog.Options{}, "dev"},
		"is-production":     {"", object{"tags": object{"is-production": "false"}}, catalog.Options{}, "non-production"},
		"account":           {"stages/prod", object{}, catalog.Options{AccountStages: map[string]string{"1": "sandbox"}}, "sandbox"},
		"root":              {"x", object{}, catalog.Options{RootStages: map[string]string{"x": "uat"}}, "uat"},
		"folder":            {"live/stages/prod/main", object{}, catalog.Options{}, "prod"},
		"folder by name":    {"terraform/staging", object{}, catalog.Options{}, "staging"},
		"nothing":           {"terraform/main", object{}, catalog.Options{}, ""},
		"a tag that is not": {"", object{"tags": object{"Environment": graph.Hidden{}}}, catalog.Options{}, ""},
	} {
		r := resource("aws_vpc.v", tt.object)
		r.Root, r.Facts["_account"] = tt.root, "1"
		g := catalog.Build([]*graph.Resource{r}, tt.opts)
		if got := g.Resources()[0].Stage; got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	for stage, want := range map[string]bool{"": true, "Prod": true, "live": true, "test": false, "non-production": false} {
		if catalog.Production(stage) != want {
			t.Errorf("%q is production: %v", stage, !want)
		}
	}
}

func TestFactsHaveTheStageOfWhatTheyAreAbout(t *testing.T) {
	tagged := func(name, stage string) *graph.Resource {
		return resource("aws_vpc."+name, object{"tags": object{"Env": stage}})
	}
	backend := resource("terraform_backend.b", object{})
	literal := resource("terraform_literal.l", object{})
	literal.Of = "aws_vpc.b"
	for name, tt := range map[string]struct {
		resources          []*graph.Resource
		ofBackend, literal string
	}{
		"one stage":  {[]*graph.Resource{tagged("a", "test"), tagged("b", "test"), resource("aws_vpc.c", object{})}, "test", "test"},
		"two stages": {[]*graph.Resource{tagged("a", "test"), tagged("b", "prod")}, "", "prod"},
		"none":       {[]*graph.Resource{resource("aws_vpc.b", object{})}, "", ""},
	} {
		g := build(append(tt.resources, backend, literal)...)
		if got := get(t, g, "terraform_backend.b").Stage; got != tt.ofBackend {
			t.Errorf("%s: the backend has stage %q, want %q", name, got, tt.ofBackend)
		}
		if got := get(t, g, "terraform_literal.l").Stage; got != tt.literal {
			t.Errorf("%s: the literal has stage %q, want %q", name, got, tt.literal)
		}
	}
}

func TestPartsHaveTheStageOfTheirOwner(t *testing.T) {
	owner := resource("aws_s3_bucket.b", object{"bucket": "b", "tags": object{"Env": "test"}})
	part, own := resource("aws_s3_bucket_versioning.v", object{"bucket": "b"}), resource("aws_s3_bucket_acl.a", object{"bucket": "b", "tags": object{"Env": "prod"}})
	part.Of, own.Of = "aws_s3_bucket.b", "aws_s3_bucket.b"
	g := build(owner, part, own, resource("aws_s3_bucket_policy.p", object{"bucket": "b"}))
	for address, want := range map[string]string{"aws_s3_bucket_versioning.v": "test", "aws_s3_bucket_acl.a": "prod", "aws_s3_bucket_policy.p": ""} {
		if got := get(t, g, address).Stage; got != want {
			t.Errorf("%s has stage %q, want %q", address, got, want)
		}
	}
}

func TestInlineBlocksBecomeResources(t *testing.T) {
	table := unknown(resource("aws_route_table.r", object{"vpc_id": id("aws_vpc.v"), "route": []any{
		object{"cidr_block": "0.0.0.0/0"}, object{"cidr_block": "10.0.0.0/8", "gateway_id": "igw-1"},
	}}), "route[0].nat_gateway_id", "route[*]")
	table.Refs = map[string][]graph.Ref{"route[0].nat_gateway_id": {id("aws_nat_gateway.n")}}
	g := build(table, resource("aws_vpc.v", object{}))
	first, second, more := get(t, g, "aws_route_table.r#route[0]"), get(t, g, "aws_route_table.r#route[1]"), get(t, g, "aws_route_table.r#route[*]")
	if first.Attrs["destination_cidr_block"] != "0.0.0.0/0" || first.Unknown["nat_gateway_id"] == "" || len(first.Refs["nat_gateway_id"]) != 1 {
		t.Errorf("%+v", first)
	}
	if second.Attrs["gateway_id"] != "igw-1" || second.Unknown["nat_gateway_id"] != "" {
		t.Errorf("%+v", second)
	}
	if more.Unknown["_count"] == "" || more.Unknown["gateway_id"] == "" {
		t.Errorf("%+v", more)
	}
	for _, part := range []*graph.Resource{first, second, more} {
		if part.Of != "aws_route_table.r" || part.Type != "aws_route" || part.Attrs["route_table_id"] != id("aws_route_table.r") {
			t.Errorf("%+v", part)
		}
	}
	if owner := get(t, g, "aws_route_table.r"); owner.Attrs["route"] != nil || owner.Unknown["route[*]"] != "" {
		t.Errorf("the inline blocks are still there: %+v", owner)
	}
}

// randomResources makes resources of catalog types with attributes in every state.
func randomResources(rng *rand.Rand, n int) []*graph.Resource {
	types := catalog.Types()
	var out []*graph.Resource
	for i := range n {
		t := types[rng.IntN(len(types))]
		r := resource(fmt.Sprintf("%s.r%d", t.Name, i), object{})
		r.Refs = map[string][]graph.Ref{}
		r.Data = !t.FactsOnly && rng.IntN(10) == 0
		if r.Data {
			r.Address = "data." + r.Address
		}
		out = append(out, r)
	}
	for _, r := range out {
		if rng.IntN(12) == 0 {
			unknown(r, "_count")
		}
		randomAttributes(rng, out, r, "", catalog.Lookup(r.Type).Attrs, r.Attrs)
	}
	return out
}

func randomAttributes(rng *rand.Rand, all []*graph.Resource, r *graph.Resource, prefix string, schema []catalog.Attr, into object) {
	for _, a := range schema {
		path := graph.Child(prefix, a.Name)
		switch rng.IntN(5) {
		case 0:
			into[a.Name] = nil
		case 1:
			unknown(r, path)
		case 2, 3:
			into[a.Name] = randomValue(rng, all, r, path, a)
		}
	}
}

func randomValue(rng *rand.Rand, all []*graph.Resource, r *graph.Resource, path string, a catalog.Attr) any {
	scalar := func() any {
		other := all[rng.IntN(len(all))]
		values := []any{"eu-west-1a", "eu-west-1#1", "true", "7", 3, false, "r1", graph.Hidden{}, id(string(other.Address)), graph.Template("arn:${" + string(other.Address) + ".arn}/*")}
		if len(a.Targets) == 0 {
			values = values[:8]
		}
		if path != a.Name { // entries look into blocks before secrets in them are hidden
			values = values[:7]
		}
		return values[rng.IntN(len(values))]
	}
	switch a.Kind {
	case catalog.Bool:
		return []any{true, "false"}[rng.IntN(2)]
	case catalog.Number:
		return []any{4, 0.5, "12"}[rng.IntN(3)]
	case catalog.List:
		return []any{scalar(), scalar()}
	case catalog.Map:
		return object{"Env": scalar(), "a.b": scalar()}
	case catalog.Document:
		return []any{`{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`, graph.Template(`{"Statement":[{"Action":["a","${?x}"],"Resource":"${aws_vpc.v.arn}"},"${?more}"]}`), "no json"}[rng.IntN(3)]
	case catalog.Block:
		var list []any
		for i := range 1 + rng.IntN(2) {
			block := object{}
			randomAttributes(rng, all, r, graph.Element(path, i), a.Attrs, block)
			list = append(list, block)
		}
		if rng.IntN(4) == 0 {
			unknown(r, graph.Element(path, graph.Any))
		}
		return list
	}
	return scalar()
}

func TestBuildingWhatWasBuiltGivesTheSame(t *testing.T) {
	for seed := range uint64(60) {
		resources := randomResources(rand.New(rand.NewPCG(seed, 1)), 60)
		before := cloneAll(resources)
		once := build(resources...)
		if diff := cmp.Diff(before, resources, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("seed %d: Build changed its argument:\n%s", seed, diff)
		}
		twice := build(once.Resources()...)
		if diff := cmp.Diff(once.Resources(), twice.Resources(), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("seed %d:\n%s", seed, diff)
		}
		if diff := cmp.Diff(once.Edges(), twice.Edges()); diff != "" {
			t.Errorf("seed %d:\n%s", seed, diff)
		}
	}
}

func cloneAll(resources []*graph.Resource) []*graph.Resource {
	out := make([]*graph.Resource, len(resources))
	for i, r := range resources {
		c := *r
		c.Attrs, _ = cloneValue(r.Attrs).(object)
		c.Unknown, c.Facts = maps.Clone(r.Unknown), maps.Clone(r.Facts)
		out[i] = &c
	}
	return out
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for k, x := range v {
			out[k] = cloneValue(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = cloneValue(x)
		}
		return out
	}
	return v
}

// Every attribute of a built resource is in exactly one state, and Attributes lists those that are known.
func TestNoAttributeIsMissing(t *testing.T) {
	g := build(randomResources(rand.New(rand.NewPCG(7, 7)), 500)...)
	for _, r := range g.Resources() {
		typ := catalog.Lookup(r.Type)
		if typ == nil {
			continue
		}
		for _, a := range typ.Attrs {
			_, known := catalog.Value(r, a.Name)
			_, listed := catalog.Attributes(r)[a.Name]
			_, present := r.Attrs[a.Name]
			_, unknown := r.Unknown[a.Name]
			if known == unknown || listed != known || present && unknown {
				t.Errorf("%s of %s: known %v, listed %v, present %v, unknown %v", a.Name, r.Address, known, listed, present, unknown)
			}
		}
	}
}

func BenchmarkBuild100000(b *testing.B) {
	resources := generate.Graph(100_000)
	b.ReportAllocs()
	for b.Loop() {
		if g := catalog.Build(resources, catalog.Options{}); len(g.Resources()) < 100_000 {
			b.Fatal(len(g.Resources()))
		}
	}
}
