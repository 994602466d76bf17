package terraform

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Downloader fetches modules from registries and git repositories, for --download-modules. Nothing of what is
// fetched is run: no hooks, no filters, no submodules, no symbolic links.
//
// Writes below Cache, and runs git.
type Downloader struct {
	Cache     string        // folder that packages are kept in
	Env       []string      // environment of git, as os.Environ gives it; GIT_* in it are left out
	Client    *http.Client  // for registries; nil: a plain one
	Registry  string        // host of sources that name none; "" is registry.terraform.io
	Protocols []string      // that git may use; nil: https and ssh
	Limit     time.Duration // for one module; 0: two minutes

	mu   sync.Mutex
	done map[string]fetched
}

type fetched struct {
	fsys fs.FS
	err  error
}

const (
	fetchLimit = 2 * time.Minute
	// maxPackage is the size of the largest package that is kept. The largest public AWS modules are below 10 MiB.
	maxPackage  = 256 << 20
	maxPackaged = 100_000 // files
)

// Fetch gives the package of a module source, of the newest version that a constraint allows; "" allows all. The
// //subdir of the source is a folder in what it gives. It is asked once for each source and version.
func (d *Downloader) Fetch(ctx context.Context, source, version string) (fs.FS, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := source + " " + version
	if f, ok := d.done[key]; ok {
		return f.fsys, f.err
	}
	limit := d.Limit
	if limit == 0 {
		limit = fetchLimit
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	fsys, err := d.fetch(ctx, source, version)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = fmt.Errorf("fetching %s took longer than %s", Redact(source), limit)
	}
	if err != nil {
		fsys = nil
	}
	if d.done == nil {
		d.done = map[string]fetched{}
	}
	d.done[key] = fetched{fsys, err}
	return fsys, err
}

func (d *Downloader) fetch(ctx context.Context, source, version string) (fs.FS, error) {
	s := parseSource(source, version)
	switch s.kind {
	case "git":
		repo, err := d.repository(source)
		if err != nil {
			return nil, err
		}
		return d.clone(ctx, repo)
	case "registry":
		location, err := d.resolve(ctx, s)
		if err != nil {
			return nil, err
		}
		repo, err := d.repository(location)
		if err != nil {
			return nil, fmt.Errorf("the registry gives %s for %s: %w", Redact(location), source, err)
		}
		fsys, err := d.clone(ctx, repo)
		if err != nil || repo.sub == "" {
			return fsys, err
		}
		return fs.Sub(fsys, repo.sub)
	case "local":
		return nil, errNotOnDisk
	}
	return nil, fmt.Errorf("%s: %w", Redact(source), errNotGit)
}

var errNotGit = errors.New("only registry modules and git repositories are fetched; get it with terraform init, or give --module SOURCE=DIR")

// repository is a git repository to fetch.
type repository struct{ url, ref, sub string }

