package policies

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
)

// Case is one example of a policy: Terraform code of one root and the verdict that it must have.
type Case struct {
	Policy  string
	Verdict Verdict
	Address graph.Address // "": every result of the policy that is not not_applicable, of which there is one at least
	Says    string        // the sentence of its header
	Where   string        // file:line
	Files   fs.FS

	Parameters map[string]any // of the policy, where the case sets some: lines "# parameter: NAME = VALUE", the value as JSON
	Today      time.Time      // the day of the case: a line "# today: YYYY-MM-DD"; zero: that of Options
}

// Outcome is what became of one case. Err is nil when it came out as written.
type Outcome struct {
	Case Case
	Err  error
}

// Cases reads the cases of the tree's policies: the METADATA example, which must fail with one finding, and the sections of
// AREA/NAME.txtar. A section is "-- VERDICT[ ADDRESS]: sentence --" and Terraform code; a line "# file: NAME" starts another file.
// Types that only an account has are written in the same way, as if Terraform had them.
func (s *Set) Cases(tree fs.FS) ([]Case, error) {
	var out []Case
	var errs []error
	for _, p := range s.policies {
		if _, err := fs.Stat(tree, p.file); err != nil {
			continue
		}
		m, err := p.read()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if m.Example != "" {
			out = append(out, Case{Policy: p.id, Verdict: Fail, Says: exampleSays, Where: p.file, Files: filesOf(m.Example)})
		}
		file := strings.TrimSuffix(p.file, ".rego") + ".txtar"
		text, err := fs.ReadFile(tree, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		cases, err := parseCases(p.id, file, text)
		if err != nil {
			errs = append(errs, err)
		}
		out = append(out, cases...)
	}
	return out, joined(errs)
}

const exampleSays = "the example of its METADATA fails, with one finding"

func parseCases(id, file string, text []byte) ([]Case, error) {
	var out []Case
	var errs []error
	var body strings.Builder
	finish := func() {
		if len(out) > 0 {
			c := &out[len(out)-1]
			c.Files = filesOf(body.String())
			var err error
			if c.Parameters, err = parametersOf(body.String()); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", c.Where, err))
			}
			if c.Today, err = dayOf(body.String()); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", c.Where, err))
			}
		}
		body.Reset()
	}
	for i, line := range strings.Split(string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))), "\n") {
		header, ok := strings.CutPrefix(line, "-- ")
		header, closed := strings.CutSuffix(strings.TrimRight(header, " "), " --")
		if !ok || !closed {
			body.WriteString(line + "\n")
			continue
		}
		finish()
		c, err := parseHeader(header)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", file, i+1, err))
		}
		c.Policy, c.Where = id, fmt.Sprintf("%s:%d", file, i+1)
		out = append(out, c)
	}
	finish()
	return out, joined(errs)
}

func parseHeader(header string) (Case, error) {
	head, says, ok := strings.Cut(header, ": ")
	if !ok {
		return Case{}, fmt.Errorf("%q: VERDICT[ ADDRESS]: sentence is needed", header)
	}
	word, address, _ := strings.Cut(head, " ")
	verdicts := []string{string(Pass), string(Fail), string(Undecided), string(NotApplicable)}
	if !slices.Contains(verdicts, word) {
		return Case{}, fmt.Errorf("%q is not one of %s%s", word, strings.Join(verdicts, ", "), didYouMean(word, verdicts))
	}
	return Case{Verdict: Verdict(word), Address: graph.Address(strings.TrimSpace(address)), Says: says}, nil
}

// parametersOf reads the lines "# parameter: NAME = VALUE" of the body of a case.
func parametersOf(body string) (map[string]any, error) {
	var out map[string]any
	for line := range strings.Lines(body) {
		setting, ok := strings.CutPrefix(strings.TrimSpace(line), "# parameter: ")
		if !ok {
			continue
		}
		name, value, _ := strings.Cut(setting, " = ")
		var v any
		if err := json.Unmarshal([]byte(value), &v); err != nil {
			return nil, fmt.Errorf("parameter %s: %q is not JSON: %w", name, value, err)
		}
		if out == nil {
			out = map[string]any{}
		}
		out[strings.TrimSpace(name)] = v
	}
	return out, nil
}

// dayOf reads the line "# today: YYYY-MM-DD" of the body of a case.
func dayOf(body string) (time.Time, error) {
	for line := range strings.Lines(body) {
		if day, ok := strings.CutPrefix(strings.TrimSpace(line), "# today: "); ok {
			return time.Parse(time.DateOnly, day)
		}
	}
	return time.Time{}, nil
}

