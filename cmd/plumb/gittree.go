package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// gitTree is one commit of a repository as a file system. Nothing is checked out: names come from ls-tree and
// contents from cat-file, so that neither hooks, filters nor attributes of the repository take part.
type gitTree struct {
	commit  string
	entries map[string]*gitEntry // by path; folders included

	mu    sync.Mutex // cat-file answers one question at a time
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	cache map[string][]byte // by object

	submodules map[string]string      // path -> commit
	inside     []*gitTree             // those of the submodules that are checked out
	of         map[*gitEntry]*gitTree // the tree that has the contents of an entry of a submodule
}

type gitEntry struct {
	name   string // base name
	mode   fs.FileMode
	object string
	size   int64
	files  []fs.DirEntry
}

// maxBlob is the largest file that is taken from a commit; it is above every limit of the scanners.
const maxBlob = 64 << 20

// openGitTree resolves ref in the repository at top. A ref that is not there is a problem with the command
// that gets it.
func openGitTree(ctx context.Context, top, ref string) (*gitTree, error) {
	commit, err := resolveRef(ctx, top, ref)
	if err != nil {
		return nil, err
	}
	return openGitCommit(ctx, top, ref, commit)
}

// openGitCommit opens a commit, which messages call ref, with what its submodules had, as far as they are checked out.
func openGitCommit(ctx context.Context, top, ref, commit string) (*gitTree, error) {
	list, err := git(ctx, top, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", ref, err)
	}
	t := &gitTree{commit: commit, entries: map[string]*gitEntry{".": {name: ".", mode: fs.ModeDir | 0o555}}, cache: map[string][]byte{}, submodules: map[string]string{}, of: map[*gitEntry]*gitTree{}}
	for _, line := range strings.Split(strings.TrimRight(string(list), "\x00"), "\x00") {
		if line == "" {
			continue
		}
		if err := t.add(line); err != nil {
			return nil, fmt.Errorf("listing %s: %w", ref, err)
		}
	}
	for name, commit := range t.submodules {
		if err := t.mount(ctx, top, name, commit); err != nil {
			return nil, err
		}
	}
	for _, e := range t.entries {
		slices.SortFunc(e.files, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return t, t.start(ctx, top)
}

// mount shows the commit of a submodule in its folder. One that is not checked out, or does not have that commit, stays empty.
func (t *gitTree) mount(ctx context.Context, top, name, commit string) error {
	dir := filepath.Join(top, filepath.FromSlash(name))
	if _, err := git(ctx, dir, "cat-file", "-e", commit+"^{commit}"); err != nil {
		return ctx.Err()
	}
	sub, err := openGitCommit(ctx, dir, name, commit)
	if err != nil {
		return err
	}
	t.inside = append(t.inside, sub)
	for p, e := range sub.entries {
		if p == "." {
			t.entries[name].files = e.files
			continue
		}
		t.entries[path.Join(name, p)] = e
		if t.of[e] = sub; sub.of[e] != nil {
			t.of[e] = sub.of[e]
		}
	}
	return nil
}

// resolveRef gives the commit that ref names.
func resolveRef(ctx context.Context, top, ref string) (string, error) {
	out, err := git(ctx, top, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	shallow, err := git(ctx, top, "rev-parse", "--is-shallow-repository")
	if err != nil { // git cannot use the repository at all: it is missing, or belongs to somebody else
		var p *problem
		if errors.As(err, &p) {
			return "", p
		}
		first, _, _ := strings.Cut(err.Error(), "\n")
		return "", &problem{where: "--since " + ref, what: first, hint: "git -C " + top + " status"}
	}
	p := &problem{where: "--since " + ref, what: "there is no such commit here", hint: "git fetch origin " + strings.TrimPrefix(ref, "origin/")}
	if !plainRef.MatchString(ref) {
		p.hint = "name one commit, branch or tag: git log --oneline shows those of this clone"
		return "", p
	}
	if strings.TrimSpace(string(shallow)) == "true" {
		p.what += " (this clone is shallow)"
		p.hint = "git fetch --depth=1 origin " + strings.TrimPrefix(ref, "origin/")
		if b, ok := strings.CutPrefix(ref, "origin/"); ok {
			p.hint += ":refs/remotes/origin/" + b
		}
	}
	return "", p
}

// plainRef matches what may be the name of a branch, a tag or a commit that a server has. HEAD~9 and a..b may not.
var plainRef = regexp.MustCompile(`^[0-9A-Za-z_][0-9A-Za-z_./-]*$`)

// git runs a command that reads the object store only: no network, no locks, no prompts, no configured programs.
func git(ctx context.Context, top string, args ...string) ([]byte, error) {
	cmd := gitCommand(ctx, top, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, &problem{what: "git is not installed", hint: "--since needs it to read the other side"}
	}
	if err != nil && stderr.Len() > 0 {
		return nil, fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(stderr.String()))
	}
	return out, err
}

func gitCommand(ctx context.Context, top string, args ...string) *exec.Cmd {
	base := []string{"--no-replace-objects", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never"}
	cmd := exec.CommandContext(ctx, "git", append(base, args...)...)
	cmd.Dir = top
	cmd.Env = append(slices.DeleteFunc(os.Environ(), elsewhere), "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	return cmd
}

// elsewhere says that a variable points git to another repository, as it does inside of hooks.
func elsewhere(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE"}, name)
}

// add reads one line of ls-tree: "MODE TYPE OBJECT SIZE\tPATH".
func (t *gitTree) add(line string) error {
	meta, name, ok := strings.Cut(line, "\t")
	f := strings.Fields(meta)
	if !ok || len(f) != 4 {
		return fmt.Errorf("git ls-tree printed %q", line)
	}
	e := &gitEntry{name: path.Base(name), mode: 0o444, object: f[2]}
	switch f[0] {
	case "120000":
		e.mode |= fs.ModeSymlink
	case "160000": // a submodule: an empty folder, as in a clone without them, until mount fills it
		t.submodules[name] = f[2]
		e.mode, e.object = fs.ModeDir|0o555, ""
	}
	if f[3] != "-" {
		n, err := strconv.ParseInt(f[3], 10, 64)
		if err != nil {
			return fmt.Errorf("git ls-tree printed %q", line)
		}
		e.size = n
	}
	if !fs.ValidPath(name) {
		return nil
	}
	t.entries[name] = e
	t.parent(name).files = append(t.parent(name).files, dirEntry{e})
	return nil
}

// parent gives the folder of a path, made on the way.
func (t *gitTree) parent(name string) *gitEntry {
	dir := path.Dir(name)
	if e, ok := t.entries[dir]; ok {
		return e
	}
	e := &gitEntry{name: path.Base(dir), mode: fs.ModeDir | 0o555}
	t.entries[dir] = e
	up := t.parent(dir)
	up.files = append(up.files, dirEntry{e})
	return e
}

func (t *gitTree) start(ctx context.Context, top string) error {
	t.cmd = gitCommand(ctx, top, "cat-file", "--batch")
	in, err := t.cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("starting git cat-file: %w", err)
	}
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("starting git cat-file: %w", err)
	}
	t.in, t.out = in, bufio.NewReaderSize(out, 1<<16)
	if err := t.cmd.Start(); err != nil {
		return fmt.Errorf("starting git cat-file: %w", err)
	}
	return nil
}

// Close ends git.
func (t *gitTree) Close() error {
	for _, sub := range t.inside {
		if err := sub.Close(); err != nil {
			return err
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.in.Close(); err != nil {
		return err
	}
	return t.cmd.Wait()
}

func (t *gitTree) blob(e *gitEntry) ([]byte, error) {
	if sub := t.of[e]; sub != nil {
		return sub.blob(e)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if b, ok := t.cache[e.object]; ok {
		return b, nil
	}
	if e.size > maxBlob {
		return nil, fmt.Errorf("larger than %d bytes", maxBlob)
	}
	if _, err := fmt.Fprintln(t.in, e.object); err != nil {
		return nil, fmt.Errorf("asking git: %w", err)
	}
	head, err := t.out.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	f := strings.Fields(head)
	if len(f) != 3 || f[1] != "blob" {
		return nil, fmt.Errorf("git cat-file: %s", strings.TrimSpace(head))
	}
	n, err := strconv.ParseInt(f[2], 10, 64)
	if err != nil || n > maxBlob {
		return nil, fmt.Errorf("git cat-file: %s", strings.TrimSpace(head))
	}
	b := make([]byte, n+1)
	if _, err := io.ReadFull(t.out, b); err != nil {
		return nil, fmt.Errorf("git cat-file: %w", err)
	}
	t.cache[e.object] = b[:n:n]
	return b[:n:n], nil
}

// maxLinks is how many symbolic links one path may go through, as in Linux.
const maxLinks = 40

var errOutside = errors.New("leads outside the repository")

// find gives the entry of a path; links on the way are followed, the last one only when asked for.
func (t *gitTree) find(op, name string, last bool) (*gitEntry, error) {
	fail := func(err error) error { return &fs.PathError{Op: op, Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return nil, fail(fs.ErrInvalid)
	}
	at, rest, links := ".", strings.Split(name, "/"), 0
	for len(rest) > 0 {
		next := path.Join(at, rest[0])
		rest = rest[1:]
		e, ok := t.entries[next]
		if !ok {
			return nil, fail(fs.ErrNotExist)
		}
		if e.mode&fs.ModeSymlink == 0 || len(rest) == 0 && !last {
			at = next
			continue
		}
		if links++; links > maxLinks {
			return nil, fail(errors.New("too many symbolic links"))
		}
		target, err := t.blob(e)
		if err != nil {
			return nil, fail(err)
		}
		to := path.Join(at, string(target))
		if path.IsAbs(string(target)) || to == ".." || strings.HasPrefix(to, "../") {
			return nil, fail(errOutside)
		}
		at, rest = ".", append(strings.Split(to, "/"), rest...)
	}
	return t.entries[at], nil
}

// Open implements fs.FS.
func (t *gitTree) Open(name string) (fs.File, error) {
	e, err := t.find("open", name, true)
	if err != nil {
		return nil, err
	}
	if e.mode.IsDir() {
		return &gitFile{gitEntry: e, files: e.files}, nil
	}
	b, err := t.blob(e)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &gitFile{gitEntry: e, Reader: bytes.NewReader(b)}, nil
}

// ReadDir implements fs.ReadDirFS.
func (t *gitTree) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := t.find("readdir", name, true)
	if err == nil && !e.mode.IsDir() {
		err = &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a folder")}
	}
	if err != nil {
		return nil, err
	}
	return slices.Clone(e.files), nil
}

// Stat implements fs.StatFS.
func (t *gitTree) Stat(name string) (fs.FileInfo, error) {
	e, err := t.find("stat", name, true)
	if err != nil {
		return nil, err
	}
	return fileInfo{e}, nil
}

// Lstat implements fs.ReadLinkFS.
func (t *gitTree) Lstat(name string) (fs.FileInfo, error) {
	e, err := t.find("lstat", name, false)
	if err != nil {
		return nil, err
	}
	return fileInfo{e}, nil
}

// ReadLink implements fs.ReadLinkFS.
func (t *gitTree) ReadLink(name string) (string, error) {
	e, err := t.find("readlink", name, false)
	if err != nil {
		return "", err
	}
	if e.mode&fs.ModeSymlink == 0 {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	b, err := t.blob(e)
	return string(b), err
}

type gitFile struct {
	*gitEntry
	*bytes.Reader
	files []fs.DirEntry
}

func (f *gitFile) Stat() (fs.FileInfo, error) { return fileInfo{f.gitEntry}, nil }
func (f *gitFile) Close() error               { return nil }

func (f *gitFile) Read(b []byte) (int, error) {
	if f.Reader == nil {
		return 0, &fs.PathError{Op: "read", Path: f.name, Err: errors.New("is a folder")}
	}
	return f.Reader.Read(b)
}

func (f *gitFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		out := f.files
		f.files = nil
		return out, nil
	}
	if len(f.files) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.files))
	out := f.files[:n]
	f.files = f.files[n:]
	return out, nil
}

// tracked gives what says whether git keeps a file of the tree. Git is asked when that is first needed.
func (t tree) tracked(ctx context.Context) func(name string) (tracked, known bool) {
	if _, ok := t.fsys.(*gitTree); ok {
		return func(string) (bool, bool) { return true, true }
	}
	if !t.repo {
		return nil
	}
	list := sync.OnceValues(func() (map[string]bool, error) {
		out, err := git(ctx, t.top, "ls-files", "-z", "--full-name")
		names := map[string]bool{}
		for name := range strings.SplitSeq(string(out), "\x00") {
			names[name] = true
		}
		return names, err
	})
	return func(name string) (bool, bool) {
		names, err := list()
		return names[name], err == nil
	}
}

type fileInfo struct{ e *gitEntry }

func (i fileInfo) Name() string       { return i.e.name }
func (i fileInfo) Size() int64        { return i.e.size }
func (i fileInfo) Mode() fs.FileMode  { return i.e.mode }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return i.e.mode.IsDir() }
func (i fileInfo) Sys() any           { return nil }

type dirEntry struct{ e *gitEntry }

func (d dirEntry) Name() string               { return d.e.name }
func (d dirEntry) IsDir() bool                { return d.e.mode.IsDir() }
func (d dirEntry) Type() fs.FileMode          { return d.e.mode.Type() }
func (d dirEntry) Info() (fs.FileInfo, error) { return fileInfo(d), nil }
