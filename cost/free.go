package cost

import "strings"

// freeServices lists types that AWS does not charge for, and types whose work is charged at another resource. Types of a
// service that has prices of its own stand in that service's file.
func freeServices() []service {
	var out []service
	for _, f := range []struct{ why, types string }{
		{"IAM is free of charge (aws.amazon.com/iam/faqs)", `
			aws_iam_access_key aws_iam_account_alias aws_iam_account_password_policy aws_iam_group aws_iam_group_membership aws_iam_group_policy
			aws_iam_group_policy_attachment aws_iam_instance_profile aws_iam_openid_connect_provider aws_iam_policy aws_iam_policy_attachment aws_iam_role
			aws_iam_role_policy aws_iam_role_policy_attachment aws_iam_role_policies_exclusive aws_iam_role_policy_attachments_exclusive aws_iam_saml_provider
			aws_iam_server_certificate aws_iam_service_linked_role aws_iam_service_specific_credential aws_iam_signing_certificate aws_iam_user
			aws_iam_user_group_membership aws_iam_user_login_profile aws_iam_user_policy aws_iam_user_policy_attachment aws_iam_user_ssh_key aws_iam_virtual_mfa_device`},
		{"Organizations is free of charge (aws.amazon.com/organizations/faqs)", `
			aws_organizations_account aws_organizations_organization aws_organizations_organizational_unit aws_organizations_policy
			aws_organizations_policy_attachment aws_organizations_delegated_administrator aws_organizations_resource_policy`},
		{"a setting of the account; IAM Identity Center is free of charge (aws.amazon.com/iam/identity-center/faqs)", `
			aws_ssoadmin_permission_set aws_ssoadmin_account_assignment aws_ssoadmin_managed_policy_attachment aws_ssoadmin_permission_set_inline_policy
			aws_identitystore_group aws_identitystore_user aws_identitystore_group_membership`},
		{"a setting of a repository; GitHub is not billed by AWS", `
			github_actions_environment_secret github_actions_organization_secret github_actions_secret github_branch_default github_branch_protection
			github_membership github_organization_settings github_repository github_repository_collaborator
			github_repository_environment github_repository_file github_repository_ruleset github_team github_team_membership github_team_repository
			github_repository_deploy_key github_actions_repository_permissions github_organization_ruleset`},
	} {
		out = append(out, settings(f.why, f.types)...)
	}
	return out
}

// settings makes entries of types that cost nothing of their own.
func settings(why, types string) []service {
	var out []service
	for _, typ := range strings.Fields(types) {
		out = append(out, service{Type: typ, Free: why})
	}
	return out
}
