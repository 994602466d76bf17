package remedy_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func samplePlan(t *testing.T) *remedy.Plan {
	t.Helper()
	p := &remedy.Plan{
		Created: noon, Expires: noon.Add(time.Hour), Tool: remedy.Tool{Version: "1.0"},
		Sources: []remedy.Source{{Kind: remedy.File, Name: ".", Path: "/src", Files: map[string]string{"main.tf": "00"}}},
		Steps: []remedy.Step{{
			N: 1, Kind: remedy.Live, Mark: "~", Address: "arn:aws:s3:::<b> & co", Type: "aws_s3_bucket",
			Patch: graph.Patch{
				{Op: graph.Set, Address: "aws_x.a", Path: "n", Old: graph.Gone{}, New: 7},
				{Op: graph.Create, Address: "aws_y.a", Type: "aws_y", New: map[string]any{
					"ref": graph.Ref{Address: "aws_x.a", Attr: "id"}, "text": graph.Template("${aws_x.a.arn}/*"), "rate": 0.25, "secret": graph.Hidden{Literal: true},
				}},
			},
			Actions: []remedy.Action{{
				Call:  &remedy.Call{Op: "rds:ModifyDBInstance", Params: map[string]any{"Days": 14, "Share": 0.5, "Large": 9007199254740993, "List": []any{1, "a"}}},
				Until: []remedy.Condition{{Says: "it is 14", Read: &remedy.Call{Op: "rds:DescribeDBInstances", Params: map[string]any{"Max": 20}}, Path: "A[0]", Is: remedy.Equals, Want: 14}},
			}},
		}},
		Refused: []remedy.Refused{{Address: "aws_x.b", Class: remedy.ChangesSiblings, Why: "it would"}},
	}
	if err := remedy.Seal(p); err != nil {
		t.Fatal(err)
	}
	return p
}

func encode(t *testing.T, p *remedy.Plan) []byte {
	t.Helper()
	text, err := remedy.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAPlanIsReadAsItWasWritten(t *testing.T) {
	want := samplePlan(t)
	text := encode(t, want)
	got, err := remedy.Open(text, noon, "1.0")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what was read differs (-written +read):\n%s", diff)
	}
	if again := encode(t, got); !bytes.Equal(text, again) {
		t.Errorf("written again it differs:\n%s\n%s", text, again)
	}
	if len(got.ID) != 8 || !strings.HasPrefix(got.SHA256, got.ID) {
		t.Errorf("the plan is named %q and its hash is %q", got.ID, got.SHA256)
	}
	for _, s := range []string{`"siblings":[]`, `"manual":[]`, `"opened":[]`, `<b> & co`} {
		if !strings.Contains(string(text), s) {
			t.Errorf("the file does not have %s", s)
		}
	}
}

func TestAnUnfitPlanIsRefused(t *testing.T) {
	text := string(encode(t, samplePlan(t)))
	tests := map[string]struct {
		text, version string
		now           time.Time
		want          remedy.Flaw
		says          string
		given         bool // the plan is given all the same
	}{
		"another value":          {strings.Replace(text, `"Days":14`, `"Days":15`, 1), "1.0", noon, remedy.Altered, "was altered", false},
		"another form of number": {strings.Replace(text, `"Days":14`, `"Days":14.0`, 1), "1.0", noon, remedy.Altered, "was altered", false},
		"a further field":        {strings.Replace(text, `{"created"`, `{"Steps":[],"created"`, 1), "1.0", noon, remedy.Altered, "was altered", false},
		"another name":           {strings.Replace(text, `"id":"`, `"id":"x`, 1), "1.0", noon, remedy.Altered, "does not belong", false},
		"a later end":            {strings.Replace(text, `T13:00`, `T23:00`, 1), "1.0", noon, remedy.Altered, "was altered", false},
		"another schema":         {strings.Replace(text, `"schema_version":1`, `"schema_version":2`, 1), "1.0", noon, remedy.OtherTool, "schema version", false},
		"another version":        {text, "1.1", noon, remedy.OtherTool, "plumb 1.0 made the plan", true},
		"too late":               {text, "1.0", noon.Add(time.Hour), remedy.Expired, "expired at 2026-11-21 13:00 UTC", true},
		"two plans":              {text + text, "1.0", noon, remedy.Unreadable, "behind its end", false},
		"an empty file":          {"", "1.0", noon, remedy.Unreadable, "ends too early", false},
		"null":                   {"null", "1.0", noon, remedy.Unreadable, "no JSON object", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := remedy.Open([]byte(test.text), test.now, test.version)
			var u *remedy.Unfit
			if !errors.As(err, &u) {
				t.Fatalf("the answer is %v", err)
			}
			if u.Flaw != test.want || !strings.Contains(u.Why, test.says) || u.Next == "" {
				t.Errorf("refused as %s: %s", u.Flaw, u.Why)
			}
			if (p != nil) != test.given {
				t.Errorf("the plan is given: %t", p != nil)
			}
		})
	}
}

func TestATruncatedPlanIsRefused(t *testing.T) {
	text := bytes.TrimSuffix(encode(t, samplePlan(t)), []byte("\n"))
	for n := range text {
		if _, err := remedy.Open(text[:n], noon, "1.0"); err == nil {
			t.Fatalf("the first %d of %d bytes were read as a plan", n, len(text))
		}
	}
}

// Of a key that stands there twice, the later one is hashed; nothing of the earlier one may reach the plan.
func TestWhatStandsThereTwiceIsReadOnce(t *testing.T) {
	text := strings.Replace(string(encode(t, samplePlan(t))), `"steps":[`, `"steps":[{"n":1,"fix":"smuggled"}],"steps":[`, 1)
	p, err := remedy.Open([]byte(text), noon, "1.0")
	if err != nil {
		t.Fatal(err)
	}
	if p.Steps[0].Fix != "" {
		t.Errorf("the step's fix is %q", p.Steps[0].Fix)
	}
}

func TestOnlyATrustedKeyVouches(t *testing.T) {
	public, private, _ := ed25519.GenerateKey(nil)
	other, _, _ := ed25519.GenerateKey(nil)
	p := samplePlan(t)
	if err := remedy.Verify(p, public); err == nil {
		t.Error("a plan without signature was accepted")
	}
	if err := remedy.Sign(p, private); err != nil {
		t.Fatal(err)
	}
	p, err := remedy.Open(encode(t, p), noon, "1.0")
	if err != nil {
		t.Fatal(err)
	}
	if err := remedy.Verify(p, other, public); err != nil {
		t.Error(err)
	}
	if err := remedy.Verify(p, other); err == nil {
		t.Error("an unknown key was accepted")
	}
	foreign := samplePlan(t)
	foreign.Created = noon.Add(time.Second)
	if err := remedy.Seal(foreign); err != nil {
		t.Fatal(err)
	}
	foreign.Signature = p.Signature
	if err := remedy.Verify(foreign, public); err == nil {
		t.Error("the signature of another plan was accepted")
	}
}
