package remedy_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// world is an account and a folder in memory. A value takes a while to be real, a thing takes a while to be seen.
type world struct {
	clock  *clock
	values map[string]value
	things []thing // in the order they were made
	files  map[string]string
	calls  int // writes that took effect

	crash  func(where string) // called before and after each write takes effect
	refuse map[string]error   // by op and key: answers instead of doing
	window map[string]bool    // keys whose change waits for a window
	deaf   string             // key whose changes are accepted and not made
}

type value struct {
	now, next string
	from      time.Time // when next becomes now
}

type thing struct {
	name, token string
	from        time.Time // when it is seen
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.now = c.now.Add(d)
	return nil
}

func newWorld() *world {
	w := &world{clock: &clock{time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}, values: map[string]value{}, files: map[string]string{},
		refuse: map[string]error{}, window: map[string]bool{}, crash: func(string) {}}
	for _, k := range []string{"a", "b", "c", "d"} {
		w.values[k] = value{now: "off"}
	}
	w.files["main.tf"], w.files["data.tf"] = "main0", "data0"
	return w
}

func (w *world) get(key string) string {
	v := w.values[key]
	if v.next != "" && !w.clock.now.Before(v.from) && !w.window[key] {
		return v.next
	}
	return v.now
}

func (w *world) pending(key string) bool { v := w.values[key]; return w.window[key] && v.next != "" }

// state is all that there is, as text.
func (w *world) state() string {
	s := ""
	for _, k := range slices.Sorted(maps.Keys(w.values)) {
		s += k + "=" + w.get(k) + " "
	}
	for _, n := range slices.Sorted(slices.Values(w.names())) {
		s += n + " "
	}
	for _, f := range slices.Sorted(maps.Keys(w.files)) {
		s += f + "=" + w.files[f] + " "
	}
	return s
}

func (w *world) names() []string {
	var names []string
	for _, t := range w.things {
		names = append(names, t.name)
	}
	return names
}

func (w *world) seen(name string) bool {
	return slices.ContainsFunc(w.things, func(t thing) bool { return t.name == name && !w.clock.now.Before(t.from) })
}

// Do implements remedy.Hand.
func (w *world) Do(_ context.Context, a remedy.Action, token string, bound remedy.Bound) (remedy.Receipt, error) {
	if a.Edit != nil {
		w.crash("before edit")
		if w.files[a.Edit.File] != a.Edit.Before {
			return remedy.Receipt{}, fmt.Errorf("%s is not as planned", a.Edit.File)
		}
		w.files[a.Edit.File] = a.Edit.After
		w.calls++
		w.crash("after edit")
		return remedy.Receipt{}, nil
	}
	params, err := remedy.Fill(a.Call.Params, bound)
	if err != nil {
		return remedy.Receipt{}, err
	}
	key := params.(map[string]any)["key"].(string)
	if err := w.refuse[a.Call.Op+" "+key]; err != nil {
		return remedy.Receipt{}, err
	}
	w.crash("before " + key)
	got := remedy.Receipt{Request: "R-" + key, Status: 200}
	switch a.Call.Op {
	case "test:Set":
		to, _ := params.(map[string]any)["value"].(string)
		if key != w.deaf {
			w.values[key] = value{w.get(key), to, w.clock.now.Add(7 * time.Second)}
		}
	case "test:Make":
		if token == "" || !slices.ContainsFunc(w.things, func(t thing) bool { return t.token == token }) {
			w.things = append(w.things, thing{key, token, w.clock.now.Add(20 * time.Second)})
		}
		got.Bound = remedy.Bound{"id": "id-" + key}
	case "test:Unmake":
		w.things = slices.DeleteFunc(w.things, func(t thing) bool { return "id-"+t.name == key })
	}
	w.calls++
	w.crash("after " + key)
	return got, nil
}

// Look implements remedy.Hand.
func (w *world) Look(_ context.Context, a remedy.Action, bound remedy.Bound) (remedy.State, remedy.Bound, error) {
	params, err := remedy.Fill(a.Call.Params, bound)
	if err != nil {
		return "", nil, err
	}
	key := params.(map[string]any)["key"].(string)
	switch a.Call.Op {
	case "test:Set":
		to := params.(map[string]any)["value"].(string)
		switch {
		case w.get(key) == to:
			return remedy.Done, nil, nil
		case w.pending(key):
			return remedy.Pending, nil, nil
		case w.values[key].next == to:
			return remedy.InProgress, nil, nil
		}
		return remedy.NotDone, nil, nil
	case "test:Make":
		if w.seen(key) {
			return remedy.Done, remedy.Bound{"id": "id-" + key}, nil
		}
		return remedy.NotDone, nil, nil
	}
	if slices.ContainsFunc(w.things, func(t thing) bool { return "id-"+t.name == key }) {
		return remedy.NotDone, nil, nil
	}
	return remedy.Done, nil, nil
}

// Holds implements remedy.Hand.
func (w *world) Holds(_ context.Context, cs []remedy.Condition, bound remedy.Bound) ([]remedy.Broken, error) {
	var broken []remedy.Broken
	for _, c := range cs {
		got := any(w.files[c.File])
		want := any(c.SHA256)
		if c.File == "" {
			params, err := remedy.Fill(c.Read.Params, bound)
			if err != nil {
				return nil, err
			}
			key := params.(map[string]any)["key"].(string)
			got, want = w.get(key), c.Want
			if c.Read.Op == "test:Seen" {
				got = w.seen(key)
			}
		}
		if got != want {
			broken = append(broken, remedy.Broken{Condition: c, Got: got})
		}
	}
	return broken, nil
}

