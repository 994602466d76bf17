package catalog

import (
	"slices"
	"strings"
	"sync"
)

// Source is a type, and attributes of it, that Build looks at to derive something.
type Source struct {
	Type       string
	Attributes []string // top-level names; facts such as "_zones" among them
}

// Sources lists what Build looks at to derive an attribute or a fact ("_zones") of a type, besides the attribute itself. What a source
// needs in its turn is not listed.
func Sources(typ, name string) []Source {
	t := Lookup(typ)
	switch {
	case t == nil:
		return nil
	case name == "_zones":
		return zoneSources(t)
	case name == "_documents":
		return []Source{{t.Name, documentNames(t)}}
	case name == "_stage":
		return []Source{{t.Name, []string{"tags", "tags_all"}}}
	case name == "public" && t.Name == "aws_subnet":
		return routingSources()
	case name == "peers" && t.Name == "aws_subnet":
		return peerSources()
	case name == "stages" && t.Name == "aws_account":
		return stageSources()
	case slices.Contains([]string{"names", "domains", "wildcards"}, name) && t.Name == "aws_acm_certificate":
		return []Source{{t.Name, []string{"domain_name", "subject_alternative_names"}}}
	case name == "siblings" && t.Name == "aws_route53_record":
		return []Source{{t.Name, []string{"zone_id", "name", "type", "failover_routing_policy", "set_identifier"}}, {"aws_route53_zone", []string{"name", "vpc"}}}
	}
	return nil
}

// derivedNames are what Sources answers for.
var derivedNames = []string{"_zones", "_documents", "_stage", "public", "peers", "stages", "siblings", "names", "domains", "wildcards"}

// Alone says whether Build derives nothing from a top-level attribute of a type: no edge, no zone, no document, no stage, and no other
// resource is told by it. What the type's Split makes of it is not looked at.
func Alone(typ, name string) bool {
	t := Lookup(typ)
	if t == nil || t.FactsOnly || t.SameID == name || slices.Contains(dictionary.ids[t.Name], name) {
		return false
	}
	a := t.Attr(name)
	return a != nil && !refers(*a) && !feeds()[[2]string{t.Name, name}]
}

// refers says whether a value, or a part of it, may refer to resources or be a document.
func refers(a Attr) bool {
	return len(a.Targets) > 0 || a.Kind == Document || slices.ContainsFunc(a.Attrs, refers)
}

// feeds lists the attributes that Sources names, by type and name.
var feeds = sync.OnceValue(func() map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, t := range Types() {
		for _, name := range derivedNames {
			for _, s := range Sources(t.Name, name) {
				for _, a := range s.Attributes {
					out[[2]string{s.Type, a}] = true
				}
			}
		}
	}
	return out
})

// stageSources are the resources whose tags tell the stages of an account: those that a stage is made of.
func stageSources() []Source {
	var out []Source
	for _, typ := range []string{
		"aws_autoscaling_group", "aws_db_instance", "aws_dynamodb_table", "aws_ecs_cluster", "aws_eks_cluster", "aws_elasticache_replication_group",
		"aws_instance", "aws_lambda_function", "aws_lb", "aws_rds_cluster", "aws_s3_bucket", "aws_vpc",
	} {
		out = append(out, Source{typ, []string{"tags", "tags_all"}})
	}
	return out
}

func zoneSources(t *Type) []Source {
	var out []Source
	for _, path := range t.ZonesFrom {
		first, _, _ := strings.Cut(path, ".")
		out = append(out, Source{t.Name, []string{first}})
		a := t.Attr(path)
		if a == nil {
			continue
		}
		for _, target := range a.Targets {
			out = append(out, Source{target.Type, append([]string{"_zones"}, target.By...)})
		}
	}
	return out
}

func documentNames(t *Type) []string {
	var out []string
	for _, a := range t.Attrs {
		if a.Kind == Document || holdsDocument(a.Attrs) {
			out = append(out, a.Name)
		}
	}
	return out
}

func holdsDocument(attrs []Attr) bool {
	for _, a := range attrs {
		if a.Kind == Document || holdsDocument(a.Attrs) {
			return true
		}
	}
	return false
}

// routingSources are the types that publicSubnets follows.
func routingSources() []Source {
	out := []Source{
		{"aws_subnet", []string{"vpc_id", "map_public_ip_on_launch"}}, {"aws_vpc", []string{"default", "default_route_table_id", "main_route_table_id"}},
		{"aws_internet_gateway", []string{"vpc_id"}}, {"aws_route", []string{"gateway_id"}}, {"aws_route_table", []string{"vpc_id"}},
		{"aws_route_table_association", []string{"route_table_id"}}, {"aws_main_route_table_association", []string{"route_table_id"}},
	}
	for _, typ := range sortedKeys(routingEdges) {
		out = append(out, Source{typ, routingEdges[typ]})
	}
	return out
}

// peerSources are the types that subnetPeers looks at.
func peerSources() []Source {
	return append(routingSources(),
		Source{"aws_subnet", []string{"_zones", "vpc_id", "map_public_ip_on_launch", "ipv6_native", "outpost_arn", "tags", "tags_all"}},
		Source{"aws_route_table", []string{"propagating_vgws"}}, Source{"aws_network_acl", []string{"subnet_ids"}},
		Source{"aws_route", append([]string{"destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"}, hops...)},
	)
}

// Ends gives what must be read for the edges of the reference at a path of a type to be found: the attribute itself, and the
// attributes by which its targets are named. ok is false when no such reference is in the catalog.
func Ends(from, path string) (out []Source, ok bool) {
	t := Lookup(from)
	if t == nil {
		return nil, false
	}
	for _, r := range t.References() {
		if r.Path != path {
			continue
		}
		first, _, _ := strings.Cut(path, ".")
		out = append(out, Source{t.Name, []string{first}})
		for _, target := range r.Targets {
			out = append(out, Source{target.Type, append([]string{"id", "arn"}, target.By...)})
		}
		return out, true
	}
	return nil, false
}
