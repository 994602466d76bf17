package catalog

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// subnetPeers derives `peers` of every subnet: the subnets of its tier in other zones, one of a zone at most, in the order of
// the zones. What stands in a subnet could stand in any of its peers and would find the same ways there. Only what is certain is a
// peer: the same VPC, routes to the same places through gateways of the same kinds, the same network ACL, the same word in the tag
// Tier. Where a tier has several subnets in a zone the names decide, which differ by the zone alone; where they do not decide, or
// where a route, an ACL or a zone that might matter is not known, a zone has no peer. Why is open then.
func (b *builder) subnetPeers(s *routing) {
	p := &peering{routing: s, ways: map[graph.Key]answerWay{}, vpcs: map[vpcOf]*vpcTiers{}}
	p.readACLs()
	var all []*placed
	for _, r := range b.byType["aws_subnet"] {
		if r.Data && !live(r) {
			continue
		}
		x := p.place(r)
		all = append(all, x)
		p.add(x)
	}
	for _, x := range all {
		peers, why := p.of(x)
		b.addPeers(x, peers, why)
	}
}

// peering finds the subnets that could stand in for each other.
type peering struct {
	*routing
	ways map[graph.Key]answerWay // of route tables
	acls map[graph.Key][]string  // of subnets: the ACLs that name them
	open map[string]string       // by root: why a subnet may have an ACL that does not name it
	vpcs map[vpcOf]*vpcTiers
}

// vpcOf is a VPC: one of the graph, or an ID in a root. Without either it stands for the subnets of a root whose VPC is not known.
type vpcOf struct {
	key graph.Key
	id  string
}

// tier is what the subnets have in common that could stand in for each other.
type tier struct {
	vpc                  vpcOf
	way, acl, word       string
	publicAddresses, six bool
}

// placed is a subnet with its tier and zone, or why one of them is not known.
type placed struct {
	r     *graph.Resource
	vpc   vpcOf
	tier  tier
	zone  string
	stems []string // its address and its Name without what tells zones apart
	why   string
}

// seat is a zone of a tier, and one of its names there; "" counts all.
type seat struct {
	tier tier
	zone string
	stem string
}

// vpcTiers are the subnets of a VPC. A subnet of which something is not known may be of any tier.
type vpcTiers struct {
	members map[seat][]*placed
	zones   map[tier][]string
	doubt   map[[2]string]bool         // zone and stem of those whose zone is known, "" for all
	stray   []*placed                  // those whose zone is not
	strays  map[string]map[string]bool // by zone: their stems if they were there
	why     string                     // of the first in doubt
}

func (p *peering) tiersOf(v vpcOf) *vpcTiers {
	t := p.vpcs[v]
	if t == nil {
		t = &vpcTiers{members: map[seat][]*placed{}, zones: map[tier][]string{}, doubt: map[[2]string]bool{}, strays: map[string]map[string]bool{}}
		p.vpcs[v] = t
	}
	return t
}

func (p *peering) add(x *placed) {
	t := p.tiersOf(x.vpc)
	if x.why != "" {
		t.why = cmp.Or(t.why, x.why)
		if x.zone == "" {
			t.stray = append(t.stray, x)
			return
		}
		for _, stem := range append(x.stems, "") {
			t.doubt[[2]string{x.zone, stem}] = true
		}
		return
	}
	at := seat{tier: x.tier, zone: x.zone}
	if len(t.members[at]) == 0 {
		t.zones[x.tier] = append(t.zones[x.tier], x.zone)
	}
	for _, at.stem = range append(x.stems, "") {
		t.members[at] = append(t.members[at], x)
	}
}

// of gives the peers of a subnet, and why there may be more.
func (p *peering) of(x *placed) (list []*placed, why string) {
	if x.why != "" {
		return nil, x.why
	}
	lost := p.vpcs[vpcOf{key: graph.Key{Root: x.r.Root}}]
	t := p.vpcs[x.vpc]
	if lost != nil && lost != t {
		why = lost.why
	}
	slices.Sort(t.zones[x.tier])
	for _, zone := range t.zones[x.tier] {
		if zone == x.zone {
			continue
		}
		if peer := t.peer(x, zone, lost); peer != nil {
			list = append(list, peer)
		}
	}
	return list, cmp.Or(t.why, why)
}

