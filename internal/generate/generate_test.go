package generate_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"testing"

	"github.com/plumbline-dev/plumbline/internal/generate"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// managed counts the resources that Terraform would make.
func managed(t *testing.T, s scanners.Scanner) int {
	t.Helper()
	found, err := s.Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range found.Gaps {
		t.Errorf("gap: %+v", g)
	}
	n := 0
	for _, r := range found.Resources {
		if len(r.Type) > 4 && r.Type[:4] == "aws_" && !r.Data {
			n++
		}
	}
	return n
}

func TestInputsHaveTheSizeThatWasAskedFor(t *testing.T) {
	var plan, state, flat, tiny bytes.Buffer
	for _, err := range []error{generate.Plan(&plan, 105), generate.State(&state, 105), generate.Flat(&flat, 100), generate.Tiny(&tiny)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	write := func(name string, text []byte) fs.FS {
		if err := os.Mkdir(dir+"/"+name, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/"+name+"/main.tf", text, 0o644); err != nil {
			t.Fatal(err)
		}
		return os.DirFS(dir + "/" + name)
	}
	for name, tt := range map[string]struct {
		scanner scanners.Scanner
		want    int
	}{
		"plan":  {terraform.NewPlan(&plan, "p", terraform.PlanOptions{}), 105},
		"state": {terraform.NewState(&state, "s", terraform.PlanOptions{}), 105},
		"flat":  {terraform.New(write("flat", flat.Bytes()), terraform.Options{}), 100},
		"tiny":  {terraform.New(write("tiny", tiny.Bytes()), terraform.Options{}), 1},
	} {
		if got := managed(t, tt.scanner); got != tt.want {
			t.Errorf("%s: %d resources, want %d", name, got, tt.want)
		}
	}
	if got := len(generate.Graph(123)); got != 123 {
		t.Errorf("a graph of %d resources, want 123", got)
	}
}

func TestRootsHaveTheSizeThatWasAskedFor(t *testing.T) {
	dir := t.TempDir()
	if err := generate.Roots(dir, 10, 73, 510); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := fs.WalkDir(os.DirFS(dir), ".", func(_ string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			files++
		}
		return err
	})
	if err != nil || files != 73 {
		t.Errorf("%d files, want 73 (%v)", files, err)
	}
	if got := managed(t, terraform.New(os.DirFS(dir), terraform.Options{})); got != 510 {
		t.Errorf("%d resources, want 510", got)
	}
}
