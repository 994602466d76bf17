package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// dataAttr gives an attribute of a data source that can be told without asking AWS. ok is false where it cannot.
func (e *evaluator) dataAttr(i *instance, name string, symbolic bool) (val, bool) {
	switch i.r.typ {
	case "aws_availability_zones":
		return e.zoneNames(i, name)
	case "aws_region":
		return e.regionAttr(i, name)
	case "aws_caller_identity":
		if name == "account_id" || name == "id" {
			p, _ := e.providerOf(i.r)
			v := e.account(p)
			if v.why != "" {
				v = e.accountNumber(i, name, symbolic)
			}
			return v, true
		}
	case "aws_partition":
		return e.partitionAttr(i, name)
	case "aws_service_principal":
		return e.servicePrincipal(i, name)
	case "aws_iam_policy_document":
		switch name {
		case "json", "minified_json":
			return e.policyDocument(i, symbolic), true
		}
	case "template_file":
		if name == "rendered" {
			return e.renderedTemplate(i, symbolic), true
		}
	case "null_data_source":
		if name == "outputs" {
			return e.own(i, "inputs", symbolic)
		}
	case "terraform_remote_state":
		if name == "outputs" || i.r.block.Body.Attributes[name] == nil {
			return e.remoteState(i), true
		}
	}
	return val{}, false
}

// accountNumber is the number of an account that nothing says: a reference, so that the text around it is known.
func (e *evaluator) accountNumber(i *instance, name string, symbolic bool) val {
	ref := graph.Ref{Root: e.rootPath(), Address: i.addr, Attr: name}
	out := val{v: e.tokens.unknown(ref), why: string(i.addr) + " is read from the account", refs: []graph.Ref{ref}}
	if symbolic {
		out.v = e.tokens.symbolic(out.v)
	}
	return out
}

// servicePrincipal names the principal of a service. Where the partition is not known, or is one where some services
// have names of another form (China), it is left open. Source: AWS provider, data source aws_service_principal.
func (e *evaluator) servicePrincipal(i *instance, name string) (val, bool) {
	service, ok := e.own(i, "service_name", false)
	partition, _ := e.partitionAttr(i, "partition")
	if name != "name" || !ok || stringOf(service.v) == "" || !strings.HasPrefix(stringOf(partition.v)+"-", "aws-") || stringOf(partition.v) == "aws-cn" {
		return val{}, false
	}
	if own, ok := e.own(i, "region", false); ok && !own.v.IsNull() && (stringOf(own.v) == "" || strings.HasPrefix(stringOf(own.v), "cn-")) {
		return val{}, false
	}
	service.v = cty.StringVal(stringOf(service.v) + ".amazonaws.com")
	return service, true
}

// zoneNames makes symbolic zones: as many as the region has, three where the region is not known. A symbol
// differs from every other symbol of the region.
func (e *evaluator) zoneNames(i *instance, name string) (val, bool) {
	if name != "names" && name != "zone_ids" {
		return val{}, false
	}
	why := func(s string) (val, bool) {
		return val{v: cty.UnknownVal(cty.List(cty.String)), why: fmt.Sprintf("%s is read from the account: %s", i.addr, s)}, true
	}
	all, written := e.own(i, "all_availability_zones", false)
	if written && !all.v.IsNull() && !all.v.RawEquals(cty.False) {
		return why("local zones may be among them")
	}
	for _, b := range i.r.block.Body.Blocks {
		if b.Type == "filter" && literalText(b.Body, "name") != "opt-in-status" || b.Type == "dynamic" {
			return why("they are filtered")
		}
	}
	region := "?"
	p, _ := e.providerOf(i.r)
	own, hasOwn := e.own(i, "region", false)
	if !hasOwn {
		own = e.region(p)
	}
	if s := stringOf(own.v); s != "" {
		region = s
	}
	n := len(catalog.RegionZones(region))
	if n == 0 {
		n = 3
	}
	for _, arg := range []string{"exclude_names", "exclude_zone_ids"} {
		excluded, ok := e.own(i, arg, false)
		if !ok || excluded.v.IsNull() {
			continue
		}
		if !excluded.v.IsKnown() || !excluded.v.CanIterateElements() {
			return why(excluded.why)
		}
		n -= excluded.v.LengthInt()
	}
	zones := make([]cty.Value, 0, max(n, 0))
	for z := range max(n, 0) {
		zones = append(zones, cty.StringVal(catalog.SymbolicZone(region, z)))
	}
	if len(zones) == 0 {
		return known(cty.ListValEmpty(cty.String)), true
	}
	return known(cty.ListVal(zones)), true
}

