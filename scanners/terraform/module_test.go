package terraform_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func TestEveryFolderThatNoOtherCallsIsARoot(t *testing.T) {
	s := scanFolder(t, `
-- stages/prod/main.tf --
module "db" { source = "../../modules/db" }
-- stages/test/main.tf --
module "db" { source = "../../modules/db/" }
-- modules/db/main.tf --
resource "aws_db_instance" "main" {}
-- loop/a/main.tf --
module "b" { source = "../b" }
resource "aws_eip" "a" {}
-- loop/b/main.tf --
module "a" { source = "../a" }
-- .terraform/modules/x/main.tf --
resource "aws_eip" "x" {}
-- node_modules/y/main.tf --
resource "aws_eip" "y" {}
-- docs/readme.md --
none
`, terraform.Options{})
	var paths []string
	for _, r := range s.Roots {
		paths = append(paths, r.Path+"|"+r.Stage)
	}
	if d := cmp.Diff([]string{"loop/a|", "stages/prod|prod", "stages/test|test"}, paths); d != "" {
		t.Error(d)
	}
	s.resource("stages/prod:module.db.aws_db_instance.main")
	s.resource("stages/test:module.db.aws_db_instance.main")
	s.resource("loop/a:aws_eip.a")
	s.wantGap("loop/b/main.tf:1", "calls itself")
}

func TestAModuleMayBeTheParentFolder(t *testing.T) {
	s := scanFolder(t, `
-- stages/test/outputs.tf --
output "azs" { value = ["eu-west-1a", "eu-west-1b"] }
-- stages/test/main/main.tf --
module "stage" { source = "../" }
resource "aws_subnet" "s" {
  count = length(module.stage.azs)
  availability_zone = element(module.stage.azs, count.index)
}
`, terraform.Options{})
	s.noGaps()
	if len(s.Roots) != 1 || s.Roots[0].Path != "stages/test/main" {
		t.Errorf("roots: %+v", s.Roots)
	}
	s.wantAttrs("stages/test/main:aws_subnet.s[1]", map[string]any{"availability_zone": "eu-west-1b"})
	s.wantAttrs("stages/test/main:module.stage", map[string]any{"source": "../", "source_kind": "local", "resolved": true, "version": nil, "ref": nil})
}

func TestOverrideFilesAreMerged(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
locals {
  a = 1
  b = 1
}
variable "size" {
  type    = number
  default = 1
}
resource "aws_db_instance" "db" {
  multi_az   = false
  identifier = "db-${local.a}${local.b}${var.size}"
  restore_to_point_in_time { use_latest_restorable_time = true }
  timeouts {
    create = "1m"
  }
}
provider "aws" {
  region  = "eu-west-1"
  profile = "p"
}
-- override.tf --
locals { b = 2 }
variable "size" { default = 3 }
provider "aws" { region = "eu-central-1" }
-- z_override.tf --
resource "aws_db_instance" "db" {
  multi_az = true
  timeouts {
    delete = "2m"
  }
}
-- extra.tf --
resource "aws_eip" "tf" {}
-- extra.tofu --
resource "aws_eip" "tofu" {}
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_db_instance.db", map[string]any{
		"multi_az": true, "identifier": "db-123", "timeouts": []any{map[string]any{"delete": "2m"}},
		"restore_to_point_in_time": []any{map[string]any{"use_latest_restorable_time": true}},
	})
	r := s.resource("aws_db_instance.db")
	if r.Facts["_region"] != "eu-central-1" {
		t.Errorf("region: %v", r.Facts["_region"])
	}
	if got := r.Origins[0].Attrs["multi_az"]; got.File != "z_override.tf" || got.Line != 2 {
		t.Errorf("multi_az is at %+v", got)
	}
	s.resource("aws_eip.tofu")
	if s.by["aws_eip.tf"] != nil {
		t.Error("extra.tf is read although extra.tofu stands beside it")
	}
}

