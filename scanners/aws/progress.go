package aws

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
)

// Status is how far a scan is.
type Status struct {
	Accounts  []AccountStatus // in the order of their IDs
	Places    []PlaceStatus   // the regions of each, in the order of their names
	Throttled string          // "111111111111 rds eu-west-1", the last one that AWS slowed down, for some seconds; "" when none was
}

// AccountStatus is how far the scan of one account is.
type AccountStatus struct {
	ID, Name    string
	Done, Lists int // list calls with all that belongs to them
	Found       int // resources
}

// PlaceStatus is how far the scan of one region of an account is.
type PlaceStatus struct {
	Account, Region string // Region is "" for services without regions
	Done, Lists     int    // as of AccountStatus
	Found           int
}

// Stats is what a scan did.
type Stats struct {
	Calls     map[string]int // attempts by service (the SDK's ID)
	Throttled map[string]int // of these, those that AWS refused as too many
	Avoided   int            // calls that nobody needed: lists, and details of the resources that were found
	Restored  int            // calls that an earlier scan had finished
	NotSold   []string       // services whose endpoint does not exist in a region whose others answer: "kafka eu-south-2", sorted
}

// progress counts what is done; its owner is the Scanner, under its lock.
type progress struct {
	at       map[place]*PlaceStatus
	avoided  int
	restored int
	notSold  map[string]bool
	open     bool // some call may be answered another time
}

// place is one region of one account, "" for what has no region.
type place struct{ account, region string }

func (p *progress) of(u *unit) *PlaceStatus {
	at := place{u.account.ID, u.region}
	if p.at[at] == nil {
		p.at[at] = &PlaceStatus{Account: at.account, Region: at.region}
	}
	return p.at[at]
}

func (p *progress) noEndpoint(u *unit) {
	if p.notSold == nil {
		p.notSold = map[string]bool{}
	}
	p.notSold[strings.TrimSpace(u.service.Name+" "+u.region)] = true
}

func (p *progress) places(account string) []PlaceStatus {
	var out []PlaceStatus
	for at, status := range p.at {
		if at.account == account {
			out = append(out, *status)
		}
	}
	slices.SortFunc(out, func(a, b PlaceStatus) int { return strings.Compare(a.Region, b.Region) })
	return out
}

// tally counts a resource that was found, and the calls that nobody needs for it.
func (s *Scanner) tally(u *unit, r *graph.Resource) {
	avoided := 0
	for i := range u.service.Details {
		if d := &u.service.Details[i]; d.Of == r.Type && !slices.Contains(s.wanted[u.service], d) {
			avoided++
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progress.of(u).Found++
	s.progress.avoided += avoided
}

// settled counts a unit when nothing of it is under way any more.
func (s *Scanner) settled(u *unit) {
	u.mu.Lock()
	over := u.pending == 0 && !u.counted
	u.counted = u.counted || over
	u.mu.Unlock()
	if over {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.progress.of(u).Done++
	}
}

// Status may be asked for while the scan runs.
func (s *Scanner) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out Status
	for i := range s.accounts {
		a := &s.accounts[i]
		sum := AccountStatus{ID: a.ID, Name: a.Name}
		for _, p := range s.progress.places(a.ID) {
			sum.Done, sum.Lists, sum.Found = sum.Done+p.Done, sum.Lists+p.Lists, sum.Found+p.Found
			out.Places = append(out.Places, p)
		}
		out.Accounts = append(out.Accounts, sum)
	}
	out.Throttled = s.run.slow()
	return out
}

// Stats may be asked for when the scan is over.
func (s *Scanner) Stats() Stats {
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	return Stats{maps.Clone(s.run.calls), maps.Clone(s.run.slowed), s.plan.Avoided + s.progress.avoided, s.progress.restored, slices.Sorted(maps.Keys(s.progress.notSold))}
}

// slowFor is how long a lane is called slow after it was throttled.
const slowFor = 10 * time.Second

// slow names the lane that was throttled last.
func (t *traffic) slow() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == (lane{}) || time.Since(t.lastAt) > slowFor {
		return ""
	}
	return t.last.account + " " + t.last.service + " " + t.last.region
}

// Open says whether a call that gave no answer may give one when the scan is resumed. It may be asked when the scan is over.
func (s *Scanner) Open() bool { return s.progress.open }
