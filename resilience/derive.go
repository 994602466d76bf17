package resilience

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// Settings say what code cannot: they come from plumb.yaml.
type Settings struct {
	// Needs says which stores a tier is taken to need: "reachable" (default: those that it can reach), or "declared" (only
	// those that it names, or that Dependencies name).
	Needs string
	// Egress says whether servers need their way out: "needed" (default) or "unneeded".
	Egress       string
	Dependencies []Dependency
}

// Dependency is a need that cannot be inferred, or one that is inferred and does not hold.
type Dependency struct {
	From, To string // addresses, with "root:" before them where roots have names
	Optional bool   // From goes on without To
	Where    string // file:line of the declaration
}

// Names of settings that decide what is assumed.
const (
	egressSetting = "simulate.egress"
	needsSetting  = "simulate.needs"
)

// Derive makes the failure model of a graph.
func Derive(g *graph.Graph, s Settings) *Model {
	d := &deriver{
		g: g, settings: s, m: &Model{Nodes: make([]Node, 1, len(g.Resources())/2+1)}, memo: map[string]int{}, names: map[string]graph.Key{},
		zonesIn: map[string][]string{}, optional: map[[2]graph.Key]bool{},
	}
	d.m.Nodes[0] = Node{Name: "nothing"} // so that 0 is no node
	for _, r := range g.Resources() {
		d.names[r.Key().String()] = r.Key()
		d.sawZones(r)
	}
	for region := range d.zonesIn {
		d.zonesIn[region] = allZones(region, d.zonesIn[region])
	}
	d.declare()
	d.findNeeds()
	d.findEntries()
	d.rest()
	d.emptyZones()
	d.m.arrange()
	return d.m
}

type deriver struct {
	g        *graph.Graph
	settings Settings
	m        *Model
	memo     map[string]int // nodes by what they are
	names    map[string]graph.Key
	zonesIn  map[string][]string // the zones of each region that occurs, all of them
	declared map[graph.Key][]need
	optional map[[2]graph.Key]bool
	needs    map[graph.Key][]need // what each workload needs, beside its place
	behind   map[graph.Key]bool   // workloads that a load balancer, an API or a distribution leads to
	vpcs     map[graph.Key]*graph.Resource
	only     []string // zones that the load balancer in hand is enabled in; nil: all
}

// need is a need before its node is made.
type need struct {
	to   graph.Key
	fact Fact
}

// anyRegion is the region of resources whose provider's region is not known.
const anyRegion = "?"

func (d *deriver) sawZones(r *graph.Resource) {
	region := regionOf(r)
	if _, ok := d.zonesIn[region]; !ok && placed(r.Type) {
		d.zonesIn[region] = nil
	}
	for _, z := range texts(r.Facts["_zones"]) {
		in, _, _, ok := catalog.ParseZone(z)
		if !ok {
			in = region
		}
		if !slices.Contains(d.zonesIn[in], z) {
			d.zonesIn[in] = append(d.zonesIn[in], z)
		}
	}
}

// allZones completes the zones that occur in a region by the others that it has, in the form that occurs.
func allZones(region string, seen []string) []string {
	named := false
	for _, z := range seen {
		_, i, symbolic, ok := catalog.ParseZone(z)
		named = named || ok && !symbolic && i >= 0
	}
	table := catalog.RegionZones(region)
	named = len(table) > 0 && (named || len(seen) == 0)
	count := len(table)
	if count == 0 {
		count = 3 // the number of zones of most regions
	}
	for i := range count {
		z := catalog.SymbolicZone(region, i)
		if named {
			z = table[i]
		}
		if !slices.Contains(seen, z) && (len(table) > 0 || len(seen) < count) {
			seen = append(seen, z)
		}
	}
	slices.Sort(seen)
	return seen
}

func regionOf(r *graph.Resource) string {
	if s, ok := r.Facts["_region"].(string); ok && s != "" {
		return s
	}
	return anyRegion
}

// emptyZones adds the zones of the regions in use where nothing is.
func (d *deriver) emptyZones() {
	for _, region := range sortedNames(d.zonesIn) {
		if _, used := d.memo["region:"+region]; !used {
			continue
		}
		for _, z := range d.zonesIn[region] {
			d.zone(z, region)
		}
	}
}

// make adds a node, once for each name of what it is.
func (d *deriver) make(what string, build func() Node) int {
	if i, ok := d.memo[what]; ok {
		return i
	}
	i := len(d.m.Nodes)
	d.m.Nodes = append(d.m.Nodes, Node{})
	d.memo[what] = i
	n := build() // may come back to what, in a circle of needs
	d.m.Nodes[i] = n
	return i
}

// add adds a step that nothing else needs to find.
func (d *deriver) add(n Node) int {
	d.m.Nodes = append(d.m.Nodes, n)
	return len(d.m.Nodes) - 1
}

func (d *deriver) region(name string) int {
	return d.make("region:"+name, func() Node { return Node{Name: name, Class: Region} })
}

