package catalog

import "github.com/plumbline-dev/plumbline/graph"

func ecrTypes() []Type {
	return []Type{
		{
			Name: "aws_ecr_repository",
			Attrs: []Attr{
				{Name: "name"}, {Name: "repository_url", Computed: true}, {Name: "force_delete", Kind: Bool, Default: false},
				{Name: "image_tag_mutability", Default: "MUTABLE", Enum: []string{"MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"}},
				{Name: "image_tag_mutability_exclusion_filter", Kind: Block, Attrs: []Attr{{Name: "filter"}, {Name: "filter_type", Default: "WILDCARD"}}},
				{Name: "image_scanning_configuration", Kind: Block, Attrs: []Attr{{Name: "scan_on_push", Kind: Bool, Default: false}}},
				{Name: "encryption_configuration", Kind: Block, Attrs: []Attr{{Name: "encryption_type", Default: "AES256", Enum: []string{"AES256", "KMS"}}, {Name: "kms_key", Computed: true, Targets: to("aws_kms_key")}}},
				// The registry's scanning rules of the same root and provider.
				{Name: "registry", Derived: true, Targets: to("aws_ecr_registry_scanning_configuration", "applies_to")},
			},
			Split: func(r *graph.Resource) []*graph.Resource {
				r.Attrs["registry"] = placeOf(r)
				return nil
			},
		},
		{
			Name: "aws_ecr_lifecycle_policy", Scope: Configuration,
			Attrs: []Attr{{Name: "repository", Targets: to("aws_ecr_repository", "name")}, {Name: "policy"}},
		},
		{
			Name: "aws_ecr_repository_policy", Scope: Configuration,
			Attrs: []Attr{{Name: "repository", Targets: to("aws_ecr_repository", "name")}, {Name: "policy", Kind: Document}},
		},
		{
			Name: "aws_ecr_registry_scanning_configuration", Scope: Configuration,
			Attrs: []Attr{
				{Name: "scan_type", Enum: []string{"BASIC", "ENHANCED"}},
				{Name: "rule", Kind: Block, Attrs: []Attr{{Name: "scan_frequency"}, {Name: "repository_filter", Kind: Block, Attrs: []Attr{{Name: "filter"}, {Name: "filter_type"}}}}},
				{Name: "applies_to", Derived: true}, // root and provider; see placeOf
			},
			Split: func(r *graph.Resource) []*graph.Resource {
				r.Attrs["applies_to"] = placeOf(r)
				return nil
			},
		},
		{
			Name: "aws_ecr_replication_configuration", Scope: Configuration,
			Attrs: []Attr{{Name: "replication_configuration", Kind: Block, Attrs: []Attr{{Name: "rule", Kind: Block, Attrs: []Attr{{Name: "destination", Kind: Block, Attrs: []Attr{{Name: "region"}, {Name: "registry_id"}}}}}}}},
		},
		{
			Name: "aws_ecr_pull_through_cache_rule", Scope: Configuration,
			Attrs: []Attr{{Name: "ecr_repository_prefix"}, {Name: "upstream_registry_url"}},
		},
	}
}
