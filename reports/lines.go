package reports

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

// Concise writes one line for each finding and each undecided check, as compilers do, for editors:
// data.tf:21:28: high: the database has one copy in one zone [rds.multi_az]
func Concise(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	for _, f := range r.Findings {
		here := f.At.here()
		at := here.String()
		if at == "" {
			at = f.Resource.Terminal()
		}
		if here.Line > 0 {
			at += ":" + strconv.Itoa(max(here.Column, 1))
		}
		text := f.Message.Terminal()
		word := string(f.Severity)
		switch f.Verdict {
		case policies.Undecided:
			word, text = "undecided: "+word, lacks(f)
		case policies.Fail:
		default:
			word = string(f.Verdict) + ": " + word
		}
		fmt.Fprintf(out, "%s: %s: %s: %s [%s]\n", at, word, f.Resource.Terminal(), text, f.Policy)
	}
	for _, g := range r.Gaps {
		fmt.Fprintf(out, "%s: gap: %s\n", cmp.Or(g.Where.Terminal(), g.What.Terminal(), g.Root.Terminal(), "."), g.Why.Terminal())
	}
	return out.Flush()
}

// GitHub writes workflow commands that GitHub shows beside the changed lines. What stands in them cannot end
// a command or begin another.
func GitHub(w io.Writer, r *Report) error {
	out := bufio.NewWriter(w)
	for _, f := range r.With(policies.Fail) {
		uri, line, end := r.location(f)
		fmt.Fprintf(out, "::%s file=%s,line=%d,endLine=%d,title=%s::%s\n", annotationLevel(f.Severity), Untrusted(uri).AnnotationProperty(), line, end,
			Untrusted(string(f.Severity)+" "+f.Policy).AnnotationProperty(), Untrusted(f.Resource.JSON()+": "+f.Message.JSON()).Annotation())
	}
	if n := len(r.With(policies.Undecided)); n > 0 || len(r.Gaps) > 0 {
		fmt.Fprintf(out, "::notice title=plumb::%d undecided, %s%%3A plumb scan --only undecided,gaps\n", n, plural(len(r.Gaps), "gap"))
	}
	return out.Flush()
}

func annotationLevel(s policies.Severity) string {
	switch s {
	case policies.Critical, policies.High:
		return "error"
	case policies.Medium:
		return "warning"
	}
	return "notice"
}

// location is where programs point to: a path relative to the repository, never empty or absolute, and lines.
// What is written in a module from elsewhere points to the call in this repository.
func (r *Report) location(f *Finding) (file string, line, end int) {
	at := f.At
	if at.Line == 0 {
		at = f.Source
	}
	at = at.here()
	file, line, end = at.File.JSON(), at.Line, at.EndLine
	if file == "" || line < 1 {
		return "plumb.yaml", 1, 1
	}
	return r.repositoryPath(file), line, max(line, end)
}

// here is the place itself or, of what is written in a module from elsewhere, the call in this repository that leads
// to it: what a person can change.
func (p Place) here() Place {
	if !Elsewhere(p.File.JSON()) {
		return p
	}
	for i := len(p.Calls) - 1; i >= 0; i-- {
		if c := p.Calls[i]; !Elsewhere(c.File.JSON()) {
			return Place{Kind: p.Kind, File: c.File, Line: c.Line, EndLine: c.Line}
		}
	}
	return p
}

// Elsewhere says that a file belongs to a module that was fetched or mapped from outside the repository.
func Elsewhere(file string) bool {
	return strings.Contains(file, "//") || strings.HasPrefix(file, ".terraform/") || strings.Contains(file, "/.terraform/")
}

func (r *Report) repositoryPath(file string) string {
	p := path.Join(r.Base.JSON(), strings.TrimLeft(strings.ReplaceAll(file, `\`, "/"), "/"))
	for strings.HasPrefix(p, "../") {
		p = p[3:]
	}
	return p
}
