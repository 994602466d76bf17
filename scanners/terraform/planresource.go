package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// noConfig stands for the configuration of a resource that the plan tells nothing about.
var noConfig = &planResource{}

// resource turns one instance into a resource, and its literal secrets into facts.
func (p *plan) resource(r *planInstance) []*graph.Resource {
	cfg := r.module.config.resources[r.label()]
	if cfg == nil {
		cfg = noConfig
	}
	out := &graph.Resource{
		Root: p.opts.Root, Address: graph.Address(r.address), Type: r.typ, Name: r.name + addressKey(r.key), Data: r.mode == "data",
		Attrs: r.values, Unknown: map[string]string{}, Refs: p.refs(r, cfg), Facts: map[string]any{}, Origins: []graph.Origin{p.origin(r)},
	}
	t := &translation{plan: p, in: r, cfg: cfg, out: out}
	for _, path := range r.unknown {
		t.unknown(path)
	}
	p.lifecycle(r, out, noPlan)
	p.place(r, cfg, out)
	return append([]*graph.Resource{out}, t.hideSecrets()...)
}

func (p *plan) origin(r *planInstance) graph.Origin {
	if o, ok := p.locate(r.module.path(), r.block(), r.name); ok {
		o.Source, o.Scope = "plan", p.opts.Root
		return o
	}
	return graph.Origin{Source: "plan", Scope: p.opts.Root, File: p.name}
}

// lifecycle notes the lifecycle block where the code lies beside.
func (p *plan) lifecycle(r *planInstance, out *graph.Resource, why string) {
	if l, ok := p.source.lifecycle(r.module.path(), r.block(), r.name); ok {
		out.Facts["_lifecycle"] = l
	} else if !out.Data {
		out.Unknown["_lifecycle"] = why
	}
}

// refs lists what the expressions of a resource mention, by schematic path.
func (p *plan) refs(r *planInstance, cfg *planResource) map[string][]graph.Ref {
	out := map[string][]graph.Ref{}
	ctx := planContext{scope: r.module, key: r.key, repeat: cfg.repeat}
	var walk func(prefix string, exprs map[string]*planExpr)
	walk = func(prefix string, exprs map[string]*planExpr) {
		for _, name := range sortedKeys(exprs) {
			path := graph.Child(prefix, name)
			for _, block := range exprs[name].blocks {
				walk(path, block)
			}
			if refs := p.names.resolve(ctx, exprs[name].mentions).refs; len(refs) > 0 {
				out[path] = mergeRefs(out[path], refs)
			}
		}
	}
	walk("", cfg.exprs)
	if refs := p.names.resolve(ctx, cfg.depends).refs; len(refs) > 0 {
		out["depends_on"] = refs
	}
	return out
}

func mergeRefs(have, more []graph.Ref) []graph.Ref {
	if len(have) == 0 {
		return more
	}
	have = slices.Clip(have)
	for _, ref := range more {
		if !slices.Contains(have, ref) {
			have = append(have, ref)
		}
	}
	return have
}

// translation is the work on one resource.
type translation struct {
	plan *plan
	in   *planInstance
	cfg  *planResource
	out  *graph.Resource
}

// unknown settles one location of after_unknown: it becomes the reference that its expression is, or it
// is listed with the reason.
func (t *translation) unknown(path string) {
	steps, err := graph.ParsePath(path)
	if err != nil || len(steps) == 0 {
		return
	}
	e, whole, placed := exprAt(t.cfg.exprs, steps, t.in.values)
	switch {
	case !placed:
		t.mark(path, steps, "the block is made by `dynamic` or by a set, and a plan does not keep its expressions")
		return
	case e == nil && whole && t.unset(path):
		t.remove(steps)
		return
	case e == nil && t.kind(path) == catalog.Block:
		t.mark(path, steps, "known after apply; a plan does not keep the expressions of `dynamic` blocks")
		return
	case e == nil:
		t.mark(path, steps, catalog.ComputedWhy)
		return
	}
	found := t.plan.names.resolve(planContext{scope: t.in.module, key: t.in.key, repeat: t.cfg.repeat}, e.mentions)
	if v := t.value(path, steps, whole, found); v != nil {
		t.put(steps, v)
		return
	}
	if len(found.refs) > 0 && t.out.Refs[path] == nil {
		t.out.Refs[path] = found.refs
	}
	t.mark(path, steps, found.why())
}

