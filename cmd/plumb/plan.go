package main

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/plumbline-dev/plumbline/remedy"
	remedysource "github.com/plumbline-dev/plumbline/remedy/source"
	"github.com/plumbline-dev/plumbline/reports"
)

// planOptions are the flags of plumb plan.
type planOptions struct {
	*commonOptions
	scan      scanOptions
	resources []string
	stages    []string
	maxCost   string
	cheapest  string
	changes   string
	liveToo   bool
	window    bool
	terraform string // the program; "" when it is not asked
	expires   time.Duration
	sign      string
	branch    string
	out       string
	format    string
	reading   []string // the flags that a scan must be given to read the same
}

func newPlanCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &planOptions{commonOptions: common}
	o.scan.commonOptions = common
	cmd := &cobra.Command{
		Use:   "plan [source...]",
		Short: "Work out fixes, to be read and approved",
		Long: "Turn findings into a plan: what is changed where, what it closes, what it costs\n" +
			"and risks, and how it is undone. Nothing is changed; plumb apply carries it out.",
		Example: `  plumb plan --only rds,s3.versioning     of this folder
  plumb plan . aws:shop-prod -o plan.json   code is fixed in code, the rest live
  plumb plan --cheapest survive-any-zone
  plumb plan --changes wanted.json          changes of your own`,
		Annotations: map[string]string{"sources": "as of plumb scan, and its flags for reading; default ."},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.scan.sources = args
			o.reading = readingFlags(cmd.Flags())
			return runPlan(cmd.Context(), o, sys)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&o.scan.only, "only", nil, "`LIST` of policies, areas, severities, RA-50")
	f.StringSliceVar(&o.scan.skip, "skip", nil, "`LIST` of the same words")
	f.StringSliceVar(&o.resources, "resource", nil, "`LIST` of addresses; * stands for anything")
	f.StringSliceVar(&o.stages, "of-stage", nil, "`LIST` of stages whose findings are fixed")
	f.StringVar(&o.maxCost, "max-cost", "", "`AMOUNT` a month at most; the severest come first")
	f.StringVar(&o.cheapest, "cheapest", "", "the cheapest set of fixes for `GOAL`: survive-any-zone, survive-zone:NAME, carry-full-load")
	f.StringVar(&o.changes, "changes", "", "`FILE` with changes to plan instead of fixes: docs/plan.md")
	f.BoolVar(&o.liveToo, "live-too", false, "also change what code owns where it runs; the next apply of the code may undo it")
	f.BoolVar(&o.window, "in-window", false, "leave what a database can put off to its maintenance window")
	f.StringVar(&o.terraform, "terraform", "", "ask terraform plan, or =`PROGRAM`, about the edits; it runs the providers of the code")
	f.Lookup("terraform").NoOptDefVal = "terraform"
	readFlags(f, &o.scan.readOptions)
	liveFlags(f, &o.scan.live, sys, common)
	f.StringArrayVar(&o.scan.policies, "policies", nil, "`DIR` with policies of your own; repeatable")
	f.StringVar(&o.scan.asOf, "as-of", "", "`DATE` to judge by (default today)")
	pricesFlag(f, &o.scan.prices)
	f.VarP(&once{value: &o.format}, "format", "f", "`NAME`: text, json")
	f.StringVarP(&o.out, "out", "o", "", "`FILE` for the plan (default .plumb/plans/ID.json)")
	f.DurationVar(&o.expires, "expires", time.Hour, "`TIME` that the plan is good for")
	f.StringVar(&o.sign, "sign", "", "`FILE` with the private key (ed25519, PEM) to sign with")
	f.StringVar(&o.branch, "branch", "", "commit the edits of files as git branch `NAME`, with a text for a pull request")
	for _, name := range []string{"stage", "var-file", "workspace", "root", "module", "download-modules", "state", "dry-run"} {
		f.Lookup(name).Hidden = true // as in plumb scan, whose help lists them
	}
	groups(cmd, []flagGroup{
		{"What is fixed", []string{"only", "skip", "resource", "of-stage", "max-cost", "cheapest", "changes", "live-too", "in-window", "terraform"}},
		{"What is read", []string{"var", "stage", "var-file", "workspace", "root", "module", "download-modules", "state", "policies", "as-of", "prices"}},
		{"What is written", []string{"format", "out", "expires", "sign", "branch"}},
	})
	return cmd
}

// readingFlags gives the flags that say what is read and judged, as --NAME=VALUE, for a scan that is to read the same.
func readingFlags(f *pflag.FlagSet) []string {
	names := []string{"stage", "var", "var-file", "workspace", "module", "download-modules", "root", "state", "regions", "exclude-regions", "accounts", "org",
		"ou", "exclude-ou", "account-tag", "exclude-account-tag", "policies", "as-of", "only", "skip"}
	var out []string
	for _, name := range names {
		flag := f.Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			for _, v := range list.GetSlice() {
				out = append(out, "--"+name+"="+v)
			}
			continue
		}
		out = append(out, "--"+name+"="+flag.Value.String())
	}
	return out
}

