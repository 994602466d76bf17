// Package history keeps what scans found over time: runs, the life of each finding, costs, what the loss of a zone does,
// and what was not read. It is kept in a file of SQLite or in a database of PostgreSQL, by the same statements.
//
//	store, err := history.Open(ctx, "history.db")            // or postgres://HOST/DATABASE; makes the tables
//	did, err := store.Record(ctx, history.Record{Run: run, Findings: findings, Decided: decided})
//	runs, err := store.Runs(ctx, history.Query{Project: run.Project, Limit: 30})
//
// A run is recorded as a whole or not at all: a process that is killed leaves what was there before. Several may record at
// once; the runs of one project follow each other. A finding that is no longer there counts as gone only when the run
// decided so; else it is unjudged.
//
// Touches the database that it is given.
package history

import (
	"time"

	"github.com/shopspring/decimal"
)

// State is what a finding is since some run.
type State string

// The states of a finding.
const (
	Fail      State = "fail"
	Waived    State = "waived"
	Undecided State = "undecided" // the check lacks a datum
	Fixed     State = "fixed"     // it failed once; now the policy passes or the resource is gone
	Settled   State = "settled"   // it was undecided and never failed; now the policy passes or the resource is gone
	Unjudged  State = "unjudged"  // it was there, and the run could not decide whether it still is
)

// Run is one recorded scan.
type Run struct {
	ID        string // unique in the database; the caller makes it up
	Project   string // what is followed over time: runs of one project are compared
	Number    int    // of the project, from 1, in the order of recording. Record sets it
	Late      bool   // it began before a run that was recorded earlier, so it changed the state of no finding. Record sets it
	Started   time.Time
	Version   string // of plumb
	Commit    string // "" outside of a repository
	Sources   []string
	Resources int
	Passed    int
	Undecided int
	Waived    int
	Failed    BySeverity
	Gaps      int
	Cost      *Cost // nil: not priced
	Zones     []Zone
}

// BySeverity counts findings.
type BySeverity struct{ Critical, High, Medium, Low, Info int }

// Total is the number of all.
func (n BySeverity) Total() int { return n.Critical + n.High + n.Medium + n.Low + n.Info }

// Cost is what everything costs a month, in USD.
type Cost struct {
	Monthly   decimal.Decimal
	Complete  bool   // no price and no quantity is missing
	Catalogue string // date of the prices
	Types     []TypeCost
}

// TypeCost is the cost of all resources of one type a month.
type TypeCost struct {
	Type      string
	Resources int
	Monthly   decimal.Decimal
}

// Zone is what the loss of one zone does to one entry point.
type Zone struct {
	Zone, Entry string
	Answer      string // "up", "down" or "undecided"
	Least, Most float64
	Because     string
}

// Finding is one verdict that is followed over time.
type Finding struct {
	Fingerprint string
	State       State // Fail, Waived or Undecided when it is recorded
	Severity    string
	Policy      string
	Control     string
	Requirement string
	Root        string
	Resource    string
	Type        string
	Message     string
	File        string
	Line        int
}

// Gap is something that a run did not read.
type Gap struct{ Root, Where, What, Why string }

// Record is a run with what it found.
type Record struct {
	Run
	Findings []Finding // of all policies that were carried out, with the states Fail, Waived and Undecided
	Gaps     []Gap
	// Decided says that a finding of an earlier run that is not among Findings is gone for good: its policy was decided on
	// that resource, or the resource is gone from a place that was read. nil decides nothing.
	Decided func(Finding) bool
}

// Recorded says what a run changed.
type Recorded struct {
	Run
	Before   *time.Time // when the run before began; nil for the first of a project
	New      int        // findings that no earlier run had
	Returned int        // that had been gone
	Fixed    int
	Unjudged int // that were there before, and of which this run cannot tell
}

// Life is one finding with when it was there.
type Life struct {
	Finding
	Project   string
	FirstSeen time.Time
	LastSeen  time.Time  // the last run that found it
	Gone      *time.Time // since when it is fixed or settled
}

// Change is a run that found a finding in another state, or with another severity, than the run before.
type Change struct {
	Run      string
	Number   int
	Started  time.Time
	State    State
	Severity string
}
