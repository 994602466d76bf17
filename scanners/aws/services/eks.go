package services

// Amazon EKS. Needs eks:ListClusters, eks:DescribeCluster, eks:ListNodegroups, eks:DescribeNodegroup, eks:ListFargateProfiles,
// eks:DescribeFargateProfile, eks:ListAddons, eks:DescribeAddon, eks:ListAccessEntries, eks:DescribeAccessEntry.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func eksService() aws.Service {
	return aws.Service{
		Name: "eks",
		Lists: []aws.List{{
			Operation: "DescribeCluster", Actions: []string{"eks:ListClusters", "eks:DescribeCluster"}, Gives: []string{"aws_eks_cluster"}, Read: readEKSClusters,
		}},
		Details: []aws.Detail{
			{
				Operation: "DescribeNodegroup", Actions: []string{"eks:ListNodegroups", "eks:DescribeNodegroup"}, Of: "aws_eks_cluster",
				Gives: []string{"aws_eks_node_group.cluster_name"}, Read: readNodeGroups,
			},
			{
				Operation: "DescribeFargateProfile", Actions: []string{"eks:ListFargateProfiles", "eks:DescribeFargateProfile"}, Of: "aws_eks_cluster",
				Gives: []string{"aws_eks_fargate_profile.cluster_name"}, Read: readFargateProfiles,
			},
			{
				Operation: "DescribeAddon", Actions: []string{"eks:ListAddons", "eks:DescribeAddon"}, Of: "aws_eks_cluster",
				Gives: []string{"aws_eks_addon.cluster_name"}, Read: readAddons,
			},
			{
				Operation: "DescribeAccessEntry", Actions: []string{"eks:ListAccessEntries", "eks:DescribeAccessEntry"}, Of: "aws_eks_cluster",
				Gives: []string{"aws_eks_access_entry.cluster_name"}, Read: readAccessEntries,
			},
		},
	}
}

var eksClusterFields = aws.Table{
	"name": "Name", "version": "Version", "role_arn": "RoleArn", "platform_version": "PlatformVersion", "deletion_protection": "DeletionProtection",
	"vpc_config[0].subnet_ids":              "ResourcesVpcConfig.SubnetIds",
	"vpc_config[0].security_group_ids":      "ResourcesVpcConfig.SecurityGroupIds",
	"vpc_config[0].endpoint_public_access":  "ResourcesVpcConfig.EndpointPublicAccess",
	"vpc_config[0].endpoint_private_access": "ResourcesVpcConfig.EndpointPrivateAccess",
	"vpc_config[0].public_access_cidrs":     "ResourcesVpcConfig.PublicAccessCidrs",
	"encryption_config[].resources":         "EncryptionConfig[].Resources", "encryption_config[].provider[0].key_arn": "EncryptionConfig[].Provider.KeyArn",
	"upgrade_policy[0].support_type":                               "UpgradePolicy.SupportType",
	"access_config[0].authentication_mode":                         "AccessConfig.AuthenticationMode",
	"access_config[0].bootstrap_cluster_creator_admin_permissions": "AccessConfig.BootstrapClusterCreatorAdminPermissions",
	"compute_config[0].enabled":                                    "ComputeConfig.Enabled",
	"compute_config[0].node_pools":                                 "ComputeConfig.NodePools",
	"zonal_shift_config[0].enabled":                                "ZonalShiftConfig.Enabled",
	"tags":                                                         "Tags",
}

func readEKSClusters(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := eks.NewFromConfig(s.Config)
	var names []string
	err := eachPage(ctx, eks.NewListClustersPaginator(client, &eks.ListClustersInput{}), func(page *eks.ListClustersOutput) { names = append(names, page.Clusters...) })
	if err != nil {
		return err
	}
	for _, name := range names {
		out, err := client.DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &name})
		if answered(err, "ResourceNotFoundException") {
			continue // deleted since it was listed
		}
		if err != nil {
			return err
		}
		give(eksCluster(s, out.Cluster))
	}
	return nil
}

func eksCluster(s *aws.Session, from *types.Cluster) *graph.Resource {
	name := text(from.Name)
	r := s.Resource("aws_eks_cluster", text(from.Arn), name, name)
	eksClusterFields.Set(r, from)
	logs := []any{}
	if from.Logging != nil {
		for _, setup := range from.Logging.ClusterLogging {
			if flag(setup.Enabled) {
				logs = append(logs, texts(setup.Types)...)
			}
		}
	}
	r.Attrs["enabled_cluster_log_types"] = logs
	for attr, said := range map[string]bool{"upgrade_policy": from.UpgradePolicy != nil, "access_config": from.AccessConfig != nil} {
		if !said { // every cluster has one
			delete(r.Attrs, attr)
		}
	}
	return r
}

// eachName describes what a cluster lists by name, one call each.
func eachName[Names, Options any](ctx context.Context, pages pager[Names, Options], list func(*Names) []string, describe func(name string) error) error {
	var names []string
	if err := eachPage(ctx, pages, func(page *Names) { names = append(names, list(page)...) }); err != nil {
		return err
	}
	for _, name := range names {
		if err := describe(name); err != nil && !answered(err, "ResourceNotFoundException") { // deleted since it was listed
			return err
		}
	}
	return nil
}

