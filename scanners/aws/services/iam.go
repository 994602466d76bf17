package services

// AWS Identity and Access Management. Needs iam:GetAccountAuthorizationDetails, iam:GetAccountSummary,
// iam:GetAccountPasswordPolicy, iam:GenerateCredentialReport (it makes a report and changes nothing), iam:GetCredentialReport,
// iam:ListUsers, iam:ListOpenIDConnectProviders, iam:GetOpenIDConnectProvider, iam:ListSAMLProviders,
// iam:ListServerCertificates, iam:ListServerCertificateTags.
//
// One paged call gives users, groups, roles, policies and how they hang together; one report gives every user's password, second
// factor and keys. So no call is made for each user or role.

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func iamService() aws.Service {
	return aws.Service{
		Name: "iam", Global: true,
		Lists: []aws.List{
			{Operation: "GetAccountAuthorizationDetails", Gives: []string{
				"aws_iam_user", "aws_iam_group", "aws_iam_role", "aws_iam_policy", "aws_iam_instance_profile", "aws_iam_user_group_membership",
				"aws_iam_user_policy_attachment", "aws_iam_group_policy_attachment", "aws_iam_role_policy_attachment",
				"aws_iam_user_policy", "aws_iam_group_policy", "aws_iam_role_policy",
			}, Read: readAuthorization},
			{Operation: "GetAccountSummary", Gives: []string{"aws_account"}, Read: readAccountSummary},
			{
				Operation: "GetCredentialReport", Actions: []string{"iam:GenerateCredentialReport", "iam:GetCredentialReport", "iam:ListUsers"},
				Gives: []string{"aws_iam_credential_report", "aws_iam_user_login_profile", "aws_iam_access_key"}, Read: readCredentialReport,
			},
			{Operation: "GetAccountPasswordPolicy", Gives: []string{"aws_iam_account_password_policy"}, Read: readPasswordPolicy},
			{Operation: "ListOpenIDConnectProviders", Gives: []string{"aws_iam_openid_connect_provider"}, Read: readOIDCProviders},
			{Operation: "ListSAMLProviders", Gives: []string{"aws_iam_saml_provider"}, Read: readSAMLProviders},
			{Operation: "ListServerCertificates", Gives: []string{"aws_iam_server_certificate"}, Read: readServerCertificates},
		},
		Details: []aws.Detail{
			{Operation: "GetOpenIDConnectProvider", Of: "aws_iam_openid_connect_provider", Sets: []string{"url", "client_id_list", "thumbprint_list", "tags"}, Read: readOIDCProvider},
			{Operation: "ListServerCertificateTags", Of: "aws_iam_server_certificate", Sets: []string{"tags"}, Read: readServerCertificateTags},
		},
	}
}

// What GetAccountAuthorizationDetails, and the other lists, have of each type.
var (
	iamUserFields = aws.Table{
		"name": "UserName", "path": "Path", "unique_id": "UserId", "permissions_boundary": "PermissionsBoundary.PermissionsBoundaryArn", "tags": "Tags",
	}
	iamGroupFields = aws.Table{"name": "GroupName", "path": "Path", "unique_id": "GroupId"}
	iamRoleFields  = aws.Table{
		"name": "RoleName", "path": "Path", "unique_id": "RoleId", "permissions_boundary": "PermissionsBoundary.PermissionsBoundaryArn", "tags": "Tags",
	}
	iamPolicyFields          = aws.Table{"name": "PolicyName", "path": "Path", "description": "Description"}
	iamInstanceProfileFields = aws.Table{"name": "InstanceProfileName", "path": "Path", "tags": "Tags"}
	passwordPolicyFields     = aws.Table{
		"minimum_password_length": "MinimumPasswordLength", "max_password_age": "MaxPasswordAge", "password_reuse_prevention": "PasswordReusePrevention",
		"allow_users_to_change_password": "AllowUsersToChangePassword", "hard_expiry": "HardExpiry", "require_lowercase_characters": "RequireLowercaseCharacters",
		"require_uppercase_characters": "RequireUppercaseCharacters", "require_numbers": "RequireNumbers", "require_symbols": "RequireSymbols",
	}
	serverCertificateFields = aws.Table{
		"name": "ServerCertificateName", "path": "Path", "expiration": "Expiration", "upload_date": "UploadDate",
	}
)

