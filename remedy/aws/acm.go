package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

func acmFixes() []Fix { return []Fix{acmWildcard, lbCertificate, cloudfrontCertificate} }

// acmWildcard requests a certificate and proves the domain in its zone. The one before it stays as it is: what uses it is moved by steps of
// their own, once this one is issued. The record that proves a domain is the same for every certificate of it in the account: the
// undo takes away only one that was not there before.
// Source: ACM User Guide, DNS validation.
var acmWildcard = Fix{
	ID: "acm-wildcard-certificate", Title: "a certificate for the domain and its wildcard",
	Takes: []string{"+aws_acm_certificate", "+aws_route53_record", "+aws_acm_certificate_validation"}, free: true, Single: true,
	Does: []string{"acm:RequestCertificate", "route53:ChangeResourceRecordSets"}, Undoes: []string{"acm:DeleteCertificate", "route53:ChangeResourceRecordSets"},
	Reads: []string{"acm:DescribeCertificate", "acm:ListCertificates", "route53:GetHostedZone", "route53:ListResourceRecordSets"},
	Risk:  remedy.Risk{Class: "online", Detail: "Nothing uses it yet. When the zone is not the one that the internet asks, it is never issued: the step then waits, and plumb runs shows the record."},
	Undo:  fully, Seconds: 600,
	only: func(changes graph.Patch) bool {
		return slices.ContainsFunc(changes, func(c graph.Change) bool { return c.Type == "aws_acm_certificate" })
	},
	plan: func(d *draft) {
		names, zone := d.certificateNames(), d.validationZone()
		if d.err != nil {
			return
		}
		d.provable(zone, names)
		d.request(names)
		d.prove(zone, names)
	},
}

// certificateNames gives the names of the certificate that is to be made, its own first.
func (d *draft) certificateNames() []any {
	if method := d.must("validation_method"); method != "DNS" {
		d.refuse(remedy.PreconditionFails, "only a certificate with DNS validation is requested in an account")
	}
	names := []any{d.must("domain_name")}
	if more, ok := d.wanted("subject_alternative_names"); ok {
		list, _ := more.([]any)
		names = append(names, list...)
	}
	bare := func(name any) string { return strings.TrimPrefix(fmt.Sprint(name), "*.") }
	for _, n := range names {
		if bare(n) != bare(names[0]) {
			d.refuse(remedy.PreconditionFails, "%v and %v are proved by different records: request a certificate for each", names[0], n)
		}
	}
	return names
}

// validationZone gives the zone of the record that proves the certificate.
func (d *draft) validationZone() any {
	var zone any
	for _, c := range d.job.changes {
		attrs, _ := c.New.(map[string]any)
		if c.Type == "aws_route53_record" && zone != nil {
			d.refuse(remedy.PreconditionFails, "one record proves the domain and its wildcard, and the change has several")
		} else if c.Type == "aws_route53_record" {
			zone = d.resolved(attrs["zone_id"])
		}
	}
	if zone == nil {
		d.refuse(remedy.PreconditionFails, "the change has no record in a public zone of the account that proves the domain: request the certificate by hand and set the record that ACM names")
	}
	return zone
}

// provable requires that the zone is public and holds the name, and that its CAA records let Amazon issue.
// Source: ACM User Guide, Certification Authority Authorization.
func (d *draft) provable(zone any, names []any) {
	z := d.look("route53:GetHostedZone", params{"Id": zone})
	z.require("the zone is public", "HostedZone.Config.PrivateZone", remedy.Differs, true)
	name, _ := z.get("HostedZone.Name").(string)
	apex := strings.TrimPrefix(fmt.Sprint(names[0]), "*.")
	if d.err == nil && apex+"." != name && !strings.HasSuffix(apex+".", "."+name) {
		d.refuse(remedy.PreconditionFails, "%s lies in another zone than %s", apex, name)
	}
	caa := d.look("route53:ListResourceRecordSets", params{"HostedZoneId": zone, "StartRecordName": name, "StartRecordType": "CAA", "MaxItems": 1})
	at := "ResourceRecordSets[?Type=CAA][Name=" + name + "].ResourceRecords"
	list, _ := caa.get(at).([]any)
	if len(list) > 0 && !amazonMayIssue(list) {
		d.refuse(remedy.PreconditionFails, "the CAA records of %s do not let amazon.com issue a wildcard", name)
	}
	caa.still("who may issue for the domain (CAA)", at)
}

