package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// Identity: users, groups, roles, policies and how they hang together. Every way to attach a policy is
// read as one of aws_iam_{user,group,role}_policy_attachment and aws_iam_{user,group,role}_policy.
func iamTypes() []Type {
	return slices.Concat(iamOwners(), iamGrants(), iamRest(), accountTypes())
}

func iamOwners() []Type {
	return []Type{
		{
			Name: "aws_iam_user", Scope: Global,
			Attrs: []Attr{
				{Name: "name"}, {Name: "path", Default: "/"}, {Name: "unique_id", Computed: true}, {Name: "permissions_boundary"},
				{Name: "force_destroy", Kind: Bool, Default: false},
			},
		},
		{
			Name: "aws_iam_group", Scope: Global,
			Attrs: []Attr{{Name: "name"}, {Name: "path", Default: "/"}, {Name: "unique_id", Computed: true}},
		},
		{
			Name: "aws_iam_role", Scope: Global,
			Attrs: []Attr{
				{Name: "name", Computed: true}, {Name: "name_prefix"}, {Name: "path", Default: "/"}, {Name: "description"},
				{Name: "assume_role_policy", Kind: Document},
				// The identity providers that the trust policy names; made from assume_role_policy.
				{Name: "federated", Kind: List, Derived: true, Targets: to("aws_iam_openid_connect_provider")},
				{Name: "max_session_duration", Kind: Number, Default: 3600},
				{Name: "permissions_boundary"},
				{Name: "force_detach_policies", Kind: Bool, Default: false},
				{Name: "unique_id", Computed: true},
			},
			Split: splitRole,
		},
		{
			Name: "aws_iam_policy", Scope: Global,
			Attrs: []Attr{{Name: "name", Computed: true}, {Name: "name_prefix"}, {Name: "path", Default: "/"}, {Name: "description"}, {Name: "policy", Kind: Document}},
		},
		{
			Name: "aws_iam_instance_profile", Scope: Global, Renamed: map[string]string{"roles": "role"},
			Attrs: []Attr{{Name: "name", Computed: true}, {Name: "path", Default: "/"}, {Name: "role", Targets: to("aws_iam_role", "name")}},
			Split: firstRole,
		},
		{
			Name: "aws_iam_openid_connect_provider", Scope: Global,
			Attrs: []Attr{
				{Name: "url"}, {Name: "client_id_list", Kind: List}, {Name: "thumbprint_list", Kind: List, Computed: true},
				// Whether url is seen to be the issuer of an EKS cluster, which only that cluster's pods have tokens of.
				{Name: "of_cluster", Kind: Bool, Derived: true},
			},
			Split: issuer,
		},
		{Name: "aws_iam_saml_provider", Scope: Global, Attrs: []Attr{{Name: "name"}, {Name: "saml_metadata_document"}}},
	}
}

// iamGrants are attachments and inline policies. `granted` is the customer policy that policy_arn names:
// null for policies that AWS manages, which are known by their ARN and defined nowhere.
func iamGrants() []Type {
	var types []Type
	for _, owner := range []string{"user", "group", "role"} {
		types = append(types, Type{
			Name: "aws_iam_" + owner + "_policy_attachment", Scope: Configuration,
			Attrs: []Attr{
				{Name: owner, Targets: to("aws_iam_"+owner, "name")},
				{Name: "policy_arn", Targets: to("aws_iam_policy")},
				{Name: "granted", Targets: to("aws_iam_policy")},
			},
			Split: grant,
		}, Type{
			Name: "aws_iam_" + owner + "_policy", Scope: Configuration,
			Attrs: []Attr{{Name: "name", Computed: true}, {Name: owner, Targets: to("aws_iam_"+owner, "name")}, {Name: "policy", Kind: Document}},
		})
	}
	return append(types, Type{
		Name: "aws_iam_policy_attachment", Scope: Configuration,
		Attrs: []Attr{{Name: "name"}, {Name: "policy_arn", Targets: to("aws_iam_policy")}},
		Split: splitAttachment,
	})
}

