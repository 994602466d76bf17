package remedy

import (
	"context"

	"github.com/plumbline-dev/plumbline/graph"
)

// Wish is a change that is wanted: the patch of one fix, or changes that a user wrote down.
type Wish struct {
	Patch            graph.Patch
	Closes           []Closed
	AllowReplacement bool // of changes that a user wrote down, who said so
	// Of are the wishes that this one was merged of, so that a planner which makes several steps of it can say which step closes what.
	Of []Wish
}

// Before stands in After of a live step that is not numbered yet, for the one right before it.
const Before = -1

// Planner makes the steps of one source. It reads and works out; it changes nothing.
type Planner interface {
	// Plan gives the steps that carry out a wish, or a *Refused. Any other error means that it could not be worked out.
	Plan(ctx context.Context, w Wish) ([]Step, error)
}

// Bound holds the values that reads and answers gave to names, within one step.
type Bound map[string]any

// Receipt is what a write left behind.
type Receipt struct {
	Request string `json:"request,omitempty"` // AWS request ID
	Status  int    `json:"status,omitempty"`  // of HTTP
	Bound   Bound  `json:"bound,omitempty"`
	// Of an edit: the bytes before, which the old text of its splices gives again.
	Original []byte `json:"-"`
}

// State is how far an action has come, as read back.
type State string

// The states that an action can be found in.
const (
	NotDone    State = "not done"
	InProgress State = "in progress" // called; the change is not real yet
	Pending    State = "pending"     // accepted, waits for the maintenance window
	Done       State = "done"
)

// Broken is a condition that does not hold.
type Broken struct {
	Condition Condition `json:"condition"`
	Got       any       `json:"got"` // what was read instead
}

// Hand carries out actions of one source. Only packages remedy/source and remedy/aws have one.
type Hand interface {
	// Holds reads the conditions and gives those that do not hold. An error means that one could not be read.
	Holds(ctx context.Context, cs []Condition, bound Bound) ([]Broken, error)
	// Do carries out the action once, with the token where the call takes one. It makes the action's Reads first. An error that
	// is an *Unanswered (a broken connection, a time-out, HTTP 5xx) means that nobody knows whether it took effect; any other error,
	// that it had none.
	Do(ctx context.Context, a Action, token string, bound Bound) (Receipt, error)
	// Look reads back how far a call has come, and binds what its Find or Until reads give. It is not asked about edits.
	Look(ctx context.Context, a Action, bound Bound) (State, Bound, error)
}

// Unanswered is a call whose outcome is not known: the connection broke, or the time was up.
type Unanswered struct{ Err error }

func (u *Unanswered) Error() string { return "no answer: " + u.Err.Error() }

// Unwrap gives what broke.
func (u *Unanswered) Unwrap() error { return u.Err }
