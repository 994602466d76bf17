package truth

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// concern says which policies answer for a fact of the seed, and for which of their results. A row with unanswered has none: it
// says why.
type concern struct {
	policies   []string
	somewhere  bool   // the resource of the fact is not what is judged: any result of the policies counts
	unanswered string // no policy, or no double, can say it
	undecided  string // why a violated fact is left undecided
	accepted   string // why a violated fact is no finding
	untold     string // why the double leaves a kept fact without a pass
}

func by(ids ...string) concern { return concern{policies: ids} }

func anywhere(ids ...string) concern { return concern{policies: ids, somewhere: true} }

func none(why string) concern { return concern{unanswered: why} }

// concerns holds every concern of the manifest. Facts about the group "port 3306" have the port behind the name.
var concerns = map[string]concern{
	"account-backup-plan":               anywhere("backup.tables"),
	"asg-can-scale-out":                 by("asg.min_size", "asg.scale_out"),
	"asg-elb-health-check":              by("asg.elb_health"),
	"asg-multi-az":                      by("asg.two_zones"),
	"bucket-public-access-blocked":      by("s3.public_access_block"),
	"cache-automatic-failover":          by("elasticache.failover", "elasticache.single_node"),
	"cache-backups":                     by("elasticache.snapshots"),
	"cache-multi-az":                    by("elasticache.failover", "elasticache.zones"),
	"cdn-in-front-of-s3":                {policies: []string{"s3.cdn"}, undecided: "the distribution's origin is a name that no record has", untold: "a private bucket is asked for no CDN"},
	"cdn-redirects-to-https":            by("cloudfront.tls"),
	"certificate-not-expiring-30d":      {policies: []string{"acm.expiry", "acm.unused_expiry"}, untold: "moto issues certificates a minute after they were requested"},
	"config-recorder-on":                none("no control asks for AWS Config"),
	"console-user-has-mfa":              {policies: []string{"iam.console_mfa"}, untold: "a user without a password is not judged"},
	"db-automated-backups":              by("rds.backup_retention", "rds.cluster_backup_retention"),
	"db-cluster-has-reader-in-other-az": by("rds.aurora_reader"),
	"db-deletion-protection":            by("rds.deletion_protection"),
	"db-encrypted":                      by("rds.encryption"),
	"db-multi-az":                       by("rds.multi_az"),
	"db-not-public":                     {policies: []string{"rds.private"}, accepted: "NET-TIER-001 asks for a way from the internet, and its subnets have none"},
	"dns-failover-with-health-check":    {policies: []string{"dns.failover_pair", "dns.health_check"}, accepted: "DNS-FAILOVER-001 asks for a second region, which is a decision; pairs that exist are judged"},
	"ebs-volume-has-snapshot":           by("backup.volumes"),
	"ecr-immutable-tags":                by("ecr.immutable_tags"),
	"ecr-scan-on-push":                  by("ecr.scanned"),
	"ecs-service-multi-az":              by("ecs.two_zones"),
	"efs-mount-target-per-az":           by("efs.zones"),
	"eks-nodegroup-can-scale":           none("EKS-NODE-001 asks the Kubernetes API for the autoscaler too"),
	"eks-nodegroup-multi-az":            anywhere("eks.two_zones"),
	"guardduty-on":                      none("no control asks for GuardDuty"),
	"instance-in-auto-scaling-group":    {policies: []string{"ec2.pet"}, accepted: "CMP-PET-001 asks for serving instances, and nothing leads to this one"},
	"kms-key-rotation":                  none("no control asks for the rotation of keys"),
	"kops-control-plane-multi-az":       anywhere("kops.control_plane"),
	"lambda-dead-letter":                none("LMB-DLQ-001 asks for functions that something calls and does not wait for, and nothing calls this one"),
	"lambda-vpc-multi-az":               by("lambda.two_zones"),
	"lb-https-only":                     by("lb.https", "elb.https"),
	"lb-multi-az":                       by("lb.zones", "elb.zones"),
	"log-retention-set":                 by("logs.retention"),
	"multi-region-trail":                anywhere("account.trail"),
	"nat-per-az":                        anywhere("nat.per_zone"),
	"no-direct-admin":                   by("iam.user_admin"),
	"password-policy-strong":            none("no control asks for a password policy"),
	"queue-has-dead-letter-queue":       by("sqs.dead_letter"),
	"search-multi-az":                   by("opensearch.zones"),
	"sg-not-open-to-world port 3306":    anywhere("rds.app_only", "rds.cluster_app_only"),
	"sg-not-open-to-world port 6379":    anywhere("elasticache.app_only"),
	"sg-not-open-to-world port 8080":    none("NET-SG-001 asks for the ports of administration, NET-TIER-002 for those of data"),
	"table-deletion-protection":         by("dynamodb.deletion_protection"),
	"table-pitr":                        by("dynamodb.recovery", "dynamodb.minor_recovery"),
	"tf-state-bucket-encrypted":         none("S3 encrypts every object since January 2023, whatever the bucket says"),
	"tf-state-bucket-versioned":         by("s3.versioning"),
	"tier-has-alarms":                   anywhere("alarms.coverage", "alarms.classic_load_balancer"),
	"vpc-flow-logs":                     none("no control asks for flow logs"),
	"wildcard-certificate":              by("acm.wildcard"),
}