func TestOriginsNameLinesAndCalls(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
module "a" {
  source = "./m"
  count  = 1
}
-- m/main.tf --
module "b" { source = "./deep" }
-- m/deep/bucket.tf --

resource "aws_s3_bucket" "b" {
  bucket = "x"
  lifecycle_rule {
    enabled = true
  }
}
`, terraform.Options{})
	got := s.resource("module.a[0].module.b.aws_s3_bucket.b").Origins
	want := []graph.Origin{{
		Source: "terraform", File: "m/deep/bucket.tf", Line: 2, EndLine: 7, Column: 1,
		Attrs: map[string]graph.Pos{
			"bucket":                    {Line: 3, Column: 3, EndLine: 3, EndColumn: 15},
			"lifecycle_rule":            {Line: 4, Column: 3, EndLine: 4, EndColumn: 17},
			"lifecycle_rule[0]":         {Line: 4, Column: 3, EndLine: 4, EndColumn: 17},
			"lifecycle_rule[0].enabled": {Line: 5, Column: 5, EndLine: 5, EndColumn: 19},
		},
		Calls: []graph.Call{{Module: "module.a[0]", File: "main.tf", Line: 1}, {Module: "module.a[0].module.b", File: "m/main.tf", Line: 1}},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

const pinned = `
-- main.tf --
module "vpc" {
  source = "github.com/terraform-aws-modules/terraform-aws-vpc?ref=v2.39.0"
  name   = "x"
}
module "sg" {
  source  = "terraform-aws-modules/security-group/aws//modules/http-80"
  version = "~> 3.0"
  vpc     = module.vpc.id
}
resource "aws_subnet" "s" { vpc_id = module.vpc.id }
`

func TestAModuleThatIsNotOnDiskIsAGap(t *testing.T) {
	s := scanFolder(t, pinned, terraform.Options{})
	want := []scanners.Gap{
		{Where: "main.tf:1", What: "github.com/terraform-aws-modules/terraform-aws-vpc?ref=v2.39.0", Why: "the module is not on disk", Settle: "terraform init, --module SOURCE=DIR, or --download-modules"},
		{Where: "main.tf:5", What: "terraform-aws-modules/security-group/aws//modules/http-80", Why: "the module is not on disk", Settle: "terraform init, --module SOURCE=DIR, or --download-modules"},
	}
	if d := cmp.Diff(want, s.Gaps); d != "" {
		t.Error(d)
	}
	s.wantAttrs("aws_subnet.s", map[string]any{"vpc_id": unknown("module.vpc is not read: the module is not on disk")})
	s.wantAttrs("module.vpc", map[string]any{"source_kind": "git", "ref": "v2.39.0", "version": nil, "resolved": false})
	s.wantAttrs("module.sg", map[string]any{"source_kind": "registry", "ref": nil, "version": "~> 3.0", "resolved": false})
	s.wantAttrs("terraform", map[string]any{"has_resources": true})
}

func TestModulesAreFoundWhereTheOptionsSay(t *testing.T) {
	vpc := folder("-- main.tf --\nvariable \"name\" {}\nresource \"aws_vpc\" \"v\" { tags = { Name = var.name, Dir = path.module } }\noutput \"id\" { value = aws_vpc.v.id }\n-- f.txt --\nx\n")
	sg := folder("-- modules/http-80/main.tf --\nvariable \"vpc\" {}\nmodule \"up\" {\n source = \"../../\"\n vpc = var.vpc\n}\n-- main.tf --\nvariable \"vpc\" {}\nresource \"aws_security_group\" \"g\" { vpc_id = var.vpc }\n")
	init := folder(pinned + `
-- .terraform/modules/modules.json --
{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"vpc","Source":"x","Dir":".terraform/modules/vpc"},{"Key":"sg","Source":"y","Dir":".terraform/modules/sg/modules/http-80"},{"Key":"sg.up","Source":"../../","Dir":".terraform/modules/sg"}]}
`)
	for name, f := range vpc {
		init[".terraform/modules/vpc/"+name] = f
	}
	for name, f := range sg {
		init[".terraform/modules/sg/"+name] = f
	}
	for _, tt := range []struct {
		name string
		fsys fstest.MapFS
		opts terraform.Options
		file string
	}{
		{"as terraform init left them", init, terraform.Options{}, ".terraform/modules/vpc/main.tf"},
		{"by source without ref", folder(pinned), terraform.Options{Modules: map[string]fs.FS{
			"github.com/terraform-aws-modules/terraform-aws-vpc": vpc, "terraform-aws-modules/security-group/aws": sg}}, "github.com/terraform-aws-modules/terraform-aws-vpc//main.tf"},
		{"by git source", folder(pinned), terraform.Options{Modules: map[string]fs.FS{
			"git::https://github.com/terraform-aws-modules/terraform-aws-vpc.git?ref=v2.39.0": vpc, "terraform-aws-modules/security-group/aws": sg}},
			"git::https://github.com/terraform-aws-modules/terraform-aws-vpc.git?ref=v2.39.0//main.tf"},
		{"downloaded", folder(pinned), terraform.Options{Download: func(_ context.Context, source, version string) (fs.FS, error) {
			if version == "~> 3.0" {
				return folder("-- modules/http-80/main.tf --\nvariable \"vpc\" {}\nmodule \"up\" {\n source = \"./up\"\n vpc = var.vpc\n}\n-- modules/http-80/up/main.tf --\nvariable \"vpc\" {}\nresource \"aws_security_group\" \"g\" { vpc_id = var.vpc }\n"), nil
			}
			return vpc, nil
		}}, "github.com/terraform-aws-modules/terraform-aws-vpc@v2.39.0//main.tf"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := scanFS(t, tt.fsys, tt.opts)
			s.noGaps()
			s.wantAttrs("aws_subnet.s", map[string]any{"vpc_id": ref("module.vpc.aws_vpc.v", "id")})
			s.wantAttrs("module.sg.module.up.aws_security_group.g", map[string]any{"vpc_id": ref("module.vpc.aws_vpc.v", "id")})
			s.wantAttrs("module.vpc", map[string]any{"resolved": true})
			if got := s.resource("module.vpc.aws_vpc.v").Origins[0].File; got != tt.file {
				t.Errorf("file: %s", got)
			}
		})
	}
}

func TestADownloadThatFailsIsAGap(t *testing.T) {
	s := scanFolder(t, pinned, terraform.Options{Download: func(context.Context, string, string) (fs.FS, error) {
		return nil, errors.New("no such host")
	}})
	s.wantGap("main.tf:1", "no such host")
}

func TestLocalModulesStayInside(t *testing.T) {
	s := scanFolder(t, `