// twelve is a plan of twelve steps: values that may be set again, things that a second call would make twice (with a client
// token, or found by their names), and edits, two of the same file.
func twelve(t testing.TB) *remedy.Plan {
	t.Helper()
	p := &remedy.Plan{Created: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), Expires: time.Date(2026, 11, 20, 13, 0, 0, 0, time.UTC),
		Sources: []remedy.Source{{Kind: remedy.Live, Account: "111111111111", Name: "shop"}}}
	for _, k := range []string{"a", "b"} {
		p.Steps = append(p.Steps, setStep(k), makeStep("token-"+k, true), makeStep("named-"+k, false))
	}
	p.Steps = append(p.Steps, editStep("main.tf", "main0", "main1"), editStep("data.tf", "data0", "data1"), editStep("main.tf", "main1", "main2"))
	p.Steps = append(p.Steps, setStep("c"), makeStep("token-c", true), setStep("d"))
	for i := range p.Steps {
		p.Steps[i].N = i + 1
	}
	if err := remedy.Seal(p); err != nil {
		t.Fatal(err)
	}
	return p
}

func read(op, key string) *remedy.Call {
	return &remedy.Call{Op: op, Params: map[string]any{"key": key}}
}

func setStep(key string) remedy.Step {
	is := func(v string) remedy.Condition {
		return remedy.Condition{Says: key + " is " + v, Read: read("test:Get", key), Is: remedy.Equals, Want: v}
	}
	call := func(v string) *remedy.Call {
		return &remedy.Call{Op: "test:Set", Params: map[string]any{"key": key, "value": v}}
	}
	return remedy.Step{Kind: remedy.Live, Mark: "~", Address: graph.Address("thing." + key), Where: "arn:" + key, Title: key + " on",
		Shows: []remedy.Show{{Label: key, Before: `"off"`, After: `"on"`}}, Preconditions: []remedy.Condition{is("off")},
		Actions: []remedy.Action{{Call: call("on"), Until: []remedy.Condition{is("on")},
			Undo: []remedy.Action{{Call: call("off"), Until: []remedy.Condition{is("off")}}}}}, Undo: remedy.Undo{Kind: "full"}}
}

func makeStep(name string, token bool) remedy.Step {
	seen := func(want bool) []remedy.Condition {
		return []remedy.Condition{{Says: "seen", Read: read("test:Seen", name), Is: remedy.Equals, Want: want}}
	}
	a := remedy.Action{Call: read("test:Make", name), Until: seen(true), Binds: map[string]string{"id": "Id"},
		Undo: []remedy.Action{{Call: &remedy.Call{Op: "test:Unmake", Params: map[string]any{"key": map[string]any{"$bind": "id"}}}}}}
	if token {
		a.Call.Token = "ClientToken"
	} else {
		a.Find = &remedy.Read{Call: *read("test:Seen", name), Binds: map[string]string{"id": "Id"}}
	}
	return remedy.Step{Kind: remedy.Live, Mark: "+", Address: graph.Address("thing." + name), Where: name, Title: "make " + name,
		Preconditions: seen(false), Actions: []remedy.Action{a}, Undo: remedy.Undo{Kind: "full"}}
}

func editStep(file, before, after string) remedy.Step {
	e := remedy.Edit{File: file, Before: before, After: after, Splices: []remedy.Splice{{Start: 4, End: 5, Old: before[4:], New: after[4:]}}}
	first := file[:4] + "0"
	return remedy.Step{Kind: remedy.File, Mark: "~", Address: graph.Address("thing." + after), Where: file, Title: "edit",
		Preconditions: []remedy.Condition{{Says: "as planned", File: file, SHA256: first}}, Actions: []remedy.Action{{Edit: &e}}, Undo: remedy.Undo{Kind: "full"}}
}

// errKilled is what a crash panics with.
var errKilled = errors.New("killed")

// start makes a run of a plan and a runner for it.
func start(t *testing.T, store remedy.Store, p *remedy.Plan, w *world) (*remedy.Runner, func()) {
	t.Helper()
	text, err := remedy.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	run, journal, err := store.Create(text, remedy.Header{Plan: p.ID, SHA256: p.SHA256, User: "ana", Where: "shop"}, w.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	return &remedy.Runner{Run: run, Journal: journal, Hands: []remedy.Hand{w}, Clock: w.clock}, closing(t, journal)
}

// again takes a run up as another process would.
func again(t *testing.T, store remedy.Store, n int, w *world) (*remedy.Runner, func()) {
	t.Helper()
	run, err := store.Load(n)
	if err != nil {
		t.Fatal(err)
	}
	journal, err := run.Reopen()
	if err != nil {
		t.Fatal(err)
	}
	return &remedy.Runner{Run: run, Journal: journal, Hands: []remedy.Hand{w}, Clock: w.clock}, closing(t, journal)
}

func closing(t *testing.T, j *remedy.Journal) func() {
	return func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
}
