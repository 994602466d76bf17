// Package generate makes large inputs for benchmarks: plan JSON, Terraform code in one file or in many
// roots, and resources as a scanner gives them. The same arguments give the same bytes.
//
// Touches the io.Writer or the folder that it is given.
package generate

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/plumbline-dev/plumbline/graph"
	pf "github.com/plumbline-dev/plumbline/internal/planfixture"
)

// cell is how many resources one cell has: a small service with its network, balancer, group, database,
// bucket and alarm. Inputs consist of cells.
const cell = 10

// Plan writes a plan of about n resources to create: half of the cells in the root module, half in instances
// of one module.
func Plan(w io.Writer, n int) error {
	p := pf.Plan{
		Root:      pf.Module{Config: map[string]pf.Config{}, Vars: pf.Object{"region": "eu-west-1"}},
		Variables: pf.Object{"region": "eu-west-1"},
		Providers: map[string]pf.Object{"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "version_constraint": "~> 5.0", "expressions": pf.Object{"region": pf.Refs("var.region")}}},
	}
	inModule := pf.Module{Config: map[string]pf.Config{}}
	for i := range (n + cell - 1) / cell {
		if i%2 == 0 {
			name := fmt.Sprintf("c%d", i)
			p.Instances = append(p.Instances, planCell("", name, i)...)
			cellConfig(p.Root.Config, name, i)
			continue
		}
		p.Instances = append(p.Instances, planCell(fmt.Sprintf(`module.cell["c%d"].`, i), "this", i)...)
	}
	cellConfig(inModule.Config, "this", 1)
	p.Root.Calls = map[string]pf.Call{"cell": {Source: "./cell", ForEach: pf.Refs("local.cells"), Module: inModule}}
	p.Instances = p.Instances[:min(n, len(p.Instances))]
	b := bufio.NewWriter(w)
	if err := p.Write(b); err != nil {
		return err
	}
	return b.Flush()
}

func tags(i int) pf.Object {
	return pf.Object{"Name": fmt.Sprintf("c%d", i), "Environment": []string{"prod", "test"}[i%2], "Team": "shop", "Service": fmt.Sprintf("service-%d", i%17)}
}

// planCell gives the planned values of one cell.
func planCell(module, name string, i int) []pf.Instance {
	u := pf.Unknown
	at := func(typ string, values pf.Object) pf.Instance {
		values["id"], values["arn"] = u, u
		values["tags"], values["tags_all"] = tags(i), tags(i)
		return pf.Instance{Address: module + typ + "." + name, Values: values}
	}
	subnet := func(k int) pf.Instance {
		s := at("aws_subnet", pf.Object{"vpc_id": u, "availability_zone": []string{"eu-west-1a", "eu-west-1b"}[k], "availability_zone_id": u, "cidr_block": fmt.Sprintf("10.%d.%d.0/24", i%250, k), "map_public_ip_on_launch": false, "assign_ipv6_address_on_creation": false, "enable_dns64": false, "ipv6_cidr_block": nil, "outpost_arn": nil, "timeouts": nil, "owner_id": u, "ipv6_cidr_block_association_id": u, "private_dns_hostname_type_on_launch": u})
		s.Address += fmt.Sprintf("[%d]", k)
		return s
	}
	ingress := []any{}
	for k := range 3 {
		ingress = append(ingress, pf.Object{"cidr_blocks": []any{"10.0.0.0/8"}, "description": "", "from_port": 443 + k, "to_port": 443 + k, "protocol": "tcp", "self": false, "ipv6_cidr_blocks": []any{}, "prefix_list_ids": []any{}, "security_groups": []any{}})
	}
	return []pf.Instance{
		at("aws_vpc", pf.Object{"cidr_block": fmt.Sprintf("10.%d.0.0/16", i%250), "enable_dns_support": true, "enable_dns_hostnames": u, "instance_tenancy": "default", "main_route_table_id": u, "owner_id": u, "default_route_table_id": u, "default_security_group_id": u, "default_network_acl_id": u}),
		subnet(0), subnet(1),
		at("aws_security_group", pf.Object{"name": fmt.Sprintf("c%d", i), "vpc_id": u, "description": "Managed by Terraform", "ingress": ingress, "egress": u, "revoke_rules_on_delete": false, "timeouts": nil, "owner_id": u, "name_prefix": u}),
		at("aws_lb", pf.Object{"name": fmt.Sprintf("c%d", i), "internal": false, "load_balancer_type": "application", "subnets": u, "security_groups": u, "enable_deletion_protection": i%3 == 0, "enable_http2": true, "idle_timeout": 60, "access_logs": []any{}, "dns_name": u, "zone_id": u, "vpc_id": u, "ip_address_type": u, "drop_invalid_header_fields": false, "desync_mitigation_mode": "defensive", "enable_cross_zone_load_balancing": nil}),
		at("aws_autoscaling_group", pf.Object{"name": fmt.Sprintf("c%d", i), "min_size": i % 4, "max_size": 6, "desired_capacity": u, "vpc_zone_identifier": u, "health_check_type": "ELB", "health_check_grace_period": 300, "launch_configuration": nil, "launch_template": []any{pf.Object{"id": "lt-0123456789abcdef0", "version": "$Latest", "name": u}}, "target_group_arns": u, "termination_policies": nil, "suspended_processes": nil, "protect_from_scale_in": false, "default_cooldown": u, "availability_zones": u}),
		at("aws_db_instance", pf.Object{"identifier": fmt.Sprintf("c%d", i), "engine": "postgres", "engine_version": "15.4", "instance_class": "db.t3.medium", "allocated_storage": 20, "multi_az": i%2 == 0, "backup_retention_period": 7, "db_subnet_group_name": u, "password": pf.Sensitive{V: "correct-horse"}, "username": "app", "storage_encrypted": true, "deletion_protection": false, "skip_final_snapshot": false, "publicly_accessible": false, "apply_immediately": false, "auto_minor_version_upgrade": true, "copy_tags_to_snapshot": false, "availability_zone": u, "endpoint": u, "address": u, "port": u, "kms_key_id": u, "vpc_security_group_ids": u, "monitoring_interval": 0, "iam_database_authentication_enabled": nil, "replicate_source_db": nil, "snapshot_identifier": u, "parameter_group_name": u, "option_group_name": u, "maintenance_window": u, "backup_window": u, "performance_insights_enabled": false, "max_allocated_storage": nil, "final_snapshot_identifier": fmt.Sprintf("c%d-final", i)}),
		at("aws_s3_bucket", pf.Object{"bucket": fmt.Sprintf("shop-c%d", i), "force_destroy": false, "bucket_domain_name": u, "region": u, "hosted_zone_id": u, "acl": u, "policy": u, "versioning": u, "website": u, "logging": u, "lifecycle_rule": u, "object_lock_enabled": u}),
		at("aws_s3_bucket_public_access_block", pf.Object{"bucket": u, "block_public_acls": true, "block_public_policy": true, "ignore_public_acls": true, "restrict_public_buckets": i%5 != 0}),
		at("aws_cloudwatch_metric_alarm", pf.Object{"alarm_name": fmt.Sprintf("c%d-cpu", i), "namespace": "AWS/RDS", "metric_name": "CPUUtilization", "statistic": "Average", "period": 60, "evaluation_periods": 5, "threshold": 80, "comparison_operator": "GreaterThanThreshold", "dimensions": pf.Object{"DBInstanceIdentifier": u}, "actions_enabled": true, "alarm_actions": []any{"arn:aws:sns:eu-west-1:123456789012:alarms"}, "treat_missing_data": "missing", "datapoints_to_alarm": nil, "extended_statistic": nil, "metric_query": []any{}, "evaluate_low_sample_count_percentiles": u}),
	}
}

// cellConfig adds the configuration of one cell.
func cellConfig(c map[string]pf.Config, name string, i int) {
	ref := func(s string) any { return pf.Refs(fmt.Sprintf(s, name)) }
	c["aws_vpc."+name] = pf.Config{Exprs: pf.Object{"cidr_block": fmt.Sprintf("10.%d.0.0/16", i%250)}}
	c["aws_subnet."+name] = pf.Config{Count: 2, Exprs: pf.Object{"vpc_id": ref("aws_vpc.%s.id"), "cidr_block": pf.Refs("count.index"), "availability_zone": pf.Refs("data.aws_availability_zones.a.names", "count.index")}}
	c["aws_security_group."+name] = pf.Config{Exprs: pf.Object{"vpc_id": ref("aws_vpc.%s.id")}}
	c["aws_lb."+name] = pf.Config{Exprs: pf.Object{"subnets": ref("aws_subnet.%s"), "security_groups": ref("aws_security_group.%s.id"), "load_balancer_type": "application"}}
	c["aws_autoscaling_group."+name] = pf.Config{Exprs: pf.Object{"vpc_zone_identifier": ref("aws_subnet.%s"), "max_size": 6, "launch_template": []pf.Object{{"id": "lt-0123456789abcdef0"}}}}
	c["aws_db_instance."+name] = pf.Config{Exprs: pf.Object{"engine": "postgres", "password": "correct-horse", "vpc_security_group_ids": ref("aws_security_group.%s.id")}}
	c["aws_s3_bucket."+name] = pf.Config{Exprs: pf.Object{"bucket": fmt.Sprintf("shop-c%d", i)}}
	c["aws_s3_bucket_public_access_block."+name] = pf.Config{Exprs: pf.Object{"bucket": ref("aws_s3_bucket.%s.id"), "block_public_acls": true}}
	c["aws_cloudwatch_metric_alarm."+name] = pf.Config{Exprs: pf.Object{"dimensions": ref("aws_db_instance.%s.identifier"), "namespace": "AWS/RDS"}}
}

// State writes a state of version 4 with about n resources.
func State(w io.Writer, n int) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, `{"version":4,"terraform_version":"1.11.4","serial":7,"lineage":"0b5e3c11","outputs":{},"resources":[`)
	for i := range n {
		if i > 0 {
			fmt.Fprint(b, ",")
		}
		fmt.Fprintf(b, `{"mode":"managed","type":"aws_db_instance","name":"c%[1]d","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"schema_version":2,"attributes":{"id":"db-%[1]d","arn":"arn:aws:rds:eu-west-1:123456789012:db:c%[1]d","identifier":"c%[1]d","engine":"postgres","engine_version":"15.4","instance_class":"db.t3.medium","allocated_storage":20,"multi_az":true,"backup_retention_period":7,"availability_zone":"eu-west-1a","db_subnet_group_name":"main","password":"correct-horse","username":"app","storage_encrypted":true,"deletion_protection":false,"skip_final_snapshot":true,"publicly_accessible":false,"tags":{"Name":"c%[1]d","Environment":"prod"},"tags_all":{"Name":"c%[1]d","Environment":"prod"},"vpc_security_group_ids":["sg-%[1]d"],"timeouts":null},"sensitive_attributes":[[{"type":"get_attr","value":"password"}]],"private":"bnVsbA==","dependencies":["aws_db_subnet_group.main"]}]}`, i)
	}
	fmt.Fprint(b, "]}\n")
	return b.Flush()
}

