package remedy_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// blocks is a planner to which the instances of one block are one thing, and which refuses what is forbidden.
type blocks struct {
	forbidden []string
	all       []graph.Address
}

func (b *blocks) Plan(_ context.Context, w remedy.Wish) ([]remedy.Step, error) {
	var parts []string
	var missing []graph.Address
	for _, c := range w.Patch {
		if slices.Contains(b.forbidden, c.Path) {
			return nil, &remedy.Refused{Address: c.Address, Path: c.Path, Class: remedy.ForcesReplacement, Why: "forbidden"}
		}
		block, _, _ := strings.Cut(string(c.Address), "[")
		for _, a := range b.all {
			if other, _, _ := strings.Cut(string(a), "["); other == block && !slices.ContainsFunc(w.Patch, func(x graph.Change) bool { return x.Address == a && x.Path == c.Path }) {
				missing = append(missing, a)
			}
		}
		parts = append(parts, fmt.Sprintf("%s.%s", c.Address, c.Path))
	}
	if len(missing) > 0 {
		return nil, &remedy.Refused{Address: w.Patch[0].Address, Class: remedy.ChangesSiblings, Why: "siblings", Siblings: missing}
	}
	edit := &remedy.Edit{File: "main.tf"}
	return []remedy.Step{{Kind: remedy.File, Title: strings.Join(parts, " "), Closes: w.Closes, Actions: []remedy.Action{{Edit: edit}}}}, nil
}

func wish(address, path string) remedy.Wish {
	a := graph.Address(address)
	return remedy.Wish{Patch: graph.Patch{{Op: graph.Set, Address: a, Path: path, New: true}}, Closes: []remedy.Closed{{Policy: path, Address: a}}}
}

func TestWishesBecomeSteps(t *testing.T) {
	two := []graph.Address{"x.b[0]", "x.b[1]"}
	tests := map[string]struct {
		planner blocks
		wishes  []remedy.Wish
		steps   []string
		refused []string
	}{
		"of one resource together":                        {blocks{}, []remedy.Wish{wish("x.a", "p"), wish("x.c", "p"), wish("x.a", "q")}, []string{"x.a.p x.a.q", "x.c.p"}, nil},
		"the same change once beside one that is refused": {blocks{forbidden: []string{"bad"}}, []remedy.Wish{wish("x.a", "p"), wish("x.a", "bad"), wish("x.a", "p")}, []string{"x.a.p"}, []string{"bad forces_replacement"}},
		"a sibling of which something else is refused":    {blocks{all: two, forbidden: []string{"bad"}}, []remedy.Wish{wish("x.b[0]", "p"), wish("x.b[1]", "p"), wish("x.b[1]", "bad")}, []string{"x.b[0].p x.b[1].p"}, []string{"bad forces_replacement"}},
		"the same change once":                            {blocks{}, []remedy.Wish{wish("x.a", "p"), wish("x.a", "p")}, []string{"x.a.p"}, nil},
		"the same changes for two findings once":          {blocks{}, []remedy.Wish{wish("x.a", "p"), {Patch: wish("x.a", "p").Patch, Closes: []remedy.Closed{{Policy: "q", Address: "x.z"}}}}, []string{"x.a.p"}, nil},
		"what is refused does not stop the rest":          {blocks{forbidden: []string{"q"}}, []remedy.Wish{wish("x.a", "p"), wish("x.a", "q"), wish("x.a", "r")}, []string{"x.a.p", "x.a.r"}, []string{"q forces_replacement"}},
		"all instances of a block together":               {blocks{all: two}, []remedy.Wish{wish("x.b[0]", "p"), wish("x.c", "p"), wish("x.b[1]", "p")}, []string{"x.b[0].p x.b[1].p", "x.c.p"}, nil},
		"not an instance alone":                           {blocks{all: two}, []remedy.Wish{wish("x.b[0]", "p")}, nil, []string{"p changes_siblings x.b[1]"}},
		"not an instance for which nobody wishes it":      {blocks{all: two}, []remedy.Wish{wish("x.b[0]", "p"), wish("x.b[1]", "q"), wish("x.b[0]", "q")}, []string{"x.b[0].q x.b[1].q"}, []string{"p changes_siblings x.b[1]"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			steps, refused, err := remedy.Build(t.Context(), test.wishes, func(remedy.Wish) (remedy.Planner, error) { return &test.planner, nil })
			if err != nil {
				t.Fatal(err)
			}
			var got, not []string
			for i, s := range steps {
				got = append(got, s.Title)
				if s.N != i+1 {
					t.Errorf("step %d has the number %d", i+1, s.N)
				}
				if want := []int{i}; i > 0 && !slices.Equal(s.After, want) {
					t.Errorf("step %d edits the same file after %v, want %v", s.N, s.After, want)
				}
			}
			for _, r := range refused {
				text := r.Closes[0].Policy + " " + string(r.Class)
				for _, s := range r.Siblings {
					text += " " + string(s)
				}
				not = append(not, text)
			}
			if diff := cmp.Diff(test.steps, got); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.refused, not); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
		})
	}
}

