package policies

import "github.com/plumbline-dev/plumbline/graph"

// sight is the account and region of something that was read where it runs; "" is not known, or none. A backup plan takes nothing of
// another account or region, and a block of one account protects nothing in another: what a policy looks through without an edge is
// seen from the same place alone. Edges lead anywhere.
type sight struct{ account, region string }

// sightOf is zero for code, of which the account is seldom known: stages tell it apart. The region of code and of a state is that of
// their provider, also for what has none.
func sightOf(r *graph.Resource) sight {
	if !r.Observed {
		return sight{}
	}
	var s sight
	s.account, _ = r.Facts["_account"].(string)
	if r.Live() {
		s.region, _ = r.Facts["_region"].(string)
	}
	return s
}

// sees says whether what is there may concern what is here.
func (s sight) sees(there sight) bool {
	return (s.account == "" || there.account == "" || s.account == there.account) && (s.region == "" || there.region == "" || s.region == there.region)
}

// sights lists the places of the resources that a policy judges, when what it looks through lies in several; else nil alone.
func (j *judge) sights(e *entry) []*sight {
	looked := map[sight]bool{}
	for _, t := range e.reads.scanned {
		for _, r := range j.g.OfType(t) {
			looked[sightOf(r)] = true
		}
	}
	delete(looked, sight{})
	if len(looked) == 0 {
		return []*sight{nil}
	}
	var out []*sight
	seen := map[sight]bool{}
	for _, r := range j.g.OfType(e.meta.Judges) {
		if s := sightOf(r); !seen[s] {
			seen[s] = true
			out = append(out, &s)
		}
	}
	return out
}
