package terraform

import (
	"encoding/base64"
	"path"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

func lookupType(name string) *catalog.Type { return catalog.Lookup(name) }

// hide remembers the text of a secret, so that no snippet shows it.
func (e *evaluator) hide(text string) {
	if len(text) > 2 {
		e.l.hidden[text] = true
	}
}

// showsSecret says whether a text contains a value that is marked sensitive, plainly or in base64.
func (e *evaluator) showsSecret(text string) bool {
	decoded := ""
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
		decoded = string(raw)
	}
	for s := range e.secrets {
		if strings.Contains(text, s) || strings.Contains(decoded, s) {
			return true
		}
	}
	return false
}

// literal notes a secret that is written in the code.
func (e *evaluator) literal(w *writer, at, kind string, h graph.Hidden) {
	top, _, _ := strings.Cut(graph.Schematic(at), ".")
	ignored := slices.ContainsFunc(w.ignored, func(v any) bool { return v == "all" || v == top })
	r := &graph.Resource{
		Root: w.r.Root, Address: w.r.Address + "#" + graph.Address(at), Of: w.r.Address, Type: "terraform_literal", Name: w.r.Name,
		Attrs:   map[string]any{"path": at, "kind": kind, "placeholder": h.Placeholder, "ignored": ignored},
		Unknown: map[string]string{}, Facts: map[string]any{}, Origins: slices.Clone(w.r.Origins),
	}
	if why, ok := w.r.Unknown["_count"]; ok {
		r.Unknown["_count"] = why
	}
	if p, ok := r.Origins[0].Attrs[at]; ok {
		r.Origins[0].Line, r.Origins[0].EndLine, r.Origins[0].Column = p.Line, p.EndLine, p.Column
		r.Origins[0].File = firstOf(p.File, r.Origins[0].File)
	}
	e.literals = append(e.literals, r)
}

// written gives the secrets that stand in the code of a module outside the attributes that are judged by their
// value. A module that is called several times has them once.
func (e *evaluator) written(m *module) []*graph.Resource {
	var out []*graph.Resource
	for _, l := range m.cfg.literals {
		r := literalFact(e.rootPath(), m.prefix(), l)
		r.Origins[0].Calls = m.calls
		if owner := m.resource(l.owner); owner != nil {
			r.Address, r.Of = r.Of+graph.Address("#"+l.path), ""
			if len(owner.instances) > 0 && !(owner.data && lookupType(owner.typ) == nil) {
				r.Of = owner.instances[0].addr
				r.Address = r.Of + graph.Address("#"+l.path)
			}
		}
		out = append(out, r)
	}
	return out
}

// givenLiterals gives the secrets in the files of variable values.
func (e *evaluator) givenLiterals() []*graph.Resource {
	var out []*graph.Resource
	for _, attrs := range e.varFiles {
		for _, l := range varsLiterals(attrs, func(name string) bool {
			b := e.top.cfg.variables[name]
			return b != nil && isTrue(b.Body, "sensitive")
		}) {
			e.l.literals = append(e.l.literals, l)
			r := literalFact(e.rootPath(), "", l)
			r.Address += graph.Address("@" + path.Base(l.where.Filename))
			out = append(out, r)
		}
	}
	return out
}

// snippets gives the texts of the files that were read, with the secrets in them replaced.
func (l *loader) snippets() map[string]string {
	byFile := map[string][]literal{}
	for _, x := range l.literals {
		byFile[x.where.Filename] = append(byFile[x.where.Filename], x)
	}
	for name, text := range l.texts {
		l.texts[name] = hideLiterals(name, text, byFile[name])
	}
	if len(l.hidden) == 0 {
		return l.texts
	}
	secrets := sortedKeys(l.hidden)
	slices.SortStableFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, s := range secrets {
		if len(s) < 6 {
			pairs = append(pairs, `"`+s+`"`, `"…"`)
			continue
		}
		pairs = append(pairs, s, "…")
	}
	replace := strings.NewReplacer(pairs...)
	for name, text := range l.texts {
		l.texts[name] = replace.Replace(text)
	}
	return l.texts
}