// Tiny writes one small file of Terraform code.
func Tiny(w io.Writer) error {
	_, err := io.WriteString(w, `provider "aws" {
  region = "eu-west-1"
}

resource "aws_db_instance" "main" {
  identifier        = "main"
  engine            = "postgres"
  instance_class    = "db.t3.medium"
  allocated_storage = 20
  multi_az          = false
}
`)
	return err
}

// Flat writes one file of Terraform code with about n resources, without count, modules or loops.
func Flat(w io.Writer, n int) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n")
	for i := range (n + flatCell - 1) / flatCell {
		fmt.Fprint(b, flat(fmt.Sprintf("c%d", i), i))
	}
	return b.Flush()
}

const flatCell = 5

func flat(name string, i int) string {
	return fmt.Sprintf(`
resource "aws_vpc" "%[1]s" {
  cidr_block = "10.%[2]d.0.0/16"
}

resource "aws_subnet" "%[1]s" {
  vpc_id            = aws_vpc.%[1]s.id
  cidr_block        = cidrsubnet(aws_vpc.%[1]s.cidr_block, 8, 1)
  availability_zone = "eu-west-1a"
}

resource "aws_security_group" "%[1]s" {
  name   = "%[1]s"
  vpc_id = aws_vpc.%[1]s.id

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_db_instance" "%[1]s" {
  identifier              = "%[1]s"
  engine                  = "postgres"
  instance_class          = "db.t3.medium"
  allocated_storage       = 20
  multi_az                = %[3]t
  backup_retention_period = 7
  vpc_security_group_ids  = [aws_security_group.%[1]s.id]

  tags = {
    Environment = "prod"
  }
}

resource "aws_s3_bucket" "%[1]s" {
  bucket = "shop-%[1]s"
}
`, name, i%250, i%2 == 0)
}

