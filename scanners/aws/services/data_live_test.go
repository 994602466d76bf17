package services

import (
	"context"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	backuptypes "github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	opensearchtypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

const home = "eu-west-1"

// liveAccount reads one region of an account of moto.
func liveAccount(t *testing.T, cfg sdk.Config, account string, list ...aws.Service) scanners.Found {
	t.Helper()
	found, err := aws.New([]aws.Account{{ID: account, Regions: []string{home}, Config: cfg}}, aws.Options{Services: list}).Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// want is what is expected of one resource: some of its attributes, some of what is not known.
type want struct {
	address string // its end
	attrs   map[string]any
	unknown []string
	data    bool
}

func compare(t *testing.T, found scanners.Found, list ...want) {
	t.Helper()
	for _, w := range list {
		var r *graph.Resource
		for _, x := range found.Resources {
			if strings.HasSuffix(string(x.Address), w.address) {
				r = x
			}
		}
		if r == nil {
			t.Errorf("%s was not found", w.address)
			continue
		}
		got := map[string]any{}
		for name := range w.attrs {
			v, ok := r.Attrs[name]
			if !ok {
				t.Errorf("%s: %s is not set", w.address, name)
			}
			got[name] = v
		}
		if diff := cmp.Diff(w.attrs, got); w.attrs != nil && diff != "" {
			t.Errorf("%s:\n%s", w.address, diff)
		}
		for _, p := range w.unknown {
			if r.Unknown[p] == "" {
				t.Errorf("%s: %s is known", w.address, p)
			}
		}
		if r.Data != w.data {
			t.Errorf("%s: Data is %v", w.address, r.Data)
		}
	}
}

func absent(t *testing.T, found scanners.Found, ends ...string) {
	t.Helper()
	for _, r := range found.Resources {
		for _, end := range ends {
			if strings.HasSuffix(string(r.Address), end) {
				t.Errorf("%s was found", r.Address)
			}
		}
	}
}

// must makes seeding short.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestDatabasesAreRead(t *testing.T) {
	t.Parallel()
	const account = "300000000001"
	cfg := moto.Start(t).Config(t, account, home)
	ctx, c := context.Background(), rds.NewFromConfig(cfg)
	must[*rds.CreateDBParameterGroupOutput](t)(c.CreateDBParameterGroup(ctx, &rds.CreateDBParameterGroupInput{DBParameterGroupName: sdk.String("tls"), DBParameterGroupFamily: sdk.String("mysql8.0"), Description: sdk.String("d")}))
	must[*rds.ModifyDBParameterGroupOutput](t)(c.ModifyDBParameterGroup(ctx, &rds.ModifyDBParameterGroupInput{DBParameterGroupName: sdk.String("tls"), Parameters: []rdstypes.Parameter{
		{ParameterName: sdk.String("require_secure_transport"), ParameterValue: sdk.String("ON"), ApplyMethod: rdstypes.ApplyMethodImmediate},
	}}))
	must[*rds.CreateDBInstanceOutput](t)(c.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: sdk.String("shop"), Engine: sdk.String("mysql"), DBInstanceClass: sdk.String("db.m6g.large"), AllocatedStorage: sdk.Int32(100), MultiAZ: sdk.Bool(true),
		BackupRetentionPeriod: sdk.Int32(14), DeletionProtection: sdk.Bool(true), DBParameterGroupName: sdk.String("tls"), MasterUsername: sdk.String("root"), MasterUserPassword: sdk.String("not-a-secret"),
		Tags: []rdstypes.Tag{{Key: sdk.String("env"), Value: sdk.String("prod")}},
	}))
	must[*rds.CreateDBInstanceReadReplicaOutput](t)(c.CreateDBInstanceReadReplica(ctx, &rds.CreateDBInstanceReadReplicaInput{DBInstanceIdentifier: sdk.String("shop-replica"), SourceDBInstanceIdentifier: sdk.String("shop")}))
	must[*rds.CreateDBClusterOutput](t)(c.CreateDBCluster(ctx, &rds.CreateDBClusterInput{DBClusterIdentifier: sdk.String("orders"), Engine: sdk.String("aurora-mysql"), MasterUsername: sdk.String("root"), MasterUserPassword: sdk.String("not-a-secret")}))
	must[*rds.CreateDBInstanceOutput](t)(c.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{DBInstanceIdentifier: sdk.String("orders-0"), Engine: sdk.String("aurora-mysql"), DBInstanceClass: sdk.String("db.r6g.large"), DBClusterIdentifier: sdk.String("orders")}))
	must[*rds.CreateDBClusterOutput](t)(c.CreateDBCluster(ctx, &rds.CreateDBClusterInput{DBClusterIdentifier: sdk.String("papers"), Engine: sdk.String("neptune"), MasterUsername: sdk.String("root"), MasterUserPassword: sdk.String("not-a-secret")}))
	must[*rds.CreateDBSnapshotOutput](t)(c.CreateDBSnapshot(ctx, &rds.CreateDBSnapshotInput{DBInstanceIdentifier: sdk.String("shop"), DBSnapshotIdentifier: sdk.String("before")}))

	found := liveAccount(t, cfg, account, rdsService())
	compare(t, found,
		want{address: ":db:shop", attrs: map[string]any{
			"identifier": "shop", "multi_az": true, "backup_retention_period": 14, "deletion_protection": true, "storage_encrypted": false, "parameter_group_name": "tls",
			"replicate_source_db": nil, "tags": map[string]any{"env": "prod"}, "tags_all": map[string]any{"env": "prod"}, "manage_master_user_password": false,
		}, unknown: []string{"password", "skip_final_snapshot", "snapshot_identifier"}},
		want{address: ":db:shop-replica", attrs: map[string]any{"replicate_source_db": "shop"}},
		want{address: ":db:orders-0", attrs: map[string]any{"cluster_identifier": "orders", "instance_class": "db.r6g.large"}},
		want{address: ":cluster:orders", attrs: map[string]any{"engine": "aurora-mysql", "engine_mode": "provisioned", "serverlessv2_scaling_configuration": []any{}, "db_cluster_instance_class": nil}},
		want{address: ":pg:tls", attrs: map[string]any{"parameter": []any{map[string]any{"name": "require_secure_transport", "value": "ON", "apply_method": "immediate"}}}},
		want{address: ":snapshot:before", attrs: map[string]any{"db_instance_identifier": "shop", "snapshot_type": "manual", "shared_accounts": []any{}}},
	)
	for _, r := range found.Resources {
		if strings.HasSuffix(string(r.Address), ":cluster:papers") && r.Type != "aws_neptune_cluster" {
			t.Errorf("a cluster of Neptune is an %s", r.Type)
		}
		if strings.HasPrefix(r.Name, "default.") && !r.Data {
			t.Errorf("%s was made by AWS and is judged", r.Address)
		}
	}
}

