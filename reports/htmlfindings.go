package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

// mostRows is how many findings have a row of their own, worst first. The others are named by policy.
const mostRows = 2_000

const (
	// mostNames bounds, in bytes, the names of findings without a row, and of passes.
	mostNames = 1_500_000
	// detailed is the size of the page, in bytes, up to which rows have their source and change; whole is the size beyond which
	// nothing is named that is only counted otherwise.
	detailed, whole = 2_600_000, 4_400_000
)

// room is what names may take.
func (h *htmlReport) room() int { return max(0, min(mostNames, whole-h.n)) }

// findings lists what fails, what is undecided and what is waived, with a filter that appears when the script runs.
func (h *htmlReport) findings() {
	all := slices.Concat(h.With(policies.Fail), h.With(policies.Undecided), h.With(policies.Waived))
	h.put(`<section id="findings"><h2>Findings <small>{} fail, {} undecided, {} waived</small></h2>`+"\n",
		len(h.With(policies.Fail)), len(h.With(policies.Undecided)), len(h.With(policies.Waived)))
	h.leftOut()
	if len(all) == 0 {
		h.put("<p>None.</p></section>\n")
		return
	}
	shown := all[:min(len(all), mostRows)]
	h.filter(shown)
	h.put(`<table id="found" class="find"><thead><tr><th scope="col">Severity</th><th scope="col">What</th><th scope="col">Policy</th><th scope="col">Where</th><th scope="col" class="num">Cure a month</th></tr></thead><tbody>` + "\n")
	for _, f := range shown {
		h.finding(f)
	}
	h.put("</tbody></table>\n")
	h.rest(all[len(shown):])
	h.put("</section>\n")
}

// leftOut says which findings the command line kept from this page.
func (h *htmlReport) leftOut() {
	if h.Hidden > 0 {
		h.put(`<p class="note"><b>{} left out</b> by --only or --skip; the scorecard counts them.</p>`, plural(h.Hidden, "finding"))
	}
	if b := h.Baseline; b != nil && b.Known > 0 {
		h.put(`<p class="note"><b>{} of {} left out</b> by --baseline; the scorecard counts them.</p>`, plural(b.Known, "known finding"), b.File)
	}
}

// kindOf is what the filter knows a finding as.
func kindOf(f *Finding) string {
	if f.Verdict == policies.Fail {
		return string(f.Severity)
	}
	return string(f.Verdict)
}

func (h *htmlReport) filter(shown []*Finding) {
	h.put(`<form id="filter" hidden role="search"><label>Search <input id="query" type="search" placeholder="resource, policy, file"></label>`)
	if h.c.Several() {
		h.put(`<label>Part <select id="part"><option value="">all</option>`)
		for i, p := range h.c.Parts {
			h.put(`<option value="{}">{}</option>`, strconv.Itoa(i), partName(p))
		}
		h.put("</select></label>")
	}
	h.put(`<span class="chips" role="group" aria-label="Kinds">`)
	for _, kind := range []string{"critical", "high", "medium", "low", "info", "undecided", "waived"} {
		if slices.ContainsFunc(shown, func(f *Finding) bool { return kindOf(f) == kind }) {
			h.put(`<label><input type="checkbox" name="kind" value="{}" checked> {}</label>`, kind, kind)
		}
	}
	h.put(`</span><output id="shown" aria-live="polite"></output></form>` + "\n")
}

func partName(p Part) string {
	stage := p.Stage.Terminal()
	if stage == "" {
		stage = "stage not known"
	}
	return strings.TrimSpace(p.Account.Terminal() + " " + stage)
}