// selected is the wish that a resource is in a selection of a new plan.
func selected(address string) remedy.Wish {
	a := graph.Address(address)
	return remedy.Wish{Closes: []remedy.Closed{{Policy: "backup", Address: a}}, Patch: graph.Patch{
		{Op: graph.Create, Address: "aws_backup_plan.daily", Type: "aws_backup_plan", New: map[string]any{"name": "daily"}},
		{Op: graph.Create, Address: "aws_backup_selection.daily_1", Type: "aws_backup_selection", New: map[string]any{
			"name": "all", "resources": []any{graph.Ref{Address: a, Attr: "arn"}}}},
	}}
}

// picky makes one step of a wish, and refuses to select some resources.
type picky struct{ not string }

func (p *picky) Plan(_ context.Context, w remedy.Wish) ([]remedy.Step, error) {
	for _, c := range w.Patch {
		for _, ref := range graph.RefsIn(c.New) {
			if string(ref.Address) == p.not {
				return nil, &remedy.Refused{Address: ref.Address, Class: remedy.PreconditionFails, Why: "not that"}
			}
		}
	}
	return []remedy.Step{{Kind: remedy.File, Closes: w.Closes, Patch: w.Patch}}, nil
}

func TestOneSelectionTakesEverything(t *testing.T) {
	for _, test := range []struct {
		not     string
		steps   []string // what is selected, and what else is changed
		refused []string
	}{
		{"", []string{"aws_backup_plan.daily aws_backup_selection.daily_1[x.a x.b x.c]", "x.a"}, nil},
		{"x.b", []string{"aws_backup_plan.daily aws_backup_selection.daily_1[x.a x.c]", "x.a"}, []string{"x.b"}},
	} {
		wishes := []remedy.Wish{selected("x.a"), wish("x.a", "p"), selected("x.b"), selected("x.c")}
		steps, refused, err := remedy.Build(t.Context(), wishes, func(remedy.Wish) (remedy.Planner, error) { return &picky{test.not}, nil })
		if err != nil {
			t.Fatal(err)
		}
		var got, not []string
		for _, s := range steps {
			var parts []string
			for _, c := range s.Patch {
				text := string(c.Address)
				if refs := graph.RefsIn(c.New); len(refs) > 0 {
					var all []string
					for _, r := range refs {
						all = append(all, string(r.Address))
					}
					text += fmt.Sprint(all)
				}
				parts = append(parts, text)
			}
			got = append(got, strings.Join(parts, " "))
		}
		for _, r := range refused {
			not = append(not, string(r.Closes[0].Address))
		}
		if diff := cmp.Diff(test.steps, got); diff != "" {
			t.Errorf("without %q: steps (-want +got):\n%s", test.not, diff)
		}
		if diff := cmp.Diff(test.refused, not); diff != "" {
			t.Errorf("without %q: refused (-want +got):\n%s", test.not, diff)
		}
	}
}

