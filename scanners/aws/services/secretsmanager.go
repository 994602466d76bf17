package services

// AWS Secrets Manager, never the secrets themselves. Needs secretsmanager:ListSecrets and, for each secret,
// secretsmanager:DescribeSecret, secretsmanager:GetResourcePolicy.

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func secretsmanagerService() aws.Service {
	return aws.Service{
		Name: "secretsmanager",
		Lists: []aws.List{
			{Operation: "ListSecrets", Gives: []string{"aws_secretsmanager_secret", "aws_secretsmanager_secret_rotation"}, Read: readSecrets},
		},
		Details: []aws.Detail{
			{Operation: "DescribeSecret", Of: "aws_secretsmanager_secret", Sets: []string{"replica"}, Read: readSecretReplicas},
			{Operation: "GetResourcePolicy", Of: "aws_secretsmanager_secret", Sets: []string{"policy"}, Read: readSecretPolicy},
		},
	}
}

var secretFields = aws.Table{
	"name":        "Name",
	"description": "Description",
	"kms_key_id":  "KmsKeyId",
	"tags":        "Tags",
}

// readSecrets makes the secrets that a service keeps for itself, such as RDS, neighbours.
func readSecrets(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := secretsmanager.NewListSecretsPaginator(secretsmanager.NewFromConfig(s.Config), &secretsmanager.ListSecretsInput{})
	return eachPage(ctx, pages, func(page *secretsmanager.ListSecretsOutput) {
		for i := range page.SecretList {
			from := &page.SecretList[i]
			r := s.Resource("aws_secretsmanager_secret", text(from.ARN), text(from.ARN), text(from.Name))
			secretFields.Set(r, from)
			null(r, "name_prefix")
			if text(from.OwningService) != "" {
				r = neighbour(r)
			}
			give(r)
			if flag(from.RotationEnabled) {
				give(secretRotation(s, r, from))
			}
		}
	})
}

func secretRotation(s *aws.Session, r *graph.Resource, from *types.SecretListEntry) *graph.Resource {
	part := s.Part(r, "aws_secretsmanager_secret_rotation", "rotation", "secret_id")
	part.Data = r.Data
	part.Attrs["rotation_lambda_arn"], part.Attrs["rotation_rules"] = aws.Plain(from.RotationLambdaARN), []any{}
	if x := from.RotationRules; x != nil {
		part.Attrs["rotation_rules"] = block(map[string]any{
			"automatically_after_days": aws.Plain(x.AutomaticallyAfterDays), "schedule_expression": aws.Plain(x.ScheduleExpression), "duration": aws.Plain(x.Duration),
		})
	}
	return part
}

func readSecretReplicas(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := secretsmanager.NewFromConfig(s.Config).DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: sdk.String(r.Origins[0].ID)})
	if err != nil {
		return err
	}
	list := []any{}
	for _, x := range out.ReplicationStatus {
		list = append(list, map[string]any{"region": aws.Plain(x.Region), "kms_key_id": aws.Plain(x.KmsKeyId)})
	}
	r.Attrs["replica"] = list
	return nil
}

func readSecretPolicy(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := secretsmanager.NewFromConfig(s.Config).GetResourcePolicy(ctx, &secretsmanager.GetResourcePolicyInput{SecretId: sdk.String(r.Origins[0].ID)})
	if err != nil {
		return err
	}
	r.Attrs["policy"] = aws.Plain(out.ResourcePolicy)
	return nil
}
