package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// leastStatement is one statement of a least policy.
type leastStatement struct {
	Sid       string
	Effect    string
	Action    []string
	Resource  []string
	Condition map[string]map[string]string `json:",omitempty"`
}

// planPermissions prints the least IAM policy for exactly one plan: what its calls and read-backs need, and apart from that what
// taking it back needs. For a plan that changes several accounts it is an object with a policy for each account's ID.
func planPermissions(o *permissionOptions, args []string) error {
	if len(args) > 0 || o.diff != "" || o.org || len(o.only)+len(o.skip) > 0 {
		return &problem{where: "--plan " + o.plan, what: "a plan says itself what it needs", hint: "plumb permissions --plan " + o.plan}
	}
	text, err := readPlan(o.plan)
	if err != nil {
		return err
	}
	plan, err := remedy.Open(text, o.sys.now, version)
	var u *remedy.Unfit
	if err != nil && (plan == nil || !errors.As(err, &u) || u.Flaw != remedy.Expired) {
		return unfitPlan(o.plan, err)
	}
	byAccount := map[string]leastPolicy{}
	for i, source := range plan.Sources {
		if list := leastStatements(plan, i); len(list) > 0 {
			byAccount[source.Account] = leastPolicy{"2012-10-17", list}
		}
	}
	var printed any = byAccount
	switch len(byAccount) {
	case 0:
		return &problem{where: o.plan, what: "the plan changes files only: it needs nothing in an account", hint: "plumb apply " + o.plan}
	case 1:
		for _, only := range byAccount {
			printed = only
		}
	}
	out, err := json.MarshalIndent(printed, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the policy: %w", err)
	}
	_, err = fmt.Fprintf(o.sys.out, "%s\n", out)
	return err
}

// leastPolicy is an IAM policy document.
type leastPolicy struct {
	Version   string
	Statement []leastStatement
}

// conditionOperators are those of the keys that hold no text. Source: Service Authorization Reference, AWS KMS and Amazon EC2.
var conditionOperators = map[string]string{"kms:GrantIsForAWSResource": "Bool", "ec2:LaunchTemplate": "ArnEquals"}

// withCondition adds a condition, by the operator that IAM asks for.
func withCondition(to map[string]map[string]string, key, value string) map[string]map[string]string {
	operator := cmp.Or(conditionOperators[key], "StringEquals")
	if to == nil {
		to = map[string]map[string]string{}
	}
	if to[operator] == nil {
		to[operator] = map[string]string{}
	}
	to[operator][key] = value
	return to
}

// leastStatements gathers the permissions of the steps of one source: those with the same resources and conditions are one statement, and so are
// those with the same actions: a managed policy holds 6,144 characters.
func leastStatements(plan *remedy.Plan, source int) []leastStatement {
	byWhat := map[string]*leastStatement{}
	for _, s := range plan.Steps {
		if s.Source != source {
			continue
		}
		for _, p := range s.IAM {
			resources := slices.Sorted(slices.Values(p.Resources))
			kind := "Apply"
			if p.Undo {
				kind = "Undo"
			}
			key := fmt.Sprint(kind, resources, slices.Sorted(maps.Keys(p.Condition)), p.Condition)
			a := byWhat[key]
			if a == nil {
				a = &leastStatement{Sid: kind, Effect: "Allow", Resource: resources}
				for k, v := range p.Condition {
					a.Condition = withCondition(a.Condition, k, v)
				}
				byWhat[key] = a
			}
			if !slices.Contains(a.Action, p.Action) {
				a.Action = append(a.Action, p.Action)
			}
		}
	}
	byActions := map[string]*leastStatement{}
	for _, key := range slices.Sorted(maps.Keys(byWhat)) {
		a := byWhat[key]
		slices.Sort(a.Action)
		key := fmt.Sprint(a.Sid, a.Action, a.Condition)
		if same := byActions[key]; same != nil {
			same.Resource = slices.Compact(slices.Sorted(slices.Values(slices.Concat(same.Resource, a.Resource))))
			continue
		}
		byActions[key] = a
	}
	var out []leastStatement
	count := map[string]int{}
	for _, key := range slices.Sorted(maps.Keys(byActions)) {
		a := byActions[key]
		count[a.Sid]++
		a.Sid = fmt.Sprintf("Plumb%s%d", a.Sid, count[a.Sid])
		out = append(out, *a)
	}
	return out
}

// withChanges gives a graph with the changes of a file made: what would be, if they were.
func withChanges(name string, g *graph.Graph, o catalog.Options) (*graph.Graph, error) {
	wishes, err := readChanges(name, g)
	if err != nil {
		return nil, err
	}
	all := g.Resources()
	for _, w := range wishes {
		next, _, err := w.Patch.Apply(all)
		if err != nil {
			return nil, &problem{where: "--changes " + name, what: err.Error(), hint: "plumb graph -f json lists what is there"}
		}
		all = next
	}
	return catalog.Build(all, o), nil
}

// readChanges reads the file of --changes.
func readChanges(name string, g *graph.Graph) ([]remedy.Wish, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, &problem{where: "--changes " + name, what: reason(err), hint: `a JSON list of {"op", "address", "path", "new"}: docs/plan.md`}
	}
	w, err := remedy.ReadChanges(text, g)
	if err != nil {
		return nil, &problem{where: "--changes " + name, what: strings.TrimSuffix(err.Error(), "."), hint: `[{"op": "set", "address": "aws_db_instance.main", "path": "multi_az", "new": true}]`}
	}
	return w, nil
}
