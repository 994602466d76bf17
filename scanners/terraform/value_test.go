package terraform_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// Each row is an expression for the attribute subnet_ids or vpc_id of a resource and the value that it has.
func TestReferencesSurviveWhatOnlyMovesThem(t *testing.T) {
	a0, a1, solo := ref("aws_subnet.a[0]", "id"), ref("aws_subnet.a[1]", "id"), ref("aws_subnet.solo", "id")
	ka, kb := ref(`aws_subnet.k["a"]`, "id"), ref(`aws_subnet.k["b"]`, "id")
	m := ref("module.net.aws_subnet.in[0]", "id")
	for _, tt := range []struct {
		expr string
		want any
	}{
		{`aws_subnet.a[*].id`, []any{a0, a1}},
		{`aws_subnet.a.*.id`, []any{a0, a1}},
		{`["${aws_subnet.a.*.id}"]`, []any{a0, a1}},
		{`[aws_subnet.a[1].id, aws_subnet.solo.id]`, []any{a1, solo}},
		{`["${aws_subnet.solo.id}"]`, []any{solo}},
		{`concat(aws_subnet.a[*].id, [aws_subnet.solo.id])`, []any{a0, a1, solo}},
		{`[element(aws_subnet.a.*.id, 3)]`, []any{a1}},
		{`[aws_subnet.a.0.id]`, []any{a0}},
		{`[for s in aws_subnet.a : s.id if s.cidr_block != "10.0.0.0/24"]`, []any{a1}},
		{`[for k, s in aws_subnet.k : s.id]`, []any{ka, kb}},
		{`values(aws_subnet.k)[*].id`, []any{ka, kb}},
		{`[aws_subnet.k["b"].id]`, []any{kb}},
		{`[lookup({ x = aws_subnet.solo.id }, "x", "none")]`, []any{solo}},
		{`flatten([aws_subnet.a[*].id, [[aws_subnet.solo.id]]])`, []any{a0, a1, solo}},
		{`compact([aws_subnet.solo.id, "", null])`, []any{solo}},
		{`[coalesce(aws_subnet.solo.id, "x")]`, []any{solo}},
		{`coalescelist([], aws_subnet.a[*].id)`, []any{a0, a1}},
		{`distinct([aws_subnet.solo.id, aws_subnet.solo.id])`, []any{solo}},
		{`tolist(aws_subnet.a[*].id)`, []any{a0, a1}},
		{`slice(aws_subnet.a[*].id, 1, 2)`, []any{a1}},
		{`reverse(aws_subnet.a[*].id)`, []any{a1, a0}},
		{`[join("", aws_subnet.solo.*.id)]`, []any{solo}},
		{`split(",", join(",", aws_subnet.a.*.id))`, []any{a0, a1}},
		{`split(",", local.yes ? join(",", aws_subnet.a.*.id) : "x,y")`, []any{a0, a1}},
		{`local.yes ? aws_subnet.a[*].id : []`, []any{a0, a1}},
		{`[local.yes ? aws_subnet.solo.id : ""]`, []any{solo}},
		{`[try(aws_subnet.solo.id, "x")]`, []any{solo}},
		{`[one(aws_subnet.solo[*].id)]`, []any{solo}},
		{`matchkeys(aws_subnet.a[*].id, ["x", "y"], ["y"])`, []any{a1}},
		{`[aws_subnet.solo.id != "" ? aws_subnet.solo.id : aws_subnet.a[0].id]`, []any{solo}},
		{`[aws_subnet.solo.id == null ? "x" : aws_subnet.solo.id]`, []any{solo}},
		{`module.net.ids`, []any{m, m}},
		{`[module.net.all.first]`, []any{m}},
		{`[module.net.all.given[0]]`, []any{solo}},
		{`[merge({ a = "x" }, { a = aws_subnet.solo.id })["a"]]`, []any{solo}},
		{`[local.by_name.solo.id, local.by_name["first"].id]`, []any{solo, a0}},
		{`[zipmap(["x"], [aws_subnet.solo.id]).x]`, []any{solo}},
		{`tolist(toset([aws_subnet.solo.id]))`, []any{solo}},
		{`sort([aws_subnet.solo.id])`, []any{solo}},
	} {
		t.Run(tt.expr, func(t *testing.T) {
			s := scanFolder(t, `
-- main.tf --
resource "aws_subnet" "a" {
  count      = 2
  cidr_block = "10.0.${count.index}.0/24"
}
resource "aws_subnet" "k" { for_each = toset(["a", "b"]) }
resource "aws_subnet" "solo" {}
locals {
  yes = "x" == "x"
  by_name = { solo = aws_subnet.solo, first = aws_subnet.a[0] }
}
module "net" {
  source = "./net"
  given  = [aws_subnet.solo.id]
}
resource "aws_db_subnet_group" "g" {
  subnet_ids = `+tt.expr+`
}
-- net/main.tf --
variable "given" { type = list(string) }
resource "aws_subnet" "in" { count = 1 }
output "ids" { value = [aws_subnet.in[0].id, element(aws_subnet.in[*].id, 0)] }
output "all" { value = { first = aws_subnet.in[0].id, given = var.given } }
`, terraform.Options{})
			s.noGaps()
			s.wantAttrs("aws_db_subnet_group.g", map[string]any{"subnet_ids": tt.want})
		})
	}
}

