package resilience_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/resilience"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func span(s resilience.Span) string {
	switch {
	case s.Never:
		return "never"
	case s.Missing != "":
		return "? (" + s.Missing + ")"
	}
	return fmt.Sprint(s.Seconds)
}

// recoveries writes "NAME LOSS RTO RPO" of every row.
func recoveries(t *testing.T, code string) map[string]string {
	t.Helper()
	g := graphFrom(t, terraform.New(fstest.MapFS{"main.tf": {Data: []byte("provider \"aws\" {\n  region = \"eu-west-1\"\n}\n\nprovider \"aws\" {\n  alias  = \"other\"\n  region = \"eu-central-1\"\n}\n\n" + code)}}, terraform.Options{}))
	m := resilience.Derive(g, resilience.Settings{})
	out := map[string]string{}
	for _, r := range m.Recoveries(g) {
		out[r.Name+" "+r.Loss] = span(r.RTO) + " " + span(r.RPO)
	}
	return out
}

func TestTimesToRecover(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code string
		want map[string]string
	}{
		"a database alone, with backups": {`
resource "aws_db_instance" "d" {
  engine                  = "postgres"
  allocated_storage       = 100
  availability_zone       = "eu-west-1a"
  backup_retention_period = 7
}`, map[string]string{"aws_db_instance.d instance": "600 0", "aws_db_instance.d zone": "1800 300", "aws_db_instance.d region": "never never"}},
		"a database without backups": {`
resource "aws_db_instance" "d" {
  engine            = "postgres"
  allocated_storage = 100
  availability_zone = "eu-west-1a"
}`, map[string]string{"aws_db_instance.d instance": "600 0", "aws_db_instance.d zone": "never never", "aws_db_instance.d region": "never never"}},
		"a database with a standby and backups in another region": {`
resource "aws_db_instance" "d" {
  engine                  = "postgres"
  allocated_storage       = 100
  multi_az                = true
  backup_retention_period = 7
}
resource "aws_db_instance_automated_backups_replication" "d" {
  provider               = aws.other
  source_db_instance_arn = aws_db_instance.d.arn
}`, map[string]string{"aws_db_instance.d instance": "120 0", "aws_db_instance.d zone": "120 0", "aws_db_instance.d region": "9000 300"}},
		"a cache of one node without snapshots": {`
resource "aws_elasticache_replication_group" "r" {
  replication_group_id        = "r"
  description                 = "r"
  num_cache_clusters          = 1
  preferred_cache_cluster_azs = ["eu-west-1b"]
}`, map[string]string{"aws_elasticache_replication_group.r instance": "900 0", "aws_elasticache_replication_group.r zone": "900 0", "aws_elasticache_replication_group.r region": "7200 0"}},
		"a cache of one node with snapshots": {`
resource "aws_elasticache_replication_group" "r" {
  replication_group_id        = "r"
  description                 = "r"
  num_cache_clusters          = 1
  preferred_cache_cluster_azs = ["eu-west-1b"]
  snapshot_retention_limit    = 5
}`, map[string]string{"aws_elasticache_replication_group.r instance": "900 86400", "aws_elasticache_replication_group.r zone": "900 86400", "aws_elasticache_replication_group.r region": "never never"}},
		"a table and a bucket": {`
resource "aws_dynamodb_table" "t" {
  name         = "t"
  hash_key     = "id"
  billing_mode = "PAY_PER_REQUEST"
  replica {
    region_name = "eu-central-1"
  }
}
resource "aws_s3_bucket" "b" {
  bucket = "b"
}`, map[string]string{"aws_dynamodb_table.t instance": "0 0", "aws_dynamodb_table.t zone": "0 0", "aws_dynamodb_table.t region": "900 60",
			"aws_s3_bucket.b instance": "0 0", "aws_s3_bucket.b zone": "0 0", "aws_s3_bucket.b region": "never never"}},
		"a plan of AWS Backup with a copy": {`
resource "aws_efs_file_system" "f" {
  availability_zone_name = "eu-west-1a"
}
resource "aws_backup_vault" "here" {
  name = "here"
}
resource "aws_backup_vault" "there" {
  provider = aws.other
  name     = "there"
}
resource "aws_backup_plan" "p" {
  name = "p"
  rule {
    rule_name         = "often"
    target_vault_name = aws_backup_vault.here.name
    schedule          = "cron(0 */4 * * ? *)"
    copy_action {
      destination_vault_arn = aws_backup_vault.there.arn
    }
  }
}
resource "aws_backup_selection" "s" {
  name         = "s"
  plan_id      = aws_backup_plan.p.id
  iam_role_arn = "arn:aws:iam::111122223333:role/backup"
  resources    = [aws_efs_file_system.f.arn]
}`, map[string]string{"aws_efs_file_system.f instance": "0 0", "aws_efs_file_system.f zone": "? (how much data aws_efs_file_system.f holds) 14400",
			"aws_efs_file_system.f region": "? (how much data aws_efs_file_system.f holds) 14400"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, recoveries(t, c.code)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestACachedNameAddsToTheTimeAfterAFailover(t *testing.T) {
	t.Parallel()
	got := recoveries(t, `
resource "aws_route53_zone" "z" {
  name = "shop.example"
}
resource "aws_instance" "a" {
  ami               = "ami-1"
  availability_zone = "eu-west-1a"
}
resource "aws_instance" "b" {
  ami               = "ami-1"
  availability_zone = "eu-west-1b"
}
resource "aws_route53_record" "a" {
  zone_id         = aws_route53_zone.z.zone_id
  name            = "www"
  type            = "A"
  ttl             = 3600
  records         = [aws_instance.a.public_ip]
  set_identifier  = "a"
  health_check_id = "abc"
  failover_routing_policy {
    type = "PRIMARY"
  }
}
resource "aws_route53_record" "b" {
  zone_id         = aws_route53_zone.z.zone_id
  name            = "www"
  type            = "A"
  ttl             = 3600
  records         = [aws_instance.b.public_ip]
  set_identifier  = "b"
  health_check_id = "abd"
  failover_routing_policy {
    type = "SECONDARY"
  }
}`)
	if want := "3600 0"; got["www.shop.example zone"] != want {
		t.Errorf("after the loss of a zone: %q, want %q in %v", got["www.shop.example zone"], want, got)
	}
}

func TestTargetsAreJudgedByThree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		span resilience.Span
		want resilience.Up
	}{
		{resilience.Span{Seconds: 900}, resilience.Yes}, {resilience.Span{Seconds: 901}, resilience.No}, {resilience.Span{Never: true}, resilience.No},
		{resilience.Span{Seconds: 10, Missing: "size"}, resilience.Undecided}, {resilience.Span{Seconds: 1000, Missing: "size"}, resilience.No},
	} {
		if got := c.span.Within(900); got != c.want {
			t.Errorf("%+v within 900: %v, want %v", c.span, got, c.want)
		}
	}
}
