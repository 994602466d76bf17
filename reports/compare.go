package reports

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

// identity is what stays the same of a finding when code moves: no line, no message.
type identity struct{ policy, root, resource string }

// fingerprint names every finding by its identity; several of one policy on one resource are told apart
// by a number in the order of part, attribute and message.
func fingerprint(findings []*Finding) {
	type group struct {
		identity
		verdict policies.Verdict
	}
	same := map[group][]*Finding{}
	for i := range findings {
		id := group{findings[i].identity, findings[i].Verdict}
		same[id] = append(same[id], findings[i])
	}
	for id, fs := range same {
		slices.SortStableFunc(fs, func(a, b *Finding) int {
			return cmp.Or(a.Part.Compare(b.Part), a.Attribute.Compare(b.Attribute), a.Message.Compare(b.Message))
		})
		for n, f := range fs {
			words := []string{"plumb/v1", id.policy, id.root, id.resource}
			if n > 0 {
				words = append(words, strconv.Itoa(n))
			}
			sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
			f.Fingerprint = hex.EncodeToString(sum[:16])
		}
	}
}

// Rename gives the findings the addresses that their resources have elsewhere, so that a report of now can be compared with this one.
func (r *Report) Rename(to func(root, address string) string) {
	renamed := false
	for _, f := range r.Findings {
		now := to(f.identity.root, f.identity.resource)
		renamed = renamed || now != f.identity.resource
		f.identity.resource = now
	}
	if renamed {
		fingerprint(r.Findings)
	}
}

// Comparison is what one version of the code changes against another.
type Comparison struct {
	Ref, Commit           string                    // of the other side
	Resources             int                       // there
	Findings              int                       // failed there
	Failing               int                       // there, at or above the threshold
	FailingNow            int                       // here, at or above the threshold, old and new
	Undecided             int                       // there
	Gaps                  int                       // there
	UndecidedNow, GapsNow int                       // here, old and new
	Older                 map[policies.Severity]int // findings of both sides, which are not shown
	Fixed                 []*Finding                // failed there; here the policy passes, does not apply, or the resource is gone
	Lost                  []*Finding                // failed there, and cannot be decided or found here because something was not read
	NewWaivers            []Waiver                  // brought by the change; they apply only when the user says so
	NotApplied            []Text                    // settings of plumb.yaml that the change brings and that do not apply
	Cost                  *SinceCost                // nil: not priced
	Zones                 []ZoneChange              // of both sides; nil: losses were not carried out
}

// Decided says that a finding that is no longer there is gone for good: the policy was decided on that
// resource, or the resource is gone from a root that was read as completely as before.
type Decided func(policy, root, resource string) bool

// Compare keeps in head what base does not have. Findings are matched by policy, root and address, so
// that moving code changes nothing; a finding that is more severe than it was counts as new. decided says
// what the other findings of base became: true when head decided that policy on that resource without a
// finding, or read the place where it was and does not have it.
func Compare(base, head *Report, decided Decided) {
	c := &Comparison{
		Resources: base.Resources, Findings: len(base.With(policies.Fail)), Undecided: len(base.With(policies.Undecided)), Gaps: len(base.Gaps),
		UndecidedNow: len(head.With(policies.Undecided)), GapsNow: len(head.Gaps), Older: map[policies.Severity]int{}, FailingNow: len(head.Failing()),
	}
	for _, f := range base.With(policies.Fail) {
		if head.stops(f.Severity) {
			c.Failing++
		}
	}
	known := map[string]*Finding{}
	for _, f := range base.Findings {
		if f.Verdict == policies.Fail || f.Verdict == policies.Undecided {
			known[string(f.Verdict)+f.Fingerprint] = f
		}
	}
	kept := head.Findings[:0:0]
	for _, f := range head.Findings {
		old, ok := known[string(f.Verdict)+f.Fingerprint]
		delete(known, string(f.Verdict)+f.Fingerprint)
		if ok && f.Severity.Rank() >= old.Severity.Rank() {
			if f.Verdict == policies.Fail {
				c.Older[f.Severity]++
			}
			continue
		}
		kept = append(kept, f)
	}
	waived := map[identity]bool{}
	for _, f := range head.With(policies.Waived) {
		waived[f.identity] = true
	}
	for _, f := range base.With(policies.Fail) {
		if _, gone := known[string(policies.Fail)+f.Fingerprint]; !gone || waived[f.identity] {
			continue
		}
		if decided(f.identity.policy, f.identity.root, f.identity.resource) {
			c.Fixed = append(c.Fixed, f)
		} else {
			c.Lost = append(c.Lost, f)
		}
	}
	head.Findings, head.Since = kept, c
	head.Gaps = NewGaps(base.Gaps, head.Gaps)
}

// NewGaps lists the gaps that base does not have; lines may have moved, so the place is its file.
func NewGaps(base, head []Gap) []Gap {
	type key struct{ root, file, what, why Text }
	of := func(g Gap) key {
		file, _, _ := strings.Cut(g.Where.JSON(), ":")
		return key{g.Root, Untrusted(file), g.What, g.Why}
	}
	known := map[key]int{}
	for _, g := range base {
		known[of(g)]++
	}
	var out []Gap
	for _, g := range head {
		if known[of(g)] > 0 {
			known[of(g)]--
			continue
		}
		out = append(out, g)
	}
	return out
}

// OlderCount is the number of findings that both sides have.
func (c *Comparison) OlderCount() int {
	n := 0
	for _, k := range c.Older {
		n += k
	}
	return n
}
