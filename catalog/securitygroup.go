package catalog

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

func securityGroupTypes() []Type {
	return []Type{
		{
			Name:    "aws_security_group",
			Aliases: []string{"aws_default_security_group"},
			Scope:   Configuration,
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "name_prefix"},
				{Name: "description", Default: "Managed by Terraform"},
				{Name: "vpc_id", Computed: true, Targets: to("aws_vpc")},
				{Name: "revoke_rules_on_delete", Kind: Bool, Default: false},
			},
			Split: splitSecurityGroup,
		},
		{
			Name: "aws_vpc_security_group_ingress_rule", Scope: Configuration,
			Attrs: ruleAttrs(), Split: normaliseRule,
		},
		{
			Name: "aws_vpc_security_group_egress_rule", Scope: Configuration,
			Attrs: ruleAttrs(), Split: normaliseRule,
		},
		{
			// The rule itself becomes ingress and egress rules of one source each.
			Name: "aws_security_group_rule", Scope: Configuration,
			Attrs: []Attr{
				{Name: "type", Enum: []string{"ingress", "egress"}},
				{Name: "security_group_id", Targets: to("aws_security_group")},
				{Name: "description"},
			},
			Split: splitSecurityGroupRule,
		},
		{
			Name: "aws_ec2_managed_prefix_list", Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "address_family", Enum: []string{"IPv4", "IPv6"}},
				{Name: "max_entries", Kind: Number},
				{Name: "entry", Kind: Block, Attrs: []Attr{{Name: "cidr"}, {Name: "description"}}},
			},
		},
		{
			Name: "aws_network_acl", Aliases: []string{"aws_default_network_acl"}, Scope: Configuration,
			Attrs: []Attr{
				{Name: "vpc_id", Targets: to("aws_vpc")},
				{Name: "default_network_acl_id"},
				{Name: "subnet_ids", Kind: List, Computed: true, Targets: to("aws_subnet")},
			},
			Split: splitNetworkACL,
		},
		{
			Name: "aws_network_acl_rule", Scope: Configuration,
			Attrs: []Attr{
				{Name: "network_acl_id", Targets: to("aws_network_acl")},
				{Name: "egress", Kind: Bool, Default: false},
				{Name: "rule_number", Kind: Number},
				{Name: "rule_action", Enum: []string{"allow", "deny"}},
				{Name: "protocol"},
				{Name: "cidr_block"},
				{Name: "ipv6_cidr_block"},
				{Name: "from_port", Kind: Number},
				{Name: "to_port", Kind: Number},
			},
		},
	}
}

// addressTargets are what an IPv4 source may be written as: the range of a VPC or subnet, or one address.
var addressTargets = []Target{
	{Type: "aws_vpc", By: []string{"cidr_block"}}, {Type: "aws_subnet", By: []string{"cidr_block"}},
	{Type: "aws_eip", By: []string{"public_ip"}}, {Type: "aws_instance"}, {Type: "aws_nat_gateway"}, {Type: "aws_network_interface"},
}

// ruleAttrs are those of aws_vpc_security_group_*_rule: one source, one range of ports.
func ruleAttrs() []Attr {
	return []Attr{
		{Name: "security_group_id", Targets: to("aws_security_group")},
		{Name: "ip_protocol", Enum: []string{"-1", "tcp", "udp", "icmp"}},
		{Name: "from_port", Kind: Number},
		{Name: "to_port", Kind: Number},
		{Name: "cidr_ipv4", Derived: true, Targets: addressTargets},
		{Name: "cidr_ipv6"},
		{Name: "prefix_list_id", Targets: to("aws_ec2_managed_prefix_list")},
		{Name: "referenced_security_group_id", Targets: to("aws_security_group")},
		{Name: "description"},
	}
}

// splitSecurityGroup turns inline ingress and egress blocks into rules of one source each, at
// "OWNER#ingress[0].cidr_blocks[1]".
// Source: AWS provider, aws_security_group: a block allows every source that it lists.
func splitSecurityGroup(r *graph.Resource) []*graph.Resource {
	var parts []*graph.Resource
	for _, name := range []string{"ingress", "egress"} {
		blocks := SplitBlocks(r, name, "aws_vpc_security_group_"+name+"_rule", func(part *graph.Resource, _ map[string]any) {
			part.Attrs["security_group_id"] = OwnRef(r)
		})
		for _, block := range blocks {
			parts = append(parts, oneSourceEach(block)...)
		}
	}
	return parts
}