// What cannot be known is not made up from the form that a reference has inside.
func TestNothingIsDecidedAboutReferences(t *testing.T) {
	for _, expr := range []string{
		`aws_vpc.v.id == "vpc-1" ? "a" : "b"`,
		`aws_vpc.v.id != "vpc-1" ? "a" : "b"`,
		`startswith(aws_vpc.v.id, "vpc-") ? "a" : "b"`,
		`contains(["vpc-1"], aws_vpc.v.id) ? "a" : "b"`,
		`can(regex("vpc", aws_vpc.v.id)) ? "a" : "b"`,
		`length(aws_vpc.v.id) > 3 ? "a" : "b"`,
		`length(regexall("x", aws_vpc.v.id)) > 0 ? "a" : "b"`,
		`lookup({ a = "x" }, aws_vpc.v.id, "none")`,
		`aws_vpc.v.id == aws_vpc.w.id ? "a" : "b"`,
		`substr(aws_vpc.v.id, 0, 1)`,
		`replace(aws_vpc.v.id, "vpc", "x")`,
		`upper(aws_vpc.v.id)`,
		`md5(aws_vpc.v.id)`,
		`index(["vpc-1", aws_vpc.v.id], aws_vpc.v.id) == 1 ? "a" : "b"`,
		`split("-", aws_vpc.v.id)[0]`,
		`element(["a", "b"], length(aws_vpc.v.id))`,
		`"x" == "${aws_vpc.v.id}-x" ? "a" : "b"`,
		`jsondecode(aws_vpc.v.id) == 1 ? "a" : "b"`,
		`{ (aws_vpc.v.id) = "x" }["vpc-1"]`,
		`tostring(sum([for x in [aws_vpc.v.id] : 1 if x == "vpc-1"]))`,
	} {
		t.Run(expr, func(t *testing.T) {
			for _, attr := range []string{"vpc_id", "description"} { // one whose text is kept and one whose is not
				s := scanFolder(t, "-- main.tf --\nresource \"aws_vpc\" \"v\" {}\nresource \"aws_vpc\" \"w\" {}\nresource \"aws_security_group\" \"g\" {\n  "+attr+" = "+expr+"\n}\n", terraform.Options{})
				r := s.resource("aws_security_group.g")
				if v, ok := r.Attrs[attr]; ok {
					t.Errorf("%s is %v", attr, v)
				}
				if r.Unknown[attr] == "" {
					t.Errorf("%s is not unknown", attr)
				}
			}
		})
	}
}

