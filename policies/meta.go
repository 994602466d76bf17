package policies

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/plumbline-dev/plumbline/catalog"
)

// block is the text of a METADATA comment without its comment marks, and the line that follows "# METADATA" (1-based).
type block struct {
	text string
	line int
}

// metadataBlock finds the first METADATA comment of a module.
func metadataBlock(text string) (block, bool) {
	lines := strings.Split(text, "\n")
	start := slices.IndexFunc(lines, func(l string) bool { return strings.TrimRight(l, " \t\r") == "# METADATA" })
	if start < 0 {
		return block{}, false
	}
	var b strings.Builder
	for _, l := range lines[start+1:] {
		rest, ok := strings.CutPrefix(l, "#")
		if !ok {
			break
		}
		b.WriteString(strings.TrimPrefix(strings.TrimRight(rest, "\r"), " "))
		b.WriteByte('\n')
	}
	return block{b.String(), start + 2}, true
}

var (
	judgesLine  = regexp.MustCompile(`(?m)^#\s+judges:\s*["']?([A-Za-z0-9_]+)`)
	packageLine = regexp.MustCompile(`(?m)^package\s+([A-Za-z0-9_.]+)`)
)

// decoder reads one METADATA block strictly; file and line are for messages.
type decoder struct {
	file string
	line int
	errs []error
}

func (d *decoder) failf(n *yaml.Node, format string, args ...any) {
	d.errs = append(d.errs, fmt.Errorf("%s:%d: %s", d.file, d.line+n.Line-1, fmt.Sprintf(format, args...)))
}

// decodeMeta reads the METADATA block of a module into Meta. Every key that is not known, every value that is not one of
// the allowed words, is an error with its place.
func decodeMeta(file, text string) (Meta, error) {
	b, ok := metadataBlock(text)
	if !ok {
		return Meta{}, fmt.Errorf("%s:1: there is no METADATA comment", file)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(b.text), &doc); err != nil {
		return Meta{}, fmt.Errorf("%s:%d: METADATA is not YAML: %w", file, b.line, err)
	}
	if len(doc.Content) == 0 {
		return Meta{}, fmt.Errorf("%s:%d: METADATA is empty", file, b.line)
	}
	d := &decoder{file: file, line: b.line}
	m := Meta{NonProduction: "same", Live: "same"}
	d.top(doc.Content[0], &m)
	d.check(doc.Content[0], &m)
	m.ID = packageOf(text)
	return m, joined(d.errs)
}

func packageOf(text string) string {
	if m := packageLine.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func (d *decoder) top(n *yaml.Node, m *Meta) {
	d.fields(n, map[string]func(*yaml.Node){
		"title":       d.text(&m.Title),
		"description": d.text(&m.Description),
		"scope":       func(*yaml.Node) {},
		"custom":      func(v *yaml.Node) { d.custom(v, m) },
	})
}

func (d *decoder) custom(n *yaml.Node, m *Meta) {
	d.fields(n, map[string]func(*yaml.Node){
		"control":        d.list(&m.Controls),
		"requirement":    d.list(&m.Requirements),
		"judges":         d.text(&m.Judges),
		"scans":          d.list(&m.Scans),
		"severity":       func(v *yaml.Node) { m.Severity = Severity(d.word(v, severityWords)) },
		"non_production": func(v *yaml.Node) { m.NonProduction = d.word(v, []string{"same", "lower", "skip"}) },
		"live":           func(v *yaml.Node) { m.Live = d.word(v, []string{"same", "skip", "only"}) },
		"profile":        func(v *yaml.Node) { m.Profile = d.word(v, profileWords) },
		"pillar":         d.list(&m.Pillars),
		"waste":          func(v *yaml.Node) { d.truth(v, &m.Waste) },
		"disruption":     func(v *yaml.Node) { m.Disruption = d.word(v, []string{"none", "brief", "restart", "replace", "data"}) },
		"parameters":     func(v *yaml.Node) { d.parameters(v, m) },
		"remediation":    d.text(&m.Remediation),
		"links":          d.list(&m.Links),
		"equivalents":    func(v *yaml.Node) { d.equivalents(v, m) },
		"example":        d.text(&m.Example),
	})
}

var (
	severityWords = []string{"critical", "high", "medium", "low", "info"}
	profileWords  = []string{"ec2", "kubernetes", "serverless", "containers"}
)

func (d *decoder) fields(n *yaml.Node, known map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.failf(n, "a mapping is expected here")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		read, ok := known[key.Value]
		if !ok {
			d.failf(key, "unknown key %q%s", key.Value, didYouMean(key.Value, sortedNames(known)))
			continue
		}
		read(n.Content[i+1])
	}
}

