package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/snapshot"
)

// plumb runs a command line, and gives what it printed and its exit status.
func plumb(t *testing.T, args ...string) (out, errors string, code int) {
	t.Helper()
	var o, e strings.Builder
	now := time.Date(2026, 11, 21, 12, 30, 0, 0, time.UTC)
	code = run(context.Background(), args, system{in: strings.NewReader(""), out: &o, err: &e, env: map[string]string{}, now: now})
	return o.String(), e.String(), code
}

// signedIntoShop starts a double with the shop in an account, and signs in to it from an empty folder.
func signedIntoShop(t *testing.T, account, region, bucket string) *moto.Server {
	t.Helper()
	server := moto.Start(t)
	cfg := server.Config(t, account, region)
	seedShop(t, cfg, bucket)
	credentials, err := cfg.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.SecretAccessKey, "AWS_SESSION_TOKEN": credentials.SessionToken,
		"AWS_REGION": region, "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "XDG_CACHE_HOME": t.TempDir(),
	} {
		t.Setenv(name, value)
	}
	t.Chdir(t.TempDir())
	return server
}

// What is judged later from the file is what was judged in the account, to the byte.
func TestASnapshotIsJudgedLikeTheAccount(t *testing.T) {
	const account, region = "300000000011", "eu-west-1"
	server := signedIntoShop(t, account, region, "snapshot-images")
	reach := []string{"--endpoint-url", server.URL, "--regions", region}
	live, errors, code := plumb(t, append([]string{"scan", "aws", "-q", "--format", "json", "--verdicts", "all"}, reach...)...)
	if code != 2 {
		t.Fatalf("exit status %d: %s", code, errors)
	}
	said, errors, code := plumb(t, append([]string{"snapshot", "-q", "-o", "shop.plumb"}, reach...)...)
	if code != 0 || !strings.Contains(said, "shop.plumb: ") {
		t.Fatalf("exit status %d: %s%s", code, said, errors)
	}
	for name := range map[string]bool{"AWS_ACCESS_KEY_ID": true, "AWS_SECRET_ACCESS_KEY": true, "AWS_SESSION_TOKEN": true} {
		t.Setenv(name, "")
	}
	later, errors, code := plumb(t, "scan", "-q", "shop.plumb", "--format", "json", "--verdicts", "all")
	if code != 2 {
		t.Fatalf("exit status %d: %s", code, errors)
	}
	if diff := cmp.Diff(findingsOf(t, live), findingsOf(t, later)); diff != "" {
		t.Error(diff)
	}
	if info, err := os.Stat("shop.plumb"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
}

func seedShop(t *testing.T, cfg sdk.Config, bucket string) {
	t.Helper()
	ctx := context.Background()
	_, err := sqs.NewFromConfig(cfg).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: sdk.String("sync")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = dynamodb.NewFromConfig(cfg).CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: sdk.String("orders"), BillingMode: dynamodbtypes.BillingModePayPerRequest,
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: sdk.String("id"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
		KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: sdk.String("id"), KeyType: dynamodbtypes.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: sdk.String(bucket), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(cfg.Region)}}); err != nil {
		t.Fatal(err)
	}
}

// findingsOf is the list of findings of a report, as it stands there.
func findingsOf(t *testing.T, report string) string {
	t.Helper()
	var r struct {
		Findings json.RawMessage `json:"findings"`
	}
	if err := json.Unmarshal([]byte(report), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) < 100 {
		t.Fatalf("no findings: %s", r.Findings)
	}
	return string(r.Findings)
}

// storedSnapshot is a snapshot of one database, taken on the first of July.
func storedSnapshot(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	db := &graph.Resource{
		Root: "aws:111111111111", Address: "arn:aws:rds:eu-west-1:111111111111:db:shop", Type: "aws_db_instance", Name: "shop", Observed: true,
		Attrs: map[string]any{"identifier": "shop", "engine": "mysql", "multi_az": false}, Facts: map[string]any{"_account": "111111111111", "_region": "eu-west-1"},
		Origins: []graph.Origin{{Source: "aws", Scope: "111111111111/eu-west-1", ID: "arn:aws:rds:eu-west-1:111111111111:db:shop"}},
	}
	_, err := snapshot.Write(&file, &snapshot.Snapshot{
		Tool: "0.1.0", Taken: time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC), Accounts: []snapshot.Account{{ID: "111111111111", Partition: "aws", Regions: []string{"eu-west-1"}}},
		Found: scanners.Found{Resources: []*graph.Resource{db}, Roots: []scanners.Root{{Path: "aws:111111111111", Kind: "aws"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestSnapshotsThatCannotBeUsedSayWhy(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	whole := storedSnapshot(t)
	changed := bytes.Clone(whole)
	changed[len(changed)*2/3] ^= 1
	for name, text := range map[string][]byte{"whole": whole, "cut": whole[:len(whole)-20], "changed": changed} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"scan", "cut"}, 1, "error: cut: part roots: the file ends in it: it was cut off\n"},
		{[]string{"scan", "changed"}, 1, "error: changed: part "},
		{[]string{"snapshot"}, 1, "in which file?"},
		{[]string{"snapshot", ".", "-o", "x"}, 1, "error: .: no account\n"},
		{[]string{"snapshot", "-o", "missing/x"}, 1, "name a file in a folder that exists"},
		{[]string{"scan", "whole", "-q"}, 2, ""},
	} {
		out, errors, code := plumb(t, c.args...)
		if code != c.code || !strings.Contains(errors, c.says) || c.code == 1 && out != "" {
			t.Errorf("plumb %v: exit status %d\n%s%s", c.args, code, out, errors)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 3 {
		t.Errorf("files are left: %v %v", entries, err)
	}
}

// Dates are judged as of the day that the snapshot was taken, unless another is asked for.
func TestASnapshotIsJudgedByItsDay(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("shop.plumb", storedSnapshot(t), 0o600); err != nil {
		t.Fatal(err)
	}
	waiver := "waivers:\n  - policy: rds.multi_az\n    reason: moves in autumn\n    until: 2026-08-01\n"
	if err := os.WriteFile("plumb.yaml", []byte(waiver), 0o600); err != nil {
		t.Fatal(err)
	}
	for date, verdict := range map[string]string{"": "waived", "2026-07-31": "waived", "2026-09-01": "fail"} {
		args := []string{"scan", "shop.plumb", "-q", "--only", "rds.multi_az", "--format", "json", "--verdicts", "all"}
		if date != "" {
			args = append(args, "--as-of", date)
		}
		out, errors, _ := plumb(t, args...)
		if !strings.Contains(out, `"verdict": "`+verdict+`"`) {
			t.Errorf("--as-of %q: not %s\n%s%s", date, verdict, out, errors)
		}
	}
}