func readAuthorization(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(iam.NewFromConfig(s.Config), &iam.GetAccountAuthorizationDetailsInput{
		// Without AWSManagedPolicy, of which there are more than a thousand.
		Filter: []types.EntityType{types.EntityTypeUser, types.EntityTypeRole, types.EntityTypeGroup, types.EntityTypeLocalManagedPolicy},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for i := range page.UserDetailList {
			giveUser(s, &page.UserDetailList[i], give)
		}
		for i := range page.GroupDetailList {
			giveGroup(s, &page.GroupDetailList[i], give)
		}
		for i := range page.RoleDetailList {
			giveRole(s, &page.RoleDetailList[i], give)
		}
		for i := range page.Policies {
			if !strings.Contains(text(page.Policies[i].Arn), ":iam::aws:") {
				give(iamPolicy(s, &page.Policies[i]))
			}
		}
	}
	return nil
}

func giveUser(s *aws.Session, from *types.UserDetail, give func(*graph.Resource)) {
	name := text(from.UserName)
	r := s.Resource("aws_iam_user", text(from.Arn), name, name)
	iamUserFields.Set(r, from)
	give(r)
	giveGrants(s, r, "user", from.AttachedManagedPolicies, from.UserPolicyList, give)
	if len(from.GroupList) > 0 {
		part := s.Part(r, "aws_iam_user_group_membership", "groups", "user")
		part.Attrs["groups"] = aws.Plain(from.GroupList)
		give(part)
	}
}

func giveGroup(s *aws.Session, from *types.GroupDetail, give func(*graph.Resource)) {
	name := text(from.GroupName)
	r := s.Resource("aws_iam_group", text(from.Arn), name, name)
	iamGroupFields.Set(r, from)
	give(r)
	giveGrants(s, r, "group", from.AttachedManagedPolicies, from.GroupPolicyList, give)
}

// giveRole gives a role. What AWS makes and keeps for itself (service-linked roles, those of IAM Identity Center) is a
// neighbour that is not judged.
func giveRole(s *aws.Session, from *types.RoleDetail, give func(*graph.Resource)) {
	name := text(from.RoleName)
	r := s.Resource("aws_iam_role", text(from.Arn), name, name)
	iamRoleFields.Set(r, from)
	path := text(from.Path)
	r.Data = strings.HasPrefix(path, "/aws-service-role/") || strings.HasPrefix(path, "/aws-reserved/")
	r.Attrs["federated"] = []any{}
	setDocument(r, "assume_role_policy", from.AssumeRolePolicyDocument)
	give(r)
	giveGrants(s, r, "role", from.AttachedManagedPolicies, from.RolePolicyList, give)
	for i := range from.InstanceProfileList {
		p := &from.InstanceProfileList[i]
		profile := s.Resource("aws_iam_instance_profile", text(p.Arn), text(p.InstanceProfileName), text(p.InstanceProfileName))
		iamInstanceProfileFields.Set(profile, p)
		profile.Attrs["role"] = name
		give(profile)
	}
}

// giveGrants gives the attachments and inline policies of a user, group or role.
func giveGrants(s *aws.Session, owner *graph.Resource, kind string, attached []types.AttachedPolicy, inline []types.PolicyDetail, give func(*graph.Resource)) {
	for _, a := range attached {
		arn := text(a.PolicyArn)
		part := s.Part(owner, "aws_iam_"+kind+"_policy_attachment", "policy_arn["+arn+"]", kind)
		part.Attrs["policy_arn"], part.Attrs["granted"] = arn, arn
		if strings.Contains(arn, ":iam::aws:policy/") {
			part.Attrs["granted"] = nil
		}
		give(part)
	}
	for _, p := range inline {
		part := s.Part(owner, "aws_iam_"+kind+"_policy", "policy["+text(p.PolicyName)+"]", kind)
		part.Attrs["name"] = text(p.PolicyName)
		setDocument(part, "policy", p.PolicyDocument)
		give(part)
	}
}

// iamPolicy gives a customer policy with its default version.
func iamPolicy(s *aws.Session, from *types.ManagedPolicyDetail) *graph.Resource {
	r := s.Resource("aws_iam_policy", text(from.Arn), text(from.Arn), text(from.PolicyName))
	iamPolicyFields.Set(r, from)
	for _, v := range from.PolicyVersionList {
		if v.IsDefaultVersion || text(v.VersionId) == text(from.DefaultVersionId) {
			setDocument(r, "policy", v.Document)
		}
	}
	return r
}

// setDocument sets a policy document, which IAM hands out percent-encoded (RFC 3986).
func setDocument(r *graph.Resource, attribute string, encoded *string) {
	if encoded == nil {
		r.Unknown[attribute] = "IAM did not say it"
		return
	}
	decoded, err := url.PathUnescape(text(encoded))
	if err != nil {
		r.Unknown[attribute] = fmt.Sprintf("IAM's answer cannot be decoded: %v", err)
		return
	}
	r.Attrs[attribute] = decoded
}

func readAccountSummary(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := iam.NewFromConfig(s.Config).GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
	if err != nil {
		return err
	}
	r := s.Resource("aws_account", s.GlobalARN("iam", "root"), s.Account, s.Account)
	r.Attrs["account_id"] = s.Account
	for attribute, key := range map[string]types.SummaryKeyType{
		"root_mfa": types.SummaryKeyTypeAccountMFAEnabled, "root_access_keys": types.SummaryKeyTypeAccountAccessKeysPresent, "root_password": types.SummaryKeyTypeAccountPasswordPresent,
	} {
		if n, ok := out.SummaryMap[string(key)]; ok {
			r.Attrs[attribute] = n > 0
		} else if attribute == "root_password" {
			r.Attrs[attribute] = nil
		} else {
			r.Unknown[attribute] = fmt.Sprintf("iam:GetAccountSummary does not say %s", key)
		}
	}
	give(r)
	return nil
}

func readPasswordPolicy(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := iam.NewFromConfig(s.Config).GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
	if answered(err, "NoSuchEntity") {
		return nil // the account has AWS's default policy
	}
	if err != nil {
		return err
	}
	r := s.Resource("aws_iam_account_password_policy", "", s.Account, s.Account)
	passwordPolicyFields.Set(r, out.PasswordPolicy)
	give(r)
	return nil
}

func readOIDCProviders(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := iam.NewFromConfig(s.Config).ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{})
	if err != nil {
		return err
	}
	for _, p := range out.OpenIDConnectProviderList {
		arn := text(p.Arn)
		_, name, _ := strings.Cut(arn, "oidc-provider/")
		give(s.Resource("aws_iam_openid_connect_provider", arn, arn, name))
	}
	return nil
}

