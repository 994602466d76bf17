package cost_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"golang.org/x/tools/txtar"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/cost"
	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// A fixture is a txtar file: the code of one root, perhaps usage.yml, and before them the calculation by hand:
//
//	ADDRESS = MONTHLY
//	  KEY: QUANTITY x PRICE = MONTHLY
//	  KEY: usage x PRICE           a meter that waits for usage
//	  unpriced PART: WORDS         a part without price, whose reason has the words
//	free ADDRESS ...
//	total = MONTHLY
//
// KEY is a key of the catalogue: METER REGION NAME=VALUE ..., where ~ in a value stands for a blank.
type fixture struct {
	resources map[string]*worked
	order     []string
	free      []string
	total     string
	usage     string
	profile   string
	files     fstest.MapFS
}

type worked struct {
	Monthly  string
	Lines    []string // "meter quantity x price = monthly"
	Unpriced []string
	keys     []prices.Key
	prices   []string
	why      []string
}

var (
	ownerLine = regexp.MustCompile(`^(\S+) = ([0-9.]+)$`)
	meterLine = regexp.MustCompile(`^  (\S+) (\S+)((?: \S+=\S*)*): (\S+) x ([0-9.]+)(?: = ([0-9.]+))?$`)
	lackLine  = regexp.MustCompile(`^  unpriced ([^:]+): (.+)$`)
)

func readFixture(t *testing.T, file string) *fixture {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := txtar.Parse(text)
	f := &fixture{resources: map[string]*worked{}, files: fstest.MapFS{}}
	for _, file := range a.Files {
		if file.Name == "usage.yml" {
			f.usage = string(file.Data)
			continue
		}
		f.files[file.Name] = &fstest.MapFile{Data: file.Data}
	}
	var at *worked
	for n, line := range strings.Split(string(a.Comment), "\n") {
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "total = "):
			f.total = strings.TrimPrefix(line, "total = ")
		case strings.HasPrefix(line, "profile "):
			f.profile = strings.TrimPrefix(line, "profile ")
		case strings.HasPrefix(line, "free "):
			f.free = append(f.free, strings.Fields(line)[1:]...)
		case ownerLine.MatchString(line):
			m := ownerLine.FindStringSubmatch(line)
			at = &worked{Monthly: m[2]}
			f.resources[m[1]] = at
			f.order = append(f.order, m[1])
		case at != nil && lackLine.MatchString(line):
			m := lackLine.FindStringSubmatch(line)
			at.Unpriced, at.why = append(at.Unpriced, m[1]), append(at.why, m[2])
		case at != nil && meterLine.MatchString(line):
			at.meter(t, fmt.Sprintf("%s:%d", file, n+1), meterLine.FindStringSubmatch(line))
		default:
			t.Fatalf("%s:%d: cannot read %q", file, n+1, line)
		}
	}
	return f
}

// meter reads a line and checks its arithmetic.
func (w *worked) meter(t *testing.T, where string, m []string) {
	t.Helper()
	k := prices.Key{Meter: m[1], Region: m[2], Attributes: prices.Attributes{}}
	for _, pair := range strings.Fields(m[3]) {
		name, value, _ := strings.Cut(pair, "=")
		k.Attributes[name] = strings.ReplaceAll(value, "~", " ")
	}
	w.keys, w.prices = append(w.keys, k), append(w.prices, m[5])
	if m[4] == "usage" {
		w.Lines = append(w.Lines, named(k)+": usage x "+m[5])
		return
	}
	q, p := dec(t, m[4]), dec(t, m[5])
	if m[6] == "" || !q.Mul(p).Equal(dec(t, m[6])) {
		t.Errorf("%s: %s x %s is %s, not %s", where, q, p, q.Mul(p), m[6])
	}
	w.Lines = append(w.Lines, fmt.Sprintf("%s: %s x %s = %s", named(k), q, p, q.Mul(p)))
}

// named writes a key as fixtures do.
func named(k prices.Key) string {
	attrs := prices.Attributes{}
	for name, value := range k.Attributes {
		attrs[name] = strings.ReplaceAll(value, " ", "~")
	}
	return prices.Key{Meter: k.Meter, Region: k.Region, Attributes: attrs}.String()
}

func dec(t *testing.T, s string) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