// finding is one row. On narrow screens the heads of columns go, so that cells must speak for themselves.
func (h *htmlReport) finding(f *Finding) {
	h.put(`<tr data-kind="{}"`, kindOf(f))
	if h.c.Several() {
		i := slices.IndexFunc(h.c.Parts, func(p Part) bool { return p.Account == f.Source.Account && p.Stage == f.Stage })
		h.put(` data-part="{}"`, strconv.Itoa(i))
	}
	h.put("><td>")
	switch f.Verdict {
	case policies.Fail:
		h.put(`<span class="sev {}"><span aria-hidden="true">{}</span> {}</span>`, string(f.Severity), glyph(f.Severity), string(f.Severity))
	case policies.Undecided:
		h.put(`<span class="sev und"><span aria-hidden="true">?</span> undecided</span><br><small>would be {}</small>`, string(f.Severity))
	default:
		h.put(`<span class="sev mute"><span aria-hidden="true">-</span> waived</span><br><small>{}</small>`, string(f.Severity))
	}
	h.put("</td><td><b>{}</b><br><code>{}</code>", sentence(f.Message), f.Resource)
	if !f.Root.Empty() || !f.Stage.Empty() {
		h.put(" <small>{}</small>", strings.TrimSpace(f.Root.Terminal()+" "+f.Stage.Terminal()))
	}
	h.details(f)
	h.put("</td><td><code>{}</code><br><small>{}</small></td><td><code>{}</code></td>", f.Policy,
		strings.Join(slices.DeleteFunc([]string{first(f.Requirements), first(f.Controls)}, func(s string) bool { return s == "" }), " · "), h.whereIs(f))
	h.put(`<td class="num">{}</td></tr>`+"\n", cureCell(f))
}

// sentence gives a message a capital and leaves it otherwise as it is.
func sentence(t Text) Text {
	s := t.JSON()
	if s != "" && s[0] >= 'a' && s[0] <= 'z' && !strings.ContainsAny(strings.SplitN(s, " ", 2)[0], "_.=:") {
		return Untrusted(strings.ToUpper(s[:1]) + s[1:])
	}
	return t
}

func (h *htmlReport) whereIs(f *Finding) string {
	at := f.At
	if at.Line == 0 {
		at = f.Source
	}
	if at.File.Empty() && !at.Account.Empty() {
		return strings.TrimSpace(at.Account.Terminal() + " " + at.Region.Terminal())
	}
	return at.String()
}

func cureCell(f *Finding) string {
	switch f.Verdict {
	case policies.Fail:
		return repairing(f)
	case policies.Undecided:
		return "?"
	}
	return ""
}

// details folds the source, the change and what it does below the finding.
func (h *htmlReport) details(f *Finding) {
	switch f.Verdict {
	case policies.Undecided:
		if s := settle(f); s != "" {
			h.put("<br><small>Settle with: {}</small>", s)
		}
		return
	case policies.Waived:
		if w := f.Waiver; w != nil {
			until := ""
			if d := day(w.Until); d != "" {
				until = " until " + d
			}
			h.put("<br><small>Accepted{}: {} ({})</small>", until, w.Reason, w.Where)
		}
		return
	}
	if h.n > detailed {
		h.put("<br><small>How to fix: plumb explain {}</small>", f.Policy)
		return
	}
	h.put("<details><summary>Where and how to fix</summary>")
	h.source(f)
	if lines := fixLines(f); len(lines) > 0 && f.fixable() {
		h.put(`<pre tabindex="0" aria-label="Change">`)
		for _, l := range lines {
			class := fixed("")
			switch l[0] {
			case '+':
				class = "add"
			case '-':
				class = "del"
			}
			h.put(`<span class="{}">{}</span>`, class, l)
		}
		h.put("</pre>")
	}
	m := h.Policies[f.Policy]
	if text := oneLine(strings.TrimSpace(m.Remediation)); text != "" {
		h.put("<p>{}</p>", text)
	}
	h.put("<p>")
	if len(f.Fix) > 0 && f.Disruption != "" {
		h.put("Disruption: {}. ", f.Disruption)
	}
	if words := costWords(f); words != "" {
		h.put("Cost: {}. ", words)
	}
	h.put("<code>plumb explain {}</code></p></details>", f.Policy)
}