func TestBucketsAreReadSettingBySetting(t *testing.T) {
	t.Parallel()
	const account = "300000000002"
	cfg := moto.Start(t).Config(t, account, home)
	ctx, c := context.Background(), s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	place := &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(home)}
	for _, name := range []string{"settings-a3", "bare-a3"} {
		must[*s3.CreateBucketOutput](t)(c.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name, CreateBucketConfiguration: place, ObjectOwnership: s3types.ObjectOwnershipBucketOwnerPreferred}))
	}
	b := sdk.String("settings-a3")
	must[*s3.PutBucketVersioningOutput](t)(c.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: b, VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled}}))
	must[*s3.PutPublicAccessBlockOutput](t)(c.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: b, PublicAccessBlockConfiguration: &s3types.PublicAccessBlockConfiguration{BlockPublicAcls: sdk.Bool(true)}}))
	must[*s3.PutBucketAclOutput](t)(c.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: b, ACL: s3types.BucketCannedACLPublicRead}))
	must[*s3.PutBucketWebsiteOutput](t)(c.PutBucketWebsite(ctx, &s3.PutBucketWebsiteInput{Bucket: b, WebsiteConfiguration: &s3types.WebsiteConfiguration{IndexDocument: &s3types.IndexDocument{Suffix: sdk.String("index.html")}}}))
	must[*s3.PutBucketLifecycleConfigurationOutput](t)(c.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{Bucket: b, LifecycleConfiguration: &s3types.BucketLifecycleConfiguration{Rules: []s3types.LifecycleRule{{
		ID: sdk.String("old"), Status: s3types.ExpirationStatusEnabled, Filter: &s3types.LifecycleRuleFilter{Prefix: sdk.String("tmp/")}, NoncurrentVersionExpiration: &s3types.NoncurrentVersionExpiration{NoncurrentDays: sdk.Int32(30)},
	}}}}))
	must[*s3.PutBucketTaggingOutput](t)(c.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: b, Tagging: &s3types.Tagging{TagSet: []s3types.Tag{{Key: sdk.String("Purpose"), Value: sdk.String("images")}}}}))

	found := liveAccount(t, cfg, account, s3Service())
	if len(found.Gaps) > 0 {
		t.Errorf("gaps: %v", found.Gaps)
	}
	compare(t, found,
		want{address: ":::settings-a3", attrs: map[string]any{"bucket": "settings-a3", "region": home, "object_lock_enabled": false, "tags": map[string]any{"Purpose": "images"}, "bucket_domain_name": "settings-a3.s3.amazonaws.com"}, unknown: []string{"force_destroy"}},
		want{address: ":::settings-a3#versioning", attrs: map[string]any{"bucket": "settings-a3", "versioning_configuration": []any{map[string]any{"status": "Enabled", "mfa_delete": nil}}}},
		want{address: ":::settings-a3#public_access_block", attrs: map[string]any{"block_public_acls": true, "block_public_policy": false, "ignore_public_acls": false, "restrict_public_buckets": false}},
		want{address: ":::settings-a3#acl", attrs: map[string]any{"acl": "public-read"}},
		want{address: ":::settings-a3#ownership_controls", attrs: map[string]any{"rule": []any{map[string]any{"object_ownership": "BucketOwnerPreferred"}}}},
		want{address: ":::settings-a3#website_configuration", attrs: map[string]any{"index_document": []any{map[string]any{"suffix": "index.html"}}, "redirect_all_requests_to": []any{}}},
		want{address: ":::settings-a3#lifecycle_configuration", attrs: map[string]any{"rule": []any{map[string]any{
			"id": "old", "status": "Enabled", "prefix": nil, "expiration": []any{}, "transition": []any{}, "noncurrent_version_transition": []any{}, "abort_incomplete_multipart_upload": []any{},
			"noncurrent_version_expiration": []any{map[string]any{"noncurrent_days": 30, "newer_noncurrent_versions": nil}},
			"filter":                        []any{map[string]any{"prefix": "tmp/", "object_size_greater_than": nil, "object_size_less_than": nil, "tag": []any{}, "and": []any{}}},
		}}}},
		want{address: ":::bare-a3", attrs: map[string]any{"tags": map[string]any{}}},
	)
	absent(t, found, "bare-a3#versioning", "bare-a3#acl", "bare-a3#policy", "bare-a3#public_access_block", "bare-a3#lifecycle_configuration", "bare-a3#website_configuration", "bare-a3#object_lock_configuration", "bare-a3#replication_configuration")
}

