# METADATA
# title: Repositories protect their branches
# description: >-
#   Looks for a branch protection or ruleset of the repository. Fails when the code has neither; github.two_approvals and github.ruleset_approvals judge
#   what they ask for. Archived repositories are not applicable. Rulesets of the organisation are not seen.
# custom:
#   control: [DLV-PR-001]
#   requirement: [RA-101]
#   judges: github_repository
#   severity: high
#   pillar: [security, operations]
#   remediation: >-
#     Add a github_branch_protection or github_repository_ruleset for the default branch.
#   equivalents:
#     checkov: [CKV_GIT_5, CKV_GITHUB_19, CKV_GITHUB_10, CKV_GITHUB_11]
#     prowler: [repository_default_branch_requires_multiple_approvals, repository_default_branch_protection_applies_to_admins]
#     scorecard: [Branch-Protection, Code-Review]
#   example: |
#     resource "github_repository" "shop" {
#       name = "shop"
#     }
package github.protected

judged contains i if {
	some i, r in input.github_repository
	r.archived == false
}

guarded contains i if {
	some i, r in input.github_repository
	some _ in r._from["github_branch_protection.repository_id"]
}

guarded contains i if {
	some i, r in input.github_repository
	some _ in r._from["github_repository_ruleset.repository"]
}

deny contains {"at": i, "attribute": "name", "message": "nothing protects the default branch"} if {
	some i in judged
	not guarded[i]
}
