package terraform_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// repository makes a git repository with two tagged commits and gives its file:// URL. A hook in it, and a
// link that leads out, must come to nothing.
func repository(t *testing.T) (dir, url string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir = t.TempDir()
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"}, args...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	run("init", "--quiet")
	for _, tag := range []string{"v1.0.0", "v1.2.0"} {
		write(t, filepath.Join(dir, "main.tf"), "# "+tag)
		write(t, filepath.Join(dir, "modules/sub/main.tf"), "# sub "+tag)
		if tag == "v1.2.0" {
			if err := os.Symlink("/etc/hostname", filepath.Join(dir, "link")); err != nil {
				t.Fatal(err)
			}
		}
		run("add", ".")
		run("commit", "--quiet", "-m", tag)
		run("tag", tag)
	}
	return dir, "file://" + dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func downloader(t *testing.T) *terraform.Downloader {
	return &terraform.Downloader{Cache: filepath.Join(t.TempDir(), "modules"), Env: os.Environ(), Protocols: []string{"file"}}
}

// content reads a file of what was fetched, or gives the error.
func content(fsys fs.FS, err error, name string) string {
	if err != nil {
		return "error: " + err.Error()
	}
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return "error: " + err.Error()
	}
	return string(raw)
}

func TestFetchFromGit(t *testing.T) {
	t.Parallel()
	_, url := repository(t)
	d := downloader(t)
	for source, want := range map[string]string{
		"git::" + url:                                "# v1.2.0",
		"git::" + url + "?ref=v1.0.0":                "# v1.0.0",
		"git::" + url + "//modules/sub?ref=v1.0.0":   "# v1.0.0", // the package; the caller goes to the folder
		"git::" + url + "?ref=main":                  "# v1.2.0",
		"git::" + url + "?depth=1&ref=v1.0.0":        "# v1.0.0",
		"git::" + url + "?ref=v9.9.9":                "error: fetching",
		"git::" + url + "?ref=--upload-pack=touch+x": "error: \"--upload-pack",
		"git::" + url + "?ref=a..b":                  "error: \"a..b\"",
		"git::" + url + "//../x":                     "error: \"../x\"",
		"git::" + url + "?sshkey=abc":                "error: git::file://",
		"git::" + url + "-missing":                   "error: fetching",
		"git::https://example.com/x.git":             "error: git::https://example.com/x.git: git may use file only, not https",
		"git::ext::sh -c touch% x":                   "error: ",
		"git::-oProxyCommand=x@host:path":            "error: ",
		"git@github.com:x/y.git":                     "error: git@github.com:x/y.git: git may use file only, not ssh",
		"https://example.com/vpc.zip":                "error: https://example.com/vpc.zip: only registry modules and git",
		"s3::https://s3.amazonaws.com/b/vpc.zip":     "error: s3::https://s3.amazonaws.com/b/vpc.zip: only registry",
		"./local":                                    "error: the module is not on disk",
	} {
		fsys, err := d.Fetch(context.Background(), source, "")
		if got := content(fsys, err, "main.tf"); !strings.HasPrefix(got, want) {
			t.Errorf("%s gives %s, want %s", source, got, want)
		}
	}
}

func TestFetchKeepsNothingThatRunsOrLeadsOut(t *testing.T) {
	t.Parallel()
	_, url := repository(t)
	d := downloader(t)
	fsys, err := d.Fetch(context.Background(), "git::"+url, "")
	if got := content(fsys, err, "link"); got != "/etc/hostname" {
		t.Errorf("the link reads %q", got)
	}
	if _, err := fs.Stat(fsys, ".git"); err == nil {
		t.Error(".git is kept")
	}
	if entries, err := os.ReadDir(d.Cache); err != nil || len(entries) != 1 {
		t.Errorf("the cache holds %v, %v", entries, err)
	}
}

