package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
)

// output is one report to write.
type output struct {
	format string
	file   string // "" is standard output
}

// once is a text flag that holds one value and refuses a second, which would replace the first in silence.
type once struct {
	value *string
	set   bool
}

// Set implements pflag.Value.
func (o *once) Set(text string) error {
	if o.set {
		return fmt.Errorf("%s was given already; further reports go to files: -o %s=FILE", *o.value, text)
	}
	*o.value, o.set = text, true
	return nil
}

// String implements pflag.Value.
func (o *once) String() string {
	if o.value == nil {
		return ""
	}
	return *o.value
}

// Type implements pflag.Value.
func (o *once) Type() string { return "string" }

var formats = []string{"text", "full", "concise", "json", "sarif", "junit", "markdown", "html", "csv", "ocsf", "asff", "github", "gitlab"}

func parseOutputs(o *scanOptions) ([]output, error) {
	if o.asReport {
		return reportOutputs(o)
	}
	return outputsOf(o.format, o.out, formats)
}

// outputsOf reads -f and -o, whose formats are the given ones.
func outputsOf(given string, out, formats []string) ([]output, error) {
	main := given
	if main == "" {
		main = "text"
	}
	if list := strings.Split(main, ","); len(list) > 1 {
		return nil, &problem{what: "one format goes to standard output, not " + strconv.Itoa(len(list)), hint: fmt.Sprintf("-f %s -o %s=FILE", list[0], list[1])}
	}
	outs := []output{{main, ""}}
	for _, x := range out {
		format, file, ok := strings.Cut(x, "=")
		if !ok || file == "" {
			return nil, &problem{where: "--out " + x, what: "not FORMAT=FILE", hint: "-o sarif=plumb.sarif"}
		}
		if file == "-" {
			file = ""
			if given == "" { // nothing else was asked for there
				outs = outs[1:]
			}
		}
		outs = append(outs, output{format, file})
	}
	taken := map[string]string{}
	for _, x := range outs {
		if !slices.Contains(formats, x.format) {
			return nil, &problem{what: "unknown format " + x.format, hint: didYouMean(x.format, formats, "Formats: "+strings.Join(formats, ", "))}
		}
		name := x.file
		if name != "" {
			name = path.Clean(name)
		}
		if first, ok := taken[name]; ok {
			return nil, &problem{what: fmt.Sprintf("%s and %s cannot both go to %s", first, x.format, cmp.Or(name, "standard output")), hint: "one goes to standard output (-f NAME), the others to files: -o sarif=plumb.sarif"}
		}
		taken[name] = x.format
	}
	return outs, nil
}

// write prints the report and writes the files of -o.
func (s *scan) write(r *reports.Report) error {
	r.Timings = s.timings
	s.told(r)
	for _, x := range s.outputs {
		render := func(w io.Writer) error { return s.render(w, x, r) }
		if x.file == "" {
			if err := render(s.sys.out); err != nil {
				return fmt.Errorf("writing the result: %w", err)
			}
			continue
		}
		if err := writeTo(x.file, render); err != nil {
			return err
		}
	}
	return nil
}

