package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/history"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// recordOptions are the flags that say whether and where a run is recorded.
type recordOptions struct {
	record  string // FILE, URL or defaultPlace; "": nowhere
	project string
}

// defaultPlace stands for the file that a user's runs go to.
const defaultPlace = "default"

func recordFlags(f *pflag.FlagSet, o *recordOptions) {
	f.StringVar(&o.record, "record", "", "`[=WHERE]` to keep the run: plumb help history")
	f.Lookup("record").NoOptDefVal = defaultPlace
	f.StringVar(&o.project, "project", "", "`NAME` of what is followed over time (default: repository and folder, or account)")
	f.Lookup("project").Hidden = true // plumb help history
}

// checkRecord refuses runs that say too little about a project to be compared with others of it. Where the environment asks for
// every run to be recorded, these are left out, and that is said.
func (s *scan) checkRecord() error {
	if s.record == "" {
		return nil
	}
	without := ""
	switch {
	case s.since != "":
		without = "--since"
	case len(s.only)+len(s.skip) > 0 && slices.ContainsFunc(s.inputs, isLive):
		without = "--only and --skip, by which less of the account is read"
	case s.live.dryRun:
		without = "--dry-run"
	}
	switch {
	case without == "":
		_, err := place(s.record, s.sys.env)
		return err
	case s.record != s.sys.env["PLUMB_RECORD"]:
		return &problem{where: "--record", what: "a run that reads only a part cannot be compared with others", hint: "record it without " + without}
	}
	s.record = ""
	if !s.quiet {
		fmt.Fprintln(s.sys.err, "Not recorded: a run that reads only a part cannot be compared with others")
	}
	return nil
}

// keep records a run that was judged whole, before anything is hidden from the report, and gives the report its trend. What
// goes wrong is told when the report is written.
func (s *scan) keep(ctx context.Context, r *reports.Report, x *side) {
	if s.record == "" {
		return
	}
	defer s.time("history")()
	if s.notKept = s.tryKeep(ctx, r, x); s.notKept == nil {
		return
	}
	if ctx.Err() != nil {
		s.notKept = errInterrupted
	}
}

func (s *scan) tryKeep(ctx context.Context, r *reports.Report, x *side) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	where, err := place(s.record, s.sys.env)
	if err != nil {
		return err
	}
	project, err := s.projectName(ctx, x)
	if err != nil {
		return err
	}
	store, err := openHistory(ctx, where)
	if err != nil {
		return notRecorded(where, err)
	}
	rec := recordOf(r, x)
	rec.ID, rec.Project, rec.Started, rec.Commit = runName(s.sys.now), project, s.sys.now, s.comment(ctx, r).Head
	before, err := gapsBefore(ctx, store, project)
	if err != nil {
		return errors.Join(notRecorded(where, err), store.Close())
	}
	rec.Decided = s.decidedFor(x, reports.NewGaps(before, r.Gaps))
	done, err := store.Record(ctx, rec)
	if err != nil {
		return errors.Join(notRecorded(where, err), store.Close())
	}
	s.kept = &done
	runs, err := store.Runs(ctx, history.Query{Project: project, Limit: trendRuns})
	r.Trend = trendOf(runs)
	if err = errors.Join(err, store.Close()); err != nil {
		return historyProblem(where, err)
	}
	return nil
}

// trendRuns is how many runs a trend shows.
const trendRuns = 60

func notRecorded(where string, err error) error {
	err = historyProblem(where, err)
	var p *problem
	if errors.As(err, &p) {
		p.what = "the run was not recorded: " + p.what
	}
	return err
}

// runName is made of the time, so that names sort, and of chance.
func runName(now time.Time) string {
	b := make([]byte, 3)
	_, _ = rand.Read(b) // it never fails: see crypto/rand
	return now.Format("20060102-150405") + "-" + hex.EncodeToString(b)
}

// recordOf is a run as the history keeps it.
func recordOf(r *reports.Report, x *side) history.Record {
	out := history.Record{Run: history.Run{
		Version: version, Resources: r.Resources, Passed: r.Summary[policies.Pass], Undecided: r.Summary[policies.Undecided], Waived: r.Summary[policies.Waived], Gaps: len(r.Gaps),
		Cost: costOf(r.Answers.Costs), Zones: zonesOf(r.Answers.Zones()),
	}}
	for _, src := range r.Sources {
		out.Sources = append(out.Sources, src.Name)
	}
	for _, g := range r.Gaps {
		out.Gaps = append(out.Gaps, history.Gap{Root: g.Root.JSON(), Where: g.Where.JSON(), What: g.What.JSON(), Why: g.Why.JSON()})
	}
	bySeverity := map[policies.Severity]*int{policies.Critical: &out.Failed.Critical, policies.High: &out.Failed.High, policies.Medium: &out.Failed.Medium, policies.Low: &out.Failed.Low}
	for _, f := range r.Findings {
		state, ok := states[f.Verdict]
		if !ok {
			continue
		}
		if n := bySeverity[f.Severity]; f.Verdict == policies.Fail && n != nil {
			*n++
		} else if f.Verdict == policies.Fail {
			out.Failed.Info++
		}
		out.Findings = append(out.Findings, findingOf(f, state))
	}
	return out
}

var states = map[policies.Verdict]history.State{policies.Fail: history.Fail, policies.Waived: history.Waived, policies.Undecided: history.Undecided}

