package terraform_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// folder makes a file system of a txtar archive.
func folder(archive string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	return fsys
}

// scanned is what a scan found, by "root:address".
type scanned struct {
	scanners.Found
	t  *testing.T
	by map[string]*graph.Resource
}

func scanFolder(t *testing.T, archive string, opts terraform.Options) scanned {
	t.Helper()
	return scanFS(t, folder(archive), opts)
}

func scanFS(t *testing.T, fsys fstest.MapFS, opts terraform.Options) scanned {
	t.Helper()
	found, err := terraform.New(fsys, opts).Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := scanned{found, t, map[string]*graph.Resource{}}
	for _, r := range found.Resources {
		if before := s.by[r.Key().String()]; before != nil {
			t.Errorf("%s was found twice", r.Key())
		}
		s.by[r.Key().String()] = r
	}
	return s
}

func (s scanned) resource(key string) *graph.Resource {
	s.t.Helper()
	r := s.by[key]
	if r == nil {
		var have []string
		for k := range s.by {
			have = append(have, k)
		}
		s.t.Fatalf("there is no %s; there are %q", key, have)
	}
	return r
}

// wantAttrs compares some attributes; a value of type unknown is a reason that must be given.
func (s scanned) wantAttrs(key string, want map[string]any) {
	s.t.Helper()
	r := s.resource(key)
	for path, w := range want {
		if why, ok := w.(unknown); ok {
			if r.Unknown[path] != string(why) {
				s.t.Errorf("%s: %s is unknown because %q, want %q (it is %v)", key, path, r.Unknown[path], why, r.Attrs[path])
			}
			continue
		}
		got, ok := graph.Lookup(r.Attrs, path)
		if !ok {
			s.t.Errorf("%s has no %s; it is unknown because %q", key, path, r.Unknown[path])
			continue
		}
		if d := cmp.Diff(w, got); d != "" {
			s.t.Errorf("%s.%s (-want +got):\n%s", key, path, d)
		}
	}
}

func (s scanned) noGaps() {
	s.t.Helper()
	if len(s.Gaps) > 0 {
		s.t.Errorf("gaps: %+v", s.Gaps)
	}
}

// wantGap asks for a gap at a place with a part of its reason.
func (s scanned) wantGap(where, why string) {
	s.t.Helper()
	for _, g := range s.Gaps {
		if g.Where == where && strings.Contains(g.Why, why) {
			return
		}
	}
	s.t.Errorf("no gap at %s says %q; there are %+v", where, why, s.Gaps)
}

type unknown string

func TestVariablesLocalsAndOutputsAreEvaluated(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "name" {
  type    = string
  default = "shop"
}
variable "size" {
  type = object({ min = number, max = optional(number, 4) })
  default = { min = 2 }
}
locals {
  full = "${var.name}-${terraform.workspace}"
  tags = { Name = local.full, Half = "${var.size.max / 8}" }
}
resource "aws_autoscaling_group" "a" {
  name     = upper(local.full)
  min_size = var.size.min
  max_size = var.size.max
  tags     = local.tags
  capacity_rebalance = var.size.min == 2 ? true : null
  placement_group    = var.size.min == 3 ? "p" : null
}
output "x" { value = aws_autoscaling_group.a.arn }
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_autoscaling_group.a", map[string]any{
		"name": "SHOP-DEFAULT", "min_size": 2, "max_size": 4, "tags": map[string]any{"Name": "shop-default", "Half": "0.5"},
		"capacity_rebalance": true, "placement_group": nil,
	})
}

func TestCountAndForEachMakeInstances(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "zones" { default = ["a", "b"] }
resource "aws_subnet" "s" {
  count             = length(var.zones)
  availability_zone = "eu-west-1${var.zones[count.index]}"
  cidr_block        = cidrsubnet("10.0.0.0/16", 8, count.index)
}
resource "aws_s3_bucket" "b" {
  for_each = { logs = true, data = false }
  bucket   = "x-${each.key}"
  force_destroy = each.value
}
resource "aws_sqs_queue" "q" {
  for_each = toset(["one"])
  name     = each.value
}
resource "aws_eip" "none" { count = 0 }
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_subnet.s[0]", map[string]any{"availability_zone": "eu-west-1a", "cidr_block": "10.0.0.0/24"})
	s.wantAttrs("aws_subnet.s[1]", map[string]any{"availability_zone": "eu-west-1b", "cidr_block": "10.0.1.0/24"})
	s.wantAttrs(`aws_s3_bucket.b["logs"]`, map[string]any{"bucket": "x-logs", "force_destroy": true})
	s.wantAttrs(`aws_s3_bucket.b["data"]`, map[string]any{"bucket": "x-data", "force_destroy": false})
	s.wantAttrs(`aws_sqs_queue.q["one"]`, map[string]any{"name": "one"})
	if s.by["aws_eip.none"] != nil || s.by["aws_eip.none[0]"] != nil {
		t.Error("a resource with count 0 exists")
	}
}