func iamRest() []Type {
	return []Type{
		{
			Name: "aws_iam_user_group_membership", Scope: Configuration,
			Attrs: []Attr{{Name: "user", Targets: to("aws_iam_user", "name")}, {Name: "groups", Kind: List, Targets: to("aws_iam_group", "name")}},
		},
		{
			Name: "aws_iam_group_membership", Scope: Configuration,
			Attrs: []Attr{{Name: "name"}, {Name: "group", Targets: to("aws_iam_group", "name")}, {Name: "users", Kind: List, Targets: to("aws_iam_user", "name")}},
		},
		{
			Name: "aws_iam_user_login_profile", Scope: Configuration,
			Attrs: []Attr{{Name: "user", Targets: to("aws_iam_user", "name")}, {Name: "pgp_key"}, {Name: "password_reset_required", Kind: Bool, Computed: true}, {Name: "password", Secret: true, Computed: true}},
		},
		{
			Name: "aws_iam_access_key", Scope: Configuration,
			Attrs: []Attr{
				{Name: "user", Targets: to("aws_iam_user", "name")}, {Name: "status", Default: "Active", Enum: []string{"Active", "Inactive"}},
				{Name: "pgp_key"}, {Name: "secret", Secret: true, Computed: true}, {Name: "ses_smtp_password_v4", Secret: true, Computed: true},
			},
		},
		{
			Name: "aws_iam_account_password_policy", Scope: Configuration,
			Attrs: []Attr{
				{Name: "minimum_password_length", Kind: Number, Default: 6}, {Name: "max_password_age", Kind: Number, Computed: true},
				{Name: "password_reuse_prevention", Kind: Number, Computed: true}, {Name: "allow_users_to_change_password", Kind: Bool, Default: true},
				{Name: "hard_expiry", Kind: Bool, Computed: true}, {Name: "require_lowercase_characters", Kind: Bool, Computed: true},
				{Name: "require_uppercase_characters", Kind: Bool, Computed: true}, {Name: "require_numbers", Kind: Bool, Computed: true}, {Name: "require_symbols", Kind: Bool, Computed: true},
			},
		},
		{
			Name: "aws_organizations_account", Scope: Global,
			Attrs: []Attr{
				{Name: "name"}, {Name: "email"}, {Name: "parent_id", Computed: true}, {Name: "role_name"}, {Name: "iam_user_access_to_billing"},
				{Name: "close_on_deletion", Kind: Bool, Default: false},
			},
		},
		{
			Name: "aws_organizations_organization", Scope: Global,
			Attrs: []Attr{{Name: "feature_set", Default: "ALL"}, {Name: "aws_service_access_principals", Kind: List}, {Name: "enabled_policy_types", Kind: List}},
		},
	}
}

// splitRole makes `inline_policy` blocks and `managed_policy_arns` what they are, and lists the identity
// providers of the trust policy. Source: AWS provider, resource aws_iam_role.
func splitRole(r *graph.Resource) []*graph.Resource {
	parts := SplitBlocks(r, "inline_policy", "aws_iam_role_policy", func(part *graph.Resource, _ map[string]any) {
		part.Attrs["role"] = OwnRef(r)
	})
	for _, part := range splitList(r, "managed_policy_arns", "aws_iam_role_policy_attachment", "policy_arn") {
		part.Attrs["role"] = OwnRef(r)
		parts = append(parts, part)
	}
	if why, unknown := r.Unknown["assume_role_policy"]; unknown {
		r.Unknown["federated"] = why
	}
	if t, ok := r.Attrs["assume_role_policy"].(graph.Template); ok {
		var federated []any
		for _, ref := range TemplateRefs(r.Root, t) {
			if ref.Attr == "arn" && strings.Contains(string(ref.Address), "aws_iam_openid_connect_provider.") {
				federated = append(federated, ref)
			}
		}
		r.Attrs["federated"] = federated
	}
	return parts
}

