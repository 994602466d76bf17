package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

// liveOptions are the flags that say which accounts are read and how.
type liveOptions struct {
	profile, roleARN, externalID, mfaSerial string
	regions, excludeRegions                 []string
	accounts                                []string
	org                                     bool
	units, excludeUnits                     []string
	accountTags, excludeAccountTags         []string
	endpointURL                             string
	checkpoint                              string
	resume, dryRun                          bool

	common  *commonOptions
	sys     *system
	running *atomic.Pointer[aws.Scanner]         // while accounts are read
	needs   func() (map[string][]string, error)  // what has to be read; nil: everything
	ask     func(prompt string) (string, error)  // for the code of a second factor
	took    func(*reached, scanners.Found) error // is given what was read; nil: nobody asks
}

func liveFlags(f *pflag.FlagSet, o *liveOptions, sys *system, common *commonOptions) {
	credentialFlags(f, o, sys, common)
	f.StringSliceVar(&o.regions, "regions", nil, "`LIST` of regions (default: those that are enabled)")
	f.StringSliceVar(&o.excludeRegions, "exclude-regions", nil, "`LIST` of regions that are not read")
	f.StringSliceVar(&o.accounts, "accounts", nil, "`LIST` of account IDs or names, read through --role-arn")
	f.BoolVar(&o.org, "org", false, "every account of the organization, through --role-arn")
	f.StringSliceVar(&o.units, "ou", nil, "`LIST` of organizational units: ID, name or path; with --org")
	f.StringSliceVar(&o.excludeUnits, "exclude-ou", nil, "`LIST` of units that are not read")
	f.StringSliceVar(&o.accountTags, "account-tag", nil, "`LIST` of KEY=VALUE that accounts must have; with --org")
	f.StringSliceVar(&o.excludeAccountTags, "exclude-account-tag", nil, "`LIST` of KEY=VALUE of accounts that are not read")
	f.StringVar(&o.checkpoint, "checkpoint", "", "`FILE` for finished calls (default: in the cache folder)")
	f.BoolVar(&o.resume, "resume", false, "go on where an interrupted scan of the same accounts stopped")
	f.BoolVar(&o.dryRun, "dry-run", false, "print the calls and permissions of a live scan, and make none")
	for _, name := range liveFlagNames {
		f.Lookup(name).Annotations = map[string][]string{topicAnnotation: {accountsTopic}}
	}
}

// credentialFlags are those that say as whom an account is reached.
func credentialFlags(f *pflag.FlagSet, o *liveOptions, sys *system, common *commonOptions) {
	o.sys, o.common, o.running = sys, common, &atomic.Pointer[aws.Scanner]{}
	f.StringVar(&o.profile, "profile", "", "`NAME` in ~/.aws/config for sources named aws")
	f.StringVar(&o.roleARN, "role-arn", "", "take the role `ARN`, or NAME in each account (with several: default plumb-read)")
	f.StringVar(&o.externalID, "external-id", "", "`ID` that the role asks for")
	f.StringVar(&o.mfaSerial, "mfa-serial", "", "`ARN` of the second factor; its code is asked for")
	f.StringVar(&o.endpointURL, "endpoint-url", "", "`URL` of an emulator instead of AWS")
}

// liveFlagNames are listed by their own help topic.
var liveFlagNames = []string{"profile", "regions", "exclude-regions", "accounts", "org", "ou", "exclude-ou", "account-tag", "exclude-account-tag",
	"role-arn", "external-id", "mfa-serial", "endpoint-url", "checkpoint", "resume", "dry-run"}

// openLive takes a source `aws`, or `aws:NAME[/REGION]`.
func openLive(arg string) (source, error) {
	name, region, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "aws"), ":"), "/")
	if arg != "aws" && name == "" {
		return source{}, &problem{where: arg, what: "names no account", hint: "aws:NAME with a name of plumb.yaml (accounts:) or of an AWS profile; aws for the credentials at hand"}
	}
	return source{name: arg, kind: live, account: name, region: region}, nil
}

// isLive says whether a source is an account.
func isLive(s source) bool { return s.kind == live }

