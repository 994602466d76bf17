// Package scanners says what every reader of definitions has in common: it finds resources, and
// it reports what it could not read.
//
// A scanner translates; it does not judge, filter or fill in defaults (that is the catalog's work),
// and nothing that it reads is executed or fetched.
//
// Pure: the scanners below this folder touch an fs.FS or, for aws, an account.
package scanners

import (
	"context"

	"github.com/plumbline-dev/plumbline/graph"
)

// Scanner reads one source.
type Scanner interface {
	// Scan reads everything it can. An error means that nothing could be read; a part that could not
	// be read is a Gap. It stops early, with what it has and a Gap, when ctx is done.
	Scan(ctx context.Context) (Found, error)
}

// Found is what one scan gave.
type Found struct {
	Resources []*graph.Resource
	Gaps      []Gap
	Roots     []Root
	Snippets  map[string]string // file -> text, only files that resources were read from; secrets replaced
	Comments  []Comment         // waivers written in comments
	Absent    []Absent          // resource blocks whose count is 0
	Moves     []Move            // what has another address than before
}

// Move says that what had one address, with all below it, has another now: a resource, an instance of one, or a module.
type Move struct {
	Root     string
	From, To graph.Address
}

// Comment is a waiver in a comment: # plumb:ignore ID[,ID] reason="..." until=YYYY-MM-DD.
type Comment struct {
	Root, File         string
	Line               int
	Policies           []string // policy IDs, areas or control IDs
	Reason, Until      string   // Until is YYYY-MM-DD, "" when there is no end
	StartLine, EndLine int      // of the block that it stands in or before; 0 when there is none
	Problem            string   // why it cannot be used; "" when it can
}

// Root is one Terraform root, template or account that was read.
type Root struct {
	Path   string // relative to the scanned path; "" for the path itself
	Kind   string // "terraform", "plan", "state"
	Files  int
	Region string // of the default provider; "" when not known
	Stage  string // from its folder or workspace; "" when not known
}

// Absent is a resource block that makes no resource, which is known.
type Absent struct {
	Root    string        `json:"root,omitempty"`
	Address graph.Address `json:"address"`
	Type    string        `json:"type"`
	Name    string        `json:"name"`
	File    string        `json:"file"`
	Line    int           `json:"line"`
	Why     string        `json:"why"` // "count is 0", "for_each is empty", "module.x has no instances"
}

// Gap is something that was not read.
type Gap struct {
	Root   string `json:"root,omitempty"`
	Where  string `json:"where"`            // file:line, ARN or address
	What   string `json:"what,omitempty"`   // the module, file or call that is missing
	Why    string `json:"why"`              // one sentence, lower case, no period
	Settle string `json:"settle,omitempty"` // the command or input that would close it
	Broken bool   `json:"broken,omitempty"` // a mistake in the file itself, at which Terraform stops too
}
