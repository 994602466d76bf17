package policies_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// trailBucket writes a bucket whose policy lets CloudTrail write to it.
func trailBucket(name, condition string) string {
	return fmt.Sprintf(`
resource "aws_s3_bucket" %[1]q {
  bucket = %[1]q
}
resource "aws_s3_bucket_policy" %[1]q {
  bucket = aws_s3_bucket.%[1]s.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = { Service = "cloudtrail.amazonaws.com" }, Action = "s3:PutObject", Resource = "arn:aws:s3:::%[1]s/*"%[2]s }]
  })
}
`, name, condition)
}

func TestATrailIsProposedWhereItsBucketIsCertain(t *testing.T) {
	const account = "resource \"aws_account\" \"a\" {\n  account_id = \"111111111111\"\n}\n"
	trail := func(name string, more string) string {
		return fmt.Sprintf("resource \"aws_cloudtrail\" %q {\n  name = %[1]q\n  s3_bucket_name = \"logs\"\n  account = \"111111111111\"\n%s\n}\n", name, more)
	}
	for name, c := range map[string]struct {
		code string
		want []string
	}{
		"no bucket":                   {account, nil},
		"a bucket":                    {account + trailBucket("logs", ""), []string{"create aws_cloudtrail.main"}},
		"two buckets":                 {account + trailBucket("logs", "") + trailBucket("more", ""), nil},
		"a bucket of another trail":   {account + trailBucket("logs", `, Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:cloudtrail:eu-west-1:1:trail/x" } }`), nil},
		"a trail that could do it":    {account + trailBucket("logs", "") + trail("t", ""), []string{"set aws_cloudtrail.t enable_log_file_validation", "set aws_cloudtrail.t is_multi_region_trail"}},
		"two trails":                  {account + trail("t", "") + trail("u", ""), nil},
		"a trail of the organization": {account + trail("t", "is_organization_trail = true"), nil},
		"a trail for something else":  {account + trail("t", "event_selector {\n  include_management_events = false\n}"), nil},
		"a trail of another account":  {account + trailBucket("logs", "") + "resource \"aws_cloudtrail\" \"o\" {\n  name = \"o\"\n  account = \"222222222222\"\n}\n", []string{"create aws_cloudtrail.main"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, change := range proposed(t, "account.trail", map[string]string{"main.tf": c.code})["aws_account.a"] {
				text := fmt.Sprintf("%s %s", change.Op, change.Address)
				if change.Path != "" {
					text += " " + change.Path
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
