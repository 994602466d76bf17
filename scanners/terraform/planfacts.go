package terraform

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// noPlan is why a plan cannot answer what only the code says.
const noPlan = "a plan does not say"

// setting is a value of a provider block, or why it is not known.
type setting struct {
	text, why string
}

var regionShape = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-\d+$`)
var accountShape = regexp.MustCompile(`^\d{12}$`)

// place says in which region and account a resource is.
func (p *plan) place(r *planInstance, cfg *planResource, out *graph.Resource) {
	if !strings.HasPrefix(r.typ, "aws_") {
		return
	}
	provider := p.provider(cfg.provider)
	if provider != nil {
		out.Facts["_provider"] = strings.TrimSuffix(provider.name+"."+provider.alias, ".")
	}
	if region, ok := r.values["region"].(string); ok && regionShape.MatchString(region) {
		out.Facts["_region"] = region
	} else if s := p.region(provider); s.text != "" {
		out.Facts["_region"] = s.text
	} else {
		out.Unknown["_region"] = s.why
	}
	if s := p.account(provider); s.text != "" {
		out.Facts["_account"] = s.text
	}
}

// provider gives the configuration with that key. A module that inherits a provider is listed under its
// own key in some versions: then the nearest one outside holds.
func (p *plan) provider(key string) *planProvider {
	for {
		if found := p.config.providers[key]; found != nil {
			return found
		}
		module, name, ok := strings.Cut(key, ":")
		if !ok {
			return nil
		}
		if parent, _ := splitLast(module); parent != "" {
			key = parent + ":" + name
		} else {
			key = name
		}
	}
}

func providerAddress(c *planProvider) string {
	address := "provider." + c.name
	if c.alias != "" {
		address += "." + c.alias
	}
	if c.module != "" {
		address = c.module + "." + address
	}
	return address
}

// region gives the region that a provider block names, or that data.aws_region read through it.
func (p *plan) region(c *planProvider) setting {
	if c == nil {
		return setting{why: "the configuration of the provider is not in the plan"}
	}
	if e := c.exprs["region"]; e != nil {
		if text, ok := p.constant(c, e).(string); ok && regionShape.MatchString(text) {
			return setting{text: text}
		}
		return setting{why: "the region of " + providerAddress(c) + " is not a constant or a variable"}
	}
	if text := p.dataValue(c, "aws_region", "region", "name", "id"); regionShape.MatchString(text) {
		return setting{text: text}
	}
	return setting{why: providerAddress(c) + " does not set a region: it comes from the environment"}
}

// account gives the account that a provider block allows alone, or that data.aws_caller_identity read.
func (p *plan) account(c *planProvider) setting {
	if c == nil {
		return setting{}
	}
	if text := p.dataValue(c, "aws_caller_identity", "account_id"); accountShape.MatchString(text) {
		return setting{text: text}
	}
	e := c.exprs["allowed_account_ids"]
	if e == nil || !e.known {
		return setting{}
	}
	if list, ok := e.constant.([]any); ok && len(list) == 1 && accountShape.MatchString(scalarText(list[0])) {
		return setting{text: scalarText(list[0])}
	}
	return setting{}
}

// dataValue gives an attribute of a data source that was read through a provider.
func (p *plan) dataValue(c *planProvider, typ string, attrs ...string) string {
	if p.lookups == nil {
		p.lookups = map[string][]*planInstance{}
		for _, r := range p.values.order {
			if r.mode == "data" && (r.typ == "aws_region" || r.typ == "aws_caller_identity") {
				p.lookups[r.typ] = append(p.lookups[r.typ], r)
			}
		}
	}
	for _, r := range p.lookups[typ] {
		cfg := r.module.config.resources[r.label()]
		if cfg == nil || p.provider(cfg.provider) != c || len(cfg.exprs) > 0 {
			continue
		}
		for _, a := range attrs {
			if s, ok := r.values[a].(string); ok && s != "" {
				return s
			}
		}
	}
	return ""
}

// constant gives the value of an expression that is a constant, or a variable alone; else nil.
func (p *plan) constant(c *planProvider, e *planExpr) any {
	s := p.values.scopes[c.module]
	if s == nil {
		return nil
	}
	for range maxPlanHops {
		if e.known {
			return e.constant
		}
		if len(e.mentions) != 1 || !strings.HasPrefix(e.mentions[0].base, "var.") || len(e.mentions[0].rest) > 0 {
			return nil
		}
		name := strings.TrimPrefix(e.mentions[0].base, "var.")
		if s.parent == nil {
			return p.variables[name]
		}
		call := s.parent.config.calls[s.call]
		if call == nil || call.exprs[name] == nil {
			return s.config.defaults[name]
		}
		e, s = call.exprs[name], s.parent
	}
	return nil
}

// facts makes the resources that stand for the code itself.
func (p *plan) facts() []*graph.Resource {
	if len(p.config.root.resources)+len(p.config.root.calls)+len(p.config.providers) == 0 {
		return nil
	}
	out := p.source.rootFacts(p.opts.Root)
	if out == nil {
		out = []*graph.Resource{p.rootFact(), p.backendFact()}
	}
	for _, key := range sortedKeys(p.config.providers) {
		if f := p.providerFact(p.config.providers[key]); f != nil {
			out = append(out, f)
		}
	}
	out = append(out, p.variableSecrets()...)
	return append(out, p.callFacts()...)
}

func (p *plan) backendFact() *graph.Resource {
	backend := p.fact("terraform_backend", "terraform.backend", "terraform.backend")
	backend.Unknown["_count"] = noPlan + " whether there is a backend"
	for _, name := range []string{"type", "bucket", "key", "region", "encrypt", "kms_key_id", "dynamodb_table", "use_lockfile", "workspace_key_prefix"} {
		backend.Unknown[name] = noPlan
	}
	return backend
}

func (p *plan) fact(typ, address, name string) *graph.Resource {
	return &graph.Resource{Root: p.opts.Root, Address: graph.Address(address), Type: typ, Name: name, Attrs: map[string]any{}, Unknown: map[string]string{}, Facts: map[string]any{},
		Origins: []graph.Origin{{Source: "plan", Scope: p.opts.Root, File: p.name}}}
}

func (p *plan) rootFact() *graph.Resource {
	f := p.fact("terraform_root", "terraform", "terraform")
	for _, name := range []string{"required_version", "has_backend", "has_lock_file", "workspace"} {
		f.Unknown[name] = noPlan
	}
	f.Attrs["applied"] = true
	f.Attrs["has_resources"] = slices.ContainsFunc(p.values.order, func(r *planInstance) bool { return r.mode == "managed" })
	list := []any{}
	for _, key := range sortedKeys(p.config.providers) {
		c := p.config.providers[key]
		if c.module != "" || c.alias != "" || strings.HasPrefix(c.fullName, "terraform.io/builtin/") {
			continue
		}
		var version any
		if c.version != "" {
			version = c.version
		}
		list = append(list, map[string]any{"name": c.name, "source": shortSource(c.fullName), "version": version})
	}
	f.Attrs["required_providers"] = list
	return f
}

// shortSource leaves out the registry that is meant when none is written.
func shortSource(fullName string) any {
	for _, host := range []string{"registry.terraform.io/", "registry.opentofu.org/"} {
		if rest, ok := strings.CutPrefix(fullName, host); ok {
			return rest
		}
	}
	if fullName == "" {
		return nil
	}
	return fullName
}

func (p *plan) providerFact(c *planProvider) *graph.Resource {
	if strings.HasPrefix(c.fullName, "terraform.io/builtin/") {
		return nil
	}
	f := p.fact("terraform_provider", providerAddress(c), strings.TrimSuffix("provider."+c.name+"."+c.alias, "."))
	f.Attrs["name"] = c.name
	f.Attrs["alias"] = nil
	if c.alias != "" {
		f.Attrs["alias"] = c.alias
	}
	if len(c.exprs) == 0 && c.alias == "" {
		f.Unknown["_count"] = noPlan + " whether there is a provider block without arguments"
	}
	if c.version != "" {
		f.Unknown["version"] = noPlan + " whether the constraint stands in the provider block"
	}
	p.locateProvider(f, c)
	if e := c.exprs["region"]; e != nil {
		if s := p.region(c); s.text != "" {
			f.Attrs["region"] = s.text
		} else {
			f.Unknown["region"] = s.why
		}
	}
	for _, name := range []string{"allowed_account_ids", "forbidden_account_ids"} {
		p.accountIDs(f, c, name)
	}
	p.assumeRole(f, c)
	for _, name := range []string{"access_key", "secret_key"} {
		if e := c.exprs[name]; e != nil {
			v := p.constant(c, e)
			f.Attrs[name] = graph.Hidden{Literal: v != nil && p.names.written(p.values.scopes[c.module], e, v)}
		}
	}
	return f
}

// locateProvider notes where a provider works, as it is noted for its resources.
func (p *plan) locateProvider(f *graph.Resource, c *planProvider) {
	if s := p.region(c); s.text != "" {
		f.Facts["_region"] = s.text
	}
	if s := p.account(c); s.text != "" {
		f.Facts["_account"] = s.text
	}
}

// accountIDs sets a list of accounts. A list that mentions a variable holds at least its value; what else it
// holds, a plan does not say.
func (p *plan) accountIDs(f *graph.Resource, c *planProvider, name string) {
	e := c.exprs[name]
	if e == nil {
		return
	}
	switch v := p.constant(c, e).(type) {
	case []any:
		f.Attrs[name] = v
		return
	case string:
		if accountShape.MatchString(v) {
			f.Attrs[name] = []any{v}
			f.Unknown[name+"[*]"] = noPlan + " what else the list holds"
			return
		}
	}
	f.Unknown[name] = noPlan + " what the list holds"
}

func (p *plan) assumeRole(f *graph.Resource, c *planProvider) {
	e := c.exprs["assume_role"]
	if e == nil {
		return
	}
	list := []any{}
	for i, block := range e.blocks {
		role := map[string]any{}
		if arn := block["role_arn"]; arn != nil {
			if text, ok := p.constant(c, arn).(string); ok {
				role["role_arn"] = text
			} else {
				f.Unknown[graph.Child(graph.Element("assume_role", i), "role_arn")] = noPlan
			}
		}
		list = append(list, role)
	}
	f.Attrs["assume_role"] = list
}

// variableSecrets makes one fact for each variable whose default is a secret. The variables of a module that is
// called several times stand under its first instance.
func (p *plan) variableSecrets() []*graph.Resource {
	var out []*graph.Resource
	seen := map[*planModule]bool{}
	for _, address := range sortedKeys(p.values.scopes) {
		s := p.values.scopes[address]
		if seen[s.config] {
			continue
		}
		seen[s.config] = true
		for _, name := range sortedKeys(s.config.defaults) {
			text, ok := s.config.defaults[name].(string)
			if !ok {
				continue
			}
			kind, placeholder, found := secretText(name, text, true)
			if !found && s.config.sensitive[name] && plausible(text) {
				kind, placeholder, found = "password", standsIn(text), true
			}
			if found {
				f := literalFact(p.opts.Root, s.join(""), literal{owner: "var." + name, path: "default", kind: kind, placeholder: placeholder})
				f.Origins = []graph.Origin{{Source: "plan", Scope: p.opts.Root, File: p.name}}
				out = append(out, f)
			}
		}
	}
	return out
}

// callFacts makes one fact for each module call in each module instance. A call without an instance is one
// whose module has no resources, or that is repeated no times.
func (p *plan) callFacts() []*graph.Resource {
	var out []*graph.Resource
	for _, address := range sortedKeys(p.values.scopes) {
		s := p.values.scopes[address]
		for _, name := range sortedKeys(s.config.calls) {
			c := s.config.calls[name]
			none := len(p.names.modules[s.join("module."+name)]) == 0
			if none && c.repeat != nil && c.repeat.known {
				continue
			}
			f := p.callFact(s, name, c)
			if none && c.repeat != nil {
				f.Unknown["_count"] = noPlan + " how often a module without resources is called"
			}
			out = append(out, f)
		}
	}
	return out
}

func (p *plan) callFact(s *planScope, name string, c *planCall) *graph.Resource {
	f := p.fact("terraform_module_call", s.join("module."+name), "module."+name)
	source := parseSource(c.source, c.version)
	f.Attrs["source"], f.Attrs["source_kind"], f.Attrs["ref"], f.Attrs["version"] = c.source, source.kind, nil, nil
	if source.ref != "" {
		f.Attrs["ref"] = source.ref
	}
	if c.version != "" {
		f.Attrs["version"] = c.version
	}
	f.Attrs["resolved"] = true
	if o, ok := p.locate(s.path(), "module", name); ok {
		o.Source, o.Scope = "plan", p.opts.Root
		f.Origins = []graph.Origin{o}
	}
	return f
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
