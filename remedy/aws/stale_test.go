package aws_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53domains"
	"github.com/aws/aws-sdk-go-v2/service/route53domains/types"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// hasty is a clock that hardly sleeps.
type hasty struct{}

func (hasty) Now() time.Time { return time.Now() }

func (hasty) Sleep(ctx context.Context, _ time.Duration) error {
	time.Sleep(20 * time.Millisecond)
	return ctx.Err()
}

// TestWhateverAStepStandsOnIsReadAgain changes, for every condition of every step of every fix, what it reads: the check before the
// first change names the condition. It does the same with what the undo of each step stands on. Nothing is sent meanwhile.
func TestWhateverAStepStandsOnIsReadAgain(t *testing.T) {
	t.Parallel()
	s := moto.Patched(t, []string{"MOTO_ACM_VALIDATION_WAIT=0"}, "../../internal/moto/testdata/patches.py", "../../internal/moto/testdata/fixes.py")
	cmd := exec.Command("python3", "../../internal/moto/testdata/fixable_account.py", "--endpoint", s.URL)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("seeding: %v\n%s", err, out)
	}
	x := &spoiler{}
	hand := aws.NewHand(x.between(s.Config(t, moto.Home, region)), aws.Target{Account: moto.Home, Region: region})
	a := &account{t, s, moto.Home, aws.NewHand(s.Config(t, moto.Home, region), aws.Target{Account: moto.Home, Region: region})}
	ran, steps, conditions, undos := 0, 0, 0, 0
	all := append(slices.Clone(wishes), wish{"rds-encrypt-storage, rds-encrypt-swap", "aws_db_instance", "ledger", encrypting, nil})
	for _, w := range all {
		t.Run(w.fix+" "+w.name, func(t *testing.T) {
			ran++
			p := a.sealed(t, w)
			steps += len(p.Steps)
			run, n := x.carryOut(t, hand, p)
			conditions += n
			back, _, err := run.Reverse(0, nil, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			_, n = x.carryOut(t, hand, back)
			undos += n
		})
	}
	for _, name := range []string{"domain-auto-renew", "domain-transfer-lock"} { // the emulator has no calls to carry these out
		conditions += x.everyCondition(t, hand, &remedy.Run{Plan: ofDomain(t, s, a, name)})
	}
	for _, f := range aws.Fixes() {
		if !slices.ContainsFunc(all, func(w wish) bool { return slices.Contains(strings.Split(w.fix, ", "), f.ID) }) && f.Takes[0] != domainAttr[f.ID] {
			t.Errorf("no wish is for %s", f.ID)
		}
	}
	if steps < ran || conditions < 2*ran || undos < ran {
		t.Errorf("%d steps, %d conditions, %d of undos", steps, conditions, undos)
	}
	t.Logf("%d steps of %d wishes: %d conditions, and %d of their undos, were each noticed when what they read had changed", steps, ran, conditions, undos)
}

// domainAttr are the attributes of a registered domain that fixes set, by fix.
var domainAttr = map[string]string{"domain-auto-renew": "aws_route53domains_registered_domain.auto_renew", "domain-transfer-lock": "aws_route53domains_registered_domain.transfer_lock"}

// ofDomain plans a fix of a registered domain.
func ofDomain(t *testing.T, s *moto.Server, a *account, fix string) *remedy.Plan {
	t.Helper()
	name, years := fix+".com", int32(2)
	who := &types.ContactDetail{FirstName: sdk.String("A"), LastName: sdk.String("B"), ContactType: types.ContactTypePerson, CountryCode: types.CountryCodeUs, Email: sdk.String("a@example.com"),
		AddressLine1: sdk.String("1 Avenue"), City: sdk.String("NYC"), ZipCode: sdk.String("10001"), PhoneNumber: sdk.String("+1.2345678900"), State: sdk.String("NY")}
	_, err := route53domains.NewFromConfig(s.Config(t, moto.Home, region)).RegisterDomain(context.Background(), &route53domains.RegisterDomainInput{DomainName: &name, DurationInYears: &years,
		AdminContact: who, RegistrantContact: who, TechContact: who, AutoRenew: sdk.Bool(false)})
	if err != nil {
		t.Fatal(err)
	}
	typ, path, _ := strings.Cut(domainAttr[fix], ".")
	r := &graph.Resource{Root: "aws:" + a.id, Address: graph.Address(name), Type: typ, Observed: true, Origins: []graph.Origin{{Source: "aws"}}, Attrs: map[string]any{"domain_name": name}}
	g := catalog.Build([]*graph.Resource{r}, catalog.Options{})
	return a.sealedPatch(t, g, sets(path, true)(r, g))
}

