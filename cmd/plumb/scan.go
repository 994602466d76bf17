package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners"
)

// scanOptions are the flags of plumb scan.
type scanOptions struct {
	*commonOptions
	readOptions
	sources                 []string
	only, skip              []string
	policies                []string
	asOf                    string
	since, configFrom       string
	format                  string
	out                     []string
	verdicts                []string
	failOn                  string
	strict                  bool
	keepGoing               bool
	baseline, writeBaseline string
	failOnGiven             bool
	commentKey, commentHead string
}

func newScanCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &scanOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "scan [source...]",
		Short: "Judge infrastructure code",
		Long:  "Judge infrastructure code against the reference architecture.",
		Example: `  plumb scan                              this folder
  plumb scan --since origin/main          only what this branch changes
  terraform show -json p | plumb scan -   a plan
  plumb scan -o sarif=p.sarif -o junit=p.xml   one run, three reports`,
		Annotations: map[string]string{"sources": "folder, .tf file, plan or state as JSON, or - (stdin); default ."},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.sources = args
			o.failOnGiven = cmd.Flags().Changed("fail-on")
			return runScan(cmd.Context(), o, sys)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.since, "since", "", "compare with `REF` of git; report new findings only")
	f.StringSliceVar(&o.only, "only", nil, "`LIST` of policies, areas, severities, RA-50, gaps")
	f.StringSliceVar(&o.skip, "skip", nil, "`LIST` of the same words")
	readFlags(f, &o.readOptions)
	f.StringArrayVar(&o.policies, "policies", nil, "`DIR` with policies of your own; repeatable")
	f.StringVar(&o.asOf, "as-of", "", "`DATE` to judge by: waivers, versions (default today)")
	f.StringVar(&o.configFrom, "config-from", "base", "`SIDE` whose plumb.yaml holds: base or head")
	f.StringVarP(&o.format, "format", "f", "", "`NAME`: text, full, concise, json, sarif, junit, markdown, github, gitlab")
	f.StringArrayVarP(&o.out, "out", "o", nil, "`NAME=FILE`: also write this format to a file; repeatable")
	f.StringSliceVar(&o.verdicts, "verdicts", nil, "`LIST`: fail,undecided (default), pass, waived, all")
	f.StringVar(&o.failOn, "fail-on", "high", "`SEVERITY`: critical, high, medium, low, never")
	f.BoolVar(&o.strict, "strict", false, "undecided and gaps fail too (exit 3)")
	f.BoolVar(&o.keepGoing, "keep-going", false, "a broken file is a gap, not an error")
	f.StringVar(&o.baseline, "baseline", "", "`FILE` of known findings, which are counted and not shown")
	f.StringVar(&o.writeBaseline, "write-baseline", "", "`FILE` to write the findings of this run to")
	f.StringVar(&o.commentKey, "comment-key", "", "`NAME` of the pull request comment among others (default: folder and stage)")
	f.StringVar(&o.commentHead, "comment-head", "", "`SHA` that links of the comment lead to (default: HEAD)")
	for _, name := range []string{"comment-key", "comment-head"} {
		f.Lookup(name).Hidden = true // for those who post the comment: docs/ci.md
	}
	completeFlags(cmd)
	groups(cmd, []flagGroup{
		{"What is judged", []string{"since", "only", "skip", "stage", "var", "var-file", "workspace", "root", "module", "download-modules", "policies", "as-of", "config-from"}},
		{"What is shown", []string{"format", "out", "verdicts", "baseline", "write-baseline"}},
		{"What fails", []string{"fail-on", "strict", "keep-going"}},
	})
	return cmd
}

// completeFlags offers the words that flags take; it reads nothing of what would be scanned.
func completeFlags(cmd *cobra.Command) {
	fixed := func(words ...string) cobra.CompletionFunc {
		return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return words, cobra.ShellCompDirectiveNoFileComp
		}
	}
	ids := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return append(policyIDs(), "undecided", "gaps", "critical", "high", "medium", "low"), cobra.ShellCompDirectiveNoFileComp
	}
	for name, f := range map[string]cobra.CompletionFunc{
		"format": fixed(formats...), "fail-on": fixed("critical", "high", "medium", "low", "never"), "config-from": fixed("base", "head"),
		"verdicts": fixed("fail", "undecided", "pass", "waived", "not_applicable", "all"), "only": ids, "skip": ids,
	} {
		if err := cmd.RegisterFlagCompletionFunc(name, f); err != nil {
			continue // the flag is not there: completion offers nothing
		}
	}
}

