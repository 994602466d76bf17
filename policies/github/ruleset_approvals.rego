# METADATA
# title: Rulesets ask for two approvals
# description: >-
#   Reads active rulesets for the default branch that require pull requests. Fails when they ask for fewer than two approvals (default 0), or when
#   somebody may always bypass them. Other rulesets are not applicable.
# custom:
#   control: [DLV-PR-001]
#   requirement: [RA-101]
#   judges: github_repository_ruleset
#   severity: high
#   pillar: [security, operations]
#   remediation: >-
#     Set pull_request { required_approving_review_count = 2 } and let nobody bypass the ruleset always.
#   equivalents:
#     checkov: [CKV_GIT_5, CKV_GITHUB_19, CKV_GITHUB_10, CKV_GITHUB_11]
#     prowler: [repository_default_branch_requires_multiple_approvals, repository_default_branch_protection_applies_to_admins]
#     scorecard: [Branch-Protection, Code-Review]
#   example: |
#     resource "github_repository_ruleset" "r" {
#       name        = "r"
#       repository  = "shop"
#       target      = "branch"
#       enforcement = "active"
#       conditions {
#         ref_name {
#           include = ["~DEFAULT_BRANCH"]
#           exclude = []
#         }
#       }
#       rules {
#         pull_request {
#           required_approving_review_count = 1
#         }
#       }
#     }
package github.ruleset_approvals

covers contains i if {
	some i, r in input.github_repository_ruleset
	some c in r.conditions
	some n in c.ref_name
	some b in n.include
	b in {"~DEFAULT_BRANCH", "~ALL", "refs/heads/main", "refs/heads/master"}
}

judged contains i if {
	some i, r in input.github_repository_ruleset
	r.target == "branch"
	r.enforcement == "active"
	covers[i]
	some x in r.rules
	some _ in x.pull_request
}

twice contains i if {
	some i, r in input.github_repository_ruleset
	some x in r.rules
	some p in x.pull_request
	p.required_approving_review_count >= 2
}

deny contains {"at": i, "attribute": "rules", "message": "fewer than two people approve a change"} if {
	some i in judged
	not twice[i]
}

deny contains {"at": i, "attribute": "bypass_actors", "message": "somebody may always merge without approval"} if {
	some i in judged
	some b in input.github_repository_ruleset[i].bypass_actors
	b.bypass_mode == "always"
}
