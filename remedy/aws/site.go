package aws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// s3Site puts a distribution in front of a bucket that serves a site: its identity, the distribution, and the right to read. Names are not moved to it, and
// nothing is taken from those who read the bucket itself: both come afterwards, in plans of their own.
var s3Site = Fix{
	ID: "s3-static-site-cloudfront", Title: "a distribution in front of the site", Takes: []string{"+aws_cloudfront_origin_access_control", "+aws_cloudfront_distribution"}, Single: true,
	Does:   []string{"cloudfront:CreateDistribution", "cloudfront:CreateOriginAccessControl", "s3:PutBucketPolicy"},
	Undoes: []string{"cloudfront:DeleteDistribution", "cloudfront:DeleteOriginAccessControl", "cloudfront:UpdateDistribution", "s3:DeleteBucketPolicy", "s3:PutBucketPolicy"},
	Reads: []string{"acm:DescribeCertificate", "cloudfront:GetDistribution", "cloudfront:GetDistributionConfig", "cloudfront:GetOriginAccessControl", "cloudfront:ListDistributions",
		"cloudfront:ListOriginAccessControls", "s3:GetBucketPolicy", "s3:GetBucketWebsite"},
	Risk: remedy.Risk{Class: "access-break", Detail: "Nobody is sent to it until a DNS name leads there. A folder's own address (/docs/) finds no index document behind a distribution: look for those links first."},
	Undo: remedy.Undo{Kind: "full", Note: "a distribution is switched off everywhere before it is deleted: about 20 minutes"}, Seconds: 900,
	find: siteBucket,
	plan: func(d *draft) {
		s := d.site()
		if d.err != nil {
			return
		}
		d.accessControl(s.control)
		d.distribute(s)
		d.policy(s.bucket, params{"Sid": "PlumbSite", "Effect": "Allow", "Principal": params{"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
			"Resource": "arn:" + d.p.hand.target.Partition + ":s3:::" + s.bucket + "/*", "Condition": params{"StringEquals": params{"AWS:SourceArn": bind("distribution_arn")}}})
	},
}

// siteBucket finds the bucket that the origin of a distribution is.
func siteBucket(g *graph.Graph, root string, attrs map[string]any) *graph.Resource {
	host := first(attrs["origin"], "domain_name")
	for _, b := range g.OfType("aws_s3_bucket") {
		if ref, ok := host.(graph.Ref); ok && b.Key() == ref.Key() {
			return b
		}
		if name, _, ok := strings.Cut(fmt.Sprint(host), ".s3."); ok && b.Root == root && b.Attrs["bucket"] == name {
			return b
		}
	}
	return nil
}

// site is what the distribution is made of.
type site struct {
	bucket, mark string
	control      any // name of the origin access control
	config       params
}

// siteAttrs are the attributes that a distribution in front of a site may have; everything else is chosen by a person.
var siteAttrs = []string{"aliases", "comment", "default_cache_behavior", "default_root_object", "enabled", "origin", "restrictions", "viewer_certificate"}

func (d *draft) site() site {
	s := site{bucket: d.text("bucket")}
	s.mark = "site of " + s.bucket
	var wanted map[string]any
	for _, c := range d.job.changes {
		attrs, _ := c.New.(map[string]any)
		switch {
		case c.Type == "aws_cloudfront_distribution" && wanted == nil:
			wanted = attrs
		case c.Type == "aws_cloudfront_origin_access_control" && s.control == nil:
			s.control = attrs["name"]
		default:
			d.refuse(remedy.PreconditionFails, "a site is one distribution and one origin access control")
		}
	}
	if origins, _ := wanted["origin"].([]any); s.control == nil || len(origins) != 1 {
		d.refuse(remedy.PreconditionFails, "the change has no origin access control with a name, or not exactly one origin")
	}
	for _, name := range sortedKeys(wanted) {
		if !slices.Contains(siteAttrs, name) && wanted[name] != nil {
			d.refuse(remedy.PreconditionFails, "a distribution with %s is not made in an account", name)
		}
	}
	if d.p.hand.target.Partition != "aws" {
		d.refuse(remedy.PreconditionFails, "the names of buckets are known in the partition aws only")
	}
	root, errors := d.website(wanted)
	aliases, certificate := d.served(wanted)
	s.config = params{
		"Comment": s.mark, "Enabled": true, "DefaultRootObject": root, "HttpVersion": "http2and3", "Aliases": aliases, "ViewerCertificate": certificate,
		"Origins": params{"Quantity": 1, "Items": []any{params{"Id": "s3", "DomainName": fmt.Sprintf("%s.s3.%s.amazonaws.com", s.bucket, d.region), "OriginAccessControlId": bind("control"),
			"S3OriginConfig": params{"OriginAccessIdentity": ""}}}},
		"DefaultCacheBehavior": params{"TargetOriginId": "s3", "ViewerProtocolPolicy": "redirect-to-https", "Compress": true, "CachePolicyId": cachingOptimized},
	}
	if len(errors) > 0 {
		s.config["CustomErrorResponses"] = params{"Quantity": len(errors), "Items": errors}
	}
	return s
}

// cachingOptimized is the ID of AWS's cache policy of this name. Source: Amazon CloudFront Developer Guide, managed cache policies.
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6"

// website reads how the bucket serves the site now, and gives the document of its root and what answers for errors. A bucket says "forbidden" of
// what is not there to who may not list it.
func (d *draft) website(wanted map[string]any) (root any, errors []any) {
	w := d.look("s3:GetBucketWebsite", d.bucket())
	root = wanted["default_root_object"]
	if w.none() {
		w.require("the bucket is still no website", "", remedy.Refuses, "NoSuchWebsiteConfiguration")
	} else {
		w.require("it redirects nothing by rules", "RoutingRules", remedy.Absent, nil)
		w.require("it does not redirect everything", "RedirectAllRequestsTo", remedy.Absent, nil)
		if index := w.still("the index document", "IndexDocument.Suffix"); root == nil {
			root = index
		}
		if page := w.still("the error document", "ErrorDocument.Key"); page != nil {
			for _, code := range []int{403, 404} {
				errors = append(errors, params{"ErrorCode": code, "ResponseCode": "404", "ResponsePagePath": "/" + fmt.Sprint(page), "ErrorCachingMinTTL": 10})
			}
		}
	}
	if root == nil {
		d.refuse(remedy.PreconditionFails, "the bucket is no website: name the document of its root as default_root_object")
	}
	return root, errors
}

// served gives the names of the distribution and its certificate, which must be issued and cover them.
func (d *draft) served(wanted map[string]any) (aliases, certificate params) {
	names, _ := d.resolved(wanted["aliases"]).([]any)
	arn := d.resolved(first(wanted["viewer_certificate"], "acm_certificate_arn"))
	if len(names) == 0 {
		return params{"Quantity": 0}, params{"CloudFrontDefaultCertificate": true}
	}
	if arn == nil || !strings.Contains(fmt.Sprint(arn), ":us-east-1:") {
		d.refuse(remedy.PreconditionFails, "a distribution with names of its own needs a certificate of us-east-1 that covers them")
		return nil, nil
	}
	d.issued(arn, names)
	return params{"Quantity": len(names), "Items": names}, params{"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"}
}

// distribute makes the distribution. Its comment tells it from others: there must be none with it before.
func (d *draft) distribute(s site) {
	all := d.look("cloudfront:ListDistributions", params{"MaxItems": 500})
	at := "DistributionList.Items[Comment=" + s.mark + "]"
	all.require("CloudFront lists all distributions at once", "DistributionList.IsTruncated", remedy.Differs, true)
	all.require("there is no distribution for it yet", at, remedy.Absent, nil)
	a := d.write("cloudfront:CreateDistribution", params{"DistributionConfig": s.config})
	a.Call.Token = "DistributionConfig.CallerReference"
	a.Binds = map[string]string{"distribution": "Distribution.Id", "distribution_arn": "Distribution.ARN"}
	a.Find = &remedy.Read{Call: all.call, Binds: map[string]string{"distribution": at + ".Id", "distribution_arn": at + ".ARN"}}
	one := params{"Id": bind("distribution")}
	deployed := d.when("it has reached every edge", "cloudfront:GetDistribution", one, "Distribution.Status", remedy.Equals, "Deployed")
	a.Until, a.Every, a.Timeout = []remedy.Condition{deployed}, 15, 2400
	a.UndoWhen = []remedy.Condition{deployed}
	config := d.call("cloudfront:GetDistributionConfig", one)
	off := d.write("cloudfront:UpdateDistribution", with(one, params{"IfMatch": bind("etag"), "DistributionConfig": edited(bind("config"), "set", params{"Enabled": false})}))
	off.Reads = []remedy.Read{{Call: config, Binds: map[string]string{"etag": "ETag", "config": "DistributionConfig"}}}
	off.Until = []remedy.Condition{d.when("it is switched off", config.Op, config.Params, "DistributionConfig.Enabled", remedy.Equals, false), deployed}
	off.Every, off.Timeout = 15, 2400
	gone := d.write("cloudfront:DeleteDistribution", with(one, params{"IfMatch": bind("etag")}))
	gone.Reads = []remedy.Read{{Call: config, Binds: map[string]string{"etag": "ETag"}}}
	gone.Until = []remedy.Condition{all.is("the distribution is gone", at, remedy.Absent, nil)}
	a.Undo = []remedy.Action{off, gone}
	d.shows("distribution", absent{}, s.mark)
	d.do(a)
}
