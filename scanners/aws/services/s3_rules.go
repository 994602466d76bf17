//lint:file-ignore SA1019 accounts still have the settings that the SDK calls deprecated

package services

// Settings of buckets that are lists of rules or grants: life cycle, replication, access control list.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func bucketLifecycle(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error) {
	out, err := c.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: bucket})
	if answered(err, "NoSuchLifecycleConfiguration") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rules := []any{}
	for i := range out.Rules {
		rules = append(rules, lifecycleRule(&out.Rules[i]))
	}
	return map[string]any{"rule": rules}, nil
}

func lifecycleRule(from *types.LifecycleRule) map[string]any {
	rule := map[string]any{
		"id": aws.Plain(from.ID), "status": aws.Plain(from.Status), "prefix": aws.Plain(from.Prefix),
		"filter": lifecycleFilter(from.Filter), "expiration": []any{}, "noncurrent_version_expiration": []any{}, "abort_incomplete_multipart_upload": []any{},
	}
	if x := from.Expiration; x != nil {
		rule["expiration"] = block(map[string]any{"date": aws.Plain(x.Date), "days": aws.Plain(x.Days), "expired_object_delete_marker": flag(x.ExpiredObjectDeleteMarker)})
	}
	if x := from.NoncurrentVersionExpiration; x != nil {
		rule["noncurrent_version_expiration"] = block(map[string]any{"noncurrent_days": aws.Plain(x.NoncurrentDays), "newer_noncurrent_versions": aws.Plain(x.NewerNoncurrentVersions)})
	}
	if x := from.AbortIncompleteMultipartUpload; x != nil {
		rule["abort_incomplete_multipart_upload"] = block(map[string]any{"days_after_initiation": aws.Plain(x.DaysAfterInitiation)})
	}
	transitions, later := []any{}, []any{}
	for _, x := range from.Transitions {
		transitions = append(transitions, map[string]any{"date": aws.Plain(x.Date), "days": aws.Plain(x.Days), "storage_class": aws.Plain(x.StorageClass)})
	}
	for _, x := range from.NoncurrentVersionTransitions {
		later = append(later, map[string]any{"noncurrent_days": aws.Plain(x.NoncurrentDays), "newer_noncurrent_versions": aws.Plain(x.NewerNoncurrentVersions), "storage_class": aws.Plain(x.StorageClass)})
	}
	rule["transition"], rule["noncurrent_version_transition"] = transitions, later
	return rule
}

func lifecycleFilter(from *types.LifecycleRuleFilter) []any {
	if from == nil {
		return []any{}
	}
	filter := map[string]any{
		"prefix": aws.Plain(from.Prefix), "object_size_greater_than": aws.Plain(from.ObjectSizeGreaterThan), "object_size_less_than": aws.Plain(from.ObjectSizeLessThan),
		"tag": []any{}, "and": []any{},
	}
	if x := from.Tag; x != nil {
		filter["tag"] = block(map[string]any{"key": aws.Plain(x.Key), "value": text(x.Value)})
	}
	if x := from.And; x != nil {
		filter["and"] = block(map[string]any{"prefix": aws.Plain(x.Prefix), "tags": aws.Plain(x.Tags)})
	}
	return block(filter)
}

func bucketReplication(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error) {
	out, err := c.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: bucket})
	if answered(err, "ReplicationConfigurationNotFoundError") {
		return nil, nil
	}
	if err != nil || out.ReplicationConfiguration == nil {
		return nil, err
	}
	rules := []any{}
	for i := range out.ReplicationConfiguration.Rules {
		rules = append(rules, replicationRule(&out.ReplicationConfiguration.Rules[i]))
	}
	return map[string]any{"role": aws.Plain(out.ReplicationConfiguration.Role), "rule": rules}, nil
}