func TestUnknownCountAndForEachLeaveOneTemplate(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "n" { type = number }
variable "names" { type = set(string) }
data "aws_instances" "running" {}
resource "aws_eip" "a" {
  count    = var.n
  instance = "i-${count.index}"
  domain   = "vpc"
}
resource "aws_sqs_queue" "b" {
  for_each = var.names
  name     = each.key
}
resource "aws_sns_topic" "c" {
  count = length(data.aws_instances.running.ids)
}
resource "aws_sqs_queue" "policy" {
  name = aws_eip.a[0].id
}
module "m" {
  source   = "./m"
  for_each = var.names
  name     = "fixed"
}
-- m/main.tf --
variable "name" {}
resource "aws_s3_bucket" "b" { bucket = var.name }
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_eip.a", map[string]any{"domain": "vpc", "_count": unknown("count: var.n has no value"), "instance": graph.Template("i-${?count: var.n has no value}")})
	s.wantAttrs("aws_sqs_queue.b", map[string]any{"_count": unknown("for_each: var.names has no value"), "name": unknown("for_each: var.names has no value")})
	s.wantAttrs("aws_sns_topic.c", map[string]any{"_count": unknown("count: data.aws_instances.running is read from the account")})
	s.wantAttrs("aws_sqs_queue.policy", map[string]any{"name": unknown("aws_eip.a has count: var.n has no value")})
	s.wantAttrs("module.m.aws_s3_bucket.b", map[string]any{"bucket": "fixed", "_count": unknown("module.m has for_each: var.names has no value")})
	if d := cmp.Diff([]graph.Ref{ref("aws_eip.a", "id")}, s.resource("aws_sqs_queue.policy").Refs["name"]); d != "" {
		t.Error(d)
	}
}

