package aws

import "github.com/plumbline-dev/plumbline/remedy"

func trailFixes() []Fix { return []Fix{newTrail} }

// newTrail makes a trail and starts it: one that was made records nothing until then.
var newTrail = Fix{
	ID: "cloudtrail-new", Title: "a trail for every region", Takes: []string{"+aws_cloudtrail"}, free: true,
	Does: []string{"cloudtrail:CreateTrail", "cloudtrail:StartLogging"}, Undoes: []string{"cloudtrail:DeleteTrail", "cloudtrail:StopLogging"},
	Reads: []string{"cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "s3:GetBucketPolicy"},
	Risk:  remedy.Risk{Class: "online", Detail: "The first copy of management events costs nothing; their files in the bucket do."},
	Undo:  partly("the files in the bucket stay"), Seconds: 20,
	plan: func(d *draft) {
		name, bucket := d.named("name"), d.must("s3_bucket_name")
		for _, attr := range []string{"is_multi_region_trail", "enable_log_file_validation", "enable_logging"} {
			if v, _ := d.wanted(attr); v != true {
				d.refuse(remedy.PreconditionFails, "only a trail of all regions that validates its files and records is made in an account")
			}
		}
		trails := d.look("cloudtrail:DescribeTrails", params{"IncludeShadowTrails": true})
		trails.require("no trail covers every region", "TrailList[?IsMultiRegionTrail=true]", remedy.Absent, nil)
		at := "TrailList[Name=" + name + "]"
		trails.require("there is no trail of this name", at, remedy.Absent, nil)
		policy := d.look("s3:GetBucketPolicy", params{"Bucket": bucket})
		policy.require("the policy of the bucket is as it was read", "Policy", remedy.Equals, policy.get("Policy"))
		called := params{"Name": name}
		a := d.write("cloudtrail:CreateTrail", params{"Name": name, "S3BucketName": bucket, "IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": true, "EnableLogFileValidation": true})
		a.Until = []remedy.Condition{trails.is("the trail is there", at, remedy.Present, nil)}
		a.Undo = d.undone("cloudtrail:DeleteTrail", called, trails.is("the trail is gone", at, remedy.Absent, nil))
		d.shows("trail", absent{}, name)
		d.do(a)
		start := d.write("cloudtrail:StartLogging", called)
		start.Until = []remedy.Condition{d.when("it records", "cloudtrail:GetTrailStatus", called, "IsLogging", remedy.Equals, true)}
		start.Undo = d.undone("cloudtrail:StopLogging", called, d.when("it does not record", "cloudtrail:GetTrailStatus", called, "IsLogging", remedy.Equals, false))
		d.do(start)
	},
}