// runScan reads, judges and reports. Its error says which exit status the findings ask for.
func runScan(ctx context.Context, o *scanOptions, sys *system) error {
	s, err := newScan(o, sys)
	if err != nil {
		return err
	}
	stop := sys.progress(o.quiet, func() string { return *s.phase.Load() })
	r, err := s.run(ctx)
	stop()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(s.outputs, func(x output) bool { return x.format == "markdown" }) {
		r.Comment = s.comment(ctx, r)
	}
	if err := s.write(r); err != nil {
		return err
	}
	return outcome(ctx, r, s)
}

// comment says where a pull request comment belongs and which commit its links lead to.
func (s *scan) comment(ctx context.Context, r *reports.Report) reports.Comment {
	c := reports.Comment{Key: s.commentKey, Run: s.sys.now.Format(time.RFC3339), Head: s.commentHead}
	in := s.inputs[0]
	if c.Key == "" {
		c.Key = path.Join(in.treePath(""), r.Sources[0].Stage.JSON())
	}
	if c.Head == "" && in.tree.repo {
		if out, err := git(ctx, in.tree.top, "rev-parse", "HEAD"); err == nil {
			c.Head = strings.TrimSpace(string(out))
		}
	}
	return c
}

// outcome is the one place that decides what a run means. Findings win over gaps; a file that is broken is an
// error unless the user wants to go on.
func outcome(ctx context.Context, r *reports.Report, s *scan) error {
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case len(r.Failing()) > 0:
		return errFindings
	case len(s.broken) > 0 && !s.keepGoing:
		return s.brokenFile(r)
	case r.Strict && r.Open():
		return errOpen
	}
	return nil
}

// brokenFile is the error of a file that Terraform would not read either.
func (s *scan) brokenFile(r *reports.Report) error {
	g := s.broken[0]
	p := &problem{where: g.Where, what: g.Why, hint: "what could not be read is left out of the result above. To take that for a gap: --keep-going"}
	file, line, ok := strings.Cut(g.Where, ":")
	n, err := strconv.Atoi(line)
	if text, known := r.Snippets[file]; ok && err == nil && known {
		if all := strings.Split(text, "\n"); n >= 1 && n <= len(all) {
			p.source = &sourceLine{number: n, text: strings.TrimRight(all[n-1], "\r")}
		}
	}
	return p
}

// scan is one run of plumb scan.
type scan struct {
	*scanOptions
	sys     *system
	today   time.Time
	inputs  []source
	config  *config
	tree    fs.FS // of the config
	set     *policies.Set
	metas   []policies.Meta
	byID    map[string]policies.Meta
	wanted  selection
	outputs []output
	broken  []scanners.Gap
	timings []reports.Timing
	phase   atomic.Pointer[string] // for progress
}

func newScan(o *scanOptions, sys *system) (*scan, error) {
	s := &scan{scanOptions: o, sys: sys, today: sys.now.Truncate(24 * time.Hour)}
	first := "sources"
	s.phase.Store(&first)
	var err error
	if o.asOf != "" {
		if s.today, err = time.Parse(time.DateOnly, o.asOf); err != nil {
			return nil, &problem{where: "--as-of " + o.asOf, what: "not a date", hint: "--as-of 2026-11-20"}
		}
	}
	if o.configFrom != "base" && o.configFrom != "head" {
		return nil, &problem{where: "--config-from " + o.configFrom, what: "not one of base, head"}
	}
	if s.outputs, err = parseOutputs(o); err != nil {
		return nil, err
	}
	if _, err := parseVerdicts(o.verdicts); err != nil {
		return nil, err
	}
	if _, err := threshold(o.failOn); err != nil {
		return nil, &problem{where: "--fail-on " + o.failOn, what: err.Error(), hint: "critical, high, medium, low or never"}
	}
	if s.inputs, err = openSources(o.sources, sys.in); err != nil {
		return nil, err
	}
	if s.tree, s.config, err = findConfig(o.config, s.inputs); err != nil {
		return nil, err
	}
	return s, nil
}

// findConfig reads the file of -c, or the nearest plumb.yaml at or above the first folder, inside its repository.
func findConfig(name string, sources []source) (fs.FS, *config, error) {
	if name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, &problem{where: name, what: reason(err), hint: "name a file of settings: plumb help config"}
		}
		// The user named the file, so its paths may lead anywhere that its folder's volume does.
		abs, err := filepath.Abs(filepath.Dir(name))
		if err != nil {
			return nil, nil, &problem{where: name, what: reason(err)}
		}
		c, err := parseConfig(name, strings.Trim(filepath.ToSlash(abs), "/"), text)
		return os.DirFS(string(filepath.Separator)), c, err
	}
	for _, s := range sources {
		if s.kind == folder {
			c, err := nearestConfig(s.tree.fsys, s.dir)
			return s.tree.fsys, c, err
		}
	}
	root, err := openFolder(".")
	if err != nil {
		return nil, nil, err
	}
	c, err := nearestConfig(root.tree.fsys, root.dir)
	return root.tree.fsys, c, err
}

