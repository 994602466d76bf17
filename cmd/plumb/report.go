package main

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/plumbline-dev/plumbline/reports"
)

// reportFormats are the formats of plumb report; the first is its default.
var reportFormats = []string{"html", "markdown", "csv", "ocsf", "asff", "json", "sarif", "junit"}

func newReportCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &scanOptions{commonOptions: common, drift: "verdicts", configFrom: "base", failOn: "never"}
	cmd := &cobra.Command{
		Use:   "report [source...]",
		Short: "A report for people to read and auditors to follow",
		Long: `What holds and what does not by chapter of the reference architecture, what
stops when a zone is lost, what it costs, and the evidence. Exit status 0
whatever it says; plumb scan is the gate.`,
		Example: `  plumb report -o report.html           this folder, one file for the browser
  plumb report . aws:shop-prod -o report.html`,
		Annotations: map[string]string{"sources": "as of plumb scan, and its flags for reading; default ."},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.sources = args
			return runReport(cmd.Context(), o, sys)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.VarP(&once{value: &o.format}, "format", "f", "`NAME`: "+strings.Join(reportFormats, ", "))
	f.StringArrayVarP(&o.out, "out", "o", nil, "`FILE` of that format, or NAME=FILE for another; repeatable")
	f.StringSliceVar(&o.only, "only", nil, "`LIST` of policies, areas, severities, RA-50, gaps")
	f.StringSliceVar(&o.skip, "skip", nil, "`LIST` of the same words")
	f.StringArrayVar(&o.policies, "policies", nil, "`DIR` with policies of your own; repeatable")
	f.StringVar(&o.asOf, "as-of", "", "`DATE` to judge by: waivers, versions (default today)")
	f.StringSliceVar(&o.verdicts, "verdicts", nil, "`LIST` for csv, ocsf, asff, json: fail,undecided,waived (default), pass, all")
	hubFlag(f, &o.hub)
	pricesFlag(f, &o.prices)
	recordFlags(f, &o.recordOptions)
	f.StringVar(&o.bundle, "bundle", "", "`FILE` for an auditor: reports, what was read, policies, waivers, checksums")
	readFlags(f, &o.readOptions)
	liveFlags(f, &o.live, sys, common)
	completeLive(cmd)
	for _, name := range []string{"stage", "var-file", "workspace", "root", "module", "download-modules", "state", "policies", "prices", "as-of"} {
		f.Lookup(name).Hidden = true // as in plumb scan, whose help lists them
	}
	cmd.AddCommand(newReportDiffCmd(sys, common), newReportCommentCmd(sys, common), newReportVerifyCmd(sys, common))
	return cmd
}

// runReport reads and judges as plumb scan does, and writes what it found.
func runReport(ctx context.Context, o *scanOptions, sys *system) error {
	o.asReport = true
	outs, err := reportOutputs(o)
	if err != nil {
		return err
	}
	if sys.outTerminal && slices.Contains(outs, output{format: "html"}) {
		return &problem{what: "a page for a browser does not go to a terminal", hint: "plumb report -o report.html, or -f markdown to read it here"}
	}
	return runScan(ctx, o, sys)
}

// reportOutputs reads -f and -o, where "-f NAME -o FILE" is "-o NAME=FILE". Standard output gets a report only when nothing
// else was asked for, or when -f asks for one and no file takes it.
func reportOutputs(o *scanOptions) ([]output, error) {
	main := cmp.Or(o.format, reportFormats[0])
	printed := len(o.out) == 0 && o.bundle == "" || o.format != ""
	named := slices.Clone(o.out)
	for i, x := range named {
		if !strings.Contains(x, "=") {
			named[i], printed = main+"="+x, false
		}
	}
	outs, err := outputsOf(main, named, reportFormats)
	if err != nil || printed {
		return outs, err
	}
	return outs[1:], nil
}

// hubFlag is the flag of the asff format.
func hubFlag(f *pflag.FlagSet, place *string) {
	f.StringVar(place, "security-hub", "", "`ACCOUNT/REGION` where asff puts findings of code")
}

// asff writes findings for Security Hub, which keeps each in an account.
func (s *scan) asff(w io.Writer, r *reports.Report) error {
	var place reports.HubPlace
	if s.hub != "" {
		account, region, ok := strings.Cut(s.hub, "/")
		if !ok || region == "" {
			return &problem{where: "--security-hub " + s.hub, what: "not ACCOUNT/REGION", hint: "--security-hub 111111111111/eu-west-1"}
		}
		place = reports.HubPlace{Account: account, Region: region}
	}
	if err := reports.ASFF(w, r, place); err != nil {
		return &problem{what: err.Error(), hint: "say which: --security-hub 111111111111/eu-west-1"}
	}
	return nil
}
