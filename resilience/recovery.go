package resilience

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
)

// Span is a time that something takes, or the time that is lost.
type Span struct {
	Seconds int
	Never   bool   // no time will do: the data is gone, or nothing brings it back
	Missing string // why it is not known; "" when it is
}

// Within says whether a span is at most so many seconds.
func (s Span) Within(seconds int) Up {
	switch {
	case s.Never || s.Seconds > seconds:
		return No
	case s.Missing != "":
		return Undecided
	}
	return Yes
}

// longer is the worse of two spans.
func longer(a, b Span) Span {
	return Span{Seconds: max(a.Seconds, b.Seconds), Never: a.Never || b.Never, Missing: firstOf(a.Missing, b.Missing)}
}

// worse says whether a span decides what comes of two.
func (s Span) worse(than Span) bool {
	return !than.Never && (s.Never || s.Seconds > than.Seconds || s.Missing != "" && than.Missing == "")
}

// add is one span after another.
func (s Span) add(seconds int) Span {
	s.Seconds += seconds
	return s
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// Recovery says how long something is away after a loss, and how much of what was written is gone.
type Recovery struct {
	Name    string
	Node    int    // of a store
	Entry   int    // of an entry point; -1 for a store
	Stage   string // "" is unknown
	Loss    string // instance, zone, region
	RTO     Span
	RPO     Span
	Because []string

	resource *graph.Resource // of a store
}

// Target is what is asked of it: of its stage, or of its own tags.
func (r Recovery) Target(stage Target) Target {
	if r.resource == nil {
		return stage
	}
	return stage.own(r.resource)
}

// Target is what is asked for, in seconds.
type Target struct {
	RTO, RPO int
	// RegionAccepted says that the loss of a whole region is written down as accepted.
	RegionAccepted bool
	// Stated says that somebody wrote it down; else it is the default.
	Stated bool
}

// own is the target of a store with tags rto and rpo ("4h", "15m"), which count before that of its stage.
func (t Target) own(r *graph.Resource) Target {
	tags, _ := r.Attrs["tags_all"].(map[string]any)
	if tags == nil {
		tags, _ = r.Attrs["tags"].(map[string]any)
	}
	for _, name := range sortedNames(tags) {
		text, _ := tags[name].(string)
		d, err := time.ParseDuration(text)
		switch strings.ToLower(name) {
		case "rto":
			t.Stated = true
			if err == nil {
				t.RTO = int(d.Seconds())
			}
		case "rpo":
			t.Stated = true
			if err == nil {
				t.RPO = int(d.Seconds())
			}
		}
	}
	return t
}

// Meets says whether a recovery is within the target of its stage, or its own.
func (r Recovery) Meets(t Target) Up {
	t = r.Target(t)
	rto, rpo := r.RTO.Within(t.RTO), r.RPO.Within(t.RPO)
	switch {
	case t.RegionAccepted && r.Loss == "region":
		return Yes
	case rto == No || rpo == No:
		return No
	case rto == Yes && rpo == Yes:
		return Yes
	}
	return Undecided
}

// DefaultTarget is 4 h and 15 min in production, and a day elsewhere.
func DefaultTarget(stage string) Target {
	switch strings.ToLower(stage) {
	case "", "prod", "production", "prd", "live":
		return Target{RTO: 4 * 3600, RPO: 15 * 60}
	}
	return Target{RTO: daily, RPO: daily}
}

var lossKinds = []string{"instance", "zone", "region"}

// Recoveries lists, for every store and every entry point, what the loss of an instance, a zone and the region does.
func (m *Model) Recoveries(g *graph.Graph) []Recovery {
	c := newRecoverer(m, g)
	out := c.allStores()
	for i, e := range m.Entries {
		for _, kind := range lossKinds {
			r := c.entry(e, kind)
			r.Name, r.Entry, r.Stage, r.Loss = e.Name, i, e.Stage, kind
			out = append(out, r)
		}
	}
	return out
}

func newRecoverer(m *Model, g *graph.Graph) *recoverer {
	return &recoverer{m: m, g: g, d: &deriver{g: g}, stores: map[int]map[string]Recovery{}}
}

// allStores are the rows of the stores.
func (c *recoverer) allStores() []Recovery {
	m := c.m
	var out []Recovery
	for _, node := range m.Stores {
		n := m.Nodes[node]
		c.stores[node] = map[string]Recovery{}
		for _, kind := range lossKinds {
			r := c.store(node, kind)
			r.Name, r.Node, r.Entry, r.Stage, r.Loss, r.resource = n.Name, node, -1, n.Stage, kind, c.g.Get(n.Key)
			c.stores[node][kind] = r
			out = append(out, r)
		}
	}
	return out
}

type recoverer struct {
	m      *Model
	g      *graph.Graph
	d      *deriver
	stores map[int]map[string]Recovery
	zones  []Loss
	states []*State
}

// copyOf is one backup or replica.
type copyOf struct {
	behind  int  // seconds
	away    bool // in another region
	live    bool // it serves at once when it is promoted
	missing string
	why     string
}

func (c *recoverer) store(node int, kind string) Recovery {
	r := c.g.Get(c.m.Nodes[node].Key)
	row, known := rowOf(r.Type)
	if !known { // run by AWS in several zones
		row = recoveryRow{moved: 0, keeps: true, backup: -1}
	}
	switch kind {
	case "region":
		return c.regionLoss(r)
	case "zone":
		switch up, why := c.inZoneLoss(node); {
		case up == Yes:
			return Recovery{RTO: Span{Seconds: max(row.failover, 0)}, Because: []string{why}}
		case up == Undecided:
			return Recovery{RTO: Span{Missing: why}, RPO: Span{Missing: why}, Because: []string{"it may be in the zone that is lost"}}
		}
		return c.zoneLoss(r, row)
	}
	if !c.alone(node) {
		return Recovery{RTO: Span{Seconds: max(row.failover, 0)}, Because: []string{fmt.Sprintf("another member takes over in %s", clock(max(row.failover, 0)))}}
	}
	out := Recovery{RTO: Span{Seconds: row.restart}, Because: []string{fmt.Sprintf("AWS replaces it in about %s", clock(row.restart))}}
	if !row.keeps {
		out.RPO, out.Because = c.lost(r, row, out.Because)
	}
	return out
}

// alone says whether the loss of one member takes the store away.
func (c *recoverer) alone(node int) bool {
	n := c.m.Nodes[node]
	if n.Class == Single {
		return true
	}
	if n.Kind == Some && n.Total > n.Least && n.Total > 1 { // one less is enough
		return false
	}
	return n.Spare != 0 && c.m.Lose(n.Spare).Up(node) != Yes
}

// inZoneLoss says whether a store works in the loss of every zone; if not, which takes it down, or what is not known.
func (c *recoverer) inZoneLoss(node int) (Up, string) {
	if c.zones == nil {
		c.zones = c.m.Zones()
		for _, z := range c.zones {
			c.states = append(c.states, c.m.Lose(z.Nodes...))
		}
	}
	why, up := "", Yes
	for i := range c.zones {
		switch c.states[i].Up(node) {
		case No:
			return No, c.zones[i].Name
		case Undecided:
			up = Undecided
			if why == "" {
				why = c.missing(node, c.states[i])
			}
		}
	}
	if up == Undecided && c.m.Nodes[node].Class == Single { // it is in one zone, whichever: the loss of that zone takes it
		return No, why
	}
	if up == Yes {
		why = "a member in another zone takes over, or AWS runs it in several zones"
	}
	return up, why
}

// missing is the first datum that leaves a node undecided.
func (c *recoverer) missing(node int, s *State) string {
	for _, chain := range c.m.because(node, s) {
		for _, f := range chain.Facts {
			if f.Missing != "" {
				return f.Missing
			}
		}
	}
	for _, need := range c.m.Nodes[node].Needs {
		if need.Fact.Missing != "" {
			return need.Fact.Missing
		}
	}
	return "where it is"
}

// zoneLoss is a store whose zone is gone.
func (c *recoverer) zoneLoss(r *graph.Resource, row recoveryRow) Recovery {
	if row.moved >= 0 {
		out := Recovery{RTO: Span{Seconds: row.moved}, Because: []string{fmt.Sprintf("it is started in another zone in about %s", clock(row.moved))}}
		if !row.keeps {
			out.RPO, out.Because = c.lost(r, row, out.Because)
		}
		return out
	}
	if r.Type == "aws_nat_gateway" {
		return Recovery{RTO: Span{Seconds: handTime}, Because: []string{"a person makes another"}}
	}
	rpo, because := c.lost(r, row, nil)
	if !rpo.Never {
		because = append(because, "it is restored from a backup in another zone")
	}
	return Recovery{RTO: c.restore(r, rpo), RPO: rpo, Because: because}
}

// lost is what was written since the last backup.
func (c *recoverer) lost(r *graph.Resource, row recoveryRow, because []string) (Span, []string) {
	best, found := c.best(c.copies(r, row), false)
	switch {
	case !found && isCache(r.Type):
		return Span{}, append(because, "it starts empty; without snapshots it is taken for a cache")
	case !found:
		return Span{Never: true}, append(because, "it has no backup")
	}
	return Span{Seconds: best.behind, Missing: best.missing}, append(because, best.why)
}

// restore is the time to restore a store from a backup.
func (c *recoverer) restore(r *graph.Resource, rpo Span) Span {
	if rpo.Never {
		return Span{Never: true}
	}
	size, known, _ := number(r, "allocated_storage")
	if !known {
		return Span{Seconds: restoreBase, Missing: "how much data " + r.Key().String() + " holds"}
	}
	return Span{Seconds: restoreBase + size*restorePerGiB, Missing: rpo.Missing}
}

// regionLoss is a store without its region.
func (c *recoverer) regionLoss(r *graph.Resource) Recovery {
	row, _ := rowOf(r.Type)
	best, found := c.best(c.copies(r, row), true)
	if !found {
		if source := c.source(r); source != nil {
			return Recovery{RTO: Span{Seconds: rebuildTime}, Because: []string{fmt.Sprintf("it is a copy of %s in %s%s", source.Key(), regionOf(source), in(source))}}
		}
	}
	switch {
	case r.Type == "aws_sns_topic":
		return Recovery{RTO: Span{Seconds: rebuildTime}, Because: []string{"it is made from code in another region; it keeps nothing"}}
	case !found && r.Type == "aws_sqs_queue":
		return Recovery{RTO: Span{Seconds: rebuildTime}, RPO: Span{Never: true}, Because: []string{"it is made from code in another region; the messages in it stay behind"}}
	case !found && isCache(r.Type) && len(c.own(r, row)) == 0:
		return Recovery{RTO: Span{Seconds: rebuildTime}, Because: []string{"it starts empty in another region; without snapshots it is taken for a cache"}}
	case !found:
		return Recovery{RTO: Span{Never: true}, RPO: Span{Never: true}, Because: []string{"it has no copy in another region"}}
	case best.live:
		return Recovery{RTO: Span{Seconds: replicaPromote, Missing: best.missing}, RPO: Span{Seconds: best.behind, Missing: best.missing}, Because: []string{best.why}}
	}
	rpo := Span{Seconds: best.behind, Missing: best.missing}
	return Recovery{RTO: c.restore(r, rpo).add(rebuildTime), RPO: rpo, Because: []string{best.why, "everything else is made from code there"}}
}

// source is the bucket in another region that a bucket is a copy of, if it is one.
func (c *recoverer) source(r *graph.Resource) *graph.Resource {
	for _, x := range c.d.from(r, "aws_s3_bucket_replication_configuration", "rule.destination.bucket") {
		for _, b := range c.d.to(x, "bucket", "aws_s3_bucket") {
			if regionOf(b) != regionOf(r) && regionOf(b) != anyRegion && regionOf(r) != anyRegion {
				return b
			}
		}
	}
	return nil
}

// best is the copy that loses least. What is not known is worse than what is.
func (c *recoverer) best(list []copyOf, away bool) (copyOf, bool) {
	list = slices.DeleteFunc(list, func(x copyOf) bool { return away && !x.away })
	if len(list) == 0 {
		return copyOf{}, false
	}
	return slices.MinFunc(list, func(a, b copyOf) int {
		if (a.missing == "") != (b.missing == "") {
			return len(a.missing) - len(b.missing)
		}
		return a.behind - b.behind
	}), true
}

// entry is an entry point: it is back when everything that it needs is back.
func (c *recoverer) entry(e Entry, kind string) Recovery {
	var out Recovery
	below := c.m.below([]Entry{e})
	cuts, up, missing := c.cuts(e, kind)
	var slowest, emptiest string
	if kind == "region" && !up {
		out.RTO, slowest = Span{Seconds: rebuildTime}, "everything is made from code in another region"
	}
	for i := range c.m.Nodes {
		if !below[i] || kind == "region" && up {
			continue
		}
		r, ok := c.stores[i][kind]
		if !ok && cuts[i] {
			r, ok = c.other(i, kind)
		}
		if !ok {
			continue
		}
		why := c.m.Nodes[i].Name + ": " + strings.Join(r.Because, "; ")
		if r.RTO.worse(out.RTO) {
			slowest = why
		}
		if r.RPO.worse(out.RPO) {
			emptiest = why
		}
		out.RTO, out.RPO = longer(out.RTO, r.RTO), longer(out.RPO, r.RPO)
	}
	if !up && slowest == "" {
		out.RTO, slowest = Span{Missing: firstOf(missing, "how it comes back")}, "what it needs may be away"
	}
	out.Because = compact(slowest, emptiest)
	if ttl := c.ttl(e, kind); ttl > 0 {
		out.RTO = out.RTO.add(ttl)
		out.Because = append(out.Because, fmt.Sprintf("names are cached for %s", clock(ttl)))
	}
	if len(out.Because) == 0 {
		out.Because = []string{"nothing that it needs is away"}
	}
	return out
}

// cuts are the nodes that take an entry point down in some loss of a kind; up says that none does; missing is what
// leaves that open.
func (c *recoverer) cuts(e Entry, kind string) (cuts map[int]bool, up bool, missing string) {
	losses := c.m.Zones()
	switch kind {
	case "region":
		losses = c.m.Regions()
	case "instance":
		losses = c.felt(e)
	}
	cuts, up = map[int]bool{}, true
	for _, l := range losses {
		s := c.m.Lose(l.Nodes...)
		if s.Up(e.Node) == Yes {
			continue
		}
		up = false
		if s.Up(e.Node) == Undecided && missing == "" {
			missing = c.missing(e.Node, s)
		}
		for _, chain := range c.m.because(e.Node, s) {
			cuts[c.moved(chain, s)] = true
		}
	}
	return cuts, up, missing
}

// moved is what has to come back of a chain: its cut, or, where that is a gateway of servers which AWS starts again in
// another zone with a way out of its own, those servers.
func (c *recoverer) moved(chain Chain, s *State) int {
	for _, i := range chain.Through {
		n := &c.m.Nodes[i]
		row, known := rowOf(n.Type)
		if known && n.Load && row.moved >= 0 && slices.ContainsFunc(n.Needs, func(x Need) bool { return s.Up(x.Node) == Yes }) {
			return i
		}
	}
	return chain.Cut
}

// felt lists the single losses that stop an entry point, or may.
func (c *recoverer) felt(e Entry) []Loss {
	one := &Model{Nodes: c.m.Nodes, Entries: []Entry{e}, order: c.m.order, cyclic: c.m.cyclic, used: c.m.used, ready: c.m.ready}
	all := c.m.Things()
	nodes := make([]int, len(all))
	for i, l := range all {
		nodes[i] = l.Nodes[0]
	}
	effects := one.LoseEach(nodes)
	var out []Loss
	for _, k := range append(effects.Down[0], effects.Maybe[0]...) {
		out = append(out, all[k])
	}
	return out
}

func compact(list ...string) []string {
	list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
	return slices.Compact(list)
}

// other is a node that is no store: a server, a gateway.
func (c *recoverer) other(i int, kind string) (Recovery, bool) {
	n := c.m.Nodes[i]
	if n.Class != Single || kind == "region" {
		return Recovery{}, false
	}
	row, known := rowOf(n.Type)
	hand := Recovery{RTO: Span{Seconds: handTime}, Because: []string{"a person replaces it"}}
	if kind == "instance" {
		if !known || row.restart < 0 {
			return hand, true
		}
		return Recovery{RTO: Span{Seconds: row.restart}, Because: []string{fmt.Sprintf("it is replaced in about %s", clock(row.restart))}}, true
	}
	switch up, why := c.inZoneLoss(i); {
	case up == Yes:
		return Recovery{}, false
	case up == Undecided:
		return Recovery{RTO: Span{Missing: why}, Because: []string{"it may be in the zone that is lost"}}, true
	case known && row.moved >= 0:
		return Recovery{RTO: Span{Seconds: row.moved}, Because: []string{fmt.Sprintf("it is started in another zone in about %s", clock(row.moved))}}, true
	}
	return hand, true
}

// ttl is how long names go on leading to what is gone: of records that fail over, and of any record when the region is
// gone.
func (c *recoverer) ttl(e Entry, kind string) int {
	r := c.g.Get(e.Key)
	if r == nil || r.Type != "aws_route53_record" || kind != "region" && r.Attrs["set_identifier"] == nil {
		return 0
	}
	if ttl, ok, _ := number(r, "ttl"); ok {
		return ttl
	}
	return aliasTTL
}

// clock writes seconds as people say them.
func clock(seconds int) string {
	switch {
	case seconds >= 2*86400 && seconds%86400 == 0:
		return fmt.Sprintf("%d days", seconds/86400)
	case seconds >= 3600 && seconds%3600 == 0:
		return fmt.Sprintf("%d h", seconds/3600)
	case seconds >= 120 && seconds%60 == 0:
		return fmt.Sprintf("%d min", seconds/60)
	}
	return fmt.Sprintf("%d s", seconds)
}
