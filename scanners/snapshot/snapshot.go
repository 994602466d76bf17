// Package snapshot keeps what was read of accounts in one file, so that it can be judged again without credentials.
//
//	digest, err := snapshot.Write(file, &snapshot.Snapshot{Tool: "0.4.0", Taken: now, Accounts: accounts, Found: found})
//	s, err := snapshot.Read(file)
//
// The file is Zstandard (`zstd -dc FILE` shows it): a line of JSON that is the manifest, a line with the SHA-256 of that, and the parts in
// the order of the manifest, which has the size and the SHA-256 of each. A part is JSON, one value a line. There is one
// part of resources for each account and region, one of gaps and one of roots. Values of secret attributes are never
// written: graph.Hidden stands for them.
//
// Pure: it touches the reader or writer that it is given.
package snapshot

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

// Version is that of the format. A reader refuses others.
const Version = 1

// Snapshot is what was read, and who read it when and where.
type Snapshot struct {
	Tool     string    // version of plumb
	Taken    time.Time // when the reading ended, in UTC, to the second
	Accounts []Account
	Found    scanners.Found // of an account: resources, gaps and roots; there is nothing else
	Digest   string         // SHA-256 of the manifest, in hex, which stands for everything in the file. Set by Read
}

// Account is one account that was read.
type Account struct {
	ID        string   `json:"id"` // 12 digits
	Name      string   `json:"name,omitempty"`
	Partition string   `json:"partition"` // "aws", "aws-us-gov", "aws-cn"
	Identity  string   `json:"identity"`  // ARN of the one who read
	Regions   []string `json:"regions"`
}

// manifest is the first line of a snapshot.
type manifest struct {
	Plumb    string    `json:"plumb"` // kind of file
	Version  int       `json:"version"`
	Tool     string    `json:"tool"`
	Taken    time.Time `json:"taken"`
	Accounts []Account `json:"accounts"`
	Parts    []part    `json:"parts"`
}

// kind is what a manifest says the file is.
const kind = "snapshot"

// part is one part as the manifest describes it.
type part struct {
	Name   string `json:"name"` // "resources/111111111111/eu-west-1", "gaps", "roots"
	Values int    `json:"values"`
	Bytes  int64  `json:"bytes"` // uncompressed
	SHA256 string `json:"sha256"`
}

// regional is the part that a resource belongs to.
func regional(r *graph.Resource) string {
	account, _ := r.Facts["_account"].(string)
	region, _ := r.Facts["_region"].(string)
	return resourcesIn + cmp.Or(account, "unknown") + "/" + cmp.Or(region, "global")
}

const (
	resourcesIn = "resources/"
	gapsPart    = "gaps"
	rootsPart   = "roots"
)

// section is the values of one part.
type section struct {
	name   string
	values []any
}

// sections takes what was found apart, in the order of the file.
func sections(found *scanners.Found) ([]section, error) {
	if len(found.Absent)+len(found.Comments)+len(found.Snippets) > 0 {
		return nil, fmt.Errorf("a snapshot holds what was read of accounts, not of code")
	}
	byName := map[string][]any{}
	for _, r := range found.Resources {
		name := regional(r)
		byName[name] = append(byName[name], masked(r))
	}
	var out []section
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		out = append(out, section{name, byName[name]})
	}
	gaps, roots := section{name: gapsPart}, section{name: rootsPart}
	for _, g := range found.Gaps {
		gaps.values = append(gaps.values, g)
	}
	for _, r := range found.Roots {
		roots.values = append(roots.values, r)
	}
	return append(out, gaps, roots), nil
}

// inOrder sorts resources as a scan of accounts gives them.
func inOrder(list []*graph.Resource) {
	slices.SortStableFunc(list, func(a, b *graph.Resource) int {
		return cmp.Or(a.Key().Compare(b.Key()), strings.Compare(a.Type, b.Type))
	})
}
