package terraform_test

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func TestAFolderOfARepositoryMayCallModulesBesideIt(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"stages/prod/main.tf":  {Data: []byte("module \"net\" {\n  source = \"../../modules/net\"\n}\nresource \"aws_eip\" \"a\" {}\n")},
		"stages/other/main.tf": {Data: []byte("resource \"aws_eip\" \"b\" {}\n")},
		"modules/net/main.tf":  {Data: []byte("resource \"aws_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n")},
	}
	found, err := terraform.New(fsys, terraform.Options{Dir: "stages/prod"}).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Gaps) > 0 {
		t.Errorf("gaps: %v", found.Gaps)
	}
	files := map[graph.Address]string{}
	for _, r := range found.Resources {
		if r.Root != "" {
			t.Errorf("%s is in root %q", r.Address, r.Root)
		}
		if r.Type == "aws_vpc" || r.Type == "aws_eip" {
			files[r.Address] = r.Origins[0].File
		}
	}
	want := map[graph.Address]string{"aws_eip.a": "main.tf", "module.net.aws_vpc.v": "../../modules/net/main.tf"}
	if len(files) != len(want) || files["aws_eip.a"] != want["aws_eip.a"] || files["module.net.aws_vpc.v"] != want["module.net.aws_vpc.v"] {
		t.Errorf("got %v, want %v", files, want)
	}
}
