package catalog

// Facts about Terraform code that Terraform itself has no resource type for. Their addresses are
// what the code calls them: "terraform.backend", "provider.aws.us-east-1", "module.vpc".
func terraformTypes() []Type {
	return []Type{
		{
			// One for each root folder. Address "terraform".
			Name: "terraform_root", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "required_version"},          // the constraint, null when there is none
				{Name: "has_backend", Kind: Bool},   // a backend or cloud block is there
				{Name: "has_lock_file", Kind: Bool}, // .terraform.lock.hcl lies in the root folder
				{Name: "has_resources", Kind: Bool}, // it manages something, itself or through modules
				{Name: "required_providers", Kind: Block, Attrs: []Attr{ // also version arguments of provider blocks
					{Name: "name"}, {Name: "source"}, {Name: "version"},
				}},
				{Name: "workspace"}, // null for "default"
			},
		},
		{
			// The backend or cloud block of a root. Address "terraform.backend".
			Name: "terraform_backend", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "type"}, // "s3", "local", "remote", "cloud", ...
				{Name: "bucket", Targets: to("aws_s3_bucket", "bucket")},
				{Name: "key"},
				{Name: "region"},
				{Name: "encrypt", Kind: Bool, Default: false},
				{Name: "kms_key_id"},
				{Name: "dynamodb_table", Targets: to("aws_dynamodb_table", "name")},
				{Name: "use_lockfile", Kind: Bool, Default: false},
				{Name: "workspace_key_prefix"},
			},
		},
		{
			// One for each provider block. Address "provider.aws" or "provider.aws.ALIAS", with the module path before it.
			Name: "terraform_provider", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "alias"},
				{Name: "region"},
				{Name: "version"},
				{Name: "allowed_account_ids", Kind: List},
				{Name: "forbidden_account_ids", Kind: List},
				{Name: "assume_role", Kind: Block, Attrs: []Attr{{Name: "role_arn"}}},
				{Name: "access_key", Secret: true},
				{Name: "secret_key", Secret: true},
			},
		},
		{
			// One for each module call. Address "module.NAME", with the module path before it.
			Name: "terraform_module_call", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "source"},
				{Name: "source_kind"}, // "local", "registry", "git", "http", "s3", "other"
				{Name: "version"},     // the constraint of a registry module, null when there is none
				{Name: "ref"},         // of a git source: what stands behind ?ref=, null when nothing does
				{Name: "resolved", Kind: Bool},
			},
		},
		{
			// A secret written as a literal. Address "OWNER#PATH"; Of is the owner.
			Name: "terraform_literal", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "path"},                    // attribute, variable or local that holds it
				{Name: "kind"},                    // "password", "aws_access_key", "private_key", "token"
				{Name: "placeholder", Kind: Bool}, // looks like a stand-in, which is a literal all the same
				{Name: "ignored", Kind: Bool},     // its attribute is in ignore_changes
			},
		},
	}
}