// readLive reads all accounts that the sources name in one go, and gives what was found by source.
func (r *reader) readLive(ctx context.Context, sources []source) (map[int]*scanners.Found, error) {
	if !slices.ContainsFunc(sources, isLive) {
		return nil, nil
	}
	reached, found, err := r.readReached(ctx, sources)
	if err != nil {
		return nil, err
	}
	if r.live.took != nil {
		if err := r.live.took(reached, found); err != nil {
			return nil, err
		}
	}
	return reached.bySource(found), nil
}

// readReached finds out which accounts the live sources are, and reads them.
func (r *reader) readReached(ctx context.Context, sources []source) (*reached, scanners.Found, error) {
	reached, err := r.live.reach(ctx, sources, r.config)
	if err != nil {
		return nil, scanners.Found{}, err
	}
	o := aws.Options{Services: services.All()}
	if r.live.needs != nil {
		if o.Needs, err = r.live.needs(); err != nil {
			return nil, scanners.Found{}, err
		}
	}
	keeper, err := r.live.openCheckpoint(reached)
	if err != nil {
		return nil, scanners.Found{}, err
	}
	o.Checkpoint = keeper.checkpoint
	if r.live.common.verbose > 1 {
		o.Trace = r.live.trace
	}
	for _, g := range reached.gaps {
		r.live.say("Not read: %s: %s", g.Where, g.Why)
	}
	scanner := aws.New(reached.accounts, o)
	found, err := r.live.scan(ctx, scanner)
	if err != nil {
		return nil, scanners.Found{}, err
	}
	keeper.close(ctx, &r.live, scanner)
	types := aws.Complete(o.Services, o.Needs)
	for _, a := range reached.accounts {
		r.covered = append(r.covered, coveredAccount{a.ID, a.Regions, types})
	}
	found.Gaps = append(found.Gaps, reached.gaps...)
	return reached, found, nil
}

// scan runs a scanner, and says before and after what it does.
func (o *liveOptions) scan(ctx context.Context, scanner *aws.Scanner) (scanners.Found, error) {
	plan, start := scanner.Plan(), time.Now()
	o.say("Reading %s, read-only, %s (Ctrl-C: stop and report)", counted(plan.Accounts, "account"), counted(plan.Lists, "list call"))
	o.running.Store(scanner)
	found, err := scanner.Scan(ctx)
	o.running.Store(nil)
	if err != nil {
		return found, &problem{where: "--resume", what: err.Error(), hint: "leave --resume away to read everything anew"}
	}
	o.summary(scanner, found, time.Since(start))
	return found, nil
}

// summary prints what each account gave and how many calls that took.
func (o *liveOptions) summary(scanner *aws.Scanner, found scanners.Found, took time.Duration) {
	gaps := map[string]int{}
	for _, g := range found.Gaps {
		gaps[g.Root]++
	}
	for _, a := range scanner.Status().Accounts {
		line := fmt.Sprintf("aws:%s  %s", cmp.Or(a.Name, a.ID), counted(a.Found, "resource"))
		if n := gaps[aws.Root(a.ID)]; n > 0 {
			line += "  " + counted(n, "gap")
		}
		o.say("%s", line)
	}
	if o.common.verbose > 0 {
		for _, p := range scanner.Status().Places {
			o.say("  %s %s  %s in %s", p.Account, cmp.Or(p.Region, "without region"), counted(p.Found, "resource"), counted(p.Lists, "list"))
		}
	}
	stats := scanner.Stats()
	total, slowed := 0, 0
	var parts []string
	for _, service := range slices.SortedFunc(maps.Keys(stats.Calls), func(a, b string) int {
		return cmp.Or(stats.Calls[b]-stats.Calls[a], strings.Compare(a, b))
	}) {
		total, slowed = total+stats.Calls[service], slowed+stats.Throttled[service]
		parts = append(parts, fmt.Sprintf("%s %d", service, stats.Calls[service]))
	}
	line := fmt.Sprintf("%s in %s", counted(total, "call"), took.Round(100*time.Millisecond))
	if len(parts) > 0 {
		line += ": " + strings.Join(parts, ", ")
	}
	for _, x := range []struct {
		n    int
		what string
	}{{slowed, "of them throttled and tried again"}, {stats.Restored, "taken over from the scan before"}, {stats.Avoided, "not made, since no check needs them"}} {
		if x.n > 0 {
			line += fmt.Sprintf("; %d %s", x.n, x.what)
		}
	}
	o.say("%s", line)
	if n := len(stats.NotSold); n > 0 {
		o.say("No endpoint, so taken as not sold there: %s%s", strings.Join(stats.NotSold[:min(n, 5)], ", "), more(n-5))
	}
}