// splitSecurityGroupRule does the same to aws_security_group_rule, at "ADDRESS#cidr_blocks[0]".
// A rule whose direction is not known may be either.
func splitSecurityGroupRule(r *graph.Resource) []*graph.Resource {
	kinds := []string{"ingress", "egress"}
	if kind, ok := r.Attrs["type"].(string); ok {
		kinds = []string{kind}
	}
	var parts []*graph.Resource
	for _, kind := range kinds {
		whole := Part(r, "aws_vpc_security_group_"+kind+"_rule", "")
		whole.Address = r.Address
		if len(kinds) > 1 {
			whole.Address += graph.Address("#" + kind)
			whole.Unknown["_count"] = r.Unknown["type"]
		}
		for _, a := range ruleForms {
			copyAttr(r, whole, a)
		}
		for _, a := range []string{"security_group_id", "description"} {
			copyAttr(r, whole, a)
		}
		parts = append(parts, oneSourceEach(whole)...)
	}
	for _, a := range ruleForms {
		removeAttr(r, a)
	}
	return parts
}

// ruleForms are the attributes of an older rule that its parts take over.
var ruleForms = []string{
	"protocol", "from_port", "to_port", "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids",
	"security_groups", "source_security_group_id", "self",
}

// oneSourceEach takes a rule in the older form, which lists sources, and gives one rule for each.
func oneSourceEach(r *graph.Resource) []*graph.Resource {
	rename(r, "protocol", "ip_protocol")
	var parts []*graph.Resource
	for _, s := range []struct{ list, one string }{
		{"cidr_blocks", "cidr_ipv4"}, {"ipv6_cidr_blocks", "cidr_ipv6"}, {"prefix_list_ids", "prefix_list_id"},
		{"security_groups", "referenced_security_group_id"},
	} {
		parts = append(parts, eachSource(r, s.list, s.one)...)
	}
	if v := r.Attrs["source_security_group_id"]; v != nil && v != "" || r.Unknown["source_security_group_id"] != "" {
		part := bareRule(r, "source_security_group_id")
		copyAttr(r, part, "source_security_group_id")
		rename(part, "source_security_group_id", "referenced_security_group_id")
		parts = append(parts, part)
	}
	if v, why := r.Attrs["self"], r.Unknown["self"]; v == true || v == "true" || why != "" {
		part := bareRule(r, "self")
		part.Attrs["referenced_security_group_id"] = r.Attrs["security_group_id"]
		if why != "" {
			part.Unknown["_count"] = why
		}
		parts = append(parts, part)
	}
	if why, ok := r.Unknown["_count"]; ok && len(parts) == 0 && strings.HasSuffix(string(r.Address), "[*]") {
		part := bareRule(r, "source")
		for _, a := range ruleAttrs() {
			if part.Attrs[a.Name] == nil {
				part.Unknown[a.Name] = why
			}
		}
		parts = append(parts, part)
	}
	return parts
}

// eachSource gives one rule for each element of the list of sources; a list that is not known, or may be
// longer, gives one that may not exist.
func eachSource(r *graph.Resource, list, one string) []*graph.Resource {
	var parts []*graph.Resource
	sources, _ := r.Attrs[list].([]any)
	for i, v := range sources {
		path := graph.Element(list, i)
		part := bareRule(r, path)
		if why, ok := r.Unknown[path]; ok {
			part.Unknown[one] = why
		} else {
			part.Attrs[one] = v
		}
		if refs := r.Refs[path]; refs != nil {
			part.Refs[one] = refs
		}
		parts = append(parts, part)
	}
	for _, p := range []string{list, graph.Element(list, graph.Any)} {
		why, ok := r.Unknown[p]
		if v := r.Attrs[list]; p == list && v != nil && sources == nil {
			why, ok = later(v), true
		}
		if !ok {
			continue
		}
		part := bareRule(r, graph.Element(list, graph.Any))
		part.Unknown[one], part.Unknown["_count"] = why, why
		parts = append(parts, part)
	}
	return parts
}