func (d *deriver) zone(zone, region string) int {
	if in, _, _, ok := catalog.ParseZone(zone); ok {
		region = in
	}
	return d.make("zone:"+zone, func() Node {
		return Node{Name: zone, Class: Zone, Zone: zone, Needs: []Need{{Node: d.region(region), Fact: Fact{Text: "it is a zone of " + region}}}}
	})
}

// place gives the node of where a resource sits: its zone, or a choice of those that AWS may take. why is empty when it
// is one zone.
func (d *deriver) place(r *graph.Resource) (node int, zone, why string) {
	zones := texts(r.Facts["_zones"])
	if len(zones) == 1 {
		return d.zone(zones[0], regionOf(r)), zones[0], ""
	}
	why = fmt.Sprintf("AWS chooses the zone of %s", r.Key())
	if reason := r.Unknown["_zones"]; len(zones) == 0 && reason != "" {
		why = reason
	}
	if len(zones) == 0 {
		zones = d.zonesIn[regionOf(r)]
	}
	key := "choice:" + strings.Join(zones, ",") + ":" + r.Key().String()
	node = d.make(key, func() Node {
		return Node{Name: "the zone of " + r.Key().String(), Kind: Some, Total: 1, Least: 1, Needs: d.oneOf(zones, regionOf(r), why)}
	})
	return node, "", why
}

// oneOf are the needs of one member that AWS puts into any of some zones.
func (d *deriver) oneOf(zones []string, region, why string) []Need {
	out := make([]Need, len(zones))
	for i, z := range zones {
		out[i] = Need{Node: d.zone(z, region), Max: 1, Fact: Fact{Text: "it may be in " + z, Missing: why}}
	}
	return out
}

// inRegion is the need of a regional resource.
func (d *deriver) inRegion(r *graph.Resource) Need {
	return Need{Node: d.region(regionOf(r)), Fact: Fact{Text: "it is in " + regionOf(r)}}
}

// node is what a resource does for others, whatever its type is.
func (d *deriver) node(r *graph.Resource) int {
	return d.make(r.Key().String(), func() Node {
		if r.Unknown["_count"] != "" {
			return d.maybe(r)
		}
		return d.build(r)
	})
}

// maybe is a resource that may not exist. What does not exist cannot fail, nor does it serve.
func (d *deriver) maybe(r *graph.Resource) Node {
	inner := d.add(d.build(r))
	never := d.never()
	n := d.resource(r, Part)
	n.Kind, n.Total, n.Least = Some, 1, 1
	missing := Fact{Text: "it may not exist", Missing: r.Unknown["_count"]}
	n.Needs = []Need{{Node: inner, Max: 1, Fact: missing}, {Node: never, Max: 1, Fact: missing}}
	return n
}

// never is a node that is always down.
func (d *deriver) never() int {
	return d.make("never", func() Node { return Node{Name: "nothing there", Kind: Some, Total: 0, Least: 1} })
}

// build makes the node of a resource by its type.
func (d *deriver) build(r *graph.Resource) Node {
	if f, ok := builders()[r.Type]; ok {
		n := f(d, r)
		if !slices.Contains(workloads, r.Type) {
			d.withNeeds(&n, r)
		}
		return n
	}
	switch scopes[r.Type] {
	case zonal:
		return d.single(r)
	case global:
		return d.resource(r, Service)
	case setting:
		return d.resource(r, Setting)
	}
	n := d.resource(r, Service)
	n.Needs = []Need{d.inRegion(r)}
	return n
}

// builders lists the types whose members and needs have rules of their own.
func builders() map[string]func(*deriver, *graph.Resource) Node {
	return map[string]func(*deriver, *graph.Resource) Node{
		"aws_autoscaling_group":             (*deriver).group,
		"aws_instance":                      (*deriver).instance,
		"aws_ecs_service":                   (*deriver).ecsService,
		"aws_eks_node_group":                (*deriver).nodeGroup,
		"aws_eks_cluster":                   (*deriver).cluster,
		"aws_lambda_function":               (*deriver).function,
		"aws_spot_fleet_request":            (*deriver).fleet,
		"aws_nat_gateway":                   (*deriver).nat,
		"aws_vpc_endpoint":                  (*deriver).endpoint,
		"aws_lb_target_group_attachment":    (*deriver).address,
		"aws_eks_fargate_profile":           (*deriver).fargate,
		"aws_db_instance":                   (*deriver).dbInstance,
		"aws_rds_cluster":                   (*deriver).aurora,
		"aws_docdb_cluster":                 (*deriver).docdb,
		"aws_neptune_cluster":               (*deriver).neptune,
		"aws_db_proxy":                      (*deriver).proxy,
		"aws_elasticache_replication_group": (*deriver).replicationGroup,
		"aws_elasticache_cluster":           (*deriver).cacheCluster,
		"aws_memorydb_cluster":              (*deriver).memorydb,
		"aws_dax_cluster":                   (*deriver).dax,
		"aws_opensearch_domain":             (*deriver).search,
		"aws_redshift_cluster":              (*deriver).redshift,
		"aws_mq_broker":                     (*deriver).mq,
		"aws_msk_cluster":                   (*deriver).msk,
		"aws_efs_file_system":               (*deriver).efs,
		"aws_fsx_windows_file_system":       (*deriver).fsx,
		"aws_fsx_ontap_file_system":         (*deriver).fsx,
		"aws_fsx_openzfs_file_system":       (*deriver).fsx,
		"aws_lb":                            (*deriver).balancer,
		"aws_elb":                           (*deriver).balancer,
	}
}

