package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/plumbline-dev/plumbline/remedy"
)

// Verdict is what a preview found out.
type Verdict string

// The verdicts.
const (
	Allowed Verdict = "allowed" // AWS would let it through
	Denied  Verdict = "denied"  // AWS would refuse who asks
	Fails   Verdict = "fails"   // AWS would refuse the call for another reason
	Open    Verdict = "open"    // nobody said
)

// Preview is what is known of a write before it is made.
type Preview struct {
	Verdict Verdict
	Says    string // by whom, and why: "EC2 would carry it out (DryRun)"
}

// Previewer asks AWS whether it would let writes through, and makes none: EC2 by the calls' own DryRun, the others by what IAM says of
// the caller's policies. An emulator is not asked, because it may take a dry run for a real one.
type Previewer struct {
	hand   *Hand
	caller string // ARN
	source string // ARN of the user or the role whose policies are asked; "" when it is not known yet
	silent string // why IAM says nothing
}

// NewPreviewer makes a previewer for who is signed in.
func NewPreviewer(h *Hand, caller string) *Previewer {
	p := &Previewer{hand: h, caller: caller}
	a, err := arn.Parse(caller)
	kind, name, _ := strings.Cut(a.Resource, "/")
	switch {
	case err != nil:
		p.silent = "it is not known who is signed in"
	case kind == "assumed-role":
		role, _, _ := strings.Cut(name, "/")
		p.source = "arn:" + a.Partition + ":iam::" + a.AccountID + ":role/" + role
	case kind == "user":
		p.source = caller
	default:
		p.silent = "IAM knows no policies of " + caller
	}
	return p
}

// Preview says of action n, from 1, of a step whether it would be let through.
func (p *Previewer) Preview(ctx context.Context, s remedy.Step, n int) (Preview, error) {
	a := s.Actions[n-1]
	o, ok := operations()[a.Call.Op]
	if !ok || !o.write {
		return Preview{}, fmt.Errorf("%s is no write that this version of plumb can make", a.Call.Op)
	}
	if sdk.ToString(p.hand.cfg.BaseEndpoint) != "" || ec2.NewFromConfig(p.hand.cfg).Options().BaseEndpoint != nil {
		return Preview{Open, "not asked: the endpoint is not AWS, and may take a preview for the call itself"}, nil
	}
	bound := remedy.Bound{}
	for _, r := range a.Reads {
		if _, err := p.hand.read(ctx, r, bound); err != nil {
			return Preview{Open, "not asked: what it is made of could not be read: " + err.Error()}, nil
		}
	}
	c, missing, err := filled(*a.Call, bound)
	switch {
	case err != nil:
		return Preview{}, err
	case missing != "":
		return Preview{Open, fmt.Sprintf("cannot be asked: it needs what step %s makes", maker(s, n, missing))}, nil
	case o.dry != nil:
		return p.dryRun(ctx, o, c), nil
	}
	return p.policies(ctx, o, c), nil
}

// maker names the action of a step that gives a name its value.
func maker(s remedy.Step, before int, name string) string {
	for i := range s.Actions[:before-1] {
		a := s.Actions[i]
		if _, ok := a.Binds[name]; ok || a.Find != nil && a.Find.Binds[name] != "" {
			return fmt.Sprintf("%d.%d", s.N, i+1)
		}
	}
	return fmt.Sprint(s.N)
}

// dryRunning makes the sender of an operation whose input has DryRun, as those of EC2 have; nil for others. What it sends is
// always a dry run.
func dryRunning[C, In, Out, O any](client func(connection) *C, method func(*C, context.Context, *In, ...func(*O)) (*Out, error)) func(context.Context, connection, map[string]any) error {
	f, ok := reflect.TypeFor[In]().FieldByName("DryRun")
	if !ok || f.Type != reflect.TypeFor[*bool]() {
		return nil
	}
	return func(ctx context.Context, c connection, params map[string]any) error {
		in := new(In)
		if err := decode(params, in); err != nil {
			return err
		}
		reflect.ValueOf(in).Elem().FieldByIndex(f.Index).Set(reflect.ValueOf(sdk.Bool(true)))
		_, err := method(client(c), ctx, in)
		return err
	}
}

// onlyDry lets nothing pass that is not marked as a dry run.
func onlyDry(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("PlumbOnlyDry", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		v := reflect.Indirect(reflect.ValueOf(in.Parameters))
		var dry *bool
		if v.Kind() == reflect.Struct && v.FieldByName("DryRun").IsValid() {
			dry, _ = v.FieldByName("DryRun").Interface().(*bool)
		}
		if dry == nil || !*dry {
			return middleware.InitializeOutput{}, middleware.Metadata{}, errors.New("a preview was about to be sent that is no dry run")
		}
		return next.HandleInitialize(ctx, in)
	}), middleware.Before)
}