// Roots writes Terraform code below dir: so many files in so many roots and ten shared modules, with so many
// resource instances between the roots. Each root calls one of the modules; the rest is flat or counted.
func Roots(dir string, roots, files, instances int) error {
	const shared = 10
	for m := range shared {
		if err := sharedModule(filepath.Join(dir, "modules", fmt.Sprintf("m%d", m))); err != nil {
			return err
		}
	}
	files -= 2*shared + roots // besides main.tf
	instances -= roots * moduleInstances
	for r := range roots {
		at := filepath.Join(dir, "environments", []string{"prod", "test"}[r%2], fmt.Sprintf("r%d", r))
		if err := writeRoot(at, r, r%shared, share(files, roots, r), share(instances, roots, r)); err != nil {
			return err
		}
	}
	return nil
}

// share divides total into n parts that differ by one at most, and gives part i.
func share(total, n, i int) int { return max(0, total*(i+1)/n-total*i/n) }

func writeRoot(at string, r, module, files, own int) error {
	main := fmt.Sprintf("terraform {\n  required_version = \">= 1.5\"\n}\n\nprovider \"aws\" {\n  region = \"eu-west-1\"\n}\n\nmodule \"shared\" {\n  source = \"../../../modules/m%d\"\n  name   = \"r%d\"\n}\n", module, r)
	if err := write(filepath.Join(at, "main.tf"), main); err != nil {
		return err
	}
	for f := range files {
		left := share(own, files, f)
		text := ""
		for c := 0; left-flatCell > 0; c++ {
			text += flat(fmt.Sprintf("f%dc%d", f, c), c)
			left -= flatCell
		}
		text += fmt.Sprintf("\nresource \"aws_s3_bucket\" \"f%d\" {\n  count  = %d\n  bucket = \"r%d-f%d-${count.index}\"\n}\n", f, left, r, f)
		if err := write(filepath.Join(at, fmt.Sprintf("f%d.tf", f)), text); err != nil {
			return err
		}
	}
	return nil
}

