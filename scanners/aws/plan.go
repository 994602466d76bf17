package aws

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Call is one call that a scan makes.
type Call struct {
	Service   string
	Operation string
	Actions   []string // IAM actions that it needs
	Each      string   // the type of the resources that it is made for, one call each; "" for a list
	Times     int      // how often it is made at least: once for each account and region; 0 for those made for each resource
}

// Plan is what a scan will do.
type Plan struct {
	Accounts, Regions int    // Regions counts each account's
	Calls             []Call // sorted by service and operation
	Lists             int    // list calls, over all accounts and regions; each has at least one page
	Avoided           int    // list calls that nobody needs
	AvoidedEach       []Call // calls for each resource that nobody needs
}

// Plan says what Scan will do. It calls nothing.
func (s *Scanner) Plan() Plan { return s.plan }

// Actions lists the IAM actions of the plan, sorted.
func (p Plan) Actions() []string {
	set := map[string]bool{}
	for _, c := range p.Calls {
		for _, a := range c.Actions {
			set[a] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// PlanOf is the plan for one account and region: what the services need in general.
func PlanOf(services []Service, needs map[string][]string) Plan {
	return New([]Account{{ID: "000000000000", Regions: []string{"us-east-1"}}}, Options{Services: services, Needs: needs}).Plan()
}

// Complete lists the resource types of which a scan reads all that there are, each with whether it is read once for an account (true) or in each
// region. Types that are read only where something refers to them are left out.
func Complete(services []Service, needs map[string][]string) map[string]bool {
	s := New(nil, Options{Services: services, Needs: needs})
	out := map[string]bool{}
	for i := range services {
		service := &services[i]
		for j := range service.Lists {
			if l := &service.Lists[j]; s.wantsList(l, s.wanted[service]) {
				for _, typ := range l.Gives {
					out[typ] = service.Global
				}
			}
		}
		for _, d := range s.wanted[service] {
			for _, g := range d.Gives {
				if typ, _, owned := strings.Cut(g, "."); owned {
					out[typ] = service.Global
				}
			}
		}
	}
	return out
}

func (s *Scanner) makePlan() (Plan, []*unit) {
	p := Plan{Accounts: len(s.accounts)}
	for i := range s.accounts {
		p.Regions += len(s.accounts[i].Regions)
	}
	var units []*unit
	for i := range s.o.Services {
		service := &s.o.Services[i]
		wanted := s.wanted[service]
		for j := range service.Lists {
			list := &service.Lists[j]
			at := s.unitsOf(service, list)
			if !s.wantsList(list, wanted) {
				p.Avoided += len(at)
				continue
			}
			units = append(units, at...)
			p.Lists += len(at)
			p.Calls = append(p.Calls, Call{service.Name, list.Operation, actionsOf(service, list.Operation, list.Actions), "", len(at)})
		}
		for j := range service.Details {
			d := &service.Details[j]
			c := Call{service.Name, d.Operation, actionsOf(service, d.Operation, d.Actions), d.Of, 0}
			if slices.Contains(wanted, d) {
				p.Calls = append(p.Calls, c)
			} else {
				p.AvoidedEach = append(p.AvoidedEach, c)
			}
		}
	}
	order := func(a, b Call) int {
		return cmp.Or(strings.Compare(a.Service, b.Service), strings.Compare(a.Operation, b.Operation), strings.Compare(a.Each, b.Each))
	}
	slices.SortStableFunc(p.Calls, order)
	slices.SortStableFunc(p.AvoidedEach, order)
	return p, units
}

// unitsOf makes the units of a list: one for each account, or for each region of each.
func (s *Scanner) unitsOf(service *Service, list *List) []*unit {
	var out []*unit
	for i := range s.accounts {
		a := &s.accounts[i]
		regions := a.Regions
		if service.Global {
			regions = []string{""}
		}
		for _, region := range regions {
			out = append(out, &unit{id: unitID(a.ID, region, service.Name, list), account: a, region: region, service: service, list: list})
		}
	}
	return out
}

func unitID(account, region, service string, list *List) string {
	return strings.Join([]string{account, cmp.Or(region, "-"), service, list.Operation, strings.Join(list.Gives, "+")}, "/")
}

// wantsList says whether somebody needs what a list gives, itself or for the sake of a detail.
func (s *Scanner) wantsList(list *List, wanted []*Detail) bool {
	return slices.ContainsFunc(list.Gives, func(typ string) bool {
		return s.needsType(typ) || slices.ContainsFunc(wanted, func(d *Detail) bool { return d.Of == typ })
	})
}

// choose finds the details that somebody needs.
func (s *Scanner) choose() {
	for i := range s.o.Services {
		s.wanted[&s.o.Services[i]] = s.wantedDetails(&s.o.Services[i])
	}
}

// wantedDetails lists the details of a service that somebody needs: for an attribute, for a type that they give, or for the
// sake of a further detail.
func (s *Scanner) wantedDetails(service *Service) []*Detail {
	var out []*Detail
	for grew := true; grew; {
		grew = false
		for i := range service.Details {
			d := &service.Details[i]
			if slices.Contains(out, d) || !s.wants(d, out) {
				continue
			}
			out = append(out, d)
			grew = true
		}
	}
	slices.SortFunc(out, func(a, b *Detail) int { return indexOf(service, a) - indexOf(service, b) })
	return out
}

func indexOf(service *Service, d *Detail) int {
	for i := range service.Details {
		if &service.Details[i] == d {
			return i
		}
	}
	return -1
}

func (s *Scanner) wants(d *Detail, wanted []*Detail) bool {
	if s.o.Needs == nil {
		return true
	}
	for _, name := range d.Sets {
		if s.needsAttribute(d.Of, name) {
			return true
		}
	}
	for _, g := range d.Gives {
		typ, _, _ := strings.Cut(g, ".")
		if s.needsType(typ) || slices.ContainsFunc(wanted, func(x *Detail) bool { return x.Of == typ }) {
			return true
		}
	}
	return false
}

func (s *Scanner) needsType(typ string) bool {
	if s.o.Needs == nil {
		return true
	}
	_, ok := s.o.Needs[typ]
	return ok
}

func (s *Scanner) needsAttribute(typ, name string) bool {
	list, ok := s.o.Needs[typ]
	return ok && (list == nil || slices.Contains(list, name))
}

// actionsOf are the IAM actions of an operation.
func actionsOf(service *Service, operation string, actions []string) []string {
	if actions != nil {
		return actions
	}
	return []string{service.Name + ":" + operation}
}

func compareText(a, b string) int { return strings.Compare(a, b) }
