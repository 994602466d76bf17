package aws_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// listener answers in the place of AWS, and keeps what was sent.
type listener struct {
	answers map[string]string // by operation: the body, or "CODE: MESSAGE" of an error
	sent    []string
	writes  []string // what was sent and is neither a read nor a dry run
}

// Do implements the HTTP client of the SDK.
func (l *listener) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	op := form.Get("Action")
	l.sent = append(l.sent, op)
	if form.Get("DryRun") != "true" && !slices.Contains([]string{"SimulatePrincipalPolicy", "DecodeAuthorizationMessage", "GetRole"}, op) {
		l.writes = append(l.writes, r.Method+" "+r.URL.String()+" "+string(body))
	}
	answer, status := l.answers[op], http.StatusOK
	if code, message, isError := strings.Cut(answer, ": "); isError && !strings.HasPrefix(answer, "<") {
		status = http.StatusForbidden
		answer = fmt.Sprintf("<Response><Errors><Error><Code>%[1]s</Code><Message>%[2]s</Message></Error></Errors></Response>", code, message)
		if strings.HasPrefix(r.URL.Host, "iam.") || strings.HasPrefix(r.URL.Host, "sts.") {
			answer = fmt.Sprintf("<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", code, message)
		}
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"text/xml"}}, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
}

// real is a configuration of AWS itself, whose calls all end in the listener.
func (l *listener) real() sdk.Config {
	return sdk.Config{Region: region, HTTPClient: l, Credentials: credentials.NewStaticCredentialsProvider("AKIA", "x", "")}
}

func simulation(decision, more string) string {
	return "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults><member><EvalActionName>x</EvalActionName><EvalDecision>" + decision +
		"</EvalDecision><EvalResourceName>arn:aws:rds:us-east-1:111111111111:db:shop</EvalResourceName>" + more + "</member></EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
}

func doing(calls ...remedy.Action) remedy.Step {
	return remedy.Step{N: 4, Actions: calls}
}

func calling(op string, params map[string]any) remedy.Action {
	return remedy.Action{Call: &remedy.Call{Op: op, Params: params}}
}

var (
	volume   = calling("ec2:ModifyVolume", map[string]any{"VolumeId": "vol-1", "VolumeType": "gp3"})
	database = calling("rds:ModifyDBInstance", map[string]any{"DBInstanceIdentifier": "shop", "MultiAZ": true})
)

func TestAPreviewSaysWhatAWSWouldSay(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:sts::111111111111:assumed-role/plumb-apply/ana"
	denied := map[string]string{"ModifyVolume": "UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: abc"}
	decoded := `<DecodeAuthorizationMessageResponse><DecodeAuthorizationMessageResult><DecodedMessage>{"allowed":false,"explicitDeny":true,"context":{"action":"ec2:ModifyVolume","resource":"arn:aws:ec2:us-east-1:111111111111:volume/vol-1"}}</DecodedMessage></DecodeAuthorizationMessageResult></DecodeAuthorizationMessageResponse>`
	nat := calling("ec2:CreateNatGateway", map[string]any{"SubnetId": "subnet-1", "AllocationId": map[string]any{"$bind": "address"}})
	address := calling("ec2:AllocateAddress", map[string]any{"Domain": "vpc"})
	address.Binds = map[string]string{"address": "AllocationId"}
	for name, x := range map[string]struct {
		step    remedy.Step
		n       int
		caller  string
		answers map[string]string
		verdict aws.Verdict
		says    string
		sent    string
	}{
		"dry run": {step: doing(volume), caller: role, answers: map[string]string{"ModifyVolume": "DryRunOperation: Request would have succeeded, but DryRun flag is set."}, verdict: aws.Allowed,
			says: "EC2 would carry it out (DryRun)", sent: "ModifyVolume"},
		"denied, told": {step: doing(volume), caller: role, answers: map[string]string{"ModifyVolume": denied["ModifyVolume"], "DecodeAuthorizationMessage": decoded}, verdict: aws.Denied,
			says: "a policy denies ec2:ModifyVolume on arn:aws:ec2:us-east-1:111111111111:volume/vol-1", sent: "ModifyVolume DecodeAuthorizationMessage"},
		"denied, in code": {step: doing(volume), caller: role, answers: map[string]string{"ModifyVolume": denied["ModifyVolume"], "DecodeAuthorizationMessage": "AccessDenied: no"}, verdict: aws.Denied,
			says: "You are not authorized to perform this operation. (sts:DecodeAuthorizationMessage would say more)", sent: "ModifyVolume DecodeAuthorizationMessage"},
		"refused": {step: doing(volume), caller: role, answers: map[string]string{"ModifyVolume": "InvalidVolume.NotFound: The volume 'vol-1' does not exist."}, verdict: aws.Fails,
			says: "EC2 would refuse it (DryRun): InvalidVolume.NotFound: The volume 'vol-1' does not exist.", sent: "ModifyVolume"},
		"no dry run after all": {step: doing(volume), caller: role, answers: map[string]string{"ModifyVolume": "<ModifyVolumeResponse/>"}, verdict: aws.Open, says: "look whether it was carried out", sent: "ModifyVolume"},
		"of an earlier answer": {step: doing(address, nat), n: 2, caller: role, verdict: aws.Open, says: "cannot be asked: it needs what step 4.1 makes"},
		"allowed":              {step: doing(database), caller: role, answers: map[string]string{"SimulatePrincipalPolicy": simulation("allowed", "")}, verdict: aws.Allowed, says: "IAM allows it", sent: "SimulatePrincipalPolicy"},
		"not allowed": {step: doing(database), caller: role, answers: map[string]string{"SimulatePrincipalPolicy": simulation("implicitDeny", "")}, verdict: aws.Denied,
			says: "no policy allows rds:ModifyDBInstance on arn:aws:rds:us-east-1:111111111111:db:shop", sent: "SimulatePrincipalPolicy"},
		"forbidden": {step: doing(database), caller: role, answers: map[string]string{"SimulatePrincipalPolicy": simulation("explicitDeny", "")}, verdict: aws.Denied, says: "a policy denies rds:ModifyDBInstance", sent: "SimulatePrincipalPolicy"},
		"it depends": {step: doing(database), caller: role, answers: map[string]string{"SimulatePrincipalPolicy": simulation("implicitDeny", "<MissingContextValues><member>aws:ResourceTag/team</member></MissingContextValues>")},
			verdict: aws.Open, says: "depends on aws:ResourceTag/team", sent: "SimulatePrincipalPolicy"},
		"the organization": {step: doing(database), caller: role, answers: map[string]string{"SimulatePrincipalPolicy": simulation("implicitDeny", "<OrganizationsDecisionDetail><AllowedByOrganizations>false</AllowedByOrganizations></OrganizationsDecisionDetail>")},
			verdict: aws.Denied, says: "the organization does not allow rds:ModifyDBInstance", sent: "SimulatePrincipalPolicy"},
		"may not ask": {step: doing(database), caller: role, answers: map[string]string{"SimulatePrincipalPolicy": "AccessDenied: not yours"}, verdict: aws.Open, says: "not asked: IAM did not say: iam:SimulatePrincipalPolicy: AccessDenied: not yours", sent: "SimulatePrincipalPolicy"},
		"a role below a path": {step: doing(database), caller: role, answers: map[string]string{"SimulatePrincipalPolicy": "NoSuchEntity: no such role",
			"GetRole": "<GetRoleResponse><GetRoleResult><Role><Arn>arn:aws:iam::111111111111:role/team/plumb-apply</Arn></Role></GetRoleResult></GetRoleResponse>"}, verdict: aws.Open, says: "NoSuchEntity", sent: "SimulatePrincipalPolicy GetRole SimulatePrincipalPolicy"},
		"the root user": {step: doing(database), caller: "arn:aws:iam::111111111111:root", verdict: aws.Open, says: "IAM knows no policies of arn:aws:iam::111111111111:root"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &listener{answers: x.answers}
			hand := aws.NewHand(l.real(), aws.Target{Account: "111111111111", Region: region})
			got, err := aws.NewPreviewer(hand, x.caller).Preview(context.Background(), x.step, max(x.n, 1))
			if err != nil || got.Verdict != x.verdict || !strings.Contains(got.Says, x.says) {
				t.Errorf("%+v, %v", got, err)
			}
			if sent := strings.Join(l.sent, " "); sent != x.sent || len(l.writes) > 0 {
				t.Errorf("sent %q, of which writes: %q", sent, l.writes)
			}
		})
	}
}

