package main

import (
	"context"
	"errors"
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

	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/history"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners"
)

// scanOptions are the flags of plumb scan.
type scanOptions struct {
	*commonOptions
	readOptions
	recordOptions
	sources                 []string
	only, skip              []string
	policies                []string
	asOf                    string
	since, configFrom       string
	drift                   string
	format                  string
	out                     []string
	verdicts                []string
	failOn                  string
	strict                  bool
	keepGoing               bool
	baseline, writeBaseline string
	failOnGiven             bool
	commentKey, commentHead string
	hub                     string // where ASFF puts findings of code
	prices                  string
	asReport                bool   // plumb report: see reportOutputs
	bundle                  string // of plumb report: FILE of evidence
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
		Annotations: map[string]string{"sources": "folder, .tf file, plan, state, aws or aws:NAME, - (stdin); default ."},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.sources = args
			o.failOnGiven = cmd.Flags().Changed("fail-on")
			if cmd.Flags().Changed("since") && o.since == "" {
				return &problem{where: "--since", what: "names no commit", hint: "--since origin/main; without the flag everything is reported"}
			}
			return runScan(cmd.Context(), o, sys)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.since, "since", "", "compare with `REF` of git; report new findings only")
	f.StringSliceVar(&o.only, "only", nil, "`LIST` of policies, areas, severities, RA-50, gaps")
	f.StringSliceVar(&o.skip, "skip", nil, "`LIST` of the same words")
	readFlags(f, &o.readOptions)
	liveFlags(f, &o.live, sys, common)
	f.StringArrayVar(&o.policies, "policies", nil, "`DIR` with policies of your own; repeatable")
	f.StringVar(&o.drift, "drift", "verdicts", "`WHICH` drift to list: verdicts (default), all")
	f.StringVar(&o.asOf, "as-of", "", "`DATE` to judge by: waivers, versions (default today)")
	f.StringVar(&o.configFrom, "config-from", "base", "`SIDE` whose plumb.yaml holds: base or head")
	f.VarP(&once{value: &o.format}, "format", "f", "`NAME`: text, full, concise, json, sarif, junit, markdown, html, csv, ocsf, asff, github, gitlab")
	f.StringArrayVarP(&o.out, "out", "o", nil, "`NAME=FILE`: also write this format to a file; repeatable")
	f.StringSliceVar(&o.verdicts, "verdicts", nil, "`LIST`: fail,undecided (default), pass, waived, all")
	f.StringVar(&o.failOn, "fail-on", "high", "`SEVERITY`: critical, high, medium, low, never")
	f.BoolVar(&o.strict, "strict", false, "undecided and gaps fail too (exit 3)")
	f.BoolVar(&o.keepGoing, "keep-going", false, "a broken file is a gap, not an error")
	f.StringVar(&o.baseline, "baseline", "", "`FILE` of known findings, which are counted and not shown")
	f.StringVar(&o.writeBaseline, "write-baseline", "", "`FILE` to write the findings of this run to")
	pricesFlag(f, &o.prices)
	recordFlags(f, &o.recordOptions)
	hubFlag(f, &o.hub)
	f.StringVar(&o.commentKey, "comment-key", "", "`NAME` of the pull request comment among others (default: folder and stage)")
	f.StringVar(&o.commentHead, "comment-head", "", "`SHA` that links of the comment lead to (default: HEAD)")
	for _, name := range []string{"comment-key", "comment-head", "security-hub"} {
		f.Lookup(name).Hidden = true // for those who post the comment, and of plumb report: docs/ci.md, docs/reports.md
	}
	completeFlags(cmd)
	completeLive(cmd)
	groups(cmd, []flagGroup{
		{"What is judged", []string{"since", "only", "skip", "stage", "var", "var-file", "workspace", "root", "module", "download-modules", "state", "policies", "as-of", "config-from"}},
		{"What is shown", []string{"format", "out", "verdicts", "drift", "prices", "baseline", "write-baseline", "record"}},
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
		"format": fixed(formats...), "fail-on": fixed("critical", "high", "medium", "low", "never"), "config-from": fixed("base", "head"), "drift": fixed("verdicts", "all"),
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
	stop := sys.progress(o.quiet, s.doing)
	r, err := s.run(ctx)
	stop()
	if errors.Is(err, errDryRun) {
		return nil
	}
	if err != nil {
		return err
	}
	if slices.ContainsFunc(s.outputs, func(x output) bool { return x.format == "markdown" }) {
		r.Comment = s.comment(ctx, r)
	}
	if err := s.write(r); err != nil {
		return err
	}
	if err := s.pack(ctx, r); err != nil {
		return err
	}
	if s.toldKept(); s.notKept != nil {
		return s.notKept
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
	sys       *system
	today     time.Time
	inputs    []source
	config    *config
	tree      fs.FS // of the config
	set       *policies.Set
	metas     []policies.Meta
	byID      map[string]policies.Meta
	wanted    selection
	outputs   []output
	broken    []scanners.Gap
	catalogue *prices.Catalogue // once it is needed
	kept      *history.Recorded // when the run was recorded
	notKept   error             // why it was not, though it was asked for
	bundled   *bundling         // with --bundle
	timings   []reports.Timing
	phase     atomic.Pointer[string] // for progress
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
	if o.drift != "verdicts" && o.drift != "all" {
		return nil, &problem{where: "--drift " + o.drift, what: "not one of verdicts, all"}
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
	return s, s.checkRecord()
}

// findConfig reads the file of -c, or the nearest plumb.yaml at or above the first folder, inside its repository.
func findConfig(name string, sources []source) (fs.FS, *config, error) {
	if name != "" {
		file, err := os.Open(name)
		var text []byte
		if err == nil {
			text, err = readSmall(file)
		}
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
	s.live.needs = s.liveNeeds
	s.prepareBundle()
	if s.live.dryRun {
		return nil, s.live.dry(ctx, s.inputs, s.config)
	}
	r, side, err := s.judge(ctx, s.inputs, s.config, s.tree, nil)
	if err != nil {
		return nil, err
	}
	if err := s.answer(r, side); err != nil {
		return nil, err
	}
	s.keep(ctx, r, side)
	if s.bundled != nil {
		s.bundled.side = side
	}
	return s.finish(ctx, r, side)
}

// release lets go of what is large and was needed for judging: compiled policies, and verdicts that no report lists.
func (s *scan) release(side *side) {
	s.set = nil
	if !slices.ContainsFunc(s.outputs, s.whole) {
		side.results.Results = nil
	}
}

// finish hides what is known or not asked for.
func (s *scan) finish(ctx context.Context, r *reports.Report, side *side) (*reports.Report, error) {
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
	s.release(side)
	if err := s.priceFixes(r, side); err != nil {
		return nil, err
	}
	return r, s.complete(ctx, r, side)
}