// moduleInstances is how many resources one call of a shared module makes.
const moduleInstances = 6

func sharedModule(dir string) error {
	if err := write(filepath.Join(dir, "variables.tf"), "variable \"name\" {\n  type = string\n}\n\nvariable \"zones\" {\n  default = [\"eu-west-1a\", \"eu-west-1b\", \"eu-west-1c\"]\n}\n"); err != nil {
		return err
	}
	return write(filepath.Join(dir, "main.tf"), `resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "this" {
  count             = length(var.zones)
  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index)
  availability_zone = element(var.zones, count.index)

  tags = {
    Name = format("%s-%d", var.name, count.index)
  }
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = aws_subnet.this[*].id
}

resource "aws_security_group" "this" {
  name   = var.name
  vpc_id = aws_vpc.this.id

  dynamic "ingress" {
    for_each = [443, 8443]

    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
}

output "subnet_ids" {
  value = aws_subnet.this[*].id
}
`)
}

func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// Graph gives n resources as a scanner would: cells of a network, a database, a bucket and an alarm, joined by
// references.
func Graph(n int) []*graph.Resource {
	out := make([]*graph.Resource, 0, n)
	for i := 0; len(out) < n; i++ {
		out = append(out, graphCell(i)...)
	}
	return out[:n]
}

