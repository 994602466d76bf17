package services

// Amazon S3. Needs s3:ListAllMyBuckets and, for each bucket, s3:GetBucketTagging, s3:GetBucketVersioning, s3:GetEncryptionConfiguration,
// s3:GetBucketPublicAccessBlock, s3:GetBucketPolicy, s3:GetReplicationConfiguration, s3:GetLifecycleConfiguration, s3:GetBucketLogging,
// s3:GetBucketWebsite, s3:GetBucketObjectLockConfiguration, s3:GetBucketOwnershipControls, s3:GetBucketAcl.
//
// Every region lists its own buckets, so each is asked in the region where it is. Each setting is a call of its own: a bucket of
// which one is refused is known but for that.

import (
	"context"
	"fmt"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func s3Service() aws.Service {
	return aws.Service{
		Name: "s3",
		Lists: []aws.List{
			{Operation: "ListBuckets", Actions: []string{"s3:ListAllMyBuckets"}, Gives: []string{"aws_s3_bucket"}, Read: readBuckets},
		},
		Details: []aws.Detail{
			{Operation: "GetBucketTagging", Of: "aws_s3_bucket", Sets: []string{"tags"}, Read: readBucketTags},
			bucketPart("GetBucketVersioning", "s3:GetBucketVersioning", "aws_s3_bucket_versioning", bucketVersioning),
			bucketPart("GetBucketEncryption", "s3:GetEncryptionConfiguration", "aws_s3_bucket_server_side_encryption_configuration", bucketEncryption),
			bucketPart("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", "aws_s3_bucket_public_access_block", bucketPublicAccess),
			bucketPart("GetBucketPolicy", "s3:GetBucketPolicy", "aws_s3_bucket_policy", bucketPolicy),
			bucketPart("GetBucketReplication", "s3:GetReplicationConfiguration", "aws_s3_bucket_replication_configuration", bucketReplication),
			bucketPart("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration", "aws_s3_bucket_lifecycle_configuration", bucketLifecycle),
			bucketPart("GetBucketLogging", "s3:GetBucketLogging", "aws_s3_bucket_logging", bucketLogging),
			bucketPart("GetBucketWebsite", "s3:GetBucketWebsite", "aws_s3_bucket_website_configuration", bucketWebsite),
			objectLock(),
			bucketPart("GetBucketOwnershipControls", "s3:GetBucketOwnershipControls", "aws_s3_bucket_ownership_controls", bucketOwnership),
			bucketPart("GetBucketAcl", "s3:GetBucketAcl", "aws_s3_bucket_acl", bucketACL),
		},
	}
}

func s3Client(s *aws.Session) *s3.Client {
	return s3.NewFromConfig(s.Config, func(o *s3.Options) { o.UsePathStyle = s.Emulated })
}

func readBuckets(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := s3.NewListBucketsPaginator(s3Client(s), &s3.ListBucketsInput{BucketRegion: &s.Region, MaxBuckets: sdk.Int32(1000)})
	return eachPage(ctx, pages, func(page *s3.ListBucketsOutput) {
		for i := range page.Buckets {
			give(bucket(s, text(page.Buckets[i].Name)))
		}
	})
}

// bucket starts a bucket. That a bucket is emptied when it is deleted (force_destroy) is a matter of code alone.
// Source of the domain names: Amazon S3 User Guide, "Virtual hosting of buckets".
func bucket(s *aws.Session, name string) *graph.Resource {
	suffix := "amazonaws.com"
	if s.Partition == "aws-cn" {
		suffix = "amazonaws.com.cn"
	}
	r := s.Resource("aws_s3_bucket", "arn:"+s.Partition+":s3:::"+name, name, name)
	r.Attrs["bucket"], r.Attrs["region"] = name, s.Region
	r.Attrs["bucket_domain_name"] = fmt.Sprintf("%s.s3.%s", name, suffix)
	r.Attrs["bucket_regional_domain_name"] = fmt.Sprintf("%s.s3.%s.%s", name, s.Region, suffix)
	null(r, "bucket_prefix")
	return r
}

func readBucketTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := s3Client(s).GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &r.Name})
	switch {
	case answered(err, "NoSuchTagSet"):
		r.Attrs["tags"] = map[string]any{}
	case err != nil:
		return err
	default:
		r.Attrs["tags"] = aws.Plain(out.TagSet)
	}
	return nil
}

// bucketSettings reads one setting of a bucket: the attributes of the part that stands for it, nil when it is not set.
type bucketSettings func(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error)

// bucketPart is the call that reads one setting of a bucket into a part of type typ.
func bucketPart(operation, action, typ string, read bucketSettings) aws.Detail {
	return aws.Detail{
		Operation: operation, Actions: []string{action}, Of: "aws_s3_bucket", Gives: []string{typ + ".bucket"},
		Read: func(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
			attrs, err := read(ctx, s3Client(s), &r.Name)
			if err != nil || attrs == nil {
				return err
			}
			give(settingOf(s, r, typ, attrs))
			return nil
		},
	}
}

// settingOf makes the part of a bucket that has these attributes: "arn:aws:s3:::b#versioning".
func settingOf(s *aws.Session, r *graph.Resource, typ string, attrs map[string]any) *graph.Resource {
	part := s.Part(r, typ, typ[len("aws_s3_bucket_"):], "bucket")
	for name, v := range attrs {
		part.Attrs[name] = v
	}
	return part
}