// check finds mistakes in the flags before anything is read.
func (o *planOptions) check() (*decimal.Decimal, error) {
	if o.format == "" {
		o.format = "text"
	}
	if !slices.Contains([]string{"text", "json"}, o.format) {
		return nil, &problem{what: "unknown format " + o.format, hint: didYouMean(o.format, []string{"text", "json"}, "text or json")}
	}
	if o.changes != "" && (o.cheapest != "" || o.maxCost != "" || len(o.scan.only)+len(o.scan.skip)+len(o.resources)+len(o.stages) > 0) {
		return nil, &problem{where: "--changes " + o.changes, what: "changes of your own are planned as they are; nothing selects among them", hint: "leave the other flag out"}
	}
	if o.expires <= 0 {
		return nil, &problem{where: "--expires " + o.expires.String(), what: "not a time that lies ahead", hint: "--expires 1h"}
	}
	if err := o.findTerraform(); err != nil {
		return nil, err
	}
	if o.maxCost == "" {
		return nil, nil
	}
	limit, err := decimal.NewFromString(strings.TrimPrefix(o.maxCost, "$"))
	if err != nil || limit.IsNegative() {
		return nil, &problem{where: "--max-cost " + o.maxCost, what: "not an amount", hint: "--max-cost 100"}
	}
	return &limit, nil
}

func runPlan(ctx context.Context, o *planOptions, sys *system) error {
	limit, err := o.check()
	if err != nil {
		return err
	}
	o.scan.format, o.scan.failOn, o.scan.drift, o.scan.configFrom = "text", "never", "verdicts", "base"
	s, err := newScan(&o.scan, sys)
	if err != nil {
		return err
	}
	p := &planning{planOptions: o, scan: s, limit: limit, baseline: map[string]*remedysource.Foreseen{}}
	stop := sys.progress(o.quiet, s.doing)
	plan, err := p.make(ctx)
	stop()
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		return err
	}
	if len(plan.Steps)+len(plan.Refused)+len(plan.Manual) == 0 {
		_, err := fmt.Fprintln(sys.out, "Nothing to plan: no finding that was asked for fails.")
		return err
	}
	if err := o.keep(ctx, plan, p.report.Gaps, sys); err != nil {
		return err
	}
	if len(plan.Steps) == 0 && len(plan.Refused) > 0 {
		return errFindings
	}
	return nil
}

// keep seals, signs, writes and prints the plan.
func (o *planOptions) keep(ctx context.Context, plan *remedy.Plan, gaps []reports.Gap, sys *system) error {
	if err := remedy.Seal(plan); err != nil {
		return err
	}
	if o.sign != "" {
		if err := signPlan(o.sign, plan); err != nil {
			return err
		}
	}
	text, err := remedy.Encode(plan)
	if err != nil {
		return err
	}
	name := o.out
	if name == "" && len(plan.Steps) > 0 {
		name = filepath.Join(plansFolder, plan.ID+".json")
		if err := workFolder(); err != nil {
			return err
		}
	}
	if name != "" {
		if err := inFolder(name, text); err != nil {
			return &problem{where: name, what: reason(err), hint: "name another file: -o FILE"}
		}
	}
	if o.format == "json" {
		_, err := sys.out.Write(text)
		return err
	}
	if err := printPlan(sys.out, plan, gaps, name, sys.width(o.width)); err != nil {
		return err
	}
	if o.branch == "" {
		return nil
	}
	return commitPlan(ctx, plan, o.branch, sys)
}

// inFolder writes a file that only its owner can read, with the folders above it.
func inFolder(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return writePrivate(name, text)
}

// signPlan signs with a private key in PEM (PKCS 8).
func signPlan(name string, plan *remedy.Plan) error {
	file, err := os.Open(name)
	if err != nil {
		return &problem{where: "--sign " + name, what: reason(err), hint: "openssl genpkey -algorithm ed25519 -out plumb.key"}
	}
	defer file.Close() // it was only read
	text, err := io.ReadAll(io.LimitReader(file, maxConfig))
	if err != nil {
		return &problem{where: "--sign " + name, what: reason(err)}
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return &problem{where: "--sign " + name, what: "not a key in PEM", hint: "openssl genpkey -algorithm ed25519 -out plumb.key"}
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return &problem{where: "--sign " + name, what: "not an ed25519 private key", hint: "openssl genpkey -algorithm ed25519 -out plumb.key"}
	}
	return remedy.Sign(plan, key)
}
