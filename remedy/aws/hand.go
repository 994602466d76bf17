package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

// Holds implements remedy.Hand. Conditions on the same call share one call.
func (h *Hand) Holds(ctx context.Context, cs []remedy.Condition, bound remedy.Bound) ([]remedy.Broken, error) {
	r := &reader{hand: h, bound: bound, known: map[string]reply{}}
	var broken []remedy.Broken
	for _, c := range cs {
		ok, got, err := r.holds(ctx, c)
		if err != nil {
			return nil, err
		}
		if !ok {
			broken = append(broken, remedy.Broken{Condition: c, Got: got})
		}
	}
	return broken, nil
}

// Do implements remedy.Hand.
func (h *Hand) Do(ctx context.Context, a remedy.Action, token string, bound remedy.Bound) (remedy.Receipt, error) {
	if a.Call == nil {
		return remedy.Receipt{}, errors.New("the action has no call: it is none of an account")
	}
	if o, ok := operations()[a.Call.Op]; !ok || !o.write {
		return remedy.Receipt{}, fmt.Errorf("%s is no write that this version of plumb can make", a.Call.Op)
	}
	bound = copied(bound)
	for _, r := range a.Reads {
		if _, err := h.read(ctx, r, bound); err != nil {
			return remedy.Receipt{Bound: bound}, err
		}
	}
	c, missing, err := filled(*a.Call, bound)
	if err != nil {
		return remedy.Receipt{Bound: bound}, err
	}
	if missing != "" {
		return remedy.Receipt{Bound: bound}, fmt.Errorf("%s: nothing has given %q a value", c.Op, missing)
	}
	if c.Token != "" {
		c.Params = put(c.Params, c.Token, token)
	}
	got, err := h.call(ctx, c)
	if err != nil {
		return remedy.Receipt{Bound: bound}, err
	}
	for name, path := range a.Binds {
		v, there, err := lookup(got.body, path)
		if err != nil || !there {
			return remedy.Receipt{Request: got.request, Status: got.status, Bound: bound}, &remedy.Unanswered{Err: fmt.Errorf("%s: the answer has no %s", c.Op, path)}
		}
		bound[name] = v
	}
	return remedy.Receipt{Request: got.request, Status: got.status, Bound: bound}, nil
}

// Look implements remedy.Hand.
func (h *Hand) Look(ctx context.Context, a remedy.Action, bound remedy.Bound) (remedy.State, remedy.Bound, error) {
	bound = copied(bound)
	found := false
	if a.Find != nil {
		var err error
		if found, err = h.read(ctx, *a.Find, bound); err != nil && !gone(err) {
			return "", bound, err
		}
	}
	if a.Find != nil && !found && len(a.Binds) > 0 && !hasAll(bound, a.Binds) {
		return remedy.NotDone, bound, nil
	}
	r := &reader{hand: h, bound: bound, known: map[string]reply{}}
	done, err := r.all(ctx, askable(a, bound))
	switch {
	case err != nil:
		return "", bound, err
	case done && (len(a.Until) > 0 || found):
		return remedy.Done, bound, nil
	}
	if len(a.Accepted) > 0 {
		if ok, err := r.all(ctx, a.Accepted); err != nil || ok {
			return remedy.Pending, bound, err
		}
	}
	for _, c := range a.Underway {
		if ok, _, err := r.holds(ctx, c); err != nil || ok {
			return remedy.InProgress, bound, err
		}
	}
	if found {
		return remedy.InProgress, bound, nil
	}
	return remedy.NotDone, bound, nil
}