-- root/main.tf --
module "out" { source = "../../elsewhere" }
module "abs" { source = "/etc" }
module "none" { source = "./missing" }
resource "aws_sqs_queue" "q" { name = module.out.x }
`, terraform.Options{})
	s.wantGap("root/main.tf:1", "leads outside the scanned folder")
	s.wantGap("root/main.tf:2", "leads outside the scanned folder")
	s.wantGap("root/main.tf:3", "there is no configuration in root/missing")
	s.wantAttrs("root:aws_sqs_queue.q", map[string]any{"name": unknown("module.out is not read: leads outside the scanned folder")})
}

func TestProvidersArePassedToModules(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = [111111111111]
  default_tags {
    tags = { Team = "shop", Name = "none" }
  }
}
provider "aws" {
  alias  = "east"
  region = var.east
  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/x"
  }
}
variable "east" { default = "us-east-1" }
module "same" { source = "./m" }
module "east" {
  source    = "./m"
  providers = { aws = aws.east, aws.other = aws }
}
resource "aws_acm_certificate" "c" {
  provider    = aws.east
  domain_name = "x"
}
resource "aws_sns_topic" "own" { region = "eu-central-1" }
-- m/main.tf --
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", configuration_aliases = [aws.other] }
  }
}
data "aws_region" "now" {}
data "aws_caller_identity" "me" {}
resource "aws_sqs_queue" "q" {
  name = data.aws_region.now.name
  tags = { Name = "q", Account = data.aws_caller_identity.me.account_id }
}
resource "aws_sqs_queue" "other" { provider = aws.other }
`, terraform.Options{})
	s.noGaps()
	facts := func(key string) string {
		f := s.resource(key).Facts
		region, _ := f["_region"].(string)
		account, _ := f["_account"].(string)
		return region + " " + account
	}
	for key, want := range map[string]string{
		"module.same.aws_sqs_queue.q":     "eu-west-1 111111111111",
		"module.east.aws_sqs_queue.q":     "us-east-1 ",
		"module.east.aws_sqs_queue.other": "eu-west-1 111111111111",
		"aws_acm_certificate.c":           "us-east-1 ",
		"aws_sns_topic.own":               "eu-central-1 111111111111",
	} {
		if got := facts(key); got != want {
			t.Errorf("%s is in %q, want %q", key, got, want)
		}
	}
	s.wantAttrs("module.same.aws_sqs_queue.q", map[string]any{
		"name": "eu-west-1", "tags_all": map[string]any{"Team": "shop", "Name": "q", "Account": "111111111111"},
	})
	s.wantAttrs("module.east.aws_sqs_queue.q", map[string]any{"name": "us-east-1", "tags": map[string]any{"Name": "q", "Account": ref("module.east.data.aws_caller_identity.me", "account_id")}})
	s.wantAttrs("provider.aws", map[string]any{"name": "aws", "alias": nil, "region": "eu-west-1", "allowed_account_ids": []any{"111111111111"}})
	s.wantAttrs("provider.aws.east", map[string]any{"alias": "east", "region": "us-east-1", "assume_role": []any{map[string]any{"role_arn": "arn:aws:iam::222222222222:role/x"}}})
}