// Each row is the value of ingress: 0.11 put the elements of lists within a list into it.
func TestListsWithinListsAreFlat(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "ours" { default = ["10.0.0.0/8", "0.0.0.0/0"] }
variable "theirs" { type = list(string) }
variable "one" {}
variable "nobody" { default = [] }
resource "aws_subnet" "a" { count = 2 }
resource "aws_security_group" "known" {
  ingress {
    cidr_blocks = ["${var.ours}"]
  }
}
resource "aws_security_group" "mixed" {
  ingress {
    cidr_blocks = [var.one, "${var.ours}", ["192.0.2.1/32", var.one], "198.51.100.1/32"]
  }
}
resource "aws_security_group" "none" {
  ingress {
    cidr_blocks = ["${var.nobody}"]
  }
}
resource "aws_db_subnet_group" "g" {
  subnet_ids = ["${aws_subnet.a.*.id}", "subnet-1"]
}
`, terraform.Options{})
	s.wantAttrs("aws_security_group.known", map[string]any{"ingress": []any{map[string]any{"cidr_blocks": []any{"10.0.0.0/8", "0.0.0.0/0"}}}})
	s.wantAttrs("aws_security_group.mixed", map[string]any{"ingress": []any{map[string]any{
		"cidr_blocks": []any{nil, "10.0.0.0/8", "0.0.0.0/0", "192.0.2.1/32", nil, "198.51.100.1/32"}}}})
	s.wantAttrs("aws_security_group.none", map[string]any{"ingress": []any{map[string]any{"cidr_blocks": []any{}}}})
	got := slices.Sorted(maps.Keys(s.resource("aws_security_group.mixed").Unknown))
	if diff := cmp.Diff([]string{"_account", "_region", "ingress[0].cidr_blocks[0]", "ingress[0].cidr_blocks[4]"}, got); diff != "" {
		t.Error(diff)
	}
	s.wantAttrs("aws_db_subnet_group.g", map[string]any{"subnet_ids": []any{ref("aws_subnet.a[0]", "id"), ref("aws_subnet.a[1]", "id"), "subnet-1"}})
}

func TestReasonsNameTheSource(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "days" { type = number }
variable "config" { type = object({ a = string }) }
data "aws_ip_ranges" "s" {}
data "terraform_remote_state" "net" {
  backend = "s3"
  config  = { bucket = "states", key = "net" }
}
locals {
  days  = var.days + 1
  both  = { known = "x", not = var.config.a }
  list  = [var.config.a, "b"]
}
module "m" { source = "./m" }
resource "aws_db_instance" "d" {
  backup_retention_period = local.days
  engine                  = data.aws_ip_ranges.s.url
  identifier              = data.terraform_remote_state.net.outputs.name
  db_name                 = local.both.known
  username                = local.both.not
  instance_class          = module.m.needed
  enabled_cloudwatch_logs_exports = local.list
  option_group_name       = timestamp()
  timezone                = nothing.at_all.id
  parameter_group_name    = "${aws_db_parameter_group.g.id}-x"
  kms_key_id              = var.undeclared
}
resource "aws_db_parameter_group" "g" {}
-- m/main.tf --
variable "needed" {}
output "needed" { value = var.needed }
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_db_instance.d", map[string]any{
		"backup_retention_period":            unknown("var.days has no value"),
		"engine":                             unknown("data.aws_ip_ranges.s is read from the account"),
		"identifier":                         unknown("data.terraform_remote_state.net is read from the state s3:states/net"),
		"db_name":                            "x",
		"username":                           unknown("var.config has no value"),
		"instance_class":                     unknown("var.needed is not set in the call of module.m"),
		"enabled_cloudwatch_logs_exports[0]": unknown("var.config has no value"),
		"enabled_cloudwatch_logs_exports":    []any{nil, "b"},
		"option_group_name":                  unknown("timestamp() is known only when Terraform runs"),
		"timezone":                           unknown("nothing.at_all is not declared"),
		"kms_key_id":                         unknown("var.undeclared is not declared"),
	})
}

func TestRefsAreListedWhereValuesAreKnown(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
resource "aws_s3_bucket" "b" { bucket = "known" }
resource "aws_s3_bucket_versioning" "v" {
  bucket     = aws_s3_bucket.b.bucket
  depends_on = [aws_s3_bucket.b, module.m]
  versioning_configuration {
    status = aws_s3_bucket.b.bucket == "known" ? "Enabled" : "Disabled"
  }
}
module "m" { source = "./m" }
-- m/main.tf --
locals { a = 1 }
`, terraform.Options{})
	s.wantAttrs("aws_s3_bucket_versioning.v", map[string]any{"bucket": "known", "versioning_configuration[0].status": "Enabled"})
	want := map[string][]graph.Ref{
		"bucket": {ref("aws_s3_bucket.b", "bucket")}, "depends_on": {ref("aws_s3_bucket.b", "id"), ref("module.m", "")},
		"versioning_configuration[0].status": {ref("aws_s3_bucket.b", "bucket")},
	}
	if d := cmp.Diff(want, s.resource("aws_s3_bucket_versioning.v").Refs); d != "" {
		t.Error(d)
	}
}