func builtin(t testing.TB) *prices.Catalogue {
	t.Helper()
	c, err := prices.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func built(t testing.TB, files fstest.MapFS) *graph.Graph {
	t.Helper()
	found, err := terraform.New(files, terraform.Options{}).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range found.Gaps {
		if g.Broken {
			t.Fatalf("%s: %s", g.Where, g.Why)
		}
	}
	return catalog.Build(found.Resources, catalog.Options{})
}

func (f *fixture) estimate(t *testing.T) cost.Estimated {
	t.Helper()
	return cost.Estimate(built(t, f.files), builtin(t), f.options(t))
}

func (f *fixture) options(t *testing.T) cost.Options {
	t.Helper()
	o := cost.Options{Profile: cost.Profile(f.profile)}
	if f.usage != "" {
		u, err := cost.ParseUsage("usage.yml", []byte(f.usage))
		if err != nil {
			t.Fatal(err)
		}
		o.Usage = u
	}
	return o
}

func got(r cost.Resource) worked {
	w := worked{Monthly: r.Monthly.String()}
	for _, l := range r.Lines {
		if l.Quantity == nil {
			w.Lines = append(w.Lines, fmt.Sprintf("%s: usage x %s", named(l.Key), l.Price))
			continue
		}
		w.Lines = append(w.Lines, fmt.Sprintf("%s: %s x %s = %s", named(l.Key), l.Quantity, l.Price, l.Monthly))
	}
	for _, u := range r.Unpriced {
		w.Unpriced = append(w.Unpriced, u.Meter)
	}
	return w
}

func TestEstimatesEqualTheCalculationByHand(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			f := readFixture(t, file)
			f.check(t, f.estimate(t))
		})
	}
}

var drafts = flag.Bool("draft", false, "print what is estimated, in the words of a fixture")

func (f *fixture) check(t *testing.T, e cost.Estimated) {
	t.Helper()
	if *drafts {
		f.print(e)
	}
	var free, order []string
	sum := decimal.Zero
	for _, r := range e.Resources {
		if r.Free {
			free = append(free, string(r.Address))
			continue
		}
		order = append(order, string(r.Address))
		sum = sum.Add(r.Monthly)
		want := f.resources[string(r.Address)]
		if want == nil {
			t.Errorf("%s is not in the calculation; it costs %s", r.Address, draft(r))
			continue
		}
		w := got(r)
		if diff := cmp.Diff(worked{Monthly: dec(t, want.Monthly).String(), Lines: want.Lines, Unpriced: want.Unpriced}, w, cmp.AllowUnexported(worked{})); diff != "" {
			t.Errorf("%s: (-by hand +estimated)\n%s\n%s", r.Address, diff, draft(r))
		}
		want.reasons(t, r)
		want.inCatalogue(t)
	}
	if diff := cmp.Diff(sorted(f.order), sorted(order)); diff != "" {
		t.Errorf("resources: (-by hand +estimated)\n%s", diff)
	}
	if diff := cmp.Diff(sorted(f.free), sorted(free)); diff != "" {
		t.Errorf("free of charge: (-by hand +estimated)\n%s", diff)
	}
	if !sum.Equal(e.Monthly) || !dec(t, f.total).Equal(e.Monthly) {
		t.Errorf("the total is %s, its resources make %s, by hand it is %s", e.Monthly, sum, f.total)
	}
	if len(e.Notes) > 0 {
		t.Errorf("notes: %q", e.Notes)
	}
}

func (f *fixture) print(e cost.Estimated) {
	free := "free"
	for _, r := range e.Resources {
		if r.Free {
			free += " " + string(r.Address)
			continue
		}
		fmt.Print(draft(r))
		for _, l := range r.Lines {
			fmt.Printf("    # %s: %s %s\n", l.Label, l.Unit, l.Note)
		}
	}
	fmt.Printf("%s\ntotal = %s\n", free, e.Monthly)
}

func (w *worked) reasons(t *testing.T, r cost.Resource) {
	t.Helper()
	for i, u := range r.Unpriced {
		if i < len(w.why) && !strings.Contains(u.Why, w.why[i]) {
			t.Errorf("%s: %s is unpriced because %q, want %q", r.Address, u.Meter, u.Why, w.why[i])
		}
	}
}

// inCatalogue checks that the prices of the calculation are those of the keys that it names.
func (w *worked) inCatalogue(t *testing.T) {
	t.Helper()
	for i, k := range w.keys {
		p, err := builtin(t).Find(k)
		if err != nil {
			t.Errorf("%s: %v", k, err)
			continue
		}
		if !slices.ContainsFunc(p.Tiers, func(tier prices.Tier) bool { return tier.USD.Equal(dec(t, w.prices[i])) }) {
			t.Errorf("%s has no tier at %s", k, w.prices[i])
		}
	}
}

// draft writes a resource in the words of a fixture.
func draft(r cost.Resource) string {
	w := got(r)
	text := fmt.Sprintf("%s = %s\n", r.Address, w.Monthly)
	for _, l := range w.Lines {
		text += "  " + l + "\n"
	}
	for _, u := range r.Unpriced {
		text += fmt.Sprintf("  unpriced %s: %s\n", u.Meter, u.Why)
	}
	return text
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }
