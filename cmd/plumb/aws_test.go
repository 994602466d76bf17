package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/awsdouble"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// away gives the process an environment with credentials of one account of a double, and no settings of the user's.
func away(t *testing.T, account string) (home string) {
	t.Helper()
	home = t.TempDir()
	for name, value := range map[string]string{
		"HOME": home, "XDG_CACHE_HOME": filepath.Join(home, "cache"), "AWS_ACCESS_KEY_ID": "AKIA" + account, "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": filepath.Join(home, "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(home, "credentials"), "AWS_PROFILE": "",
		"AWS_REGION": "", "AWS_ENDPOINT_URL": "", "PLUMB_AS_OF": "2026-11-20",
	} {
		t.Setenv(name, value)
	}
	return home
}

// plumbLive runs one command line in this process.
func plumbLive(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err strings.Builder
	code = run(context.Background(), args, system{in: strings.NewReader(""), out: &out, err: &err, env: environment(os.Environ()), now: time.Now().UTC()})
	return code, out.String(), err.String()
}

// refuse answers one operation of one account with an error.
func refuse(account, operation string, status int, code, message string) func(awsdouble.Call) (int, string, string) {
	return func(c awsdouble.Call) (int, string, string) {
		if c.Operation == operation && (account == "" || c.Account == account || strings.Contains(c.Form.Get("RoleArn"), account)) {
			return status, code, message
		}
		return 0, "", ""
	}
}

func TestWhatIsWrongWithAnAccountIsSaid(t *testing.T) {
	hourAhead := func() time.Time { return time.Now().Add(time.Hour) }
	tests := []struct {
		name   string
		double awsdouble.Options
		config string // ~/.aws/config
		args   []string
		says   []string
	}{
		{"an expired session", awsdouble.Options{Refuse: refuse("", "GetCallerIdentity", 403, "ExpiredToken", "The security token included in the request is expired")},
			"[profile shop]\naws_access_key_id = AKIA111111111111\naws_secret_access_key = x\n", []string{"aws:shop"}, []string{"error: aws:shop: the session of profile shop is not valid, or no longer", "hint: aws sso login --profile shop"}},
		{"a session of SSO that was never begun", awsdouble.Options{}, "[profile shop]\nsso_session = s\nsso_account_id = 111111111111\nsso_role_name = read\n[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://shop.awsapps.com/start\n",
			[]string{"aws:shop"}, []string{"error: aws:shop: the session of profile shop is not valid, or no longer", "hint: aws sso login --profile shop"}},
		{"no credentials", awsdouble.Options{}, "[profile none]\nregion = eu-west-1\n", []string{"aws:none"}, []string{"error: aws:none: there are no AWS credentials of profile none", "hint: set AWS_PROFILE or --profile, or sign in: aws sso login --profile none"}},
		{"a wrong clock", awsdouble.Options{Date: hourAhead, Refuse: refuse("", "GetCallerIdentity", 403, "SignatureDoesNotMatch", "Signature expired")},
			"", []string{"aws"}, []string{"the clock of this machine is 60 minutes behind that of AWS", "hint: set the clock"}},
		{"no such profile", awsdouble.Options{}, "[profile shop-prod]\nregion = eu-west-1\n", []string{"aws:shop-prd"},
			[]string{"error: aws:shop-prd: no account of plumb.yaml and no AWS profile is called shop-prd", "did you mean shop-prod?"}},
		{"a role that may not be taken", awsdouble.Options{Refuse: refuse("", "AssumeRole", 403, "AccessDenied", "User: arn:aws:iam::111111111111:user/ana is not authorized to perform: sts:AssumeRole on resource: x")},
			"", []string{"aws", "--role-arn", "arn:aws:iam::222222222222:role/r"}, []string{"the role arn:aws:iam::222222222222:role/r cannot be taken: sts:AssumeRole is denied (AccessDenied for user/ana)", "--external-id"}},
		{"no terminal for a code", awsdouble.Options{}, "", []string{"aws", "--mfa-serial", "arn:aws:iam::111111111111:mfa/ana"},
			[]string{"error: arn:aws:iam::111111111111:mfa/ana: a code is needed, and there is no terminal to ask on hint: run any aws command of this profile first"}},
		{"no region that is switched on", awsdouble.Options{}, "", []string{"aws", "--regions", "eu-west-9"}, []string{"error: aws:111111111111: no region is left to read: none of those asked for is switched on"}},
		{"no region at all", awsdouble.Options{}, "", []string{"aws", "--exclude-regions", "eu-west-1"}, []string{"no region is left to read"}},
		{"a name alone", awsdouble.Options{}, "", []string{"aws", "--role-arn", "reader"}, []string{"hint: --role-arn arn:aws:iam::ACCOUNT:role/reader"}},
		{"no name", awsdouble.Options{}, "", []string{"aws:"}, []string{"error: aws:: names no account"}},
		{"nothing to resume", awsdouble.Options{}, "", []string{"aws", "--resume"}, []string{"there is no interrupted scan of aws --endpoint-url"}},
		{"an account that is none", awsdouble.Options{}, "", []string{"aws", "--accounts", "shop"}, []string{"--accounts shop: not an account ID"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			home := away(t, "111111111111")
			d := awsdouble.Start(test.double)
			defer d.Close()
			if err := os.WriteFile(filepath.Join(home, "config"), []byte(test.config), 0o600); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(test.config, "[profile") {
				t.Setenv("AWS_ACCESS_KEY_ID", "")
				t.Setenv("AWS_SECRET_ACCESS_KEY", "")
			}
			code, out, said := plumbLive(t, append(append([]string{"scan"}, test.args...), "--endpoint-url", d.URL)...)
			if code != 1 || out != "" {
				t.Errorf("exit status %d, printed %q", code, out)
			}
			said = strings.Join(strings.Fields(said), " ")
			for _, want := range test.says {
				if !strings.Contains(said, want) {
					t.Errorf("does not say %q: %s", want, said)
				}
			}
		})
	}
}

// report is the part of the JSON that these tests look at.
type report struct {
	Sources  []struct{ Name, Kind string }
	Findings []struct {
		Policy, Verdict, Root, Resource string
		Source                          struct{ Kind, Account, Region, ARN string }
		Missing                         []struct{ Why string }
	}
	Gaps  []struct{ Root, Where, What, Why string }
	Roots []struct{ Path string }
}

func decode(t *testing.T, text string) report {
	t.Helper()
	var r report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return r
}

func TestARoleThatCannotBeTakenIsAGapAndTheOthersAreJudged(t *testing.T) {
	away(t, "111111111111")
	d := awsdouble.Start(awsdouble.Options{Refuse: refuse("333333333333", "AssumeRole", 403, "AccessDenied", "no")})
	defer d.Close()
	code, out, said := plumbLive(t, "scan", "aws", "--accounts", "111111111111,222222222222,333333333333", "--endpoint-url", d.URL, "-f", "json", "--only", "account", "--strict")
	if code != 2 && code != 3 {
		t.Fatalf("exit status %d: %s", code, said)
	}
	r := decode(t, out)
	found := false
	for _, g := range r.Gaps {
		found = found || g.Where == "aws:333333333333" && strings.Contains(g.Why, "the role arn:aws:iam::333333333333:role/plumb-read cannot be taken: sts:AssumeRole is denied")
	}
	if !found {
		t.Errorf("gaps: %v", r.Gaps)
	}
	judged := map[string]bool{}
	for _, f := range r.Findings {
		judged[f.Source.Account] = true
		if f.Root != "" || f.Source.Kind != "aws" {
			t.Errorf("root %q, source %v", f.Root, f.Source)
		}
	}
	if diff := gocmp.Diff(map[string]bool{"111111111111": true, "222222222222": true}, judged); diff != "" {
		t.Errorf("accounts with verdicts (-want +got):\n%s", diff)
	}
}

func TestARegionThatIsNotEnabledIsAGap(t *testing.T) {
	away(t, "111111111111")
	d := awsdouble.Start(awsdouble.Options{})
	defer d.Close()
	_, out, said := plumbLive(t, "scan", "aws", "--regions", "eu-west-1,me-south-1", "--endpoint-url", d.URL, "-f", "json", "--only", "rds")
	if want := "Not read: aws:111111111111 me-south-1: it is not switched on for this account"; !strings.Contains(said, want) {
		t.Errorf("does not say %q: %s", want, said)
	}
	for _, g := range decode(t, out).Gaps {
		if g.Where == "aws:111111111111 me-south-1" {
			return
		}
	}
	t.Errorf("nothing is said of the region: %s %s", out, said)
}

func TestADeniedCallIsUndecidedAndNamesTheAction(t *testing.T) {
	away(t, "111111111111")
	d := awsdouble.Start(awsdouble.Options{Refuse: refuse("", "DescribeDBInstances", 403, "AccessDenied", "User: arn:aws:sts::111111111111:assumed-role/plumb-read/x is not authorized to perform: rds:DescribeDBInstances")})
	defer d.Close()
	code, out, said := plumbLive(t, "scan", "aws", "--endpoint-url", d.URL, "-f", "json", "--only", "rds.multi_az,gaps", "--verdicts", "all", "--strict")
	if code != 3 {
		t.Errorf("exit status %d: %s", code, said)
	}
	r := decode(t, out)
	const why = "rds:DescribeDBInstances is denied (AccessDenied for role/plumb-read)"
	if len(r.Findings) == 0 {
		t.Error("no verdict")
	}
	for _, f := range r.Findings {
		if f.Verdict != "undecided" || len(f.Missing) == 0 || f.Missing[0].Why != why {
			t.Errorf("%s of %s: %s, %v", f.Policy, f.Resource, f.Verdict, f.Missing)
		}
	}
	if len(r.Gaps) != 1 || r.Gaps[0].Why != why {
		t.Errorf("gaps: %v", r.Gaps)
	}
}

// TestWhatMayBeThereIsNoWitness refuses the call that tells whether a repository has a policy.
func TestWhatMayBeThereIsNoWitness(t *testing.T) {
	away(t, "111111111111")
	d := awsdouble.Start(awsdouble.Options{
		Refuse: refuse("", "GetLifecyclePolicy", 400, "AccessDeniedException", "no"),
		Fill: func(c awsdouble.Call) (string, bool) {
			return `{"repositories": [{"repositoryName": "shop", "repositoryArn": "arn:aws:ecr:eu-west-1:111111111111:repository/shop"}]}`, c.Operation == "DescribeRepositories"
		},
	})
	defer d.Close()
	_, out, said := plumbLive(t, "scan", "aws", "--endpoint-url", d.URL, "-f", "json", "--only", "ecr.lifecycle", "--verdicts", "all")
	r := decode(t, out)
	if len(r.Findings) != 1 || r.Findings[0].Verdict != "undecided" || len(r.Findings[0].Missing) == 0 || !strings.Contains(r.Findings[0].Missing[0].Why, "ecr:GetLifecyclePolicy is denied") {
		t.Errorf("findings: %v; %s", r.Findings, said)
	}
}

func TestADryRunCallsNothingOfTheServices(t *testing.T) {
	away(t, "111111111111")
	d := awsdouble.Start(awsdouble.Options{})
	defer d.Close()
	code, out, said := plumbLive(t, "scan", "aws", "--endpoint-url", d.URL, "--dry-run", "--only", "rds.multi_az")
	if code != 0 || !strings.Contains(out, "rds DescribeDBInstances: 1 time") || !strings.Contains(out, "Permissions: ") {
		t.Errorf("exit status %d, printed %s %s", code, out, said)
	}
	for _, c := range d.Calls() {
		if c.Operation != "GetCallerIdentity" && c.Operation != "DescribeRegions" {
			t.Errorf("%s %s was called", c.Service, c.Operation)
		}
	}
}

func TestPermissionsAreThoseOfThePoliciesAskedFor(t *testing.T) {
	away(t, "111111111111")
	var doc struct {
		Statement []struct {
			Effect   string
			Action   []string
			Resource string
		}
	}
	code, out, said := plumbLive(t, "permissions", "aws", "--only", "rds.multi_az")
	if err := json.Unmarshal([]byte(out), &doc); code != 0 || err != nil {
		t.Fatalf("exit status %d, %v: %s %s", code, err, out, said)
	}
	if diff := gocmp.Diff([]string{"ec2:DescribeRegions", "rds:DescribeDBInstances"}, doc.Statement[0].Action); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	if doc.Statement[0].Effect != "Allow" || doc.Statement[0].Resource != "*" {
		t.Errorf("statement: %v", doc.Statement[0])
	}
	has := filepath.Join(t.TempDir(), "has.json")
	for policy, want := range map[string]string{
		`{"Statement": [{"Effect": "Allow", "Action": "rds:describe*"}]}`:                                "ec2:DescribeRegions",
		`{"Statement": [{"Effect": "Deny", "Action": ["ec2:*"]}, {"Effect": "Allow", "Action": ["*"]}]}`: "allows everything that a live scan reads",
	} {
		if err := os.WriteFile(has, []byte(policy), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, said := plumbLive(t, "permissions", "aws", "--only", "rds.multi_az", "--diff", has)
		if code != 0 || !strings.Contains(out, want) || strings.Contains(out, "DescribeDBInstances") {
			t.Errorf("%s: exit status %d: %s %s", policy, code, out, said)
		}
	}
	for _, args := range [][]string{{"permissions"}, {"permissions", "gcp"}} {
		if code, _, said := plumbLive(t, args...); code != 1 || !strings.Contains(said, "plumb permissions aws") {
			t.Errorf("%v: exit status %d: %s", args, code, said)
		}
	}
}

// TestAScanThatWasKilledGoesOn kills a scan of every service in its midst, and compares what the resumed one calls and finds with one
// that was left alone.
func TestAScanThatWasKilledGoesOn(t *testing.T) {
	home := away(t, "111111111111")
	binary := filepath.Join(t.TempDir(), "plumb")
	if err := os.Symlink(executable(t), binary); err != nil {
		t.Fatal(err)
	}
	d := awsdouble.Start(awsdouble.Options{Latency: 10 * time.Millisecond, Fill: someDisks})
	defer d.Close()
	args := []string{"graph", "aws", "--endpoint-url", d.URL, "-f", "json"}
	want, err := exec.Command(binary, args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	whole := len(d.Calls())
	killed := exec.Command(binary, args...)
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	for _, lines := finishedLists(t, home); lines < 20; _, lines = finishedLists(t, home) {
		time.Sleep(time.Millisecond)
	}
	if err := killed.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := killed.Wait(); err == nil {
		t.Fatal("the scan was over before it was killed")
	}
	time.Sleep(100 * time.Millisecond) // for what is under way at the double
	first := d.Calls()[whole:]
	finished, lines := finishedLists(t, home)
	got, err := exec.Command(binary, append(args, "--resume")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("the resumed scan found something else:\n%s", gocmp.Diff(string(want), string(got)))
	}
	second := d.Calls()[whole+len(first):]
	for _, c := range second {
		if operation := c.Service + " " + c.Operation; finished[operation] {
			t.Errorf("%s had finished and was called again", operation)
		}
	}
	if lines < 20 || len(second)+lines > whole+10 {
		t.Errorf("%d lists had finished, %d calls were made then, and %d are needed in all", lines, len(second), whole)
	}
}

// TestCtrlCReportsWhatWasRead interrupts a scan in its midst: the rest are gaps, and the scan can go on.
func TestCtrlCReportsWhatWasRead(t *testing.T) {
	home := away(t, "111111111111")
	binary := filepath.Join(t.TempDir(), "plumb")
	if err := os.Symlink(executable(t), binary); err != nil {
		t.Fatal(err)
	}
	d := awsdouble.Start(awsdouble.Options{Latency: 20 * time.Millisecond})
	defer d.Close()
	args := []string{"scan", "aws", "--endpoint-url", d.URL, "-f", "json"}
	var out, said bytes.Buffer
	stopped := exec.Command(binary, args...)
	stopped.Stdout, stopped.Stderr = &out, &said
	if err := stopped.Start(); err != nil {
		t.Fatal(err)
	}
	for _, lines := finishedLists(t, home); lines < 5; _, lines = finishedLists(t, home) {
		time.Sleep(time.Millisecond)
	}
	if err := stopped.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := stopped.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Fatalf("%v: %s", err, said.String())
	}
	told := false
	for _, g := range decode(t, out.String()).Gaps {
		told = told || strings.Contains(g.Why, "the scan was interrupted")
	}
	if !told {
		t.Errorf("no gap says that the scan was interrupted: %s", out.String())
	}
	if code, _, said := plumbLive(t, append(args, "--resume")...); code != 0 && code != 2 || !strings.Contains(said, "taken over from the scan before") {
		t.Errorf("exit status %d: %s", code, said)
	}
}

// TestTwoScansDoNotShareACheckpoint holds the checkpoint of a scan that runs, and starts others beside it.
func TestTwoScansDoNotShareACheckpoint(t *testing.T) {
	home := away(t, "111111111111")
	d := awsdouble.Start(awsdouble.Options{})
	defer d.Close()
	for name, test := range map[string]struct {
		checkpoint string
		args       []string
		code       int
		says       string
	}{
		"another scan of the same account": {"", nil, 0, "Another scan of the same accounts runs now, so this one could not be resumed"},
		"going on with what still runs":    {"", []string{"--resume"}, 1, "another scan writes this checkpoint now hint: wait for its end, or give this scan one of its own: --checkpoint FILE"},
		"one file for two scans":           {filepath.Join(home, "own.jsonl"), nil, 1, "own.jsonl: another scan writes this checkpoint now"},
		"two files for two scans":          {"", []string{"--checkpoint", filepath.Join(home, "second.jsonl")}, 0, "Reading 1 account"},
	} {
		t.Run(name, func(t *testing.T) {
			o := liveOptions{endpointURL: d.URL, checkpoint: test.checkpoint, sys: &system{}, common: &commonOptions{}}
			running, err := o.openCheckpoint(&reached{of: o.of([]source{{name: "aws", kind: live}})})
			if err != nil {
				t.Fatal(err)
			}
			defer running.file.Close()
			before, err := os.ReadFile(running.file.Name())
			if err != nil {
				t.Fatal(err)
			}
			args := append([]string{"scan", "aws", "--endpoint-url", d.URL, "--only", "rds.multi_az"}, test.args...)
			if test.checkpoint != "" {
				args = append(args, "--checkpoint", test.checkpoint)
			}
			code, _, said := plumbLive(t, args...)
			if said = strings.Join(strings.Fields(said), " "); code != test.code || !strings.Contains(said, test.says) {
				t.Errorf("exit status %d, says %s; want %d, %s", code, said, test.code, test.says)
			}
			if after, err := os.ReadFile(running.file.Name()); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the checkpoint of the scan that runs is not what it was: %v", err)
			}
		})
	}
}

func TestAccountsOfAnOrganizationAreChosen(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want []string // account IDs
	}{
		{"all that are active", nil, []string{"111111111111", "222222222222", "333333333333"}},
		{"a unit", []string{"--ou", "workloads"}, []string{"222222222222", "333333333333"}},
		{"a unit by its path", []string{"--ou", "/workloads/test"}, []string{"333333333333"}},
		{"not a unit", []string{"--exclude-ou", "ou-test"}, []string{"111111111111", "222222222222"}},
		{"a tag", []string{"--account-tag", "env=prod"}, []string{"222222222222"}},
		{"not a tag", []string{"--exclude-account-tag", "env=prod"}, []string{"111111111111", "333333333333"}},
		{"a name and an ID", []string{"--accounts", "shop,333333333333"}, []string{"222222222222", "333333333333"}},
	}
	answers := map[string]string{
		"ListRoots r":                              `{"Roots": [{"Id": "r-1"}]}`,
		"ListAccountsForParent r-1":                `{"Accounts": [{"Id": "111111111111", "Name": "home", "Status": "ACTIVE", "State": "ACTIVE"}, {"Id": "999999999999", "Name": "closed", "Status": "SUSPENDED", "State": "SUSPENDED"}]}`,
		"ListOrganizationalUnitsForParent r-1":     `{"OrganizationalUnits": [{"Id": "ou-work", "Name": "workloads"}]}`,
		"ListAccountsForParent ou-work":            `{"Accounts": [{"Id": "222222222222", "Name": "shop", "Status": "ACTIVE", "State": "ACTIVE"}]}`,
		"ListOrganizationalUnitsForParent ou-work": `{"OrganizationalUnits": [{"Id": "ou-test", "Name": "test"}]}`,
		"ListAccountsForParent ou-test":            `{"Accounts": [{"Id": "333333333333", "Name": "try", "Status": "ACTIVE", "State": "ACTIVE"}]}`,
		"ListTagsForResource 222222222222":         `{"Tags": [{"Key": "env", "Value": "prod"}]}`,
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			away(t, "111111111111")
			d := awsdouble.Start(awsdouble.Options{Fill: func(c awsdouble.Call) (string, bool) {
				var in struct{ ParentID, ResourceID string }
				if c.Service != "organizations" || json.Unmarshal([]byte(c.Body), &in) != nil {
					return "", false
				}
				body, ok := answers[c.Operation+" "+cmp.Or(in.ParentID, in.ResourceID, "r")]
				return body, ok
			}})
			defer d.Close()
			_, out, said := plumbLive(t, append([]string{"scan", "aws", "--org", "--endpoint-url", d.URL, "--only", "iam", "-f", "json"}, test.args...)...)
			var got []string
			for _, r := range decode(t, out).Roots {
				got = append(got, strings.TrimPrefix(r.Path, "aws:"))
			}
			if diff := gocmp.Diff(test.want, got); diff != "" {
				t.Errorf("accounts (-want +got):\n%s\n%s", diff, said)
			}
		})
	}
}

