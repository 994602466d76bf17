package catalog_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// edges lists the edges of the built graph as "FROM VIA TO".
func edges(found ...*graph.Resource) []string {
	var out []string
	for _, e := range catalog.Build(found, catalog.Options{}).Edges() {
		out = append(out, string(e.From.Address)+" "+e.Via+" "+string(e.To.Address))
	}
	slices.Sort(out)
	return out
}

func TestEveryWayToAttachAPolicyIsAnAttachment(t *testing.T) {
	t.Parallel()
	policy := resource("aws_iam_policy.p", attrs{"name": "p"})
	user := resource("aws_iam_user.u", attrs{"name": "u"})
	group := resource("aws_iam_group.g", attrs{"name": "g"})
	arn := graph.Ref{Address: "aws_iam_policy.p", Attr: "arn"}
	for _, c := range []struct {
		name  string
		found []*graph.Resource
		want  []string
	}{
		{
			name:  "to users, groups and roles at once",
			found: []*graph.Resource{policy, user, group, resource("aws_iam_policy_attachment.a", attrs{"policy_arn": arn, "users": []any{"u"}, "groups": []any{graph.Ref{Address: "aws_iam_group.g", Attr: "name"}}})},
			want: []string{
				"aws_iam_policy_attachment.a policy_arn aws_iam_policy.p",
				"aws_iam_policy_attachment.a#groups[0] granted aws_iam_policy.p", "aws_iam_policy_attachment.a#groups[0] group aws_iam_group.g", "aws_iam_policy_attachment.a#groups[0] policy_arn aws_iam_policy.p",
				"aws_iam_policy_attachment.a#users[0] granted aws_iam_policy.p", "aws_iam_policy_attachment.a#users[0] policy_arn aws_iam_policy.p", "aws_iam_policy_attachment.a#users[0] user aws_iam_user.u",
			},
		},
		{
			name:  "inside a role",
			found: []*graph.Resource{policy, resource("aws_iam_role.r", attrs{"managed_policy_arns": []any{arn}, "inline_policy": []any{attrs{"name": "i", "policy": "{}"}}})},
			want: []string{
				"aws_iam_role.r#inline_policy[0] role aws_iam_role.r",
				"aws_iam_role.r#managed_policy_arns[0] granted aws_iam_policy.p", "aws_iam_role.r#managed_policy_arns[0] policy_arn aws_iam_policy.p", "aws_iam_role.r#managed_policy_arns[0] role aws_iam_role.r",
			},
		},
		{
			name:  "a list of one role in an instance profile",
			found: []*graph.Resource{resource("aws_iam_role.r", attrs{"name": "r"}), resource("aws_iam_instance_profile.i", attrs{"roles": []any{"r"}})},
			want:  []string{"aws_iam_instance_profile.i role aws_iam_role.r"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, edges(c.found...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPolicyOfAWSIsDefinedNowhere(t *testing.T) {
	t.Parallel()
	r := built(t, "aws_iam_user_policy_attachment.a", resource("aws_iam_user_policy_attachment.a", attrs{"user": "u", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}))
	if r.Attrs["granted"] != nil || r.Unknown["_to.granted[*]"] != "" {
		t.Errorf("granted is %v, open: %q", r.Attrs["granted"], r.Unknown["_to.granted[*]"])
	}
}

func TestAnUnknownListOfUsersMayHoldAnybody(t *testing.T) {
	t.Parallel()
	a := resource("aws_iam_policy_attachment.a", attrs{"policy_arn": "arn:aws:iam::1:policy/p"})
	a.Unknown = map[string]string{"users": "var.users has no value"}
	r := built(t, "aws_iam_policy_attachment.a#users[*]", a)
	want := attrs{"user": "unknown: var.users has no value", "_count": "unknown: users: var.users has no value", "policy_arn": "arn:aws:iam::1:policy/p"}
	if diff := cmp.Diff(want, pick(r, "user", "_count", "policy_arn")); diff != "" {
		t.Error(diff)
	}
}

func TestATrustPolicyRefersToItsIdentityProviders(t *testing.T) {
	t.Parallel()
	trust := graph.Template(`{"Statement":[{"Principal":{"Federated":"${aws_iam_openid_connect_provider.github.arn}"}}]}`)
	got := edges(resource("aws_iam_openid_connect_provider.github", attrs{"url": "https://x"}), resource("aws_iam_role.r", attrs{"assume_role_policy": trust}))
	if diff := cmp.Diff([]string{"aws_iam_role.r federated aws_iam_openid_connect_provider.github"}, got); diff != "" {
		t.Error(diff)
	}
}
