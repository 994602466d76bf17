package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// publicSubnets derives `public` of every subnet: whether its route table leads to an internet gateway. The table is the
// one that is associated with it, else the main table of its VPC. A subnet of which the code shows no
// routes is public when it hands out public addresses. Unknown when a table, a route or an
// association that decides it is not known.
// Source: Amazon VPC user guide, "Subnet types" and "Subnet route tables".
func (s *routing) publicSubnets() {
	for _, r := range s.b.byType["aws_subnet"] {
		switch v := s.subnet(r); {
		case v.leads:
			r.Attrs["public"] = true
		case v.why != "":
			delete(r.Attrs, "public")
			r.Unknown["public"] = v.why
		default:
			r.Attrs["public"] = false
		}
	}
}

// subnets derives what is told of subnets by their routes.
func (b *builder) subnets() {
	if len(b.byType["aws_subnet"]) == 0 {
		return
	}
	s := &routing{b: b, from: map[graph.Key][]graph.Edge{}, to: map[graph.Key][]graph.Edge{}, open: map[string]string{}}
	for _, e := range b.edges {
		if !routingVias[e.Via] {
			continue
		}
		s.from[e.To], s.to[e.From] = append(s.from[e.To], e), append(s.to[e.From], e)
	}
	for _, r := range b.resources {
		s.note(r)
	}
	s.publicSubnets()
	b.subnetPeers(s)
}

// routing answers where subnets lead to.
type routing struct {
	b    *builder
	from map[graph.Key][]graph.Edge
	to   map[graph.Key][]graph.Edge
	open map[string]string // by root and reverse edge: why there may be more of them
}

// answer is whether something leads to the internet; why says why that is not known.
type answer struct {
	leads bool
	why   string
}

func (a answer) or(o answer) answer {
	if a.leads || o.leads {
		return answer{leads: true}
	}
	if a.why == "" {
		a.why = o.why
	}
	return a
}

// note remembers the reverse edges that r leaves open: what it refers to there is not known.
func (s *routing) note(r *graph.Resource) {
	for _, via := range routingEdges[r.Type] {
		for _, p := range []string{via, via + "[*]", "_to." + via + "[*]"} {
			if why, ok := r.Unknown[p]; ok && !r.Data {
				s.open[r.Root+"\n"+r.Type+"."+via] = why
			}
		}
	}
}

var routingVias = map[string]bool{"subnet_id": true, "vpc_id": true, "route_table_id": true, "default_route_table_id": true, "gateway_id": true}

var routingEdges = map[string][]string{
	"aws_route_table_association":      {"subnet_id"},
	"aws_main_route_table_association": {"vpc_id"},
	"aws_route_table":                  {"default_route_table_id"},
	"aws_route":                        {"route_table_id"},
}

// referring lists the resources of a type that refer to r, and why there may be more.
func (s *routing) referring(r *graph.Resource, typ, via string) (list []*graph.Resource, why string) {
	for _, e := range s.from[r.Key()] {
		if f := s.b.byKey[e.From]; e.Via == via && f.Type == typ {
			list = append(list, f)
		}
	}
	return list, cmp.Or(s.open[r.Root+"\n"+typ+"."+via], r.Unknown["_from"])
}

// provided is the answer when the resource that it hangs on may not exist.
func (a answer) provided(r *graph.Resource) answer {
	if why, maybe := r.Unknown["_count"]; maybe && (a.leads || a.why == "") {
		return answer{why: why}
	}
	return a
}

func (s *routing) subnet(r *graph.Resource) answer {
	if r.Data && !live(r) {
		return answer{why: "the routes of " + string(r.Address) + " are read from the account"}
	}
	own, why := s.referring(r, "aws_route_table_association", "subnet_id")
	if len(own) > 0 {
		var a answer
		for _, association := range own {
			a = a.or(s.tables(association).provided(association))
		}
		return a
	}
	a := s.mainTable(r)
	if why != "" {
		return answer{why: why}
	}
	return a
}

// tables answers for the route tables that an association names.
func (s *routing) tables(association *graph.Resource) answer {
	a := answer{why: unresolved(association, "route_table_id")}
	for _, e := range s.to[association.Key()] {
		if e.Via == "route_table_id" {
			a = a.or(s.table(s.b.byKey[e.To]))
		}
	}
	return a
}

// table answers for one route table, or for the routes that are added to a VPC's main table.
func (s *routing) table(t *graph.Resource) answer {
	if t.Data && !live(t) && t.Type == "aws_route_table" {
		return answer{why: "the routes of " + string(t.Address) + " are read from the account"}
	}
	routes, why := s.referring(t, "aws_route", "route_table_id")
	a := answer{why: why}
	for _, route := range routes {
		if leads := s.route(route); leads != (answer{}) {
			a = a.or(leads.provided(route))
		}
	}
	return a
}

func (s *routing) route(r *graph.Resource) answer {
	for _, e := range s.to[r.Key()] {
		if e.Via == "gateway_id" && s.b.byKey[e.To].Type == "aws_internet_gateway" {
			return answer{leads: true}
		}
	}
	gateway, literal := r.Attrs["gateway_id"].(string)
	if strings.HasPrefix(gateway, "igw-") {
		return answer{leads: true}
	}
	if literal {
		return answer{} // another kind of gateway, or "local"
	}
	return answer{why: unresolved(r, "gateway_id")}
}

// mainTable answers for a subnet without a table of its own.
func (s *routing) mainTable(r *graph.Resource) answer {
	a := answer{why: unresolved(r, "vpc_id")}
	shown := false
	for _, e := range s.to[r.Key()] {
		if e.Via != "vpc_id" {
			continue
		}
		vpc := s.b.byKey[e.To]
		made, why := s.referring(vpc, "aws_main_route_table_association", "vpc_id")
		a = a.or(answer{why: why})
		for _, m := range made {
			a, shown = a.or(s.tables(m).provided(m)), true
		}
		adopted, why := s.referring(vpc, "aws_route_table", "default_route_table_id")
		a = a.or(answer{why: why})
		for _, t := range adopted {
			a, shown = a.or(s.table(t).provided(t)), true
		}
		added := s.table(vpc)
		a, shown = a.or(added), shown || added.leads || added.why != ""
		switch {
		case shown:
		case vpc.Attrs["default"] == true:
			a = answer{leads: true} // the default VPC's main table leads to its internet gateway
		case vpc.Data && !live(vpc):
			a = a.or(answer{why: "the main route table of " + string(vpc.Address) + " is read from the account"})
		}
	}
	if shown {
		return a
	}
	if why, ok := r.Unknown["map_public_ip_on_launch"]; ok {
		return a.or(answer{why: why})
	}
	return a.or(answer{leads: r.Attrs["map_public_ip_on_launch"] == true})
}

// unresolved says why what an attribute refers to is not known, "" when it is.
func unresolved(r *graph.Resource, via string) string {
	for _, p := range []string{via, "_to." + via + "[*]"} {
		if why, ok := r.Unknown[p]; ok {
			return why
		}
	}
	return ""
}

// live says whether a resource was read in its account, where all routes are to be found; a state has what one root made.
func live(r *graph.Resource) bool {
	return slices.ContainsFunc(r.Origins, func(o graph.Origin) bool { return o.Source == "aws" })
}
