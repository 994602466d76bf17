package catalog

func githubTypes() []Type {
	repository := func(name string) Attr {
		return Attr{Name: name, Targets: to("github_repository", "name", "node_id", "full_name")}
	}
	return []Type{
		{
			Name: "github_repository", Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"}, {Name: "full_name", Computed: true}, {Name: "node_id", Computed: true}, {Name: "visibility", Computed: true}, {Name: "private", Kind: Bool, Default: false},
				{Name: "archived", Kind: Bool, Default: false}, {Name: "is_template", Kind: Bool}, {Name: "default_branch", Computed: true}, {Name: "vulnerability_alerts", Kind: Bool},
				{Name: "delete_branch_on_merge", Kind: Bool, Default: false}, {Name: "allow_merge_commit", Kind: Bool, Default: true}, {Name: "allow_auto_merge", Kind: Bool, Default: false},
			},
		},
		{
			Name: "github_branch_protection", Scope: Configuration, Aliases: []string{"github_branch_protection_v3"}, Renamed: map[string]string{"branch": "pattern", "repository": "repository_id"},
			Attrs: []Attr{
				repository("repository_id"), {Name: "pattern"}, {Name: "enforce_admins", Kind: Bool, Default: false}, {Name: "allows_force_pushes", Kind: Bool, Default: false}, {Name: "allows_deletions", Kind: Bool, Default: false},
				{Name: "require_signed_commits", Kind: Bool, Default: false}, {Name: "required_linear_history", Kind: Bool, Default: false},
				{Name: "required_pull_request_reviews", Kind: Block, Attrs: []Attr{
					{Name: "required_approving_review_count", Kind: Number, Default: 1}, {Name: "dismiss_stale_reviews", Kind: Bool, Default: false}, {Name: "require_code_owner_reviews", Kind: Bool, Default: false},
					{Name: "require_last_push_approval", Kind: Bool, Default: false}, {Name: "pull_request_bypassers", Kind: List},
				}},
				{Name: "required_status_checks", Kind: Block, Attrs: []Attr{{Name: "strict", Kind: Bool, Default: false}, {Name: "contexts", Kind: List}}},
			},
		},
		{
			Name: "github_repository_ruleset", Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"}, repository("repository"), {Name: "target", Enum: []string{"branch", "tag", "push"}}, {Name: "enforcement", Enum: []string{"disabled", "active", "evaluate"}},
				{Name: "conditions", Kind: Block, Attrs: []Attr{{Name: "ref_name", Kind: Block, Attrs: []Attr{{Name: "include", Kind: List}, {Name: "exclude", Kind: List}}}}},
				{Name: "bypass_actors", Kind: Block, Attrs: []Attr{{Name: "actor_id", Kind: Number}, {Name: "actor_type"}, {Name: "bypass_mode"}}},
				{Name: "rules", Kind: Block, Attrs: []Attr{
					{Name: "pull_request", Kind: Block, Attrs: []Attr{{Name: "required_approving_review_count", Kind: Number, Default: 0}, {Name: "dismiss_stale_reviews_on_push", Kind: Bool, Default: false}, {Name: "require_code_owner_review", Kind: Bool, Default: false}}},
					{Name: "required_status_checks", Kind: Block, Attrs: []Attr{{Name: "required_check", Kind: Block, Attrs: []Attr{{Name: "context"}}}}},
					{Name: "deletion", Kind: Bool}, {Name: "non_fast_forward", Kind: Bool},
				}},
			},
		},
	}
}
