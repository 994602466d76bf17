package services

// Amazon MQ. Needs mq:ListBrokers and, for each broker, mq:DescribeBroker.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/mq"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func mqService() aws.Service {
	sets := []string{"encryption_options", "logs"}
	for name := range brokerFields {
		sets = append(sets, name)
	}
	return aws.Service{
		Name:    "mq",
		Lists:   []aws.List{{Operation: "ListBrokers", Gives: []string{"aws_mq_broker"}, Read: readBrokers}},
		Details: []aws.Detail{{Operation: "DescribeBroker", Of: "aws_mq_broker", Sets: sets, Read: readBroker}},
	}
}

// brokerFields says where DescribeBroker has the attributes of aws_mq_broker. Of its users only the names are told.
var brokerFields = aws.Table{
	"engine_type":                "EngineType",
	"engine_version":             "EngineVersion",
	"host_instance_type":         "HostInstanceType",
	"deployment_mode":            "DeploymentMode",
	"subnet_ids":                 "SubnetIds",
	"security_groups":            "SecurityGroups",
	"publicly_accessible":        "PubliclyAccessible!",
	"auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
	"storage_type":               "StorageType",
	"tags":                       "Tags",
}

func readBrokers(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	return eachPage(ctx, mq.NewListBrokersPaginator(mq.NewFromConfig(s.Config), &mq.ListBrokersInput{}), func(page *mq.ListBrokersOutput) {
		for _, from := range page.BrokerSummaries {
			name := text(from.BrokerName)
			r := s.Resource("aws_mq_broker", text(from.BrokerArn), text(from.BrokerId), name)
			r.Attrs["broker_name"] = name
			give(r)
		}
	})
}

func readBroker(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	id := r.Attrs["id"].(string)
	out, err := mq.NewFromConfig(s.Config).DescribeBroker(ctx, &mq.DescribeBrokerInput{BrokerId: &id})
	if err != nil {
		return err
	}
	brokerFields.Set(r, out)
	r.Attrs["encryption_options"], r.Attrs["logs"] = []any{}, []any{}
	if x := out.EncryptionOptions; x != nil {
		r.Attrs["encryption_options"] = block(map[string]any{"kms_key_id": aws.Plain(x.KmsKeyId), "use_aws_owned_key": flag(x.UseAwsOwnedKey)})
	}
	if x := out.Logs; x != nil {
		r.Attrs["logs"] = block(map[string]any{"general": flag(x.General), "audit": flag(x.Audit)})
	}
	return nil
}