// observed is the line that says that the resources of a case were read from an account: what is not set is null,
// whatever code would have by default, and there is no lifecycle.
const observed = "# observed"

// Observe makes what was found in the files of a case what an account would have, where the case says so. A Read calls it
// before it builds the graph.
func Observe(files fs.FS, found []*graph.Resource) {
	text, err := fs.ReadFile(files, "main.tf")
	if err != nil || !slices.Contains(strings.Split(string(text), "\n"), observed) {
		return // a case may have no main.tf
	}
	for _, r := range found {
		r.Observed, r.Origins = true, []graph.Origin{{Source: "aws"}}
		delete(r.Facts, "_lifecycle")
	}
}

// filesOf splits the body of a case at its "# file: NAME" lines; what stands before the first is main.tf.
func filesOf(body string) fs.FS {
	files := fstest.MapFS{}
	name, text := "main.tf", strings.Builder{}
	put := func() {
		if strings.TrimSpace(text.String()) != "" || name != "main.tf" {
			files[name] = &fstest.MapFile{Data: []byte(text.String())}
		}
		text.Reset()
	}
	for _, line := range strings.SplitAfter(body, "\n") {
		if next, ok := strings.CutPrefix(line, "# file: "); ok {
			put()
			name = strings.TrimSpace(next)
			continue
		}
		text.WriteString(line)
	}
	put()
	return files
}

// Read turns the files of a case into a graph.
type Read func(ctx context.Context, files fs.FS) (*graph.Graph, error)

// RunCase judges one case.
func (s *Set) RunCase(ctx context.Context, c Case, read Read, o Options) error {
	g, err := read(ctx, c.Files)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Where, err)
	}
	o.Select = func(m Meta) bool { return m.ID == c.Policy }
	if !c.Today.IsZero() {
		o.Today = c.Today
	}
	if c.Parameters != nil {
		o.Parameters = map[string]map[string]any{c.Policy: c.Parameters}
	}
	got, err := s.Evaluate(ctx, g, o)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Where, err)
	}
	for _, p := range got.Problems {
		if p.Policy != c.Policy {
			continue
		}
		return fmt.Errorf("%s: %s: %s", c.Where, p.Policy, p.Why)
	}
	if err := c.compare(got.Results); err != nil {
		return fmt.Errorf("%s: %s: %w", c.Where, c.Says, err)
	}
	return nil
}

// RunCases judges every case of the tree's policies that is chosen (nil: all).
func (s *Set) RunCases(ctx context.Context, tree fs.FS, read Read, o Options, chosen func(Case) bool) ([]Outcome, error) {
	cases, err := s.Cases(tree)
	if err != nil {
		return nil, err
	}
	var out []Outcome
	for _, c := range cases {
		if chosen == nil || chosen(c) {
			out = append(out, Outcome{c, s.RunCase(ctx, c, read, o)})
		}
	}
	return out, nil
}

// compare holds the results of one policy against what the case says.
func (c Case) compare(results []Result) error {
	var about []Result
	for _, r := range results {
		if c.Address == r.Key.Address || c.Address == "" && (r.Verdict != NotApplicable || c.Verdict == NotApplicable) {
			about = append(about, r)
		}
	}
	switch {
	case len(about) == 0 && c.Address != "":
		return fmt.Errorf("no result for %s; there are %s", c.Address, describe(results))
	case len(about) == 0 && c.Verdict != NotApplicable:
		return fmt.Errorf("want %s, and nothing was judged; there are %s", c.Verdict, describe(results))
	case c.Says == exampleSays && len(about) != 1:
		return fmt.Errorf("want one finding, got %s", describe(about))
	}
	for _, r := range about {
		if r.Verdict != c.Verdict {
			return fmt.Errorf("want %s, got %s", c.Verdict, describe(about))
		}
	}
	return nil
}

// describe lists results for people.
func describe(results []Result) string {
	if len(results) == 0 {
		return "no results"
	}
	var lines []string
	for _, r := range results {
		line := fmt.Sprintf("%s for %s", r.Verdict, r.Key.Address)
		if r.Message != "" {
			line += fmt.Sprintf(" (%s: %s)", r.Attribute, r.Message)
		}
		for _, m := range r.Missing {
			line += fmt.Sprintf("; missing %s of %s: %s", m.Path, m.Key.Address, m.Why)
		}
		lines = append(lines, line)
	}
	return "\n\t" + strings.Join(lines, "\n\t")
}