// bareRule is the rule r without its sources.
func bareRule(r *graph.Resource, label string) *graph.Resource {
	part := *r
	sep := "#"
	if strings.Contains(string(r.Address), "#") {
		sep = "."
	}
	part.Address = r.Address + graph.Address(sep+label)
	if part.Of == "" {
		part.Of = r.Address
	}
	part.Attrs, part.Unknown, part.Refs, part.Facts = map[string]any{}, map[string]string{}, map[string][]graph.Ref{}, maps.Clone(r.Facts)
	for _, a := range []string{"security_group_id", "ip_protocol", "from_port", "to_port", "description", "tags"} {
		copyAttr(r, &part, a)
	}
	if why, ok := r.Unknown["_count"]; ok {
		part.Unknown["_count"] = why
	}
	return &part
}

// copyAttr gives the whole of attribute a of `from`, with what is unknown in it and its references, to `to`.
func copyAttr(from, to *graph.Resource, a string) {
	if v, ok := from.Attrs[a]; ok {
		to.Attrs[a] = v
	}
	for p, why := range from.Unknown {
		if _, ok := below(p, a); ok {
			to.Unknown[p] = why
		}
	}
	for p, refs := range from.Refs {
		if _, ok := below(p, a); ok {
			to.Refs[p] = refs
		}
	}
}

func removeAttr(r *graph.Resource, a string) {
	delete(r.Attrs, a)
	for p := range r.Unknown {
		if _, ok := below(p, a); ok {
			delete(r.Unknown, p)
		}
	}
}

// normaliseRule writes a protocol in one way, and a rule for all protocols without ports.
// Source: EC2 API, IpPermission: "Use -1 to specify all protocols", which allows traffic on all ports.
func normaliseRule(r *graph.Resource) []*graph.Resource {
	narrowSource(r)
	normaliseProtocol(r)
	return nil
}

var narrow = regexp.MustCompile(`\$\{[^?{}][^{}]*\}/[1-9][0-9]*$`)

// narrowSource makes unknown a source that is written through something that may be any range: what is kept is
// the range or address of a resource, which is not the whole internet.
func narrowSource(r *graph.Resource) {
	known := true
	switch v := r.Attrs["cidr_ipv4"].(type) {
	case graph.Ref:
		known = slices.ContainsFunc(addressTargets, func(t Target) bool { return t.Type == typeIn(v.Address) })
	case graph.Template:
		known = narrow.MatchString(string(v))
	}
	if !known {
		r.Unknown["cidr_ipv4"] = later(r.Attrs["cidr_ipv4"])
		delete(r.Attrs, "cidr_ipv4")
	}
}

func normaliseProtocol(r *graph.Resource) {
	p, ok := r.Attrs["ip_protocol"].(string)
	if !ok {
		if n, isNumber := r.Attrs["ip_protocol"].(int); isNumber {
			p, ok = strconv.Itoa(n), true
		}
	}
	if !ok {
		return
	}
	p = strings.ToLower(p)
	if name, known := map[string]string{"all": "-1", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}[p]; known {
		p = name
	}
	r.Attrs["ip_protocol"] = p
	if p == "-1" {
		for _, a := range []string{"from_port", "to_port"} {
			removeAttr(r, a)
		}
	}
}

// splitNetworkACL turns inline blocks into aws_network_acl_rule.
func splitNetworkACL(r *graph.Resource) []*graph.Resource {
	var parts []*graph.Resource
	for _, name := range []string{"ingress", "egress"} {
		parts = append(parts, SplitBlocks(r, name, "aws_network_acl_rule", func(part *graph.Resource, _ map[string]any) {
			part.Attrs["network_acl_id"] = OwnRef(r)
			part.Attrs["egress"] = name == "egress"
			rename(part, "rule_no", "rule_number")
			rename(part, "action", "rule_action")
			dropEmpty(part.Attrs)
		})...)
	}
	return parts
}
