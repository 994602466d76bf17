package resilience_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/planfixture"
	"github.com/plumbline-dev/plumbline/resilience"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

type object = planfixture.Object

// known is the known-answer system as a plan: as testdata/asis, or, cured, as testdata/cured.
func known(cured bool) planfixture.Plan {
	u, r := planfixture.Unknown, planfixture.Refs
	p := planfixture.Plan{
		Root:      planfixture.Module{Config: map[string]planfixture.Config{}},
		Providers: map[string]object{"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "expressions": object{"region": "eu-west-1"}}},
	}
	block := func(name string, exprs object) { p.Root.Config[name] = planfixture.Config{Exprs: exprs} }
	one := func(address string, values object) {
		p.Instances = append(p.Instances, planfixture.Instance{Address: address, Values: values})
	}
	zones, size, nodes := "ab", 2, 1
	if cured {
		zones, size, nodes = "abc", 3, 2
	}
	each := func(name string, exprs object, values func(zone string) object) {
		p.Root.Config[name] = planfixture.Config{Exprs: exprs, ForEach: r("local.zones")}
		for _, z := range zones {
			one(fmt.Sprintf("%s[%q]", name, string(z)), values(string(z)))
		}
	}
	block("aws_vpc.main", object{"cidr_block": "10.0.0.0/16"})
	one("aws_vpc.main", object{"id": u, "cidr_block": "10.0.0.0/16"})
	for _, tier := range []string{"public", "app"} {
		each("aws_subnet."+tier, object{"vpc_id": r("aws_vpc.main.id"), "cidr_block": r("each.value"), "availability_zone": r("each.key")}, func(z string) object {
			return object{"id": u, "vpc_id": u, "cidr_block": "10.0." + map[string]string{"public": "", "app": "1"}[tier] + map[string]string{"a": "0", "b": "1", "c": "2"}[z] + ".0/24", "availability_zone": "eu-west-1" + z}
		})
	}
	gateway := object{"id": u, "subnet_id": u, "allocation_id": u, "connectivity_type": "public"}
	table := func(string) object {
		return object{"id": u, "vpc_id": u, "route": []any{object{"cidr_block": "0.0.0.0/0", "nat_gateway_id": u, "gateway_id": ""}}}
	}
	association := func(string) object { return object{"id": u, "subnet_id": u, "route_table_id": u} }
	if cured {
		each("aws_nat_gateway.main", object{"subnet_id": r("aws_subnet.public", "each.key")}, func(string) object { return gateway })
		each("aws_route_table.app", object{"vpc_id": r("aws_vpc.main.id"), "route": []object{{"cidr_block": "0.0.0.0/0", "nat_gateway_id": r("aws_nat_gateway.main", "each.key")}}}, table)
		each("aws_route_table_association.app", object{"subnet_id": r("aws_subnet.app", "each.key"), "route_table_id": r("aws_route_table.app", "each.key")}, association)
	} else {
		block("aws_nat_gateway.main", object{"subnet_id": r(`aws_subnet.public["a"].id`)})
		one("aws_nat_gateway.main", gateway)
		block("aws_route_table.app", object{"vpc_id": r("aws_vpc.main.id"), "route": []object{{"cidr_block": "0.0.0.0/0", "nat_gateway_id": r("aws_nat_gateway.main.id")}}})
		one("aws_route_table.app", table(""))
		each("aws_route_table_association.app", object{"subnet_id": r("aws_subnet.app", "each.key"), "route_table_id": r("aws_route_table.app.id")}, association)
	}
	for _, g := range []string{"app", "data"} {
		block("aws_security_group."+g, object{"vpc_id": r("aws_vpc.main.id")})
		one("aws_security_group."+g, object{"id": u, "vpc_id": u, "ingress": u, "egress": u})
	}
	block("aws_vpc_security_group_ingress_rule.data", object{"security_group_id": r("aws_security_group.data.id"), "referenced_security_group_id": r("aws_security_group.app.id"), "ip_protocol": "-1"})
	one("aws_vpc_security_group_ingress_rule.data", object{"id": u, "security_group_id": u, "referenced_security_group_id": u, "ip_protocol": "-1"})
	block("aws_lb.web", object{"subnets": r("aws_subnet.public"), "load_balancer_type": "application"})
	one("aws_lb.web", object{"id": u, "arn": u, "subnets": u, "internal": u, "load_balancer_type": "application"})
	block("aws_lb_target_group.web", object{"vpc_id": r("aws_vpc.main.id"), "port": 8080, "protocol": "HTTP"})
	one("aws_lb_target_group.web", object{"id": u, "arn": u, "vpc_id": u, "port": 8080, "protocol": "HTTP"})
	block("aws_lb_listener.http", object{"load_balancer_arn": r("aws_lb.web.arn"), "port": 80, "default_action": []object{{"type": "forward", "target_group_arn": r("aws_lb_target_group.web.arn")}}})
	one("aws_lb_listener.http", object{"id": u, "load_balancer_arn": u, "port": 80, "default_action": []any{object{"type": "forward", "target_group_arn": u}}})
	block("aws_launch_template.web", object{"vpc_security_group_ids": r("aws_security_group.app.id"), "instance_type": "t3.medium"})
	one("aws_launch_template.web", object{"id": u, "vpc_security_group_ids": u, "instance_type": "t3.medium"})
	block("aws_autoscaling_group.web", object{"min_size": size, "max_size": 6, "vpc_zone_identifier": r("aws_subnet.app"), "target_group_arns": r("aws_lb_target_group.web.arn"), "launch_template": []object{{"id": r("aws_launch_template.web.id")}}})
	one("aws_autoscaling_group.web", object{"id": u, "min_size": size, "max_size": 6, "desired_capacity": u, "vpc_zone_identifier": u, "target_group_arns": u, "launch_template": []any{object{"id": u}}})
	block("aws_db_subnet_group.data", object{"name": "data", "subnet_ids": r("aws_subnet.app")})
	one("aws_db_subnet_group.data", object{"id": u, "name": "data", "subnet_ids": u})
	db, dbExprs := object{"id": u, "multi_az": cured, "db_subnet_group_name": "data", "vpc_security_group_ids": u, "engine": "postgres", "availability_zone": u}, object{"multi_az": cured, "db_subnet_group_name": r("aws_db_subnet_group.data.name"), "vpc_security_group_ids": r("aws_security_group.data.id"), "engine": "postgres"}
	cache, cacheExprs := object{"id": u, "num_cache_clusters": nodes, "subnet_group_name": "data", "security_group_ids": u, "automatic_failover_enabled": cured, "multi_az_enabled": cured, "replication_group_id": "sessions"}, object{"num_cache_clusters": nodes, "subnet_group_name": r("aws_elasticache_subnet_group.data.name"), "security_group_ids": r("aws_security_group.data.id"), "automatic_failover_enabled": cured, "multi_az_enabled": cured, "replication_group_id": "sessions"}
	if !cured {
		db["availability_zone"], dbExprs["availability_zone"] = "eu-west-1a", "eu-west-1a"
		cache["preferred_cache_cluster_azs"], cacheExprs["preferred_cache_cluster_azs"] = []any{"eu-west-1b"}, []any{"eu-west-1b"}
	}
	block("aws_db_instance.main", dbExprs)
	one("aws_db_instance.main", db)
	block("aws_elasticache_subnet_group.data", object{"name": "data", "subnet_ids": r("aws_subnet.app")})
	one("aws_elasticache_subnet_group.data", object{"id": u, "name": "data", "subnet_ids": u})
	block("aws_elasticache_replication_group.sessions", cacheExprs)
	one("aws_elasticache_replication_group.sessions", cache)
	return p
}

// The plan of the known system has the answers of its code, in every loss.
func TestAPlanHasTheAnswersOfItsCode(t *testing.T) {
	t.Parallel()
	for dir, cured := range map[string]bool{"asis": false, "cured": true} {
		var text bytes.Buffer
		if err := known(cured).Write(&text); err != nil {
			t.Fatal(err)
		}
		planned := resilience.Derive(graphFrom(t, terraform.NewPlan(&text, "plan.json", terraform.PlanOptions{})), resilience.Settings{})
		code := resilience.Derive(graphOf(t, dir), resilience.Settings{})
		answers := func(m *resilience.Model) []string {
			losses := append(append(m.Zones(), m.Regions()...), m.Things()...)
			return short(m.Simulate(losses))
		}
		if diff := cmp.Diff(answers(code), answers(planned)); diff != "" {
			t.Errorf("%s: %s", dir, diff)
		}
	}
}