// resource is a node for a resource, without needs.
func (d *deriver) resource(r *graph.Resource, c Class) Node {
	return Node{Name: r.Key().String(), Class: c, Key: r.Key(), Type: r.Type, Where: at(r), Stage: r.Stage}
}

// single is a resource in one place.
func (d *deriver) single(r *graph.Resource) Node {
	n := d.resource(r, Single)
	place, zone, why := d.place(r)
	n.Zone = zone
	n.Needs = []Need{{Node: place, Fact: sits(r, zone, why)}}
	return n
}

func sits(r *graph.Resource, zone, why string) Fact {
	if zone == "" {
		return Fact{Text: r.Key().String() + " is in one zone, which is not known", Missing: why}
	}
	return Fact{Text: fmt.Sprintf("%s is in %s%s", r.Key(), zone, in(r))}
}

// members fills in a group of total members that stand with needs; one of them is lost at a time. A group of one is a
// single resource.
func (d *deriver) members(n *Node, total int, needs []Need, word string) {
	n.Kind, n.Total, n.Least, n.Needs = Some, total, 1, needs
	if total <= 1 {
		n.Class = Single
		return
	}
	n.Class = Group
	n.Spare = d.member(*n, word)
}

// member is any one member of a group.
func (d *deriver) member(of Node, word string) int {
	name := fmt.Sprintf("one %s of %s", word, of.Key)
	return d.make("member:"+name, func() Node {
		return Node{Name: name, Class: Member, Key: of.Key, Type: of.Type, Where: of.Where, Stage: of.Stage}
	})
}

// unknownSize is the fact of a group whose size is not known.
const unknownSize = "code does not say how many there are"

// either is a group of which code does not say whether it has one member or many. The loss of one member takes it down
// if there is no other.
func (d *deriver) either(r *graph.Resource, one, many Node, word, why string) Node {
	n := d.resource(r, Group)
	if member := d.member(n, word); one.Kind == All {
		one.Needs = append(one.Needs, Need{Node: member})
	} else {
		one.Spare = member
	}
	one.Class, many.Class = Part, Part
	f := Fact{Text: unknownSize, Missing: why}
	n.Kind, n.Total, n.Least, n.Load = Some, 1, 1, one.Load
	n.Needs = []Need{{Node: d.add(one), Max: 1, Fact: f}, {Node: d.add(many), Max: 1, Fact: f}}
	return n
}

// to lists the resources that an attribute of r leads to, by the beginning of its path; of any type when typ is "".
func (d *deriver) to(r *graph.Resource, via, typ string) []*graph.Resource {
	var out []*graph.Resource
	for _, e := range d.g.To(r.Key()) {
		if e.Via != via && !strings.HasPrefix(e.Via, via+".") && via != "" {
			continue
		}
		if t := d.g.Get(e.To); t != nil && (typ == "" || t.Type == typ) && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// from lists the resources of a type that lead to r by an attribute (any when via is "").
func (d *deriver) from(r *graph.Resource, typ, via string) []*graph.Resource {
	var out []*graph.Resource
	for _, e := range d.g.From(r.Key()) {
		if via != "" && e.Via != via && !strings.HasPrefix(e.Via, via+".") {
			continue
		}
		if t := d.g.Get(e.From); t != nil && t.Type == typ && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// at is file:line of a resource, or its id where it was read live.
func at(r *graph.Resource) string {
	for _, o := range r.Origins {
		if o.File != "" && o.Line > 0 {
			return fmt.Sprintf("%s:%d", o.File, o.Line)
		}
		if o.File == "" && o.ID != "" {
			return o.ID
		}
	}
	return ""
}

// in is at in brackets, after a space.
func in(r *graph.Resource) string {
	if w := at(r); w != "" {
		return " (" + w + ")"
	}
	return ""
}

// texts gives the strings of a list.
func texts(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, x := range list {
		if s, ok := x.(string); ok && s != "" {
			out = append(out, s)
		}
	}
	return out
}

// number gives a known whole number. why says why it is not known; it is "" when the attribute is not set.
func number(r *graph.Resource, name string) (n int, known bool, why string) {
	if v, ok := r.Attrs[name].(int); ok {
		return v, true, ""
	}
	return 0, false, r.Unknown[name]
}

// blockOf gives the first block of an attribute.
func blockOf(v any, name string) map[string]any {
	m, _ := v.(map[string]any)
	list, _ := m[name].([]any)
	if len(list) == 0 {
		return nil
	}
	b, _ := list[0].(map[string]any)
	return b
}

// byKey sorts resources.
func byKey(list []*graph.Resource) []*graph.Resource {
	slices.SortFunc(list, func(a, b *graph.Resource) int { return cmp.Or(a.Key().Compare(b.Key())) })
	return list
}
