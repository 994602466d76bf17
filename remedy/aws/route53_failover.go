package aws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

const recordWord, checkWord = "aws_route53_record", "aws_route53_health_check"

// route53Failover makes a pair of one record, in one batch: a simple record and a routed one of the same name cannot stand side by side, and
// Route 53 carries all of a batch out or nothing. The health check is made before, and must see the first half up.
// Source: Amazon Route 53 API Reference, ChangeResourceRecordSets.
var route53Failover = Fix{
	ID: "route53-failover", Title: "a second half answers when the first is down",
	Takes: []string{"+" + checkWord, "+" + recordWord, recordWord + ".failover_routing_policy", recordWord + ".failover_routing_policy.type", recordWord + ".health_check_id", recordWord + ".set_identifier"},
	Does:  []string{"route53:ChangeResourceRecordSets", "route53:CreateHealthCheck"}, Undoes: []string{"route53:ChangeResourceRecordSets", "route53:DeleteHealthCheck"},
	Reads: []string{"route53:GetChange", "route53:GetHealthCheck", "route53:GetHealthCheckStatus", "route53:ListResourceRecordSets"},
	Risk:  remedy.Risk{Class: "online", Detail: "The answer stays the same as long as the health check sees the first half; a check that flaps moves the traffic back and forth."},
	Undo:  fully, Seconds: 300,
	only: routed, find: otherHalf,
	plan: func(d *draft) {
		f := d.failoverPair()
		if d.err != nil {
			return
		}
		d.healthCheck(&f)
		d.pair(f)
	},
}

// routed says whether changes are about failover: other records are made by other fixes.
func routed(changes graph.Patch) bool {
	return slices.ContainsFunc(changes, func(c graph.Change) bool {
		attrs, _ := c.New.(map[string]any)
		return c.Op == graph.Set || c.Type == checkWord || !empty(attrs["failover_routing_policy"])
	})
}

// otherHalf finds the record that a new one is to be the second half of.
func otherHalf(g *graph.Graph, root string, attrs map[string]any) *graph.Resource {
	for _, r := range g.OfType(recordWord) {
		if r.Root == root && r.Attrs["type"] == attrs["type"] && sameName(r.Attrs["name"], attrs["name"]) && r.Attrs["set_identifier"] != attrs["set_identifier"] {
			return r
		}
	}
	return nil
}

func sameName(a, b any) bool {
	plain := func(v any) string { return strings.ToLower(strings.TrimSuffix(fmt.Sprint(v), ".")) }
	return plain(a) == plain(b)
}

// failover is what a pair is made of.
type failover struct {
	zone          string
	records       *source // those of the name and type
	prior         params
	first, second params         // nil when the first half is there already
	check         map[string]any // the health check that is to be made, nil when there is none
	name, kind    string
}

// failoverPair reads the record and the changes: exactly one half more, and a health check for the first.
func (d *draft) failoverPair() failover {
	f := failover{zone: d.text("zone_id"), name: d.text("fqdn") + ".", kind: d.text("type")}
	f.records = d.look("route53:ListResourceRecordSets", params{"HostedZoneId": f.zone, "StartRecordName": f.name, "StartRecordType": f.kind, "MaxItems": 2})
	f.prior, _ = f.records.get("ResourceRecordSets[0]").(map[string]any)
	if d.err == nil && (!sameName(f.prior["Name"], f.name) || f.prior["Type"] != f.kind) {
		d.refuse(remedy.NotFound, "the zone has no record %s of type %s any more", f.name, f.kind)
	}
	f.records.still("the record", "ResourceRecordSets[0]")
	f.records.require("it is the only one of its name and type", fmt.Sprintf("ResourceRecordSets[?Type=%s][?Name=%s].#", f.kind, f.prior["Name"]), remedy.Equals, 1)
	if ttl := number(f.prior["TTL"]); d.err == nil && ttl != nil && *ttl > 60 {
		d.refuse(remedy.PreconditionFails, "its answer is remembered for %v seconds: lower the TTL to 60 first", f.prior["TTL"])
	}
	for _, c := range d.job.changes {
		attrs, _ := d.resolvedButMade(c.New).(map[string]any)
		switch {
		case c.Type == checkWord && f.check == nil:
			f.check = attrs
		case c.Type == recordWord && c.Op == graph.Create && f.second == nil:
			f.second = d.half(f, attrs)
		case c.Op == graph.Create:
			d.refuse(remedy.PreconditionFails, "a pair is one record more and one health check")
		}
	}
	d.firstHalf(&f)
	d.twin(f)
	if d.err == nil && f.second == nil {
		d.refuse(remedy.PreconditionFails, "the change has no second half: create a record of the same name and type with failover_routing_policy SECONDARY beside it")
	}
	return f
}

