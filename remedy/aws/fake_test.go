package aws_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/internal/awsfake"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// faked plans the twelve changes of the double's account.
func faked(t *testing.T) (*awsfake.Server, *aws.Hand, []remedy.Step) {
	t.Helper()
	fake := awsfake.New(t)
	resources, patches := fake.Seed12()
	hand := aws.NewHand(fake.Config(), aws.Target{Account: awsfake.Account, Region: awsfake.Region})
	planner := aws.NewPlanner(hand, catalog.Build(resources, catalog.Options{}), aws.Options{})
	var steps []remedy.Step
	for _, p := range patches {
		got, err := planner.Plan(context.Background(), remedy.Wish{Patch: p})
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, got...)
	}
	if len(steps) != 12 {
		t.Fatalf("%d steps", len(steps))
	}
	return fake, hand, steps
}

// run carries a step out, or back, until each action is real; bound are the names of the step.
func run(h *aws.Hand, actions []remedy.Action, token string, bound remedy.Bound) error {
	ctx := context.Background()
	for n, a := range actions {
		r, err := h.Do(ctx, a, fmt.Sprintf("%s%d", token, n), bound)
		if err != nil {
			return err
		}
		for k, v := range r.Bound {
			bound[k] = v
		}
		if err := await(h, a, bound); err != nil {
			return err
		}
	}
	return nil
}

func await(h *aws.Hand, a remedy.Action, bound remedy.Bound) error {
	var state remedy.State
	for range 20 {
		var err error
		if state, _, err = h.Look(context.Background(), a, bound); err != nil || state == remedy.Done || len(a.Until) == 0 {
			return err
		}
	}
	broken, err := h.Holds(context.Background(), a.Until, bound)
	return errors.Join(err, fmt.Errorf("%s is %s: %+v", a.Call.Op, state, broken))
}

func back(s remedy.Step) []remedy.Action {
	var out []remedy.Action
	for _, a := range slices.Backward(s.Actions) {
		out = append(out, a.Undo...)
	}
	return out
}

func TestTwelveStepsAreMadeRealAndTakenBack(t *testing.T) {
	t.Parallel()
	fake, hand, steps := faked(t)
	fake.Slow(3)
	before := fake.State()
	var bounds []remedy.Bound
	for i, s := range steps {
		broken, err := hand.Holds(context.Background(), s.Preconditions, nil)
		if err != nil || len(broken) > 0 {
			t.Fatalf("%s: %+v %v", s.Fix, broken, err)
		}
		bound := remedy.Bound{}
		if err := run(hand, s.Actions, fmt.Sprint("do", i), bound); err != nil {
			t.Fatalf("%s: %v", s.Fix, err)
		}
		bounds = append(bounds, bound)
		if broken, err = hand.Holds(context.Background(), s.Preconditions, nil); err != nil || len(broken) == 0 {
			t.Errorf("%s: its preconditions hold after it (%v)", s.Fix, err)
		}
	}
	for _, op := range []string{"ec2:AllocateAddress", "ec2:CreateNatGateway", "ec2:CreateRouteTable", "ec2:ReplaceRouteTableAssociation"} {
		if n := fake.Effects(op); n != 2 {
			t.Errorf("%s took effect %d times", op, n)
		}
	}
	for i, s := range slices.Backward(steps) {
		if err := run(hand, back(s), fmt.Sprint("undo", i), bounds[i]); err != nil {
			t.Fatalf("undo of %s: %v", s.Fix, err)
		}
	}
	// What AWS cannot give back: a bucket that never had versioning.
	after := strings.Replace(fake.State(), `versioning:<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Suspended</Status></VersioningConfiguration>`, "", 1)
	if diff := cmp.Diff(strings.Split(before, "\n"), strings.Split(after, "\n")); diff != "" {
		t.Errorf("not as before (-before +after):\n%s", diff)
	}
}

