// Package dialects holds one architecture in three dialects against each other: as code, as the state that an apply of it leaves, and
// as the account that it makes.
package dialects

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	gocmp "github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// dialect is one reading of the story.
type dialect struct {
	name     string
	graph    *graph.Graph
	label    map[graph.Key]string // what a resource is called in every dialect
	verdicts map[string]string    // by policy and label
}

func read(t *testing.T, name string, found scanners.Found, err error) dialect {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	d := dialect{name: name, graph: catalog.Build(found.Resources, catalog.Options{}), label: map[graph.Key]string{}, verdicts: map[string]string{}}
	for _, r := range d.graph.Resources() {
		if l := d.labelOf(r); l != "" {
			d.label[r.Key()] = l
		}
	}
	return d
}

// names are the attributes that name a resource in every dialect.
var names = []string{"identifier", "replication_group_id", "bucket", "name", "domain_name", "function_name"}

// labelOf names a resource by what its author called it; by what it refers to, and which of several it is, when it has no name.
func (d dialect) labelOf(r *graph.Resource) string {
	if _, maybe := r.Unknown["_count"]; maybe || r.Data || strings.HasPrefix(r.Type, "terraform_") {
		return ""
	}
	if r.Of == "" && r.Type != "aws_route" {
		if tags, _ := r.Attrs["tags"].(map[string]any); tags["Name"] != nil {
			return fmt.Sprintf("%s %v", r.Type, tags["Name"])
		}
		for _, name := range names {
			if v, ok := r.Attrs[name].(string); ok && (name != "bucket" || r.Type == "aws_s3_bucket") {
				return r.Type + " " + v
			}
		}
	}
	parts := []string{r.Type}
	for _, e := range d.graph.To(r.Key()) {
		to := d.graph.Get(e.To)
		if name := d.labelOf(to); name != "" && to.Key() != r.Key() {
			parts = append(parts, e.Via+" "+name)
		}
	}
	for _, which := range []string{"port", "from_port", "cidr_ipv4", "destination_cidr_block"} {
		if v := r.Attrs[which]; v != nil {
			parts = append(parts, fmt.Sprint(v))
		}
	}
	return strings.Join(parts, ", ")
}