// chosen lists, by type, nested blocks, and arguments that the catalog reads in another form, that the provider fills in when they are not set, so that a plan
// to create has them as known after apply. Other blocks are only unknown when `dynamic` makes them.
// Source: AWS provider, schemas of version 5: optional and computed blocks.
var chosen = map[string][]string{
	"aws_autoscaling_group":             {"availability_zone_distribution", "traffic_source"},
	"aws_default_network_acl":           {"ingress", "egress"},
	"aws_default_route_table":           {"route"},
	"aws_default_security_group":        {"ingress", "egress"},
	"aws_dynamodb_table":                {"point_in_time_recovery", "server_side_encryption", "ttl"},
	"aws_elasticache_replication_group": {"node_group_configuration"},
	"aws_iam_role":                      {"inline_policy", "managed_policy_arns"},
	"aws_instance":                      {"metadata_options", "root_block_device", "ebs_block_device", "network_interface", "maintenance_options", "instance_market_options"},
	"aws_kinesis_stream":                {"stream_mode_details"},
	"aws_launch_configuration":          {"root_block_device", "ebs_block_device"},
	"aws_launch_template":               {"metadata_options"},
	"aws_lb":                            {"subnet_mapping"},
	"aws_lb_listener":                   {"mutual_authentication"},
	"aws_lb_target_group":               {"health_check", "stickiness"},
	"aws_nat_gateway":                   {"availability_zone_address"},
	"aws_network_acl":                   {"ingress", "egress"},
	"aws_network_interface":             {"attachment"},
	"aws_opensearch_domain":             {"cluster_config", "encrypt_at_rest", "node_to_node_encryption", "domain_endpoint_options", "advanced_security_options", "software_update_options"},
	"aws_route_table":                   {"route"},
	"aws_s3_bucket":                     {"acl", "policy", "acceleration_status", "request_payer", "versioning", "logging", "website", "lifecycle_rule", "replication_configuration", "server_side_encryption_configuration", "object_lock_configuration", "cors_rule", "grant"},
	"aws_secretsmanager_secret":         {"replica"},
	"aws_security_group":                {"ingress", "egress"},
}

// unset says that the code does not set an attribute of the catalog. It is then left out, as a reader of
// the code leaves it out, and the catalog says what holds.
func (t *translation) unset(path string) bool {
	typ := catalog.Lookup(t.in.typ)
	if t.cfg == noConfig || typ == nil || path == "tags_all" {
		return false
	}
	if slices.Contains(chosen[typ.Name], path) {
		return true
	}
	if now, ok := typ.Renamed[path]; ok {
		path = now
	}
	a := typ.Attr(path)
	return a != nil && (a.Kind != catalog.Block || a.Computed)
}

// value gives the references that the location holds, or nil when that cannot be told.
func (t *translation) value(path string, steps []graph.Step, whole bool, found resolved) any {
	refs := withAttr(found.refs, path)
	last := steps[len(steps)-1]
	kind := t.kind(path)
	switch {
	case len(found.open) > 0 || len(refs) == 0:
		return nil
	case whole && kind == catalog.List:
		if found.mixed || t.plan.source.otherLength(t.in, path, len(refs)) {
			return nil
		}
		list := make([]any, len(refs))
		for i := range refs {
			list[i] = refs[i]
		}
		return list
	case whole && kind == catalog.Document:
		return t.document(refs)
	case whole && kind != catalog.Map && kind != catalog.Block:
		return one(refs)
	case !whole && last.Index >= 0:
		return t.element(path, last.Index, refs, found.mixed)
	case !whole && last.Index < 0:
		return t.entry(path, last.Name, refs)
	}
	return nil
}

// document gives a policy document that a data source makes, as far as it is known.
func (t *translation) document(refs []graph.Ref) any {
	if len(refs) != 1 {
		return nil
	}
	r := t.plan.values.byAddress[string(refs[0].Address)]
	if r != nil && r.typ == "aws_iam_policy_document" && r.mode == "data" && refs[0].Attr == "json" {
		if text, ok := t.plan.policyText(r); ok {
			return text
		}
	}
	return refs[0]
}

func one(refs []graph.Ref) any {
	if len(refs) == 1 {
		return refs[0]
	}
	return nil
}

