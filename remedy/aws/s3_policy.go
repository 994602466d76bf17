package aws

import (
	"encoding/json"
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

var s3TLSOnly = Fix{
	ID: "s3-tls-only", Title: "requests without TLS are refused",
	Takes: []string{"+aws_s3_bucket_policy", "aws_s3_bucket_policy.policy"}, Of: "bucket",
	Does: []string{"s3:PutBucketPolicy"}, Undoes: []string{"s3:DeleteBucketPolicy", "s3:PutBucketPolicy"}, Reads: []string{"s3:GetBucketPolicy"},
	Risk:    remedy.Risk{Class: "access-break", Detail: "Whoever reads or writes the bucket over plain HTTP is refused at once, the address of a static website (s3-website) included."},
	Undo:    fully,
	Seconds: 10,
	plan: func(d *draft) {
		bucket := d.text("bucket")
		for _, statement := range d.statements(bucket) {
			if statement["Effect"] != "Deny" || statement["Sid"] == nil {
				d.refuse(remedy.PreconditionFails, "only statements that deny something, each with a Sid, are added in an account")
			}
			d.policy(bucket, statement)
		}
	},
}

// statements gives those of the wanted policy that the bucket's does not have. What the bucket's has is never taken away.
func (d *draft) statements(bucket string) []params {
	text, _ := d.must("policy").(string)
	var wanted struct{ Statement []params }
	if err := json.Unmarshal([]byte(text), &wanted); err != nil {
		d.refuse(remedy.PreconditionFails, "the wanted policy is no JSON with a list of statements")
		return nil
	}
	there, _ := d.look("s3:GetBucketPolicy", params{"Bucket": bucket}).get("Policy.<json>.Statement").([]any)
	var out []params
	for _, s := range wanted.Statement {
		if !contains(there, s) {
			out = append(out, s)
		}
	}
	return out
}

// policy adds a statement to a bucket's policy, as it is when it is written.
func (d *draft) policy(bucket string, statement params) {
	b := params{"Bucket": bucket}
	s := d.look("s3:GetBucketPolicy", b)
	sid := fmt.Sprint(statement["Sid"])
	at := "Policy.<json>.Statement[Sid=" + sid + "]"
	has := s.is("the policy has the statement "+sid, at, remedy.Present, nil)
	d.shows("policy of "+bucket, absent{}, "statement "+sid)
	if s.none() {
		d.only("the policy of " + bucket)
		s.require("the bucket still has no policy", "", remedy.Refuses, "NoSuchBucketPolicy")
		a := d.write("s3:PutBucketPolicy", with(b, params{"Policy": params{textKey: params{"Version": "2012-10-17", "Statement": []any{statement}}}}))
		a.Until, a.UndoWhen = []remedy.Condition{has}, []remedy.Condition{has, s.is("nothing else was added", "Policy.<json>.Statement.#", remedy.Equals, 1)}
		a.Undo = d.undone("s3:DeleteBucketPolicy", b, s.is("the bucket has no policy", "", remedy.Refuses, "NoSuchBucketPolicy"))
		d.do(a)
		return
	}
	s.require("the policy does not have the statement", at, remedy.Absent, nil)
	s.require("the policy has a list of statements", "Policy.<json>.Statement[0]", remedy.Present, nil)
	put := func(verb string, v any, more params) remedy.Action {
		text := with(params{textKey: edited(bind("policy"), "at", "Statement", verb, v, "by", "Sid")}, more)
		a := d.write("s3:PutBucketPolicy", with(b, params{"Policy": text}))
		a.Reads = []remedy.Read{{Call: s.call, Binds: map[string]string{"policy": "Policy.<json>"}}}
		return a
	}
	a := put("add", []any{statement}, nil)
	a.Until, a.UndoWhen = []remedy.Condition{has}, []remedy.Condition{has}
	back := put("drop", []any{sid}, params{likeKey: s.get("Policy")})
	back.Until = []remedy.Condition{s.is("the statement is gone", at, remedy.Absent, nil)}
	a.Undo = []remedy.Action{back}
	d.do(a)
}

// only refuses a step that makes, as a whole, what an earlier step of the plan makes: it would find another account.
func (d *draft) only(what string) {
	if other, ok := d.p.makes[what]; ok && other != d.step.Fix {
		d.refuse(remedy.PreconditionFails, "%s is made by another step of this plan (%s): plan again after it", what, other)
	}
	d.makes = append(d.makes, what)
}
