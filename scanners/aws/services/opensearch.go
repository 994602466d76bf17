package services

// Amazon OpenSearch Service. Needs es:ListDomainNames, es:DescribeDomains, es:ListTags.

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/opensearch/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func opensearchService() aws.Service {
	return aws.Service{
		Name: "es",
		Lists: []aws.List{{
			Operation: "DescribeDomains", Actions: []string{"es:ListDomainNames", "es:DescribeDomains"}, Gives: []string{"aws_opensearch_domain"}, Read: readSearchDomains,
		}},
		Details: []aws.Detail{
			{Operation: "ListTags", Of: "aws_opensearch_domain", Sets: []string{"tags"}, Read: readDomainTags},
		},
	}
}

// domainBatch is how many domains DescribeDomains takes. Source: OpenSearch Service API, DescribeDomains.
const domainBatch = 5

func readSearchDomains(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	c := opensearch.NewFromConfig(s.Config)
	list, err := c.ListDomainNames(ctx, &opensearch.ListDomainNamesInput{})
	if err != nil {
		return err
	}
	var names []string
	for _, d := range list.DomainNames {
		names = append(names, text(d.DomainName))
	}
	for batch := range slices.Chunk(names, domainBatch) {
		out, err := c.DescribeDomains(ctx, &opensearch.DescribeDomainsInput{DomainNames: batch})
		if err != nil {
			return err
		}
		if len(out.DomainStatusList) < len(batch) {
			return fmt.Errorf("DescribeDomains describes %d of %d domains", len(out.DomainStatusList), len(batch))
		}
		for i := range out.DomainStatusList {
			give(domain(s, &out.DomainStatusList[i]))
		}
	}
	return nil
}

var searchDomainFields = aws.Table{
	"domain_name":    "DomainName",
	"engine_version": "EngineVersion",
	"endpoint":       "Endpoint",
}

// domain translates a domain. A group of settings of which AWS says nothing stays unknown.
func domain(s *aws.Session, from *types.DomainStatus) *graph.Resource {
	name := text(from.DomainName)
	r := s.Resource("aws_opensearch_domain", text(from.ARN), name, name)
	searchDomainFields.Set(r, from)
	r.Attrs["access_policies"] = aws.Plain(from.AccessPolicies)
	if c := from.ClusterConfig; c != nil {
		r.Attrs["cluster_config"] = clusterConfig(c)
	}
	if e := from.EBSOptions; e != nil {
		r.Attrs["ebs_options"] = block(map[string]any{
			"ebs_enabled": flag(e.EBSEnabled), "volume_type": aws.Plain(e.VolumeType), "volume_size": aws.Plain(e.VolumeSize), "iops": aws.Plain(e.Iops), "throughput": aws.Plain(e.Throughput),
		})
	}
	r.Attrs["vpc_options"] = []any{}
	if v := from.VPCOptions; v != nil && text(v.VPCId) != "" {
		r.Attrs["vpc_options"] = block(map[string]any{"subnet_ids": texts(v.SubnetIds), "security_group_ids": texts(v.SecurityGroupIds)})
	}
	domainEncryption(r, from)
	domainAccess(r, from)
	domainOperation(r, from)
	return r
}

func clusterConfig(c *types.ClusterConfig) []any {
	zones, cold := []any{}, []any{}
	if z := c.ZoneAwarenessConfig; z != nil {
		zones = block(map[string]any{"availability_zone_count": aws.Plain(z.AvailabilityZoneCount)})
	} else if flag(c.ZoneAwarenessEnabled) {
		zones = block(map[string]any{"availability_zone_count": 2}) // what AWS takes when nothing is said
	}
	if x := c.ColdStorageOptions; x != nil {
		cold = block(map[string]any{"enabled": flag(x.Enabled)})
	}
	return block(map[string]any{
		"instance_type": aws.Plain(c.InstanceType), "instance_count": aws.Plain(c.InstanceCount),
		"dedicated_master_enabled": flag(c.DedicatedMasterEnabled), "dedicated_master_count": aws.Plain(c.DedicatedMasterCount), "dedicated_master_type": aws.Plain(c.DedicatedMasterType),
		"zone_awareness_enabled": flag(c.ZoneAwarenessEnabled), "zone_awareness_config": zones, "multi_az_with_standby_enabled": flag(c.MultiAZWithStandbyEnabled),
		"warm_enabled": flag(c.WarmEnabled), "warm_count": aws.Plain(c.WarmCount), "warm_type": aws.Plain(c.WarmType), "cold_storage_options": cold,
	})
}

