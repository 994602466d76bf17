package services

// Amazon MSK. Needs kafka:ListClustersV2.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func kafkaService() aws.Service {
	return aws.Service{
		Name: "kafka",
		Lists: []aws.List{
			{Operation: "ListClustersV2", Gives: []string{"aws_msk_cluster", "aws_msk_serverless_cluster"}, Read: readKafkaClusters},
		},
	}
}

func readKafkaClusters(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := kafka.NewListClustersV2Paginator(kafka.NewFromConfig(s.Config), &kafka.ListClustersV2Input{})
	return eachPage(ctx, pages, func(page *kafka.ListClustersV2Output) {
		for i := range page.ClusterInfoList {
			from := &page.ClusterInfoList[i]
			switch {
			case from.Provisioned != nil:
				give(kafkaCluster(s, from))
			case from.Serverless != nil:
				give(kafkaServerless(s, from))
			}
		}
	})
}

func kafkaServerless(s *aws.Session, from *types.Cluster) *graph.Resource {
	r := s.Resource("aws_msk_serverless_cluster", text(from.ClusterArn), text(from.ClusterArn), text(from.ClusterName))
	networks := []any{}
	for _, v := range from.Serverless.VpcConfigs {
		networks = append(networks, map[string]any{"subnet_ids": texts(v.SubnetIds), "security_group_ids": texts(v.SecurityGroupIds)})
	}
	r.Attrs["cluster_name"], r.Attrs["vpc_config"], r.Attrs["tags"] = text(from.ClusterName), networks, aws.Plain(from.Tags)
	return r
}

func kafkaCluster(s *aws.Session, from *types.Cluster) *graph.Resource {
	p := from.Provisioned
	r := s.Resource("aws_msk_cluster", text(from.ClusterArn), text(from.ClusterArn), text(from.ClusterName))
	r.Attrs["cluster_name"], r.Attrs["tags"] = text(from.ClusterName), aws.Plain(from.Tags)
	r.Attrs["number_of_broker_nodes"], r.Attrs["enhanced_monitoring"], r.Attrs["storage_mode"] = aws.Plain(p.NumberOfBrokerNodes), aws.Plain(p.EnhancedMonitoring), aws.Plain(p.StorageMode)
	if p.CurrentBrokerSoftwareInfo != nil {
		r.Attrs["kafka_version"] = aws.Plain(p.CurrentBrokerSoftwareInfo.KafkaVersion)
	}
	if b := p.BrokerNodeGroupInfo; b != nil {
		storage := []any{}
		if b.StorageInfo != nil && b.StorageInfo.EbsStorageInfo != nil {
			storage = block(map[string]any{"ebs_storage_info": block(map[string]any{"volume_size": aws.Plain(b.StorageInfo.EbsStorageInfo.VolumeSize)})})
		}
		r.Attrs["broker_node_group_info"] = block(map[string]any{
			"instance_type": aws.Plain(b.InstanceType), "client_subnets": texts(b.ClientSubnets), "security_groups": texts(b.SecurityGroups),
			"az_distribution": aws.Plain(b.BrokerAZDistribution), "storage_info": storage,
		})
	}
	if e := p.EncryptionInfo; e != nil {
		r.Attrs["encryption_info"] = kafkaEncryption(e)
	}
	r.Attrs["client_authentication"] = kafkaClients(p.ClientAuthentication)
	return r
}

func kafkaEncryption(from *types.EncryptionInfo) []any {
	info := map[string]any{"encryption_at_rest_kms_key_arn": nil, "encryption_in_transit": []any{}}
	if from.EncryptionAtRest != nil {
		info["encryption_at_rest_kms_key_arn"] = aws.Plain(from.EncryptionAtRest.DataVolumeKMSKeyId)
	}
	if t := from.EncryptionInTransit; t != nil {
		info["encryption_in_transit"] = block(map[string]any{"client_broker": aws.Plain(t.ClientBroker), "in_cluster": flag(t.InCluster)})
	}
	return block(info)
}

func kafkaClients(from *types.ClientAuthentication) []any {
	if from == nil {
		return []any{}
	}
	clients := map[string]any{"unauthenticated": from.Unauthenticated != nil && flag(from.Unauthenticated.Enabled), "sasl": []any{}, "tls": []any{}}
	if x := from.Sasl; x != nil {
		clients["sasl"] = block(map[string]any{"iam": x.Iam != nil && flag(x.Iam.Enabled), "scram": x.Scram != nil && flag(x.Scram.Enabled)})
	}
	if x := from.Tls; x != nil && flag(x.Enabled) {
		clients["tls"] = block(map[string]any{"certificate_authority_arns": texts(x.CertificateAuthorityArnList)})
	}
	return block(clients)
}
