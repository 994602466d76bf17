package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

func cloudfrontFixes() []Fix {
	return []Fix{cloudfrontHTTPS, cloudfrontCache, cloudfrontCompress, cloudfrontOAC, cloudfrontOriginTLS, s3Site}
}

// distribution reads the distribution's configuration. It is written as a whole, so each write edits what is there at that
// moment and names its ETag: a change of somebody else in between makes AWS refuse it.
func (d *draft) distribution() (params, *source) {
	id := params{"Id": d.text("id")}
	state := d.look("cloudfront:GetDistribution", id)
	state.require("the last change has reached every edge", "Distribution.Status", remedy.Equals, "Deployed")
	return id, d.look("cloudfront:GetDistributionConfig", id)
}

// edge is one member of a distribution that a fix sets.
type edge struct {
	label, path string
	want        any
}

// configure makes the action that sets members of the configuration, and sets them back.
func (d *draft) configure(id params, s *source, edges []edge) {
	set, back, unset := params{}, params{}, []any{}
	var until, before []remedy.Condition
	for _, e := range edges {
		path := "DistributionConfig." + e.path
		prior := s.still(e.label, path)
		d.shows(e.label, prior, e.want)
		set[e.path] = e.want
		if prior == nil {
			unset = append(unset, e.path)
			before = append(before, s.is(e.label+" is as before", path, remedy.Absent, nil))
		} else {
			back[e.path] = prior
			before = append(before, s.is(e.label+" is as before", path, remedy.Equals, prior))
		}
		until = append(until, s.is(e.label+" is as planned", path, remedy.Equals, e.want))
	}
	deployed := d.when("it has reached every edge", "cloudfront:GetDistribution", id, "Distribution.Status", remedy.Equals, "Deployed")
	update := func(set params, unset []any, until []remedy.Condition) remedy.Action {
		a := d.write("cloudfront:UpdateDistribution", with(id, params{"IfMatch": bind("etag"), "DistributionConfig": edited(bind("config"), "set", set, "unset", unset)}))
		a.Reads = []remedy.Read{{Call: s.call, Binds: map[string]string{"etag": "ETag", "config": "DistributionConfig"}}}
		a.Until, a.Every, a.Timeout = append(until, deployed), 15, 2400
		return a
	}
	a := update(set, []any{}, until)
	a.UndoWhen = until
	a.Undo = []remedy.Action{update(back, unset, before)}
	d.do(a)
}

var cloudfrontReads = []string{"cloudfront:GetDistribution", "cloudfront:GetDistributionConfig"}

var cloudfrontHTTPS = Fix{
	ID: "cloudfront-https", Title: "viewers use HTTPS and no old TLS",
	Takes: []string{"aws_cloudfront_distribution.default_cache_behavior.viewer_protocol_policy", "aws_cloudfront_distribution.ordered_cache_behavior.viewer_protocol_policy", "aws_cloudfront_distribution.viewer_certificate.minimum_protocol_version"},
	Does:  []string{"cloudfront:UpdateDistribution"}, Undoes: []string{"cloudfront:UpdateDistribution"}, Reads: cloudfrontReads,
	Risk: remedy.Risk{Class: "access-break", Detail: "Clients that know only HTTP without redirections, or old versions of TLS, are refused."},
	Undo: fully, Seconds: 600,
	plan: func(d *draft) {
		id, s := d.distribution()
		var edges []edge
		for _, c := range d.job.changes {
			switch withoutPositions(c.Path) {
			case "default_cache_behavior.viewer_protocol_policy":
				edges = append(edges, edge{"viewer protocol", "DefaultCacheBehavior.ViewerProtocolPolicy", c.New})
			case "viewer_certificate.minimum_protocol_version":
				edges = append(edges, edge{"oldest TLS", "ViewerCertificate.MinimumProtocolVersion", c.New})
			default:
				n := position(c.Path)
				edges = append(edges, edge{fmt.Sprintf("viewer protocol of behaviour %d", n+1), fmt.Sprintf("CacheBehaviors.Items[%d].ViewerProtocolPolicy", n), c.New})
			}
		}
		d.configure(id, s, edges)
	},
}

