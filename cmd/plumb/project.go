package main

import (
	"context"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// projectName is what is followed over time: the repository and folder, or the account, and the view that flags give of it.
func (s *scan) projectName(ctx context.Context, x *side) (string, error) {
	if s.project != "" {
		return s.project, nil
	}
	var names []string
	for _, in := range s.inputs {
		name, err := s.sourceName(ctx, in, x)
		if err != nil {
			return "", err
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	name := strings.Join(names, " + ")
	view := slices.DeleteFunc([]string{s.stage, s.workspace}, func(w string) bool { return w == "" })
	for _, f := range s.varFiles {
		view = append(view, path.Base(filepath.ToSlash(f)))
	}
	if len(view) > 0 {
		name += " @ " + strings.Join(view, ",")
	}
	return name, nil
}

func (s *scan) sourceName(ctx context.Context, in source, x *side) (string, error) {
	switch {
	case in.kind == live && s.live.org:
		return "aws:org", nil
	case in.kind == live, in.kind == stored:
		return accountNames(in, x), nil
	case in.kind == document:
		return "", &problem{where: "--record", what: "what " + in.name + " is followed as is not known: a plan does not say where it is from", hint: "--project NAME"}
	}
	name := filepath.ToSlash(in.tree.top)
	if in.tree.repo {
		if out, err := git(ctx, in.tree.top, "config", "--get", "remote.origin.url"); err == nil {
			name = remoteName(strings.TrimSpace(string(out)), name)
		}
	}
	return path.Join(name, in.dir, in.file), nil
}

// accountNames lists the accounts that were read, with the regions when they are not all.
func accountNames(in source, x *side) string {
	var out []string
	for _, root := range x.reading.roots {
		if strings.HasPrefix(root.Path, "aws:") && !slices.Contains(out, root.Path) {
			out = append(out, root.Path)
		}
	}
	slices.Sort(out)
	name := strings.Join(out, " + ")
	if name == "" {
		name = in.name
	}
	if in.region != "" {
		name += "/" + in.region
	}
	return name
}

// scpLike is a remote as git writes it for ssh: git@github.com:shop/infra.git.
var scpLike = regexp.MustCompile(`^(?:[^@/]+@)?([^:/]+):([^/].*)$`)

// remoteName is a remote without its scheme and its credentials: github.com/shop/infra. fallback stands for what is no remote
// of elsewhere.
func remoteName(remote, fallback string) string {
	host, name := "", ""
	if u, err := url.Parse(remote); err == nil && u.Host != "" {
		host, name = u.Host, u.Path
	} else if m := scpLike.FindStringSubmatch(remote); m != nil && !strings.Contains(remote, "://") {
		host, name = m[1], m[2]
	}
	if host == "" {
		return fallback
	}
	return path.Join(host, strings.TrimSuffix(name, ".git"))
}