// amazonMayIssue says whether CAA records let Amazon issue a wildcard: by issuewild when there is one, else by issue.
func amazonMayIssue(records []any) bool {
	allowed := map[string]bool{}
	named := map[string]bool{}
	for _, r := range records {
		m, _ := r.(map[string]any)
		parts := strings.Fields(fmt.Sprint(m["Value"]))
		if len(parts) < 3 {
			continue
		}
		tag, ca := strings.ToLower(parts[1]), strings.Trim(strings.ToLower(parts[2]), `";`)
		named[tag] = true
		allowed[tag] = allowed[tag] || slices.Contains([]string{"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"}, ca)
	}
	if named["issuewild"] {
		return allowed["issuewild"] && (allowed["issue"] || !named["issue"])
	}
	return allowed["issue"] || !named["issue"]
}

// certificates asks for all that can be used or become so. The list holds those with a short RSA key only, unless the others are asked for.
func certificates() params {
	return params{"CertificateStatuses": []any{"PENDING_VALIDATION", "ISSUED"}, "MaxItems": 1000,
		"Includes": params{"KeyTypes": []any{"RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"}}}
}

// request asks ACM for the certificate.
func (d *draft) request(names []any) {
	all := d.look("acm:ListCertificates", certificates())
	at := fmt.Sprintf("CertificateSummaryList[?DomainName=%v][Type=AMAZON_ISSUED]", names[0])
	all.require("ACM lists all certificates at once", "NextToken", remedy.Absent, nil)
	all.require(fmt.Sprintf("there is no certificate of ACM for %v", names[0]), at, remedy.Absent, nil)
	p := params{"DomainName": names[0], "ValidationMethod": "DNS", "KeyAlgorithm": "RSA_2048"}
	if len(names) > 1 {
		p["SubjectAlternativeNames"] = names[1:]
	}
	a := d.write("acm:RequestCertificate", p)
	a.Call.Token = "IdempotencyToken"
	a.Binds = map[string]string{"certificate": "CertificateArn"}
	a.Find = &remedy.Read{Call: all.call, Binds: map[string]string{"certificate": at + ".CertificateArn"}}
	one := params{"CertificateArn": bind("certificate")}
	a.Until = []remedy.Condition{d.when("ACM names the record that proves the domain", "acm:DescribeCertificate", one, "Certificate.DomainValidationOptions[0].ResourceRecord.Name", remedy.Present, nil)}
	a.Every = 3
	a.UndoWhen = []remedy.Condition{d.when("nothing uses the certificate", "acm:DescribeCertificate", one, "Certificate.InUseBy", remedy.Absent, nil)}
	a.Undo = d.undone("acm:DeleteCertificate", one, all.is("the certificate is gone", at, remedy.Absent, nil))
	d.shows("certificate", absent{}, names)
	d.do(a)
}

// issuedWithin is how long a run waits for a certificate before it goes on with the next step, and leaves this one pending.
const issuedWithin = 900

// proofs is how many records are looked through for one that proves the domain.
const proofs = 100

var proofName = regexp.MustCompile(`^_[0-9a-f]{32}$`)

// apexCertificate leads to a certificate of ACM for a domain in the list of all: it is proved by the same record as the wildcard.
func apexCertificate(apex string) string {
	return "CertificateSummaryList[?Type=AMAZON_ISSUED][DomainName=" + apex + "]"
}

// proven says whether a record of the zone may prove the domain already, or is to, for another certificate.
func (d *draft) proven(zone any, apex string) bool {
	if d.look("acm:ListCertificates", certificates()).get(apexCertificate(apex)) != nil {
		return true
	}
	s := d.look("route53:ListResourceRecordSets", params{"HostedZoneId": zone, "StartRecordName": "_0." + apex + ".", "StartRecordType": "A", "MaxItems": proofs})
	list, _ := s.get("ResourceRecordSets").([]any)
	for _, r := range list {
		m, _ := r.(map[string]any)
		label, rest, _ := strings.Cut(fmt.Sprint(m["Name"]), ".")
		if m["Type"] == "CNAME" && strings.EqualFold(rest, apex+".") && proofName.MatchString(strings.ToLower(label)) {
			return true
		}
	}
	return len(list) == proofs
}

