package terraform_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func TestTerraform011(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "stage" {
  type    = "string"
  default = "dev"
}
variable "azs" {
  type    = "list"
  default = ["a", "b"]
}
variable "amis" {
  type    = "map"
  default = { dev = "ami-1" }
}
variable "free" { default = {} }
provider "aws" {
  region  = "eu-west-1"
  version = "~> 1.0"
}
provider "aws" {
  alias  = "east"
  region = "us-east-1"
}
data "template_file" "init" {
  template = "${file("init.tpl")}"
  vars {
    stage = "${var.stage}"
    vpc   = "${aws_vpc.v.id}"
  }
}
data "terraform_remote_state" "net" {
  backend = "s3"
  config {
    bucket = "states"
    key    = "net"
  }
}
resource "aws_vpc" "v" {}
resource "aws_subnet" "s" {
  count             = "${length(var.azs)}"
  vpc_id            = "${aws_vpc.v.id}"
  availability_zone = "eu-west-1${element(var.azs, count.index)}"
  provider          = "aws.east"
  tags {
    "Name"         = "s-${count.index}"
    "with.dot/key" = "x"
  }
}
resource "aws_db_subnet_group" "g" {
  tags       = "${merge(var.free, map("a", "b"))}"
  subnet_ids = ["${aws_subnet.s.*.id}"]
  depends_on = ["aws_vpc.v", "module.m"]
  lifecycle {
    ignore_changes = ["name", "tags"]
  }
}
resource "aws_instance" "i" {
  ami       = "${lookup(var.amis, terraform.env == "default" ? "dev" : "prod")}"
  subnet_id = "${aws_subnet.s.0.id}"
  vpc_security_group_ids = ["${list(aws_security_group.g.id)}"]
  monitoring = "true"
  count      = "${var.stage == "dev" ? 1 : 0}"
  placement_group = "${data.terraform_remote_state.net.pg}"
}
resource "aws_security_group" "g" {
  description = "${data.template_file.init.rendered}"
}
resource "aws_eip" "e" { instance = "${aws_instance.i.id}" }
module "m" {
  source    = "./m"
  names     = ["${aws_subnet.s.*.id}"]
  providers = { "aws" = "aws.east" }
  tags {
    Team = "shop"
  }
}
-- init.tpl --
stage ${stage}
-- m/main.tf --
variable "names" { type = "list" }
variable "tags" { type = "map" }
resource "aws_db_subnet_group" "inner" {
  subnet_ids = ["${var.names}"]
  tags       = "${var.tags}"
}
`, terraform.Options{})
	for _, g := range s.Gaps {
		t.Errorf("gap: %+v", g)
	}
	a, b := ref("aws_subnet.s[0]", "id"), ref("aws_subnet.s[1]", "id")
	s.wantAttrs("aws_subnet.s[1]", map[string]any{
		"vpc_id": ref("aws_vpc.v", "id"), "availability_zone": "eu-west-1b",
	})
	s.wantAttrs("aws_db_subnet_group.g", map[string]any{"subnet_ids": []any{a, b}, "tags": map[string]any{"a": "b"}})
	s.wantAttrs("aws_instance.i[0]", map[string]any{
		"ami": "ami-1", "subnet_id": a, "vpc_security_group_ids": []any{ref("aws_security_group.g", "id")},
		"placement_group": unknown("data.terraform_remote_state.net is read from the state s3:states/net"),
	})
	s.wantAttrs("aws_security_group.g", map[string]any{"description": "stage dev\n"})
	s.wantAttrs("aws_eip.e", map[string]any{"instance": ref("aws_instance.i[0]", "id")})
	s.wantAttrs("module.m.aws_db_subnet_group.inner", map[string]any{"subnet_ids": []any{a, b}, "tags": map[string]any{"Team": "shop"}})
	r := s.resource("aws_db_subnet_group.g")
	if d := cmp.Diff([]graph.Ref{ref("aws_vpc.v", "id"), ref("module.m", "")}, r.Refs["depends_on"]); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]any{"name", "tags"}, r.Facts["_lifecycle"].(map[string]any)["ignore_changes"]); d != "" {
		t.Error(d)
	}
	if s.resource("aws_subnet.s[0]").Facts["_region"] != "us-east-1" || s.resource("module.m.aws_db_subnet_group.inner").Facts["_region"] != "us-east-1" {
		t.Error("the quoted provider is not read")
	}
}

func TestTagsWrittenAsBlocks(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
resource "aws_subnet" "s" {
  tags {
    "Name"                     = "s"
    Team                       = "x"
    "kubernetes.io/cluster/a"  = "shared"
  }
}
resource "aws_lambda_function" "l" {
  function_name = "f"
  environment {
    variables {
      A = "1"
    }
  }
}
resource "aws_unheard_of" "u" {
  tags {
    A = 1
  }
}
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_subnet.s", map[string]any{"tags": map[string]any{"Name": "s", "Team": "x", "kubernetes.io/cluster/a": "shared"}})
	s.wantAttrs("aws_unheard_of.u", map[string]any{"tags": map[string]any{"A": "1"}})
}

func TestJSONSyntax(t *testing.T) {
	s := scanFolder(t, `
-- main.tf.json --
{
  "//": "a comment",
  "terraform": {"backend": {"s3": {"bucket": "b"}}, "required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.0"}}},
  "variable": {"n": {"type": "number", "default": 2}},
  "locals": {"name": "x-${var.n}"},
  "provider": {"aws": [{"region": "eu-west-1"}, {"alias": "e", "region": "us-east-1"}]},
  "resource": {
    "aws_sqs_queue": {
      "q": {
        "count": "${var.n}",
        "name": "${local.name}-${count.index}",
        "tags": {"k": "${upper(\"v\")}"},
        "lifecycle": {"prevent_destroy": true, "ignore_changes": ["tags"]}
      }
    },
    "aws_security_group": {
      "g": [{
        "provider": "aws.e",
        "ingress": [{"from_port": 1, "to_port": 2}],
        "dynamic": {"egress": {"for_each": [3], "content": {"from_port": "${egress.value}"}}}
      }]
    },
    "aws_s3_object": {"o": {"bucket": "${aws_sqs_queue.q[0].id}", "key": "k"}}
  },
  "module": {"m": {"source": "./m", "x": "${aws_sqs_queue.q[1].arn}"}},
  "output": {"o": {"value": "${module.m.y}"}}
}
-- m/main.tofu.json --
{"variable": {"x": {}}, "output": {"y": {"value": "${var.x}"}}, "resource": {"aws_sns_topic": {"t": {"kms_master_key_id": "${var.x}"}}}}
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_sqs_queue.q[1]", map[string]any{"name": "x-2-1", "tags": map[string]any{"k": "V"}})
	s.wantAttrs("aws_security_group.g", map[string]any{
		"ingress": []any{map[string]any{"from_port": 1, "to_port": 2}}, "egress": []any{map[string]any{"from_port": 3}},
	})
	s.wantAttrs("aws_s3_object.o", map[string]any{"bucket": ref("aws_sqs_queue.q[0]", "id")})
	s.wantAttrs("module.m.aws_sns_topic.t", map[string]any{"kms_master_key_id": ref("aws_sqs_queue.q[1]", "arn")})
	s.wantAttrs("terraform.backend", map[string]any{"type": "s3", "bucket": "b"})
	s.wantAttrs("terraform", map[string]any{"required_providers": []any{map[string]any{"name": "aws", "source": "hashicorp/aws", "version": "5.0"}}})
	r := s.resource("aws_security_group.g")
	if r.Facts["_region"] != "us-east-1" || r.Origins[0].Line != 17 {
		t.Errorf("region %v, line %d", r.Facts["_region"], r.Origins[0].Line)
	}
	if fact := s.resource("aws_sqs_queue.q[0]").Facts["_lifecycle"].(map[string]any); fact["prevent_destroy"] != true {
		t.Errorf("lifecycle: %v", fact)
	}
}

func TestTruthCountsAsANumber(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "off" { default = "false" }
variable "on" { default = true }
resource "aws_sqs_queue" "a" { count = "${1 - var.off}" }
resource "aws_sqs_queue" "b" { count = "${(1 - var.off) * var.on}" }
resource "aws_sqs_queue" "c" { count = var.off }
resource "aws_sqs_queue" "d" { name = aws_sqs_queue.c.name }
`, terraform.Options{})
	s.noGaps()
	s.resource("aws_sqs_queue.a[0]")
	s.resource("aws_sqs_queue.b[0]")
	s.wantAttrs("aws_sqs_queue.d", map[string]any{"name": unknown("aws_sqs_queue.c has no instances")})
}
