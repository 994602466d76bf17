package aws_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// signer makes users of an emulator that evaluates policies.
type signer struct {
	t      *testing.T
	server *moto.Server
	admin  *iam.Client
}

// user makes a user with a policy and gives a configuration that signs in as it.
func (s *signer) user(name, policy string) sdk.Config {
	s.t.Helper()
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	_, err := s.admin.CreateUser(context.Background(), &iam.CreateUserInput{UserName: &name})
	must(err)
	s.grant(name, policy)
	key, err := s.admin.CreateAccessKey(context.Background(), &iam.CreateAccessKeyInput{UserName: &name})
	must(err)
	cfg := s.server.Config(s.t, moto.Home, region)
	cfg.Credentials = credentials.NewStaticCredentialsProvider(*key.AccessKey.AccessKeyId, *key.AccessKey.SecretAccessKey, "")
	return cfg
}

func (s *signer) grant(name, policy string) {
	s.t.Helper()
	if _, err := s.admin.PutUserPolicy(context.Background(), &iam.PutUserPolicyInput{UserName: &name, PolicyName: &name, PolicyDocument: &policy}); err != nil {
		s.t.Fatal(err)
	}
}

// evaluate makes the emulator look at policies from now on.
func (s *signer) evaluate() {
	s.t.Helper()
	res, err := http.Post(s.server.URL+"/moto-api/reset-auth", "text/plain", strings.NewReader("0"))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		s.t.Fatalf("moto does not evaluate policies: %s %v", res.Status, err)
	}
}

// policyOf writes the actions as a policy. Resources are left out: the emulator evaluates none.
func policyOf(permissions []remedy.Permission, without string) string {
	var actions []string
	for _, p := range permissions {
		if p.Action != without {
			actions = append(actions, p.Action)
		}
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Action": actions, "Resource": "*"}}})
	if err != nil {
		panic(err) // a list of texts is always written
	}
	return string(text)
}

// TestAPlanNeedsEachActionOfItsPolicyAndNoOther carries a plan of ten fixes out as a user with exactly the printed policy, and then
// as one who lacks one of its actions, for each of them.
func TestAPlanNeedsEachActionOfItsPolicyAndNoOther(t *testing.T) {
	t.Parallel()
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py", "../../internal/moto/testdata/fixes.py", "../../internal/moto/testdata/iam.py")
	if out, err := exec.Command("python3", "../../internal/moto/testdata/fixable_account.py", "--endpoint", s.URL).CombinedOutput(); err != nil {
		t.Fatalf("seeding: %v\n%s", err, out)
	}
	seed := &account{t, s, moto.Home, aws.NewHand(s.Config(t, moto.Home, region), aws.Target{Account: moto.Home, Region: region})}
	users := &signer{t, s, iam.NewFromConfig(s.Config(t, moto.Home, region))}
	steps := planned(t, seed, "asg-min-size", "aurora-backup-retention", "dynamodb-pitr", "elasticache-snapshots", "lb-deletion-protection", "log-retention", "rds-multi-az", "route53-ttl", "s3-lifecycle", "s3-default-encryption-kms")
	seen := map[string]bool{} // of each fix one step: two of one bucket would not stand beside each other
	steps = slices.DeleteFunc(steps, func(step remedy.Step) bool {
		was := seen[step.Fix]
		seen[step.Fix] = true
		return was
	})
	least := least(steps)
	const everything = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`
	admin := users.user("admin", everything)
	cfg := users.user("plumb", policyOf(least, ""))
	users.admin = iam.NewFromConfig(admin)
	users.evaluate()
	a := &account{t, s, moto.Home, aws.NewHand(cfg, aws.Target{Account: moto.Home, Region: region})}
	if err := a.everyStep(steps); err != nil {
		t.Fatalf("with its policy: %v", err)
	}
	if len(least) < 20 {
		t.Errorf("only %d actions", len(least))
	}
	tried := 0
	for _, p := range least {
		if p.Undo {
			continue
		}
		tried++
		users.grant("plumb", policyOf(least, p.Action))
		err := a.everyStep(steps)
		var answer *awshttp.ResponseError // the emulator words every denial as EC2 does, which other services cannot read
		var refused *remedy.Rejected
		if !(errors.As(err, &refused) && refused.Status == http.StatusForbidden) && !(errors.As(err, &answer) && answer.HTTPStatusCode() == http.StatusForbidden) {
			t.Errorf("without %s: %v", p.Action, err)
		}
		users.grant("plumb", policyOf(least, ""))
	}
	t.Logf("%d steps, %d actions, %d of them only for the undo; the plan failed without each of the other %d", len(steps), len(least), len(least)-tried, tried)
}

// least gives each action of the steps once; one that any of them needs to be carried out is none of the undo alone.
func least(steps []remedy.Step) []remedy.Permission {
	undo := map[string]bool{}
	for _, s := range steps {
		for _, p := range s.IAM {
			only, known := undo[p.Action]
			undo[p.Action] = p.Undo && (only || !known)
		}
	}
	var out []remedy.Permission
	for _, action := range sorted(undo) {
		out = append(out, remedy.Permission{Action: action, Undo: undo[action]})
	}
	return out
}

// planned plans the wishes of some fixes.
func planned(t *testing.T, a *account, fixes ...string) []remedy.Step {
	t.Helper()
	var steps []remedy.Step
	for _, w := range wishes {
		if !slices.Contains(fixes, w.fix) {
			continue
		}
		g := a.all(w.typ)
		got, err := aws.NewPlanner(a.hand, g, aws.Options{}).Plan(context.Background(), remedy.Wish{Patch: w.patch(of(t, g, w), g)})
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, got...)
	}
	return steps
}

// everyStep carries steps out up to the first that fails, and takes back those that are done.
func (a *account) everyStep(steps []remedy.Step) error {
	var done []remedy.Step
	var failed error
	for _, s := range steps {
		if failed = a.apply(s, remedy.Bound{}); failed != nil {
			break
		}
		done = append(done, s)
	}
	if len(done) == len(steps) || failed != nil {
		for _, s := range slices.Backward(done) {
			if err := a.undo(s, remedy.Bound{}); err != nil && failed == nil {
				return err
			}
		}
	}
	return failed
}