// filledIn gives parameters of an operation of EC2 in which no text is missing.
func filledIn(op string) map[string]any {
	params := map[string]any{}
	m, ok := reflect.TypeFor[*ec2.Client]().MethodByName(strings.TrimPrefix(op, "ec2:"))
	if !ok {
		return params
	}
	in := m.Type.In(2).Elem()
	if _, ok := in.FieldByName("LaunchTemplateData"); ok {
		params["LaunchTemplateData"] = map[string]any{}
	}
	for i := range in.NumField() {
		if f := in.Field(i); f.Type == reflect.TypeFor[*string]() || f.Type == reflect.TypeFor[[]string]() {
			params[f.Name] = sample(f.Type)
		}
	}
	return params
}

// TestAPreviewIsNeverTheCallItself previews every write that there is, on AWS and on an emulator.
func TestAPreviewIsNeverTheCallItself(t *testing.T) {
	t.Parallel()
	l := &listener{answers: map[string]string{}}
	previewed := map[string]bool{}
	names, writes := aws.Operations()
	for _, name := range names {
		if !writes[name] {
			continue
		}
		hand := aws.NewHand(l.real(), aws.Target{Account: "111111111111", Region: region})
		before := len(l.sent)
		if _, err := aws.NewPreviewer(hand, "arn:aws:iam::111111111111:user/ana").Preview(context.Background(), doing(calling(name, filledIn(name))), 1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		_, verb, _ := strings.Cut(name, ":")
		previewed[name] = slices.Contains(l.sent[before:], verb)
	}
	if len(l.writes) > 0 {
		t.Errorf("these were sent and are no dry runs:\n%s", strings.Join(l.writes, "\n"))
	}
	dry := 0
	for name, sent := range previewed {
		if sent {
			dry++
		}
		if sent != strings.HasPrefix(name, "ec2:") {
			t.Errorf("%s was sent as a dry run: %v", name, sent)
		}
	}
	if dry < 10 {
		t.Errorf("only %d operations have a dry run", dry)
	}
	t.Logf("%d writes, %d of them with a dry run", len(previewed), dry)

	l = &listener{}
	emulated := l.real()
	emulated.BaseEndpoint = sdk.String("http://127.0.0.1:1")
	for name, write := range writes {
		if !write {
			continue
		}
		if _, err := aws.NewPreviewer(aws.NewHand(emulated, aws.Target{Account: "111111111111", Region: region}), "arn:aws:iam::111111111111:user/ana").Preview(context.Background(), doing(calling(name, filledIn(name))), 1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(l.sent) > 0 {
		t.Errorf("an emulator was asked: %v", l.sent)
	}
}
