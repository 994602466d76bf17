package main

import (
	"io/fs"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
	remedysource "github.com/plumbline-dev/plumbline/remedy/source"
)

// hideSecrets replaces, in the diffs that people read, the lines with a secret by what reports show of them. The splices have the
// bytes that they replace, and no others.
func (p *planning) hideSecrets(steps []remedy.Step) {
	shown := map[string]map[string]string{} // by source and file, line -> as it is shown
	for i := range steps {
		if steps[i].Kind != remedy.File {
			continue
		}
		s := p.scan.inputs[steps[i].Source]
		for _, a := range steps[i].Actions {
			key := s.name + "\x00" + a.Edit.File
			if shown[key] == nil {
				shown[key] = p.hiddenLines(s, a.Edit.File)
			}
			a.Edit.Diff = withLines(a.Edit.Diff, shown[key])
		}
	}
}

// hiddenLines gives the lines of a file that reports show otherwise.
func (p *planning) hiddenLines(s source, file string) map[string]string {
	out := map[string]string{}
	text, err := fs.ReadFile(s.tree.fsys, file)
	if err != nil {
		return out // it was read a moment ago: the plan's hash of it will not hold
	}
	code := &remedysource.Code{Dir: s.dir, Prefix: s.prefix}
	for name, snippet := range p.side.reading.snippets {
		if !within(name, s.prefix) || code.Place(name) != file {
			continue
		}
		was, now := strings.Split(strings.TrimPrefix(string(text), "\ufeff"), "\n"), strings.Split(snippet, "\n")
		for i, l := range was {
			switch {
			case len(was) != len(now): // a secret of several lines: which line is which cannot be told
				out[l] = "…"
			case l != now[i]:
				out[l] = now[i]
			}
		}
	}
	return out
}

// withLines replaces lines of a diff.
func withLines(diff string, lines map[string]string) string {
	if len(lines) == 0 {
		return diff
	}
	all := strings.Split(diff, "\n")
	for i, l := range all {
		if l == "" || strings.HasPrefix(l, "@@") || i < 2 {
			continue
		}
		if now, ok := lines[l[1:]]; ok {
			all[i] = l[:1] + now
		}
	}
	return strings.Join(all, "\n")
}