var (
	shorthand = regexp.MustCompile(`^(github\.com|bitbucket\.org|gitlab\.com)/([\w.-]+/[\w.-]+)$`)
	scpLike   = regexp.MustCompile(`^[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][\w.-]*:[A-Za-z0-9_~/.-]+$`)
	gitURL    = regexp.MustCompile(`^([a-z]+)://([^\s'"` + "`" + `\\-][^\s'"` + "`" + `\\]*)$`)
	gitRef    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_./+@-]*$`)
	fixedRef  = regexp.MustCompile(`^([0-9a-f]{40}|v?\d+(\.\d+)+)$`)
)

// repository reads a module source that means a git repository.
func (d *Downloader) repository(source string) (repository, error) {
	text, query, _ := strings.Cut(strings.TrimPrefix(source, "git::"), "?")
	var r repository
	for _, arg := range strings.FieldsFunc(query, func(c rune) bool { return c == '&' }) {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "ref":
			r.ref = value
		case "depth":
		default:
			return r, fmt.Errorf("%s has the argument %s, which is not supported", Redact(source), name)
		}
	}
	scheme := ""
	if i := strings.Index(text, "://"); i >= 0 {
		scheme, text = text[:i+3], text[i+3:]
	}
	// Three slashes begin the path of a file:// URL.
	rooted := strings.HasPrefix(text, "/")
	address, sub, _ := strings.Cut(strings.TrimPrefix(text, "/"), "//")
	if rooted {
		address = "/" + address
	}
	r.url, r.sub = scheme+address, strings.Trim(sub, "/")
	switch {
	case r.ref != "" && (!gitRef.MatchString(r.ref) || strings.Contains(r.ref, "..")):
		return r, fmt.Errorf("%q is not the name of a git reference", r.ref)
	case r.sub != "" && !fs.ValidPath(r.sub):
		return r, fmt.Errorf("%q is not a folder in a repository", r.sub)
	case shorthand.MatchString(r.url):
		r.url = "https://" + strings.TrimSuffix(r.url, ".git") + ".git"
	case scpLike.MatchString(r.url):
		return r, d.allowed("ssh", source)
	}
	m := gitURL.FindStringSubmatch(r.url)
	if m == nil {
		return r, fmt.Errorf("%s: %w", Redact(source), errNotGit)
	}
	if m[1] != "file" && !strings.HasPrefix(source, "git::") && !strings.HasSuffix(r.url, ".git") {
		return r, fmt.Errorf("%s is an archive: %w", Redact(source), errNotGit)
	}
	return r, d.allowed(m[1], source)
}

func (d *Downloader) protocols() []string {
	if d.Protocols == nil {
		return []string{"https", "ssh"}
	}
	return d.Protocols
}

func (d *Downloader) allowed(protocol, source string) error {
	if !slices.Contains(d.protocols(), protocol) {
		return fmt.Errorf("%s: git may use %s only, not %s", Redact(source), strings.Join(d.protocols(), " and "), protocol)
	}
	return nil
}

// clone gives the files of a repository at its reference, from the cache when the reference does not move.
func (d *Downloader) clone(ctx context.Context, r repository) (fs.FS, error) {
	sum := sha256.Sum256([]byte(r.url + " " + r.ref))
	dir := filepath.Join(d.Cache, hex.EncodeToString(sum[:16]))
	if _, err := os.Stat(dir); err == nil && fixedRef.MatchString(r.ref) {
		return open(dir)
	}
	if err := os.MkdirAll(d.Cache, 0o700); err != nil {
		return nil, fmt.Errorf("making the module cache: %w", err)
	}
	work, err := os.MkdirTemp(d.Cache, "fetching-")
	if err != nil {
		return nil, fmt.Errorf("making the module cache: %w", err)
	}
	defer os.RemoveAll(work) //nolint:errcheck // what is left over is fetched anew
	if err := d.checkout(ctx, r, work); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, fmt.Errorf("clearing the module cache: %w", err)
	}
	if err := os.Rename(work, dir); err != nil {
		return nil, fmt.Errorf("filling the module cache: %w", err)
	}
	return open(dir)
}

// checkout puts the files of a repository into an empty folder, without its history.
func (d *Downloader) checkout(ctx context.Context, r repository, dir string) error {
	ref := r.ref
	if ref == "" {
		ref = "HEAD"
	}
	for _, args := range [][]string{
		{"init", "--quiet", "--template="},
		{"fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--", r.url, ref},
		{"checkout", "--quiet", "--detach", "FETCH_HEAD"},
	} {
		if err := d.git(ctx, dir, args...); err != nil {
			return fmt.Errorf("fetching %s: %w", Redact(r.url), err)
		}
	}
	if err := os.RemoveAll(filepath.Join(dir, ".git")); err != nil {
		return fmt.Errorf("clearing the module cache: %w", err)
	}
	return checkSize(dir, r)
}

func checkSize(dir string, r repository) error {
	var size int64
	files := 0
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		size += info.Size()
		files++
		if size > maxPackage || files > maxPackaged {
			return fmt.Errorf("%s has more than %d MiB or %d files and is not kept", Redact(r.url), maxPackage>>20, maxPackaged)
		}
		return nil
	})
	return err
}

// git runs one git command in a folder. Nothing that the repository says is run: hooks and file monitors are
// off, and links are written as plain files.
func (d *Downloader) git(ctx context.Context, dir string, args ...string) error {
	config := []string{
		"-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.symlinks=false",
		"-c", "submodule.recurse=false", "-c", "filter.lfs.required=false", "-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=",
		"-c", "http.followRedirects=initial", "-c", "gc.auto=0", "-c", "protocol.allow=never",
	}
	for _, p := range d.protocols() {
		config = append(config, "-c", "protocol."+p+".allow=always")
	}
	cmd := exec.CommandContext(ctx, "git", append(config, args...)...)
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second
	for _, v := range d.Env {
		if !strings.HasPrefix(v, "GIT_") && !strings.HasPrefix(v, "SSH_ASKPASS") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "GIT_LFS_SKIP_SMUDGE=1", "GIT_SSH_COMMAND=ssh -oBatchMode=yes -oConnectTimeout=20", "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("git is not installed")
	}
	if err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, Redact(lastLine(string(out))))
	}
	return nil
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// open gives a folder of the cache as a file system that does not lead out of it.
func open(dir string) (fs.FS, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the module cache: %w", err)
	}
	return root.FS(), nil
}