func TestARefusalIsToldFromNoAnswer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault      awsfake.Fault
		unanswered bool
		code       string
		effects    int
	}{
		{awsfake.Denied, false, "AccessDenied", 0},
		{awsfake.Failed, true, "", 0},
		{awsfake.Missing, true, "", 0},
		{awsfake.CutBefore, true, "", 0},
		{awsfake.CutAfter, true, "", 1},
	} {
		fake, hand, steps := faked(t)
		fake.OnWrite(func(awsfake.Write) awsfake.Fault { return c.fault })
		reader := steps[slices.IndexFunc(steps, func(s remedy.Step) bool { return s.Fix == "aurora-add-reader" })].Actions[0]
		_, err := hand.Do(context.Background(), reader, "t", nil)
		var unanswered *remedy.Unanswered
		var rejected *remedy.Rejected
		if errors.As(err, &unanswered) != c.unanswered || errors.As(err, &rejected) == c.unanswered || rejected != nil && rejected.Code != c.code {
			t.Errorf("fault %d: %v", c.fault, err)
		}
		if lacks := new(remedy.NoOperation); errors.As(err, &lacks) != (c.fault == awsfake.Missing) {
			t.Errorf("fault %d: told as an operation that is not there: %v", c.fault, err)
		}
		if n := len(fake.Writes()); n != 1 {
			t.Errorf("fault %d: sent %d times", c.fault, n)
		}
		if n := fake.Effects("rds:CreateDBInstance"); n != c.effects {
			t.Errorf("fault %d: %d effects", c.fault, n)
		}
		fake.OnWrite(nil)
		state, bound, err := hand.Look(context.Background(), reader, nil)
		if err != nil || (state == remedy.NotDone) != (c.effects == 0) || (bound["reader"] != nil) != (c.effects == 1) {
			t.Errorf("fault %d: found %s %v %v", c.fault, state, bound, err)
		}
	}
}

func TestAThrottledWriteIsSentAgain(t *testing.T) {
	t.Parallel()
	fake, hand, steps := faked(t)
	n := 0
	fake.OnWrite(func(awsfake.Write) awsfake.Fault {
		if n++; n < 3 {
			return awsfake.Throttled
		}
		return awsfake.None
	})
	if _, err := hand.Do(context.Background(), steps[0].Actions[0], "t", nil); err != nil {
		t.Fatal(err)
	}
	if n != 3 || fake.Effects("rds:ModifyDBInstance") != 1 {
		t.Errorf("sent %d times, %d effects", n, fake.Effects("rds:ModifyDBInstance"))
	}
}

// TestEveryCallCanBeCutOffAndIsMadeOnce cuts the connection at every write of the twelve steps, before and after its effect, and goes on
// from what is read back, with a token of the same value.
func TestEveryCallCanBeCutOffAndIsMadeOnce(t *testing.T) {
	t.Parallel()
	_, _, steps := faked(t)
	writes := 0
	for _, s := range steps {
		writes += len(s.Actions)
	}
	want := ""
	for cut := range writes {
		for _, fault := range []awsfake.Fault{awsfake.None, awsfake.CutBefore, awsfake.CutAfter} {
			fake, hand, steps := faked(t)
			n := -1
			fake.OnWrite(func(awsfake.Write) awsfake.Fault {
				if n++; n == cut {
					return fault
				}
				return awsfake.None
			})
			for i, s := range steps {
				if err := stubborn(hand, s.Actions, fmt.Sprint("step", i, "-")); err != nil {
					t.Fatalf("write %d, fault %d, %s: %v", cut, fault, s.Fix, err)
				}
			}
			if state := fake.State(); want == "" {
				want = state
			} else if diff := cmp.Diff(want, state); diff != "" {
				t.Errorf("write %d, fault %d:\n%s", cut, fault, diff)
			}
			for op, once := range map[string]int{"rds:CreateDBInstance": 1, "ec2:AllocateAddress": 2, "ec2:CreateNatGateway": 2, "ec2:CreateRouteTable": 2, "ec2:ReplaceRouteTableAssociation": 2} {
				if n := fake.Effects(op); n != once {
					t.Errorf("write %d, fault %d: %s took effect %d times", cut, fault, op, n)
				}
			}
		}
	}
}

// stubborn carries actions out; after no answer it reads back and sends again only what had no effect.
func stubborn(h *aws.Hand, actions []remedy.Action, token string) error {
	ctx, bound := context.Background(), remedy.Bound{}
	for n, a := range actions {
		r, err := h.Do(ctx, a, fmt.Sprint(token, n), bound)
		var unanswered *remedy.Unanswered
		if errors.As(err, &unanswered) {
			var state remedy.State
			if state, r.Bound, err = h.Look(ctx, a, bound); err == nil && state == remedy.NotDone {
				r, err = h.Do(ctx, a, fmt.Sprint(token, n), bound)
			}
		}
		if err != nil {
			return err
		}
		for k, v := range r.Bound {
			bound[k] = v
		}
		if err := await(h, a, bound); err != nil {
			return err
		}
	}
	return nil
}