// peer gives the subnet of a zone that is alone there with the stem of x, whose own zone has no other of that stem; without a
// stem that tells, the only one of the tier.
func (t *vpcTiers) peer(x *placed, zone string, lost *vpcTiers) *placed {
	for _, stem := range append(slices.Clone(x.stems), "") {
		there, here := t.members[seat{x.tier, zone, stem}], t.members[seat{x.tier, x.zone, stem}]
		if len(there) == 1 && len(here) == 1 && !t.doubts(zone, stem) && !t.doubts(x.zone, stem) && !lost.doubts(zone, stem) && !lost.doubts(x.zone, stem) {
			return there[0]
		}
	}
	return nil
}

// doubts says whether a subnet of which something is not known may be in a zone with that stem.
func (t *vpcTiers) doubts(zone, stem string) bool {
	if t == nil {
		return false
	}
	if t.strays[zone] == nil {
		t.strays[zone] = map[string]bool{}
		for _, x := range t.stray {
			for _, s := range append(stemsOf(x.r, zone), "") {
				t.strays[zone][s] = true
			}
		}
	}
	return t.strays[zone][stem] || t.doubt[[2]string{zone, stem}]
}

// addPeers writes the peers into a subnet.
func (b *builder) addPeers(x *placed, peers []*placed, why string) {
	if why != "" {
		x.r.Unknown["_to.peers[*]"] = why
	}
	list := make([]any, len(peers))
	for i, peer := range peers {
		list[i] = graph.Ref{Root: peer.r.Root, Address: peer.r.Address, Attr: "id"}
		b.edges = append(b.edges, graph.Edge{From: x.r.Key(), Via: "peers", At: graph.Element("peers", i), To: peer.r.Key()})
	}
	x.r.Attrs["peers"] = list
}

// place reads the tier and the zone of a subnet.
func (p *peering) place(r *graph.Resource) *placed {
	x := &placed{r: r}
	note := func(why string) { x.why = cmp.Or(x.why, why) }
	note(r.Unknown["_count"])
	var why string
	if x.vpc, why = p.vpc(r); why != "" {
		note(why)
		x.vpc = vpcOf{key: graph.Key{Root: r.Root}}
	}
	x.tier.vpc = x.vpc
	switch zones, _ := r.Facts["_zones"].([]any); {
	case r.Unknown["_zones"] != "":
		note(r.Unknown["_zones"])
	case len(zones) == 1:
		x.zone, _ = zones[0].(string)
	}
	x.stems = stemsOf(r, x.zone)
	if !standard(x.zone) {
		note(fmt.Sprintf("%s is in no availability zone of a region", r.Address))
	}
	for _, name := range []string{"map_public_ip_on_launch", "ipv6_native", "outpost_arn"} {
		note(r.Unknown[name])
	}
	if r.Attrs["outpost_arn"] != nil {
		note(fmt.Sprintf("%s is on an outpost", r.Address))
	}
	x.tier.publicAddresses, x.tier.six = r.Attrs["map_public_ip_on_launch"] == true, r.Attrs["ipv6_native"] == true
	x.tier.word = strings.ToLower(tagOf(r, "tier"))
	x.tier.acl, why = p.acl(r)
	note(why)
	x.tier.way, why = p.way(r)
	note(why)
	return x
}

// zoneOfRegion is the name or the ID of a zone where everything is to be had: not that of a local zone.
var zoneOfRegion = regexp.MustCompile(`^([a-z]{2}(-[a-z]+)+-[0-9]+[a-z]|[a-z]+[0-9]+-az[0-9]+)$`)

func standard(zone string) bool {
	_, _, symbolic, ok := ParseZone(zone)
	return ok && symbolic || zoneOfRegion.MatchString(zone)
}