func TestTextWithReferencesIsATemplate(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "unset" {}
resource "aws_s3_bucket" "b" {}
resource "aws_sqs_queue" "q" { for_each = toset(["x"]) }
locals {
  arn  = "${aws_s3_bucket.b.arn}/*"
  mode = var.unset == "" ? "a" : "b"
}
resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:Get*", "s3:${local.mode}"], Resource = [local.arn, aws_s3_bucket.b.arn] },
      { Effect = "Deny", Action = "*", Resource = aws_sqs_queue.q["x"].arn, Principal = { AWS = var.unset } },
    ]
  })
}
resource "aws_iam_policy" "heredoc" {
  policy = <<-EOT
    {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "${local.arn}", "Condition": {"StringEquals": {"aws:x": "$${aws:username}"}}}]}
  EOT
}
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_iam_policy.p", map[string]any{"policy": graph.Template(
		`{"Statement":[{"Action":["s3:Get*","s3:${?var.unset has no value}"],"Effect":"Allow","Resource":["${aws_s3_bucket.b.arn}/*","${aws_s3_bucket.b.arn}"]},` +
			`{"Action":"*","Effect":"Deny","Principal":{"AWS":"${?var.unset has no value}"},"Resource":"${aws_sqs_queue.q[\"x\"].arn}"}],"Version":"2012-10-17"}`)})
	s.wantAttrs("aws_iam_policy.heredoc", map[string]any{"policy": graph.Template(
		`{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "${aws_s3_bucket.b.arn}/*", "Condition": {"StringEquals": {"aws:x": "${aws:username}"}}}]}` + "\n")})
}