// dryRun sends a call of EC2 as a dry run. EC2 answers with an error either way.
func (p *Previewer) dryRun(ctx context.Context, o operation, c remedy.Call) Preview {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	cfg := p.hand.configured(c)
	cfg.Retryer = writeRetryer
	cfg.APIOptions = append(slices.Clone(cfg.APIOptions), only(o.name), onlyDry)
	err := o.dry(ctx, connection{cfg: cfg}, c.Params)
	var api smithy.APIError
	switch {
	case err == nil:
		return Preview{Open, "EC2 answered a dry run as if it were none: look whether it was carried out"}
	case !errors.As(err, &api):
		return Preview{Open, "EC2 did not answer: " + err.Error()}
	case api.ErrorCode() == "DryRunOperation":
		return Preview{Allowed, "EC2 would carry it out (DryRun)"}
	case api.ErrorCode() == "UnauthorizedOperation":
		return Preview{Denied, "EC2 would deny it (DryRun): " + p.decoded(ctx, cfg, api.ErrorMessage())}
	}
	return Preview{Fails, "EC2 would refuse it (DryRun): " + api.ErrorCode() + ": " + api.ErrorMessage()}
}

var encoded = regexp.MustCompile(`(?s)^(.*?)\s*Encoded authorization failure message: (\S+)`)

// decoded reads what EC2 says in code about a denial, where that is allowed.
func (p *Previewer) decoded(ctx context.Context, cfg sdk.Config, message string) string {
	m := encoded.FindStringSubmatch(message)
	if m == nil {
		return message
	}
	cfg.APIOptions = slices.Clone(p.hand.cfg.APIOptions)
	out, err := sts.NewFromConfig(cfg).DecodeAuthorizationMessage(ctx, &sts.DecodeAuthorizationMessageInput{EncodedMessage: &m[2]})
	if err != nil {
		return m[1] + " (sts:DecodeAuthorizationMessage would say more)"
	}
	var why struct {
		ExplicitDeny bool `json:"explicitDeny"`
		Context      struct{ Action, Resource string }
	}
	if err := json.Unmarshal([]byte(sdk.ToString(out.DecodedMessage)), &why); err != nil || why.Context.Action == "" {
		return m[1]
	}
	by := "no policy allows"
	if why.ExplicitDeny {
		by = "a policy denies"
	}
	return fmt.Sprintf("%s %s on %s", by, why.Context.Action, why.Context.Resource)
}

// policies asks IAM what the caller's policies say of a call.
func (p *Previewer) policies(ctx context.Context, o operation, c remedy.Call) Preview {
	if p.silent != "" {
		return Preview{Open, "not asked: " + p.silent}
	}
	said := Preview{Allowed, "IAM allows it to the caller's policies"}
	for _, n := range o.needs {
		resources := p.hand.resources(n, c)
		if slices.ContainsFunc(resources, func(r string) bool { return r != "*" && strings.Contains(r, "*") }) {
			return Preview{Open, fmt.Sprintf("cannot be asked: the resource of %s is not known yet", n.action)}
		}
		switch one := p.simulated(ctx, n.action, resources); one.Verdict {
		case Denied:
			return one
		case Open:
			said = one
		}
	}
	return said
}

// simulated asks IAM about one action.
func (p *Previewer) simulated(ctx context.Context, action string, resources []string) Preview {
	client := iam.NewFromConfig(p.hand.configured(remedy.Call{}))
	in := &iam.SimulatePrincipalPolicyInput{PolicySourceArn: &p.source, ActionNames: []string{action}, ResourceArns: resources}
	out, err := client.SimulatePrincipalPolicy(ctx, in)
	if gone(failure("iam:SimulatePrincipalPolicy", false, err)) && p.withPath(ctx, client) {
		out, err = client.SimulatePrincipalPolicy(ctx, in)
	}
	if err != nil {
		p.silent = "IAM did not say: " + failure("iam:SimulatePrincipalPolicy", false, err).Error()
		return Preview{Open, "not asked: " + p.silent}
	}
	for _, r := range out.EvaluationResults {
		on := sdk.ToString(r.EvalResourceName)
		switch {
		case r.EvalDecision == types.PolicyEvaluationDecisionTypeAllowed:
		case len(r.MissingContextValues) > 0:
			return Preview{Open, fmt.Sprintf("IAM cannot say: whether %s is allowed depends on %s", action, strings.Join(r.MissingContextValues, ", "))}
		case r.OrganizationsDecisionDetail != nil && !r.OrganizationsDecisionDetail.AllowedByOrganizations:
			return Preview{Denied, fmt.Sprintf("IAM denies it: the organization does not allow %s", action)}
		case r.EvalDecision == types.PolicyEvaluationDecisionTypeExplicitDeny:
			return Preview{Denied, fmt.Sprintf("IAM denies it: a policy denies %s on %s", action, on)}
		default:
			return Preview{Denied, fmt.Sprintf("IAM denies it: no policy allows %s on %s", action, on)}
		}
	}
	return Preview{Allowed, ""}
}

// withPath looks up the whole ARN of the role, which sessions do not tell; false when it is the one that is known.
func (p *Previewer) withPath(ctx context.Context, client *iam.Client) bool {
	name := p.source[strings.LastIndex(p.source, "/")+1:]
	out, err := client.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if err != nil || out.Role == nil || sdk.ToString(out.Role.Arn) == p.source {
		return false
	}
	p.source = sdk.ToString(out.Role.Arn)
	return true
}