func (e *evaluator) regionAttr(i *instance, name string) (val, bool) {
	if own, ok := e.own(i, "name", false); ok && (name == "name" || name == "id" || name == "region") {
		return own, true
	}
	p, _ := e.providerOf(i.r)
	v := e.region(p)
	switch name {
	case "name", "id", "region":
		if v.why != "" {
			v.v = cty.UnknownVal(cty.String)
		}
		return v, true
	}
	return val{}, false
}

// partitionAttr gives the partition of the provider's region. Source: IAM User Guide, "IAM ARNs".
func (e *evaluator) partitionAttr(i *instance, name string) (val, bool) {
	p, _ := e.providerOf(i.r)
	region := stringOf(e.region(p).v)
	partition, suffix, reverse := "aws", "amazonaws.com", "com.amazonaws"
	switch {
	case strings.HasPrefix(region, "cn-"):
		partition, suffix, reverse = "aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"
	case strings.HasPrefix(region, "us-gov-"):
		partition = "aws-us-gov"
	case region == "":
		return val{v: cty.UnknownVal(cty.String), why: string(i.addr) + " depends on the region, which is not known"}, name == "partition" || name == "id" || name == "dns_suffix" || name == "reverse_dns_prefix"
	}
	switch name {
	case "partition", "id":
		return known(cty.StringVal(partition)), true
	case "dns_suffix":
		return known(cty.StringVal(suffix)), true
	case "reverse_dns_prefix":
		return known(cty.StringVal(reverse)), true
	}
	return val{}, false
}

func (e *evaluator) remoteState(i *instance) val {
	backend := ""
	if v, ok := e.own(i, "backend", false); ok {
		backend = stringOf(v.v)
	}
	where := ""
	if v, ok := e.own(i, "config", false); ok && v.v.IsKnown() && !v.v.IsNull() && v.v.CanIterateElements() {
		config := v.v
		if config.Type().IsTupleType() && config.LengthInt() == 1 {
			config = config.Index(cty.Zero)
		}
		if config.Type().IsObjectType() || config.Type().IsMapType() {
			m := config.AsValueMap()
			for _, k := range []string{"bucket", "key", "path", "organization"} {
				if s := stringOf(m[k]); m[k] != cty.NilVal && s != "" {
					where = strings.TrimPrefix(where+"/"+s, "/")
				}
			}
		}
	}
	return unknown(strings.Join(slices.DeleteFunc([]string{string(i.addr), "is read from the state", strings.TrimSuffix(backend+":"+where, ":")}, func(s string) bool { return s == "" }), " "))
}

// renderedTemplate renders data.template_file.
func (e *evaluator) renderedTemplate(i *instance, symbolic bool) val {
	text, ok := e.own(i, "template", false)
	if !ok {
		return unknown(string(i.addr) + " has no template")
	}
	if !text.v.IsKnown() || stringOf(text.v) == "" {
		text.v = cty.UnknownVal(cty.String)
		return text
	}
	vars, ok := e.own(i, "vars", symbolic)
	if !ok || vars.v.IsNull() {
		vars = known(cty.EmptyObjectVal)
	}
	if vars.v.Type().IsTupleType() && vars.v.IsKnown() && vars.v.LengthInt() == 1 { // vars { ... } of 0.11
		vars.v = vars.v.Index(cty.Zero)
	}
	if !vars.v.IsKnown() || !vars.v.Type().IsObjectType() && !vars.v.Type().IsMapType() {
		vars.v = cty.UnknownVal(cty.String)
		return vars
	}
	where := at(i.r.block.DefRange())
	if _, why := tooDeep([]byte(stringOf(text.v)), where); why != "" {
		return unknown(why)
	}
	x, diags := hclsyntax.ParseTemplate([]byte(stringOf(text.v)), where, hcl.InitialPos)
	if diags.HasErrors() {
		return unknown("the template of " + string(i.addr) + " has an error: " + diagText(diags))
	}
	ctx := &hcl.EvalContext{Variables: vars.v.AsValueMap(), Functions: e.functions}
	form := hclsyntax.Expression(x)
	if symbolic {
		ctx.Functions, form = e.symbolic, symbolicExpr(x)
		before := e.why
		e.why = firstOf(vars.why, "it is not known")
		defer func() { e.why = before }()
	}
	v, diags := form.Value(ctx)
	if diags.HasErrors() {
		return unknown("the template of " + string(i.addr) + " cannot be rendered: " + diagText(diags))
	}
	vars.v, _ = v.UnmarkDeep()
	vars.refs = union(text.refs, vars.refs)
	if vars.v.IsWhollyKnown() {
		vars.why, vars.later = "", false
	}
	return vars
}
