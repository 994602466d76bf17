// Package remedy turns fixes into a plan that a person can read and approve, carries out exactly that plan, and undoes
// what it did, also after a crash.
//
// A plan is data and nothing but data: every edit, call, precondition, read-back and undo of every step stands in it, so that
// what was approved is what runs, and what runs can be resumed from a journal by another process. Packages below this
// folder make steps and carry them out: source for files, aws for live accounts. They are the only code that writes.
//
// It touches the journal's folder and nothing else.
package remedy

import (
	"time"

	"github.com/plumbline-dev/plumbline/graph"
)

// SchemaVersion is the version of the plan file that this package writes and reads.
const SchemaVersion = 1

// Plan is a plan file.
type Plan struct {
	SchemaVersion int       `json:"schema_version"`
	ID            string    `json:"id"`     // the first 8 digits of SHA256
	SHA256        string    `json:"sha256"` // hexadecimal; of the canonical JSON without id, sha256 and signature
	Created       time.Time `json:"created"`
	Expires       time.Time `json:"expires"`
	Tool          Tool      `json:"tool"`
	Sources       []Source  `json:"sources"`
	// Reading are the flags that the sources were read and judged with, as --NAME=VALUE: a scan that is to prove the plan uses them again.
	Reading []string  `json:"reading,omitempty"`
	Steps   []Step    `json:"steps"` // in the order they run
	Refused []Refused `json:"refused"`
	Manual  []Manual  `json:"manual"`
	Outcome Outcome   `json:"outcome"`
	// Terraform is what `terraform plan` says of each root whose files are edited, by root.
	Terraform []TerraformCheck `json:"terraform,omitempty"`
	// Signature is the ed25519 signature of the 32 bytes of SHA256; nil when the plan is not signed.
	Signature *Signature `json:"signature,omitempty"`
}

// Tool says what made a plan.
type Tool struct {
	Version   string `json:"version"`
	Policies  string `json:"policies"`  // SHA-256 over the policies that judged
	Catalogue string `json:"catalogue"` // date of the price catalogue
}

// Signature is who vouches for a plan.
type Signature struct {
	Key   string `json:"key"`   // the public key, base64
	Bytes string `json:"bytes"` // base64
}

// The two kinds of source and of step.
const (
	File = "file"
	Live = "live"
)

// Source is what a plan was made from, exactly enough to recognise it: a plan is refused when its source is another one.
type Source struct {
	Kind string `json:"kind"` // File or Live
	Name string `json:"name"` // as the user wrote it: a folder or aws:NAME

	// Of files.
	Path   string            `json:"path,omitempty"`   // absolute path of the folder that nothing leads out of: the git work tree, if any
	Dir    string            `json:"dir,omitempty"`    // the folder that was read, below Path; "" is Path itself
	Commit string            `json:"commit,omitempty"` // of the git work tree; "" outside of one
	Files  map[string]string `json:"files,omitempty"`  // SHA-256 of every file that was read, by slash path below Path

	// Of an account.
	Account string   `json:"account,omitempty"` // twelve digits
	Caller  string   `json:"caller,omitempty"`  // ARN that read it
	Regions []string `json:"regions,omitempty"`
	// Member is set when Name stands for several accounts: what the organization calls this one, or its ID.
	Member string `json:"member,omitempty"`
	Role   string `json:"role,omitempty"` // ARN of the role that was taken to read a member; "" for the account of the credentials themselves
}

// Step is one thing that is done and undone as a whole: the edits of one resource in files, or the calls that change one
// resource where it runs.
type Step struct {
	N       int           `json:"n"`    // from 1
	Kind    string        `json:"kind"` // File or Live
	Source  int           `json:"source"`
	Mark    string        `json:"mark"` // "+", "~", "-" or "-/+", as Terraform marks
	Root    string        `json:"root,omitempty"`
	Address graph.Address `json:"address"` // of the resource that the findings stand on
	Type    string        `json:"type"`
	Where   string        `json:"where"`            // "data.tf:21", or the ARN
	Region  string        `json:"region,omitempty"` // of a live step
	Fix     string        `json:"fix,omitempty"`    // the fix's ID in docs/fixes.md; "" for a plain source edit
	Title   string        `json:"title"`            // "versioning on": a few words, lower case

	Closes []Closed    `json:"closes"`
	Patch  graph.Patch `json:"patch"` // in canonical words
	Shows  []Show      `json:"shows"` // before and after, for people

	Preconditions []Condition `json:"preconditions"` // all of them are read again before the first action of the plan
	Actions       []Action    `json:"actions"`
	After         []int       `json:"after,omitempty"` // steps that must be done before; of a live step only the one right before it

	// Gives and Needs order the steps of one plan that is being made: what one gives, another needs to be there before. No file holds them.
	Gives []string `json:"-"`
	Needs []Need   `json:"-"`

	// Drift says of a live step that repeats what a step in files does, why the account and the code differ meanwhile.
	Drift   string       `json:"drift,omitempty"`
	Risk    Risk         `json:"risk"`
	Undo    Undo         `json:"undo"`
	Seconds int          `json:"seconds"` // how long it is expected to take
	Cost    Cost         `json:"cost"`
	IAM     []Permission `json:"iam,omitempty"` // exactly what its calls need, the reads included
}