func executable(t *testing.T) string {
	t.Helper()
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func someDisks(c awsdouble.Call) (string, bool) {
	if c.Operation != "DescribeVolumes" {
		return "", false
	}
	return "<DescribeVolumesResponse><volumeSet><item><volumeId>vol-1</volumeId><size>8</size><availabilityZone>eu-west-1a</availabilityZone></item></volumeSet></DescribeVolumesResponse>", true
}

// finishedLists reads which list calls a checkpoint says are finished, as "SERVICE OPERATION" where requests name it. Operations that
// occur in two lists are left out.
func finishedLists(t *testing.T, home string) (operations map[string]bool, lines int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(home, "cache", "plumb", "checkpoints", "*.jsonl"))
	if err != nil || len(files) > 1 {
		t.Fatalf("checkpoints: %v %v", files, err)
	}
	if len(files) == 0 {
		return nil, 0
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, line := range strings.Split(string(text), "\n")[1:] {
		var r struct{ Unit, Detail string }
		if json.Unmarshal([]byte(line), &r) != nil || r.Detail != "" {
			continue // the torn end, or a detail
		}
		lines++
		words := strings.Split(r.Unit, "/")
		if service, known := map[string]string{"rds": "rds", "ec2": "ec2", "sqs": "sqs", "elasticache": "elasticache", "dynamodb": "dynamodb", "sns": "sns"}[words[2]]; known {
			out[service+" "+words[3]] = true
		}
	}
	return out, lines
}

func TestTheNameOfACachedSessionIsThatOfTheAWSCLI(t *testing.T) {
	// Made with botocore: sha1 of json.dumps of the arguments of AssumeRole with sorted keys.
	tests := []struct {
		key  map[string]string
		want string
	}{
		{map[string]string{"RoleArn": "arn:aws:iam::111111111111:role/admin", "SerialNumber": "arn:aws:iam::222222222222:mfa/ana"}, "6409449d888cae28f7fe5f27a4840d06230327f9"},
		{map[string]string{"RoleArn": "arn:aws:iam::111111111111:role/admin", "SerialNumber": "arn:aws:iam::222222222222:mfa/ana", "ExternalId": "a\"b", "DurationSeconds": "3600", "RoleSessionName": "ana"}, "c5ed2f1681bf02dddf8acca48baa6c3b3d1843ae"},
	}
	for _, test := range tests {
		if got := cacheName(test.key); got != test.want+".json" {
			t.Errorf("%v: %s, want %s.json", test.key, got, test.want)
		}
	}
}

func TestProgressFitsTheLine(t *testing.T) {
	long := "[####------] 1200/4640, 12,204 resources, about 1m20s left, 111111111111 eu-west-1 12/58"
	for columns, want := range map[int]string{80: long[:80-len("... 45 s")] + "... 45 s", 120: long + "... 45 s"} {
		if got := cut(long, "... 45 s", columns); got != want {
			t.Errorf("%d columns: %q, want %q", columns, got, want)
		}
	}
	if got := slowest([]aws.PlaceStatus{{Region: "a", Done: 3, Lists: 9}, {Region: "b", Done: 1, Lists: 9}, {Region: "c", Done: 9, Lists: 9}}); got.Region != "b" {
		t.Errorf("the slowest is %q", got.Region)
	}
}

func TestAccountsAreCompletedByName(t *testing.T) {
	home := away(t, "111111111111")
	if err := os.WriteFile(filepath.Join(home, "config"), []byte("[default]\n[profile shop]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "plumb.yaml"), []byte("accounts: {shop-prod: {profile: shop}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(home)
	for word, want := range map[string]string{"aw": "aws\naws:default\naws:shop\naws:shop-prod\n:4\n", "infra": ":0\n"} {
		if _, out, said := plumbLive(t, "__complete", "scan", word); out != want {
			t.Errorf("%s: %q %s, want %q", word, out, said, want)
		}
	}
}

func TestOneCodeServesManyScans(t *testing.T) {
	home := away(t, "111111111111")
	d := awsdouble.Start(awsdouble.Options{Refuse: func(c awsdouble.Call) (int, string, string) {
		if c.Operation == "AssumeRole" && c.Form.Get("TokenCode") != "123456" {
			return http.StatusForbidden, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code."
		}
		return 0, "", ""
	}})
	defer d.Close()
	asked := 0
	scan := func(code string) (account string, err error) {
		o := liveOptions{roleARN: "arn:aws:iam::222222222222:role/r", mfaSerial: "arn:aws:iam::111111111111:mfa/ana", endpointURL: d.URL,
			ask: func(string) (string, error) { asked++; return code, nil }, sys: &system{}, common: &commonOptions{}}
		x, err := o.reach(context.Background(), []source{{name: "aws", kind: live}}, &config{})
		if err != nil {
			return "", err
		}
		return x.accounts[0].ID, nil
	}
	if _, err := scan("000000"); err == nil || !strings.Contains(err.Error(), "the code of arn:aws:iam::111111111111:mfa/ana was not accepted") {
		t.Errorf("a wrong code: %v", err)
	}
	for range 2 {
		if account, err := scan("123456"); err != nil || account != "222222222222" {
			t.Errorf("account %s, %v", account, err)
		}
	}
	if asked != 2 {
		t.Errorf("a code was asked for %d times, and once for each session is right", asked)
	}
	name := filepath.Join(home, ".aws", "cli", "cache", cacheName(map[string]string{"RoleArn": "arn:aws:iam::222222222222:role/r", "SerialNumber": "arn:aws:iam::111111111111:mfa/ana"}))
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the cached session: %v %v", info, err)
	}
	text, err := os.ReadFile(name)
	if want := fmt.Sprintf(`"AccessKeyId":"ASIA%s"`, "222222222222"); err != nil || !strings.Contains(string(text), want) {
		t.Errorf("%s: %v", text, err)
	}
}