var nodeGroupFields = aws.Table{
	"cluster_name": "ClusterName", "node_group_name": "NodegroupName", "node_role_arn": "NodeRole", "subnet_ids": "Subnets", "version": "Version",
	"release_version": "ReleaseVersion", "ami_type": "AmiType", "capacity_type": "CapacityType", "disk_size": "DiskSize", "instance_types": "InstanceTypes", "labels": "Labels",
	"scaling_config[0].min_size": "ScalingConfig.MinSize", "scaling_config[0].max_size": "ScalingConfig.MaxSize", "scaling_config[0].desired_size": "ScalingConfig.DesiredSize",
	"update_config[0].max_unavailable": "UpdateConfig.MaxUnavailable", "update_config[0].max_unavailable_percentage": "UpdateConfig.MaxUnavailablePercentage",
	"launch_template[0].id": "LaunchTemplate.Id", "launch_template[0].name": "LaunchTemplate.Name", "launch_template[0].version": "LaunchTemplate.Version",
	"remote_access[0].ec2_ssh_key": "RemoteAccess.Ec2SshKey", "remote_access[0].source_security_group_ids": "RemoteAccess.SourceSecurityGroups",
	"taint[].key": "Taints[].Key", "taint[].value": "Taints[].Value", "taint[].effect": "Taints[].Effect", "tags": "Tags",
}

func readNodeGroups(ctx context.Context, s *aws.Session, cluster *graph.Resource, give func(*graph.Resource)) error {
	client := eks.NewFromConfig(s.Config)
	pages := eks.NewListNodegroupsPaginator(client, &eks.ListNodegroupsInput{ClusterName: &cluster.Name})
	return eachName(ctx, pages, func(page *eks.ListNodegroupsOutput) []string { return page.Nodegroups }, func(name string) error {
		out, err := client.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: &cluster.Name, NodegroupName: &name})
		if err != nil {
			return err
		}
		r := s.Resource("aws_eks_node_group", text(out.Nodegroup.NodegroupArn), cluster.Name+":"+name, name)
		nodeGroupFields.Set(r, out.Nodegroup)
		give(r)
		return nil
	})
}

var fargateProfileFields = aws.Table{
	"cluster_name": "ClusterName", "fargate_profile_name": "FargateProfileName", "pod_execution_role_arn": "PodExecutionRoleArn", "subnet_ids": "Subnets",
	"selector[].namespace": "Selectors[].Namespace", "selector[].labels": "Selectors[].Labels", "tags": "Tags",
}

func readFargateProfiles(ctx context.Context, s *aws.Session, cluster *graph.Resource, give func(*graph.Resource)) error {
	client := eks.NewFromConfig(s.Config)
	pages := eks.NewListFargateProfilesPaginator(client, &eks.ListFargateProfilesInput{ClusterName: &cluster.Name})
	return eachName(ctx, pages, func(page *eks.ListFargateProfilesOutput) []string { return page.FargateProfileNames }, func(name string) error {
		out, err := client.DescribeFargateProfile(ctx, &eks.DescribeFargateProfileInput{ClusterName: &cluster.Name, FargateProfileName: &name})
		if err != nil {
			return err
		}
		r := s.Resource("aws_eks_fargate_profile", text(out.FargateProfile.FargateProfileArn), cluster.Name+":"+name, name)
		fargateProfileFields.Set(r, out.FargateProfile)
		give(r)
		return nil
	})
}

var addonFields = aws.Table{
	"cluster_name": "ClusterName", "addon_name": "AddonName", "addon_version": "AddonVersion", "service_account_role_arn": "ServiceAccountRoleArn", "tags": "Tags",
}

func readAddons(ctx context.Context, s *aws.Session, cluster *graph.Resource, give func(*graph.Resource)) error {
	client := eks.NewFromConfig(s.Config)
	pages := eks.NewListAddonsPaginator(client, &eks.ListAddonsInput{ClusterName: &cluster.Name})
	return eachName(ctx, pages, func(page *eks.ListAddonsOutput) []string { return page.Addons }, func(name string) error {
		out, err := client.DescribeAddon(ctx, &eks.DescribeAddonInput{ClusterName: &cluster.Name, AddonName: &name})
		if err != nil {
			return err
		}
		r := s.Resource("aws_eks_addon", text(out.Addon.AddonArn), cluster.Name+":"+name, name)
		addonFields.Set(r, out.Addon)
		give(r)
		return nil
	})
}

var accessEntryFields = aws.Table{
	"cluster_name": "ClusterName", "principal_arn": "PrincipalArn", "type": "Type", "kubernetes_groups": "KubernetesGroups", "tags": "Tags",
}

func readAccessEntries(ctx context.Context, s *aws.Session, cluster *graph.Resource, give func(*graph.Resource)) error {
	client := eks.NewFromConfig(s.Config)
	pages := eks.NewListAccessEntriesPaginator(client, &eks.ListAccessEntriesInput{ClusterName: &cluster.Name})
	return eachName(ctx, pages, func(page *eks.ListAccessEntriesOutput) []string { return page.AccessEntries }, func(principal string) error {
		out, err := client.DescribeAccessEntry(ctx, &eks.DescribeAccessEntryInput{ClusterName: &cluster.Name, PrincipalArn: &principal})
		if err != nil {
			return err
		}
		r := s.Resource("aws_eks_access_entry", text(out.AccessEntry.AccessEntryArn), cluster.Name+":"+principal, principal)
		accessEntryFields.Set(r, out.AccessEntry)
		give(r)
		return nil
	})
}