// resolvedButMade puts the values of references in their place, but for those to what the step itself makes.
func (d *draft) resolvedButMade(v any) any {
	attrs, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := params{}
	for k, x := range attrs {
		if !slices.ContainsFunc(graph.RefsIn(x), func(r graph.Ref) bool { return d.makesNew(r.Address) }) {
			out[k] = d.resolved(x)
		}
	}
	return out
}

// makesNew says whether the changes create what is at an address.
func (d *draft) makesNew(a graph.Address) bool {
	return slices.ContainsFunc(d.job.changes, func(c graph.Change) bool { return c.Op == graph.Create && c.Address == a })
}

// half is the record set of a new record.
func (d *draft) half(f failover, attrs map[string]any) params {
	out := params{"Name": f.prior["Name"], "Type": f.kind, "SetIdentifier": attrs["set_identifier"], "Failover": first(attrs["failover_routing_policy"], "type")}
	if out["Failover"] != "SECONDARY" || out["SetIdentifier"] == nil {
		d.refuse(remedy.PreconditionFails, "the new half needs a set_identifier and failover_routing_policy SECONDARY")
	}
	if alias := attrs["alias"]; !empty(alias) {
		out["AliasTarget"] = params{"HostedZoneId": first(alias, "zone_id"), "DNSName": first(alias, "name"), "EvaluateTargetHealth": first(alias, "evaluate_target_health") == true}
		if first(alias, "zone_id") == nil || first(alias, "name") == nil {
			d.refuse(remedy.PreconditionFails, "the alias of the new half needs a name and a zone_id")
		}
		return out
	}
	list, _ := attrs["records"].([]any)
	var values []any
	for _, v := range list {
		values = append(values, params{"Value": v})
	}
	if len(values) == 0 || attrs["ttl"] == nil {
		d.refuse(remedy.PreconditionFails, "the new half needs an alias, or records and a ttl")
	}
	out["ResourceRecords"], out["TTL"] = values, attrs["ttl"]
	return out
}

// firstHalf is the record that is there, with what makes it the first half.
func (d *draft) firstHalf(f *failover) {
	if f.prior["Failover"] == "PRIMARY" {
		return
	}
	for _, m := range []string{"SetIdentifier", "Failover", "Weight", "Region", "GeoLocation", "MultiValueAnswer", "CidrRoutingConfig", "GeoProximityLocation"} {
		if f.prior[m] != nil {
			d.refuse(remedy.PreconditionFails, "the record is routed by its %s: only a simple one becomes a pair", m)
		}
	}
	id, _ := d.wantedSet("set_identifier")
	typ, ok := d.wantedSet("failover_routing_policy[0].type")
	if !ok {
		policy, _ := d.wantedSet("failover_routing_policy")
		typ = first(policy, "type")
	}
	if id == nil || typ != "PRIMARY" {
		d.refuse(remedy.PreconditionFails, "the record that is there needs a set_identifier and failover_routing_policy PRIMARY")
	}
	f.first = with(f.prior, params{"SetIdentifier": id, "Failover": "PRIMARY"})
	switch own, ok := d.wantedSet("health_check_id"); {
	case f.check != nil:
		f.first["HealthCheckId"] = bind("check")
	case ok && own != nil:
		f.first["HealthCheckId"] = own
	case lookupTrue(f.prior, "AliasTarget.EvaluateTargetHealth"):
	default:
		d.refuse(remedy.PreconditionFails, "nothing would say that the first half is down: give it a health check")
	}
}

// wantedSet gives the new value of an attribute of the record that is there; a reference to what the step makes is no value.
func (d *draft) wantedSet(path string) (any, bool) {
	for _, c := range d.job.changes {
		if c.Op != graph.Set || withoutPositions(c.Path) != withoutPositions(path) {
			continue
		}
		if ref, ok := c.New.(graph.Ref); ok && d.makesNew(ref.Address) {
			return nil, true
		}
		return d.resolved(c.New), true
	}
	return nil, false
}

func lookupTrue(v params, path string) bool {
	found, _, err := lookup(v, path)
	return err == nil && found == true
}

// twin refuses a name that answers for IPv4 and IPv6: one of the two would go on answering alone.
func (d *draft) twin(f failover) {
	other := map[string]string{"A": "AAAA", "AAAA": "A"}[f.kind]
	if d.err != nil || other == "" {
		return
	}
	s := d.look("route53:ListResourceRecordSets", params{"HostedZoneId": f.zone, "StartRecordName": f.name, "StartRecordType": other, "MaxItems": 1})
	s.require("the name has no "+other+" record, which would go on answering", fmt.Sprintf("ResourceRecordSets[?Type=%s][Name=%s]", other, f.prior["Name"]), remedy.Absent, nil)
}