// issuer tells the issuers of clusters: url is made of nothing but what aws_eks_cluster says of itself, and
// nothing else about it is open (a condition would be the reason why it is not known).
func issuer(r *graph.Resource) []*graph.Resource {
	refs, why := r.Refs["url"], r.Unknown["url"]
	if ref, ok := r.Attrs["url"].(graph.Ref); ok {
		refs, why = []graph.Ref{ref}, later(ref)
	}
	of := false
	for _, ref := range refs {
		if !strings.Contains("."+string(ref.Address), ".aws_eks_cluster.") {
			of = false
			break
		}
		of = of || strings.HasPrefix(why, string(ref.Address)+".identity is ") || strings.HasPrefix(why, string(ref.Address)+" is read from ")
	}
	r.Attrs["of_cluster"] = of
	return nil
}

// firstRole reads the list that `roles` was: an instance profile holds one role.
func firstRole(r *graph.Resource) []*graph.Resource {
	if list, ok := r.Attrs["role"].([]any); ok && len(list) > 0 {
		r.Attrs["role"] = list[0]
		if why, unknown := r.Unknown["role[0]"]; unknown {
			delete(r.Unknown, "role[0]")
			delete(r.Attrs, "role")
			r.Unknown["role"] = why
		}
	}
	return nil
}

// grant tells customer policies from those that AWS manages ("arn:aws:iam::aws:policy/...").
func grant(r *graph.Resource) []*graph.Resource {
	if why, unknown := r.Unknown["policy_arn"]; unknown {
		r.Unknown["granted"] = why
		return nil
	}
	r.Attrs["granted"] = r.Attrs["policy_arn"]
	if arn, ok := r.Attrs["policy_arn"].(string); ok && strings.Contains(arn, ":iam::aws:policy/") {
		r.Attrs["granted"] = nil
	}
	return nil
}

// splitAttachment gives each user, group and role of an aws_iam_policy_attachment an attachment of its own.
func splitAttachment(r *graph.Resource) []*graph.Resource {
	var parts []*graph.Resource
	for _, owner := range []string{"user", "group", "role"} {
		for _, part := range splitList(r, owner+"s", "aws_iam_"+owner+"_policy_attachment", owner) {
			if v, ok := r.Attrs["policy_arn"]; ok {
				part.Attrs["policy_arn"] = v
			} else if why, ok := r.Unknown["policy_arn"]; ok {
				part.Unknown["policy_arn"] = why
			}
			if refs, ok := r.Refs["policy_arn"]; ok {
				part.Refs["policy_arn"] = refs
			}
			parts = append(parts, part)
		}
	}
	return parts
}

// splitList takes the list attribute `name` off r and makes each element a resource of type typ that holds it as
// `field`. A list that is unknown, or may be longer, gives one part more, whose `_count` and field are unknown.
func splitList(r *graph.Resource, name, typ, field string) []*graph.Resource {
	var parts []*graph.Resource
	list, _ := r.Attrs[name].([]any)
	for i, v := range list {
		path := graph.Element(name, i)
		part := Part(r, typ, path)
		if why, unknown := r.Unknown[path]; unknown {
			part.Unknown[field] = why
		} else {
			part.Attrs[field] = v
		}
		for _, p := range []string{path, name} {
			if refs, ok := r.Refs[p]; ok {
				part.Refs[field] = refs
				break
			}
		}
		parts = append(parts, part)
	}
	for _, p := range []string{name, graph.Element(name, graph.Any)} {
		if why, unknown := r.Unknown[p]; unknown {
			part := Part(r, typ, graph.Element(name, graph.Any))
			part.Unknown["_count"] = fmt.Sprintf("%s: %s", name, why)
			part.Unknown[field] = why
			parts = append(parts, part)
		}
	}
	takeOff(r, name)
	return parts
}