// Need is something that another step of the same plan has to give, and why, for people.
type Need struct{ What, Why string }

// Closed is a finding that a step closes.
type Closed struct {
	Policy      string        `json:"policy"`
	Control     string        `json:"control"`
	Severity    string        `json:"severity"`
	Fingerprint string        `json:"fingerprint"`
	Root        string        `json:"root,omitempty"`
	Address     graph.Address `json:"address"`
}

// Show is one line of before and after.
type Show struct {
	Label  string `json:"label"`  // "versioning"
	Before string `json:"before"` // canonical JSON of the value, or "(unset)", "(absent)", "(unknown)"
	After  string `json:"after"`
}

// Class is the worst that a step can do to those who use what it changes, mildest first in Classes.
type Class string

// Classes are the risk classes, mildest first.
var Classes = []Class{"online", "online-degraded", "build-change", "brief-interruption", "brief-failover", "rolling-restart",
	"replacement", "data-copy", "access-break", "data-destructive", "manual"}

// Risk is what a step may interrupt.
type Risk struct {
	Class  Class  `json:"class"`
	Detail string `json:"detail"` // one sentence for people
}

// Undo says how far a step can be taken back.
type Undo struct {
	Kind string `json:"kind"`           // "full", "partial" or "none"
	Note string `json:"note,omitempty"` // what does not come back
	Ask  string `json:"ask,omitempty"`  // a rollback that destroys something says so here and needs a yes of its own
}

// Cost is what a step changes a month.
type Cost struct {
	Before string `json:"before,omitempty"` // decimal USD a month of 730 hours; "" when a part has no price
	After  string `json:"after,omitempty"`
	Delta  string `json:"delta,omitempty"`
	Usage  bool   `json:"usage,omitempty"` // a part depends on usage and is not counted
}

// Permission is one IAM action on some resources.
type Permission struct {
	Action    string            `json:"action"`    // "s3:PutBucketVersioning": as IAM names it, which may differ from the call
	Resources []string          `json:"resources"` // ARNs, or "*" where the action knows no resource
	Condition map[string]string `json:"condition,omitempty"`
	Undo      bool              `json:"undo,omitempty"` // only a rollback needs it
}

// Action is one write: an edit of a file or one call. Exactly one of Edit and Call is set.
type Action struct {
	Edit *Edit `json:"edit,omitempty"`
	Call *Call `json:"call,omitempty"`

	// Reads are made just before the call, for values that are only good for a moment (an ETag, a revision).
	Reads []Read `json:"reads,omitempty"`
	// Binds names values of the call's answer for later actions and for the undo: name -> path in the answer.
	Binds map[string]string `json:"binds,omitempty"`
	// Find looks for what an earlier try of this action made, for calls that would make a second one. When all its binds are
	// there, the action was carried out.
	Find *Read `json:"find,omitempty"`

	// Until are the conditions that hold once the change is real; they are polled, and they decide after a crash whether the
	// call took effect.
	Until []Condition `json:"until,omitempty"`
	// Accepted are the conditions that hold when AWS has taken the change and makes it real later: in the maintenance window, or once it is proved.
	Accepted []Condition `json:"accepted,omitempty"`
	// AcceptAfter is for how many seconds the change itself is waited for before that state counts.
	AcceptAfter int `json:"accept_after,omitempty"`
	Every       int `json:"every,omitempty"`   // seconds between two polls; 0 is 5
	Timeout     int `json:"timeout,omitempty"` // seconds; 0 is 300
	// Underway are conditions of which each one says that the change was called and is being made.
	Underway []Condition `json:"underway,omitempty"`

	// Undo takes the action back, in order. Of an edit it is empty: its splices hold the bytes before.
	Undo []Action `json:"undo,omitempty"`
	// UndoWhen must hold before Undo runs; it is read again then.
	UndoWhen []Condition `json:"undo_when,omitempty"`
}

// Call is one AWS API call. Params has the API's member names; a value {"$bind": NAME} stands for what an earlier Read or
// answer of the same step bound.
type Call struct {
	Op     string         `json:"op"` // "rds:ModifyDBInstance": the service's endpoint prefix and the operation
	Region string         `json:"region,omitempty"`
	Params map[string]any `json:"params"`
	Token  string         `json:"token,omitempty"` // the parameter that takes a client token; "" when the call has none
}

// Read is a call that only reads, and what is kept of its answer: name -> path.
type Read struct {
	Call  Call              `json:"call"`
	Binds map[string]string `json:"binds"`
}

// Edit changes one file by splices of its bytes. Before and After are the SHA-256 of the whole file; Before is "" when the
// edit makes the file.
type Edit struct {
	File    string   `json:"file"` // slash path below the source's Path
	Before  string   `json:"before"`
	After   string   `json:"after"`
	Splices []Splice `json:"splices"` // by rising offset, not overlapping; offsets of the file as it is before the edit
	Diff    string   `json:"diff"`    // unified, three lines of context
}