// prove sets the record and waits for the certificate.
func (d *draft) prove(zone any, names []any) {
	one := d.call("acm:DescribeCertificate", params{"CertificateArn": bind("certificate")})
	record := params{"Name": bind("proof"), "Type": "CNAME", "TTL": 300, "ResourceRecords": []any{params{"Value": bind("value")}}}
	a := d.write("route53:ChangeResourceRecordSets", params{"HostedZoneId": zone, "ChangeBatch": params{"Changes": []any{params{"Action": "UPSERT", "ResourceRecordSet": record}}}})
	const option = "Certificate.DomainValidationOptions[0].ResourceRecord."
	a.Reads = []remedy.Read{{Call: one, Binds: map[string]string{"proof": option + "Name", "value": option + "Value"}}}
	set := d.when("the record that proves the domain is in the zone", "route53:ListResourceRecordSets",
		params{"HostedZoneId": zone, "StartRecordName": bind("proof"), "StartRecordType": "CNAME", "MaxItems": 1}, "ResourceRecordSets[0].ResourceRecords[0].Value", remedy.Equals, bind("value"))
	status := func(says, is string) remedy.Condition {
		return d.when(says, one.Op, one.Params, "Certificate.Status", remedy.Equals, is)
	}
	a.Until = []remedy.Condition{set, status("the certificate is issued", "ISSUED")}
	a.Accepted = []remedy.Condition{set, status("ACM looks for the record", "PENDING_VALIDATION")}
	a.AcceptAfter, a.Every, a.Timeout = issuedWithin, 15, 4500
	if apex := strings.TrimPrefix(fmt.Sprint(names[0]), "*."); d.proven(zone, apex) {
		d.step.Undo = partly("the record that proves the domain stays in the zone: another certificate renews by it")
	} else {
		d.step.Undo = remedy.Undo{Kind: "full", Note: "a certificate of the domain that was requested meanwhile in another region loses the record that it renews by"}
		a.UndoWhen = []remedy.Condition{
			d.when("no other certificate is for the domain", "acm:ListCertificates", certificates(), apexCertificate(apex), remedy.Absent, nil),
			set,
		}
		a.Undo = d.undone("route53:ChangeResourceRecordSets", params{"HostedZoneId": zone, "ChangeBatch": params{"Changes": []any{params{"Action": "DELETE", "ResourceRecordSet": record}}}},
			d.when("the record is gone", set.Read.Op, set.Read.Params, set.Path, remedy.Differs, bind("value")))
	}
	d.shows("record that proves it", absent{}, "as ACM names it, in the zone "+fmt.Sprint(zone))
	d.do(a)
}

// lookIn makes a read call in another region than the step's.
func (d *draft) lookIn(region, op string, p params) *source {
	home := d.region
	d.region = region
	defer func() { d.region = home }()
	return d.look(op, p)
}

// issued requires that a certificate is issued and covers names, and gives its region.
func (d *draft) issued(arn any, names []any) {
	parts := strings.Split(fmt.Sprint(arn), ":")
	if len(parts) < 6 || parts[2] != "acm" {
		d.refuse(remedy.PreconditionFails, "%v is no certificate of ACM", arn)
		return
	}
	c := d.lookIn(parts[3], "acm:DescribeCertificate", params{"CertificateArn": arn})
	c.require("the new certificate is issued", "Certificate.Status", remedy.Equals, "ISSUED")
	has, _ := c.get("Certificate.SubjectAlternativeNames").([]any)
	if own := c.get("Certificate.DomainName"); own != nil {
		has = append(has, own)
	}
	for _, n := range names {
		if d.err == nil && !covered(has, n) {
			d.refuse(remedy.PreconditionFails, "the new certificate does not cover %v", n)
		}
	}
}

