package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

// permissionOptions are the flags of plumb permissions.
type permissionOptions struct {
	*commonOptions
	only, skip, policies []string
	org                  bool
	diff                 string
	plan                 string
	sys                  *system
}

// reaching are the actions that lead to accounts, besides those of services.
var reaching = []string{"ec2:DescribeRegions"}

// reachingOrg are those that walk an organization.
var reachingOrg = []string{"organizations:ListAccountsForParent", "organizations:ListOrganizationalUnitsForParent", "organizations:ListRoots", "organizations:ListTagsForResource", "sts:AssumeRole"}

func newPermissionsCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &permissionOptions{commonOptions: common, sys: sys}
	cmd := &cobra.Command{
		Use:   "permissions aws",
		Short: "What a live scan, or a plan, must be allowed",
		Long: "Print the IAM policy with everything that a live scan reads, and nothing else;\n" +
			"or with exactly what one plan does.",
		Example: `  plumb permissions aws > plumb-read.json
  plumb permissions aws --only rds   for some checks alone
  plumb permissions aws --diff plumb-read.json   what that policy lacks
  plumb permissions --plan 5d1c9e07  what that plan does and undoes`,
		ValidArgs: []string{"aws"},
		RunE: func(_ *cobra.Command, args []string) error {
			if o.plan != "" {
				return planPermissions(o, args)
			}
			if len(args) != 1 || args[0] != "aws" {
				return &problem{what: "permissions for what?", hint: "plumb permissions aws"}
			}
			return runPermissions(o, sys)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&o.only, "only", nil, "`LIST` of policies, areas, RA-50: as of plumb scan")
	f.StringSliceVar(&o.skip, "skip", nil, "`LIST` of the same words")
	f.StringArrayVar(&o.policies, "policies", nil, "`DIR` with policies of your own; repeatable")
	f.BoolVar(&o.org, "org", false, "with what plumb scan --org needs in the management account")
	f.StringVar(&o.diff, "diff", "", "`FILE` with an IAM policy: print only what it does not allow")
	f.StringVar(&o.plan, "plan", "", "`PLAN` (a file or an ID): print the least policy that it can be carried out with")
	completeFlags(cmd)
	return cmd
}

// statement is what a policy allows.
type statement struct {
	Sid      string
	Effect   string
	Action   []string
	Resource string
}

// policyDocument is an IAM policy.
type policyDocument struct {
	Version   string
	Statement []statement
}

func runPermissions(o *permissionOptions, sys *system) error {
	actions, err := permissions(o)
	if err != nil {
		return err
	}
	if o.diff != "" {
		if actions, err = lacking(o.diff, actions); err != nil {
			return err
		}
		if len(actions) == 0 {
			_, err := fmt.Fprintf(sys.out, "%s allows everything that a live scan reads\n", o.diff)
			return err
		}
	}
	doc := policyDocument{Version: "2012-10-17", Statement: []statement{{"PlumbRead", "Allow", actions, "*"}}}
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the policy: %w", err)
	}
	_, err = fmt.Fprintf(sys.out, "%s\n", text)
	return err
}

// permissions lists the actions that the selected policies need.
func permissions(o *permissionOptions) ([]string, error) {
	tree, c, err := findConfig(o.config, nil)
	if err != nil {
		return nil, err
	}
	set, err := loadPolicies(o.policies, c, tree)
	if err != nil {
		return nil, err
	}
	metas, err := set.Policies()
	if err != nil {
		return nil, err
	}
	byID := map[string]policies.Meta{}
	for _, m := range metas {
		byID[m.ID] = m
	}
	wanted, err := newSelection(o.only, o.skip, byID)
	if err != nil {
		return nil, err
	}
	needs, err := liveNeeds(set, wanted)
	if err != nil {
		return nil, err
	}
	actions := append(aws.PlanOf(services.All(), needs).Actions(), reaching...)
	if o.org {
		actions = append(actions, reachingOrg...)
	}
	slices.Sort(actions)
	return slices.Compact(actions), nil
}

// lacking lists the actions that the policy in a file does not allow. Conditions, resources and denials are not weighed: a scan
// says what they refuse.
func lacking(name string, actions []string) ([]string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, &problem{where: "--diff " + name, what: reason(err), hint: "name a file with an IAM policy: aws iam get-policy-version"}
	}
	var doc struct {
		Statement []struct {
			Effect string
			Action oneOrMore
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil || len(doc.Statement) == 0 {
		return nil, &problem{where: "--diff " + name, what: "not an IAM policy: a JSON document with a list of statements", hint: "plumb permissions aws prints one"}
	}
	var allowed []string
	for _, s := range doc.Statement {
		if s.Effect == "Allow" {
			allowed = append(allowed, s.Action...)
		}
	}
	return slices.DeleteFunc(actions, func(a string) bool {
		return slices.ContainsFunc(allowed, func(p string) bool { return covers(p, a) })
	}), nil
}

// covers says whether an action pattern of IAM, in any case and with * and ?, stands for an action.
func covers(pattern, action string) bool {
	ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(action))
	return err == nil && ok
}

// oneOrMore is a text or a list of them, as IAM policies have it.
type oneOrMore []string

// UnmarshalJSON implements json.Unmarshaler.
func (o *oneOrMore) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(o))
}
