package reports

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

// JSON writes the stable contract that other programs read; see docs/json.md.
func JSON(w io.Writer, r *Report) error {
	out := jsonReport{
		SchemaVersion: 1, Version: r.Version, Sources: r.Sources, Roots: r.Roots, Resources: r.Resources, Findings: []jsonFinding{},
		Gaps: jsonGaps(r.Gaps), Problems: []jsonProblem{}, Hidden: r.Hidden, Policies: r.Controls, Timings: map[string]float64{},
		Summary: jsonSummary{
			r.Summary[policies.Pass], r.Summary[policies.Fail], r.Summary[policies.Undecided],
			r.Summary[policies.NotApplicable], r.Summary[policies.Waived],
		},
	}
	for _, p := range r.Problems {
		out.Problems = append(out.Problems, jsonProblem(p))
	}
	for _, u := range r.Unused {
		out.UnusedWaivers = append(out.UnusedWaivers, *jsonWaiverOf(&u))
	}
	for _, t := range r.Timings {
		out.Timings[t.Phase] = t.Duration.Seconds()
	}
	if b := r.Baseline; b != nil {
		out.Baseline = &jsonBaseline{b.File, b.Known, b.Worse, b.Fixed}
	}
	out.Since, out.Drift = jsonSinceOf(r.Since), jsonDriftOf(r.Drift)
	out.CarriedOut, out.WaivedOnes = r.carriedOut(), r.waived
	out.Cost, out.Losses = jsonTotalOf(r.Answers), jsonZonesOf(r.Answers)
	return writeReport(w, out, r.Findings)
}

// carriedOut are the policies that could have found something.
func (r *Report) carriedOut() []string {
	if r.CarriedOut != nil {
		return r.CarriedOut
	}
	return append([]string{}, slices.Sorted(maps.Keys(r.Policies))...)
}

// writeReport writes a report with the given findings, one at a time: there may be many.
func writeReport(w io.Writer, out jsonReport, findings []*Finding) error {
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding json: %w", err)
	}
	const field = "\n  \"findings\": [" // a line break stands in no string, so this is the field
	before, after, found := bytes.Cut(text, []byte(field+"]"))
	if !found {
		return fmt.Errorf("encoding json: there is no place for findings")
	}
	b := bufio.NewWriterSize(w, 1<<16) // it keeps the first error for Flush
	b.Write(escapeJSON(before))
	b.WriteString(field)
	var lines []byte
	for i, f := range findings {
		if text, err = json.Marshal(jsonOf(f)); err != nil {
			return fmt.Errorf("encoding json: %w", err)
		}
		b.WriteString([]string{"\n    ", ",\n    "}[min(i, 1)])
		lines = indent(lines[:0], text, "    ")
		b.Write(escapeJSON(lines))
	}
	if len(findings) > 0 {
		b.WriteString("\n  ")
	}
	b.WriteString("]")
	b.Write(escapeJSON(after))
	b.WriteString("\n")
	return b.Flush()
}

// indent appends compact JSON, a line for each member, as json.Indent does with two spaces; that parses it once more.
func indent(out, compact []byte, prefix string) []byte {
	depth, quoted := 0, false
	line := func() {
		out = append(out, '\n')
		out = append(out, prefix...)
		for range depth {
			out = append(out, "  "...)
		}
	}
	for i := 0; i < len(compact); i++ {
		switch c := compact[i]; {
		case quoted:
			out = append(out, c)
			if c == '\\' {
				i++
				out = append(out, compact[i])
			}
			quoted = c != '"'
		case c == '"':
			out, quoted = append(out, c), true
		case (c == '{' || c == '[') && compact[i+1] == c+2:
			out = append(out, c, c+2)
			i++
		case c == '{' || c == '[':
			out = append(out, c)
			depth++
			line()
		case c == '}' || c == ']':
			depth--
			line()
			out = append(out, c)
		case c == ',':
			out = append(out, c)
			line()
		case c == ':':
			out = append(out, c, ' ')
		default:
			out = append(out, c)
		}
	}
	return out
}

type jsonReport struct {
	SchemaVersion int                `json:"schema_version"`
	Version       string             `json:"version"`
	Sources       []Source           `json:"sources"`
	Roots         []Root             `json:"roots"`
	Resources     int                `json:"resources"`
	Policies      int                `json:"controls"`
	Findings      []jsonFinding      `json:"findings"`
	Gaps          []jsonGap          `json:"gaps"`
	Problems      []jsonProblem      `json:"problems"`
	Summary       jsonSummary        `json:"summary"`
	Hidden        int                `json:"hidden"`
	CarriedOut    []string           `json:"policies"`
	WaivedOnes    []string           `json:"waived,omitempty"`
	UnusedWaivers []jsonWaiver       `json:"unused_waivers,omitempty"`
	Baseline      *jsonBaseline      `json:"baseline,omitempty"`
	Since         *jsonSince         `json:"since,omitempty"`
	Drift         *jsonDrift         `json:"drift,omitempty"`
	Cost          *jsonTotal         `json:"cost,omitempty"`
	Losses        []jsonLoss         `json:"losses,omitempty"`
	Timings       map[string]float64 `json:"seconds"`
}

