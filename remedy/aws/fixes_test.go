package aws_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// TestEveryChangeThatAPolicyProposesIsCarriedOutLiveOrSaysWhyNot reads the fixes of all policies from their text: a new one must come
// with a live fix, or with the reason.
func TestEveryChangeThatAPolicyProposesIsCarriedOutLiveOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{}
	for _, f := range aws.Fixes() {
		for _, word := range f.Takes {
			taken[word] = true
		}
	}
	set, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	metas, err := set.Policies()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, m := range metas {
		for _, word := range compact(proposals(t, set, m)) {
			all[word] = true
			if _, told := aws.NotLive()[word]; !taken[word] && !told {
				t.Errorf("%s proposes %s, which no live fix takes and NotLive does not explain", m.ID, word)
			}
		}
	}
	if len(all) < 40 {
		t.Errorf("only %d changes were found", len(all))
	}
	for word := range aws.NotLive() {
		if taken[word] || !all[word] {
			t.Errorf("%s is explained, and taken or proposed by nobody", word)
		}
	}
}

// proposals gives the words of the patches that a policy proposes for its own example and for the cases beside it that fail.
func proposals(t *testing.T, set *policies.Set, m policies.Meta) []string {
	t.Helper()
	words := proposed(t, set, m, m.Example)
	if len(words) == 0 {
		return nil // every policy with a fix has one for its example: a test of policies asks for it
	}
	archive, err := txtar.ParseFile("../../policies/" + strings.Replace(m.ID, ".", "/", 1) + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range archive.Files {
		if strings.HasPrefix(section.Name, "fail") {
			words = append(words, proposed(t, set, m, string(section.Data))...)
		}
	}
	return words
}

func proposed(t *testing.T, set *policies.Set, m policies.Meta, code string) []string {
	t.Helper()
	found, err := terraform.New(fstest.MapFS{"main.tf": {Data: []byte(code)}}, terraform.Options{}).Scan(context.Background())
	if err != nil {
		t.Fatalf("%s: %v", m.ID, err)
	}
	g := catalog.Build(found.Resources, catalog.Options{})
	got, err := set.Evaluate(context.Background(), g, policies.Options{Today: time.Now(), Select: func(x policies.Meta) bool { return x.ID == m.ID }})
	if err != nil {
		t.Fatalf("%s: %v", m.ID, err)
	}
	var words []string
	for _, r := range got.Results {
		for _, c := range r.Fix {
			words = append(words, aws.Word(c))
		}
	}
	return words
}

func TestFixesAreToldWhole(t *testing.T) {
	t.Parallel()
	names, writes := aws.Operations()
	seen := map[string]bool{}
	for _, f := range aws.Fixes() {
		if seen[f.ID] || f.Title == "" || f.Risk.Detail == "" || f.Undo.Kind == "" || f.Seconds == 0 || len(f.Takes) == 0 {
			t.Errorf("%s is told twice, or not whole", f.ID)
		}
		seen[f.ID] = true
		if !slices.Contains(remedy.Classes, f.Risk.Class) {
			t.Errorf("%s has the risk %q", f.ID, f.Risk.Class)
		}
		if f.Undo.Kind == "partial" && f.Undo.Note == "" {
			t.Errorf("%s does not say what its undo leaves", f.ID)
		}
		for _, op := range slices.Concat(f.Does, f.Undoes, f.Reads) {
			if !slices.Contains(names, op) {
				t.Errorf("%s calls %s, which is no operation", f.ID, op)
			}
		}
		for _, op := range slices.Concat(f.Does, f.Undoes) {
			if !writes[op] {
				t.Errorf("%s: %s is no write", f.ID, op)
			}
		}
		if !slices.IsSorted(f.Does) || !slices.IsSorted(f.Undoes) || !slices.IsSorted(f.Reads) {
			t.Errorf("%s: its calls are not sorted", f.ID)
		}
	}
}

// TestOperationsAreWhatTheyAreCalled: reads are known by their verb, and each operation of the table is used by a fix.
func TestOperationsAreWhatTheyAreCalled(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, f := range aws.Fixes() {
		for _, op := range slices.Concat(f.Does, f.Undoes, f.Reads) {
			used[op] = true
		}
	}
	names, writes := aws.Operations()
	for _, name := range names {
		_, verb, _ := strings.Cut(name, ":")
		reads := strings.HasPrefix(verb, "Describe") || strings.HasPrefix(verb, "Get") || strings.HasPrefix(verb, "List")
		if reads == writes[name] {
			t.Errorf("%s: writes %v", name, writes[name])
		}
		if !used[name] {
			t.Errorf("%s is used by no fix", name)
		}
	}
}

// calls lists what a step calls: what it does, what it undoes, what it reads.
func calls(s remedy.Step) (does, undoes, reads []string) {
	conditions := func(cs []remedy.Condition) {
		for _, c := range cs {
			reads = append(reads, c.Read.Op)
		}
	}
	var action func(a remedy.Action, to *[]string)
	action = func(a remedy.Action, to *[]string) {
		*to = append(*to, a.Call.Op)
		for _, r := range a.Reads {
			reads = append(reads, r.Call.Op)
		}
		if a.Find != nil {
			reads = append(reads, a.Find.Call.Op)
		}
		for _, cs := range [][]remedy.Condition{a.Until, a.Accepted, a.Underway, a.UndoWhen} {
			conditions(cs)
		}
		for _, u := range a.Undo {
			action(u, &undoes)
		}
	}
	conditions(s.Preconditions)
	for _, a := range s.Actions {
		action(a, &does)
	}
	return compact(does), compact(undoes), compact(reads)
}

func compact(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// unshown counts the writes of a step, and of its undo, that nothing shows to be real.
func unshown(actions []remedy.Action) int {
	n := 0
	for _, a := range actions {
		if len(a.Until) == 0 {
			n++
		}
		n += unshown(a.Undo)
	}
	return n
}

// declared says what a step calls beyond what its fix declares.
func declared(s remedy.Step) string {
	i := slices.IndexFunc(aws.Fixes(), func(f aws.Fix) bool { return f.ID == s.Fix })
	f := aws.Fixes()[i]
	var out []string
	does, undoes, reads := calls(s)
	for _, x := range []struct{ got, want []string }{{does, f.Does}, {undoes, f.Undoes}, {reads, f.Reads}} {
		for _, op := range x.got {
			if !slices.Contains(x.want, op) {
				out = append(out, op)
			}
		}
	}
	return strings.Join(out, ", ")
}

func TestChangesThatNoFixTakesAreRefused(t *testing.T) {
	t.Parallel()
	live := &graph.Resource{Root: "aws:1", Address: "arn:db", Type: "aws_db_instance", Name: "db", Observed: true, Origins: []graph.Origin{{Source: "aws"}}, Attrs: map[string]any{}}
	code := &graph.Resource{Root: "aws:1", Address: "aws_db_instance.db", Type: "aws_db_instance", Name: "db", Origins: []graph.Origin{{Source: "terraform"}}, Attrs: map[string]any{}}
	planner := aws.NewPlanner(aws.NewHand(nowhere(), aws.Target{Account: "1", Region: region}), catalog.Build([]*graph.Resource{live, code}, catalog.Options{}), aws.Options{})
	set := func(address, path string) graph.Patch {
		return graph.Patch{{Op: graph.Set, Root: "aws:1", Address: graph.Address(address), Type: "aws_db_instance", Path: path, New: true}}
	}
	got := map[string]string{}
	for name, p := range map[string]graph.Patch{
		"no fix": set("arn:db", "iops"), "deletion": set("arn:db", "skip_final_snapshot"), "nobody": set("arn:none", "multi_az"), "code": set("aws_db_instance.db", "multi_az"),
		"unread": set("arn:db", "multi_az"), "delete": {{Op: graph.Delete, Root: "aws:1", Address: "arn:db", Type: "aws_db_instance"}},
	} {
		_, err := planner.Plan(context.Background(), remedy.Wish{Patch: p})
		refused, ok := err.(*remedy.Refused)
		if !ok {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got[name] = string(refused.Class) + ": " + refused.Why
	}
	want := map[string]string{
		"no fix":   "precondition: no live fix carries this out (aws_db_instance.iops): change it in code, or by hand",
		"deletion": "precondition: it is an argument of the deletion in code: the account has no such setting until then",
		"nobody":   "not_found: arn:none was not read in the account",
		"code":     "not_found: aws_db_instance.db stands in code: change it there",
		"unread":   "not_found: the scan did not read its identifier",
		"delete":   "precondition: no live fix carries this out (-aws_db_instance): change it in code, or by hand",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