// more counts what a list leaves out.
func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// say prints a line on stderr unless -q was given.
func (o *liveOptions) say(format string, arguments ...any) {
	if !o.common.quiet {
		fmt.Fprintln(o.sys.err, reports.Untrusted(fmt.Sprintf(format, arguments...)).Terminal())
	}
}

// trace prints a call on stderr.
func (o *liveOptions) trace(a aws.Attempt) {
	outcome := "answered"
	if a.Err != nil {
		outcome = a.Err.Error()
	}
	o.say("%s %s %s %s, %s: %s", a.Service, a.Operation, a.Account, a.Region, a.Took.Round(time.Millisecond), outcome)
}

// counted is "1 account", "1,204 resources".
func counted(n int, noun string) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	if n == 1 {
		return text + " " + noun
	}
	return text + " " + noun + "s"
}

// status is the progress of a live scan in one line; "" when none runs.
func (o *liveOptions) status(now time.Time, start time.Time) string {
	if o.running == nil {
		return ""
	}
	scanner := o.running.Load()
	if scanner == nil {
		return ""
	}
	s := scanner.Status()
	done, lists, found := 0, 0, 0
	for _, a := range s.Accounts {
		done, lists, found = done+a.Done, lists+a.Lists, found+a.Found
	}
	const cells = 10
	filled := 0
	if lists > 0 {
		filled = cells * done / lists
	}
	line := fmt.Sprintf("[%s%s] %d/%d, %s", strings.Repeat("#", filled), strings.Repeat("-", cells-filled), done, lists, counted(found, "resource"))
	if elapsed := now.Sub(start); done > lists/10 && done < lists && elapsed > 3*time.Second {
		line += fmt.Sprintf(", about %s left", (elapsed * time.Duration(lists-done) / time.Duration(done)).Round(time.Second))
	}
	if last := slowest(s.Places); s.Throttled == "" && len(s.Places) > 2 && last.Done < last.Lists {
		line += fmt.Sprintf(", %s %s %d/%d", last.Account, last.Region, last.Done, last.Lists)
	}
	if s.Throttled != "" {
		line += ", throttled: " + s.Throttled
	}
	return line
}

// slowest is the region of an account with the most that is left to read.
func slowest(places []aws.PlaceStatus) aws.PlaceStatus {
	return slices.MaxFunc(append(places, aws.PlaceStatus{}), func(a, b aws.PlaceStatus) int { return (a.Lists - a.Done) - (b.Lists - b.Done) })
}

// needed says for a live scan which policies are asked for: what they do not read is not called for. Words about results (severities,
// undecided, gaps) leave all in.
func (s selection) needed(m policies.Meta) bool {
	is := func(w string) bool {
		return w == m.ID || w == area(m.ID) || slices.Contains(m.Controls, w) || slices.Contains(m.Requirements, w)
	}
	results := func(w string) bool {
		return w == "undecided" || w == "gaps" || w == "drift" || slices.Contains(policies.Severities, policies.Severity(w))
	}
	if slices.ContainsFunc(s.skip, is) {
		return false
	}
	return len(s.only) == 0 || slices.ContainsFunc(s.only, results) || slices.ContainsFunc(s.only, is)
}

// errDryRun ends a run that only shows what it would do.
var errDryRun = errors.New("nothing was read")