// element gives what unknown element i of a list refers to, when as many names are left over as
// elements are unknown.
func (t *translation) element(path string, i int, refs []graph.Ref, mixed bool) any {
	list := path[:strings.LastIndexByte(path, '[')]
	var open []int
	for _, p := range t.in.unknown {
		if rest, ok := strings.CutPrefix(p, list+"["); ok && strings.IndexByte(rest, ']') == len(rest)-1 {
			n := 0
			if _, err := fmt.Sscanf(rest, "%d]", &n); err == nil {
				open = append(open, n)
			}
		}
	}
	if len(refs) != len(open) {
		refs = slices.DeleteFunc(slices.Clone(refs), t.plan.isKnown)
	}
	at := slices.Index(open, i)
	if len(refs) != len(open) || at < 0 || mixed && len(refs) != 1 {
		return nil
	}
	return refs[at]
}

// isKnown says whether the plan knows the attribute that is referred to, so that it is no unknown value.
func (p *plan) isKnown(ref graph.Ref) bool {
	r := p.values.byAddress[string(ref.Address)]
	return r != nil && r.values[ref.Attr] != nil
}

// entry gives what an unknown entry of a map refers to. Of several names it takes the one whose type
// the key speaks of: TargetGroup is an aws_lb_target_group.
func (t *translation) entry(path, key string, refs []graph.Ref) any {
	switch kind := t.kind(path); {
	case len(refs) == 1 && kind == catalog.List:
		return []any{refs[0]}
	case len(refs) == 1:
		return refs[0]
	case kind != catalog.Map:
		return nil
	}
	word := snake(key)
	for _, suffix := range []string{"_name", "_id", "_identifier", "_arn"} {
		word = strings.TrimSuffix(word, suffix)
	}
	named := slices.DeleteFunc(slices.Clone(refs), func(ref graph.Ref) bool {
		return !strings.HasSuffix(typeOf(ref.Address), "_"+word)
	})
	return one(named)
}

// snake turns TargetGroup into target_group.
func snake(s string) string {
	var b strings.Builder
	for i, c := range s {
		if c >= 'A' && c <= 'Z' {
			if i > 0 && (s[i-1] < 'A' || s[i-1] > 'Z') {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}

// typeOf gives the resource type of an address.
func typeOf(a graph.Address) string {
	s := string(a)
	if m := moduleOf(s); m != "" {
		s = s[len(m)+1:]
	}
	typ, _, _ := strings.Cut(strings.TrimPrefix(s, "data."), ".")
	return typ
}

func (t *translation) kind(path string) catalog.Kind {
	typ := catalog.Lookup(t.in.typ)
	if typ == nil {
		return catalog.Any
	}
	if now, ok := typ.Renamed[path]; ok {
		path = now
	}
	if a := typ.Attr(path); a != nil {
		return a.Kind
	}
	return catalog.Any
}

// withAttr gives references to whole resources the attribute that a reference at that path most likely means.
func withAttr(refs []graph.Ref, path string) []graph.Ref {
	attr := "id"
	if strings.HasSuffix(path, "arn") || strings.HasSuffix(graph.Schematic(path), "arns") {
		attr = "arn"
	}
	out := slices.Clone(refs)
	for i := range out {
		if out[i].Attr == "" {
			out[i].Attr = attr
		}
	}
	return out
}

// put sets the value at a location whose surroundings are there.
func (t *translation) put(steps []graph.Step, v any) {
	last := steps[len(steps)-1]
	switch c := t.around(steps).(type) {
	case map[string]any:
		c[last.Name] = v
	case []any:
		if last.Index >= 0 && last.Index < len(c) {
			c[last.Index] = v
		}
	}
}

// mark lists a location as unknown and takes it off the values; in a list, nil keeps its place.
func (t *translation) mark(path string, steps []graph.Step, why string) {
	t.out.Unknown[path] = why
	t.remove(steps)
}

func (t *translation) remove(steps []graph.Step) {
	last := steps[len(steps)-1]
	switch c := t.around(steps).(type) {
	case map[string]any:
		delete(c, last.Name)
	case []any:
		if last.Index >= 0 && last.Index < len(c) {
			c[last.Index] = nil
		}
	}
}

func (t *translation) around(steps []graph.Step) any {
	var v any = t.in.values
	for _, s := range steps[:len(steps)-1] {
		v = planChild(v, s)
	}
	return v
}