type jsonFinding struct {
	Policy       string            `json:"policy"`
	Control      string            `json:"control"`
	Controls     []string          `json:"controls,omitempty"`
	Requirement  string            `json:"requirement"`
	Requirements []string          `json:"requirements,omitempty"`
	Severity     policies.Severity `json:"severity"`
	Verdict      policies.Verdict  `json:"verdict"`
	Root         Text              `json:"root"`
	Resource     Text              `json:"resource"`
	Part         Text              `json:"part,omitzero"`
	Type         string            `json:"type"`
	Attribute    Text              `json:"attribute"`
	Message      Text              `json:"message"`
	Stage        Text              `json:"stage"`
	Source       jsonPlace         `json:"source"`
	At           *jsonPlace        `json:"at,omitempty"`
	Missing      []jsonMissing     `json:"missing"`
	Fix          []jsonChange      `json:"fix"`
	MonthlyDelta *string           `json:"monthly_delta,omitempty"`
	DeltaOpen    []cost.Unpriced   `json:"monthly_delta_open,omitempty"`
	Waiver       *jsonWaiver       `json:"waiver,omitempty"`
	Fingerprint  string            `json:"fingerprint"`
}

type jsonPlace struct {
	Kind    string     `json:"kind,omitempty"`
	File    Text       `json:"file"`
	Line    int        `json:"line"`
	EndLine int        `json:"end_line"`
	Column  int        `json:"column,omitempty"`
	ID      Text       `json:"id,omitzero"`
	Account Text       `json:"account,omitzero"`
	Region  Text       `json:"region,omitzero"`
	ARN     Text       `json:"arn,omitzero"`
	Calls   []jsonCall `json:"calls,omitempty"`
}

type jsonCall struct {
	Module Text `json:"module"`
	File   Text `json:"file"`
	Line   int  `json:"line"`
}

type jsonMissing struct {
	Resource Text `json:"resource"`
	Path     Text `json:"path"`
	Why      Text `json:"why"`
	Settle   Text `json:"settle"`
}

type jsonChange struct {
	Op      graph.Op `json:"op"`
	Root    Text     `json:"root,omitzero"`
	Address Text     `json:"address"`
	Type    string   `json:"type,omitempty"`
	Path    Text     `json:"path,omitzero"`
	Old     any      `json:"old,omitempty"`
	New     any      `json:"new"`
}

type jsonGap struct {
	Root   Text `json:"root"`
	Where  Text `json:"where"`
	What   Text `json:"what,omitzero"`
	Why    Text `json:"why"`
	Settle Text `json:"settle,omitzero"`
}

type jsonProblem struct {
	Policy string `json:"policy"`
	Why    Text   `json:"why"`
}

type jsonSummary struct {
	Pass          int `json:"pass"`
	Fail          int `json:"fail"`
	Undecided     int `json:"undecided"`
	NotApplicable int `json:"not_applicable"`
	Waived        int `json:"waived"`
}

type jsonWaiver struct {
	Policy  Text   `json:"policy"`
	Address Text   `json:"address,omitzero"`
	Root    Text   `json:"root,omitzero"`
	Reason  Text   `json:"reason"`
	Until   string `json:"until,omitempty"`
	Where   Text   `json:"where"`
}

type jsonBaseline struct {
	File  string     `json:"file"`
	Known int        `json:"known"`
	Worse int        `json:"worse"`
	Fixed []Recorded `json:"fixed"`
}

type jsonSince struct {
	Ref           string         `json:"ref"`
	Commit        string         `json:"commit"`
	Resources     int            `json:"resources"`
	Findings      int            `json:"findings"`
	Unchanged     int            `json:"unchanged"`
	Fixed         []jsonFinding  `json:"fixed"`
	NotComparable []jsonFinding  `json:"not_comparable"`
	NewWaivers    []jsonWaiver   `json:"new_waivers"`
	NotApplied    []Text         `json:"not_applied"`
	Cost          *jsonSinceCost `json:"cost,omitempty"`
	Zones         []jsonZoneDiff `json:"zones,omitempty"`
}

func jsonOf(f *Finding) jsonFinding {
	out := jsonFinding{
		Policy: f.Policy, Control: first(f.Controls), Requirement: first(f.Requirements), Severity: f.Severity, Verdict: f.Verdict,
		Root: shownRoot(f.Root), Resource: f.Resource, Part: f.Part, Type: f.Type, Attribute: f.Attribute, Message: f.Message, Stage: f.Stage,
		Source: jsonPlaceOf(f.Source), Missing: []jsonMissing{}, Fix: jsonPatch(f.Fix), Waiver: jsonWaiverOf(f.Waiver), Fingerprint: f.Fingerprint,
	}
	if len(f.Controls) > 1 {
		out.Controls = f.Controls
	}
	if len(f.Requirements) > 1 {
		out.Requirements = f.Requirements
	}
	if f.At.Line > 0 && (f.At.Line != f.Source.Line || f.At.File != f.Source.File) {
		at := jsonPlaceOf(f.At)
		at.Kind, at.ID, at.Calls = "", Text{}, nil
		out.At = &at
	}
	if f.Cost != nil {
		amount := f.Cost.Monthly.String()
		out.MonthlyDelta, out.DeltaOpen = &amount, f.Cost.Open
	}
	for _, m := range f.Missing {
		out.Missing = append(out.Missing, jsonMissing(m))
	}
	return out
}