// edges lists what refers to what, by label, among the labels given, without what another dialect does not know.
func (d dialect) edges(among map[string]bool, other dialect) []string {
	var out []string
	for _, e := range d.graph.Edges() {
		from, to := d.label[e.From], d.label[e.To]
		if among[from] && among[to] && !slices.Contains(twice, e.Via) && !other.open(from, e.Via) {
			out = append(out, fmt.Sprintf("%s --%s--> %s", from, e.Via, to))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// open says whether a dialect does not know an attribute of what is called by a label, or all of its targets.
func (d dialect) open(label, via string) bool {
	r := d.called(label)
	for p := range r.Unknown {
		s := graph.Schematic(strings.TrimPrefix(p, "_to."))
		if s == via || strings.HasPrefix(via, s+".") || s == via+"[*]" {
			return true
		}
	}
	return false
}

func (d dialect) called(label string) *graph.Resource {
	for key, l := range d.label {
		if l == label {
			return d.graph.Get(key)
		}
	}
	return nil
}

func (d dialect) labels() map[string]bool {
	out := map[string]bool{}
	for _, l := range d.label {
		out[l] = true
	}
	return out
}

func (d dialect) judge(t *testing.T, set *policies.Set) {
	t.Helper()
	results, err := set.Evaluate(context.Background(), d.graph, policies.Options{Today: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range results.Problems {
		t.Errorf("%s: %s: %s", d.name, p.Policy, p.Why)
	}
	for _, r := range results.Results {
		if l := d.label[r.Key]; l != "" {
			key := r.Policy + " of " + l
			d.verdicts[key] = cmp.Or(worse(d.verdicts[key], string(r.Verdict)), string(r.Verdict))
		}
	}
}

// worse gives the worse of two verdicts: a resource may be denied for several reasons.
func worse(a, b string) string {
	for _, v := range []string{"fail", "undecided", "pass", "not_applicable"} {
		if a == v || b == v {
			return v
		}
	}
	return ""
}

// made seeds the story in a moto of its own: the names of buckets are there once.
func made(t *testing.T, id string) sdk.Config {
	t.Helper()
	cfg := moto.Patched(t, nil).Config(t, id, "eu-west-1")
	seed(t, cfg, id)
	return cfg
}

func readAccount(t *testing.T, cfg sdk.Config, id string) dialect {
	t.Helper()
	found, err := aws.New([]aws.Account{{ID: id, Regions: []string{"eu-west-1"}, Config: cfg}}, aws.Options{Services: services.All()}).Scan(t.Context())
	return read(t, "account", found, err)
}

func readCode(t *testing.T) dialect {
	t.Helper()
	found, err := terraform.New(os.DirFS("testdata/story"), terraform.Options{}).Scan(t.Context())
	return read(t, "code", found, err)
}

func readState(t *testing.T, text string) dialect {
	t.Helper()
	found, err := terraform.NewState(strings.NewReader(text), "story.tfstate", terraform.PlanOptions{}).Scan(t.Context())
	return read(t, "state", found, err)
}

func stateText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/story.tfstate")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCodeStateAndAccountAreOneGraph(t *testing.T) {
	t.Parallel()
	const id = "320000000001"
	code, state, live := readCode(t), readState(t, stateText(t)), readAccount(t, made(t, id), id)
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []dialect{code, state, live} {
		d.judge(t, set)
	}
	compare(t, set, code, live)
	compare(t, set, code, state)
	compareVerdicts(t, set, state, live, state.labels())
}

// onlyThere is what every account has without any code: settings, those that every bucket has and that a state repeats, and what moto
// makes. (AWS says of a NAT gateway's network interface that a service made it.)
var onlyThere = []string{
	"aws_s3_bucket_acl, bucket aws_s3_bucket shop-images", "aws_s3_bucket_request_payment_configuration, bucket aws_s3_bucket shop-images",
	"aws_s3_bucket_server_side_encryption_configuration, bucket aws_s3_bucket shop-images",
	"aws_account", "aws_ebs_encryption_by_default", "aws_ecr_registry_scanning_configuration",
	"aws_ebs_snapshot", "aws_memorydb_subnet_group default", "aws_network_interface, subnet_id aws_subnet public-a",
}

// twice are references that the provider and AWS write besides others that say the same.
var twice = []string{"launch_template.name", "subnet_mapping.subnet_id", "traffic_source.identifier"}

// double are attributes about which moto answers something else than it was told, or nothing, and policies that read them.
var double = []string{
	"aws_elasticache_replication_group.num_cache_clusters", "aws_elasticache_replication_group.auto_minor_version_upgrade", "aws_elasticache_replication_group.subnet_group_name",
	"aws_lb.enable_cross_zone_load_balancing",                                                     // always on in application load balancers, and off in code, which means the others
	"elasticache.app_only", "elasticache.encryption", "elasticache.failover", "elasticache.zones", // of replication groups
	"rds.backups_outlive", // the plans of AWS Backup
}

// asked are policies about what only an account, or only code, can tell.
var asked = []string{"acm.expiry", "acm.create_before_destroy", "rds.exports"}

// compare holds b, which was made, against a, which may leave open what AWS chooses.
func compare(t *testing.T, set *policies.Set, a, b dialect) {
	t.Helper()
	common := a.labels()
	var more, fewer []string
	for l := range b.labels() {
		if !common[l] && !slices.Contains(onlyThere, l) {
			more = append(more, l)
		}
	}
	for l := range common {
		if !b.labels()[l] {
			fewer = append(fewer, l)
			delete(common, l)
		}
	}
	if len(more)+len(fewer) > 0 {
		t.Errorf("%s alone has %q\n%s alone has %q", b.name, more, a.name, fewer)
	}
	if diff := gocmp.Diff(a.edges(common, b), b.edges(common, a)); diff != "" {
		t.Errorf("references of %s (-) and %s (+):\n%s", a.name, b.name, diff)
	}
	for l := range common {
		for _, attr := range different(a.called(l), b.called(l)) {
			t.Errorf("%s of %s is %v in %s and %v in %s", attr, l, a.called(l).Attrs[attr], a.name, b.called(l).Attrs[attr], b.name)
		}
	}
	compareVerdicts(t, set, a, b, common)
}

// different lists the attributes that a sets and that have another value in b.
func different(a, b *graph.Resource) []string {
	var out []string
	for i, attr := range catalog.Lookup(a.Type).Attrs {
		v, w := a.Attrs[attr.Name], b.Attrs[attr.Name]
		_, known := catalog.Value(b, attr.Name)
		skip := attr.Derived || attr.Name == "id" || attr.Name == "arn" || attr.Name == "tier" || a.Of != "" && strings.HasPrefix(attr.Name, "tags") || slices.Contains(double, a.Type+"."+attr.Name)
		if known && !skip && !agrees(&catalog.Lookup(a.Type).Attrs[i], v, w) {
			out = append(out, attr.Name)
		}
	}
	return out
}

// agrees says whether w is what v says. What v leaves out AWS chose; a default of the provider need not have been said; references are compared as edges.
func agrees(attr *catalog.Attr, v, w any) bool {
	switch v := v.(type) {
	case nil, graph.Ref, graph.Template, graph.Hidden:
		return true
	case []any:
		list, _ := w.([]any)
		if attr.Kind != catalog.Block || len(v) == 0 {
			return len(v) == 0 || len(attr.Targets) > 0 || reflect.DeepEqual(v, w)
		}
		return len(v) == len(list) && !slices.ContainsFunc(attr.Attrs, func(inner catalog.Attr) bool {
			for i := range v {
				x, _ := v[i].(map[string]any)
				y, _ := list[i].(map[string]any)
				if !agrees(&inner, x[inner.Name], y[inner.Name]) {
					return true
				}
			}
			return false
		})
	}
	if len(attr.Targets) > 0 || reflect.DeepEqual(v, w) {
		return true
	}
	return (w == nil || w == "" || w == 0) && (reflect.DeepEqual(v, attr.Default) || v == false || v == 0)
}

// compareVerdicts wants the same verdicts, but for policies that ask for what code has and an account has not, or the other way round.
func compareVerdicts(t *testing.T, set *policies.Set, a, b dialect, common map[string]bool) {
	t.Helper()
	skipped := map[string]bool{}
	metas, err := set.Policies()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range metas {
		skipped[m.ID] = m.Live == "skip"
	}
	decided := 0
	for key, v := range a.verdicts {
		policy, label, _ := strings.Cut(key, " of ")
		w := b.verdicts[key]
		switch {
		case !common[label] || skipped[policy] || slices.Contains(double, policy) || slices.Contains(asked, policy):
		case v == w:
			if v == "pass" || v == "fail" {
				decided++
			}
		case v == "undecided": // what code leaves open, an account may settle
		default:
			t.Errorf("%s: %s in %s and %s in %s", key, v, a.name, w, b.name)
		}
	}
	if decided < 60 {
		t.Errorf("%s and %s agree on %d verdicts that are decided, which is too few to be a comparison", a.name, b.name, decided)
	}
}
