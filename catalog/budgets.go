package catalog

// Source: AWS provider, aws_budgets_budget.
func budgetTypes() []Type {
	return []Type{
		{
			Name: "aws_budgets_budget", Scope: Global,
			Attrs: []Attr{
				{Name: "name", Computed: true}, {Name: "name_prefix"}, {Name: "account_id", Computed: true},
				{Name: "budget_type"}, {Name: "limit_amount"}, {Name: "limit_unit"}, {Name: "time_unit"},
				{Name: "notification", Kind: Block, Attrs: []Attr{
					{Name: "comparison_operator"}, {Name: "notification_type"}, {Name: "threshold", Kind: Number}, {Name: "threshold_type"},
					{Name: "subscriber_email_addresses", Kind: List}, {Name: "subscriber_sns_topic_arns", Kind: List, Targets: to("aws_sns_topic")},
				}},
			},
		},
	}
}