func TestFactsAboutARoot(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws    = { source = "hashicorp/aws", version = "~> 5.0" }
    random = "~> 3.1"
  }
  backend "s3" {
    bucket       = "state"
    key          = "main"
    encrypt      = true
    use_lockfile = true
  }
}
provider "null" { version = "2.0" }
-- .terraform.lock.hcl --
provider "x" {}
-- other/main.tf --
terraform {
  cloud {
    organization = "o"
  }
}
resource "aws_eip" "e" {}
-- bare/main.tf --
locals { a = 1 }
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("terraform", map[string]any{
		"required_version": ">= 1.5", "has_backend": true, "has_lock_file": true, "has_resources": false,
		"required_providers": []any{
			map[string]any{"name": "aws", "source": "hashicorp/aws", "version": "~> 5.0"},
			map[string]any{"name": "random", "source": nil, "version": "~> 3.1"},
			map[string]any{"name": "null", "source": nil, "version": "2.0"},
		},
	})
	s.wantAttrs("terraform.backend", map[string]any{"type": "s3", "bucket": "state", "key": "main", "encrypt": true, "use_lockfile": true})
	s.wantAttrs("other:terraform", map[string]any{"has_backend": true, "has_lock_file": false, "has_resources": true})
	s.wantAttrs("other:terraform.backend", map[string]any{"type": "cloud"})
	s.wantAttrs("bare:terraform", map[string]any{"has_backend": false, "has_resources": false, "required_providers": []any{}})
}

func TestBlocksThatMakeNothingAreListed(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "on" { default = false }
resource "aws_eip" "a" { count = var.on ? 1 : 0 }
resource "aws_eip" "b" { for_each = toset([]) }
resource "aws_eip" "c" {}
module "m" {
  source = "./m"
  count  = 0
}
-- m/main.tf --
resource "aws_eip" "d" { count = 3 }
module "n" { source = "./n" }
module "gone" { source = "x/y/z" }
-- m/n/main.tf --
resource "aws_eip" "e" {}
`, terraform.Options{})
	s.noGaps()
	want := []scanners.Absent{
		{Address: "aws_eip.a", Type: "aws_eip", Name: "a", File: "main.tf", Line: 2, Why: "count is 0"},
		{Address: "aws_eip.b", Type: "aws_eip", Name: "b", File: "main.tf", Line: 3, Why: "for_each is empty"},
		{Address: "module.m.aws_eip.d", Type: "aws_eip", Name: "d", File: "m/main.tf", Line: 1, Why: "module.m has no instances: count is 0"},
		{Address: "module.m.module.n.aws_eip.e", Type: "aws_eip", Name: "e", File: "m/n/main.tf", Line: 1, Why: "module.m has no instances: count is 0"},
	}
	if d := cmp.Diff(want, s.Absent); d != "" {
		t.Error(d)
	}
}

func TestARootThatIsApplied(t *testing.T) {
	for _, tt := range []struct {
		name, archive, root string
		want                bool
	}{
		{"a module that nobody calls", "-- main.tf --\nresource \"aws_eip\" \"e\" {}\n", "", false},
		{"a backend", "-- main.tf --\nterraform {\n  backend \"s3\" {}\n}\n", "", true},
		{"a provider block", "-- main.tf --\nprovider \"aws\" {}\n", "", true},
		{"a proxy provider block", "-- main.tf --\nprovider \"aws\" {\n  alias = \"x\"\n}\n", "", false},
		{"a variable file", "-- main.tf --\nlocals {}\n-- prod.tfvars --\na = 1\n", "", true},
		{"a lock file", "-- main.tf --\nlocals {}\n-- .terraform.lock.hcl --\n", "", true},
		{"a state", "-- main.tf --\nlocals {}\n-- terraform.tfstate --\n{}\n", "", true},
		{"a folder of modules", "-- modules/vpc/main.tf --\nprovider \"aws\" {}\n", "modules/vpc:", false},
		{"a folder of modules with a backend", "-- modules/vpc/main.tf --\nterraform {\n  backend \"s3\" {}\n}\n", "modules/vpc:", true},
	} {
		s := scanFolder(t, tt.archive, terraform.Options{})
		if got := s.resource(tt.root + "terraform").Attrs["applied"]; got != tt.want {
			t.Errorf("%s: applied is %v", tt.name, got)
		}
	}
}

func TestModuleCallsSayWhatTheyWereGiven(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
resource "aws_lb" "web" { for_each = toset(["a", "b"]) }
resource "aws_sns_topic" "t" {}
locals { topic = aws_sns_topic.t.arn }
module "alarms" {
  source     = "x/alarms/aws"
  for_each   = aws_lb.web
  dimensions = { LoadBalancer = each.value.arn_suffix }
  topics     = [local.topic]
}
`, terraform.Options{})
	want := map[string][]graph.Ref{
		"dimensions": {ref(`aws_lb.web["a"]`, "arn_suffix"), ref(`aws_lb.web["b"]`, "arn_suffix")},
		"topics":     {ref("aws_sns_topic.t", "arn")},
	}
	got := s.resource("module.alarms").Refs
	if d := cmp.Diff(want["topics"], got["topics"]); d != "" {
		t.Error(d)
	}
	addresses := map[graph.Address]bool{}
	for _, r := range got["dimensions"] {
		addresses[r.Address] = true
	}
	if !addresses[`aws_lb.web["a"]`] || !addresses[`aws_lb.web["b"]`] {
		t.Errorf("dimensions: %v", got["dimensions"])
	}
}