// nowhere is a configuration that reaches nothing.
func nowhere() sdk.Config {
	return sdk.Config{Region: region, BaseEndpoint: sdk.String("http://127.0.0.1:1"), Credentials: credentials.NewStaticCredentialsProvider("AKIA", "x", "")}
}

func TestAChangeForTheWindowIsPendingUntilThen(t *testing.T) {
	t.Parallel()
	fake := awsfake.New(t)
	resources, patches := fake.Seed12()
	hand := aws.NewHand(fake.Config(), aws.Target{Account: awsfake.Account, Region: awsfake.Region})
	planner := aws.NewPlanner(hand, catalog.Build(resources, catalog.Options{}), aws.Options{Window: true})
	steps, err := planner.Plan(context.Background(), remedy.Wish{Patch: patches[0]})
	if err != nil || len(steps) != 1 || steps[0].Fix != "rds-multi-az" {
		t.Fatalf("%v %v", steps, err)
	}
	a := steps[0].Actions[0]
	if _, err := hand.Do(context.Background(), a, "", nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []remedy.State{remedy.Pending, remedy.Done} {
		if state, _, err := hand.Look(context.Background(), a, nil); err != nil || state != want {
			t.Errorf("%s %v, want %s", state, err, want)
		}
		fake.MaintenanceWindow()
	}
}

// TestWhatIsMadeLateIsWaitedFor: lists that do not show yet what was made are no reason to make it again.
func TestWhatIsMadeLateIsWaitedFor(t *testing.T) {
	t.Parallel()
	fake, hand, steps := faked(t)
	fake.Lag(3)
	reader := steps[slices.IndexFunc(steps, func(s remedy.Step) bool { return s.Fix == "aurora-add-reader" })]
	if err := run(hand, reader.Actions, "t", remedy.Bound{}); err != nil {
		t.Fatal(err)
	}
	if n := fake.Effects("rds:CreateDBInstance"); n != 1 {
		t.Errorf("made %d times", n)
	}
}

// TestAStepSaysWhatHasChangedSince carries each step out: what it was planned on is then otherwise, and the step says so.
func TestAStepSaysWhatHasChangedSince(t *testing.T) {
	t.Parallel()
	fake, hand, steps := faked(t)
	for i, s := range steps {
		if err := run(hand, s.Actions, fmt.Sprint(i), remedy.Bound{}); err != nil {
			t.Fatal(err)
		}
		broken, err := hand.Holds(context.Background(), s.Preconditions, nil)
		if err != nil || len(broken) == 0 {
			t.Fatalf("%s: %v", s.Fix, err)
		}
		for _, b := range broken {
			if b.Condition.Says == "" || strings.Contains(b.Condition.Says, "%!") {
				t.Errorf("%s: %q, got %v", s.Fix, b.Condition.Says, b.Got)
			}
		}
	}
	fake.Deny("rds:DescribeDBInstances")
	var rejected *remedy.Rejected
	if _, err := hand.Holds(context.Background(), steps[0].Preconditions, nil); !errors.As(err, &rejected) || rejected.Code != "AccessDenied" {
		t.Errorf("a read that is denied: %v", err)
	}
}

func TestAHandDoesOnlyWhatItsTableHolds(t *testing.T) {
	t.Parallel()
	fake, hand, _ := faked(t)
	do := func(op string, params map[string]any) error {
		_, err := hand.Do(context.Background(), remedy.Action{Call: &remedy.Call{Op: op, Params: params}}, "", nil)
		return err
	}
	for op, params := range map[string]map[string]any{
		"rds:DeleteDBCluster":     {"DBClusterIdentifier": "orders"},                                  // in no fix
		"rds:DescribeDBInstances": {},                                                                 // no write
		"rds:ModifyDBInstance":    {"DBInstanceIdentifier": "shop", "MultiAz2": true},                 // no member of the API
		"rds:ModifyDBCluster":     {"DBClusterIdentifier": map[string]any{"$bind": "nobody gave it"}}, // no value
	} {
		if err := do(op, params); err == nil {
			t.Errorf("%s %v was done", op, params)
		}
	}
	if n := len(fake.Writes()); n != 0 {
		t.Errorf("%d writes were sent", n)
	}
	if _, _, err := hand.Look(context.Background(), remedy.Action{Until: []remedy.Condition{{Says: "x", Read: &remedy.Call{Op: "rds:DeleteDBInstance"}, Is: remedy.Present}}}, nil); err == nil {
		t.Error("a write was made as a read")
	}
}