func TestTablesQueuesTopicsKeysAndSecretsAreRead(t *testing.T) {
	t.Parallel()
	const account = "300000000003"
	cfg := moto.Start(t).Config(t, account, home)
	ctx := context.Background()
	tables := dynamodb.NewFromConfig(cfg)
	must[*dynamodb.CreateTableOutput](t)(tables.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: sdk.String("orders"), BillingMode: dynamodbtypes.BillingModePayPerRequest, DeletionProtectionEnabled: sdk.Bool(true),
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: sdk.String("id"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}, {AttributeName: sdk.String("at"), AttributeType: dynamodbtypes.ScalarAttributeTypeN}},
		KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: sdk.String("id"), KeyType: dynamodbtypes.KeyTypeHash}, {AttributeName: sdk.String("at"), KeyType: dynamodbtypes.KeyTypeRange}},
	}))
	must[*dynamodb.UpdateContinuousBackupsOutput](t)(tables.UpdateContinuousBackups(ctx, &dynamodb.UpdateContinuousBackupsInput{TableName: sdk.String("orders"), PointInTimeRecoverySpecification: &dynamodbtypes.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: sdk.Bool(true)}}))
	queues := sqs.NewFromConfig(cfg)
	must[*sqs.CreateQueueOutput](t)(queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: sdk.String("sync-dlq")}))
	dead := "arn:aws:sqs:" + home + ":" + account + ":sync-dlq"
	redrive := `{"deadLetterTargetArn":"` + dead + `","maxReceiveCount":5}`
	must[*sqs.CreateQueueOutput](t)(queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: sdk.String("sync"), Attributes: map[string]string{"RedrivePolicy": redrive, "VisibilityTimeout": "45"}, Tags: map[string]string{"env": "prod"}}))
	topics := sns.NewFromConfig(cfg)
	topic := must[*sns.CreateTopicOutput](t)(topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: sdk.String("ops")})).TopicArn
	must[*sns.SubscribeOutput](t)(topics.Subscribe(ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: sdk.String("https"), Endpoint: sdk.String("https://hooks.example/v1/a-token")}))
	keys := kms.NewFromConfig(cfg)
	key := must[*kms.CreateKeyOutput](t)(keys.CreateKey(ctx, &kms.CreateKeyInput{Description: sdk.String("data")})).KeyMetadata
	must[*kms.EnableKeyRotationOutput](t)(keys.EnableKeyRotation(ctx, &kms.EnableKeyRotationInput{KeyId: key.KeyId}))
	must[*kms.CreateAliasOutput](t)(keys.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: sdk.String("alias/data"), TargetKeyId: key.KeyId}))
	must[*secretsmanager.CreateSecretOutput](t)(secretsmanager.NewFromConfig(cfg).CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: sdk.String("shop/db"), SecretString: sdk.String("do-not-read-me")}))

	found := liveAccount(t, cfg, account, dynamodbService(), sqsService(), snsService(), kmsService(), secretsmanagerService())
	if len(found.Gaps) > 0 {
		t.Errorf("gaps: %v", found.Gaps)
	}
	compare(t, found,
		want{address: "table/orders", attrs: map[string]any{
			"billing_mode": "PAY_PER_REQUEST", "hash_key": "id", "range_key": "at", "deletion_protection_enabled": true, "server_side_encryption": []any{}, "replica": []any{},
			"point_in_time_recovery": []any{map[string]any{"enabled": true, "recovery_period_in_days": 35}},
		}},
		want{address: ":sync", attrs: map[string]any{"visibility_timeout_seconds": 45, "fifo_queue": false, "policy": nil, "tags": map[string]any{"env": "prod"}}},
		want{address: ":ops", attrs: map[string]any{"name": "ops", "kms_master_key_id": nil, "fifo_topic": false}},
		want{address: "key/" + *key.KeyId, attrs: map[string]any{"enable_key_rotation": true, "is_enabled": true, "customer_master_key_spec": "SYMMETRIC_DEFAULT"}},
		want{address: "alias/data", attrs: map[string]any{"target_key_id": *key.KeyId}},
	)
	queue := graph.Key{Root: aws.Root(account), Address: graph.Address(strings.TrimSuffix(dead, "-dlq"))}
	if edges := catalog.Build(found.Resources, catalog.Options{}).To(queue); len(edges) != 1 || string(edges[0].To.Address) != dead {
		t.Errorf("what fails in the queue goes to %v", edges)
	}
	for _, r := range found.Resources {
		if r.Type == "aws_sns_topic_subscription" && r.Attrs["endpoint"] != "https://hooks.example" {
			t.Errorf("the endpoint of a subscription is %v", r.Attrs["endpoint"])
		}
		if r.Type == "aws_secretsmanager_secret" && r.Name != "shop/db" {
			t.Errorf("a secret is called %q", r.Name)
		}
	}
}

