package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/remedy"
)

// What code owns is planned in the code, what is only in the account live; with --live-too, what code owns live, too, with a record
// of the drift. The printed policy has what exactly these calls need.
func TestCodeAndAccountArePlannedWhereTheyBelong(t *testing.T) {
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
	shopAccount(t, s)
	home := away(t, moto.Home)
	code, state := shopFiles(t, home)
	t.Chdir(home)
	plan := func(more ...string) *remedy.Plan {
		t.Helper()
		args := append([]string{"plan", code, "aws", "--state", state, "--endpoint-url", s.URL, "--regions", "us-east-1", "--stage", "prod",
			"--only", "rds.deletion_protection,dynamodb.recovery", "-o", "plan.json", "-q"}, more...)
		if status, out, said := plumbLive(t, args...); status != 0 {
			t.Fatalf("exit status %d: %s%s", status, out, said)
		}
		text, err := os.ReadFile("plan.json")
		if err != nil {
			t.Fatal(err)
		}
		p, err := remedy.Open(text, time.Now(), version)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	list := func(p *remedy.Plan) []string {
		var out []string
		for _, s := range p.Steps {
			text := s.Kind + " " + s.Type
			if kind := p.Sources[s.Source].Kind; kind != s.Kind {
				t.Errorf("step %d is %s and its source is %s", s.N, s.Kind, kind)
			}
			if s.Drift != "" {
				text += " with drift"
			}
			out = append(out, text)
		}
		return out
	}
	p := plan()
	if diff := cmp.Diff([]string{"live aws_dynamodb_table", "file aws_db_instance"}, list(p)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if p.Sources[1].Account != moto.Home || p.Sources[1].Caller == "" || len(p.Sources[0].Files) == 0 {
		t.Errorf("sources are %+v", p.Sources)
	}
	if diff := cmp.Diff([]string{"--stage=prod", "--state=" + state, "--regions=us-east-1", "--as-of=2026-11-20", "--only=rds.deletion_protection", "--only=dynamodb.recovery"}, p.Reading); diff != "" {
		t.Errorf("read with (-want +got):\n%s", diff)
	}
	both := plan("--live-too")
	if diff := cmp.Diff([]string{"live aws_dynamodb_table", "live aws_db_instance with drift", "file aws_db_instance"}, list(both)); diff != "" {
		t.Errorf("steps with --live-too (-want +got):\n%s", diff)
	}
	_, out, said := plumbLive(t, "permissions", "--plan", "plan.json")
	var doc struct {
		Statement []struct{ Action, Resource []string }
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v: %s%s", err, out, said)
	}
	var actions []string
	for _, x := range doc.Statement {
		actions = append(actions, x.Action...)
	}
	for _, want := range []string{"dynamodb:UpdateContinuousBackups", "rds:ModifyDBInstance"} {
		if !slices.Contains(actions, want) {
			t.Errorf("the policy lacks %s: %s", want, strings.Join(actions, " "))
		}
	}
}