func replicationRule(from *types.ReplicationRule) map[string]any {
	rule := map[string]any{
		"id": aws.Plain(from.ID), "priority": aws.Plain(from.Priority), "status": aws.Plain(from.Status), "prefix": aws.Plain(from.Prefix),
		"filter": []any{}, "delete_marker_replication": []any{}, "existing_object_replication": []any{}, "destination": replicationTarget(from.Destination),
	}
	if x := from.Filter; x != nil {
		prefix := x.Prefix
		if x.And != nil {
			prefix = x.And.Prefix
		}
		rule["filter"] = block(map[string]any{"prefix": aws.Plain(prefix)})
	}
	if x := from.DeleteMarkerReplication; x != nil {
		rule["delete_marker_replication"] = block(map[string]any{"status": aws.Plain(x.Status)})
	}
	if x := from.ExistingObjectReplication; x != nil {
		rule["existing_object_replication"] = block(map[string]any{"status": aws.Plain(x.Status)})
	}
	return rule
}

func replicationTarget(from *types.Destination) []any {
	if from == nil {
		return []any{}
	}
	target := map[string]any{
		"bucket": aws.Plain(from.Bucket), "storage_class": aws.Plain(from.StorageClass), "account": aws.Plain(from.Account),
		"encryption_configuration": []any{}, "replication_time": []any{},
	}
	if x := from.EncryptionConfiguration; x != nil {
		target["encryption_configuration"] = block(map[string]any{"replica_kms_key_id": aws.Plain(x.ReplicaKmsKeyID)})
	}
	if x := from.ReplicationTime; x != nil {
		target["replication_time"] = block(map[string]any{"status": aws.Plain(x.Status)})
	}
	return block(target)
}

// bucketACL gives no part for the list that every bucket has, in which its owner may do everything.
func bucketACL(ctx context.Context, c *s3.Client, bucket *string) (map[string]any, error) {
	out, err := c.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: bucket})
	if err != nil {
		return nil, err
	}
	if out.Owner == nil && len(out.Grants) == 0 {
		return nil, saysNothing("GetBucketAcl")
	}
	canned := cannedACL(out.Grants, out.Owner)
	if canned == "private" {
		return nil, nil
	}
	owner := []any{}
	if out.Owner != nil {
		owner = block(map[string]any{"id": aws.Plain(out.Owner.ID), "display_name": aws.Plain(out.Owner.DisplayName)})
	}
	grants := []any{}
	for _, from := range out.Grants {
		grants = append(grants, grant(from))
	}
	return map[string]any{"expected_bucket_owner": nil, "acl": aws.Plain(canned), "access_control_policy": block(map[string]any{"grant": grants, "owner": owner})}, nil
}

func grant(from types.Grant) map[string]any {
	grantee := []any{}
	if g := from.Grantee; g != nil {
		grantee = block(map[string]any{"type": aws.Plain(g.Type), "id": aws.Plain(g.ID), "uri": aws.Plain(g.URI), "email_address": aws.Plain(g.EmailAddress)})
	}
	return map[string]any{"permission": aws.Plain(from.Permission), "grantee": grantee}
}

// cannedACL gives the name of the access control list that grants just this to groups; "" when it grants something to
// another account or has no name. Source: Amazon S3 User Guide, "Canned ACL".
func cannedACL(grants []types.Grant, owner *types.Owner) string {
	const groups = "http://acs.amazonaws.com/groups/"
	given := map[string]bool{}
	for _, g := range grants {
		switch {
		case g.Grantee == nil:
			return ""
		case g.Grantee.Type == types.TypeGroup:
			given[text(g.Grantee.URI)+" "+string(g.Permission)] = true
		case owner == nil || text(g.Grantee.ID) != text(owner.ID):
			return ""
		}
	}
	for name, want := range map[string][]string{
		"private":            {},
		"public-read":        {"global/AllUsers READ"},
		"public-read-write":  {"global/AllUsers READ", "global/AllUsers WRITE"},
		"authenticated-read": {"global/AuthenticatedUsers READ"},
		"log-delivery-write": {"s3/LogDelivery WRITE", "s3/LogDelivery READ_ACP"},
	} {
		if len(want) == len(given) && allGiven(given, groups, want) {
			return name
		}
	}
	return ""
}

func allGiven(given map[string]bool, groups string, want []string) bool {
	for _, w := range want {
		if !given[groups+w] {
			return false
		}
	}
	return true
}