// position gives the first position in a path: 2 of "x[2].y".
func position(path string) int {
	steps, err := graph.ParsePath(path)
	if err == nil {
		for _, s := range steps {
			if s.Name == "" && s.Index >= 0 {
				return s.Index
			}
		}
	}
	return 0
}

var cloudfrontCompress = Fix{
	ID: "cloudfront-compress", Title: "answers are compressed", Takes: []string{"aws_cloudfront_distribution.default_cache_behavior.compress"},
	Does: []string{"cloudfront:UpdateDistribution"}, Undoes: []string{"cloudfront:UpdateDistribution"}, Reads: cloudfrontReads,
	Risk: remedy.Risk{Class: "online", Detail: "What is cached already stays as it is until it expires."},
	Undo: fully, Seconds: 600,
	plan: func(d *draft) {
		id, s := d.distribution()
		d.configure(id, s, []edge{{"compression", "DefaultCacheBehavior.Compress", d.must("default_cache_behavior[0].compress")}})
	},
}

// cloudfrontCache is for buckets only: what a server answers may be meant for one viewer.
var cloudfrontCache = Fix{
	ID: "cloudfront-cache", Title: "answers are kept at the edge", Takes: []string{"aws_cloudfront_distribution.default_cache_behavior.cache_policy_id"},
	Does: []string{"cloudfront:UpdateDistribution"}, Undoes: []string{"cloudfront:UpdateDistribution"}, Reads: cloudfrontReads,
	Risk: remedy.Risk{Class: "online-degraded", Detail: "An object that is overwritten is seen when its copy at the edge expires: after a day, or as its Cache-Control says."},
	Undo: fully, Seconds: 600,
	plan: func(d *draft) {
		id, s := d.distribution()
		origin := s.still("what the default behaviour asks", "DistributionConfig.DefaultCacheBehavior.TargetOriginId")
		s.require("that is a bucket", fmt.Sprintf("DistributionConfig.Origins.Items[Id=%v].CustomOriginConfig", origin), remedy.Absent, nil)
		d.configure(id, s, []edge{{"cache policy", "DefaultCacheBehavior.CachePolicyId", d.must("default_cache_behavior[0].cache_policy_id")}})
	},
}

var cloudfrontOriginTLS = Fix{
	ID: "cloudfront-origin-tls", Title: "no old TLS on the way to an origin", Takes: []string{"aws_cloudfront_distribution.origin.custom_origin_config.origin_ssl_protocols"},
	Does: []string{"cloudfront:UpdateDistribution"}, Undoes: []string{"cloudfront:UpdateDistribution"}, Reads: cloudfrontReads,
	Risk: remedy.Risk{Class: "access-break", Detail: "An origin that speaks only older TLS is not reached any more: viewers get 502 for what is not cached."},
	Undo: fully, Seconds: 600,
	plan: func(d *draft) {
		id, s := d.distribution()
		var edges []edge
		for _, c := range d.job.changes {
			at := fmt.Sprintf("Origins.Items[%d].", position(c.Path))
			s.still("the origin", "DistributionConfig."+at+"DomainName")
			list, _ := c.New.([]any)
			edges = append(edges, edge{fmt.Sprintf("protocols of origin %d", position(c.Path)+1), at + "CustomOriginConfig.OriginSslProtocols", params{"Quantity": len(list), "Items": list}})
		}
		d.configure(id, s, edges)
	},
}

