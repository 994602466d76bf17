package terraform_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
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

func TestALinkToAFolderElsewhereIsAGap(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"infra/main.tf": `resource "aws_eip" "a" {}`, "shared/net/main.tf": `resource "aws_eip" "b" {}`, "infra/own/main.tf": `resource "aws_eip" "c" {}`, "docs/readme.md": "x",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"infra/net": "../shared/net", "infra/again": "own", "infra/docs": "../docs", "infra/away": "../../elsewhere", "infra/root": "/srv/infra", "infra/away.md": "/srv/away.md"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("no symbolic links here: ", err)
		}
	}
	found, err := terraform.New(os.DirFS(dir), terraform.Options{Dir: "infra"}).Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var links []string
	for _, g := range found.Gaps {
		links = append(links, g.Where)
	}
	if want := []string{"away", "net", "root"}; !slices.Equal(links, want) {
		t.Errorf("gaps %v, want %v", links, want)
	}
}
