package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/docs"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
)

// explainOptions are the flags of plumb explain.
type explainOptions struct {
	*commonOptions
	readOptions
	policies []string
	what     string
	sources  []string
}

func newExplainCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &explainOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "explain WHAT [source...]",
		Short: "One policy, requirement or resource",
		Long:  "Explain a policy (rds.multi_az), a control (RDS-MULTIAZ-001), a requirement\n(RA-50) or a resource by its address, and say what it means for the code here.",
		Example: `  plumb explain rds.multi_az           why it exists, how to fix or waive it
  plumb explain RA-50                  the policies that check a requirement
  plumb explain aws_db_instance.main   every verdict on one resource`,
		Annotations: map[string]string{"sources": "where to look for findings; default ."},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return policyIDs(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &problem{what: "explain what?", hint: "plumb explain rds.multi_az; all policies: plumb policies list"}
			}
			o.what, o.sources = args[0], args[1:]
			return runExplain(cmd.Context(), o, sys)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVar(&o.policies, "policies", nil, "`DIR` with policies of your own; repeatable")
	readFlags(f, &o.readOptions)
	return cmd
}

func policyIDs() []string {
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		return nil // completion has nobody to tell
	}
	metas, err := set.Policies()
	if err != nil {
		return nil
	}
	ids := make([]string, 0, len(metas))
	for _, m := range metas {
		ids = append(ids, m.ID)
	}
	return ids
}

func runExplain(ctx context.Context, o *explainOptions, sys *system) error {
	s := &scan{scanOptions: &scanOptions{commonOptions: o.commonOptions, readOptions: o.readOptions, policies: o.policies, verdicts: []string{"all"}}, sys: sys, today: sys.now}
	s.quiet = true
	here, err := s.here(ctx, o.sources)
	if err != nil {
		return err
	}
	look := reports.Look{Width: sys.width(o.width), Colour: sys.colour(o.color)}
	if m, ok := s.byID[o.what]; ok {
		return reports.ExplainPolicy(sys.out, m, here, look)
	}
	var chosen []policies.Meta
	for _, m := range s.metas {
		if slices.Contains(m.Controls, o.what) || slices.Contains(m.Requirements, o.what) || area(m.ID) == o.what {
			chosen = append(chosen, m)
		}
	}
	switch {
	case len(chosen) == 1 && !strings.HasPrefix(o.what, "RA-"):
		return reports.ExplainPolicy(sys.out, chosen[0], here, look)
	case len(chosen) > 0 || len(about(o.what)) > 0:
		return reports.ExplainGroup(sys.out, o.what, about(o.what), chosen, here, look)
	case here != nil && reports.ExplainResource(sys.out, o.what, here, look):
		return nil
	}
	return s.unknown(o.what, here)
}

// about gives what a requirement demands and the sentences that it comes from; nothing for other names.
func about(what string) []string {
	r, ok := docs.Find(what)
	if !ok {
		return nil
	}
	return append([]string{r.Status + " " + r.Text}, r.Quotes...)
}

// unknown says that nothing has that name.
func (s *scan) unknown(what string, here *reports.Report) error {
	var names []string
	for _, m := range s.metas {
		names = append(append(append(names, m.ID), m.Controls...), m.Requirements...)
	}
	if here != nil {
		for _, f := range here.Findings {
			names = append(names, f.Resource.JSON())
		}
	}
	if requirement.MatchString(what) {
		return &problem{where: what, what: "the reference architecture has no requirement of that name", hint: "plumb policies list"}
	}
	return &problem{where: what, what: "no policy, control, requirement, or resource here has this name", hint: didYouMean(what, names, "All policies: plumb policies list")}
}

// enough is how many entries of the working folder are looked at for code when none was named.
const enough = 5000

// here judges the sources, or gives nil when there is nothing to judge where no source was named.
func (s *scan) here(ctx context.Context, args []string) (*reports.Report, error) {
	inputs, err := openSources(args, s.sys.in)
	if err != nil {
		return nil, err
	}
	if s.tree, s.config, err = findConfig(s.scanOptions.config, inputs); err != nil {
		return nil, err
	}
	if err := s.loadPolicies(s.config, s.tree); err != nil {
		return nil, err
	}
	if len(args) == 0 {
		sub, err := fs.Sub(inputs[0].tree.fsys, inputs[0].dir)
		if err != nil {
			return nil, err
		}
		if saw, err := look(sub, ".", enough); err != nil || !saw.found {
			return nil, nil
		}
	}
	r, _, err := s.judge(ctx, inputs, s.config, s.tree, nil)
	if errors.Is(err, os.ErrPermission) && len(args) == 0 {
		return nil, nil
	}
	return r, err
}