func domainEncryption(r *graph.Resource, from *types.DomainStatus) {
	if e := from.EncryptionAtRestOptions; e != nil {
		r.Attrs["encrypt_at_rest"] = block(map[string]any{"enabled": flag(e.Enabled), "kms_key_id": aws.Plain(e.KmsKeyId)})
	}
	if n := from.NodeToNodeEncryptionOptions; n != nil {
		r.Attrs["node_to_node_encryption"] = block(map[string]any{"enabled": flag(n.Enabled)})
	}
	if e := from.DomainEndpointOptions; e != nil {
		r.Attrs["domain_endpoint_options"] = block(map[string]any{
			"enforce_https": flag(e.EnforceHTTPS), "tls_security_policy": aws.Plain(e.TLSSecurityPolicy), "custom_endpoint_enabled": flag(e.CustomEndpointEnabled),
			"custom_endpoint": aws.Plain(e.CustomEndpoint), "custom_endpoint_certificate_arn": aws.Plain(e.CustomEndpointCertificateArn),
		})
	}
}

func domainAccess(r *graph.Resource, from *types.DomainStatus) {
	if a := from.AdvancedSecurityOptions; a != nil {
		r.Attrs["advanced_security_options"] = block(map[string]any{
			"enabled": flag(a.Enabled), "anonymous_auth_enabled": flag(a.AnonymousAuthEnabled), "internal_user_database_enabled": flag(a.InternalUserDatabaseEnabled),
		})
	}
	r.Attrs["cognito_options"] = []any{}
	if c := from.CognitoOptions; c != nil {
		r.Attrs["cognito_options"] = block(map[string]any{
			"enabled": flag(c.Enabled), "user_pool_id": aws.Plain(c.UserPoolId), "identity_pool_id": aws.Plain(c.IdentityPoolId), "role_arn": aws.Plain(c.RoleArn),
		})
	}
}

func domainOperation(r *graph.Resource, from *types.DomainStatus) {
	logs := []any{}
	for _, kind := range slices.Sorted(maps.Keys(from.LogPublishingOptions)) {
		l := from.LogPublishingOptions[kind]
		logs = append(logs, map[string]any{"log_type": kind, "cloudwatch_log_group_arn": aws.Plain(l.CloudWatchLogsLogGroupArn), "enabled": flag(l.Enabled)})
	}
	r.Attrs["log_publishing_options"] = logs
	r.Attrs["snapshot_options"], r.Attrs["off_peak_window_options"], r.Attrs["software_update_options"] = []any{}, []any{}, []any{}
	if o := from.SnapshotOptions; o != nil {
		r.Attrs["snapshot_options"] = block(map[string]any{"automated_snapshot_start_hour": aws.Plain(o.AutomatedSnapshotStartHour)})
	}
	if o := from.OffPeakWindowOptions; o != nil {
		r.Attrs["off_peak_window_options"] = block(map[string]any{"enabled": flag(o.Enabled)})
	}
	if o := from.SoftwareUpdateOptions; o != nil {
		r.Attrs["software_update_options"] = block(map[string]any{"auto_software_update_enabled": flag(o.AutoSoftwareUpdateEnabled)})
	}
}

func readDomainTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := opensearch.NewFromConfig(s.Config).ListTags(ctx, &opensearch.ListTagsInput{ARN: &r.Origins[0].ID})
	if err != nil {
		return err
	}
	r.Attrs["tags"] = aws.Plain(out.TagList)
	return nil
}
