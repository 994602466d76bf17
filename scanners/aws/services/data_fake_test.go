package services

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/plumbline-dev/plumbline/graph"
)

// canned answers calls that moto does not know: by the action of a form, else by the path. What it has no answer for is refused.
func canned(t *testing.T, answers map[string]string) sdk.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.FormValue("Action")
		if key == "" {
			key = r.URL.Path
		}
		text, ok := answers[key]
		switch {
		case !ok && r.FormValue("Action") != "":
			w.WriteHeader(http.StatusForbidden)
			text = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
		case !ok:
			w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
			w.WriteHeader(http.StatusForbidden)
			text = "{}"
		case strings.HasPrefix(text, "<"):
			text = fmt.Sprintf("<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", key, text)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Errorf("answering %s: %v", key, err)
		}
	}))
	t.Cleanup(server.Close)
	return sdk.Config{Region: home, BaseEndpoint: &server.URL, HTTPClient: server.Client(), Credentials: credentials.NewStaticCredentialsProvider("AKIATESTTESTTESTTEST", "test", "")}
}

func TestWhatBackupsLeaveIsRead(t *testing.T) {
	t.Parallel()
	const account, table = "300000000005", "arn:aws:dynamodb:eu-west-1:300000000005:table/orders"
	cfg := canned(t, map[string]string{
		"/backup/plans":                  `{"BackupPlansList":[{"BackupPlanArn":"arn:aws:backup:eu-west-1:300000000005:backup-plan:p1","BackupPlanId":"p1","BackupPlanName":"daily"}]}`,
		"/backup/plans/p1":               `{"BackupPlan":{"BackupPlanName":"daily","Rules":[{"RuleName":"r","TargetBackupVaultName":"main","ScheduleExpression":"cron(0 5 * * ? *)","CopyActions":[{"DestinationBackupVaultArn":"arn:aws:backup:eu-central-1:300000000005:backup-vault:far"}]}]}}`,
		"/backup/plans/p1/selections":    `{"BackupSelectionsList":[{"SelectionId":"s1","SelectionName":"tagged"}]}`,
		"/backup/plans/p1/selections/s1": `{"BackupSelection":{"SelectionName":"tagged","IamRoleArn":"arn:aws:iam::300000000005:role/b","Resources":["` + table + `"],"ListOfTags":[{"ConditionType":"STRINGEQUALS","ConditionKey":"backup","ConditionValue":"daily"}],"Conditions":{"StringEquals":[],"StringLike":[]}}}`,
		"/backup-vaults":                 `{"BackupVaultList":[{"BackupVaultArn":"arn:aws:backup:eu-west-1:300000000005:backup-vault:main","BackupVaultName":"main","Locked":true,"LockDate":1700000000,"MinRetentionDays":7}]}`,
		"/backup-vaults/main/recovery-points": `{"RecoveryPoints":[{"RecoveryPointArn":"arn:aws:dynamodb:eu-west-1:300000000005:table/orders/backup/1","BackupVaultName":"main",
			"ResourceArn":"` + table + `","ResourceType":"DynamoDB","Status":"COMPLETED","CreationDate":1700000000,"IsEncrypted":false}]}`,
		"/resources": `{"Results":[{"ResourceArn":"` + table + `","ResourceType":"DynamoDB","LastBackupTime":1700000000}]}`,
	})
	found := liveAccount(t, cfg, account, backupService())
	compare(t, found,
		want{address: "backup-plan:p1", attrs: map[string]any{"rule": []any{map[string]any{
			"rule_name": "r", "target_vault_name": "main", "schedule": "cron(0 5 * * ? *)", "start_window": nil, "completion_window": nil, "enable_continuous_backup": false,
			"recovery_point_tags": map[string]any{}, "lifecycle": []any{},
			"copy_action": []any{map[string]any{"destination_vault_arn": "arn:aws:backup:eu-central-1:300000000005:backup-vault:far", "lifecycle": []any{}}},
		}}}, unknown: []string{"tags"}},
		want{address: "aws_backup_selection/eu-west-1/s1", attrs: map[string]any{
			"plan_id": "p1", "resources": []any{table}, "condition": []any{}, "selection_tag": []any{map[string]any{"type": "STRINGEQUALS", "key": "backup", "value": "daily"}},
		}},
		want{address: "vault:main#lock", attrs: map[string]any{"min_retention_days": 7, "max_retention_days": nil}, unknown: []string{"changeable_for_days"}},
		want{address: "table/orders/backup/1", attrs: map[string]any{"resource_arn": table, "is_encrypted": false, "creation_date": "2023-11-14T22:13:20Z", "lifecycle": []any{}}},
		want{address: "aws_backup_protected_resource/eu-west-1/" + table, attrs: map[string]any{"resource_arn": table, "last_backup_time": "2023-11-14T22:13:20Z"}},
		want{address: "vault:main#aws_backup_vault_policy?", unknown: []string{"_count", "policy"}},
		want{address: "aws_backup_region_settings/eu-west-1/?", unknown: []string{"_count"}},
	)
	for _, r := range found.Resources {
		if (r.Type == "aws_backup_protected_resource" || r.Type == "aws_backup_recovery_point") && r.Of != graph.Address(table) {
			t.Errorf("%s is a fact about %q", r.Address, r.Of)
		}
	}
}