func (p *peering) vpc(r *graph.Resource) (v vpcOf, why string) {
	for _, e := range p.to[r.Key()] {
		if e.Via == "vpc_id" {
			return vpcOf{key: e.To}, ""
		}
	}
	if id, ok := r.Attrs["vpc_id"].(string); ok && id != "" {
		return vpcOf{key: graph.Key{Root: r.Root}, id: id}, ""
	}
	return v, cmp.Or(unresolved(r, "vpc_id"), "its VPC is not known")
}

func tagOf(r *graph.Resource, name string) string {
	tags, _ := r.Attrs["tags_all"].(map[string]any)
	for _, k := range sortedKeys(tags) {
		if s, ok := tags[k].(string); ok && strings.EqualFold(k, name) {
			return s
		}
	}
	return ""
}

// readACLs notes which ACLs name which subnets, and where an ACL may hold more than it names.
func (p *peering) readACLs() {
	p.acls, p.open = map[graph.Key][]string{}, map[string]string{}
	acl := func(k graph.Key) bool { r := p.b.byKey[k]; return r.Type == "aws_network_acl" }
	for _, e := range p.b.edges {
		if e.Via == "subnet_ids" && acl(e.From) {
			p.acls[e.To] = append(p.acls[e.To], e.From.String())
		}
	}
	for _, r := range p.b.byType["aws_network_acl"] {
		rest := typeIn(r.Address) == "aws_default_network_acl" // it holds what no other names
		for _, path := range []string{"subnet_ids", "subnet_ids[*]", "_to.subnet_ids[*]"} {
			if why, ok := r.Unknown[path]; ok && !r.Data && !(rest && why == ComputedWhy) {
				p.open[r.Root] = fmt.Sprintf("which subnets %s holds: %s", r.Address, why)
			}
		}
	}
}

func (p *peering) acl(r *graph.Resource) (names, why string) {
	list := p.acls[r.Key()]
	slices.Sort(list)
	return strings.Join(list, " "), p.open[r.Root]
}

// answerWay is where a route table leads to, as a text that is the same for tables that lead to the same places.
type answerWay struct{ way, why string }

// way says where a subnet's route table leads to. The main table of a VPC is the same for all its subnets, whatever it says.
func (p *peering) way(r *graph.Resource) (way, why string) {
	own, why := p.referring(r, "aws_route_table_association", "subnet_id")
	if why != "" {
		return "", why
	}
	var ways []string
	for _, a := range own {
		if why := a.Unknown["_count"]; why != "" {
			return "", why
		}
		w := p.wayOf(a)
		if w.why != "" {
			return "", w.why
		}
		ways = append(ways, w.way)
	}
	if len(own) == 0 {
		return "main table", ""
	}
	slices.Sort(ways)
	return strings.Join(slices.Compact(ways), "; "), ""
}

// wayOf says where the table of an association leads to.
func (p *peering) wayOf(association *graph.Resource) answerWay {
	for _, e := range p.to[association.Key()] {
		if e.Via == "route_table_id" {
			return p.table(e.To)
		}
	}
	if id, ok := association.Attrs["route_table_id"].(string); ok {
		return answerWay{way: "table " + id}
	}
	return answerWay{why: cmp.Or(unresolved(association, "route_table_id"), "its route table is not known")}
}

// table reads a route table. One of which something is not known leads where itself leads.
func (p *peering) table(k graph.Key) answerWay {
	if w, ok := p.ways[k]; ok {
		return w
	}
	w, certain := p.routes(p.b.byKey[k])
	if !certain {
		w = "table " + k.String()
	}
	p.ways[k] = answerWay{way: w}
	return p.ways[k]
}

