package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/remedy"
)

// onlyPlan reads the one plan of the working folder.
func onlyPlan(t *testing.T) *remedy.Plan {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(plansFolder, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("plans %v, %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var p remedy.Plan
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return &p
}

// graphOf gives the resources of the account by address, each as JSON.
func graphOf(t *testing.T, url string) map[string]string {
	t.Helper()
	code, out, said := plumbLive(t, "graph", "aws", "--endpoint-url", url, "--regions", "us-east-1", "-f", "json")
	if code != 0 {
		t.Fatalf("exit status %d: %s", code, said)
	}
	var g struct{ Resources []json.RawMessage }
	if err := json.Unmarshal([]byte(out), &g); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, r := range g.Resources {
		var key struct{ Root, Address string }
		if err := json.Unmarshal(r, &key); err != nil {
			t.Fatal(err)
		}
		all[key.Root+" "+key.Address] = string(r)
	}
	return all
}

// alonesOf lists the steps of a plan that are never approved in one go.
func alonesOf(p *remedy.Plan) string {
	var steps []string
	for _, s := range p.Steps {
		if slices.Contains(alone, s.Risk.Class) {
			steps = append(steps, strconv.Itoa(s.N))
		}
	}
	return strings.Join(steps, ",")
}

// Everything in the bad account that has an automatic fix is planned, done, proven by a new scan, and taken back: then the graph
// of the account is what it was, but for what AWS cannot give back.
func TestTheBadAccountIsMendedAndTakenBack(t *testing.T) {
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
	seedMoto(t, s, "--variant", "bad")
	away(t, moto.Home)
	t.Chdir(t.TempDir())
	reach := []string{"--endpoint-url", s.URL}
	before := graphOf(t, s.URL)

	code, out, said := plumbLive(t, append(reach, "plan", "aws", "--regions", "us-east-1")...)
	if code != 0 {
		t.Fatalf("plan: exit status %d: %s%s", code, out, said)
	}
	p := onlyPlan(t)
	if len(p.Steps) < 25 || p.Outcome.Closed < 30 || len(p.Outcome.Opened) != 0 {
		t.Errorf("%d steps close %d findings and open %v", len(p.Steps), p.Outcome.Closed, p.Outcome.Opened)
	}
	t.Logf("%d findings, %d closed by %d steps, %d refused, %d for a person", len(p.Outcome.Known), p.Outcome.Closed, len(p.Steps), len(p.Refused), len(p.Manual))

	allow := []string{"--yes", "--accept", "rolling-restart", "--limit-changes", "100", "--limit-cost", "5000"}
	code, out, said = plumbLive(t, slices.Concat(reach, []string{"apply", p.ID, "--accept-step", alonesOf(p)}, allow)...)
	if want := strconv.Itoa(p.Outcome.Closed) + " findings closed, none opened"; code != 0 || !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
		t.Fatalf("apply: exit status %d: %s%s", code, out, said)
	}

	code, out, said = plumbLive(t, slices.Concat(reach, []string{"rollback", "1"}, allow)...)
	asked := regexp.MustCompile(`Step (\d+), .*db:acme-mysql`).FindStringSubmatch(out)
	if code != 1 || asked == nil {
		t.Fatalf("an undo that deletes backups was not asked for: exit status %d: %s%s", code, out, said)
	}
	code, out, said = plumbLive(t, slices.Concat(reach, []string{"rollback", "1", "--accept-step", asked[1]}, allow)...)
	if code != 0 {
		t.Fatalf("rollback: exit status %d: %s%s", code, out, said)
	}
	after := graphOf(t, s.URL)
	for key, r := range after {
		// A bucket whose versioning was switched on once can be suspended, and never again be without.
		if strings.HasSuffix(key, "#versioning") && before[key] == "" && strings.Contains(r, `"Suspended"`) {
			delete(after, key)
		}
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the account is not what it was (-before +after)\n%s", diff)
	}
}

// motoUser is somebody of the double's account, with a key and one policy.
type motoUser struct {
	name, key, secret string
	admin             *iam.Client
}

func newUser(t *testing.T, admin *iam.Client, name, policy string) *motoUser {
	t.Helper()
	if _, err := admin.CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name}); err != nil {
		t.Fatal(err)
	}
	u := &motoUser{name: name, admin: admin}
	u.may(t, policy)
	key, err := admin.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		t.Fatal(err)
	}
	u.key, u.secret = *key.AccessKey.AccessKeyId, *key.AccessKey.SecretAccessKey
	return u
}

// may gives the user one policy instead of the one before.
func (u *motoUser) may(t *testing.T, policy string) {
	t.Helper()
	if _, err := u.admin.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: &u.name, PolicyName: &u.name, PolicyDocument: &policy}); err != nil {
		t.Fatal(err)
	}
}

