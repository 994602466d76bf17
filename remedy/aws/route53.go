package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

func route53Fixes() []Fix {
	return []Fix{route53TTL, route53HealthCheck, route53Failover, route53Target, domainRenewal, domainLock}
}

var route53TTL = Fix{
	ID: "route53-ttl", Title: "answers that are forgotten sooner", Takes: []string{"aws_route53_record.ttl"},
	Does: []string{"route53:ChangeResourceRecordSets"}, Undoes: []string{"route53:ChangeResourceRecordSets"}, Reads: []string{"route53:ListResourceRecordSets"},
	Risk: remedy.Risk{Class: "online", Detail: "Resolvers ask more often; the answer stays the same."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		zone, name, typ := d.text("zone_id"), d.text("fqdn")+".", d.text("type")
		query := params{"HostedZoneId": zone, "StartRecordName": name, "StartRecordType": typ, "MaxItems": 1}
		at := "ResourceRecordSets[0]"
		if id, ok := d.job.of.Attrs["set_identifier"].(string); ok {
			query["StartRecordIdentifier"] = id
		}
		all := d.look("route53:ListResourceRecordSets", query)
		prior, _ := all.get(at).(map[string]any)
		if d.err == nil && (!strings.EqualFold(fmt.Sprint(prior["Name"]), name) || prior["Type"] != typ) {
			d.refuse(remedy.NotFound, "the zone has no record %s of type %s any more", name, typ)
		}
		all.still("the record", at)
		want := with(prior, params{"TTL": d.must("ttl")})
		d.shows("TTL in seconds", prior["TTL"], want["TTL"])
		swap := func(out, in params) params {
			return params{"HostedZoneId": zone, "ChangeBatch": params{"Changes": []any{params{"Action": "DELETE", "ResourceRecordSet": out}, params{"Action": "CREATE", "ResourceRecordSet": in}}}}
		}
		a := d.write("route53:ChangeResourceRecordSets", swap(prior, want))
		a.Until = []remedy.Condition{all.is("the record is as planned", at, remedy.Equals, want)}
		a.UndoWhen = a.Until
		a.Undo = d.undone("route53:ChangeResourceRecordSets", swap(want, prior), all.is("the record is as before", at, remedy.Equals, prior))
		d.do(a)
	},
}

var route53HealthCheck = Fix{
	ID: "route53-health-check-on", Title: "the health check checks", Takes: []string{"aws_route53_health_check.disabled"},
	Does: []string{"route53:UpdateHealthCheck"}, Undoes: []string{"route53:UpdateHealthCheck"}, Reads: []string{"route53:GetHealthCheck"},
	Risk: remedy.Risk{Class: "online", Detail: "A record that follows the check answers with its other half as soon as the check fails."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		id := params{"HealthCheckId": d.text("id")}
		d.setting(d.look("route53:GetHealthCheck", id), setting{label: "disabled", path: "HealthCheck.HealthCheckConfig.Disabled", want: d.must("disabled"), unset: false,
			op: "route53:UpdateHealthCheck", write: func(v any) params { return with(id, params{"Disabled": v}) }})
	},
}

var domainRenewal = Fix{
	ID: "domain-auto-renew", Title: "the domain renews itself", Takes: []string{"aws_route53domains_registered_domain.auto_renew"},
	Does: []string{"route53domains:EnableDomainAutoRenew"}, Undoes: []string{"route53domains:DisableDomainAutoRenew"}, Reads: []string{"route53domains:GetDomainDetail"},
	Risk: remedy.Risk{Class: "online", Detail: "The domain is paid for again every year until this is switched off."},
	Undo: fully, Seconds: 30,
	plan: func(d *draft) {
		d.domain("AutoRenew", true, "route53domains:EnableDomainAutoRenew", "route53domains:DisableDomainAutoRenew")
	},
}

// domainLock waits for the registry: the lock is one of the states that it lists.
var domainLock = Fix{
	ID: "domain-transfer-lock", Title: "the domain cannot be moved away", Takes: []string{"aws_route53domains_registered_domain.transfer_lock"},
	Does: []string{"route53domains:EnableDomainTransferLock"}, Undoes: []string{"route53domains:DisableDomainTransferLock"}, Reads: []string{"route53domains:GetDomainDetail"},
	Risk: remedy.Risk{Class: "online", Detail: "A move to another registrar needs the lock taken off first."},
	Undo: fully, Seconds: 600,
	plan: func(d *draft) {
		d.domain("StatusList", "clientTransferProhibited", "route53domains:EnableDomainTransferLock", "route53domains:DisableDomainTransferLock")
	},
}

// domain switches something of a domain on. The registrar's API lives in one region.
func (d *draft) domain(member string, on any, enable, disable string) {
	d.region, d.step.Region = "us-east-1", "us-east-1"
	name := params{"DomainName": d.text("domain_name")}
	s := d.look("route53domains:GetDomainDetail", name)
	is, isNot := remedy.Equals, remedy.Differs
	if member == "StatusList" {
		is, isNot = remedy.Has, remedy.Lacks
	}
	s.require("it is still off", member, isNot, on)
	a := d.write(enable, name)
	a.Until, a.Timeout = []remedy.Condition{s.is("it is on", member, is, on)}, 3600
	a.UndoWhen = a.Until
	a.Undo = d.undone(disable, name, s.is("it is off", member, isNot, on))
	d.shows(d.job.fix.Title, "off", "on")
	d.do(a)
}