func (p *peering) routes(t *graph.Resource) (way string, certain bool) {
	routes, why := p.referring(t, "aws_route", "route_table_id")
	if why != "" || t.Data && !live(t) || t.Unknown["propagating_vgws"] != "" || t.Unknown["propagating_vgws[*]"] != "" {
		return "", false
	}
	var list []string
	for _, r := range routes {
		to, ok := p.hop(r)
		if !ok {
			return "", false
		}
		list = append(list, to)
	}
	if vgws, _ := t.Attrs["propagating_vgws"].([]any); len(vgws) > 0 {
		list = append(list, "propagated")
	}
	slices.Sort(list)
	return strings.Join(slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" }), ", "), true
}

// hops are what a route may lead through.
var hops = []string{
	"nat_gateway_id", "transit_gateway_id", "egress_only_gateway_id", "instance_id", "network_interface_id", "vpc_endpoint_id",
	"vpc_peering_connection_id", "carrier_gateway_id", "local_gateway_id", "core_network_arn",
}

// hop says where a route leads and through what kind of thing; "" for routes that every table has, or that gateway endpoints add.
func (p *peering) hop(r *graph.Resource) (to string, certain bool) {
	if r.Unknown["_count"] != "" {
		return "", false
	}
	var destination string
	for _, name := range []string{"destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"} {
		if r.Unknown[name] != "" {
			return "", false
		}
		destination = cmp.Or(destination, toScalar(r.Attrs[name]))
	}
	for _, name := range hops {
		if why := r.Unknown[name]; why != "" && why != ComputedWhy {
			return "", false
		}
		if r.Attrs[name] != nil {
			return destination + " " + name, true
		}
	}
	gateway, why := p.gateway(r)
	if gateway == "local" || gateway == "vpce" {
		return "", true
	}
	return destination + " " + gateway, why == "" && destination != ""
}

// gateway gives the kind of gateway of a route.
func (p *peering) gateway(r *graph.Resource) (kind, why string) {
	for _, e := range p.to[r.Key()] {
		if e.Via == "gateway_id" {
			return map[string]string{"aws_internet_gateway": "igw", "aws_vpn_gateway": "vgw"}[p.b.byKey[e.To].Type], ""
		}
	}
	if id, ok := r.Attrs["gateway_id"].(string); ok {
		kind, _, _ := strings.Cut(id, "-")
		return kind, ""
	}
	return "", cmp.Or(unresolved(r, "gateway_id"), "a route leads nowhere")
}

// stemsOf gives the names of a subnet without what tells zones apart: of its address in code, and of its tag Name.
func stemsOf(r *graph.Resource, zone string) []string {
	var out []string
	if !live(r) {
		out = append(out, "address "+stem(string(r.Address), zone))
	}
	if name := tagOf(r, "name"); name != "" {
		out = append(out, "name "+stem(name, zone))
	}
	return out
}

var (
	humps = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	words = regexp.MustCompile(`[a-z0-9]+`)
	tail  = regexp.MustCompile(`[0-9]+$`)
)

// stem takes the zone's name, letter and number and an index at the end of a word out of a name: "app-eu-west-1a" and "App1a" of
// zone eu-west-1a are "app-*".
func stem(name, zone string) string {
	s := strings.ToLower(humps.ReplaceAllString(name, "$1-$2"))
	letter := ""
	switch _, i, symbolic, ok := ParseZone(zone); {
	case ok && symbolic && i < 26:
		letter = string(rune('a' + i))
	case ok && !symbolic:
		s, letter = strings.ReplaceAll(s, zone, " 0 "), zone[len(zone)-1:]
	}
	var out []string
	for _, word := range words.FindAllString(s, -1) {
		for _, w := range mark(word, letter) {
			if w != "*" || len(out) == 0 || out[len(out)-1] != "*" {
				out = append(out, w)
			}
		}
	}
	return strings.Join(out, "-")
}

// mark gives a word with * for what may be the zone in it.
func mark(word, letter string) []string {
	if letter != "" && (word == letter || word == "az"+letter) {
		return []string{"*"}
	}
	if rest, ok := strings.CutSuffix(word, letter); ok && letter != "" && tail.MatchString(rest) {
		word = rest
	}
	rest := tail.ReplaceAllString(word, "")
	switch {
	case rest == word:
		return []string{word}
	case rest == "", rest == "az":
		return []string{"*"}
	}
	return []string{rest, "*"}
}
