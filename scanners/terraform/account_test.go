package terraform_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// What an account says of data sources is used wherever they are referred to, and fills those that are resources too.
func TestDataSourcesAreFilledFromTheAccount(t *testing.T) {
	code := fstest.MapFS{"main.tf": {Data: []byte(`
provider "aws" { region = "eu-west-1" }
variable "vpc" { default = "main" }
data "aws_vpc" "main" { tags = { Name = var.vpc } }
data "aws_subnets" "app" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.main.id]
  }
}
data "aws_vpc" "later" { id = aws_vpc.made.id }
resource "aws_vpc" "made" { cidr_block = "10.1.0.0/16" }
resource "aws_instance" "app" {
  count     = length(data.aws_subnets.app.ids)
  subnet_id = data.aws_subnets.app.ids[count.index]
}
resource "aws_security_group" "db" {
  vpc_id      = data.aws_vpc.later.id
  description = "from ${data.aws_vpc.main.cidr_block}"
}`)}}
	var asked []terraform.LookUp
	s := scanFS(t, code, terraform.Options{LookUp: func(q terraform.LookUp) (map[string]any, bool) {
		asked = append(asked, q)
		switch q.Type {
		case "aws_vpc":
			return map[string]any{"id": "vpc-1", "cidr_block": "10.0.0.0/16"}, true
		case "aws_subnets":
			return map[string]any{"ids": []any{"subnet-1", "subnet-2"}}, true
		}
		return nil, false
	}})
	if got := s.by["aws_instance.app[1]"]; got == nil || got.Attrs["subnet_id"] != "subnet-2" {
		t.Errorf("the second instance: %+v", got)
	}
	if got := s.by["aws_security_group.db"].Attrs["description"]; got != "from 10.0.0.0/16" {
		t.Errorf("description is %v", got)
	}
	if got := s.by["data.aws_vpc.main"].Attrs["cidr_block"]; got != "10.0.0.0/16" {
		t.Errorf("the data source has cidr_block %v", got)
	}
	if got := s.by["data.aws_vpc.later"].Attrs["cidr_block"]; got != nil {
		t.Errorf("a look-up by what is not known found %v", got)
	}
	want := []terraform.LookUp{
		{Type: "aws_vpc", Region: "eu-west-1", Arguments: map[string]any{"tags": map[string]any{"Name": "main"}}},
		{Type: "aws_subnets", Region: "eu-west-1", Arguments: map[string]any{"filter": []any{map[string]any{"name": "vpc-id", "values": []any{"vpc-1"}}}}},
	}
	slices.SortFunc(asked, func(a, b terraform.LookUp) int { return strings.Compare(b.Type, a.Type) })
	if d := cmp.Diff(want, asked); d != "" {
		t.Error(d)
	}
}