// askable lists the conditions of an action that can be asked for. When its answer was lost, one that needs a name from it cannot: the
// others decide.
func askable(a remedy.Action, bound remedy.Bound) []remedy.Condition {
	if a.Find != nil {
		return a.Until
	}
	var out []remedy.Condition
	for _, c := range a.Until {
		name := ""
		if c.Read != nil {
			if _, missing, err := filled(*c.Read, bound); err == nil {
				name = missing
			}
		}
		if _, own := a.Binds[name]; name == "" || !own {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return a.Until
	}
	return out
}

func hasAll(bound remedy.Bound, names map[string]string) bool {
	for n := range names {
		if _, ok := bound[n]; !ok {
			return false
		}
	}
	return true
}

func copied(b remedy.Bound) remedy.Bound {
	b = maps.Clone(b)
	if b == nil {
		b = remedy.Bound{}
	}
	return b
}

// read makes a read and binds what it gives; all says whether every name got a value.
func (h *Hand) read(ctx context.Context, r remedy.Read, bound remedy.Bound) (all bool, err error) {
	if o, ok := operations()[r.Call.Op]; ok && o.write {
		return false, fmt.Errorf("%s is a write and was asked for as a read", r.Call.Op)
	}
	c, missing, err := filled(r.Call, bound)
	if missing != "" || err != nil {
		return false, err
	}
	got, err := h.call(ctx, c)
	if err != nil {
		return false, err
	}
	all = true
	for name, path := range r.Binds {
		v, there, err := lookup(got.body, path)
		if err != nil {
			return false, err
		}
		if !there || empty(v) {
			all = false
			continue
		}
		bound[name] = v
	}
	return all, nil
}

// reply is what a call of a condition gave: an answer or the code of a refusal.
type reply struct {
	body any
	code string
}

// reader reads for conditions, each call once.
type reader struct {
	hand  *Hand
	bound remedy.Bound
	known map[string]reply
}

func (r *reader) all(ctx context.Context, cs []remedy.Condition) (bool, error) {
	for _, c := range cs {
		if ok, _, err := r.holds(ctx, c); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// holds reads one condition. got is what was read when it does not hold.
func (r *reader) holds(ctx context.Context, c remedy.Condition) (ok bool, got any, err error) {
	if c.Read == nil {
		return false, nil, fmt.Errorf("%q asks for a file: it is no condition of an account", c.Says)
	}
	call, missing, err := filled(*c.Read, r.bound)
	if missing != "" || err != nil {
		return false, nil, err
	}
	want, missing, err := fill(c.Want, r.bound)
	if missing != "" || err != nil {
		return false, nil, err
	}
	reply, err := r.reply(ctx, call)
	if err != nil {
		return false, nil, err
	}
	if c.Is == remedy.Refuses {
		return oneOf(reply.code, want), reply.code, nil
	}
	if reply.code != "" {
		return c.Is == remedy.Missing, reply.code, nil
	}
	v, there, err := lookup(reply.body, c.Path)
	if err != nil {
		return false, nil, err
	}
	ok, err = compare(c.Is, v, there, want)
	return ok, v, err
}

func (r *reader) reply(ctx context.Context, c remedy.Call) (reply, error) {
	key := c.Region + " " + c.Op + " " + string(canonical(c.Params))
	if known, ok := r.known[key]; ok {
		return known, nil
	}
	if o, ok := operations()[c.Op]; ok && o.write {
		return reply{}, fmt.Errorf("%s is a write and was asked for as a read", c.Op)
	}
	got, err := r.hand.call(ctx, c)
	out := reply{body: got.body}
	if err != nil {
		var refused *remedy.Rejected
		if !gone(err) || !errors.As(err, &refused) {
			return reply{}, err
		}
		out = reply{code: refused.Code}
	}
	r.known[key] = out
	return out, nil
}

// gone says whether AWS answered that what was asked for is not there: an answer about the account, unlike a refusal to
// answer.
func gone(err error) bool {
	var r *remedy.Rejected
	if !errors.As(err, &r) || r.Status >= 500 {
		return false
	}
	for _, sign := range []string{"NotFound", "NoSuch", "DoesNotExist", "NonExistent"} {
		if strings.Contains(r.Code, sign) {
			return true
		}
	}
	return r.Status == 404
}

// compare tests a value that was read.
func compare(is remedy.Test, got any, there bool, want any) (bool, error) {
	switch is {
	case remedy.Equals:
		return there && same(got, want), nil
	case remedy.Differs:
		return !there || !same(got, want), nil
	case remedy.Same:
		return there && sameSet(got, want), nil
	case remedy.Absent, remedy.Missing:
		return !there || empty(got), nil
	case remedy.Present:
		return there && !empty(got), nil
	case remedy.AtLeast:
		a, b := number(got), number(want)
		return a != nil && b != nil && *a >= *b, nil
	case remedy.OneOf:
		return there && oneOf(got, want), nil
	case remedy.Begins:
		return there && begins(got, want), nil
	case remedy.Has:
		return contains(got, want), nil
	case remedy.Lacks:
		return !contains(got, want), nil
	}
	return false, fmt.Errorf("%q is no test that this version of plumb knows", is)
}

// canonical writes a value so that equal values have equal texts, whether they come from AWS or from a plan file.
func canonical(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		return []byte(fmt.Sprint(v)) // channels and functions are no values of an API
	}
	return text
}

func same(a, b any) bool { return slices.Equal(canonical(a), canonical(b)) }

func sameSet(a, b any) bool {
	x, ok1 := a.([]any)
	y, ok2 := b.([]any)
	if !ok1 || !ok2 || len(x) != len(y) {
		return false
	}
	return slices.Equal(sortedTexts(x), sortedTexts(y))
}

func sortedTexts(list []any) []string {
	var out []string
	for _, v := range list {
		out = append(out, string(canonical(v)))
	}
	slices.Sort(out)
	return out
}

func contains(list, v any) bool {
	l, _ := list.([]any)
	return slices.ContainsFunc(l, func(x any) bool { return same(x, v) })
}

// oneOf says whether a value is the wanted one or in the wanted list.
func oneOf(got, want any) bool { return contains(want, got) || same(got, want) }

// begins says whether a text, or each of a list of one at least, begins with the wanted one.
func begins(got, want any) bool {
	list, ok := got.([]any)
	if !ok {
		list = []any{got}
	}
	return len(list) > 0 && !slices.ContainsFunc(list, func(x any) bool {
		text, ok := x.(string)
		return !ok || !strings.HasPrefix(text, fmt.Sprint(want))
	})
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func number(v any) *float64 {
	var f float64
	if err := json.Unmarshal(canonical(v), &f); err != nil {
		return nil
	}
	return &f
}

const bindKey = "$bind"

// put sets a parameter, which may be nested ("DistributionConfig.CallerReference"), on a copy.
func put(params map[string]any, path string, v any) map[string]any {
	params = maps.Clone(params)
	if params == nil {
		params = map[string]any{}
	}
	head, rest, nested := strings.Cut(path, ".")
	if !nested {
		params[head] = v
		return params
	}
	inner, _ := params[head].(map[string]any)
	params[head] = put(inner, rest, v)
	return params
}