func bucketVersioning(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error) {
	out, err := c.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: bucket})
	if err != nil || out.Status == "" {
		return nil, err
	}
	attrs := map[string]any{"mfa": nil}
	attrs["versioning_configuration"] = block(map[string]any{"status": aws.Plain(out.Status), "mfa_delete": aws.Plain(out.MFADelete)})
	return attrs, nil
}

func bucketEncryption(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error) {
	out, err := c.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: bucket})
	if answered(err, "ServerSideEncryptionConfigurationNotFoundError") {
		return nil, nil
	}
	if err != nil || out.ServerSideEncryptionConfiguration == nil {
		return nil, err
	}
	rules := []any{}
	for _, from := range out.ServerSideEncryptionConfiguration.Rules {
		byDefault := []any{}
		if d := from.ApplyServerSideEncryptionByDefault; d != nil {
			byDefault = block(map[string]any{"sse_algorithm": aws.Plain(d.SSEAlgorithm), "kms_master_key_id": aws.Plain(d.KMSMasterKeyID)})
		}
		rules = append(rules, map[string]any{"bucket_key_enabled": flag(from.BucketKeyEnabled), "apply_server_side_encryption_by_default": byDefault})
	}
	return map[string]any{"rule": rules}, nil
}

func bucketPublicAccess(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error) {
	out, err := c.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: bucket})
	if answered(err, "NoSuchPublicAccessBlockConfiguration") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	from := out.PublicAccessBlockConfiguration
	if from == nil {
		return nil, saysNothing("GetPublicAccessBlock")
	}
	return map[string]any{
		"block_public_acls": flag(from.BlockPublicAcls), "block_public_policy": flag(from.BlockPublicPolicy),
		"ignore_public_acls": flag(from.IgnorePublicAcls), "restrict_public_buckets": flag(from.RestrictPublicBuckets),
	}, nil
}

func bucketPolicy(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error) {
	out, err := c.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: bucket})
	if answered(err, "NoSuchBucketPolicy") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if text(out.Policy) == "" {
		return nil, saysNothing("GetBucketPolicy")
	}
	return map[string]any{"policy": *out.Policy}, nil
}

func bucketLogging(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error) {
	out, err := c.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: bucket})
	if err != nil || out.LoggingEnabled == nil {
		return nil, err
	}
	return map[string]any{"target_bucket": aws.Plain(out.LoggingEnabled.TargetBucket), "target_prefix": aws.Plain(out.LoggingEnabled.TargetPrefix)}, nil
}

func bucketOwnership(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error) {
	out, err := c.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: bucket})
	if answered(err, "OwnershipControlsNotFoundError") {
		return nil, nil
	}
	if err != nil || out.OwnershipControls == nil {
		return nil, err
	}
	rules := []any{}
	for _, from := range out.OwnershipControls.Rules {
		rules = append(rules, map[string]any{"object_ownership": aws.Plain(from.ObjectOwnership)})
	}
	return map[string]any{"rule": rules}, nil
}

func bucketWebsite(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error) {
	out, err := c.GetBucketWebsite(ctx, &s3.GetBucketWebsiteInput{Bucket: bucket})
	if answered(err, "NoSuchWebsiteConfiguration") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	attrs := map[string]any{"index_document": []any{}, "error_document": []any{}, "redirect_all_requests_to": []any{}}
	if from := out.IndexDocument; from != nil {
		attrs["index_document"] = block(map[string]any{"suffix": aws.Plain(from.Suffix)})
	}
	if from := out.ErrorDocument; from != nil {
		attrs["error_document"] = block(map[string]any{"key": aws.Plain(from.Key)})
	}
	if from := out.RedirectAllRequestsTo; from != nil {
		attrs["redirect_all_requests_to"] = block(map[string]any{"host_name": aws.Plain(from.HostName), "protocol": aws.Plain(from.Protocol)})
	}
	return attrs, nil
}

// objectLock tells both whether a bucket has object lock at all and how long it keeps objects by default.
func objectLock() aws.Detail {
	return aws.Detail{
		Operation: "GetObjectLockConfiguration", Actions: []string{"s3:GetBucketObjectLockConfiguration"}, Of: "aws_s3_bucket",
		Sets: []string{"object_lock_enabled"}, Gives: []string{"aws_s3_bucket_object_lock_configuration.bucket"}, Read: readObjectLock,
	}
}

func readObjectLock(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	out, err := s3Client(s).GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: &r.Name})
	r.Attrs["object_lock_enabled"] = false
	if answered(err, "ObjectLockConfigurationNotFoundError") {
		return nil
	}
	if err != nil {
		return err
	}
	from := out.ObjectLockConfiguration
	if from == nil || from.ObjectLockEnabled != types.ObjectLockEnabledEnabled {
		return nil
	}
	r.Attrs["object_lock_enabled"] = true
	rules := []any{}
	if from.Rule != nil && from.Rule.DefaultRetention != nil {
		d := from.Rule.DefaultRetention
		rules = block(map[string]any{"default_retention": block(map[string]any{"mode": aws.Plain(d.Mode), "days": aws.Plain(d.Days), "years": aws.Plain(d.Years)})})
	}
	give(settingOf(s, r, "aws_s3_bucket_object_lock_configuration", map[string]any{"object_lock_enabled": "Enabled", "rule": rules}))
	return nil
}