// covered says whether one of the names of a certificate is the name, or a wildcard one label above it.
func covered(by []any, name any) bool {
	_, parent, _ := strings.Cut(fmt.Sprint(name), ".")
	return slices.ContainsFunc(by, func(n any) bool {
		return strings.EqualFold(fmt.Sprint(n), fmt.Sprint(name)) || strings.EqualFold(fmt.Sprint(n), "*."+parent)
	})
}

var lbCertificate = Fix{
	ID: "lb-certificate", Title: "another certificate", Takes: []string{"aws_lb_listener.certificate_arn"},
	Does: []string{"elasticloadbalancing:ModifyListener"}, Undoes: []string{"elasticloadbalancing:ModifyListener"}, Reads: []string{"acm:DescribeCertificate", "elasticloadbalancing:DescribeListeners"},
	Risk: remedy.Risk{Class: "online", Detail: "New connections see the new certificate; clients that expect exactly the old one (pinning) are refused."},
	Undo: fully, Seconds: 15,
	plan: func(d *draft) {
		l := d.listener()
		const path = "Listeners[0].Certificates[0].CertificateArn"
		old, want := l.get(path), d.must("certificate_arn")
		parts := strings.Split(fmt.Sprint(old), ":")
		if d.err == nil && (len(parts) < 6 || parts[2] != "acm") {
			d.refuse(remedy.PreconditionFails, "the names of the certificate before (%s) cannot be read: it is none of ACM", told(old))
		}
		if d.err != nil {
			return
		}
		before := d.lookIn(parts[3], "acm:DescribeCertificate", params{"CertificateArn": old})
		names, _ := before.get("Certificate.SubjectAlternativeNames").([]any)
		if own := before.get("Certificate.DomainName"); own != nil {
			names = append(names, own)
		}
		d.issued(want, names)
		arn := params{"ListenerArn": d.text("arn")}
		d.setting(l, setting{label: "certificate", path: path, want: want, op: "elasticloadbalancing:ModifyListener",
			write: func(v any) params { return with(arn, params{"Certificates": []any{params{"CertificateArn": v}}}) }})
	},
}

// cloudfrontCertificate writes both names that the API has for the certificate, the old one too where it is there.
var cloudfrontCertificate = Fix{
	ID: "cloudfront-certificate", Title: "another certificate", Takes: []string{"aws_cloudfront_distribution.viewer_certificate.acm_certificate_arn"},
	Does: []string{"cloudfront:UpdateDistribution"}, Undoes: []string{"cloudfront:UpdateDistribution"}, Reads: append([]string{"acm:DescribeCertificate"}, cloudfrontReads...),
	Risk: remedy.Risk{Class: "online", Detail: "Edges change over one after the other; clients that expect exactly the old certificate (pinning) are refused."},
	Undo: fully, Seconds: 600,
	plan: func(d *draft) {
		id, s := d.distribution()
		want := d.must("viewer_certificate[0].acm_certificate_arn")
		const at = "DistributionConfig.ViewerCertificate."
		if d.err == nil && s.get(at+"ACMCertificateArn") == nil {
			d.refuse(remedy.PreconditionFails, "it has no certificate of ACM yet: choose how it serves clients without SNI first")
		}
		if !strings.Contains(fmt.Sprint(want), ":us-east-1:") {
			d.refuse(remedy.PreconditionFails, "CloudFront takes certificates of us-east-1 only")
		}
		aliases, _ := s.get("DistributionConfig.Aliases.Items").([]any)
		d.issued(want, aliases)
		s.still("the list of its names", "DistributionConfig.Aliases.Items")
		edges := []edge{{"certificate", "ViewerCertificate.ACMCertificateArn", want}}
		if s.get(at+"Certificate") != nil {
			edges = append(edges, edge{"certificate (old name)", "ViewerCertificate.Certificate", want})
		}
		d.configure(id, s, edges)
	},
}

// near gives the region of what the findings stand on: what belongs to nothing is made there.
func near(g *graph.Graph, w remedy.Wish) string {
	for _, c := range w.Closes {
		if r := g.Get(graph.Key{Root: c.Root, Address: c.Address}); r != nil {
			if region, ok := r.Facts["_region"].(string); ok && region != "" {
				return region
			}
		}
	}
	return ""
}