// source shows the lines of code that decide.
func (h *htmlReport) source(f *Finding) {
	at := f.At
	if at.Line == 0 {
		at = f.Source
	}
	lines := h.linesOf(at.File)
	if at.Line < 1 || at.Line > len(lines) {
		return
	}
	h.put(`<pre tabindex="0" aria-label="Source">`)
	for _, i := range context(f.Source, at) {
		class := fixed("")
		if i == at.Line {
			class = "hit"
		}
		h.put(`<span class="{}"><i>{}</i>{}</span>`, class, strconv.Itoa(i), expand(lines[i-1]))
	}
	h.put("</pre>")
}

// linesOf splits a file once.
func (h *htmlReport) linesOf(file Text) []string {
	lines, ok := h.files[file]
	if !ok {
		lines = (&terminal{Report: h.Report}).lines(file)
		h.files[file] = lines
	}
	return lines
}

// fixLines writes a patch as a diff: what goes with -, what comes with +, and a line for each further resource.
func fixLines(f *Finding) []string {
	var out []string
	at := f.Resource.JSON()
	for _, c := range f.Fix {
		switch c.Op {
		case graph.Set:
			if string(c.Address) != at {
				at = string(c.Address)
				out = append(out, "  # "+Untrusted(c.Address).Terminal())
			}
			path := Untrusted(c.Path).Terminal()
			if _, gone := c.Old.(graph.Gone); c.Old != nil && !gone {
				out = append(out, "- "+path+" = "+written(c.Old))
			}
			if _, gone := c.New.(graph.Gone); !gone {
				out = append(out, "+ "+path+" = "+written(c.New))
			}
		case graph.Create:
			out = append(out, "+ "+Untrusted(c.Address).Terminal())
			if attrs, ok := c.New.(map[string]any); ok {
				for _, k := range sortedKeys(attrs) {
					out = append(out, "+   "+Untrusted(k).Terminal()+" = "+written(attrs[k]))
				}
			}
		case graph.Delete:
			out = append(out, "- "+Untrusted(c.Address).Terminal())
		}
	}
	return out
}

// written prints a value much as Terraform writes it; secrets never show.
func written(v any) string {
	if s, ok := literal(v); ok {
		return s
	}
	switch v := v.(type) {
	case graph.Ref:
		return Untrusted(strings.TrimSuffix(strings.TrimPrefix(v.String(), "${"), "}")).Terminal()
	case graph.Template:
		return `"` + Untrusted(string(v)).Terminal() + `"`
	case graph.NotKnown:
		return "(not known)"
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, written(x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, k := range sortedKeys(v) {
			parts = append(parts, Untrusted(k).Terminal()+" = "+written(v[k]))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	return "(hidden)"
}

// rest names the findings that have no row, by policy, as far as there is room.
func (h *htmlReport) rest(more []*Finding) {
	if len(more) == 0 {
		return
	}
	h.put(`<p class="note"><b>{} more</b> have no row here and are not searched: by policy below; each with everything about it in the JSON, CSV and OCSF formats.</p>`, len(more))
	type key struct {
		policy  string
		verdict policies.Verdict
	}
	groups := grouped(more, func(f *Finding) key { return key{f.Policy, f.Verdict} })
	room := h.room()
	for _, g := range groups {
		names := make([]Text, len(g))
		for i, f := range g {
			names[i] = f.Resource
		}
		h.names(fmt.Sprintf("%s: %s %s", g[0].Policy, thousands(len(g)), kindOf(g[0])), names, &room)
	}
}

// names folds a list of resources, and counts those that there is no room for.
func (h *htmlReport) names(title string, list []Text, room *int) {
	h.put(`<details class="fold"><summary>{}</summary><ul class="names">`, title)
	left := 0
	for i, t := range list {
		text := t.HTML()
		if *room -= len(text) + len("<li><code></code></li>\n"); *room < 0 {
			left = len(list) - i
			break
		}
		h.put("<li><code>{}</code></li>\n", t)
	}
	h.put("</ul>")
	if left > 0 {
		h.put(`<p class="mute">{} are in the JSON.</p>`, plural(left, "further name"))
	}
	h.put("</details>\n")
}
