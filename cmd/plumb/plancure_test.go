package main

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/plumbline-dev/plumbline/remedy"
)

// oneZone is a shop in one zone, with some text replaced.
func oneZone(t *testing.T, replace ...string) {
	t.Helper()
	file, err := txtar.ParseFile("testdata/onezone.txtar")
	if err != nil {
		t.Fatal(err)
	}
	code := map[string]string{}
	for _, f := range file.Files {
		code[f.Name] = strings.NewReplacer(replace...).Replace(string(f.Data))
	}
	inCode(t, code)
}

// The shop stands in one zone and has subnets of the same tiers in another: it is put there by a plan.
func TestTheCheapestSetPutsAShopIntoASecondZone(t *testing.T) {
	oneZone(t)
	plan := planOf(t, "--cheapest", "survive-any-zone")
	if len(plan.Refused)+len(plan.Manual)+len(plan.Outcome.Opened)+len(plan.Outcome.Left) > 0 {
		t.Errorf("refused %v, for a person %v, opened %v, left %v", plan.Refused, plan.Manual, plan.Outcome.Opened, plan.Outcome.Left)
	}
	if got := lossOf(plan, "zone:eu-west-1a"); got != "down -> up" {
		t.Errorf("the first zone: %s", got)
	}
	closed := map[string]bool{}
	for _, s := range plan.Steps {
		for _, c := range s.Closes {
			closed[c.Policy] = true
		}
	}
	for _, id := range []string{"asg.two_zones", "eks.two_zones", "lb.zones", "nat.per_zone", "rds.multi_az", "rds.subnet_zones"} {
		if !closed[id] {
			t.Errorf("%s is not closed", id)
		}
	}
}

// Without what cannot be edited the goal is out of reach, and the reason is said.
func TestAFixThatCannotBeEditedIsSaidWhereNothingElseHelps(t *testing.T) {
	oneZone(t, "nat_gateway_id = aws_nat_gateway.main.id", "nat_gateway_id = local.way", `data "aws_availability_zones" "all" {}`, "data \"aws_availability_zones\" \"all\" {}\nlocals {\n  way = aws_nat_gateway.main.id\n}")
	code, out := plumbTyped(t, "", "plan", "-q", "--cheapest", "survive-any-zone")
	if text := strings.Join(strings.Fields(out), " "); code != 1 || !strings.Contains(text, "without 1 that cannot be carried out: aws_eip.main_eu_west_1b (the edit would also change aws_route_table.app_a#route[0])") {
		t.Errorf("exit status %d: %s", code, out)
	}
}

func lossOf(plan *remedy.Plan, name string) string {
	for _, l := range plan.Outcome.Losses {
		if l.Lose == name {
			return l.Before + " -> " + l.After
		}
	}
	return "not listed"
}