func TestNodesOfCachesAreCounted(t *testing.T) {
	t.Parallel()
	node := func(id, zone string) string {
		return "<NodeGroupMember><CacheClusterId>" + id + "</CacheClusterId><PreferredAvailabilityZone>" + zone + "</PreferredAvailabilityZone></NodeGroupMember>"
	}
	members := func(list ...string) string {
		return "<NodeGroupMembers>" + strings.Join(list, "") + "</NodeGroupMembers>"
	}
	group := func(id, rest string) string {
		return "<ReplicationGroup><ReplicationGroupId>" + id + "</ReplicationGroupId><ARN>arn:aws:elasticache:eu-west-1:300000000006:replicationgroup:" + id + "</ARN>" + rest + "</ReplicationGroup>"
	}
	cfg := canned(t, map[string]string{
		"DescribeReplicationGroups": "<ReplicationGroups>" +
			group("plain", "<AutomaticFailover>enabled</AutomaticFailover><MultiAZ>enabled</MultiAZ><MemberClusters><ClusterId>plain-1</ClusterId><ClusterId>plain-2</ClusterId></MemberClusters>"+
				"<NodeGroups><NodeGroup>"+members(node("plain-1", "eu-west-1a"), node("plain-2", "eu-west-1b"))+"</NodeGroup></NodeGroups>") +
			group("sharded", "<AutomaticFailover>disabling</AutomaticFailover><ClusterEnabled>true</ClusterEnabled><MemberClusters><ClusterId>a</ClusterId><ClusterId>b</ClusterId><ClusterId>c</ClusterId></MemberClusters>"+
				"<NodeGroups><NodeGroup><NodeGroupId>0001</NodeGroupId>"+members(node("a", "eu-west-1a"), node("b", "eu-west-1b"))+"</NodeGroup><NodeGroup><NodeGroupId>0002</NodeGroupId>"+members(node("c", "eu-west-1a"))+"</NodeGroup></NodeGroups>") +
			group("new", "<Status>creating</Status>") + "</ReplicationGroups>",
		"DescribeCacheClusters": "<CacheClusters><CacheCluster><CacheClusterId>plain-1</CacheClusterId><ReplicationGroupId>plain</ReplicationGroupId><Engine>valkey</Engine><CacheSubnetGroupName>data</CacheSubnetGroupName>" +
			"<SecurityGroups><member><SecurityGroupId>sg-1</SecurityGroupId></member></SecurityGroups><PreferredAvailabilityZone>eu-west-1a</PreferredAvailabilityZone></CacheCluster></CacheClusters>",
		"ListTagsForResource": "<TagList></TagList>",
	})
	found := liveAccount(t, cfg, "300000000006", elasticacheService())
	compare(t, found,
		want{address: ":plain", attrs: map[string]any{
			"num_cache_clusters": 2, "num_node_groups": nil, "replicas_per_node_group": nil, "node_group_configuration": []any{}, "preferred_cache_cluster_azs": []any{"eu-west-1a", "eu-west-1b"},
			"automatic_failover_enabled": true, "multi_az_enabled": true, "engine": "valkey", "subnet_group_name": "data", "security_group_ids": []any{"sg-1"}, "transit_encryption_enabled": false,
		}},
		want{address: ":sharded", attrs: map[string]any{
			"num_cache_clusters": nil, "num_node_groups": 2, "replicas_per_node_group": 0, "automatic_failover_enabled": false, "multi_az_enabled": false,
			"node_group_configuration": []any{
				map[string]any{"node_group_id": "0001", "slots": nil, "primary_availability_zone": "eu-west-1a", "replica_availability_zones": []any{"eu-west-1b"}, "replica_count": 1},
				map[string]any{"node_group_id": "0002", "slots": nil, "primary_availability_zone": "eu-west-1a", "replica_availability_zones": []any{}, "replica_count": 0},
			},
		}, unknown: []string{"security_group_ids", "subnet_group_name", "engine"}},
		want{address: ":new", unknown: []string{"num_cache_clusters", "replicas_per_node_group", "node_group_configuration", "preferred_cache_cluster_azs"}, attrs: map[string]any{"automatic_failover_enabled": false}},
		want{address: "aws_elasticache_cluster/eu-west-1/plain-1", attrs: map[string]any{"replication_group_id": "plain"}, data: true},
		want{address: "aws_elasticache_subnet_group/eu-west-1/?", unknown: []string{"_count", "subnet_ids"}},
	)
}

