package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

// cloudfrontZone is the hosted zone of all names of distributions. Source: Amazon Route 53 API Reference, AliasTarget.
const cloudfrontZone = "Z2FDTNDATAQYW2"

var route53Target = Fix{
	ID: "route53-target", Title: "the name leads elsewhere", Takes: []string{recordWord + ".alias", recordWord + ".records"},
	Does: []string{"route53:ChangeResourceRecordSets"}, Undoes: []string{"route53:ChangeResourceRecordSets"}, Reads: []string{"cloudfront:ListDistributions", "route53:ListResourceRecordSets"},
	Risk: remedy.Risk{Class: "access-break", Detail: "Who asks for the name reaches the new place as soon as the old answer is forgotten: try that place out by its own name first."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		zone, name, kind := d.text("zone_id"), d.text("fqdn")+".", d.text("type")
		query := params{"HostedZoneId": zone, "StartRecordName": name, "StartRecordType": kind, "MaxItems": 1}
		if id, ok := d.job.of.Attrs["set_identifier"].(string); ok {
			query["StartRecordIdentifier"] = id
		}
		all := d.look("route53:ListResourceRecordSets", query)
		const at = "ResourceRecordSets[0]"
		prior, _ := all.get(at).(map[string]any)
		if d.err == nil && (!sameName(prior["Name"], name) || prior["Type"] != kind) {
			d.refuse(remedy.NotFound, "the zone has no record %s of type %s any more", name, kind)
		}
		all.still("the record", at)
		want := d.leading(prior)
		if d.err == nil && same(prior, want) {
			d.refuse(remedy.PreconditionFails, "it leads there already: the account has changed since it was read")
		}
		swap := func(out, in params) params {
			return params{"HostedZoneId": zone, "ChangeBatch": params{"Changes": []any{params{"Action": "DELETE", "ResourceRecordSet": out}, params{"Action": "CREATE", "ResourceRecordSet": in}}}}
		}
		a := d.write("route53:ChangeResourceRecordSets", swap(prior, want))
		a.Until = []remedy.Condition{all.is("the record is as planned", at, remedy.Equals, want)}
		a.UndoWhen = a.Until
		a.Undo = d.undone("route53:ChangeResourceRecordSets", swap(want, prior), all.is("the record is as before", at, remedy.Equals, prior))
		d.shows("answer", prior, want)
		d.do(a)
	},
}

// leading is a record with the wanted answer: an alias or values.
func (d *draft) leading(prior params) params {
	out := with(prior, nil)
	for _, m := range []string{"AliasTarget", "ResourceRecords"} {
		delete(out, m)
	}
	if alias, ok := d.wantedSet("alias"); ok && !empty(alias) {
		delete(out, "TTL")
		host := fmt.Sprint(first(alias, "name"))
		target := params{"HostedZoneId": first(alias, "zone_id"), "DNSName": host, "EvaluateTargetHealth": first(alias, "evaluate_target_health") == true}
		if target["HostedZoneId"] == nil || first(alias, "name") == nil {
			d.refuse(remedy.PreconditionFails, "the alias needs a name and a zone_id")
		}
		if target["HostedZoneId"] == cloudfrontZone {
			d.serves(host, strings.TrimSuffix(fmt.Sprint(prior["Name"]), "."))
		}
		out["AliasTarget"] = target
		return out
	}
	list, _ := d.must("records").([]any)
	var values []any
	for _, v := range list {
		values = append(values, params{"Value": v})
	}
	if len(values) == 0 || out["TTL"] == nil {
		d.refuse(remedy.PreconditionFails, "an alias has no values: the change of an alias into values is made by hand")
	}
	out["ResourceRecords"] = values
	return out
}

// serves requires that a distribution is everywhere, and answers to a name.
func (d *draft) serves(host, name string) {
	all := d.look("cloudfront:ListDistributions", params{"MaxItems": 500})
	at := "DistributionList.Items[DomainName=" + strings.TrimSuffix(host, ".") + "]."
	all.require("the distribution answers to "+name, at+"Aliases.Items", remedy.Has, name)
	all.require("the distribution has reached every edge", at+"Status", remedy.Equals, "Deployed")
	all.require("the distribution is switched on", at+"Enabled", remedy.Equals, true)
}