func concernOf(f fact) (concern, bool) {
	if c, ok := concerns[f.Concern+" "+f.Why]; ok {
		return c, true
	}
	c, ok := concerns[f.Concern]
	return c, ok
}

// TestEveryFactOfTheSeedIsJudgedAsItIs seeds a good and a bad account and holds the verdicts against the table.
func TestEveryFactOfTheSeedIsJudgedAsItIs(t *testing.T) {
	s := moto.Patched(t, nil, "../moto/testdata/patches.py")
	for variant, account := range map[string]string{"good": goodAccount, "bad": badAccount} {
		m := seed(t, s, "--variant", variant, "--account", account)
		for _, x := range m.Skipped {
			t.Errorf("%s: the double does not know %s: %s", variant, x.Call, x.Error)
		}
		found := scan(t, s, aws.Options{}, account)
		for _, gap := range found.Gaps {
			t.Errorf("%s: gap at %s: %s %s", variant, gap.Where, gap.What, gap.Why)
		}
		results, _ := judge(t, found)
		dump(t, variant, results)
		for _, f := range m.Truth {
			t.Run(strings.ReplaceAll(fmt.Sprint(variant, " ", f.Concern, " ", short(f.Resource)), "/", "."), func(t *testing.T) { hold(t, f, results) })
		}
	}
}

// hold compares what is judged of one fact with what is true.
func hold(t *testing.T, f fact, results []policies.Result) {
	c, ok := concernOf(f)
	if !ok {
		t.Fatalf("%s (%s) is in no row of concerns", f.Concern, f.Why)
	}
	if c.unanswered != "" {
		t.Skip(c.unanswered)
	}
	found := map[policies.Verdict][]string{}
	for _, r := range results {
		if slices.Contains(c.policies, r.Policy) && (c.somewhere || strings.Contains(string(r.Key.Address), short(f.Resource))) {
			found[r.Verdict] = append(found[r.Verdict], fmt.Sprintf("%s of %s: %s", r.Policy, r.Key.Address, r.Message))
		}
	}
	switch {
	case f.OK && len(found[policies.Fail]) > 0:
		t.Errorf("it is so, and there are findings: %v", found[policies.Fail])
	case f.OK && len(found[policies.Pass]) == 0 && c.untold == "":
		t.Errorf("it is so, and nothing passes: %v", found)
	case !f.OK && c.accepted != "":
		t.Skip(c.accepted)
	case !f.OK && len(found[policies.Fail]) == 0 && (c.undecided == "" || len(found[policies.Undecided]) == 0):
		t.Errorf("it is not so, and nothing fails: %v", found)
	}
}

// short is the part of a resource's name that addresses contain: of an ARN what follows the kind, of a URL the last part.
func short(resource string) string {
	if _, path, ok := strings.Cut(resource, ":loadbalancer/"); ok {
		return path
	}
	if strings.HasPrefix(resource, "http") {
		return resource[strings.LastIndex(resource, "/")+1:]
	}
	return resource
}

// dump prints what is found, with TRUTH_DUMP set to a variant.
func dump(t *testing.T, variant string, results []policies.Result) {
	if os.Getenv("TRUTH_DUMP") != variant {
		return
	}
	for _, r := range results {
		if r.Verdict != policies.Fail && r.Verdict != policies.Undecided {
			continue
		}
		why := r.Message
		for _, m := range r.Missing {
			why += fmt.Sprintf("; %s %s: %s", m.Key, m.Path, m.Why)
		}
		t.Log(r.Verdict, r.Policy, r.Key.Address, why)
	}
}

// TestAnEmptyAccountIsAskedForItsTrailOnly: what every account has and nobody made (a default VPC in each region with its subnets and
// groups, roles of AWS) is no finding. Moto's root user never has a second factor.
func TestAnEmptyAccountIsAskedForItsTrailOnly(t *testing.T) {
	t.Parallel()
	found := scan(t, moto.Start(t), aws.Options{}, "444444444444")
	results, g := judge(t, found)
	if len(g.OfType("aws_vpc")) != len(regions) {
		t.Errorf("%d default VPCs", len(g.OfType("aws_vpc")))
	}
	var got []string
	for _, r := range results {
		if r.Verdict == policies.Fail {
			got = append(got, r.Policy+" "+string(r.Key.Address))
		}
	}
	want := []string{"account.root_mfa arn:aws:iam::444444444444:root", "account.trail arn:aws:iam::444444444444:root"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