// shownRoot leaves out the root of an account: the addresses below it name the account, and a root is a folder to
// those who read reports.
func shownRoot(root Text) Text {
	if strings.HasPrefix(root.JSON(), "aws:") {
		return Text{}
	}
	return root
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

func jsonPlaceOf(p Place) jsonPlace {
	out := jsonPlace{Kind: p.Kind, File: p.File, Line: p.Line, EndLine: p.EndLine, Column: p.Column, ID: p.ID, Account: p.Account, Region: p.Region}
	if strings.HasPrefix(p.ID.JSON(), "arn:") && !p.Account.Empty() {
		out.ARN = p.ID
	}
	for _, c := range p.Calls {
		out.Calls = append(out.Calls, jsonCall(c))
	}
	return out
}

func jsonWaiverOf(w *Waiver) *jsonWaiver {
	if w == nil {
		return nil
	}
	return &jsonWaiver{w.Policy, w.Address, w.Root, w.Reason, day(w.Until), w.Where}
}

// day prints a date as YYYY-MM-DD; "" when there is none.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func jsonGaps(gaps []Gap) []jsonGap {
	out := []jsonGap{}
	for _, g := range gaps {
		g.Root = shownRoot(g.Root)
		out = append(out, jsonGap(g))
	}
	return out
}

func jsonSinceOf(c *Comparison) *jsonSince {
	if c == nil {
		return nil
	}
	out := &jsonSince{
		Ref: c.Ref, Commit: c.Commit, Resources: c.Resources, Findings: c.Findings, Unchanged: c.OlderCount(),
		Fixed: []jsonFinding{}, NotComparable: []jsonFinding{}, NewWaivers: []jsonWaiver{}, NotApplied: append([]Text{}, c.NotApplied...),
	}
	for i := range c.Fixed {
		out.Fixed = append(out.Fixed, jsonOf(c.Fixed[i]))
	}
	for i := range c.Lost {
		out.NotComparable = append(out.NotComparable, jsonOf(c.Lost[i]))
	}
	out.Cost = jsonSinceCostOf(c.Cost)
	for _, z := range c.Zones {
		if !z.same() {
			out.Zones = append(out.Zones, jsonZoneDiff{Untrusted("zone:" + z.Zone.JSON()), z.Entry, z.Before.wordsOrNone(), z.Now.wordsOrNone()})
		}
	}
	for i := range c.NewWaivers {
		out.NewWaivers = append(out.NewWaivers, *jsonWaiverOf(&c.NewWaivers[i]))
	}
	return out
}

func jsonPatch(p graph.Patch) []jsonChange {
	out := []jsonChange{}
	for _, c := range p {
		out = append(out, jsonChange{c.Op, shownRoot(Untrusted(c.Root)), Untrusted(c.Address), c.Type, Untrusted(c.Path), jsonValue(c.Old), jsonValue(c.New)})
	}
	return out
}

// jsonValue turns a value of the graph into one for the encoder: references as {"_ref", "attribute"}, as
// policies write them; hidden values as "(hidden)".
func jsonValue(v any) any {
	switch v := v.(type) {
	case graph.Ref:
		return map[string]any{"_ref": Untrusted(v.Address), "attribute": Untrusted(v.Attr)}
	case graph.Hidden:
		return "(hidden)"
	case graph.Template:
		return Untrusted(v)
	case string:
		return Untrusted(v)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = jsonValue(x)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[Untrusted(k).JSON()] = jsonValue(x)
		}
		return out
	default:
		return v
	}
}

// writeJSON writes v indented, with everything escaped that a terminal or a page could act on.
func writeJSON(w io.Writer, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding json: %w", err)
	}
	return WriteJSON(w, b)
}

// WriteJSON writes text that is JSON, with everything escaped that a terminal or a page could act on.
func WriteJSON(w io.Writer, text []byte) error {
	_, err := w.Write(append(escapeJSON(text), '\n'))
	return err
}

// escapeJSON writes hostile characters, which can stand only inside strings there, as \u escapes.
func escapeJSON(b []byte) []byte {
	if !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf || c != '\n' && hostile(rune(c)) }) {
		return b
	}
	var out bytes.Buffer
	out.Grow(len(b))
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == '\n' || !hostile(r):
			out.Write(b[:n])
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		b = b[n:]
	}
	return out.Bytes()
}