func (d *decoder) text(to *string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode {
			d.failf(n, "text is expected here")
			return
		}
		*to = strings.TrimRight(n.Value, "\n")
	}
}

func (d *decoder) list(to *[]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			*to = []string{n.Value}
			return
		}
		if n.Kind != yaml.SequenceNode {
			d.failf(n, "a word or a list of words is expected here")
			return
		}
		for _, x := range n.Content {
			if x.Kind != yaml.ScalarNode {
				d.failf(x, "a word is expected here")
				continue
			}
			*to = append(*to, x.Value)
		}
	}
}

func (d *decoder) word(n *yaml.Node, allowed []string) string {
	if n.Kind == yaml.ScalarNode && slices.Contains(allowed, n.Value) {
		return n.Value
	}
	d.failf(n, "%q is not one of %s%s", n.Value, strings.Join(allowed, ", "), didYouMean(n.Value, allowed))
	return ""
}

func (d *decoder) parameters(n *yaml.Node, m *Meta) {
	m.Parameters = map[string]Parameter{}
	if n.Kind != yaml.MappingNode {
		d.failf(n, "a mapping of parameter names is expected here")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		var p Parameter
		v := n.Content[i+1]
		d.fields(v, map[string]func(*yaml.Node){
			"default":        d.value(&p.Default),
			"non_production": d.value(&p.NonProduction),
			"description":    d.text(&p.Description),
		})
		if p.Default == nil {
			d.failf(v, "parameter %s has no default", n.Content[i].Value)
		}
		if p.NonProduction != nil && kindOf(p.NonProduction) != kindOf(p.Default) {
			d.failf(v, "parameter %s: non_production is %s, default is %s", n.Content[i].Value, kindOf(p.NonProduction), kindOf(p.Default))
		}
		m.Parameters[n.Content[i].Value] = p
	}
}

func (d *decoder) truth(n *yaml.Node, to *bool) {
	*to = d.word(n, []string{"true", "false"}) == "true"
}

func (d *decoder) value(to *any) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if err := n.Decode(to); err != nil {
			d.failf(n, "%v", err)
		}
	}
}

func (d *decoder) equivalents(n *yaml.Node, m *Meta) {
	m.Equivalents = map[string][]string{}
	if n.Kind != yaml.MappingNode {
		d.failf(n, "a mapping of tool names is expected here")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		var ids []string
		d.list(&ids)(n.Content[i+1])
		m.Equivalents[n.Content[i].Value] = ids
	}
}

// check demands what every policy must say.
func (d *decoder) check(n *yaml.Node, m *Meta) {
	for _, f := range []struct{ name, value string }{{"title", m.Title}, {"custom.judges", m.Judges}, {"custom.severity", string(m.Severity)}} {
		if f.value == "" && len(d.errs) == 0 {
			d.failf(n, "%s is missing", f.name)
		}
	}
	if m.Judges == "" {
		return
	}
	if t := catalog.Lookup(m.Judges); t == nil || t.Name != m.Judges {
		names := make([]string, 0, 200)
		for _, t := range catalog.Types() {
			names = append(names, t.Name)
		}
		d.failf(n, "judges: the catalog has no type %q%s", m.Judges, didYouMean(m.Judges, names))
	}
}