func writeTo(name string, render func(io.Writer) error) error {
	file, err := os.Create(name)
	if errors.Is(err, fs.ErrPermission) {
		return &problem{where: name, what: "cannot be written: permission denied"}
	}
	if err != nil {
		return &problem{where: name, what: "cannot be written: " + reason(err)}
	}
	if err := render(file); err != nil {
		file.Close() // the first error says more
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return file.Close()
}

func (s *scan) render(w io.Writer, x output, r *reports.Report) error {
	look := reports.Look{Width: s.sys.width(s.width), Detail: s.wanted.detail()}
	if x.file == "" {
		look.Colour = s.sys.colour(s.color)
		if s.sys.outTerminal {
			look.Limit = 50
		}
	}
	listed := *r
	if !s.whole(x) {
		listed.Findings = s.shown(x.format, r.Findings)
	}
	switch x.format {
	case "full":
		return reports.Full(w, &listed, look)
	case "concise":
		return reports.Concise(w, &listed)
	case "json":
		return reports.JSON(w, &listed)
	case "sarif":
		return reports.SARIF(w, &listed)
	case "junit":
		return reports.JUnit(w, &listed)
	case "markdown":
		if s.asReport {
			return reports.ComplianceMarkdown(w, &listed)
		}
		return reports.Markdown(w, &listed)
	case "html":
		return reports.HTML(w, &listed)
	case "csv":
		return reports.CSV(w, &listed)
	case "ocsf":
		return reports.OCSF(w, &listed)
	case "asff":
		return s.asff(w, &listed)
	case "github":
		return reports.GitHub(w, &listed)
	case "gitlab":
		return reports.GitLab(w, &listed)
	}
	return reports.Terminal(w, &listed, look)
}

// told says on standard error what was read, and with -v how long it took.
func (s *scan) told(r *reports.Report) {
	if s.quiet {
		return
	}
	if c := r.Since; c != nil {
		fmt.Fprintf(s.sys.err, "Comparing 2 graphs: %s (%s) and the working tree\n", reports.Untrusted(c.Ref).Terminal(), c.Commit)
	}
	for _, src := range r.Sources {
		if src.Kind == "aws" {
			continue // said while it was read
		}
		fmt.Fprintln(s.sys.err, readLine(src))
	}
	if s.verbose == 0 {
		return
	}
	for _, root := range r.Roots {
		name := root.Path.Terminal()
		if name == "" {
			name = "."
		}
		fmt.Fprintf(s.sys.err, "  %s: %d resources, %d undecided, %d gaps\n", name, root.Resources, root.Undecided, root.Gaps)
	}
	for _, t := range r.Timings {
		fmt.Fprintf(s.sys.err, "  %-8s %d ms\n", t.Phase, t.Duration.Milliseconds())
	}
}

// readLine is "Reading . (Terraform: 4 files, eu-west-1, stage prod)".
func readLine(src reports.Source) string {
	var facts []string
	switch {
	case src.Kind == "terraform" && src.Files == 1:
		facts = append(facts, "Terraform: 1 file")
	case src.Kind == "terraform":
		facts = append(facts, fmt.Sprintf("Terraform: %d files", src.Files))
	default:
		facts = append(facts, src.Kind)
	}
	if !src.Region.Empty() {
		facts = append(facts, src.Region.Terminal())
	}
	if !src.Stage.Empty() {
		facts = append(facts, "stage "+src.Stage.Terminal())
	}
	return fmt.Sprintf("Reading %s (%s)", reports.Untrusted(path.Clean(src.Name)).Terminal(), strings.Join(facts, ", "))
}

var verdicts = map[string][]policies.Verdict{
	"fail": {policies.Fail}, "undecided": {policies.Undecided}, "pass": {policies.Pass}, "waived": {policies.Waived},
	"not_applicable": {policies.NotApplicable}, "n/a": {policies.NotApplicable},
	"all": {policies.Fail, policies.Undecided, policies.Waived, policies.Pass, policies.NotApplicable},
}

// parseVerdicts gives the verdicts to list, or nil for the default of each format.
func parseVerdicts(words []string) ([]policies.Verdict, error) {
	var out []policies.Verdict
	for _, w := range words {
		v, ok := verdicts[w]
		if !ok {
			return nil, &problem{where: "--verdicts " + w, what: "no such verdict", hint: "fail, undecided, pass, waived, not_applicable or all"}
		}
		out = append(out, v...)
	}
	return out, nil
}

// listed are the verdicts that any output needs; the rest stays out of memory. The exit status always needs
// fail and undecided.
func (s *scan) listed() []policies.Verdict {
	want, _ := parseVerdicts(s.verdicts) // checked in newScan
	want = append(want, policies.Fail, policies.Undecided, policies.Waived)
	if s.bundle != "" {
		want = append(want, policies.Pass)
	}
	for _, x := range s.outputs {
		if x.format == "junit" {
			want = append(want, policies.Pass)
		}
	}
	return want
}

// shown keeps the verdicts that a format lists: what was asked for, else its default.
func (s *scan) shown(format string, findings []*reports.Finding) []*reports.Finding {
	want, _ := parseVerdicts(s.verdicts) // checked in newScan
	if want == nil {
		want = []policies.Verdict{policies.Fail, policies.Undecided}
		if format != "json" {
			want = append(want, policies.Waived)
		}
		if format == "junit" {
			want = append(want, policies.Pass)
		}
	}
	return slices.DeleteFunc(slices.Clone(findings), func(f *reports.Finding) bool { return !slices.Contains(want, f.Verdict) })
}
