package resilience

// Threshold is one row of the table of published availability: the monthly uptime below which AWS refunds a part.
type Threshold struct {
	Type    string
	Single  float64 // percent, of one resource or member; 0: there is none
	Service float64 // percent, of the service in a region; 0: there is none
	Source  string
	Date    string // of the version of the source that was read; of the summary; or of when it was written down from memory
	Read    string // how it is known: page, summary or memory
}

// How a threshold is known.
const (
	page    = "page"    // the agreement itself was read, or a copy of it
	summary = "summary" // a table that somebody else made of the agreements was read
	memory  = "memory"  // nothing was found to compare it with
)

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
// be as good as that. A load balancer has a threshold for one zone and one for several: both are taken.
var Thresholds = []Threshold{
	{"aws_instance", 99.5, 0, computeSLA, "2022-05-25", summary},
	{"aws_autoscaling_group", 99.5, 0, computeSLA, "2022-05-25", summary},
	{"aws_spot_fleet_request", 99.5, 0, computeSLA, "2022-05-25", summary},
	{"aws_eks_node_group", 99.5, 0, computeSLA, "2022-05-25", summary},
	{"aws_ecs_service", 99.5, 0, computeSLA, "2022-05-25", summary},
	{"aws_eks_cluster", 0, 99.95, "https://aws.amazon.com/eks/sla/", "2026-11-20", memory},
	{"aws_lb", 99.9, 99.99, "https://aws.amazon.com/elasticloadbalancing/sla/", "2022-07-25", page},
	{"aws_elb", 99.9, 99.99, "https://aws.amazon.com/elasticloadbalancing/sla/", "2022-07-25", page},
	{"aws_nat_gateway", 99.9, 99.9, "https://aws.amazon.com/vpc/sla/", "2026-11-20", memory},
	{"aws_db_instance", 99.5, 0, rdsSLA, "2024-01-22", page},
	{"aws_rds_cluster", 99.9, 99.9, auroraSLA, "2022-05-19", page},
	{"aws_docdb_cluster", 99.9, 0, "https://aws.amazon.com/documentdb/sla/", "2026-11-20", memory},
	{"aws_neptune_cluster", 99.5, 0, "https://aws.amazon.com/neptune/sla/", "2024-01-10", page},
	{"aws_elasticache_replication_group", 99.5, 99.99, cacheSLA, "2024-11-22", page},
	{"aws_elasticache_cluster", 99.5, 0, cacheSLA, "2024-11-22", page},
	{"aws_elasticache_serverless_cache", 0, 99.99, cacheSLA, "2024-11-22", page},
	{"aws_memorydb_cluster", 99.5, 99.99, "https://aws.amazon.com/memorydb/sla/", "2024-12-01", page},
	{"aws_dax_cluster", 99.5, 99.99, "https://aws.amazon.com/dynamodbaccelerator/sla/", "2024-05-20", page},
	{"aws_opensearch_domain", 99.5, 99.9, "https://aws.amazon.com/opensearch-service/sla/", "2026-11-20", memory},
	{"aws_mq_broker", 99.5, 99.9, "https://aws.amazon.com/amazon-mq/sla/", "2026-11-20", memory},
	{"aws_msk_cluster", 99.5, 99.9, "https://aws.amazon.com/msk/sla/", "2026-11-20", memory},
	{"aws_redshift_cluster", 99.5, 99.9, "https://aws.amazon.com/redshift/sla/", "2022-05-19", page},
	{"aws_efs_file_system", 99.9, 99.99, "https://aws.amazon.com/efs/sla/", "2022-05-04", page},
	{"aws_lambda_function", 0, 99.95, "https://aws.amazon.com/lambda/sla/", "2019-01-31", summary},
	{"aws_api_gateway_rest_api", 0, 99.95, "https://aws.amazon.com/api-gateway/sla/", "2019-01-31", summary},
	{"aws_apigatewayv2_api", 0, 99.95, "https://aws.amazon.com/api-gateway/sla/", "2019-01-31", summary},
	{"aws_cloudfront_distribution", 0, 99.9, "https://aws.amazon.com/cloudfront/sla/", "2019-01-31", summary},
	{"aws_route53_zone", 0, 100, "https://aws.amazon.com/route53/sla/", "2019-01-31", summary},
	{"aws_dynamodb_table", 0, 99.99, "https://aws.amazon.com/dynamodb/sla/", "2022-03-10", summary},
	{"aws_s3_bucket", 0, 99.9, "https://aws.amazon.com/s3/sla/", "2019-01-31", summary},
	{"aws_sqs_queue", 0, 99.9, "https://aws.amazon.com/messaging/sla/", "2026-11-20", memory},
	{"aws_sns_topic", 0, 99.9, "https://aws.amazon.com/messaging/sla/", "2026-11-20", memory},
	{"aws_kinesis_stream", 0, 99.9, "https://aws.amazon.com/kinesis/sla/", "2019-01-31", summary},
	{"aws_secretsmanager_secret", 0, 99.9, "https://aws.amazon.com/secrets-manager/sla/", "2019-01-31", summary},
	{"aws_ssm_parameter", 0, 99.9, "https://aws.amazon.com/systems-manager/sla/", "2026-11-20", memory},
	{"aws_db_proxy", 0, 99.95, rdsSLA, "2026-11-20", memory},
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
