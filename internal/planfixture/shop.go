package planfixture

import "fmt"

// Shop is the plan of scanners/terraform/testdata/shop, as Terraform prints it for an empty account.
func Shop() Plan {
	u := Unknown
	var out []Instance
	add := func(address string, values Object) {
		values["id"], values["arn"] = u, u
		out = append(out, Instance{Address: address, Values: values})
	}
	tags := Object{"Environment": "prod", "Team": "shop"}
	out = append(out, Instance{Address: "module.network.data.aws_availability_zones.available", Prior: true, Values: Object{"state": "available", "names": []any{"eu-west-1a", "eu-west-1b", "eu-west-1c"}}})
	add("module.network.aws_vpc.main", Object{"cidr_block": "10.0.0.0/16", "enable_dns_support": true, "enable_dns_hostnames": u, "instance_tenancy": "default", "tags": tags, "tags_all": tags, "main_route_table_id": u})
	add("module.network.aws_internet_gateway.main", Object{"vpc_id": u, "tags": nil, "tags_all": u, "owner_id": u})
	for i, zone := range []string{"eu-west-1a", "eu-west-1b"} {
		n := fmt.Sprintf("[%d]", i)
		subnet := func(third int) Object {
			return Object{"vpc_id": u, "cidr_block": fmt.Sprintf("10.0.%d.0/24", third), "availability_zone": zone, "availability_zone_id": u, "map_public_ip_on_launch": false, "tags": nil, "tags_all": u}
		}
		add("module.network.aws_subnet.public"+n, subnet(i))
		add("module.network.aws_subnet.private"+n, subnet(i+100))
		add("module.network.aws_eip.nat"+n, Object{"domain": "vpc", "instance": u, "tags": nil, "tags_all": u, "allocation_id": u})
		add("module.network.aws_nat_gateway.main"+n, Object{"allocation_id": u, "subnet_id": u, "connectivity_type": "public", "tags": nil, "tags_all": u, "public_ip": u})
		add("module.network.aws_route_table.private"+n, Object{"vpc_id": u, "tags": nil, "tags_all": u, "route": []any{Object{"cidr_block": "0.0.0.0/0", "nat_gateway_id": u, "gateway_id": "", "ipv6_cidr_block": ""}}})
		add("module.network.aws_route_table_association.private"+n, Object{"subnet_id": u, "route_table_id": u, "gateway_id": nil})
	}
	for _, s := range []struct {
		name  string
		ports []int
		min   int
	}{{"basket", []int{8080, 8443}, 2}, {"search", []int{9090}, 3}} {
		out = append(out, shopService(s.name, s.ports, s.min, tags)...)
	}
	add("aws_security_group.balancer", Object{"name": "balancer", "vpc_id": u, "description": "Managed by Terraform", "egress": u, "tags": nil, "tags_all": u, "ingress": []any{
		Object{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": []any{"0.0.0.0/0"}, "description": "", "ipv6_cidr_blocks": []any{}, "prefix_list_ids": []any{}, "security_groups": []any{}, "self": false},
	}})
	add("aws_lb.main", Object{"name": "shop", "load_balancer_type": "application", "subnets": u, "security_groups": u, "subnet_mapping": u, "internal": u, "enable_deletion_protection": false, "enable_http2": true, "tags": nil, "tags_all": u, "dns_name": u, "access_logs": []any{Object{"bucket": u, "enabled": true, "prefix": nil}}})
	add("aws_lb_listener.https", Object{"load_balancer_arn": u, "port": 443, "protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "certificate_arn": "arn:aws:acm:eu-west-1:111122223333:certificate/0b5e3c11", "mutual_authentication": u, "tags": nil, "tags_all": u, "default_action": []any{
		Object{"type": "fixed-response", "order": u, "target_group_arn": nil, "fixed_response": []any{Object{"content_type": "text/plain", "status_code": "404", "message_body": nil}}, "redirect": []any{}, "forward": []any{}, "authenticate_cognito": []any{}, "authenticate_oidc": []any{}},
	}})
	add("aws_s3_bucket.logs", Object{"bucket": "shop-logs", "force_destroy": false, "versioning": u, "logging": u, "acl": u, "server_side_encryption_configuration": u, "lifecycle_rule": u, "website": u, "grant": u, "cors_rule": u, "replication_configuration": u, "object_lock_configuration": u, "policy": u, "tags": nil, "tags_all": u})
	add("aws_s3_bucket_versioning.logs", Object{"bucket": u, "versioning_configuration": []any{Object{"status": "Enabled", "mfa_delete": u}}, "mfa": nil, "expected_bucket_owner": nil})
	add("aws_db_subnet_group.main", Object{"name": "shop", "subnet_ids": u, "description": "Managed by Terraform", "tags": nil, "tags_all": u})
	add("aws_db_instance.main", Object{
		"identifier": "shop", "engine": "postgres", "engine_version": "16.3", "instance_class": "db.m6g.large", "allocated_storage": 100, "multi_az": true, "backup_retention_period": 14,
		"db_subnet_group_name": "shop", "vpc_security_group_ids": u, "username": "shop", "password": Sensitive{V: "correct-horse"}, "storage_encrypted": true, "tags": tags, "tags_all": tags,
		"availability_zone": u, "publicly_accessible": false, "deletion_protection": false, "skip_final_snapshot": false, "auto_minor_version_upgrade": true, "monitoring_interval": 0, "kms_key_id": u, "snapshot_identifier": u, "replicate_source_db": nil, "copy_tags_to_snapshot": false, "delete_automated_backups": true, "performance_insights_enabled": false,
	})
	add("aws_cloudwatch_metric_alarm.database", Object{"alarm_name": "database-cpu", "namespace": "AWS/RDS", "metric_name": "CPUUtilization", "statistic": "Average", "comparison_operator": "GreaterThanThreshold", "evaluation_periods": 5, "period": 60, "threshold": 80, "actions_enabled": true, "dimensions": Object{"DBInstanceIdentifier": "shop"}, "treat_missing_data": "missing", "alarm_actions": nil, "metric_query": []any{}, "tags": nil, "tags_all": u})
	return Plan{
		Instances: out, Root: shopConfig(),
		Variables: Object{"region": "eu-west-1", "stage": "prod", "password": "correct-horse", "services": Object{}},
		Providers: map[string]Object{"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "version_constraint": "~> 5.0", "expressions": Object{"region": Refs("var.region"), "allowed_account_ids": []any{"111122223333"}}}},
	}
}

func shopService(name string, ports []int, minSize int, tags Object) []Instance {
	u := Unknown
	at := func(address string, values Object) Instance {
		values["id"], values["arn"] = u, u
		return Instance{Address: fmt.Sprintf("module.service[%q].%s.service", name, address), Values: values}
	}
	var ingress, groupTags []any
	for _, port := range ports {
		ingress = append(ingress, Object{"from_port": port, "to_port": port, "protocol": "tcp", "security_groups": u, "cidr_blocks": []any{}, "description": "", "ipv6_cidr_blocks": []any{}, "prefix_list_ids": []any{}, "self": false})
	}
	for _, key := range []string{"Environment", "Team"} {
		groupTags = append(groupTags, Object{"key": key, "value": tags[key], "propagate_at_launch": true})
	}
	return []Instance{
		at("aws_security_group", Object{"name": name, "vpc_id": u, "description": "Managed by Terraform", "egress": u, "ingress": ingress, "tags": nil, "tags_all": u}),
		at("aws_launch_template", Object{"name": name, "image_id": "ami-0123456789abcdef0", "instance_type": "m6g.large", "vpc_security_group_ids": u, "metadata_options": u, "latest_version": u, "tags": nil, "tags_all": u}),
		at("aws_lb_target_group", Object{"name": name, "port": ports[0], "protocol": "HTTP", "vpc_id": u, "target_type": "instance", "stickiness": u, "deregistration_delay": "300", "tags": nil, "tags_all": u, "health_check": []any{
			Object{"path": "/health", "matcher": "200", "enabled": true, "healthy_threshold": 3, "interval": 30, "port": "traffic-port", "protocol": "HTTP", "timeout": u, "unhealthy_threshold": 3},
		}}),
		at("aws_lb_listener_rule", Object{"listener_arn": u, "priority": u, "tags": nil, "tags_all": u, "action": []any{
			Object{"type": "forward", "target_group_arn": u, "order": u, "forward": []any{}, "fixed_response": []any{}, "redirect": []any{}, "authenticate_cognito": []any{}, "authenticate_oidc": []any{}},
		}, "condition": []any{Object{"path_pattern": []any{Object{"values": []any{"/" + name + "/*"}}}, "host_header": []any{}, "http_header": []any{}, "http_request_method": []any{}, "query_string": []any{}, "source_ip": []any{}}}}),
		at("aws_autoscaling_group", Object{"name": name, "min_size": minSize, "max_size": 6, "desired_capacity": u, "vpc_zone_identifier": u, "target_group_arns": u, "health_check_type": "ELB", "health_check_grace_period": 300, "availability_zones": u, "launch_template": []any{Object{"id": u, "name": u, "version": "$Latest"}}, "tag": groupTags, "mixed_instances_policy": []any{}, "protect_from_scale_in": false}),
	}
}

func shopConfig() Module {
	o, r := func(kv ...any) Object {
		m := Object{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1]
		}
		return m
	}, Refs
	indexed := func(name string) any { return r(name, "count.index") }
	network := Module{
		Vars:    o("zones", nil, "tags", nil),
		Outputs: o("vpc_id", r("aws_vpc.main.id"), "public_subnets", r("aws_subnet.public"), "private_subnets", r("aws_subnet.private")),
		Config: map[string]Config{
			"data.aws_availability_zones.available": {Exprs: o("state", "available")},
			"aws_vpc.main":                          {Exprs: o("cidr_block", "10.0.0.0/16", "tags", r("var.tags"))},
			"aws_internet_gateway.main":             {Exprs: o("vpc_id", r("aws_vpc.main.id"))},
			"aws_subnet.public":                     {Count: r("var.zones"), Exprs: o("vpc_id", r("aws_vpc.main.id"), "cidr_block", r("count.index"), "availability_zone", r("data.aws_availability_zones.available.names", "count.index"))},
			"aws_subnet.private":                    {Count: r("var.zones"), Exprs: o("vpc_id", r("aws_vpc.main.id"), "cidr_block", r("count.index"), "availability_zone", r("data.aws_availability_zones.available.names", "count.index"))},
			"aws_eip.nat":                           {Count: r("var.zones"), Exprs: o("domain", "vpc")},
			"aws_nat_gateway.main":                  {Count: r("var.zones"), Exprs: o("allocation_id", indexed("aws_eip.nat"), "subnet_id", indexed("aws_subnet.public"))},
			"aws_route_table.private":               {Count: r("var.zones"), Exprs: o("vpc_id", r("aws_vpc.main.id"), "route", []Object{o("cidr_block", "0.0.0.0/0", "nat_gateway_id", indexed("aws_nat_gateway.main"))})},
			"aws_route_table_association.private":   {Count: r("var.zones"), Exprs: o("subnet_id", indexed("aws_subnet.private"), "route_table_id", indexed("aws_route_table.private"))},
		},
	}
	service := Module{
		Vars:    o("name", nil, "port", nil, "ports", nil, "min_size", nil, "vpc_id", nil, "subnets", nil, "listener_arn", nil, "balancer_group", nil, "tags", nil),
		Outputs: o("group_id", r("aws_security_group.service.id")),
		Config: map[string]Config{
			"aws_security_group.service":    {Exprs: o("name", r("var.name"), "vpc_id", r("var.vpc_id"))},
			"aws_launch_template.service":   {Exprs: o("name", r("var.name"), "image_id", "ami-0123456789abcdef0", "instance_type", "m6g.large", "vpc_security_group_ids", r("aws_security_group.service.id"))},
			"aws_lb_target_group.service":   {Exprs: o("name", r("var.name"), "port", r("var.port"), "protocol", "HTTP", "vpc_id", r("var.vpc_id"), "health_check", []Object{o("path", "/health", "matcher", "200")})},
			"aws_lb_listener_rule.service":  {Exprs: o("listener_arn", r("var.listener_arn"), "action", []Object{o("type", "forward", "target_group_arn", r("aws_lb_target_group.service.arn"))}, "condition", []Object{o("path_pattern", []Object{o("values", r("var.name"))})})},
			"aws_autoscaling_group.service": {Exprs: o("name", r("var.name"), "min_size", r("var.min_size"), "max_size", 6, "vpc_zone_identifier", r("var.subnets"), "target_group_arns", r("aws_lb_target_group.service.arn"), "health_check_type", "ELB", "launch_template", []Object{o("id", r("aws_launch_template.service.id"), "version", "$Latest")})},
		},
	}
	return Module{
		Vars: o("region", "eu-west-1", "stage", "prod", "password", Sensitive{V: "correct-horse"}, "services", o()),
		Calls: map[string]Call{
			"network": {Source: "./network", Args: o("zones", 2, "tags", r("local.tags")), Module: network},
			"service": {Source: "./service", ForEach: r("var.services"), Module: service, Args: o("name", r("each.key"), "port", r("each.value.port"), "ports", r("each.value.ports"), "min_size", r("each.value.min"),
				"vpc_id", r("module.network.vpc_id"), "subnets", r("module.network.private_subnets"), "listener_arn", r("aws_lb_listener.https.arn"), "balancer_group", r("aws_security_group.balancer.id"), "tags", r("local.tags"))},
		},
		Config: map[string]Config{
			"aws_security_group.balancer":   {Exprs: o("name", "balancer", "vpc_id", r("module.network.vpc_id"))},
			"aws_lb.main":                   {Exprs: o("name", "shop", "load_balancer_type", "application", "subnets", r("module.network.public_subnets"), "security_groups", r("aws_security_group.balancer.id"), "access_logs", []Object{o("bucket", r("aws_s3_bucket.logs.id"), "enabled", true)})},
			"aws_lb_listener.https":         {Exprs: o("load_balancer_arn", r("aws_lb.main.arn"), "port", 443, "protocol", "HTTPS", "ssl_policy", "ELBSecurityPolicy-TLS13-1-2-2021-06", "certificate_arn", "arn:aws:acm:eu-west-1:111122223333:certificate/0b5e3c11", "default_action", []Object{o("type", "fixed-response", "fixed_response", []Object{o("content_type", "text/plain", "status_code", "404")})})},
			"aws_s3_bucket.logs":            {Exprs: o("bucket", "shop-logs")},
			"aws_s3_bucket_versioning.logs": {Exprs: o("bucket", r("aws_s3_bucket.logs.id"), "versioning_configuration", []Object{o("status", "Enabled")})},
			"aws_db_subnet_group.main":      {Exprs: o("name", "shop", "subnet_ids", r("module.network.private_subnets"))},
			"aws_db_instance.main": {Exprs: o("identifier", "shop", "engine", "postgres", "engine_version", "16.3", "instance_class", "db.m6g.large", "allocated_storage", 100, "multi_az", true, "backup_retention_period", 14,
				"db_subnet_group_name", r("aws_db_subnet_group.main.name"), "vpc_security_group_ids", r("module.service"), "username", "shop", "password", r("var.password"), "storage_encrypted", true, "tags", r("local.tags"))},
			"aws_cloudwatch_metric_alarm.database": {Exprs: o("alarm_name", "database-cpu", "namespace", "AWS/RDS", "metric_name", "CPUUtilization", "statistic", "Average", "comparison_operator", "GreaterThanThreshold", "evaluation_periods", 5, "period", 60, "threshold", 80, "dimensions", r("aws_db_instance.main.identifier"))},
		},
	}
}