func (u *motoUser) signIn(t *testing.T) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", u.key)
	t.Setenv("AWS_SECRET_ACCESS_KEY", u.secret)
}

// A plan applies with exactly the policy that permissions prints for it, and with none of its actions missing. The double evaluates
// policies only for services of the older protocols.
func TestThePrintedPolicyIsTheLeast(t *testing.T) {
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
	seedMoto(t, s, "--variant", "bad")
	away(t, moto.Home)
	t.Chdir(t.TempDir())
	reach := []string{"--endpoint-url", s.URL}
	code, out, said := plumbLive(t, append(reach, "plan", "aws", "--regions", "us-east-1", "--only", "rds.multi_az,rds.aurora_reader,dynamodb.recovery,asg.elb_health,ebs.gp3")...)
	if code != 0 {
		t.Fatalf("plan: exit status %d: %s%s", code, out, said)
	}
	p := onlyPlan(t)
	code, out, said = plumbLive(t, "permissions", "--plan", p.ID)
	if code != 0 {
		t.Fatalf("permissions: exit status %d: %s%s", code, out, said)
	}
	var printed printedPolicy
	if err := json.Unmarshal([]byte(out), &printed); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	apply, undo := printed.actions()
	if len(apply) < 10 || len(undo) == 0 {
		t.Fatalf("actions %v, to undo %v", apply, undo)
	}

	admin := newUser(t, iam.NewFromConfig(s.Config(t, moto.Home, "us-east-1")), "admin", allowing([]string{"*"}))
	evaluate(t, s)
	cfg := s.Config(t, moto.Home, "us-east-1")
	cfg.Credentials = credentials.NewStaticCredentialsProvider(admin.key, admin.secret, "")
	agent := newUser(t, iam.NewFromConfig(cfg), "plumb-apply", allowing(apply))
	agent.signIn(t)
	carry := slices.Concat(reach, []string{"--yes", "--accept", "rolling-restart", "--limit-changes", "100", "--limit-cost", "5000"})
	for _, missing := range apply {
		agent.may(t, allowing(slices.DeleteFunc(slices.Clone(apply), func(a string) bool { return a == missing })))
		code, out, said := plumbLive(t, slices.Concat([]string{"apply", p.ID, "--no-proof"}, carry)...)
		if code == 0 || !refusedBy.MatchString(strings.Join(strings.Fields(out+said), " ")) {
			t.Errorf("without %s: exit status %d: %s%s", missing, code, out, said)
		}
		if code == 4 {
			agent.may(t, allowing(slices.Concat(apply, undo)))
			if code, out, said := plumbLive(t, slices.Concat([]string{"rollback", lastRun(t)}, carry)...); code != 0 {
				t.Fatalf("rollback of what was done without %s: exit status %d: %s%s", missing, code, out, said)
			}
		}
	}
	agent.may(t, allowing(apply))
	if code, out, said := plumbLive(t, slices.Concat([]string{"apply", p.ID, "--no-proof"}, carry)...); code != 0 {
		t.Errorf("with all of them: exit status %d: %s%s", code, out, said)
	}
}

// refusedBy is how AWS, or its double, says that a call is not allowed.
var refusedBy = regexp.MustCompile("AccessDenied|UnauthorizedOperation|HTTP 403")

// printedPolicy is a policy as permissions prints it.
type printedPolicy struct {
	Statement []struct {
		Sid    string
		Action []string
	}
}

// actions lists what a policy allows, apart from what only an undo needs.
func (d printedPolicy) actions() (apply, undo []string) {
	for _, s := range d.Statement {
		if strings.HasPrefix(s.Sid, "PlumbUndo") {
			undo = append(undo, s.Action...)
		} else {
			apply = append(apply, s.Action...)
		}
	}
	slices.Sort(apply)
	return slices.Compact(apply), undo
}

// allowing is a policy for some actions. The double knows no resources for these services, so that it has none.
func allowing(actions []string) string {
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": actions, "Resource": "*"}}})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// evaluate lets the double evaluate policies from now on.
func evaluate(t *testing.T, s *moto.Server) {
	t.Helper()
	res, err := http.Post(s.URL+"/moto-api/reset-auth", "text/plain", strings.NewReader("0"))
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", res.Status, err)
	}
}

func lastRun(t *testing.T) string {
	t.Helper()
	numbers, err := remedy.Store{Dir: runsFolder}.Numbers()
	if err != nil || len(numbers) == 0 {
		t.Fatalf("%v, %v", numbers, err)
	}
	return strconv.Itoa(numbers[len(numbers)-1])
}