// run reads and judges, and compares when it is asked to.
func (s *scan) run(ctx context.Context) (*reports.Report, error) {
	if s.since != "" {
		return s.compare(ctx)
	}
	if err := s.loadPolicies(s.config, s.tree); err != nil {
		return nil, err
	}
	r, side, err := s.judge(ctx, s.inputs, s.config, s.tree, nil)
	if err != nil {
		return nil, err
	}
	return s.finish(r, side)
}

// finish hides what is known or not asked for.
func (s *scan) finish(r *reports.Report, side *side) (*reports.Report, error) {
	for _, g := range side.reading.gaps {
		if g.Broken {
			s.broken = append(s.broken, g)
		}
	}
	r.Broken = len(s.broken) > 0 && !s.keepGoing
	if s.writeBaseline != "" {
		if err := writeTo(s.writeBaseline, func(w io.Writer) error { return reports.WriteBaseline(w, r) }); err != nil {
			return nil, err
		}
	}
	if s.baseline != "" {
		file, err := os.Open(s.baseline)
		if err != nil {
			return nil, &problem{where: "--baseline " + s.baseline, what: reason(err), hint: "plumb scan --write-baseline " + s.baseline}
		}
		defer file.Close() // it was only read
		if err := r.HideBaseline(s.baseline, file, side.decided); err != nil {
			return nil, &problem{where: "--baseline " + s.baseline, what: err.Error(), hint: "plumb scan --write-baseline " + s.baseline}
		}
	}
	s.wanted.apply(r)
	return r, nil
}

// loadPolicies loads ours, those of --policies and those of plumb.yaml.
func (s *scan) loadPolicies(c *config, tree fs.FS) error {
	defer s.time("policies")()
	set, err := loadPolicies(s.policies, c, tree)
	if err != nil {
		return err
	}
	s.set = set
	if s.metas, err = set.Policies(); err != nil {
		return err
	}
	s.metas = append(s.metas, policies.ExpiredWaiver)
	s.byID = map[string]policies.Meta{}
	for _, m := range s.metas {
		s.byID[m.ID] = m
	}
	s.wanted, err = newSelection(s.only, s.skip, s.byID)
	return err
}

func loadPolicies(dirs []string, c *config, tree fs.FS) (*policies.Set, error) {
	trees := []fs.FS{policies.Builtin()}
	for _, dir := range dirs {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, &problem{where: "--policies " + dir, what: reason(err), hint: "a folder with AREA/NAME.rego: plumb policies new AREA.NAME"}
		}
		trees = append(trees, root.FS())
	}
	for _, dir := range c.Policies {
		sub, err := folderIn(tree, c.dir, dir)
		if err != nil {
			return nil, &problem{where: c.name + ": policies", what: dir + ": " + reason(err), hint: "a folder relative to " + configName}
		}
		trees = append(trees, sub)
	}
	set, err := policies.Load(trees...)
	if err != nil {
		return nil, &problem{what: err.Error(), hint: "plumb policies test DIR shows what a policy does"}
	}
	return set, nil
}

// side is one version of the sources, read and judged.
type side struct {
	graph   *graph.Graph
	results policies.Results
	reading *reading
	waivers []policies.Waiver
	gaps    map[string]int // by root

	known, open map[judged]bool // by index: has a verdict; has an undecided one
}

// judged names the verdicts of one policy on one resource.
type judged struct{ policy, root, resource string }

// decided says whether a finding that is not there any more is really gone (see reports.Decided).
func (s *side) decided(policy, root, resource string) bool {
	if s.known == nil {
		s.index()
	}
	key := judged{policy, root, resource}
	switch {
	case s.open[key], slices.ContainsFunc(s.results.Problems, func(p policies.Problem) bool { return p.Policy == policy }):
		return false
	case s.known[key], s.graph.Get(graph.Key{Root: root, Address: graph.Address(resource)}) != nil:
		return true
	}
	return s.gaps[root] == 0 && s.gaps[""] == 0 // a file that cannot be read may belong to any root
}

