package resilience

// Reads says whether the model of failures looks at resources of a type: at everything that is lost with something, and at
// those settings that say what depends on what. A type that scopes does not know is read.
func Reads(typ string) bool { return scopes[typ] != setting || settingsRead[typ] }

// settingsRead lists the settings that builders look at, besides those that zones are derived from (catalog.Sources).
var settingsRead = map[string]bool{
	"aws_api_gateway_integration":               true,
	"aws_apigatewayv2_integration":              true,
	"aws_appautoscaling_target":                 true,
	"aws_autoscaling_attachment":                true,
	"aws_autoscaling_traffic_source_attachment": true,
	"aws_backup_selection":                      true,
	"aws_db_proxy_target":                       true,
	"aws_ec2_transit_gateway_route":             true,
	"aws_ec2_transit_gateway_route_table":       true,
	"aws_ecs_capacity_provider":                 true,
	"aws_ecs_cluster_capacity_providers":        true,
	"aws_ecs_task_definition":                   true,
	"aws_efs_access_point":                      true,
	"aws_efs_backup_policy":                     true,
	"aws_eip_association":                       true,
	"aws_elb_attachment":                        true,
	"aws_lambda_alias":                          true,
	"aws_lambda_function_url":                   true,
	"aws_launch_configuration":                  true,
	"aws_launch_template":                       true,
	"aws_lb_listener":                           true,
	"aws_lb_listener_rule":                      true,
	"aws_lb_target_group":                       true,
	"aws_lb_target_group_attachment":            true,
	"aws_main_route_table_association":          true,
	"aws_route":                                 true,
	"aws_route53_record":                        true,
	"aws_route_table":                           true,
	"aws_route_table_association":               true,
	"aws_s3_bucket_replication_configuration":   true,
	"aws_s3_bucket_website_configuration":       true,
	"aws_security_group":                        true,
	"aws_vpc_security_group_ingress_rule":       true,
}
