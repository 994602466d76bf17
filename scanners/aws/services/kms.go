package services

// AWS KMS. Needs kms:ListKeys, kms:ListAliases and, for each key of the account's own, kms:DescribeKey, kms:GetKeyRotationStatus,
// kms:GetKeyPolicy, kms:ListResourceTags.

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func kmsService() aws.Service {
	return aws.Service{
		Name: "kms",
		Lists: []aws.List{
			{Operation: "ListKeys", Actions: []string{"kms:ListKeys", "kms:ListAliases"}, Gives: []string{"aws_kms_key"}, Read: readKeys},
			{Operation: "ListAliases", Gives: []string{"aws_kms_alias"}, Read: readAliases},
		},
		Details: []aws.Detail{
			{Operation: "DescribeKey", Of: "aws_kms_key", Sets: []string{"description", "key_usage", "customer_master_key_spec", "is_enabled", "multi_region"}, For: notDefault, Read: readKey},
			{Operation: "GetKeyRotationStatus", Of: "aws_kms_key", Sets: []string{"enable_key_rotation", "rotation_period_in_days"}, For: notDefault, Read: readRotation},
			{Operation: "GetKeyPolicy", Of: "aws_kms_key", Sets: []string{"policy"}, For: notDefault, Read: readKeyPolicy},
			{Operation: "ListResourceTags", Of: "aws_kms_key", Sets: []string{"tags"}, For: notDefault, Read: readKeyTags},
		},
	}
}

// ofAWS is how the aliases of keys begin that AWS makes and manages for its services. Every such key has one.
// Source: AWS KMS Developer Guide, "AWS managed keys".
const ofAWS = "alias/aws/"

// readKeys also reads the aliases, which tell the keys that AWS manages.
func readKeys(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	c := kms.NewFromConfig(s.Config)
	names := map[string]string{}
	err := eachPage(ctx, kms.NewListAliasesPaginator(c, &kms.ListAliasesInput{}), func(page *kms.ListAliasesOutput) {
		for _, a := range page.Aliases {
			if id, name := text(a.TargetKeyId), text(a.AliasName); id != "" && (names[id] == "" || name < names[id]) {
				names[id] = name
			}
		}
	})
	if err != nil {
		return err
	}
	return eachPage(ctx, kms.NewListKeysPaginator(c, &kms.ListKeysInput{}), func(page *kms.ListKeysOutput) {
		for _, k := range page.Keys {
			id := text(k.KeyId)
			name := names[id]
			if name == "" {
				name = id
			}
			r := s.Resource("aws_kms_key", text(k.KeyArn), id, strings.TrimPrefix(name, "alias/"))
			r.Attrs["key_id"] = id
			if strings.HasPrefix(name, ofAWS) {
				r = neighbour(r)
			}
			give(r)
		}
	})
}

func readAliases(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := kms.NewListAliasesPaginator(kms.NewFromConfig(s.Config), &kms.ListAliasesInput{})
	return eachPage(ctx, pages, func(page *kms.ListAliasesOutput) {
		for _, a := range page.Aliases {
			name := text(a.AliasName)
			if text(a.TargetKeyId) == "" {
				continue // the name of a key that AWS will make when it is first needed
			}
			r := s.Resource("aws_kms_alias", text(a.AliasArn), name, strings.TrimPrefix(name, "alias/"))
			null(r, "name_prefix")
			r.Attrs["name"], r.Attrs["target_key_id"], r.Attrs["tags"] = name, *a.TargetKeyId, map[string]any{}
			if strings.HasPrefix(name, ofAWS) {
				r = neighbour(r)
			}
			give(r)
		}
	})
}

var keyFields = aws.Table{
	"description":              "Description",
	"key_usage":                "KeyUsage",
	"customer_master_key_spec": "KeySpec",
	"multi_region":             "MultiRegion",
}

func readKey(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := kms.NewFromConfig(s.Config).DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: sdk.String(r.Origins[0].ID)})
	if err != nil {
		return err
	}
	from := out.KeyMetadata
	keyFields.Set(r, from)
	r.Attrs["is_enabled"] = from.KeyState == types.KeyStateEnabled
	if from.KeyManager == types.KeyManagerTypeAws {
		r.Data = true
	}
	return nil
}

// readRotation leaves null what cannot be: keys that are not symmetric, or that were brought along, do not rotate by themselves.
func readRotation(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := kms.NewFromConfig(s.Config).GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: sdk.String(r.Origins[0].ID)})
	if answered(err, "UnsupportedOperationException") {
		null(r, "enable_key_rotation", "rotation_period_in_days")
		return nil
	}
	if err != nil {
		return err
	}
	r.Attrs["enable_key_rotation"], r.Attrs["rotation_period_in_days"] = out.KeyRotationEnabled, aws.Plain(out.RotationPeriodInDays)
	return nil
}

func readKeyPolicy(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := kms.NewFromConfig(s.Config).GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: sdk.String(r.Origins[0].ID), PolicyName: sdk.String("default")})
	if err != nil {
		return err
	}
	r.Attrs["policy"] = aws.Plain(out.Policy)
	return nil
}

func readKeyTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	tags := map[string]any{}
	pages := kms.NewListResourceTagsPaginator(kms.NewFromConfig(s.Config), &kms.ListResourceTagsInput{KeyId: sdk.String(r.Origins[0].ID)})
	err := eachPage(ctx, pages, func(page *kms.ListResourceTagsOutput) {
		for _, t := range page.Tags {
			tags[text(t.TagKey)] = text(t.TagValue)
		}
	})
	r.Attrs["tags"] = tags
	return err
}