// count takes the gaps that may hide what is not found any more.
func (s *side) count(gaps []reports.Gap) {
	s.gaps = map[string]int{}
	for _, g := range gaps {
		s.gaps[g.Root.JSON()]++
	}
}

func (s *side) index() {
	s.known, s.open = map[judged]bool{}, map[judged]bool{}
	for i := range s.results.Results {
		x := &s.results.Results[i]
		for _, name := range []graph.Address{x.Resource, x.Key.Address} {
			key := judged{x.Policy, x.Key.Root, string(name)}
			s.known[key] = true
			s.open[key] = s.open[key] || x.Verdict == policies.Undecided
		}
	}
}

// judge reads and judges sources by the settings of a plumb.yaml, whose paths lead into a tree. accept decides which
// of the waivers hold; nil: all.
func (s *scan) judge(ctx context.Context, sources []source, judging *config, tree fs.FS, accept func([]policies.Waiver) []policies.Waiver) (*reports.Report, *side, error) {
	rd, err := newReader(s.readOptions, judging, tree, s.sys.env, s.since != "")
	if err != nil {
		return nil, nil, err
	}
	done := s.time("reading")
	in, err := rd.read(ctx, sources)
	done()
	if err != nil {
		return nil, nil, err
	}
	done = s.time("graph")
	g := rd.build(in)
	done()
	x := &side{graph: g, reading: in}
	var bad []reports.Problem
	if x.waivers, bad, err = collectWaivers(rd, in, g, s.byID); err != nil {
		return nil, nil, err
	}
	if accept != nil {
		x.waivers = accept(x.waivers)
	}
	if err := s.set.CheckParameters(judging.Parameters); err != nil {
		return nil, nil, &problem{where: judging.name, what: err.Error(), hint: "plumb explain POLICY lists its parameters"}
	}
	done = s.time("judging")
	x.results, err = s.set.Evaluate(ctx, g, policies.Options{
		Today: s.today, Parameters: judging.Parameters, Severity: judging.Severity, Waivers: x.waivers, Profiles: judging.Profiles,
	})
	done()
	if err != nil && !errors.Is(err, context.Canceled) {
		return nil, nil, err
	}
	r := s.report(x, sources, judging)
	x.count(r.Gaps)
	r.Problems = append(r.Problems, bad...)
	return r, x, nil
}

func (s *scan) report(x *side, sources []source, c *config) *reports.Report {
	r := reports.New(reports.Input{
		Version: version, Today: s.today, Sources: x.reading.sources, Graph: x.graph, Roots: x.reading.roots, Gaps: x.reading.gaps,
		Snippets: x.reading.snippets, Results: x.results, Metas: s.metas, Waivers: x.waivers, Verdicts: s.listed(),
	})
	r.Threshold, _ = threshold(s.failOn) // checked in newScan
	if !s.failOnGiven && c.FailOn != "" {
		r.Threshold, _ = threshold(c.FailOn) // checked in parseConfig
	}
	r.Strict = s.strict || c.Strict
	if len(sources) == 1 && sources[0].tree.repo {
		r.Base = reports.Untrusted(strings.TrimPrefix(sources[0].dir, "."))
	}
	return r
}

// time measures one phase; call the result when it is over.
func (s *scan) time(phase string) func() {
	start := time.Now()
	s.phase.Store(&phase)
	return func() { s.timings = append(s.timings, reports.Timing{Phase: phase, Duration: time.Since(start)}) }
}

// output is one report to write.
type output struct {
	format string
	file   string // "" is standard output
}

var formats = []string{"text", "full", "concise", "json", "sarif", "junit", "markdown", "github", "gitlab"}

func parseOutputs(o *scanOptions) ([]output, error) {
	main := o.format
	if main == "" {
		main = "text"
	}
	outs := []output{{main, ""}}
	for _, x := range o.out {
		format, file, ok := strings.Cut(x, "=")
		if !ok || file == "" {
			return nil, &problem{where: "--out " + x, what: "not FORMAT=FILE", hint: "-o sarif=plumb.sarif"}
		}
		outs = append(outs, output{format, file})
	}
	for _, x := range outs {
		if !slices.Contains(formats, x.format) {
			return nil, &problem{what: "unknown format " + x.format, hint: didYouMean(x.format, formats, "Formats: "+strings.Join(formats, ", "))}
		}
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
				return err
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
	if name == "-" {
		name = "/dev/stdout"
	}
	file, err := os.Create(name)
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
	listed.Findings = s.shown(x.format, r.Findings)
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
		return reports.Markdown(w, &listed)
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
