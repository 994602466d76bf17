package aws

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

// collect puts together what was found, the same whatever the order in which the calls ended.
func (s *Scanner) collect() scanners.Found {
	var found scanners.Found
	var refusals []placed
	for _, u := range s.units {
		if u.refusal != nil && u.refusal.kind == absent && s.run.answered(u.account.ID, cmp.Or(u.region, firstRegion(u.account.Partition))) {
			u.refusal = nil // other services answer from there, so this one is not sold there
			s.progress.noEndpoint(u)
		}
		if u.refusal != nil {
			refusals = append(refusals, placed{u, *u.refusal, ""})
		}
		for _, it := range u.items {
			for _, m := range it.missed {
				refusals = append(refusals, placed{u, m.refusal, string(it.r.Address)})
			}
		}
		found.Resources = append(found.Resources, s.finish(u)...)
		u.items = nil
	}
	for i := range s.o.Services {
		if settle := s.o.Services[i].Settle; settle != nil {
			found.Resources = settle(found.Resources)
		}
	}
	slices.SortStableFunc(found.Resources, func(a, b *graph.Resource) int {
		return cmp.Or(a.Key().Compare(b.Key()), strings.Compare(a.Type, b.Type))
	})
	for i := range s.accounts {
		found.Roots = append(found.Roots, scanners.Root{Path: Root(s.accounts[i].ID), Kind: "aws"})
	}
	found.Gaps = gaps(refusals)
	for _, p := range refusals {
		s.progress.open = s.progress.open || p.refusal.passing()
	}
	return found
}

// placed is a call without an answer, and for what it was made.
type placed struct {
	unit     *unit
	refusal  Refusal
	resource string // of a detail call
}

// gaps makes one gap of what has one cause: the same refusal in several regions or for many resources, and everything that an
// account does not answer.
func gaps(list []placed) []scanners.Gap {
	groups := map[string][]placed{}
	for _, p := range list {
		key := p.unit.account.ID + "\x00"
		switch p.refusal.kind {
		case expired, skewed, stopped, closed:
			key += fmt.Sprint(p.refusal.kind)
		default:
			key += p.unit.service.Name + "\x00" + p.refusal.Why()
		}
		groups[key] = append(groups[key], p)
	}
	var out []scanners.Gap
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		out = append(out, gapOf(groups[key]))
	}
	return out
}

func gapOf(group []placed) scanners.Gap {
	first := group[0]
	a := first.unit.account
	g := scanners.Gap{Root: Root(a.ID), Why: first.refusal.Why(), Settle: first.refusal.Settle()}
	actions, services, regions, resources := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range group {
		actions[p.refusal.Action] = true
		services[p.unit.service.Name] = true
		if p.unit.region != "" {
			regions[p.unit.region] = true
		}
		if p.resource != "" {
			resources[p.resource] = true
		}
	}
	words := []string{"aws:" + cmp.Or(a.Name, a.ID)}
	if len(services) == 1 {
		words = append(words, first.unit.service.Name)
	}
	g.Where = strings.Join(append(words, few(regions, "regions")...), " ")
	if len(resources) > 0 {
		g.Where += ": " + strings.Join(few(resources, "resources"), ", ")
	}
	g.What = strings.Join(few(actions, "calls"), ", ")
	if len(actions) > 1 {
		g.Why = first.refusal.several(len(actions))
	}
	return g
}

// few lists the members of a set, or counts them when there are more than three.
func few(set map[string]bool, noun string) []string {
	if len(set) > 3 {
		return []string{fmt.Sprintf("%d %s", len(set), noun)}
	}
	return slices.Sorted(maps.Keys(set))
}

// passing says whether the same call may be answered another time.
func (r Refusal) passing() bool {
	switch r.kind {
	case throttled, expired, skewed, stopped:
		return true
	case failed:
		return r.status < 400 || r.status >= 500
	}
	return false
}

// several is Why of a number of calls that were refused alike.
func (r Refusal) several(n int) string {
	r.Action = fmt.Sprintf("each of %d calls", n)
	return r.Why()
}