// Copies of a database in a region that is not read are known from the database.
func TestCopiesInOtherRegionsAreKnown(t *testing.T) {
	t.Parallel()
	const source = "arn:aws:rds:eu-west-1:300000000007:db:shop"
	cfg := canned(t, map[string]string{
		"DescribeDBInstances": "<DBInstances><DBInstance><DBInstanceIdentifier>shop</DBInstanceIdentifier><DBInstanceArn>" + source + "</DBInstanceArn><Engine>mysql</Engine>" +
			"<ReadReplicaDBInstanceIdentifiers><ReadReplicaDBInstanceIdentifier>near</ReadReplicaDBInstanceIdentifier><ReadReplicaDBInstanceIdentifier>arn:aws:rds:eu-central-1:300000000007:db:far</ReadReplicaDBInstanceIdentifier></ReadReplicaDBInstanceIdentifiers>" +
			"<DBInstanceAutomatedBackupsReplications><DBInstanceAutomatedBackupsReplication><DBInstanceAutomatedBackupsArn>arn:aws:rds:us-east-1:300000000007:auto-backup:ab-1</DBInstanceAutomatedBackupsArn></DBInstanceAutomatedBackupsReplication></DBInstanceAutomatedBackupsReplications>" +
			"</DBInstance></DBInstances>",
	})
	found := liveAccount(t, cfg, "300000000007", rdsService())
	compare(t, found,
		want{address: "us-east-1:300000000007:auto-backup:ab-1", attrs: map[string]any{"source_db_instance_arn": source}, unknown: []string{"retention_period"}},
		want{address: "replica/arn:aws:rds:eu-central-1:300000000007:db:far", attrs: map[string]any{"replicate_source_db": source}, data: true},
	)
	regions := map[string]any{}
	for _, r := range found.Resources {
		if r.Unknown["_count"] == "" {
			regions[r.Name] = r.Facts["_region"]
		}
	}
	if regions["far"] != "eu-central-1" || regions["near"] != nil || len(regions) != 2 {
		t.Errorf("the copies are %v", regions)
	}
}