// Splice replaces the bytes [Start, End) by New. Old are the bytes there. A file that is not UTF-8 is not edited.
type Splice struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Condition is something that must hold where it is read.
type Condition struct {
	Says string `json:"says"` // "versioning is still unset": what a person reads beside ok or beside what was found instead

	// File and SHA256 ask for a file's bytes; SHA256 "" asks that there is no such file.
	File   string `json:"file,omitempty"`
	SHA256 string `json:"sha256,omitempty"`

	// Read asks for a value of a call's answer.
	Read *Call `json:"read,omitempty"`
	// Path leads to the value: "DBInstances[0].MultiAZ", "Attributes[Key=idle_timeout].Value" (the first element whose Key is that),
	// "Instances[?State=InService].#" (the number of those), "Members[*].Role" (of each), "Policy.<json>.Statement" (JSON in a text).
	// "" is the whole answer.
	Path string `json:"path,omitempty"`
	Is   Test   `json:"is,omitempty"`
	Want any    `json:"want,omitempty"`
}

// Test compares what was read with what is wanted.
type Test string

// The tests. A list compares as a set with Same.
const (
	Equals  Test = "equals"
	Differs Test = "differs"
	Same    Test = "same"     // the same elements in any order
	Absent  Test = "absent"   // nothing at the path, null, false-less: an empty list or string also counts
	Present Test = "present"  // something at the path
	AtLeast Test = "at_least" // a number
	OneOf   Test = "one_of"   // Want is a list
	Has     Test = "has"      // the list at the path holds Want
	Lacks   Test = "lacks"
	Begins  Test = "begins"  // the text, or each text of the list, begins with Want
	Refuses Test = "refuses" // the call answers with the error code Want
	Missing Test = "missing" // Absent, or the call answers that there is nothing
)

// Reason is why a change was refused.
type Reason string

// The reasons for a refusal.
const (
	ValueNotInSource   Reason = "value_not_in_source"
	ChangesSiblings    Reason = "changes_siblings"
	ComputedExpression Reason = "computed_expression"
	UnknownModuleInput Reason = "unknown_module_input"
	NotOwnSource       Reason = "not_own_source"
	IgnoredByLifecycle Reason = "ignored_by_lifecycle"
	ForcesReplacement  Reason = "forces_replacement"
	PreconditionFails  Reason = "precondition"
	NotFound           Reason = "not_found"
	StillReferenced    Reason = "still_referenced"
)

// Refused is a change that will not be made, and why.
type Refused struct {
	Root     string          `json:"root,omitempty"`
	Address  graph.Address   `json:"address"`
	Path     string          `json:"path,omitempty"`
	Class    Reason          `json:"class"`
	Why      string          `json:"why"`
	Siblings []graph.Address `json:"siblings"` // what else the change would have changed
	Closes   []Closed        `json:"closes,omitempty"`
}

// Error makes a refusal an error, so that a Planner can give it.
func (r *Refused) Error() string { return string(r.Address) + ": " + r.Why }

// Manual is a finding that a person has to settle, and how.
type Manual struct {
	Closed
	Why string `json:"why"` // "no automatic fix", or which choice is open
	How string `json:"how"` // instructions
}

// Outcome is what the plan leads to, worked out on a copy of the graph.
type Outcome struct {
	Closed int      `json:"closed"`
	Opened []Closed `json:"opened"`
	// Decided are findings that were undecided and are known to fail then.
	Decided []Closed `json:"decided,omitempty"`
	// Known are the fingerprints of every finding that failed or was undecided when the plan was made, sorted: what a run opens is
	// not among them.
	Known    []string     `json:"known,omitempty"`
	Before   string       `json:"before,omitempty"` // decimal USD a month
	After    string       `json:"after,omitempty"`
	Delta    string       `json:"delta,omitempty"`
	Complete bool         `json:"complete"` // every part has a price
	Usage    bool         `json:"usage"`    // parts depend on usage and are not counted
	Losses   []LossChange `json:"losses,omitempty"`
	Left     []string     `json:"left,omitempty"` // what the goal of the plan asks for and no known fix reaches, as sentences
}

// TerraformCheck is what `terraform plan` says of a root with the edits made, compared with what it says without them.
type TerraformCheck struct {
	Root       string `json:"root"`
	NotChecked string `json:"not_checked,omitempty"` // why Terraform was not asked, or could not tell; "" when it agrees
	Version    string `json:"version,omitempty"`     // of Terraform
	Add        int    `json:"add"`                   // how many resources are added because of the edits
	Change     int    `json:"change"`
	Delete     int    `json:"delete"`
	Replace    int    `json:"replace"`
}

// LossChange is how an entry point comes through a loss, before the plan and after it.
type LossChange struct {
	Lose   string `json:"lose"` // "zone:eu-west-1a"
	Before string `json:"before"`
	After  string `json:"after"` // "up", "down" or "undecided"
}