func TestSearchFilesAndBackupsAreRead(t *testing.T) {
	t.Parallel()
	const account = "300000000004"
	cfg := moto.Start(t).Config(t, account, home)
	ctx := context.Background()
	must[*opensearch.CreateDomainOutput](t)(opensearch.NewFromConfig(cfg).CreateDomain(ctx, &opensearch.CreateDomainInput{
		DomainName: sdk.String("catalog"), EngineVersion: sdk.String("OpenSearch_2.11"), NodeToNodeEncryptionOptions: &opensearchtypes.NodeToNodeEncryptionOptions{Enabled: sdk.Bool(true)},
		ClusterConfig: &opensearchtypes.ClusterConfig{InstanceCount: sdk.Int32(3), ZoneAwarenessEnabled: sdk.Bool(true), ZoneAwarenessConfig: &opensearchtypes.ZoneAwarenessConfig{AvailabilityZoneCount: sdk.Int32(3)}},
	}))
	must[*efs.CreateFileSystemOutput](t)(efs.NewFromConfig(cfg).CreateFileSystem(ctx, &efs.CreateFileSystemInput{CreationToken: sdk.String("uploads"), Encrypted: sdk.Bool(true)}))
	saved := backup.NewFromConfig(cfg)
	must[*backup.CreateBackupVaultOutput](t)(saved.CreateBackupVault(ctx, &backup.CreateBackupVaultInput{BackupVaultName: sdk.String("main")}))
	must[*backup.PutBackupVaultLockConfigurationOutput](t)(saved.PutBackupVaultLockConfiguration(ctx, &backup.PutBackupVaultLockConfigurationInput{BackupVaultName: sdk.String("main"), MinRetentionDays: sdk.Int64(7)}))
	plan := must[*backup.CreateBackupPlanOutput](t)(saved.CreateBackupPlan(ctx, &backup.CreateBackupPlanInput{BackupPlan: &backuptypes.BackupPlanInput{BackupPlanName: sdk.String("daily"), Rules: []backuptypes.BackupRuleInput{
		{RuleName: sdk.String("daily"), TargetBackupVaultName: sdk.String("main"), Lifecycle: &backuptypes.Lifecycle{DeleteAfterDays: sdk.Int64(35)}},
	}}}))

	found := liveAccount(t, cfg, account, opensearchService(), efsService(), backupService())
	compare(t, found,
		want{address: "domain/catalog", attrs: map[string]any{
			"engine_version": "OpenSearch_2.11", "node_to_node_encryption": []any{map[string]any{"enabled": true}}, "vpc_options": []any{},
		}, unknown: []string{"advanced_security_options[0].master_user_options"}},
		want{address: "backup-vault:main", attrs: map[string]any{"name": "main"}, unknown: []string{"force_destroy"}},
		want{address: "backup-vault:main#lock", attrs: map[string]any{"backup_vault_name": "main", "min_retention_days": 7, "changeable_for_days": nil}},
		want{address: "backup-plan:" + *plan.BackupPlanId, attrs: map[string]any{"name": "daily"}},
		want{address: "#aws_backup_selection?", attrs: map[string]any{"plan_id": *plan.BackupPlanId}, unknown: []string{"_count", "resources"}}, // moto does not know the call
	)
	for _, r := range found.Resources {
		if r.Type != "aws_efs_file_system" {
			continue
		}
		if r.Attrs["encrypted"] != true || r.Attrs["availability_zone_name"] != nil || r.Unknown["availability_zone_name"] != "" {
			t.Errorf("the file system is %v, not known %v", r.Attrs, r.Unknown)
		}
	}
}
