// Package docs holds the pages that the program itself reads: the reference architecture.
//
// Pure.
package docs

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed reference-architecture.md
var referenceArchitecture string

// Requirement is one requirement of the reference architecture.
type Requirement struct {
	ID      string   // "RA-21"
	Status  string   // MUST, SHOULD or MAY
	Chapter string   // "2. Network"
	Text    string   // what it demands
	Quotes  []string // the sentences that it comes from, each with its source in front: `[003] "..."`
}

var (
	head    = regexp.MustCompile(`(?m)^\*\*(RA-\d+)\*\* \((\w+)\) (.*)$`)
	chapter = regexp.MustCompile(`(?m)^## (\d+\. .*)$`)
)

// Requirements lists every requirement in the order of the page.
func Requirements() []Requirement {
	var all []Requirement
	at := head.FindAllStringSubmatchIndex(referenceArchitecture, -1)
	chapters := chapter.FindAllStringSubmatchIndex(referenceArchitecture, -1)
	for i, m := range at {
		end := len(referenceArchitecture)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		r := Requirement{ID: referenceArchitecture[m[2]:m[3]], Status: referenceArchitecture[m[4]:m[5]], Text: referenceArchitecture[m[6]:m[7]]}
		for _, c := range chapters {
			if c[0] < m[0] {
				r.Chapter = referenceArchitecture[c[2]:c[3]]
			}
		}
		for line := range strings.Lines(referenceArchitecture[m[1]:end]) {
			if quote, ok := strings.CutPrefix(strings.TrimSpace(line), "- ["); ok {
				r.Quotes = append(r.Quotes, "["+quote)
			}
		}
		all = append(all, r)
	}
	return all
}

// Find gives the requirement with that ID.
func Find(id string) (Requirement, bool) {
	for _, r := range Requirements() {
		if r.ID == id {
			return r, true
		}
	}
	return Requirement{}, false
}
