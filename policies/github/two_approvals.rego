# METADATA
# title: Default branch needs two approvals
# description: >-
#   Reads the protection of branches that match main or master. Fails when pull requests need fewer than two approvals (default 1), or when administrators
#   are not bound. Protections of other branches are not applicable. Stale reviews are not read.
# custom:
#   control: [DLV-PR-001]
#   requirement: [RA-101]
#   judges: github_branch_protection
#   severity: high
#   pillar: [security, operations]
#   disruption: none
#   remediation: >-
#     Set required_pull_request_reviews { required_approving_review_count = 2 } and enforce_admins = true.
#   equivalents:
#     checkov: [CKV_GIT_5, CKV_GITHUB_19, CKV_GITHUB_10, CKV_GITHUB_11]
#     prowler: [repository_default_branch_requires_multiple_approvals, repository_default_branch_protection_applies_to_admins]
#     scorecard: [Branch-Protection, Code-Review]
#   example: |
#     resource "github_branch_protection" "main" {
#       repository_id = "shop"
#       pattern       = "main"
#       enforce_admins = true
#       required_pull_request_reviews {
#         required_approving_review_count = 1
#       }
#     }
package github.two_approvals

judged contains i if {
	some i, b in input.github_branch_protection
	b.pattern in {"main", "master", "*", "**"}
}

twice contains i if {
	some i, b in input.github_branch_protection
	some r in b.required_pull_request_reviews
	r.required_approving_review_count >= 2
}

deny contains {"at": i, "attribute": "required_pull_request_reviews", "message": "fewer than two people approve a change"} if {
	some i in judged
	not twice[i]
}

deny contains {"at": i, "attribute": "enforce_admins", "message": "administrators may merge without approval"} if {
	some i in judged
	input.github_branch_protection[i].enforce_admins == false
}

fix contains {"at": i, "op": "set", "address": b._address, "path": "required_pull_request_reviews[0].required_approving_review_count", "value": 2} if {
	some i in judged
	b := input.github_branch_protection[i]
	not twice[i]
}

fix contains {"at": i, "op": "set", "address": b._address, "path": "enforce_admins", "value": true} if {
	some i in judged
	b := input.github_branch_protection[i]
	b.enforce_admins == false
}
