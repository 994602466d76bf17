package aws_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
	live "github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

const (
	badAccount = "222222222222"
	region     = "us-east-1"
)

// account is a seeded account of an emulator.
type account struct {
	t      *testing.T
	server *moto.Server
	id     string
	hand   *aws.Hand
}

func seeded(t *testing.T) *account {
	t.Helper()
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
	cmd := exec.Command("python3", "../../internal/moto/testdata/seed_account.py", "--endpoint", s.URL, "--quiet", "--variant", "bad", "--account", badAccount)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("seeding: %v\n%s", err, out)
	}
	hand := aws.NewHand(s.Config(t, badAccount, region), aws.Target{Account: badAccount, Region: region})
	return &account{t, s, badAccount, hand}
}

var builtin = sync.OnceValues(func() (*policies.Set, error) { return policies.Load(policies.Builtin()) })

func unsimulated(m policies.Meta) bool { return !strings.HasPrefix(m.Judges, "resilience_") }

// scan reads and judges the account.
func (a *account) scan() ([]policies.Result, *graph.Graph) {
	a.t.Helper()
	set, err := builtin()
	if err != nil {
		a.t.Fatal(err)
	}
	needs, err := set.Needs(unsimulated)
	if err != nil {
		a.t.Fatal(err)
	}
	accounts := []live.Account{{ID: a.id, Regions: []string{region}, Config: a.server.Config(a.t, a.id, region)}}
	found, err := live.New(accounts, live.Options{Services: services.All(), Needs: needs}).Scan(context.Background())
	if err != nil {
		a.t.Fatal(err)
	}
	g := catalog.Build(found.Resources, catalog.Options{Stage: "production"})
	return a.judge(g), g
}

func (a *account) judge(g *graph.Graph) []policies.Result {
	a.t.Helper()
	set, err := builtin()
	if err != nil {
		a.t.Fatal(err)
	}
	got, err := set.Evaluate(context.Background(), g, policies.Options{Today: time.Now()})
	if err != nil {
		a.t.Fatal(err)
	}
	return got.Results
}

func fails(results []policies.Result) map[string]policies.Result {
	out := map[string]policies.Result{}
	for _, r := range results {
		if r.Verdict == policies.Fail {
			out[r.Policy+" "+string(r.Resource)] = r
		}
	}
	return out
}

// apply carries a step out as an apply does: preconditions, then each action until it is real.
func (a *account) apply(s remedy.Step, bound remedy.Bound) error {
	ctx := context.Background()
	broken, err := a.hand.Holds(ctx, s.Preconditions, nil)
	if err != nil || len(broken) > 0 {
		return fmt.Errorf("preconditions %v: %w", broken, err)
	}
	for n, action := range s.Actions {
		if err := a.act(action, fmt.Sprintf("%s-%d", s.Fix, n), bound); err != nil {
			return err
		}
	}
	return nil
}

