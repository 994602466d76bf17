package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func newPoliciesCmd(sys *system, common *commonOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policies",
		Short: "List, test or begin policies",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownVerb(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(newPoliciesListCmd(sys, common), newPoliciesTestCmd(sys), newPoliciesNewCmd(sys))
	return cmd
}

func newPoliciesListCmd(sys *system, common *commonOptions) *cobra.Command {
	var dirs []string
	var format string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "One line for each policy",
		Args:    cobra.NoArgs,
		Example: "  plumb policies list",
		RunE: func(*cobra.Command, []string) error {
			set, err := loadPolicies(dirs, &config{}, nil)
			if err != nil {
				return err
			}
			metas, err := set.Policies()
			switch {
			case err != nil:
				return err
			case format == "json":
				return reports.PolicyListJSON(sys.out, metas)
			case format == "text":
				return reports.PolicyList(sys.out, metas, reports.Look{Width: sys.width(common.width), Colour: sys.colour(common.color)})
			}
			return &problem{what: "unknown format " + format, hint: "text or json"}
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "`NAME`: text, json")
	cmd.Flags().StringArrayVar(&dirs, "policies", nil, "`DIR` with policies of your own; repeatable")
	return cmd
}

func newPoliciesTestCmd(sys *system) *cobra.Command {
	return &cobra.Command{
		Use:     "test DIR",
		Short:   "Check policies of your own and run their cases",
		Long:    "Check the policies of a folder as plumb scan would load them, and run the\nexample of each and the cases in AREA/NAME.txtar.",
		Example: "  plumb policies test policies",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &problem{what: "test which policies?", hint: "plumb policies test DIR"}
			}
			return runPoliciesTest(cmd.Context(), args[0], sys)
		},
	}
}

func runPoliciesTest(ctx context.Context, dir string, sys *system) error {
	set, err := loadPolicies([]string{dir}, &config{}, nil)
	if err != nil {
		return err
	}
	fsys, err := openDisk(dir)
	if err != nil {
		return &problem{where: dir, what: reason(err)}
	}
	read := func(ctx context.Context, files fs.FS) (*graph.Graph, error) {
		found, err := terraform.New(files, terraform.Options{}).Scan(ctx)
		if err != nil {
			return nil, err
		}
		policies.Observe(files, found.Resources)
		return withFacts(catalog.Build(found.Resources, catalog.Options{}), &config{}, false)
	}
	outcomes, err := set.RunCases(ctx, fsys, read, policies.Options{Today: sys.now}, nil)
	if err != nil {
		return err
	}
	failed := 0
	for _, o := range outcomes {
		if o.Err != nil {
			failed++
			fmt.Fprintf(sys.out, "failed  %s  %s\n", reports.Untrusted(o.Case.Policy), lines(o.Err.Error()))
		}
	}
	fmt.Fprintf(sys.out, "%d cases, %d failed\n", len(outcomes), failed)
	switch {
	case failed > 0:
		return errReported
	case len(outcomes) == 0:
		return &problem{where: dir, what: "no cases found", looked: "policies AREA/NAME.rego with an example, and AREA/NAME.txtar", hint: "plumb policies new AREA.NAME --dir " + dir}
	}
	return nil
}

var policyName = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$`)

func newPoliciesNewCmd(sys *system) *cobra.Command {
	var dir, judges string
	cmd := &cobra.Command{
		Use:     "new AREA.NAME",
		Short:   "Begin a policy of your own",
		Example: "  plumb policies new company.tagged --judges aws_s3_bucket",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || !policyName.MatchString(args[0]) {
				return &problem{what: "a name is needed: AREA.NAME in lower case", hint: "plumb policies new company.tagged"}
			}
			if catalog.Lookup(judges) == nil {
				return unknownType(judges)
			}
			return writePolicy(args[0], judges, dir, sys)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "policies", "`DIR` to write to")
	cmd.Flags().StringVar(&judges, "judges", "aws_s3_bucket", "`TYPE` of the resources that it judges")
	return cmd
}

func unknownType(name string) error {
	var names []string
	for _, t := range catalog.Types() {
		names = append(names, t.Name)
	}
	return &problem{where: "--judges " + name, what: "not a resource type that plumb knows", hint: didYouMean(name, names, "Types: docs/resource-types.md")}
}

// writePolicy writes the policy and its cases; a file that is there is left alone.
func writePolicy(id, judges, dir string, sys *system) error {
	a, name, _ := strings.Cut(id, ".")
	fill := strings.NewReplacer("AREA", a, "NAME", name, "TYPE", judges)
	folder := filepath.Join(dir, a)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return &problem{where: folder, what: reason(err)}
	}
	for _, f := range []struct{ ending, text string }{{".rego", newPolicy}, {".txtar", newCases}} {
		file := filepath.Join(folder, name+f.ending)
		out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return &problem{where: file, what: "is there already", hint: "choose another name, or edit it"}
		}
		if err != nil {
			return &problem{where: file, what: reason(err)}
		}
		if _, err := out.WriteString(fill.Replace(f.text)); err != nil {
			return errors.Join(fmt.Errorf("writing %s: %w", file, err), out.Close())
		}
		if err := out.Close(); err != nil {
			return fmt.Errorf("writing %s: %w", file, err)
		}
		fmt.Fprintln(sys.out, filepath.ToSlash(file))
	}
	fmt.Fprintf(sys.out, "Next: plumb policies test %s, then plumb scan --policies %s\n", dir, dir)
	return nil
}

const newPolicy = `# METADATA
# title: It has a tag that names its owner
# description: Without an owner nobody knows whom to ask.
# custom:
#   control: []
#   judges: TYPE
#   requirement: []
#   severity: medium
#   non_production: same
#   disruption: none
#   remediation: Add the tag Owner.
#   example: |
#     resource "TYPE" "example" {
#       tags = { Name = "example" }
#     }
package AREA.NAME

judged contains i if {
	some i, _ in input.TYPE
}

owned contains i if {
	some i, r in input.TYPE
	r.tags.Owner != ""
}

deny contains {"at": i, "attribute": "tags", "message": "has no tag Owner"} if {
	some i in judged
	not owned[i]
}
`

const newCases = `-- pass: the tag is there --
resource "TYPE" "example" {
  tags = { Owner = "web" }
}
-- fail: no tags at all --
resource "TYPE" "example" {}
-- undecided: the tags come from outside --
variable "tags" { type = map(string) }
resource "TYPE" "example" {
  tags = var.tags
}
`