// cloudfrontOAC gives the key, lets it in, and then uses it: at no time is the way closed. What let the distribution in before stays.
var cloudfrontOAC = Fix{
	ID: "cloudfront-oac", Title: "the bucket answers only to its distribution", Takes: []string{"+aws_cloudfront_origin_access_control", "aws_cloudfront_distribution.origin.origin_access_control_id"},
	Single: true,
	Does:   []string{"cloudfront:CreateOriginAccessControl", "cloudfront:UpdateDistribution", "s3:PutBucketPolicy"},
	Undoes: []string{"cloudfront:DeleteOriginAccessControl", "cloudfront:UpdateDistribution", "s3:DeleteBucketPolicy", "s3:PutBucketPolicy"},
	Reads:  []string{"cloudfront:GetDistribution", "cloudfront:GetDistributionConfig", "cloudfront:GetOriginAccessControl", "cloudfront:ListOriginAccessControls", "s3:GetBucketPolicy"},
	Risk:   remedy.Risk{Class: "online", Detail: "The bucket lets the distribution in before the distribution signs its requests. A bucket with a key of KMS also needs the distribution in the key's policy."},
	Undo:   fully, Seconds: 900,
	plan: func(d *draft) {
		id, s := d.distribution()
		name := d.must("name")
		var edges []edge
		var buckets []string
		for _, c := range d.job.changes {
			if c.Op != graph.Set {
				continue
			}
			n := position(c.Path)
			origin := fmt.Sprintf("Origins.Items[%d].", n)
			host, _ := s.get("DistributionConfig." + origin + "DomainName").(string)
			bucket, _, ok := strings.Cut(host, ".s3.")
			if !ok {
				d.refuse(remedy.PreconditionFails, "the origin %q is no bucket's own address", host)
			}
			s.require("the origin is still "+host, "DistributionConfig."+origin+"DomainName", remedy.Equals, host)
			s.require("it has no other identity", "DistributionConfig."+origin+"S3OriginConfig.OriginAccessIdentity", remedy.Absent, nil)
			edges, buckets = append(edges, edge{"origin access control of " + bucket, origin + "OriginAccessControlId", bind("control")}), append(buckets, bucket)
		}
		d.accessControl(name)
		for _, b := range distinctTexts(buckets) {
			d.letIn(b)
		}
		d.configure(id, s, edges)
	},
}

func distinctTexts(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		if !seen[s] {
			seen[s], out = true, append(out, s)
		}
	}
	return out
}

// accessControl makes the identity. Its name is unique in the account, so that a second one cannot be made by mistake.
func (d *draft) accessControl(name any) {
	all := d.look("cloudfront:ListOriginAccessControls", params{"MaxItems": 100})
	at := fmt.Sprintf("OriginAccessControlList.Items[Name=%v]", name)
	all.require(fmt.Sprintf("there is no origin access control %v", name), at, remedy.Absent, nil)
	a := d.write("cloudfront:CreateOriginAccessControl", params{"OriginAccessControlConfig": params{"Name": name, "SigningProtocol": "sigv4", "SigningBehavior": "always", "OriginAccessControlOriginType": "s3"}})
	a.Binds = map[string]string{"control": "OriginAccessControl.Id"}
	a.Find = &remedy.Read{Call: all.call, Binds: map[string]string{"control": at + ".Id"}}
	a.Until = []remedy.Condition{all.is("the origin access control is there", at, remedy.Present, nil)}
	back := d.write("cloudfront:DeleteOriginAccessControl", params{"Id": bind("control"), "IfMatch": bind("control_etag")})
	back.Reads = []remedy.Read{{Call: d.call("cloudfront:GetOriginAccessControl", params{"Id": bind("control")}), Binds: map[string]string{"control_etag": "ETag"}}}
	back.Until = []remedy.Condition{all.is("it is gone", at, remedy.Absent, nil)}
	a.Undo = []remedy.Action{back}
	d.shows("origin access control", absent{}, name)
	d.do(a)
}

// letIn adds the statement to a bucket's policy that lets the distribution read.
func (d *draft) letIn(bucket string) {
	arn := "arn:" + d.p.hand.target.Partition
	statement := params{"Sid": "PlumbCloudFront" + d.text("id"), "Effect": "Allow", "Principal": params{"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
		"Resource": arn + ":s3:::" + bucket + "/*", "Condition": params{"StringEquals": params{"AWS:SourceArn": d.text("arn")}}}
	d.policy(bucket, statement)
}