func (a *account) act(action remedy.Action, token string, bound remedy.Bound) error {
	ctx := context.Background()
	receipt, err := a.hand.Do(ctx, action, token, bound)
	if err != nil {
		return err
	}
	for k, v := range receipt.Bound {
		bound[k] = v
	}
	for range 40 {
		state, more, err := a.hand.Look(ctx, action, bound)
		if err != nil {
			return err
		}
		if state == remedy.Done || len(action.Until) == 0 {
			for k, v := range more {
				bound[k] = v
			}
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	broken, err := a.hand.Holds(ctx, action.Until, bound)
	return errors.Join(err, fmt.Errorf("%s never became real: %+v", action.Call.Op, broken))
}

// undo takes a step back.
func (a *account) undo(s remedy.Step, bound remedy.Bound) error {
	for _, action := range s.Actions {
		broken, err := a.hand.Holds(context.Background(), action.UndoWhen, bound)
		if err != nil || len(broken) > 0 {
			return fmt.Errorf("undo preconditions %+v: %w", broken, err)
		}
	}
	for _, action := range slices.Backward(s.Actions) {
		for n, u := range action.Undo {
			if err := a.act(u, fmt.Sprintf("undo-%s-%d", s.Fix, n), bound); err != nil {
				return err
			}
		}
	}
	return nil
}

func text(t *testing.T, r []*graph.Resource) string {
	t.Helper()
	var b strings.Builder
	for _, x := range r {
		line, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	return b.String()
}

// unrestored are parts of an account that AWS cannot give back: versioning is suspended and never unset again, and what moves gets a
// new ID.
var unrestored = []string{"#versioning", "rtbassoc-"}

// wishesOf are the fixes of findings, as a plan is made of them.
func wishesOf(before map[string]policies.Result) []remedy.Wish {
	var out []remedy.Wish
	for _, name := range sorted(before) {
		if r := before[name]; len(r.Fix) > 0 {
			out = append(out, remedy.Wish{Patch: r.Fix, Closes: []remedy.Closed{{Policy: r.Policy, Root: r.Fix[0].Root, Address: r.Resource}}})
		}
	}
	return out
}

func closes(cs []remedy.Closed) []string {
	var out []string
	for _, c := range cs {
		out = append(out, c.Policy+" "+string(c.Address))
	}
	return out
}

func TestEveryFindingOfTheBadAccountThatCanBeFixedIsFixedAndTakenBack(t *testing.T) {
	t.Parallel()
	a := seeded(t)
	results, g := a.scan()
	before := fails(results)
	planner := aws.NewPlanner(a.hand, g, aws.Options{})
	wishes := wishesOf(before)
	steps, refused, err := remedy.Build(context.Background(), wishes, func(remedy.Wish) (remedy.Planner, error) { return planner, nil })
	if err != nil {
		t.Fatal(err)
	}
	not := map[string]bool{}
	for _, r := range refused {
		t.Logf("refused %v: %s", closes(r.Closes), r.Why)
		for _, name := range closes(r.Closes) {
			not[name] = true
		}
	}
	fixed, bounds := map[string]bool{}, make([]remedy.Bound, len(steps))
	for i, s := range steps {
		bound := remedy.Bound{}
		if err := a.apply(s, bound); err != nil {
			t.Errorf("applying %s of %s: %v", s.Fix, s.Address, err)
			continue
		}
		bounds[i] = bound
		for _, name := range closes(s.Closes) {
			fixed[name] = true
		}
	}
	results, _ = a.scan()
	after, expected := fails(results), a.foretold(g, before, not)
	part := 0
	for name := range fixed {
		_, still := after[name]
		_, foretold := expected[name]
		if still != foretold {
			t.Errorf("%s is still open: %v, and the patch of the graph says %v", name, still, foretold)
		}
		if still {
			part++
		}
	}
	for name := range after {
		if _, old := before[name]; !old {
			t.Errorf("%s was opened", name)
		}
	}
	t.Logf("findings %d: %d manual, %d with a fix, of which %d fixed, %d fixed in part, %d refused, in %d steps", len(before), len(before)-len(wishes), len(wishes), len(fixed)-part, part, len(not), len(steps))
	for i, s := range slices.Backward(steps) {
		if bounds[i] == nil {
			continue
		}
		if err := a.undo(s, bounds[i]); err != nil {
			t.Errorf("undoing %s of %s: %v", s.Fix, s.Address, err)
		}
	}
	_, back := a.scan()
	was, is := replaced(g, back)
	if diff := cmp.Diff(restorable(t, was), restorable(t, is)); diff != "" {
		t.Errorf("not as before:\n%s", diff)
	}
}

// replaced gives what was read before and after without the servers that a group ended and started, and what hangs on them.
func replaced(before, after *graph.Graph) (was, is []*graph.Resource) {
	of := []string{"aws_instance", "aws_ebs_volume", "aws_volume_attachment", "aws_network_interface"}
	left := func(g, other *graph.Graph) []*graph.Resource {
		return slices.DeleteFunc(slices.Clone(g.Resources()), func(r *graph.Resource) bool {
			return slices.Contains(of, r.Type) && (other.Get(r.Key()) == nil || r.Type == "aws_network_interface")
		})
	}
	return left(before, after), left(after, before)
}

// foretold gives the findings that stay when the patches, without those of the findings named in not, are applied to the graph: a fix may settle one reason of several.
func (a *account) foretold(g *graph.Graph, before map[string]policies.Result, not map[string]bool) map[string]policies.Result {
	resources := g.Resources()
	for _, name := range sorted(before) {
		if not[name] {
			continue
		}
		if after, _, err := before[name].Fix.Apply(resources); err == nil {
			resources = after
		}
	}
	return fails(a.judge(catalog.Build(resources, catalog.Options{Stage: "production"})))
}

// registered are the servers of a classic load balancer, which a group ends and starts.
var registered = regexp.MustCompile(`"instances":\[[^]]*\],`)

// restorable writes resources down without what cannot be restored, sorted.
func restorable(t *testing.T, r []*graph.Resource) []string {
	lines := slices.DeleteFunc(strings.Split(registered.ReplaceAllString(text(t, r), ""), "\n"), func(line string) bool {
		return slices.ContainsFunc(unrestored, func(part string) bool { return strings.Contains(line, part) })
	})
	slices.Sort(lines)
	return lines
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