func TestAPlannerThatBreaksEndsTheBuild(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, _, err := remedy.Build(t.Context(), []remedy.Wish{wish("x.a", "p")}, func(remedy.Wish) (remedy.Planner, error) { return nil, broken })
	if !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
}

func TestChangesThatNeedEachOtherAreOneWish(t *testing.T) {
	g := graph.New([]*graph.Resource{
		{Address: "aws_route53_zone.z", Type: "aws_route53_zone"},
		{Address: "aws_route53_record.www", Type: "aws_route53_record", Attrs: map[string]any{"name": "www.shop.example", "type": "A"}},
	}, nil)
	wishes, err := remedy.ReadChanges([]byte(`[
		{"op":"create","address":"aws_route53_record.proof","new":{"name":"_1.shop.example","type":"CNAME","records":[{"ref":"aws_acm_certificate.c.arn"}]}},
		{"op":"set","address":"aws_route53_record.www","path":"set_identifier","new":"primary"},
		{"op":"create","address":"aws_acm_certificate.c","new":{"domain_name":"*.shop.example"}},
		{"op":"set","address":"aws_route53_zone.z","path":"comment","new":"x"},
		{"op":"create","address":"aws_route53_record.other","new":{"name":"www.shop.example","type":"A","set_identifier":"secondary"}},
		{"op":"create","address":"aws_route53_record.six","new":{"name":"www.shop.example","type":"AAAA"}}]`), g)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range wishes {
		var parts []string
		for _, c := range w.Patch {
			parts = append(parts, string(c.Address))
		}
		got = append(got, strings.Join(parts, " "))
	}
	want := []string{"aws_route53_record.proof aws_acm_certificate.c", "aws_route53_record.www aws_route53_record.other", "aws_route53_zone.z", "aws_route53_record.six"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestChangesAreRead(t *testing.T) {
	g := graph.New([]*graph.Resource{
		{Root: "a", Address: "aws_s3_bucket.b", Type: "aws_s3_bucket", Attrs: map[string]any{"bucket": "x"}},
		{Root: "a", Address: "aws_db_instance.d", Type: "aws_db_instance"}, {Root: "b", Address: "aws_db_instance.d", Type: "aws_db_instance"},
	}, nil)
	ref := graph.Ref{Root: "a", Address: "aws_s3_bucket.b", Attr: "id"}
	tests := map[string]struct {
		text string
		want graph.Change
		says string
	}{
		"set":         {`[{"op":"set","address":"aws_s3_bucket.b","path":"force_destroy","new":true}]`, graph.Change{Op: graph.Set, Root: "a", Address: "aws_s3_bucket.b", Type: "aws_s3_bucket", Path: "force_destroy", New: true}, ""},
		"set to null": {`[{"op":"set","address":"aws_s3_bucket.b","path":"bucket","new":null}]`, graph.Change{Op: graph.Set, Root: "a", Address: "aws_s3_bucket.b", Type: "aws_s3_bucket", Path: "bucket", Old: "x"}, ""},
		"create":      {`[{"op":"create","address":"aws_s3_bucket_policy.p","new":{"bucket":{"ref":"aws_s3_bucket.b.id"},"n":3}}]`, graph.Change{Op: graph.Create, Root: "a", Address: "aws_s3_bucket_policy.p", Type: "aws_s3_bucket_policy", New: map[string]any{"bucket": ref, "n": 3}}, ""},
		"an attribute within": {`[{"op":"create","address":"aws_s3_bucket_policy.p","new":{"n":{"ref":"module.a[\"x.y\"].aws_s3_bucket.b[0].o[1].n"}}, "root":"a"}]`, graph.Change{Op: graph.Create, Root: "a", Address: "aws_s3_bucket_policy.p", Type: "aws_s3_bucket_policy",
			New: map[string]any{"n": graph.Ref{Root: "a", Address: `module.a["x.y"].aws_s3_bucket.b[0]`, Attr: "o[1].n"}}}, ""},
		"of an account": {`[{"op":"create","root":"a","address":"aws_rds_export_task.t","new":{"source_arn":{"ref":"arn:aws:rds:eu-west-1:111111111111:db:shop.arn"}}}]`, graph.Change{Op: graph.Create, Root: "a", Address: "aws_rds_export_task.t", Type: "aws_rds_export_task",
			New: map[string]any{"source_arn": graph.Ref{Root: "a", Address: "arn:aws:rds:eu-west-1:111111111111:db:shop", Attr: "arn"}}}, ""},
		"of a module only":   {`[{"op":"create","root":"a","address":"aws_x.y","new":{"a":{"ref":"module.a"}}}]`, graph.Change{}, "names no attribute"},
		"delete":             {`[{"op":"delete","address":"aws_s3_bucket.b"}]`, graph.Change{Op: graph.Delete, Root: "a", Address: "aws_s3_bucket.b", Type: "aws_s3_bucket", Old: map[string]any{"bucket": "x"}}, ""},
		"in a named root":    {`[{"op":"set","root":"b","address":"aws_db_instance.d","path":"p","new":1.5}]`, graph.Change{Op: graph.Set, Root: "b", Address: "aws_db_instance.d", Type: "aws_db_instance", Path: "p", New: 1.5}, ""},
		"in several roots":   {`[{"op":"set","address":"aws_db_instance.d","path":"p","new":1}]`, graph.Change{}, "several roots"},
		"an old value":       {`[{"op":"set","address":"aws_s3_bucket.b","path":"bucket","old":"y","new":"z"}]`, graph.Change{}, "not as the change says it was"},
		"no operation":       {`[{"op":"paint","address":"aws_s3_bucket.b"}]`, graph.Change{}, `no operation "paint"`},
		"a further word":     {`[{"op":"delete","address":"aws_s3_bucket.b","colour":1}]`, graph.Change{}, "no JSON list"},
		"a reference of air": {`[{"op":"create","address":"aws_x.y","new":{"a":{"ref":"b"}}}]`, graph.Change{}, "names no attribute"},
		"two lists":          {`[][]`, graph.Change{}, "behind the list"},
		"no new value":       {`[{"op":"set","address":"aws_s3_bucket.b","path":"bucket"}]`, graph.Change{}, "needs path and new"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			wishes, err := remedy.ReadChanges([]byte(test.text), g)
			if test.says != "" {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("the error is %v, want %q", err, test.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(graph.Patch{test.want}, wishes[0].Patch); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// giver is a planner whose steps need and give what the paths of the changes say: "needs a", "gives a".
type giver struct{}

func (giver) Plan(_ context.Context, w remedy.Wish) ([]remedy.Step, error) {
	verb, what, _ := strings.Cut(w.Patch[0].Path, " ")
	s := remedy.Step{Kind: remedy.Live, Title: string(w.Patch[0].Address), Address: w.Patch[0].Address, Patch: w.Patch, Closes: w.Closes}
	switch verb {
	case "gives":
		s.Gives = []string{what}
	case "needs":
		s.Needs = []remedy.Need{{What: what, Why: "nobody gives " + what}}
	}
	return []remedy.Step{s}, nil
}

func TestAStepComesBehindWhatItNeedsOrNotAtAll(t *testing.T) {
	wishes := []remedy.Wish{wish("x.needs", "needs a"), wish("x.other", "p"), wish("x.lonely", "needs b"), wish("x.gives", "gives a")}
	steps, refused, err := remedy.Build(t.Context(), wishes, func(remedy.Wish) (remedy.Planner, error) { return giver{}, nil })
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range steps {
		got = append(got, fmt.Sprint(s.N, " ", s.Title))
	}
	for _, r := range refused {
		got = append(got, fmt.Sprint(r.Address, " ", r.Closes[0].Policy, ": ", r.Why))
	}
	if diff := cmp.Diff([]string{"1 x.other", "2 x.gives", "3 x.needs", "x.lonely needs b: nobody gives b"}, got); diff != "" {
		t.Error(diff)
	}
}
