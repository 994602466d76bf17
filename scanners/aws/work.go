package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/plumbline-dev/plumbline/graph"
)

// work makes every call that is not done yet.
func (s *Scanner) work(ctx context.Context) {
	q := newQueue(s.o.PerLane)
	for _, u := range s.units {
		if !u.finished {
			q.push(u.lane(u.region), func() { s.readList(ctx, q, u) })
			continue
		}
		for _, it := range slices.Clone(u.items) {
			s.pushDetails(ctx, q, u, it)
		}
		s.settled(u)
	}
	q.drain(s.o.Workers)
}

func (u *unit) lane(region string) string {
	return u.account.ID + "/" + region + "/" + u.service.Name
}

// readList makes one list call, and asks for the details of what it gave.
func (s *Scanner) readList(ctx context.Context, q *queue, u *unit) {
	defer s.settled(u)
	var got given
	err := reading(ctx, func() error {
		return u.list.Read(ctx, s.session(u.account, u.region, u.service.Global), got.give)
	})
	for _, r := range got.list {
		if it := s.newItem(u, r); it != nil {
			u.add(it)
		}
	}
	if err != nil {
		r := newRefusal(actionsOf(u.service, u.list.Operation, u.list.Actions), err)
		u.refusal = &r
	} else {
		u.finished = true
		s.note(u, nil)
	}
	for _, it := range slices.Clone(u.items) {
		s.pushDetails(ctx, q, u, it)
	}
}

// given collects what a reader hands over.
type given struct {
	mu   sync.Mutex
	list []*graph.Resource
}

func (g *given) give(r *graph.Resource) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.list = append(g.list, r)
}

// reading runs a reader. An answer that it was not made for (a nil where AWS always sends something) is an error like others.
func reading(ctx context.Context, read func() error) (err error) {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("an answer that was not expected: %v", fault)
		}
	}()
	return read()
}

// newItem takes a resource with the details that somebody needs; nil when a service without regions lists it in a region that is not
// to be read. What a region tells of another, such as the replica of a database, stays: it says something of what is here.
func (s *Scanner) newItem(u *unit, r *graph.Resource) *item {
	region, _ := r.Facts["_region"].(string)
	if u.account.Narrowed && u.region == "" && region != "" && !slices.Contains(u.account.Regions, region) {
		return nil
	}
	hide(r)
	it := &item{r: r}
	for _, d := range s.wanted[u.service] {
		if d.Of == r.Type {
			it.todo = append(it.todo, d)
		}
	}
	s.tally(u, r)
	return it
}

func (u *unit) add(it *item) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.items = append(u.items, it)
}

func (s *Scanner) pushDetails(ctx context.Context, q *queue, u *unit, it *item) {
	if len(it.todo) == 0 {
		return
	}
	region := u.region
	if own, _ := it.r.Facts["_region"].(string); own != "" {
		region = own
	}
	u.mu.Lock()
	u.pending++
	u.mu.Unlock()
	q.push(u.lane(region), func() {
		for len(it.todo) > 0 {
			s.readDetail(ctx, q, u, it, region)
		}
		u.mu.Lock()
		u.pending--
		u.mu.Unlock()
		s.settled(u)
	})
}

// readDetail makes the next detail call of a resource. The reader works on a copy: of a call that fails nothing stays.
func (s *Scanner) readDetail(ctx context.Context, q *queue, u *unit, it *item, region string) {
	d := it.todo[0]
	it.todo = it.todo[1:]
	if d.For != nil && !d.For(it.r) {
		nothing(it.r, d)
		return
	}
	r := *it.r
	r.Attrs, r.Unknown, r.Facts = maps.Clone(r.Attrs), maps.Clone(r.Unknown), maps.Clone(r.Facts)
	var got given
	err := reading(ctx, func() error {
		return d.Read(ctx, s.session(u.account, region, u.service.Global), &r, got.give)
	})
	if err != nil {
		it.missed = append(it.missed, missed{d, newRefusal(actionsOf(u.service, d.Operation, d.Actions), err)})
		return
	}
	hide(&r)
	*it.r = r
	var items []*item
	for _, part := range got.list {
		if x := s.newItem(u, part); x != nil {
			items = append(items, x)
		}
	}
	s.note(u, &done{it: it, detail: d, gave: items})
	for _, x := range items {
		u.add(x)
		s.pushDetails(ctx, q, u, x)
	}
}

// nothing makes null what a detail that is not made for a resource would have set.
func nothing(r *graph.Resource, d *Detail) {
	for _, name := range d.Sets {
		if _, set := r.Attrs[name]; !set && r.Unknown[name] == "" {
			r.Attrs[name] = nil
		}
	}
}