func findingOf(f *reports.Finding, state history.State) history.Finding {
	out := history.Finding{
		Fingerprint: f.Fingerprint, State: state, Severity: string(f.Severity), Policy: f.Policy, Root: f.Root.JSON(), Resource: f.Resource.JSON(), Type: f.Type,
		Message: f.Message.JSON(), File: f.Source.File.JSON(), Line: f.Source.Line,
	}
	if len(f.Controls) > 0 {
		out.Control = f.Controls[0]
	}
	if len(f.Requirements) > 0 {
		out.Requirement = f.Requirements[0]
	}
	return out
}

func costOf(e cost.Estimated) *history.Cost {
	out := &history.Cost{Monthly: e.Monthly, Complete: e.Complete, Catalogue: e.Catalogue}
	at := map[string]int{}
	for _, r := range e.Resources {
		if r.Free {
			continue
		}
		i, ok := at[r.Type]
		if !ok {
			i, at[r.Type] = len(out.Types), len(out.Types)
			out.Types = append(out.Types, history.TypeCost{Type: r.Type})
		}
		out.Types[i].Resources++
		out.Types[i].Monthly = out.Types[i].Monthly.Add(r.Monthly)
	}
	return out
}

var upWords = map[resilience.Up]string{resilience.Yes: "up", resilience.No: "down", resilience.Undecided: "undecided"}

func zonesOf(list []reports.ZoneAnswer) []history.Zone {
	var out []history.Zone
	for _, z := range list {
		out = append(out, history.Zone{Zone: z.Zone.JSON(), Entry: z.Entry.JSON(), Answer: upWords[z.Up], Least: z.Least, Most: z.Most, Because: z.Because.JSON()})
	}
	return out
}

// trendOf turns runs, newest first, into the points of a trend.
func trendOf(runs []history.Run) []reports.TrendPoint {
	var out []reports.TrendPoint
	for _, r := range slices.Backward(runs) {
		p := reports.TrendPoint{
			Run: r.ID, Time: r.Started, Commit: reports.Untrusted(r.Commit), Passed: r.Passed, Undecided: r.Undecided, Waived: r.Waived, Gaps: r.Gaps,
			Failed: map[policies.Severity]int{policies.Critical: r.Failed.Critical, policies.High: r.Failed.High, policies.Medium: r.Failed.Medium, policies.Low: r.Failed.Low, policies.Info: r.Failed.Info},
		}
		if r.Cost != nil {
			p.Monthly, p.Complete = &r.Cost.Monthly, r.Cost.Complete
		}
		for _, z := range r.Zones {
			p.Zones = append(p.Zones, zoneAnswer(z))
		}
		out = append(out, p)
	}
	return out
}

func zoneAnswer(z history.Zone) reports.ZoneAnswer {
	out := reports.ZoneAnswer{Zone: reports.Untrusted(z.Zone), Entry: reports.Untrusted(z.Entry), Least: z.Least, Most: z.Most, Because: reports.Untrusted(z.Because)}
	for up, word := range upWords {
		if word == z.Answer {
			out.Up = up
		}
	}
	return out
}

// gapsBefore lists what the last run of a project did not read.
func gapsBefore(ctx context.Context, store *history.Store, project string) ([]reports.Gap, error) {
	runs, err := store.Runs(ctx, history.Query{Project: project, Limit: 1})
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	list, err := store.Gaps(ctx, runs[0].ID)
	var out []reports.Gap
	for _, g := range list {
		out = append(out, reports.Gap{Root: reports.Untrusted(g.Root), Where: reports.Untrusted(g.Where), What: reports.Untrusted(g.What), Why: reports.Untrusted(g.Why)})
	}
	return out, err
}

// decidedFor says whether a finding of an earlier run is gone for good (see history.Record). What this run did not look for is
// not: a policy that is not loaded any more, an account or a folder that was left out. Of what the last run found, new gaps may
// hide it; of what that run could not judge either, every gap.
func (s *scan) decidedFor(x *side, fresh []reports.Gap) func(history.Finding) bool {
	read := map[string]bool{}
	for _, root := range x.reading.roots {
		read[root.Path] = true
	}
	left := len(s.roots) > 0 || len(x.config.Exclude) > 0
	since := *x
	since.count(fresh)
	return func(f history.Finding) bool {
		if _, loaded := s.byID[f.Policy]; !loaded {
			return false
		}
		if !read[f.Root] && (left || strings.HasPrefix(f.Root, "aws:")) {
			return false
		}
		if f.State == history.Unjudged {
			return x.decided(f.Policy, f.Root, f.Resource)
		}
		return since.decided(f.Policy, f.Root, f.Resource)
	}
}

// toldKept says on standard error what a recorded run changed.
func (s *scan) toldKept() {
	if s.kept == nil || s.quiet {
		return
	}
	k := s.kept
	line := fmt.Sprintf("Recorded as run %s of %s", k.ID, reports.Untrusted(k.Project).Terminal())
	switch {
	case k.Late:
		line += "; it began before the last run that is recorded, so it changes nothing there"
	case k.Before != nil:
		line += fmt.Sprintf(": %d new, %d fixed", k.New, k.Fixed)
		if k.Returned > 0 {
			line += fmt.Sprintf(", %d came back", k.Returned)
		}
		if k.Unjudged > 0 {
			line += fmt.Sprintf(", %d could not be judged", k.Unjudged)
		}
		line += " since " + k.Before.Format(minute)
	}
	fmt.Fprintln(s.sys.err, line)
}

// minute is how a time is printed for people.
const minute = "2006-01-02 15:04 UTC"