// dry prints the calls and permissions of a live scan.
func (o *liveOptions) dry(ctx context.Context, sources []source, c *config) error {
	reached, err := o.reach(ctx, sources, c)
	if err != nil {
		return err
	}
	opts := aws.Options{Services: services.All()}
	if o.needs != nil {
		if opts.Needs, err = o.needs(); err != nil {
			return err
		}
	}
	plan := aws.New(reached.accounts, opts).Plan()
	w := o.sys.out
	fmt.Fprintf(w, "%s, %s, %s at least; %s not made, since no check needs them\n", counted(plan.Accounts, "account"), counted(plan.Regions, "region"), counted(plan.Lists, "call"), counted(plan.Avoided, "call"))
	for _, call := range plan.Calls {
		times := counted(call.Times, "time") + ", and once more for each further page"
		if call.Each != "" {
			times = "for each " + call.Each
		}
		fmt.Fprintf(w, "  %s %s: %s\n", call.Service, call.Operation, times)
	}
	fmt.Fprintf(w, "Permissions: %s\n", strings.Join(plan.Actions(), ", "))
	for _, g := range reached.gaps {
		fmt.Fprintf(w, "Not reached: %s: %s\n", reports.Untrusted(g.Where).Terminal(), reports.Untrusted(g.Why).Terminal())
	}
	return errDryRun
}

// reached is the accounts that can be read, and why others cannot.
type reached struct {
	accounts []aws.Account
	sources  map[string]int    // account ID -> the source that it belongs to
	readers  map[string]string // account ID -> ARN of the one who reads
	gaps     []scanners.Gap
	first    int // the first live source
	of       string
}

// bySource tells what was found apart.
func (x *reached) bySource(found scanners.Found) map[int]*scanners.Found {
	out := map[int]*scanners.Found{x.first: {}}
	for _, i := range x.sources {
		out[i] = &scanners.Found{}
	}
	of := func(root string) *scanners.Found {
		if i, ok := x.sources[strings.TrimPrefix(root, aws.Root(""))]; ok {
			return out[i]
		}
		return out[x.first]
	}
	for _, r := range found.Resources {
		f := of(r.Root)
		f.Resources = append(f.Resources, r)
	}
	for _, g := range found.Gaps {
		f := of(g.Root)
		f.Gaps = append(f.Gaps, g)
	}
	for _, r := range found.Roots {
		f := of(r.Path)
		f.Roots = append(f.Roots, r)
	}
	return out
}

// completeLive offers profiles and accounts by their names in plumb.yaml; it never calls AWS.
func completeLive(cmd *cobra.Command) {
	cmd.ValidArgsFunction = func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		if word == "" || !strings.HasPrefix("aws:", word) && !strings.HasPrefix(word, "aws:") {
			return nil, cobra.ShellCompDirectiveDefault // files
		}
		names := profileNames()
		if _, c, err := findConfig("", nil); err == nil {
			names = slices.AppendSeq(names, maps.Keys(c.Accounts))
		}
		slices.Sort(names)
		out := []string{"aws"}
		for _, name := range slices.Compact(names) {
			out = append(out, "aws:"+name)
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc("profile", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return profileNames(), cobra.ShellCompDirectiveNoFileComp
	}); err != nil {
		return // the flag is not there: completion offers nothing
	}
}

// liveNeeds is what a live scan has to read: what the policies need, or everything when all drift is asked for.
func (s *scan) liveNeeds() (map[string][]string, error) {
	if s.drift == "all" {
		return nil, nil
	}
	return liveNeeds(s.set, s.wanted)
}

// liveNeeds is what the selected policies read in an account. Those that judge a simulation of failures read what that looks at.
func liveNeeds(set *policies.Set, wanted selection) (map[string][]string, error) {
	simulated := false
	needs, err := set.Needs(func(m policies.Meta) bool {
		simulated = simulated || m.Simulated() && wanted.needed(m)
		return !m.Simulated() && wanted.needed(m)
	})
	if err != nil || needs == nil || !simulated {
		return needs, err
	}
	var types []string
	for _, t := range catalog.Types() {
		if resilience.Reads(t.Name) {
			types = append(types, t.Name)
		}
	}
	return policies.Widen(needs, types), nil
}

// doing is the work in hand, for the progress line.
func (s *scan) doing() string {
	if line := s.live.status(time.Now(), s.sys.now); line != "" {
		return line
	}
	return *s.phase.Load()
}