func readOIDCProvider(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	arn, _ := r.Attrs["arn"].(string)
	out, err := iam.NewFromConfig(s.Config).GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: &arn})
	if err != nil {
		return err
	}
	r.Attrs["url"], r.Attrs["tags"] = aws.Plain(out.Url), aws.Plain(out.Tags)
	r.Attrs["client_id_list"], r.Attrs["thumbprint_list"] = aws.Plain(out.ClientIDList), aws.Plain(out.ThumbprintList)
	return nil
}

func readSAMLProviders(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := iam.NewFromConfig(s.Config).ListSAMLProviders(ctx, &iam.ListSAMLProvidersInput{})
	if err != nil {
		return err
	}
	for _, p := range out.SAMLProviderList {
		arn := text(p.Arn)
		name := arn[strings.LastIndex(arn, "/")+1:]
		r := s.Resource("aws_iam_saml_provider", arn, arn, name)
		r.Attrs["name"] = name
		give(r)
	}
	return nil
}

func readServerCertificates(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := iam.NewListServerCertificatesPaginator(iam.NewFromConfig(s.Config), &iam.ListServerCertificatesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for i := range page.ServerCertificateMetadataList {
			c := &page.ServerCertificateMetadataList[i]
			r := s.Resource("aws_iam_server_certificate", text(c.Arn), text(c.ServerCertificateId), text(c.ServerCertificateName))
			serverCertificateFields.Set(r, c)
			give(r)
		}
	}
	return nil
}

func readServerCertificateTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	name, _ := r.Attrs["name"].(string)
	pages := iam.NewListServerCertificateTagsPaginator(iam.NewFromConfig(s.Config), &iam.ListServerCertificateTagsInput{ServerCertificateName: &name})
	tags := map[string]any{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for k, v := range aws.Plain(page.Tags).(map[string]any) {
			tags[k] = v
		}
	}
	r.Attrs["tags"] = tags
	return nil
}