// checkMembers are the members of a health check by the attributes of ours.
var checkMembers = map[string]string{
	"type": "Type", "fqdn": "FullyQualifiedDomainName", "ip_address": "IPAddress", "port": "Port", "resource_path": "ResourcePath", "search_string": "SearchString", "request_interval": "RequestInterval",
	"failure_threshold": "FailureThreshold", "enable_sni": "EnableSNI", "measure_latency": "MeasureLatency", "regions": "Regions",
}

// healthCheck makes the check and waits until every checker reaches the first half. CallerReference is its token.
func (d *draft) healthCheck(f *failover) {
	if f.check == nil {
		return
	}
	config := params{}
	for _, attr := range sortedKeys(f.check) {
		if m := checkMembers[attr]; m != "" && f.check[attr] != nil {
			config[m] = f.check[attr]
		} else if f.check[attr] != nil && attr != "tags" {
			d.refuse(remedy.PreconditionFails, "a health check with %s is not made in an account", attr)
		}
	}
	if kind := config["Type"]; !slices.Contains([]any{"HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"}, kind) {
		d.refuse(remedy.PreconditionFails, "a health check of type %v is not made in an account", kind)
	}
	if sameName(config["FullyQualifiedDomainName"], f.name) {
		d.refuse(remedy.PreconditionFails, "a check of %s itself would watch whichever half answers: name what the first half leads to", f.name)
	}
	a := d.write("route53:CreateHealthCheck", params{"HealthCheckConfig": config})
	a.Call.Token = "CallerReference"
	a.Binds = map[string]string{"check": "HealthCheck.Id"}
	one := params{"HealthCheckId": bind("check")}
	a.Until = []remedy.Condition{
		d.when("the health check is there", "route53:GetHealthCheck", one, "HealthCheck.Id", remedy.Equals, bind("check")),
		d.when("every checker reaches what it watches", "route53:GetHealthCheckStatus", one, "HealthCheckObservations[*].StatusReport.Status", remedy.Begins, "Success"),
	}
	a.Every, a.Timeout = 15, 600
	a.Undo = d.undone("route53:DeleteHealthCheck", one, d.when("the health check is gone", "route53:GetHealthCheck", one, "", remedy.Refuses, "NoSuchHealthCheck"))
	d.shows("health check", absent{}, fmt.Sprintf("%v %v%v", config["Type"], orNone(config["FullyQualifiedDomainName"]), orNone(config["ResourcePath"])))
	d.do(a)
}

// pair makes the pair in one batch, and one record of it again. Whoever is late finds the change by its number only; when the answer was
// lost, the records tell.
func (d *draft) pair(f failover) {
	change := func(action string, set params) params {
		return params{"Action": action, "ResourceRecordSet": set}
	}
	batch := func(list ...any) params {
		return params{"HostedZoneId": f.zone, "ChangeBatch": params{"Changes": list}}
	}
	do, back := batch(change("CREATE", f.second)), batch(change("DELETE", f.second))
	if f.first != nil {
		do = batch(change("DELETE", f.prior), change("CREATE", f.first), change("CREATE", f.second))
		back = batch(change("DELETE", f.first), change("DELETE", f.second), change("CREATE", f.prior))
	}
	is := func(says string, want params) remedy.Condition {
		return f.records.is(says, fmt.Sprintf("ResourceRecordSets[SetIdentifier=%v]", want["SetIdentifier"]), remedy.Equals, want)
	}
	a := d.write("route53:ChangeResourceRecordSets", do)
	a.Binds = map[string]string{"batch": "ChangeInfo.Id"}
	if f.first != nil {
		a.Until = append(a.Until, is("the first half is as planned", f.first))
	}
	a.Until = append(a.Until, is("the second half is as planned", f.second))
	a.UndoWhen = slices.Clone(a.Until)
	a.Until = append(a.Until, d.when("every name server has it", "route53:GetChange", params{"Id": bind("batch")}, "ChangeInfo.Status", remedy.Equals, "INSYNC"))
	a.Every, a.Timeout = 10, 1800
	a.Undo = d.undone("route53:ChangeResourceRecordSets", back, f.records.is("the record is as before", "ResourceRecordSets[0]", remedy.Equals, f.prior),
		f.records.is("the second half is gone", fmt.Sprintf("ResourceRecordSets[SetIdentifier=%v]", f.second["SetIdentifier"]), remedy.Absent, nil))
	d.shows("first half", f.prior, f.first)
	d.shows("second half", absent{}, f.second)
	d.do(a)
}
