package cost

// Image registries. Source: aws.amazon.com/ecr/pricing.
func ecrServices() []service {
	return append([]service{
		{Type: "aws_ecr_repository", Price: func(b *bill) { b.used("storage", "ecr.storage", "storage_gb") }, Usage: []Param{storedField("storage_gb", "GB of images kept")}},
		{Type: "aws_ecrpublic_repository", Free: "50 GB are free of charge (aws.amazon.com/ecr/pricing)"},
	}, settings("a setting of a registry; images are charged by the repository", `
		aws_ecr_lifecycle_policy aws_ecr_pull_through_cache_rule aws_ecr_registry_policy aws_ecr_registry_scanning_configuration aws_ecr_replication_configuration
		aws_ecr_repository_policy aws_ecr_repository_creation_template aws_ecr_account_setting`)...)
}
