package remedy

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
)

// Run is one carrying out of a plan, as its journal tells.
type Run struct {
	N      int
	Header Header
	Plan   *Plan
	Events []Event

	dir, sum string
	torn     int64
	cut      bool // another process wrote it and did not come to its end, so that the journal may lack what it did last
}

// Result is how a run stands.
type Result string

// The results.
const (
	Unfinished Result = "stopped" // something is not done, or its outcome is not known
	Awaiting   Result = "pending" // all was accepted; something waits for the maintenance window
	Complete   Result = "done"
	Partly     Result = "partly done" // nothing is left to do, and steps were left out
)

// Torn says whether the last line of the journal was cut.
func (r *Run) Torn() bool { return r.torn > 0 }

// Begun is when the run started; zero when the journal does not say.
func (r *Run) Begun() time.Time {
	if len(r.Events) == 0 {
		return time.Time{}
	}
	return r.Events[0].At
}

// Action gives the last thing that the journal says of an action, "" when it says nothing.
func (r *Run) Action(step, action int) What {
	var last What
	for _, e := range r.Events {
		if e.Step == step && e.Action == action {
			last = e.What
		}
	}
	return last
}

// Step gives the last thing that the journal says of a step as a whole: StepDone, Proven, Unproven, Waiting, LeftOut or "".
func (r *Run) Step(step int) What {
	var last What
	for _, e := range r.Events {
		if e.Step == step && (e.Action == 0 || e.What == Waiting) {
			last = e.What
		}
	}
	return last
}

// ended says whether nothing is left to do of a step.
func (r *Run) ended(step int) bool {
	w := r.Step(step)
	return w == StepDone || w == Proven || w == Unproven || w == LeftOut
}

// Done lists the steps that are done.
func (r *Run) Done() []int {
	var done []int
	for _, s := range r.Plan.Steps {
		if r.ended(s.N) && r.Step(s.N) != LeftOut {
			done = append(done, s.N)
		}
	}
	return done
}

// LeftOut lists the steps that were left out.
func (r *Run) LeftOut() []int {
	var out []int
	for _, s := range r.Plan.Steps {
		if r.Step(s.N) == LeftOut {
			out = append(out, s.N)
		}
	}
	return out
}

// Result says how the run stands.
func (r *Run) Result() Result {
	worst := Complete
	for _, s := range r.Plan.Steps {
		switch {
		case r.Step(s.N) == LeftOut && worst == Complete:
			worst = Partly
		case r.ended(s.N):
		case r.Step(s.N) == Waiting:
			worst = Awaiting
		default:
			return Unfinished
		}
	}
	return worst
}

// Over says whether nothing is left to do: every step is done or was left out.
func (r *Run) Over() bool {
	result := r.Result()
	return result == Complete || result == Partly
}

// Closed says whether the run came to its end: every step is done, and what was to be proven was scanned again.
func (r *Run) Closed() bool {
	return len(r.Events) > 0 && r.Events[len(r.Events)-1].What == Finished
}

// Failed gives the step at which a run stopped and what the journal says of it; 0 when nothing failed.
func (r *Run) Failed() (step int, last Event) {
	for _, e := range slices.Backward(r.Events) {
		switch e.What {
		case Refusal, Unknown, NotYet:
			if !r.ended(e.Step) {
				return e.Step, e
			}
		}
	}
	return 0, Event{}
}

// bound gives what a step's reads and answers bound.
func (r *Run) bound(step int) Bound {
	b := Bound{}
	for _, e := range r.Events {
		if e.Step == step {
			maps.Copy(b, e.Bound)
		}
	}
	return b
}

// files gives the SHA-256 that each file has after the edits that are done and were not taken back.
func (r *Run) files(gone []int) map[string]string {
	now := map[string]string{}
	for _, s := range r.Plan.Steps {
		for i, a := range s.Actions {
			if a.Edit != nil && !slices.Contains(gone, s.N) && r.Action(s.N, i+1) == ActionDone {
				now[fileKey(s.Source, a.Edit.File)] = a.Edit.After
			}
		}
	}
	return now
}

func fileKey(source int, file string) string { return fmt.Sprintf("%d %s", source, file) }

// Token gives the client token of an action: the same for each try of the same action of the same run, so that AWS answers a
// second try with the first one's result. 26 letters and digits, which every API takes.
func Token(h Header, step, action int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%d/%d", h.SHA256, h.Run, step, action))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// plain turns the numbers of decoded JSON into int where they are whole and float64 elsewhere.
func plain(b Bound) Bound {
	if b == nil {
		return nil
	}
	return numbers(map[string]any(b)).(map[string]any)
}

func numbers(v any) any {
	return graph.Mapped(v, func(v any) any {
		number, ok := v.(json.Number)
		if !ok {
			return v
		}
		if n, err := number.Int64(); err == nil {
			return int(n)
		}
		f, err := number.Float64()
		if err != nil {
			return number.String()
		}
		return f
	})
}

// Fill puts bound values in the place of every {"$bind": NAME}. It fails when a name is not bound.
func Fill(v any, b Bound) (any, error) { return fill(v, b, false) }

// fill is Fill, or leaves what is not bound as it is.
func fill(v any, b Bound, leave bool) (any, error) {
	switch v := v.(type) {
	case map[string]any:
		if name, ok := v["$bind"].(string); ok && len(v) == 1 {
			value, ok := b[name]
			switch {
			case ok:
				return value, nil
			case leave:
				return v, nil
			}
			return nil, fmt.Errorf("nothing is bound to %q", name)
		}
		out := make(map[string]any, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			e, err := fill(v[k], b, leave)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
			out[k] = e
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			var err error
			if out[i], err = fill(e, b, leave); err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return out, nil
	}
	return v, nil
}
