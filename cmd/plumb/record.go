package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
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

// place is the file or URL of a history. A password may stand in the environment and not in a flag, which others can see.
func place(record string, env map[string]string) (string, error) {
	fromEnv := env["PLUMB_RECORD"]
	if record == defaultPlace && fromEnv != "" {
		record = fromEnv
	}
	if history.IsURL(record) {
		u, err := url.Parse(record)
		if err != nil {
			return "", &problem{where: "--record", what: "not a URL", hint: "--record=postgres://HOST/DATABASE"}
		}
		if _, secret := u.User.Password(); (secret || u.Query().Has("password")) && record != fromEnv {
			return "", &problem{where: "--record", what: "a password in a flag can be seen by others", hint: "give the whole URL in PLUMB_RECORD, or the password in PGPASSWORD or ~/.pgpass"}
		}
		return record, nil
	}
	if strings.Contains(record, "://") {
		return "", &problem{where: "--record", what: "neither a file nor a database that plumb knows", hint: "--record=FILE or --record=postgres://HOST/DATABASE"}
	}
	if record != defaultPlace {
		return record, nil
	}
	folder, err := stateFolder(env)
	return filepath.Join(folder, "plumb", "history.db"), err
}

// stateFolder is where programs keep what they remember for a user.
func stateFolder(env map[string]string) (string, error) {
	if dir := env["XDG_STATE_HOME"]; filepath.IsAbs(dir) {
		return dir, nil
	}
	if dir := env["LocalAppData"]; runtime.GOOS == "windows" && dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", &problem{where: "--record", what: "there is no home folder", hint: "--record=FILE"}
	}
	return filepath.Join(home, ".local", "state"), nil
}

// shownPlace is a place as it may be printed.
func shownPlace(where string) string {
	if u, err := url.Parse(where); err == nil && history.IsURL(where) {
		u.RawQuery = ""
		return u.Redacted()
	}
	return where
}

// historyProblem says what is wrong with a history and what to do.
func historyProblem(where string, err error) error {
	p := &problem{where: shownPlace(where), what: err.Error()}
	hints := []struct {
		kind error
		hint string
	}{
		{history.ErrNothing, "plumb scan --record keeps a run"},
		{history.ErrNewer, "use that plumb, or another place: --record=FILE"},
		{history.ErrOlder, "the next plumb scan --record brings it up to date"},
		{history.ErrForeign, "name another file: --record=FILE"},
		{history.ErrLocked, "it was waited for. Try again, or find the process that does not end"},
		{history.ErrReadOnly, "name a place that you may write to: --record=FILE"},
		{history.ErrBroken, "move it away and begin anew, or restore a copy"},
		{history.ErrFull, "make room and try again"},
		{fs.ErrPermission, "name a place that you may write to: --record=FILE"},
	}
	for _, h := range hints {
		if errors.Is(err, h.kind) {
			p.what, p.hint = h.kind.Error(), h.hint
			if !errors.Is(err, history.ErrNothing) {
				p.saw = err.Error()
			}
			return p
		}
	}
	p.hint = "plumb history --help"
	return p
}

// openHistory opens a history for recording. A new file is its owner's alone: it names what is weak.
func openHistory(ctx context.Context, where string) (*history.Store, error) {
	if !history.IsURL(where) {
		if err := os.MkdirAll(filepath.Dir(where), 0o700); err != nil {
			return nil, err
		}
		file, err := os.OpenFile(where, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
	return history.Open(ctx, where, history.Patience)
}

// checkRecord refuses runs that say too little about a project to be compared with others of it.
func (s *scan) checkRecord() error {
	if s.record == "" {
		return nil
	}
	part := func(flag string) error {
		return &problem{where: "--record", what: "a run that reads only a part cannot be compared with others", hint: "record it without " + flag}
	}
	switch {
	case s.since != "":
		return part("--since")
	case len(s.only)+len(s.skip) > 0 && slices.ContainsFunc(s.inputs, isLive):
		return part("--only and --skip, by which less of the account is read")
	case s.live.dryRun:
		return part("--dry-run")
	}
	_, err := place(s.record, s.sys.env)
	return err
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
	rec.Decided = s.decidedFor(x)
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
		out.Run.Gaps = len(r.Gaps)
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

// decidedFor says whether a finding of an earlier run is gone for good (see history.Record). What this run did not look for is
// not: a policy that is not loaded any more, an account or a folder that was left out.
func (s *scan) decidedFor(x *side) func(history.Finding) bool {
	read := map[string]bool{}
	for _, root := range x.reading.roots {
		read[root.Path] = true
	}
	left := len(s.roots) > 0 || len(x.config.Exclude) > 0
	return func(f history.Finding) bool {
		if _, loaded := s.byID[f.Policy]; !loaded {
			return false
		}
		if !read[f.Root] && (left || strings.HasPrefix(f.Root, "aws:")) {
			return false
		}
		return x.decided(f.Policy, f.Root, f.Resource)
	}
}

// projectName is what is followed over time: the repository and folder, or the account, and the view that flags give of it.
func (s *scan) projectName(ctx context.Context, x *side) (string, error) {
	if s.project != "" {
		return s.project, nil
	}
	var names []string
	for _, in := range s.inputs {
		name, err := s.sourceName(ctx, in, x)
		if err != nil {
			return "", err
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	name := strings.Join(names, " + ")
	view := slices.DeleteFunc([]string{s.stage, s.workspace}, func(w string) bool { return w == "" })
	for _, f := range s.varFiles {
		view = append(view, path.Base(filepath.ToSlash(f)))
	}
	if len(view) > 0 {
		name += " @ " + strings.Join(view, ",")
	}
	return name, nil
}

func (s *scan) sourceName(ctx context.Context, in source, x *side) (string, error) {
	switch {
	case in.kind == live && s.live.org:
		return "aws:org", nil
	case in.kind == live, in.kind == stored:
		return accountNames(in, x), nil
	case in.kind == document:
		return "", &problem{where: "--record", what: "what " + in.name + " is followed as is not known: a plan does not say where it is from", hint: "--project NAME"}
	}
	name := filepath.ToSlash(in.tree.top)
	if in.tree.repo {
		if out, err := git(ctx, in.tree.top, "config", "--get", "remote.origin.url"); err == nil {
			name = remoteName(strings.TrimSpace(string(out)), name)
		}
	}
	return path.Join(name, in.dir, in.file), nil
}

// accountNames lists the accounts that were read, with the regions when they are not all.
func accountNames(in source, x *side) string {
	var out []string
	for _, root := range x.reading.roots {
		if strings.HasPrefix(root.Path, "aws:") && !slices.Contains(out, root.Path) {
			out = append(out, root.Path)
		}
	}
	slices.Sort(out)
	name := strings.Join(out, " + ")
	if name == "" {
		name = in.name
	}
	if in.region != "" {
		name += "/" + in.region
	}
	return name
}

// scpLike is a remote as git writes it for ssh: git@github.com:shop/infra.git.
var scpLike = regexp.MustCompile(`^(?:[^@/]+@)?([^:/]+):([^/].*)$`)

// remoteName is a remote without its scheme and its credentials: github.com/shop/infra. fallback stands for what is no remote
// of elsewhere.
func remoteName(remote, fallback string) string {
	host, name := "", ""
	if u, err := url.Parse(remote); err == nil && u.Host != "" {
		host, name = u.Host, u.Path
	} else if m := scpLike.FindStringSubmatch(remote); m != nil && !strings.Contains(remote, "://") {
		host, name = m[1], m[2]
	}
	if host == "" {
		return fallback
	}
	return path.Join(host, strings.TrimSuffix(name, ".git"))
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
