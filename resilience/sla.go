package resilience

// Threshold is one row of the table of published availability: the monthly uptime below which AWS refunds a part.
type Threshold struct {
	Type    string
	Single  float64 // percent, of one resource or member; 0: there is none
	Service float64 // percent, of the service in a region; 0: there is none
	Source  string
	Date    string // of the version of the source that was read, or of when it was looked up
}

// ZoneUnavailability is an assumption: AWS publishes nothing for a zone. One hour in a year, which is about what the
// threshold of the region allows.
const ZoneUnavailability = 1e-4

// RegionThreshold is the Region-Level SLA of Amazon Compute (25 May 2022): 99.99 %.
const RegionThreshold = 99.99

const (
	computeSLA = "https://aws.amazon.com/compute/sla/"
	rdsSLA     = "https://aws.amazon.com/rds/sla/"
	auroraSLA  = "https://aws.amazon.com/rds/aurora/sla/"
	cacheSLA   = "https://aws.amazon.com/elasticache/sla/"
)

// Thresholds is the dated table. Where a service has one threshold for a whole region, its parts in a zone are taken to
// be as good as that. Rows without a date of their own were looked up on 2026-11-20 in public summaries.
var Thresholds = []Threshold{
	{"aws_instance", 99.5, 0, computeSLA, "2022-05-25"},
	{"aws_autoscaling_group", 99.5, 0, computeSLA, "2022-05-25"},
	{"aws_spot_fleet_request", 99.5, 0, computeSLA, "2022-05-25"},
	{"aws_eks_node_group", 99.5, 0, computeSLA, "2022-05-25"},
	{"aws_ecs_service", 99.5, 0, computeSLA, "2022-05-25"},
	{"aws_eks_cluster", 0, 99.95, "https://aws.amazon.com/eks/sla/", "2026-11-20"},
	{"aws_lb", 99.99, 100, "https://aws.amazon.com/elasticloadbalancing/sla/", "2026-11-20"},
	{"aws_elb", 99.99, 100, "https://aws.amazon.com/elasticloadbalancing/sla/", "2026-11-20"},
	{"aws_nat_gateway", 99.9, 99.9, "https://aws.amazon.com/vpc/sla/", "2026-11-20"},
	{"aws_db_instance", 99.5, 0, rdsSLA, "2024-01-22"},
	{"aws_rds_cluster", 99.9, 99.9, auroraSLA, "2022-05-19"},
	{"aws_docdb_cluster", 99.9, 0, "https://aws.amazon.com/documentdb/sla/", "2026-11-20"},
	{"aws_neptune_cluster", 99.9, 0, "https://aws.amazon.com/neptune/sla/", "2026-11-20"},
	{"aws_elasticache_replication_group", 99.5, 99.99, cacheSLA, "2024-11-22"},
	{"aws_elasticache_cluster", 99.5, 0, cacheSLA, "2024-11-22"},
	{"aws_elasticache_serverless_cache", 0, 99.99, cacheSLA, "2024-11-22"},
	{"aws_memorydb_cluster", 99.5, 99.99, "https://aws.amazon.com/memorydb/sla/", "2024-06-07"},
	{"aws_opensearch_domain", 99.5, 99.9, "https://aws.amazon.com/opensearch-service/sla/", "2026-11-20"},
	{"aws_mq_broker", 99.5, 99.9, "https://aws.amazon.com/amazon-mq/sla/", "2026-11-20"},
	{"aws_msk_cluster", 99.5, 99.9, "https://aws.amazon.com/msk/sla/", "2026-11-20"},
	{"aws_redshift_cluster", 99.5, 99.9, "https://aws.amazon.com/redshift/sla/", "2026-11-20"},
	{"aws_efs_file_system", 99.9, 99.99, "https://aws.amazon.com/efs/sla/", "2026-11-20"},
	{"aws_lambda_function", 0, 99.95, "https://aws.amazon.com/lambda/sla/", "2026-11-20"},
	{"aws_api_gateway_rest_api", 0, 99.95, "https://aws.amazon.com/api-gateway/sla/", "2026-11-20"},
	{"aws_apigatewayv2_api", 0, 99.95, "https://aws.amazon.com/api-gateway/sla/", "2026-11-20"},
	{"aws_cloudfront_distribution", 0, 99.9, "https://aws.amazon.com/cloudfront/sla/", "2026-11-20"},
	{"aws_route53_zone", 0, 100, "https://aws.amazon.com/route53/sla/", "2026-11-20"},
	{"aws_dynamodb_table", 0, 99.99, "https://aws.amazon.com/dynamodb/sla/", "2026-11-20"},
	{"aws_s3_bucket", 0, 99.9, "https://aws.amazon.com/s3/sla/", "2026-11-20"},
	{"aws_sqs_queue", 0, 99.9, "https://aws.amazon.com/messaging/sla/", "2026-11-20"},
	{"aws_sns_topic", 0, 99.9, "https://aws.amazon.com/messaging/sla/", "2026-11-20"},
	{"aws_kinesis_stream", 0, 99.9, "https://aws.amazon.com/kinesis/sla/", "2026-11-20"},
	{"aws_secretsmanager_secret", 0, 99.9, "https://aws.amazon.com/secrets-manager/sla/", "2026-11-20"},
	{"aws_ssm_parameter", 0, 99.9, "https://aws.amazon.com/systems-manager/sla/", "2026-11-20"},
	{"aws_db_proxy", 0, 99.95, rdsSLA, "2024-01-22"},
}

// PublishedRates are the rates of the table.
func PublishedRates() Rates {
	r := Rates{Zone: ZoneUnavailability, Region: unavailable(RegionThreshold), Single: map[string]float64{}, Service: map[string]float64{}}
	for _, t := range Thresholds {
		if t.Single > 0 {
			r.Single[t.Type] = unavailable(t.Single)
		}
		if t.Service > 0 {
			r.Service[t.Type] = unavailable(t.Service)
		}
	}
	return r
}

func unavailable(percent float64) float64 { return (100 - percent) / 100 }
