package terraform

import (
	"encoding/base64"
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

// standIns are words that people write where a secret will stand later.
var standIns = []string{"change", "placeholder", "example", "dummy", "todo", "fixme", "replace", "your", "xxx", "****", "password", "secret", "foobar", "insert", "none", "temp"}

// standIn says whether a secret looks like a stand-in; it is a literal all the same.
func standIn(text string) bool {
	lower := strings.ToLower(text)
	return slices.ContainsFunc(standIns, func(w string) bool { return strings.Contains(lower, w) })
}

// literal notes a secret that is written in the code.
func (e *evaluator) literal(w *writer, path string, h graph.Hidden) {
	top, _, _ := strings.Cut(graph.Schematic(path), ".")
	ignored := slices.ContainsFunc(w.ignored, func(v any) bool { return v == "all" || v == top })
	r := &graph.Resource{
		Root: w.r.Root, Address: w.r.Address + "#" + graph.Address(path), Of: w.r.Address, Type: "terraform_literal", Name: w.r.Name,
		Attrs:   map[string]any{"path": path, "kind": "password", "placeholder": h.Placeholder, "ignored": ignored},
		Unknown: map[string]string{}, Facts: map[string]any{}, Origins: slices.Clone(w.r.Origins),
	}
	if why, ok := w.r.Unknown["_count"]; ok {
		r.Unknown["_count"] = why
	}
	if p, ok := r.Origins[0].Attrs[path]; ok {
		r.Origins[0].Line, r.Origins[0].EndLine, r.Origins[0].Column = p.Line, p.EndLine, p.Column
		r.Origins[0].File = firstOf(p.File, r.Origins[0].File)
	}
	e.literals = append(e.literals, r)
}

// snippets gives the texts of the files that were read, with the secrets in them replaced.
func (l *loader) snippets() map[string]string {
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
