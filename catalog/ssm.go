package catalog

func ssmTypes() []Type {
	return []Type{
		{
			Name: "aws_ssm_parameter",
			Attrs: []Attr{
				{Name: "name"},
				{Name: "type", Enum: []string{"String", "StringList", "SecureString"}},
				{Name: "value", Secret: true}, // of String parameters too: what they hold is often a password
				{Name: "value_wo", Secret: true},
				{Name: "insecure_value", Secret: true},
				{Name: "key_id", Computed: true, Targets: to("aws_kms_key", "key_id")},
				{Name: "tier", Computed: true, Enum: []string{"Standard", "Advanced", "Intelligent-Tiering"}},
				{Name: "data_type", Computed: true},
				{Name: "overwrite", Kind: Bool},
				{Name: "description"},
			},
		},
	}
}
