// Command docgen writes the pages of docs/ that are made from the code: the policy reference, the
// table of resource types and the table of usage. `make docs` runs it; CI fails when its result differs from what is committed.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run() error {
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		return err
	}
	metas, err := set.Policies()
	if err != nil {
		return err
	}
	if err := os.WriteFile("docs/policies.md", []byte(policyPage(metas)), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile("docs/cost-usage.md", []byte(usagePage()), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile("docs/fixes.md", []byte(fixPage()), 0o644); err != nil {
		return err
	}
	return os.WriteFile("docs/resource-types.md", []byte(typePage(metas)), 0o644)
}

const generated = "<!-- made by internal/docgen: change the source and run `make docs` -->\n\n"

func policyPage(metas []policies.Meta) string {
	var b strings.Builder
	b.WriteString(generated + "# Policies\n\nEach policy is one file below `policies/`; `plumb explain ID` shows the same text. Requirements are in [reference-architecture.md](reference-architecture.md).\n\n")
	fmt.Fprintf(&b, "%d policies, %d controls.\n\n", len(metas), len(controls(metas)))
	b.WriteString("| policy | severity | requirement | control | what it asks |\n|---|---|---|---|---|\n")
	for _, m := range metas {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %s |\n", m.ID, anchor(m.ID), m.Severity, strings.Join(m.Requirements, ", "), strings.Join(m.Controls, ", "), cell(m.Title))
	}
	for _, m := range metas {
		writePolicy(&b, m)
	}
	return b.String()
}

func controls(metas []policies.Meta) map[string]bool {
	all := map[string]bool{}
	for _, m := range metas {
		for _, c := range m.Controls {
			all[c] = true
		}
	}
	return all
}

func anchor(id string) string { return strings.NewReplacer(".", "").Replace(id) }

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func writePolicy(b *strings.Builder, m policies.Meta) {
	fmt.Fprintf(b, "\n## %s\n\n**%s.** %s\n\n", m.ID, strings.TrimSuffix(m.Title, "."), strings.TrimSpace(m.Description))
	fmt.Fprintf(b, "- judges `%s`; severity %s%s%s\n", m.Judges, m.Severity, nonProduction(m), profile(m))
	fmt.Fprintf(b, "- requirement %s; control %s\n", strings.Join(m.Requirements, ", "), strings.Join(m.Controls, ", "))
	if m.Disruption != "" {
		fmt.Fprintf(b, "- plumb can fix it; disruption of the fix: %s\n", m.Disruption)
	}
	if m.Remediation != "" {
		fmt.Fprintf(b, "- to put it right: %s\n", strings.TrimSpace(m.Remediation))
	}
	for _, name := range sortedKeys(m.Parameters) {
		p := m.Parameters[name]
		fmt.Fprintf(b, "- parameter `%s` (default `%v`%s): %s\n", name, p.Default, elsewhere(p), strings.TrimSpace(p.Description))
	}
	for _, tool := range sortedKeys(m.Equivalents) {
		fmt.Fprintf(b, "- in %s: %s\n", strings.ReplaceAll(tool, "_", " "), strings.Join(m.Equivalents[tool], ", "))
	}
	fmt.Fprintf(b, "\nFails:\n\n```terraform\n%s\n```\n", strings.TrimSpace(m.Example))
}

func nonProduction(m policies.Meta) string {
	live := ""
	if m.Live == "skip" {
		live = ", not judged where there is no code"
	} else if m.Live == "only" {
		live = ", judged in live accounts only"
	}
	switch m.NonProduction {
	case "skip":
		return ", not judged outside production" + live
	case "lower":
		return ", one level lower outside production" + live
	}
	return live
}

func profile(m policies.Meta) string {
	if m.Profile == "" {
		return ""
	}
	return ", only where the profile " + m.Profile + " is in use"
}

func elsewhere(p policies.Parameter) string {
	if p.NonProduction == nil {
		return ""
	}
	return fmt.Sprintf("; outside production `%v`", p.NonProduction)
}

func typePage(metas []policies.Meta) string {
	judged := map[string][]string{}
	for _, m := range metas {
		judged[m.Judges] = append(judged[m.Judges], m.ID)
	}
	types := catalog.Types()
	var b strings.Builder
	b.WriteString(generated + "# Resource types\n\nWhat the catalogue knows. HCL, plan JSON and state are read for every type; types that are not listed are kept in the graph and judged by no policy. Live says whether accounts are read for it. Cost says whether the type is priced, free of charge, or charged and not priced.\n\n")
	fmt.Fprintf(&b, "%d types.\n\n| type | also read as it | attributes | refers to | live | cost | policies |\n|---|---|---|---|---|---|---|\n", len(types))
	live := liveTypes()
	for _, t := range types {
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %s | %s | %s |\n", t.Name, strings.Join(t.Aliases, ", "), attributes(t.Attrs), strings.Join(targets(t), ", "), live[t.Name], charged(t.Name), strings.Join(judged[t.Name], ", "))
	}
	return b.String()
}

// liveTypes says which types the readers of accounts give.
func liveTypes() map[string]string {
	out := map[string]string{}
	for _, s := range services.All() {
		for _, l := range s.Lists {
			for _, t := range l.Gives {
				out[t] = "read"
			}
		}
		for _, d := range s.Details {
			for _, part := range d.Gives {
				typ, _, _ := strings.Cut(part, ".")
				out[typ] = "read"
			}
		}
	}
	return out
}

func attributes(attrs []catalog.Attr) int {
	n := 0
	for _, a := range attrs {
		n += 1 + attributes(a.Attrs)
	}
	return n
}

func targets(t *catalog.Type) []string {
	var names []string
	for _, r := range t.References() {
		for _, target := range r.Targets {
			names = append(names, target.Type)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
