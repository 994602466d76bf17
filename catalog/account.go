package catalog

import (
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// accountTypes are facts about an account that Terraform has no type for; only a live account has them.
func accountTypes() []Type {
	return []Type{
		{
			// One for each account that was read, with its root user. Address: the root user's ARN.
			Name: "aws_account", Scope: Configuration,
			Attrs: []Attr{
				{Name: "account_id"},
				// The usual names of stages that tags of its resources have, in lower case, sorted (see accountStages).
				{Name: "stages", Kind: List},
				{Name: "root_mfa", Kind: Bool},         // AccountMFAEnabled of the account summary
				{Name: "root_access_keys", Kind: Bool}, // AccountAccessKeysPresent
				// AccountPasswordPresent; false where the organization has removed the root user's credentials. Null: AWS does not say.
				{Name: "root_password", Kind: Bool},
			},
		},
		{
			// One row of the credential report. Address USER#credential_report; Of is the user.
			// Source: IAM User Guide, "Understanding the report format"; dates are null where the report says N/A or no_information.
			Name: "aws_iam_credential_report", Scope: Configuration,
			Attrs: []Attr{
				{Name: "user", Targets: to("aws_iam_user", "name")},
				{Name: "user_creation_time"},
				{Name: "password_enabled", Kind: Bool},
				{Name: "password_last_used"}, {Name: "password_last_changed"},
				{Name: "mfa_active", Kind: Bool},
				{Name: "access_key_1_active", Kind: Bool}, {Name: "access_key_1_last_rotated"}, {Name: "access_key_1_last_used_date"},
				{Name: "access_key_2_active", Kind: Bool}, {Name: "access_key_2_last_rotated"}, {Name: "access_key_2_last_used_date"},
				{Name: "generated_time"}, // of the report, which AWS makes anew after four hours
			},
		},
		{
			// A domain that is registered with Route 53. Source: AWS provider, aws_route53domains_registered_domain and aws_route53domains_domain.
			Name: "aws_route53domains_registered_domain", Scope: Global, Aliases: []string{"aws_route53domains_domain"},
			Attrs: []Attr{
				{Name: "domain_name"},
				{Name: "auto_renew", Kind: Bool, Default: true},
				{Name: "transfer_lock", Kind: Bool, Default: true},
				{Name: "expiration_date"}, // null in code
				{Name: "name_server", Kind: Block, Computed: true, Attrs: []Attr{{Name: "name"}, {Name: "glue_ips", Kind: List}}}, // where its registry leads
				{Name: "zones", Kind: List, Derived: true, Targets: to("aws_route53_zone", "name")},                               // of its name
			},
			Split: normaliseDomain,
		},
	}
}

// normaliseDomain writes names as names are compared, and derives `zones`.
func normaliseDomain(r *graph.Resource) []*graph.Resource {
	servers, _ := r.Attrs["name_server"].([]any)
	for _, x := range servers {
		if server, ok := x.(map[string]any); ok {
			if name, ok := server["name"].(string); ok {
				server["name"] = domain(name)
			}
		}
	}
	removeAttr(r, "zones")
	name, known := r.Attrs["domain_name"].(string)
	switch {
	case known:
		r.Attrs["zones"] = []any{domain(name)}
	case r.Unknown["domain_name"] != "":
		r.Unknown["zones"] = r.Unknown["domain_name"]
	}
	return nil
}

// stageWords are the usual names of stages.
var stageWords = []string{
	"prod", "production", "live", "prd", "staging", "stage", "test", "testing", "dev", "development", "qa", "uat", "integration", "sandbox",
}

// accountStages lists for each account that was read the stages that tags of its resources name. Words that are no usual
// stage ("shared", "management") and resources without tags say nothing.
func (b *builder) accountStages() {
	accounts := b.byType["aws_account"]
	if len(accounts) == 0 {
		return
	}
	used := map[string]map[string]bool{} // by account
	for _, r := range b.resources {
		id, _ := r.Facts["_account"].(string)
		if stage := strings.ToLower(tagStage(r)); id != "" && r.Observed && slices.Contains(stageWords, stage) {
			if used[id] == nil {
				used[id] = map[string]bool{}
			}
			used[id][stage] = true
		}
	}
	for _, a := range accounts {
		id, known := a.Attrs["account_id"].(string)
		if !a.Observed || !known {
			continue
		}
		stages := []any{}
		for _, s := range sortedKeys(used[id]) {
			stages = append(stages, s)
		}
		removeAttr(a, "stages")
		a.Attrs["stages"] = stages
	}
}
