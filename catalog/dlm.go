package catalog

func dlmTypes() []Type {
	return []Type{
		{
			Name:  "aws_dlm_lifecycle_policy",
			Scope: Configuration,
			Attrs: []Attr{
				{Name: "description"},
				{Name: "execution_role_arn", Targets: to("aws_iam_role")},
				{Name: "state", Default: "ENABLED", Enum: []string{"ENABLED", "DISABLED"}},
				{Name: "policy_details", Kind: Block, Attrs: []Attr{
					{Name: "policy_type", Default: "EBS_SNAPSHOT_MANAGEMENT"},
					{Name: "resource_types", Kind: List},
					{Name: "target_tags", Kind: Map},
					{Name: "schedule", Kind: Block, Attrs: []Attr{
						{Name: "name"},
						{Name: "copy_tags", Kind: Bool},
						{Name: "create_rule", Kind: Block, Attrs: []Attr{
							{Name: "interval", Kind: Number},
							{Name: "interval_unit"},
							{Name: "times", Kind: List},
							{Name: "cron_expression"},
						}},
						{Name: "retain_rule", Kind: Block, Attrs: []Attr{{Name: "count", Kind: Number}, {Name: "interval", Kind: Number}, {Name: "interval_unit"}}},
						{Name: "cross_region_copy_rule", Kind: Block, Attrs: []Attr{{Name: "target"}, {Name: "encrypted", Kind: Bool}}},
					}},
				}},
			},
		},
	}
}
