package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// repository makes a git repository of files (a value "-> x" is a symbolic link) with one commit.
func repository(t *testing.T, files map[string]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			if err := os.Symlink(target, file); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A", "-f"}, {"-c", "user.name=ana", "-c", "user.email=a@b", "commit", "-qm", "x"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %s", args, out)
		}
	}
	return dir
}

func TestACommitIsAFileSystem(t *testing.T) {
	t.Parallel()
	dir := repository(t, map[string]string{
		"main.tf": "a", "modules/net/main.tf": "b", "modules/net/empty.tf": "", "name with space/ü.tf": "c", "hidden.tf": "d", ".gitattributes": "hidden.tf export-ignore\nmain.tf filter=evil\n",
		"link": "-> modules/net", "inner": "-> modules/net/main.tf",
	})
	tree, err := openGitTree(context.Background(), dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if err := fstest.TestFS(tree, "main.tf", "modules/net/main.tf", "modules/net/empty.tf", "name with space/ü.tf", "hidden.tf"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"main.tf": "a", "link/main.tf": "b", "inner": "b", "modules/net/empty.tf": ""} {
		if got, err := fs.ReadFile(tree, name); err != nil || string(got) != want {
			t.Errorf("%s holds %q (%v), want %q", name, got, err, want)
		}
	}
}

func TestACommitHasTheFilesOfItsSubmodules(t *testing.T) {
	t.Parallel()
	dir := repository(t, map[string]string{"main.tf": "a", "modules/README.md": "x"})
	sub := filepath.Join(dir, "modules", "net")
	if err := os.Rename(repository(t, map[string]string{"main.tf": "b", "inner/main.tf": "c", "link": "-> inner"}), sub); err != nil {
		t.Skip("the temporary folder cannot be moved: ", err)
	}
	for _, args := range [][]string{{"add", "-A"}, {"-c", "user.name=ana", "-c", "user.email=a@b", "commit", "-qm", "x"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %s", args, out)
		}
	}
	if err := os.WriteFile(filepath.Join(sub, "main.tf"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	tree, err := openGitTree(context.Background(), dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if err := fstest.TestFS(tree, "main.tf", "modules/net/main.tf", "modules/net/inner/main.tf"); err != nil {
		t.Error(err)
	}
	for name, want := range map[string]string{"main.tf": "a", "modules/net/main.tf": "b", "modules/net/link/main.tf": "c"} {
		if got, err := fs.ReadFile(tree, name); err != nil || string(got) != want {
			t.Errorf("%s holds %q (%v), want %q", name, got, err, want)
		}
	}
}

func TestLinksOfACommitStayInside(t *testing.T) {
	t.Parallel()
	dir := repository(t, map[string]string{"up": "-> ../../etc/passwd", "root": "-> /etc/passwd", "loop": "-> loop", "a/up": "-> ../b.tf", "b.tf": "ok"})
	tree, err := openGitTree(context.Background(), dir, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	for _, name := range []string{"up", "root", "loop", "../x", "nowhere"} {
		if b, err := fs.ReadFile(tree, name); err == nil {
			t.Errorf("%s gives %q", name, b)
		}
	}
	if b, err := fs.ReadFile(tree, "a/up"); err != nil || string(b) != "ok" {
		t.Errorf("a/up gives %q, %v", b, err)
	}
	if _, err := fs.ReadFile(tree, "nowhere"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
}

func TestTheNearestWordIsOffered(t *testing.T) {
	t.Parallel()
	words := []string{"scan", "graph", "--fail-on", "rds.multi_az"}
	for word, want := range map[string]string{"scna": "scan", "gaph": "graph", "--fail-om": "--fail-on", "rds.multiaz": "rds.multi_az", "simulate": "", "": ""} {
		if got := closest(word, words); got != want {
			t.Errorf("for %q: got %q, want %q", word, got, want)
		}
	}
}

func TestAnInterruptedScanExits130(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, err strings.Builder
	code := run(ctx, []string{"scan", "../../testdata/story", "--color", "never"}, system{in: strings.NewReader(""), out: &out, err: &err, env: map[string]string{}})
	if code != 130 {
		t.Errorf("exit status %d, want 130; stderr: %s", code, err.String())
	}
	if !strings.Contains(out.String(), "Gaps (") {
		t.Errorf("what was not read is not in the result:\n%s", out.String())
	}
}
