package aws

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

const attachmentWord = "aws_iam_user_policy_attachment"

// iamUserMFA denies a user everything but setting up a second factor, until there is one. It closes no finding: only the user can enrol the
// device. It is asked for with changes of one's own: an attachment, which without a policy_arn also makes the policy.
var iamUserMFA = Fix{
	ID: "iam-user-mfa", Title: "nothing without a second factor", Takes: []string{"+aws_iam_policy", "+" + attachmentWord}, Single: true,
	Does: []string{"iam:AttachUserPolicy", "iam:CreatePolicy"}, Undoes: []string{"iam:DeletePolicy", "iam:DetachUserPolicy"},
	Reads: []string{"iam:GetLoginProfile", "iam:GetPolicy", "iam:ListAccessKeys", "iam:ListAttachedUserPolicies", "iam:ListMFADevices", "sts:GetCallerIdentity"},
	Risk:  remedy.Risk{Class: "access-break", Detail: "The user can do nothing but enrol a second factor and change the password until the next sign-in with one. Tell the user before."},
	Undo:  fully, Seconds: 20,
	find: attachedUser,
	plan: func(d *draft) {
		name := d.text("name")
		d.withoutDevice(name)
		arn := d.denyPolicy()
		if d.err == nil {
			d.attach(name, arn)
		}
	},
}

// attachedUser finds the user that a policy is to be attached to.
func attachedUser(g *graph.Graph, root string, attrs map[string]any) *graph.Resource {
	if ref, ok := attrs["user"].(graph.Ref); ok {
		return g.Get(ref.Key())
	}
	for _, u := range g.OfType("aws_iam_user") {
		if u.Root == root && attrs["user"] != nil && u.Attrs["name"] == attrs["user"] {
			return u
		}
	}
	return nil
}

// breakGlass are names of users that must work when nothing else does.
var breakGlass = regexp.MustCompile(`(?i)break.?glass|emergency`)

// withoutDevice requires a person with a password and no second factor, of whom nothing else depends on it, and who is not the caller.
func (d *draft) withoutDevice(name string) {
	if breakGlass.MatchString(name) {
		d.refuse(remedy.PreconditionFails, "%s is for emergencies by its name: give it a second factor by hand", name)
	}
	user := params{"UserName": name}
	d.look("iam:GetLoginProfile", user).require("the user has a password", "LoginProfile.UserName", remedy.Present, nil)
	d.look("iam:ListMFADevices", user).require("the user has no second factor", "MFADevices", remedy.Absent, nil)
	d.look("iam:ListAccessKeys", user).require("the user has no active access key, which would be denied too", "AccessKeyMetadata[?Status=Active].#", remedy.Equals, 0)
	d.look("sts:GetCallerIdentity", params{}).require("plumb does not run as this user", "Arn", remedy.Differs, d.text("arn"))
}

// denyPolicy makes the policy and gives its ARN; of one that is there the change names the ARN.
func (d *draft) denyPolicy() any {
	var made, attachment map[string]any
	for _, c := range d.job.changes {
		switch attrs, _ := c.New.(map[string]any); {
		case c.Type == attachmentWord && attachment == nil:
			attachment = attrs
		case c.Type == "aws_iam_policy" && made == nil:
			made = attrs
		default:
			d.refuse(remedy.PreconditionFails, "it is one policy and one attachment")
		}
	}
	if made == nil && attachment["policy_arn"] == nil {
		return d.makePolicy()
	}
	if made == nil {
		arn := fmt.Sprint(d.resolved(attachment["policy_arn"]))
		if !strings.HasSuffix(arn, "/"+mfaPolicyName) {
			d.refuse(remedy.PreconditionFails, "only the policy %s is attached to a user in an account, not %s", mfaPolicyName, arn)
		}
		d.look("iam:GetPolicy", params{"PolicyArn": arn}).require("the policy is there", "Policy.Arn", remedy.Equals, arn)
		return arn
	}
	if made["name"] != mfaPolicyName || made["policy"] != nil {
		d.refuse(remedy.PreconditionFails, "only a policy named %s is made in an account, and its text is plumb's own", mfaPolicyName)
	}
	return d.makePolicy()
}

// mfaPolicyName is the name of the policy: it is how an earlier try is found again.
const mfaPolicyName = "require-mfa"

func (d *draft) makePolicy() any {
	arn := strings.Join([]string{"arn", d.p.hand.target.Partition, "iam", "", d.p.hand.target.Account, "policy/" + mfaPolicyName}, ":")
	one := params{"PolicyArn": arn}
	s := d.look("iam:GetPolicy", one)
	s.require("there is no policy "+mfaPolicyName, "", remedy.Refuses, noEntity)
	a := d.write("iam:CreatePolicy", params{"PolicyName": mfaPolicyName, "PolicyDocument": string(canonical(d.mfaDocument()))})
	a.Until = []remedy.Condition{s.is("the policy is there", "Policy.Arn", remedy.Equals, arn)}
	a.UndoWhen = []remedy.Condition{a.Until[0], s.is("nobody else has it", "Policy.AttachmentCount", remedy.Equals, 1)}
	a.Undo = d.undone("iam:DeletePolicy", one, s.is("the policy is gone", "", remedy.Refuses, noEntity))
	d.shows("policy", absent{}, mfaPolicyName)
	d.do(a)
	return arn
}

// mfaDocument lets a user enrol and denies the rest to sign-ins without a second factor. BoolIfExists also catches access keys, whose calls do not
// say whether there was one. Source: IAM User Guide, "Allows MFA-authenticated IAM users to manage their own credentials".
func (d *draft) mfaDocument() params {
	own := "arn:" + d.p.hand.target.Partition + ":iam::" + d.p.hand.target.Account + ":"
	device := []any{"iam:ChangePassword", "iam:EnableMFADevice", "iam:GetMFADevice", "iam:GetUser", "iam:ListMFADevices", "iam:ResyncMFADevice"}
	rules := []any{"iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"}
	allow := func(sid string, actions []any, on string) params {
		return params{"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": on}
	}
	free := append(append([]any{"iam:CreateVirtualMFADevice", "sts:GetSessionToken"}, device...), rules...)
	return params{"Version": "2012-10-17", "Statement": []any{
		allow("OwnUser", device, own+"user/${aws:username}"),
		allow("OwnDevice", []any{"iam:CreateVirtualMFADevice"}, own+"mfa/*"),
		allow("Rules", rules, "*"),
		params{"Sid": "NothingElseWithoutMFA", "Effect": "Deny", "NotAction": free, "Resource": "*", "Condition": params{"BoolIfExists": params{"aws:MultiFactorAuthPresent": "false"}}},
	}}
}

func (d *draft) attach(name string, arn any) {
	s := d.look("iam:ListAttachedUserPolicies", params{"UserName": name})
	at := fmt.Sprintf("AttachedPolicies[PolicyArn=%v]", arn)
	s.require("the user does not have the policy", at, remedy.Absent, nil)
	p := params{"UserName": name, "PolicyArn": arn}
	a := d.write("iam:AttachUserPolicy", p)
	a.Until = []remedy.Condition{s.is("the user has the policy", at, remedy.Present, nil)}
	a.UndoWhen = a.Until
	a.Undo = d.undone("iam:DetachUserPolicy", p, s.is("the user no longer has the policy", at, remedy.Absent, nil))
	d.shows("policies of the user", absent{}, arn)
	d.do(a)
}