func graphCell(i int) []*graph.Resource {
	name := fmt.Sprintf("c%d", i)
	at := func(typ, key string, attrs map[string]any) *graph.Resource {
		return &graph.Resource{
			Root: "big", Address: graph.Address(typ + "." + name + key), Type: typ, Name: name, Attrs: attrs, Unknown: map[string]string{},
			Facts:   map[string]any{"_region": "eu-west-1"},
			Origins: []graph.Origin{{Source: "terraform", Scope: "big", File: name + ".tf", Line: 1, EndLine: 9}},
		}
	}
	ref := func(typ, key, attr string) graph.Ref {
		return graph.Ref{Root: "big", Address: graph.Address(typ + "." + name + key), Attr: attr}
	}
	subnets := []any{ref("aws_subnet", "[0]", "id"), ref("aws_subnet", "[1]", "id")}
	env := map[string]any{"Environment": []string{"prod", "test"}[i%2], "Name": name}
	subnet := func(k int) *graph.Resource {
		zone := []string{"eu-west-1a", "eu-west-1b"}[k*(i%3+1)%2]
		return at("aws_subnet", fmt.Sprintf("[%d]", k), map[string]any{"vpc_id": ref("aws_vpc", "", "id"), "availability_zone": zone, "cidr_block": fmt.Sprintf("10.0.%d.0/24", k), "tags": env})
	}
	return []*graph.Resource{
		at("aws_vpc", "", map[string]any{"cidr_block": "10.0.0.0/16", "tags": env}),
		subnet(0), subnet(1),
		at("aws_security_group", "", map[string]any{"vpc_id": ref("aws_vpc", "", "id"), "name": name, "ingress": []any{map[string]any{"from_port": 443, "to_port": 443, "protocol": "tcp", "cidr_blocks": []any{"0.0.0.0/0"}}}}),
		at("aws_db_subnet_group", "", map[string]any{"name": name, "subnet_ids": subnets}),
		at("aws_db_instance", "", map[string]any{"identifier": name, "engine": "postgres", "multi_az": i%2 == 0, "backup_retention_period": i % 8, "db_subnet_group_name": ref("aws_db_subnet_group", "", "name"), "tags": env}),
		at("aws_s3_bucket", "", map[string]any{"bucket": "shop-" + name, "tags": env}),
		at("aws_s3_bucket_public_access_block", "", map[string]any{"bucket": ref("aws_s3_bucket", "", "id"), "block_public_acls": true, "block_public_policy": i%5 != 0}),
		at("aws_autoscaling_group", "", map[string]any{"min_size": i % 4, "max_size": 6, "vpc_zone_identifier": subnets, "health_check_type": "ELB"}),
		at("aws_cloudwatch_metric_alarm", "", map[string]any{"alarm_name": name, "namespace": "AWS/RDS", "metric_name": "CPUUtilization", "dimensions": map[string]any{"DBInstanceIdentifier": ref("aws_db_instance", "", "identifier")}}),
	}
}