func TestDocumentsKeepTheirFormAroundWhatIsNotKnown(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "unset" {}
provider "aws" { region = "eu-west-1" }
resource "aws_s3_bucket" "b" {}
data "aws_caller_identity" "me" {}
data "aws_service_principal" "ec2" { service_name = "ec2" }
data "aws_iam_policy_document" "given" {
  source_policy_documents = compact(["", jsonencode({ Statement = [{ Action = "a", Resource = var.unset }] })])
}
locals {
  marks = { "_BUCKET_" = try(aws_s3_bucket.b.arn, null) }
}
resource "aws_iam_policy" "placeholder" { policy = replace(jsonencode({ Resource = "_BUCKET_/*" }), "_BUCKET_", local.marks["_BUCKET_"]) }
resource "aws_iam_policy" "account" { policy = jsonencode({ AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }) }
resource "aws_iam_policy" "service" { policy = jsonencode({ Service = data.aws_service_principal.ec2.name }) }
resource "aws_iam_policy" "compact" { policy = data.aws_iam_policy_document.given.json }
resource "aws_iam_policy" "coalesce" { policy = coalesce("", jsonencode({ Resource = var.unset })) }
resource "aws_iam_policy" "anything" { policy = replace(jsonencode({ Resource = "${aws_s3_bucket.b.arn}/*" }), "bucket", "x") }
resource "aws_iam_policy" "maybe_empty" { policy = coalesce("${var.unset}${var.unset}", "x") }
`, terraform.Options{})
	s.noGaps()
	for name, want := range map[string]any{
		"placeholder": graph.Template(`{"Resource":"${aws_s3_bucket.b.arn}/*"}`),
		"account":     graph.Template(`{"AWS":"arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"}`),
		"service":     `{"Service":"ec2.amazonaws.com"}`,
		"compact":     graph.Template(`{"Statement":[{"Action":"a","Resource":"${?var.unset has no value}"}],"Version":"2012-10-17"}`),
		"coalesce":    graph.Template(`{"Resource":"${?var.unset has no value}"}`),
		"anything":    unknown("aws_s3_bucket.b.arn is known after apply"),
		"maybe_empty": unknown("var.unset has no value"),
	} {
		s.wantAttrs("aws_iam_policy."+name, map[string]any{"policy": want})
	}
}

func TestPolicyDocumentsAreComputed(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "unset" {}
resource "aws_s3_bucket" "b" { bucket = "data" }
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Replaced"
    actions   = ["ec2:*"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "known" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    sid     = "Replaced"
    effect  = "Deny"
    actions = ["s3:*", "sqs:*"]
    resources = ["arn:aws:s3:::${aws_s3_bucket.b.bucket}"]
    principals {
      type        = "AWS"
      identifiers = ["1", "2"]
    }
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
  dynamic "statement" {
    for_each = ["a", "b"]
    content {
      not_actions   = ["${statement.value}:*"]
      not_resources = ["*"]
      not_principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }
}
data "aws_iam_policy_document" "open" {
  version = "2008-10-17"
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.b.arn}/*", var.unset]
  }
}
data "aws_iam_policy_document" "merged" {
  source_policy_documents   = [data.aws_iam_policy_document.open.json]
  override_policy_documents = [data.aws_iam_policy_document.base.json]
}
resource "aws_iam_policy" "known" { policy = data.aws_iam_policy_document.known.json }
resource "aws_iam_policy" "open" { policy = data.aws_iam_policy_document.open.json }
resource "aws_iam_policy" "merged" { policy = data.aws_iam_policy_document.merged.json }
`, terraform.Options{})
	s.noGaps()
	want := `{"Version":"2012-10-17","Statement":[
		{"Sid":"Replaced","Effect":"Deny","Action":["s3:*","sqs:*"],"Resource":"arn:aws:s3:::data","Principal":{"AWS":["1","2"],"Service":"ec2.amazonaws.com"},"Condition":{"Bool":{"aws:SecureTransport":"false"}}},
		{"Effect":"Allow","NotAction":"a:*","NotResource":"*","NotPrincipal":"*"},
		{"Effect":"Allow","NotAction":"b:*","NotResource":"*","NotPrincipal":"*"}]}`
	wantJSON(t, want, s.resource("aws_iam_policy.known").Attrs["policy"])
	open := `{"Effect":"Allow","Action":"s3:GetObject","Resource":["${aws_s3_bucket.b.arn}/*","${?var.unset has no value}"]}`
	wantJSON(t, `{"Version":"2008-10-17","Statement":[`+open+`]}`, s.resource("aws_iam_policy.open").Attrs["policy"])
	wantJSON(t, `{"Version":"2012-10-17","Statement":[`+open+`,{"Sid":"Replaced","Effect":"Allow","Action":"ec2:*","Resource":"*"}]}`, s.resource("aws_iam_policy.merged").Attrs["policy"])
}

func wantJSON(t *testing.T, want string, got any) {
	t.Helper()
	var w, g any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(fmt.Append(nil, got), &g); err != nil {
		t.Fatalf("%v: %v", err, got)
	}
	if d := cmp.Diff(w, g); d != "" {
		t.Error(d)
	}
}

