package main

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/moto"
)

const seedScript = "../../internal/moto/testdata/seed_account.py"

func seedMoto(t *testing.T, s *moto.Server, args ...string) {
	t.Helper()
	cmd := exec.Command("python3", append([]string{seedScript, "--endpoint", s.URL, "--quiet"}, args...)...)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("seeding: %v\n%s", err, out)
	}
}

func TestOneReportIsMadeOfTheAccountsOfAnOrganization(t *testing.T) {
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
	seedMoto(t, s, "--org", "3")
	away(t, moto.Home)
	code, out, said := plumbLive(t, "scan", "aws", "--org", "--role-arn", "OrganizationAccountAccessRole", "--endpoint-url", s.URL, "--regions", "us-east-1", "-f", "json",
		"--only", "iam.console_mfa,account.trail,rds.multi_az", "--stage", "prod", "--verdicts", "pass,fail,undecided")
	if code != 2 {
		t.Errorf("exit status %d: %s", code, said)
	}
	r := decode(t, out)
	verdicts := map[string]map[string]int{} // by account
	for _, f := range r.Findings {
		if verdicts[f.Source.Account] == nil {
			verdicts[f.Source.Account] = map[string]int{}
		}
		verdicts[f.Source.Account][f.Policy+" "+f.Verdict]++
	}
	good := map[string]int{"account.trail pass": 1, "iam.console_mfa pass": 3, "rds.multi_az pass": 1}
	bad := map[string]int{"account.trail fail": 1, "iam.console_mfa pass": 1, "iam.console_mfa fail": 2, "rds.multi_az fail": 1}
	counts := map[string]int{}
	for account, got := range verdicts {
		switch {
		case cmp.Equal(got, good):
			counts["good"]++
		case cmp.Equal(got, bad):
			counts["bad"]++
		default:
			t.Errorf("%s: %v", account, got)
		}
	}
	if diff := cmp.Diff(map[string]int{"good": 2, "bad": 2}, counts); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
}

// TestAPolicyThatDeniesOneServiceLeavesItUndecided signs in as a user who may do anything but one service, on a double
// that evaluates policies (and refuses every call of most REST services then, so only two others are looked at).
func TestAPolicyThatDeniesOneServiceLeavesItUndecided(t *testing.T) {
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
	seedMoto(t, s, "--variant", "good")
	signIn(t, s)
	code, out, said := plumbLive(t, "scan", "aws", "--endpoint-url", s.URL, "--regions", "us-east-1", "-f", "json", "--stage", "prod", "--only", "elasticache,rds.multi_az", "--verdicts", "all", "--strict")
	if code != 3 {
		t.Errorf("exit status %d: %s", code, said)
	}
	r := decode(t, out)
	seen := map[string]int{}
	for _, f := range r.Findings {
		area, _, _ := strings.Cut(f.Policy, ".")
		seen[area+" "+f.Verdict]++
		if area == "elasticache" && (len(f.Missing) == 0 || !strings.Contains(f.Missing[0].Why, "elasticache:Describe")) {
			t.Errorf("%s of %s is %s: %v", f.Policy, f.Resource, f.Verdict, f.Missing)
		}
	}
	if seen["elasticache undecided"] == 0 || seen["elasticache pass"]+seen["elasticache fail"] > 0 || seen["rds pass"] == 0 {
		t.Errorf("verdicts: %v", seen)
	}
}

// signIn makes a user with a denial, takes its key, and lets moto evaluate policies from now on.
func signIn(t *testing.T, s *moto.Server) {
	t.Helper()
	client, name := iam.NewFromConfig(s.Config(t, moto.Home, "us-east-1")), "plumb"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name})
	must(err)
	away(t, moto.Home)
	policy := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "elasticache:*", "Resource": "*"}]}`
	_, err = client.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: &name, PolicyName: &name, PolicyDocument: &policy})
	must(err)
	key, err := client.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &name})
	must(err)
	t.Setenv("AWS_ACCESS_KEY_ID", *key.AccessKey.AccessKeyId)
	t.Setenv("AWS_SECRET_ACCESS_KEY", *key.AccessKey.SecretAccessKey)
	res, err := http.Post(s.URL+"/moto-api/reset-auth", "text/plain", strings.NewReader("0"))
	must(err)
	must(res.Body.Close())
	if res.StatusCode != http.StatusOK {
		t.Fatalf("moto does not evaluate policies: %s", res.Status)
	}
}
