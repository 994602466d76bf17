package terraform

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// source is what a module call names, taken apart.
type source struct {
	text    string // as written
	kind    string // "local", "registry", "git", "http", "s3", "other"
	base    string // without ?query, //subdir and git::
	sub     string // folder inside the package
	ref     string
	version string
}

var registryName = regexp.MustCompile(`^([0-9A-Za-z.-]+(:[0-9]+)?/)?[0-9A-Za-z_-]+/[0-9A-Za-z_-]+/[0-9a-z_-]+$`)

// parseSource takes a module source apart. Source: Terraform language, "Module Sources".
func parseSource(text, version string) source {
	s := source{text: text, version: version}
	rest, query, _ := strings.Cut(text, "?")
	for _, part := range strings.Split(query, "&") {
		if ref, ok := strings.CutPrefix(part, "ref="); ok {
			s.ref = ref
		}
	}
	if text == "." || text == ".." || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || strings.HasPrefix(text, "/") {
		s.kind, s.base = "local", text
		return s
	}
	forced, after, isForced := strings.Cut(rest, "::")
	if isForced {
		rest = after
	}
	scheme := ""
	if i := strings.Index(rest, "://"); i >= 0 {
		scheme, rest = rest[:i], rest[i+3:]
	}
	rest, s.sub, _ = strings.Cut(rest, "//")
	s.base = strings.TrimSuffix(rest, ".git")
	host, _, _ := strings.Cut(rest, "/")
	switch {
	case isForced && forced != "git":
		s.kind = map[string]string{"s3": "s3", "http": "http", "https": "http"}[forced]
		if s.kind == "" {
			s.kind = "other"
		}
	case isForced, host == "github.com", host == "bitbucket.org", strings.HasPrefix(rest, "git@"), scheme == "ssh", scheme == "git", strings.HasSuffix(rest, ".git"):
		s.kind = "git"
	case scheme == "http" || scheme == "https":
		s.kind = "http"
	case scheme == "" && registryName.MatchString(rest):
		s.kind = "registry"
	default:
		s.kind = "other"
	}
	s.base = strings.TrimPrefix(strings.Replace(s.base, "git@github.com:", "github.com/", 1), "git@")
	return s
}

var errNotOnDisk = errors.New("the module is not on disk")

func settleModule(err error) string {
	switch {
	case errors.Is(err, errNotOnDisk):
		return "terraform init, --module SOURCE=DIR, or --download-modules"
	case errors.Is(err, errOutside):
		return "scan the folder that has them both"
	}
	return ""
}

// locate gives the folder of a module: beside the caller, as terraform init left it, as the options say, or
// as it was downloaded.
func (e *evaluator) locate(m *module, s source, key string) (string, error) {
	if s.kind == "local" {
		return localDir(m.cfg.dir, s.text)
	}
	if dir, ok := e.installed[key]; ok {
		return dir, nil
	}
	if name, sub, fsys := vendored(e.l.opts.Modules, s); fsys != nil {
		return path.Join(e.l.fs.add(name, fsys), sub), nil
	}
	if e.l.opts.Download == nil {
		return "", errNotOnDisk
	}
	fsys, err := e.l.opts.Download(e.ctx, s.text, s.version)
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return "", errNotOnDisk
		}
		return "", err
	}
	name := strings.TrimSuffix(s.base+"@"+firstOf(s.version, s.ref), "@")
	return path.Join(e.l.fs.add(name, fsys), s.sub), nil
}

// localDir is the folder that a relative source means; it may not leave what is read.
func localDir(from, text string) (string, error) {
	if path.IsAbs(text) {
		return "", errOutside
	}
	dir := path.Join(from, text)
	if !fs.ValidPath(dir) || !within(from, dir) {
		return "", errOutside
	}
	return dir, nil
}

// vendored finds a source among the given modules: as written, without its ref, without scheme and `git::`.
// What is given for a source with its //subdir is that folder; else it is the whole package.
func vendored(modules map[string]fs.FS, s source) (name, sub string, fsys fs.FS) {
	if fsys, ok := modules[s.text]; ok {
		return s.text, "", fsys
	}
	for _, name := range sortedKeys(modules) {
		given := parseSource(name, "")
		if given.base != s.base || given.ref != "" && given.ref != s.ref {
			continue
		}
		switch given.sub {
		case s.sub:
			return name, "", modules[name]
		case "":
			return name, s.sub, modules[name]
		}
	}
	return "", "", nil
}

// readInstalled reads what terraform init wrote about the modules of a root.
func (e *evaluator) readInstalled() {
	e.installed = map[string]string{}
	src, err := e.l.read(path.Join(e.root, ".terraform/modules/modules.json"))
	if err != nil {
		return // there is none, and then each module call says that it is not on disk
	}
	var list struct {
		Modules []struct{ Key, Dir string }
	}
	if json.Unmarshal(src, &list) != nil {
		return
	}
	for _, m := range list.Modules {
		dir := path.Join(e.root, strings.ReplaceAll(m.Dir, `\`, "/"))
		if fs.ValidPath(dir) && m.Key != "" {
			e.installed[m.Key] = dir
		}
	}
}