func TestZonesAreSymbols(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "va"
  region = "us-east-1"
}
provider "aws" {
  alias  = "open"
  region = var.region
}
variable "region" {}
data "aws_availability_zones" "here" { state = "available" }
data "aws_availability_zones" "va" {
  provider      = aws.va
  exclude_names = ["us-east-1e"]
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
data "aws_availability_zones" "open" { provider = aws.open }
data "aws_availability_zones" "all" { all_availability_zones = true }
resource "aws_subnet" "s" {
  count             = length(data.aws_availability_zones.here.names)
  availability_zone = data.aws_availability_zones.here.names[count.index]
}
resource "aws_subnet" "two" {
  for_each          = toset(slice(data.aws_availability_zones.va.names, 0, 2))
  availability_zone = each.key
}
resource "aws_db_instance" "d" {
  allocated_storage = length(data.aws_availability_zones.va.names)
  availability_zone = data.aws_availability_zones.open.names[1]
  engine            = data.aws_availability_zones.all.names[0]
}
`, terraform.Options{})
	s.noGaps()
	for i := range 3 {
		s.wantAttrs(fmt.Sprintf("aws_subnet.s[%d]", i), map[string]any{"availability_zone": fmt.Sprintf("eu-west-1#%d", i)})
	}
	if s.by["aws_subnet.s[3]"] != nil {
		t.Error("eu-west-1 has a fourth zone")
	}
	s.wantAttrs(`aws_subnet.two["us-east-1#1"]`, map[string]any{"availability_zone": "us-east-1#1"})
	s.wantAttrs("aws_db_instance.d", map[string]any{
		"allocated_storage": 5, "availability_zone": "?#1",
		"engine": unknown("data.aws_availability_zones.all is read from the account: local zones may be among them"),
	})
}

func TestUnsetAttributesHaveTheDefaultsOfTheProvider(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
resource "aws_db_instance" "a" { multi_az = null }
resource "aws_db_instance" "b" {
  multi_az       = aws_db_instance.a.multi_az
  engine         = aws_db_instance.a.engine
  instance_class = aws_db_instance.a.replicate_source_db == null ? "x" : "y"
}
`, terraform.Options{})
	s.wantAttrs("aws_db_instance.a", map[string]any{"multi_az": nil})
	s.wantAttrs("aws_db_instance.b", map[string]any{"multi_az": false, "engine": ref("aws_db_instance.a", "engine"), "instance_class": "x"})
}

func TestSecretsAreInNoOutput(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "password" { default = "hunter2-in-default" }
variable "from_file" { sensitive = true }
variable "from_env" {}
variable "unset" {}
variable "flagged" {
  sensitive = true
  default   = "sensitive-default"
}
module "m" {
  source = "./m"
  pw     = "hunter2-in-call"
}
resource "aws_db_instance" "a" {
  password = "hunter2-in-place"
  lifecycle { ignore_changes = [password] }
}
resource "aws_db_instance" "b" { password = var.password }
resource "aws_db_instance" "c" { password = var.from_file }
resource "aws_db_instance" "d" { password = var.from_env }
resource "aws_db_instance" "e" { password = var.unset }
resource "aws_db_instance" "f" { password = random_password.p.result }
resource "aws_db_instance" "g" { password = null }
resource "aws_sqs_queue" "q" {
  name = "queue-${var.flagged}"
  tags = { Plain = "shown", Secret = var.flagged, Encoded = base64encode("x ${var.flagged}") }
}
resource "aws_sqs_queue" "out" { name = module.m.pw }
resource "random_password" "p" { length = 8 }
-- terraform.tfvars --
from_file = "hunter2-in-tfvars"
-- m/main.tf --
variable "pw" { default = "x" }
resource "aws_db_instance" "m" { password = var.pw }
output "pw" {
  value     = aws_db_instance.m.password
  sensitive = true
}
`, terraform.Options{Env: map[string]string{"TF_VAR_from_env": "hunter2-in-env"}})
	s.noGaps()
	literal, hidden := graph.Hidden{Literal: true}, graph.Hidden{}
	for key, want := range map[string]any{
		"aws_db_instance.a": literal, "aws_db_instance.b": literal, "aws_db_instance.c": literal, "module.m.aws_db_instance.m": literal,
		"aws_db_instance.d": hidden, "aws_db_instance.e": hidden, "aws_db_instance.f": hidden, "aws_db_instance.g": nil,
	} {
		s.wantAttrs(key, map[string]any{"password": want})
	}
	s.wantAttrs("aws_sqs_queue.q", map[string]any{"name": literal, "tags": map[string]any{"Plain": "shown", "Secret": literal, "Encoded": literal}})
	s.wantAttrs("aws_sqs_queue.out", map[string]any{"name": literal})
	s.wantAttrs("aws_db_instance.a#password", map[string]any{"path": "password", "kind": "password", "ignored": true})
	for _, key := range []string{"aws_db_instance.d#password", "aws_db_instance.e#password", "aws_db_instance.f#password"} {
		if s.by[key] != nil {
			t.Errorf("%s is no literal", key)
		}
	}
	text := fmt.Sprintf("%+v", s.Found)
	for _, r := range s.Resources {
		text += fmt.Sprintf("%+v", *r)
	}
	for _, secret := range []string{"hunter2", "sensitive-default"} {
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("%q is shown: ...%s...", secret, text[max(0, i-80):i+40])
		}
	}
}

func TestNamesThatAreNotKnownAreReferences(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "unset" {}
data "aws_caller_identity" "me" {}
resource "aws_iam_user" "u" { name = "${data.aws_caller_identity.me.account_id}-u" }
resource "aws_iam_user_policy" "p" {
  user = aws_iam_user.u.name
  name = var.unset
}
resource "aws_sqs_queue" "d" { kms_master_key_id = var.unset }
resource "aws_sqs_queue" "e" { kms_master_key_id = aws_sqs_queue.d.kms_master_key_id }
`, terraform.Options{})
	s.wantAttrs("aws_iam_user.u", map[string]any{"name": unknown("data.aws_caller_identity.me is read from the account")})
	s.wantAttrs("aws_iam_user_policy.p", map[string]any{"user": ref("aws_iam_user.u", "name"), "name": unknown("var.unset has no value")})
	s.wantAttrs("aws_sqs_queue.e", map[string]any{"kms_master_key_id": unknown("var.unset has no value")})
}