// sealed plans a wish.
func (a *account) sealed(t *testing.T, w wish) *remedy.Plan {
	t.Helper()
	g := a.all(w.typ, "aws_subnet", "aws_acm_certificate")
	return a.sealedPatch(t, g, w.patch(of(t, g, w), g))
}

func (a *account) sealedPatch(t *testing.T, g *graph.Graph, patch graph.Patch) *remedy.Plan {
	t.Helper()
	steps, err := aws.NewPlanner(a.hand, g, aws.Options{}).Plan(context.Background(), remedy.Wish{Patch: patch, AllowReplacement: true})
	if err != nil {
		t.Fatal(err)
	}
	p := &remedy.Plan{Created: time.Now(), Expires: time.Now().Add(time.Hour), Sources: []remedy.Source{{Kind: remedy.Live, Name: "aws", Account: a.id}}, Steps: remedy.Number(steps)}
	if err := remedy.Seal(p); err != nil {
		t.Fatal(err)
	}
	return p
}

// everyCondition spoils each condition of the steps that come next in a run, one after the other, and asks for a check.
func (x *spoiler) everyCondition(t *testing.T, hand *aws.Hand, run *remedy.Run) int {
	t.Helper()
	check := func() (map[int][]remedy.Broken, error) {
		return (&remedy.Runner{Run: run, Hands: []remedy.Hand{hand}, Clock: hasty{}}).Check(context.Background())
	}
	n, before := 0, x.writes
	for _, s := range run.Plan.Steps {
		if !comesNext(run, s) {
			continue
		}
		for _, c := range s.Preconditions {
			n++
			x.condition, x.spoilt = &c, 0
			broken, err := check()
			noticed := slices.ContainsFunc(broken[s.N], func(b remedy.Broken) bool { return b.Condition.Says == c.Says && b.Condition.Path == c.Path })
			if err != nil || x.spoilt == 0 || !noticed || strings.TrimSpace(c.Says) == "" {
				t.Errorf("%s, %q (%s %s %s %v): %d answers were changed, broken %v, %v", s.Fix, c.Says, c.Read.Op, c.Path, c.Is, c.Want, x.spoilt, broken, err)
			}
		}
	}
	x.condition = nil
	if broken, err := check(); err != nil || len(broken) > 0 {
		t.Errorf("with nothing changed: %v, %v", broken, err)
	}
	if x.writes != before {
		t.Errorf("%d writes were sent", x.writes-before)
	}
	return n
}

// comesNext says whether nothing stands between a step and its beginning.
func comesNext(run *remedy.Run, s remedy.Step) bool {
	done := run.Done()
	return !slices.Contains(done, s.N) && !slices.ContainsFunc(s.After, func(n int) bool { return !slices.Contains(done, n) })
}

// carryOut runs a plan to its end, and tries the conditions of its steps before: of those that stand on others, once these are done.
func (x *spoiler) carryOut(t *testing.T, hand *aws.Hand, p *remedy.Plan) (*remedy.Run, int) {
	t.Helper()
	text, err := remedy.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	run, journal, err := remedy.Store{Dir: t.TempDir()}.Create(text, remedy.Header{Plan: p.ID, SHA256: p.SHA256}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	n := x.everyCondition(t, hand, run)
	r := &remedy.Runner{Run: run, Journal: journal, Hands: []remedy.Hand{hand}, Clock: hasty{}}
	for i, s := range p.Steps {
		if len(s.After) > 0 {
			r.Halt = func() string {
				if len(run.Done()) < i {
					return ""
				}
				return "to look at what comes next"
			}
			if err := r.Do(context.Background()); !errors.Is(err, remedy.ErrHalted) {
				t.Fatal(err)
			}
			n += x.everyCondition(t, hand, run)
		}
	}
	r.Halt = nil
	err = r.Do(context.Background())
	var stop *remedy.Stop
	if errors.As(err, &stop) {
		t.Errorf("%+v", stop.Broken)
	}
	if err = errors.Join(err, journal.Close()); err != nil {
		t.Fatal(err)
	}
	return run, n
}