// TestFetchUsesTheCacheForWhatDoesNotMove breaks the repository and asks again.
func TestFetchUsesTheCacheForWhatDoesNotMove(t *testing.T) {
	t.Parallel()
	dir, url := repository(t)
	d := downloader(t)
	for _, ref := range []string{"v1.0.0", "main"} {
		if _, err := d.Fetch(context.Background(), "git::"+url+"?ref="+ref, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	again := &terraform.Downloader{Cache: d.Cache, Env: d.Env, Protocols: d.Protocols}
	fsys, err := again.Fetch(context.Background(), "git::"+url+"?ref=v1.0.0", "")
	if got := content(fsys, err, "main.tf"); got != "# v1.0.0" {
		t.Errorf("a tag gives %s", got)
	}
	if _, err := again.Fetch(context.Background(), "git::"+url+"?ref=main", ""); err == nil {
		t.Error("a branch comes from the cache")
	}
	fsys, err = d.Fetch(context.Background(), "git::"+url+"?ref=main", "")
	if got := content(fsys, err, "main.tf"); got != "# v1.2.0" {
		t.Errorf("the same run asks twice: %s", got)
	}
}

// registry serves the module acme/vpc/aws, whose versions lie in the repository.
func registry(t *testing.T, repo string) *httptest.Server {
	t.Helper()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		get := func(where string) {
			w.Header().Set("X-Terraform-Get", where)
			w.WriteHeader(http.StatusNoContent)
		}
		switch r.URL.Path {
		case "/.well-known/terraform.json":
			fmt.Fprint(w, `{"modules.v1": "/api/modules/", "login.v1": {"client": "x"}}`)
		case "/api/modules/acme/vpc/aws/versions":
			fmt.Fprint(w, `{"modules":[{"versions":[{"version":"1.0.0"},{"version":"1.2.0"},{"version":"2.0.0-beta1"},{"version":"bad"}]}]}`)
		case "/api/modules/acme/vpc/aws/1.0.0/download":
			get("git::" + repo + "?ref=v1.0.0")
		case "/api/modules/acme/vpc/aws/1.2.0/download":
			get("git::" + repo + "//modules/sub?ref=v1.2.0")
		case "/api/modules/acme/body/aws/versions", "/api/modules/acme/zip/aws/versions", "/api/modules/acme/none/aws/versions":
			fmt.Fprint(w, `{"modules":[{"versions":[{"version":"1.0.0"}]}]}`)
		case "/api/modules/acme/body/aws/1.0.0/download":
			fmt.Fprintf(w, `{"location": "git::%s?ref=v1.0.0"}`, repo)
		case "/api/modules/acme/zip/aws/1.0.0/download":
			get("./vpc.tar.gz?archive=tar.gz")
		case "/api/modules/acme/none/aws/1.0.0/download":
			w.WriteHeader(http.StatusNoContent)
		case "/api/modules/acme/html/aws/versions":
			fmt.Fprint(w, `<html>`)
		case "/api/modules/acme/away/aws/versions":
			http.Redirect(w, r, "http://example.com/", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func TestFetchFromARegistry(t *testing.T) {
	t.Parallel()
	_, url := repository(t)
	s := registry(t, url)
	host := strings.TrimPrefix(s.URL, "https://")
	for _, c := range []struct{ source, version, want string }{
		{"acme/vpc/aws", "1.0.0", "# v1.0.0"},
		{"acme/vpc/aws", "", "# sub v1.2.0"},
		{"acme/vpc/aws", "~> 1.0", "# sub v1.2.0"},
		{"acme/vpc/aws", ">= 1.0, < 1.1", "# v1.0.0"},
		{host + "/acme/vpc/aws", "1.0.0", "# v1.0.0"},
		{"acme/vpc/aws//modules/sub", "1.0.0", "# v1.0.0"},
		{"acme/body/aws", "", "# v1.0.0"},
		{"acme/vpc/aws", "~> 3.0", `error: no version of acme/vpc/aws satisfies "~> 3.0"`},
		{"acme/vpc/aws", "newest", `error: the version of acme/vpc/aws is "newest"`},
		{"acme/vpc/aws", "2.0.0-beta1", "error: "}, // offered, and not there
		{"acme/zip/aws", "", "error: the registry gives " + s.URL + "/api/modules/acme/zip/aws/1.0.0/vpc.tar.gz"},
		{"acme/none/aws", "", "error: " + s.URL},
		{"acme/html/aws", "", "error: " + s.URL},
		{"acme/missing/aws", "", "error: " + s.URL},
		{"acme/away/aws", "", "error: asking the registry"},
	} {
		d := downloader(t)
		d.Client, d.Registry = s.Client(), host
		fsys, err := d.Fetch(context.Background(), c.source, c.version)
		if got := content(fsys, err, "main.tf"); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s %q gives %s, want %s", c.source, c.version, got, c.want)
		}
	}
}

func TestFetchGivesUp(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{})
	s := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-stuck:
		case <-r.Context().Done():
		}
	}))
	defer s.Close()
	defer close(stuck)
	d := downloader(t)
	d.Client, d.Registry, d.Limit = s.Client(), strings.TrimPrefix(s.URL, "https://"), 50*time.Millisecond
	if _, err := d.Fetch(context.Background(), "acme/vpc/aws", ""); err == nil || !strings.Contains(err.Error(), "took longer than 50ms") {
		t.Errorf("gives %v", err)
	}
	if _, err := d.Fetch(context.Background(), "acme/vpc/aws", ""); err == nil {
		t.Error("the failure is forgotten")
	}
}