// What try falls back on must not stand for an attribute whose form is not known.
func TestTryDoesNotTakeWhatIsUnknownForAFailure(t *testing.T) {
	for _, expr := range []string{
		`try(aws_eks_cluster.c.identity[0].oidc[0].issuer, "none")`,
		`try(aws_eks_cluster.n[0].identity[0].oidc[0].issuer, "none")`,
		`try(aws_eks_cluster.n[*].identity[0].oidc[0].issuer, "none")`,
		`try([for c in aws_eks_cluster.n : c.identity[0].oidc], "none")`,
		`try([for my_c in aws_eks_cluster.n : my_c.identity[0].oidc], "none")`,
		`try(local.c.identity[0].oidc, "none")`,
		`can(aws_unheard_of.u.things[0].x) ? "a" : "b"`,
		`try(module.gone.x, "none")`,
		`try(data.aws_ip_ranges.r.cidr_blocks[0], "none")`,
		`lookup(aws_unheard_of.u.things[0], "x", "none")`,
	} {
		s := scanFolder(t, `
-- main.tf --
resource "aws_eks_cluster" "c" {}
resource "aws_eks_cluster" "n" { count = 1 }
resource "aws_unheard_of" "u" {}
data "aws_ip_ranges" "r" {}
module "gone" { source = "x/y/z" }
locals { c = aws_eks_cluster.c }
resource "aws_sns_topic" "t" {
  display_name = `+expr+`
}
`, terraform.Options{})
		r := s.resource("aws_sns_topic.t")
		if v, ok := r.Attrs["display_name"]; ok || r.Unknown["display_name"] == "" {
			t.Errorf("%s is %v", expr, v)
		}
	}
}

func TestPlainParametersAreNoSecrets(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
resource "aws_ssm_parameter" "plain" {
  type  = "String"
  name  = "region"
  value = "eu-west-1"
}
resource "aws_ssm_parameter" "secure" {
  type  = "SecureString"
  name  = "password"
  value = "correct-horse"
}
resource "aws_ssm_parameter" "key" {
  type  = "String"
  name  = "key"
  value = "AKIAQYLPMN5HHHFPZAM2"
}
`, terraform.Options{})
	s.wantAttrs("aws_ssm_parameter.plain", map[string]any{"value": graph.Hidden{Literal: true}})
	for name, want := range map[string]bool{"plain": false, "secure": true, "key": true} {
		if got := s.by["aws_ssm_parameter."+name+"#value"] != nil; got != want {
			t.Errorf("a literal in %s: %v", name, got)
		}
	}
}
