package drift

import (
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// Account answers what Terraform's data sources ask, from what was read of accounts.
type Account struct {
	ofType map[string][]*graph.Resource
}

// NewAccount takes a graph of observed resources, built with catalog.Build.
func NewAccount(observed *graph.Graph) *Account {
	a := &Account{ofType: map[string][]*graph.Resource{}}
	for _, t := range observed.Types() {
		a.ofType[t] = observed.OfType(t)
	}
	return a
}

// listed are the data sources that give the ids of many things: their type, and the attribute that has the list.
// Source: AWS provider, the data sources of these names.
var listed = map[string]struct{ typ, id, list string }{
	"aws_subnets": {"aws_subnet", "id", "ids"}, "aws_subnet_ids": {"aws_subnet", "id", "ids"}, "aws_vpcs": {"aws_vpc", "id", "ids"},
	"aws_security_groups": {"aws_security_group", "id", "ids"}, "aws_route_tables": {"aws_route_table", "id", "ids"},
	"aws_instances": {"aws_instance", "id", "ids"}, "aws_nat_gateways": {"aws_nat_gateway", "id", "ids"}, "aws_eips": {"aws_eip", "id", "allocation_ids"},
}

// LookUp gives the attributes, in canonical words, of what a data source of a type finds with its arguments. ok is false when that
// is not exactly one thing, when an argument is not understood, or when the account could not be read completely. region and account
// are "" where they are not known; then the answer must be the same wherever it is.
func (a *Account) LookUp(typ, region, account string, arguments map[string]any) (attrs map[string]any, ok bool) {
	if typ == "aws_caller_identity" {
		return a.identity(account)
	}
	many, plural := listed[typ]
	if plural {
		typ = many.typ
	}
	found, ok := a.find(typ, region, account, arguments)
	switch {
	case !ok || len(found) == 0 && !plural:
		return nil, false
	case plural && one(found):
		ids := make([]any, 0, len(found))
		for _, r := range found {
			ids = append(ids, r.Attrs[many.id])
		}
		return map[string]any{many.list: ids}, true
	case len(found) != 1 || plural:
		return nil, false
	}
	return known(found[0]), true
}

// one says that all lie in one account and region.
func one(found []*graph.Resource) bool {
	for _, r := range found {
		if !samePlace(found[0], r) {
			return false
		}
	}
	return true
}

// known gives the attributes of which nothing is unknown.
func known(r *graph.Resource) map[string]any {
	out := maps.Clone(r.Attrs)
	maps.DeleteFunc(out, func(name string, v any) bool { return partlyUnknown(r, name) || !plain(v) })
	return out
}

// plain says that a value holds no secret and no reference.
func plain(v any) bool {
	switch v := v.(type) {
	case graph.Ref, graph.Template, graph.Hidden:
		return false
	case []any:
		return !slices.ContainsFunc(v, func(x any) bool { return !plain(x) })
	case map[string]any:
		for _, x := range v {
			if !plain(x) {
				return false
			}
		}
	}
	return true
}

// identity is the account when only one was read, or the one that the provider allows.
func (a *Account) identity(account string) (map[string]any, bool) {
	seen := map[string]bool{}
	for _, rs := range a.ofType {
		for _, r := range rs {
			if id, _ := r.Facts["_account"].(string); id != "" {
				seen[id] = true
			}
		}
	}
	if account == "" && len(seen) == 1 {
		for id := range seen {
			account = id
		}
	}
	if !seen[account] {
		return nil, false
	}
	return map[string]any{"account_id": account, "id": account}, true
}

// find lists the resources of a type that the arguments select. ok is false when some resource may or may not be selected.
func (a *Account) find(typ, region, account string, arguments map[string]any) (found []*graph.Resource, ok bool) {
	place := &graph.Resource{Facts: map[string]any{"_region": region, "_account": account}}
	for _, r := range a.ofType[typ] {
		if !samePlace(place, r) {
			continue
		}
		if _, perhaps := r.Unknown["_count"]; perhaps {
			return nil, false
		}
		is, understood := selects(r, arguments)
		if !understood {
			return nil, false
		}
		if is {
			found = append(found, r)
		}
	}
	return found, true
}

// selects says whether all arguments hold for r. understood is false for an argument that is no attribute and no filter.
func selects(r *graph.Resource, arguments map[string]any) (is, understood bool) {
	is = true
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		want := arguments[name]
		var holds bool
		switch {
		case want == nil || name == "region":
			continue
		case name == "filter":
			holds, understood = filtered(r, want)
		case name == "tags":
			holds, understood = tagged(r, want), true
		default:
			holds, understood = attribute(r, name, want)
		}
		if !understood {
			return false, false
		}
		is = is && holds
	}
	return is, true
}