func TestDynamicBlocksAreWrittenOut(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "more" {}
resource "aws_security_group" "sg" {
  ingress {
    from_port = 22
    to_port   = 22
    protocol  = "tcp"
  }
  dynamic "ingress" {
    for_each = [80, 443]
    iterator = port
    content {
      from_port = port.value
      to_port   = port.value + port.key
      protocol  = "tcp"
    }
  }
  dynamic "egress" {
    for_each = var.more
    content { from_port = egress.value }
  }
}
resource "aws_lb_listener" "l" {
  dynamic "default_action" {
    for_each = { forward = ["a", "b"] }
    content {
      type = default_action.key
      dynamic "forward" {
        for_each = default_action.value
        content {
          target_group {
            arn = "${forward.value}-${default_action.key}"
          }
        }
      }
    }
  }
}
`, terraform.Options{})
	s.noGaps()
	block := func(from, to int) any { return map[string]any{"from_port": from, "to_port": to, "protocol": "tcp"} }
	s.wantAttrs("aws_security_group.sg", map[string]any{
		"ingress": []any{block(22, 22), block(80, 80), block(443, 444)},
		"egress":  []any{}, "egress[*]": unknown("for_each of the dynamic block: var.more has no value"),
	})
	s.wantAttrs("aws_lb_listener.l", map[string]any{"default_action": []any{map[string]any{"type": "forward", "forward": []any{
		map[string]any{"target_group": []any{map[string]any{"arn": "a-forward"}}},
		map[string]any{"target_group": []any{map[string]any{"arn": "b-forward"}}},
	}}}})
}

func TestChainsOfSeventyModuleCalls(t *testing.T) {
	const n = 75
	fsys := fstest.MapFS{"main.tf": file(`
module "m1" {
  source = "./m1"
  depth  = 0
}
resource "aws_s3_bucket" "top" { bucket = module.m1.name }
`)}
	for i := 1; i <= n; i++ {
		text := fmt.Sprintf("variable \"depth\" {}\nmodule \"m%d\" {\n source = \"../m%d\"\n depth = var.depth + 1\n}\noutput \"name\" { value = module.m%d.name }\n", i+1, i+1, i+1)
		if i == n {
			text = "variable \"depth\" {}\nresource \"aws_s3_bucket\" \"deep\" { bucket = \"b${var.depth}\" }\noutput \"name\" { value = \"${aws_s3_bucket.deep.bucket}-x\" }\n"
		}
		fsys[fmt.Sprintf("m%d/main.tf", i)] = file(text)
	}
	s := scanFS(t, fsys, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_s3_bucket.top", map[string]any{"bucket": "b74-x"})
	if len(s.Roots) != 1 {
		t.Errorf("roots: %v", s.Roots)
	}
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text), Mode: 0o644} }

func TestForEachOverTheOutputOfAModule(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
module "names" { source = "./names" }
module "queues" {
  source   = "./queue"
  for_each = module.names.map
  name     = each.key
  topic    = each.value
}
resource "aws_sns_topic_subscription" "all" {
  for_each  = { for k, q in module.queues : k => q.arn }
  endpoint  = each.value
  topic_arn = module.queues["b"].topic
}
resource "aws_sns_topic" "names" { display_name = join(",", values(module.queues)[*].name) }
-- names/main.tf --
resource "aws_sns_topic" "t" { for_each = toset(["a", "b"]) }
output "map" { value = { for k, t in aws_sns_topic.t : "${k}" => t.arn } }
-- queue/main.tf --
variable "name" {}
variable "topic" {}
resource "aws_sqs_queue" "q" { name = var.name }
output "arn" { value = aws_sqs_queue.q.arn }
output "name" { value = aws_sqs_queue.q.name }
output "topic" { value = var.topic }
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs(`module.queues["a"].aws_sqs_queue.q`, map[string]any{"name": "a"})
	s.wantAttrs(`aws_sns_topic_subscription.all["a"]`, map[string]any{
		"endpoint":  ref(`module.queues["a"].aws_sqs_queue.q`, "arn"),
		"topic_arn": ref(`module.names.aws_sns_topic.t["b"]`, "arn"),
	})
	s.wantAttrs("aws_sns_topic.names", map[string]any{"display_name": "a,b"})
}

func TestVariableFilesAreLoadedInOrder(t *testing.T) {
	archive := `
-- main.tf --
variable "a" {}
variable "b" {}
variable "c" {}
variable "d" {}
variable "e" {}
variable "list" { type = list(number) }
resource "aws_sqs_queue" "q" {
  name = "${var.a}${var.b}${var.c}${var.d}${var.e}"
  tags = { n = var.list[1] }
}
-- terraform.tfvars --
a = "tfvars"
b = "tfvars"
c = "tfvars"
d = "tfvars"
-- 1.auto.tfvars --
b = "-1"
c = "1"
d = "1"
-- 2.auto.tfvars.json --
{"c": "-2", "d": "2"}
-- prod/vars.tfvars --
d = "-file"
e = "file"
`
	s := scanFolder(t, archive, terraform.Options{
		VarFiles: []string{"prod/vars.tfvars"}, Vars: map[string]string{"e": "-flag"},
		Env: map[string]string{"TF_VAR_a": "env", "TF_VAR_list": "[1, 2]"},
	})
	s.noGaps()
	s.wantAttrs("aws_sqs_queue.q", map[string]any{"name": "tfvars-1-2-file-flag", "tags": map[string]any{"n": "2"}})
}

func TestWorkspaceIsKnown(t *testing.T) {
	archive := "-- main.tf --\nresource \"aws_sqs_queue\" \"q\" { name = terraform.workspace }\n"
	for _, opts := range []terraform.Options{{Workspace: "shop-prod"}, {Env: map[string]string{"TF_WORKSPACE": "shop-prod"}}} {
		s := scanFolder(t, archive, opts)
		s.wantAttrs("aws_sqs_queue.q", map[string]any{"name": "shop-prod"})
		s.wantAttrs("terraform", map[string]any{"workspace": "shop-prod"})
		if s.Roots[0].Stage != "prod" {
			t.Errorf("stage: %q", s.Roots[0].Stage)
		}
	}
	scanFolder(t, archive, terraform.Options{}).wantAttrs("terraform", map[string]any{"workspace": nil})
}

func TestTemplatefile(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "unset" {}
resource "aws_s3_bucket" "b" {}
resource "aws_ssm_document" "d" {
  content = templatefile("${path.module}/init.tftpl", { ports = [80, 443], name = "web" })
}
resource "aws_s3_bucket_policy" "p" {
  bucket = aws_s3_bucket.b.id
  policy = templatefile("policy.json", { arn = aws_s3_bucket.b.arn, who = var.unset })
}
-- init.tftpl --
#!/bin/sh
%{ for p in ports ~}
open ${p}
%{ endfor ~}
hostname ${name}
-- policy.json --
{"Statement": [{"Effect": "Allow", "Principal": "${who}", "Action": "s3:GetObject", "Resource": "${arn}/*"}]}
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_ssm_document.d", map[string]any{"content": "#!/bin/sh\nopen 80\nopen 443\nhostname web\n"})
	s.wantAttrs("aws_s3_bucket_policy.p", map[string]any{
		"bucket": ref("aws_s3_bucket.b", "id"),
		"policy": graph.Template(`{"Statement": [{"Effect": "Allow", "Principal": "${?var.unset has no value}", "Action": "s3:GetObject", "Resource": "${aws_s3_bucket.b.arn}/*"}]}` + "\n"),
	})
}