func tagged(r *graph.Resource, want any) bool {
	have, _ := r.Attrs["tags_all"].(map[string]any)
	for k, v := range asMap(want) {
		if have[k] != v {
			return false
		}
	}
	return true
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// attribute compares an argument with the attribute of its name.
func attribute(r *graph.Resource, name string, want any) (holds, understood bool) {
	t := catalog.Lookup(r.Type)
	if t == nil || t.Attr(name) == nil {
		return false, false
	}
	have, known := catalog.Value(r, name)
	if !known {
		return false, false
	}
	a := t.Attr(name)
	return same(a, want, have), true
}

// filters are the names of EC2's filters that are not the attribute's name with dashes. Source: EC2 API Reference,
// DescribeSubnets, DescribeVpcs, DescribeSecurityGroups.
var filters = map[string]string{
	"cidr": "cidr_block", "group-name": "name", "group-id": "id", "subnet-id": "id", "isDefault": "default", "is-default": "default", "default-for-az": "default_for_az",
	"mapPublicIpOnLaunch": "map_public_ip_on_launch", "availabilityZone": "availability_zone", "availability-zone-id": "availability_zone_id",
}

// filtered applies filter blocks: each names a filter and the values of which one must hold; `*` and `?` match as in EC2.
func filtered(r *graph.Resource, blocks any) (holds, understood bool) {
	list, ok := blocks.([]any)
	if !ok {
		return false, false
	}
	holds = true
	for _, b := range list {
		block := asMap(b)
		name, _ := block["name"].(string)
		values, _ := block["values"].([]any)
		have, known := filterValue(r, name)
		if !known {
			return false, false
		}
		holds = holds && slices.ContainsFunc(values, func(v any) bool {
			pattern, ok := v.(string)
			return ok && matches(pattern, have)
		})
	}
	return holds, true
}

// filterValue gives what a filter compares, as text.
func filterValue(r *graph.Resource, name string) (value string, known bool) {
	if key, ok := strings.CutPrefix(name, "tag:"); ok {
		v, _ := asMap(r.Attrs["tags_all"])[key].(string)
		return v, true
	}
	attr, ok := filters[name]
	switch {
	case name == "vpc-id" && r.Type == "aws_vpc":
		attr = "id"
	case !ok:
		attr = strings.ReplaceAll(name, "-", "_")
	}
	t := catalog.Lookup(r.Type)
	if t == nil || t.Attr(attr) == nil {
		return "", false
	}
	v, known := catalog.Value(r, attr)
	switch v := v.(type) {
	case string:
		return v, known
	case bool:
		if v {
			return "true", known
		}
		return "false", known
	}
	return "", false
}

// matches compares a text with a pattern of `*` and `?`.
func matches(pattern, s string) bool {
	for len(pattern) > 0 {
		switch pattern[0] {
		case '*':
			for i := range len(s) + 1 {
				if matches(pattern[1:], s[i:]) {
					return true
				}
			}
			return false
		case '?':
			if s == "" {
				return false
			}
		default:
			if s == "" || s[0] != pattern[0] {
				return false
			}
		}
		pattern, s = pattern[1:], s[1:]
	}
	return s == ""
}
