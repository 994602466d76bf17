package cost

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/graph"
)

// estimator holds what one estimate has in common.
type estimator struct {
	g     *graph.Graph
	c     Catalogue
	o     Options
	types map[string]*service
	found map[string]answer // by key as text
	match *matcher
	now   time.Time

	swap   *graph.Resource    // read in place of the resource of g with its key; nil: none
	looked map[graph.Key]bool // when it is not nil: the resources besides itself that a price was read from
}

// get gives a neighbour of the resource that is priced. Estimators reach other resources in no other way.
func (e *estimator) get(k graph.Key) *graph.Resource {
	if e.looked != nil {
		e.looked[k] = true
	}
	if e.swap != nil && e.swap.Key() == k {
		return e.swap
	}
	return e.g.Get(k)
}

// answer is what the catalogue said to one key.
type answer struct {
	price prices.Price
	err   error
}

func newEstimator(g *graph.Graph, c Catalogue, o Options) *estimator {
	e := &estimator{g: g, c: c, o: o, types: byType(), found: map[string]answer{}, now: o.Now}
	if e.now.IsZero() {
		if day, err := time.Parse(time.DateOnly, c.AsOf()); err == nil {
			e.now = day
		}
	}
	if e.o.DefaultRegion == "" {
		e.o.DefaultRegion = "us-east-1"
	}
	e.match = newMatcher(o.Usage)
	return e
}

// resource prices one resource. ok is false for what has no place in an estimate.
func (e *estimator) resource(r *graph.Resource) (out Resource, ok bool) {
	if t := catalog.Lookup(r.Type); r.Data || t != nil && t.FactsOnly || strings.HasPrefix(r.Type, "terraform_") {
		return Resource{}, false
	}
	s := e.types[r.Type]
	if s == nil {
		s = otherType(r.Type)
	}
	if s == nil || s.Free != "" && r.Of != "" {
		return Resource{}, false
	}
	b := &bill{e: e, r: r, s: s, times: one, entries: e.match.entries(r)}
	e.match.heard(b.entries, r, s)
	b.out = Resource{Root: r.Root, Address: r.Address, Type: r.Type, Lines: []Line{}, Unpriced: []Unpriced{}}
	b.out.Region, b.out.RegionFrom = e.region(r, s)
	switch {
	case s.Free != "":
		b.out.Free, b.out.Why = true, s.Free
	case s.Price == nil:
		b.unpriced("everything", s.Unpriced)
	default:
		b.count()
		s.Price(b)
		b.doubted()
	}
	b.sum()
	return b.out, true
}

// find asks the catalogue, once for each key.
func (e *estimator) find(meter, region string, attrs []string) (prices.Price, error) {
	name := meter + " " + region + " " + strings.Join(attrs, " ")
	if a, ok := e.found[name]; ok {
		return a.price, a.err
	}
	p, err := e.c.Find(keyOf(meter, region, attrs))
	e.found[name] = answer{p, err}
	return p, err
}

func keyOf(meter, region string, attrs []string) prices.Key {
	k := prices.Key{Meter: meter, Region: region, Attributes: prices.Attributes{}}
	for i := 0; i+1 < len(attrs); i += 2 {
		k.Attributes[attrs[i]] = attrs[i+1]
	}
	return k
}

// bill is the work on one resource.
type bill struct {
	e       *estimator
	r       *graph.Resource
	s       *service
	out     Resource
	doubts  []value         // what the price depends on and is not known
	entries []*usageEntry   // of the usage file that speak of it
	times   decimal.Decimal // how many there are of what the lines speak of
	many    string          // why the number of instances is not known; "" when it is
}

// count notes that the resource may exist several times, or not at all.
func (b *bill) count() {
	if why, ok := b.r.Unknown["_count"]; ok {
		b.many = why
		b.unpriced("number of instances", "it is not known how many there are: "+why)
	}
}

func (b *bill) sum() {
	for _, l := range b.out.Lines {
		if l.Monthly != nil {
			b.out.Monthly = b.out.Monthly.Add(*l.Monthly)
		}
	}
}

// unpriced notes a part that is charged and cannot be priced.
func (b *bill) unpriced(part, why string) {
	u := Unpriced{Meter: part, Why: why}
	if !slices.Contains(b.out.Unpriced, u) {
		b.out.Unpriced = append(b.out.Unpriced, u)
	}
}

// charge is one line before it is priced.
type charge struct {
	label    string
	meter    string
	attrs    []string // name, value, name, value of the catalogue's attributes
	quantity decimal.Decimal
	open     bool   // the quantity is not known: it depends on use
	usage    string // the field of the usage file
	unit     string // for people; "" takes the catalogue's
	note     string
	region   string // where it is charged; "" is the resource's region
	once     bool   // not multiplied by the number of things
}

// add prices a charge and appends its lines, one for each tier that it reaches.
func (b *bill) add(c charge) {
	region := c.region
	if region == "" {
		region = b.out.Region
	}
	p, err := b.e.find(c.meter, region, c.attrs)
	if err != nil {
		b.unpriced(c.label, err.Error())
		return
	}
	if p.Currency != "" && p.Currency != "USD" {
		b.unpriced(c.label, fmt.Sprintf("the price of %s in %s is in %s, which is not added to USD", c.meter, region, p.Currency))
		return
	}
	if p.First().IsZero() {
		b.unpriced(c.label, "the catalogue has only the free allowance of "+c.meter)
		return
	}
	if c.unit == "" {
		c.unit = unitName(p.Unit)
	}
	line := Line{Meter: c.meter, Key: keyOf(c.meter, region, c.attrs), Label: c.label, Unit: c.unit, Price: p.First(), UsageBased: c.usage != "" || c.open, Usage: c.usage, Note: c.note}
	if c.open || b.many != "" {
		b.out.Lines = append(b.out.Lines, line)
		return
	}
	q := c.quantity
	if !c.once {
		q = q.Mul(b.times)
	}
	b.tiers(line, p, q)
}

// bothWays adds traffic between zones, which is charged where it leaves and where it arrives.
// Source: aws.amazon.com/ec2/pricing/on-demand, data transfer within the same region.
func (b *bill) bothWays(label, field string) {
	b.usedTimes(label, "data_transfer.intra_region", field, 2, "to_location", b.out.Region)
}

// tiers appends a line for each tier of the price that the quantity reaches. A first tier at no charge is an account's free
// allowance, which no single resource may claim.
func (b *bill) tiers(line Line, p prices.Price, q decimal.Decimal) {
	tiers := p.Tiers
	for len(tiers) > 1 && tiers[0].USD.IsZero() {
		tiers = tiers[1:]
	}
	below := decimal.Zero
	for i, t := range tiers {
		part := q.Sub(below)
		if !t.Open && t.To.LessThan(q) && i < len(tiers)-1 {
			part = t.To.Sub(below)
		}
		l := line
		monthly := part.Mul(t.USD)
		l.Quantity, l.Price, l.Monthly = &part, t.USD, &monthly
		if i > 0 {
			l.Label = fmt.Sprintf("%s, above %s", line.Label, below)
		}
		b.out.Lines = append(b.out.Lines, l)
		if below = below.Add(part); !below.LessThan(q) {
			return
		}
	}
}

// hours adds n things that run the whole month.
func (b *bill) hours(label, meter string, n decimal.Decimal, attrs ...string) {
	b.add(charge{label: label, meter: meter, attrs: attrs, quantity: n.Mul(monthHours)})
}

// month adds a quantity that is held for the whole month: GB, keys, zones.
func (b *bill) month(label, meter string, quantity decimal.Decimal, attrs ...string) {
	b.add(charge{label: label, meter: meter, attrs: attrs, quantity: quantity})
}

// used adds a meter whose quantity the usage field gives.
func (b *bill) used(label, meter, field string, attrs ...string) {
	b.usedTimes(label, meter, field, 1, attrs...)
}

// usedTimes is used, when one of the field is several units of the meter.
func (b *bill) usedTimes(label, meter, field string, factor int64, attrs ...string) {
	q, note, ok := b.usage(field)
	b.add(charge{label: label, meter: meter, attrs: attrs, quantity: q.Mul(decimal.NewFromInt(factor)), open: !ok, usage: field, note: note, once: true})
}

var (
	one        = decimal.NewFromInt(1)
	monthHours = decimal.NewFromInt(HoursPerMonth)
)

func num(n int64) decimal.Decimal { return decimal.NewFromInt(n) }

// unitNames maps the catalogue's units to words.
var unitNames = map[string]string{
	"Hrs": "hours", "GB-Mo": "GB-months", "GB": "GB", "IOPS-Mo": "IOPS-months", "MiBps-Mo": "MiBps-months", "MBps-Mo": "MBps-months",
	"Requests": "requests", "LCU-Hrs": "LCU-hours", "vCPU-Hrs": "vCPU-hours", "GB-Hrs": "GB-hours", "ACU-Hr": "ACU-hours", "Mo": "months",
	"Key-Mo": "keys", "Zone-Mo": "zones", "Secret-Mo": "secrets", "Alarms-Mo": "alarms", "Alarm-metrics-Mo": "alarm metrics",
	"Dashboards-Mo": "dashboards", "Check-Mo": "checks", "Feature-Mo": "features", "WebACL-Mo": "web ACLs", "Rule-Mo": "rules", "CA-Mo": "authorities",
	"GB-s": "GB-seconds", "Shard-Hrs": "shard-hours", "Stream-Hrs": "stream-hours", "RCU-Hrs": "RCU-hours", "WCU-Hrs": "WCU-hours", "rWCU-Hrs": "rWCU-hours",
	"Queries": "queries", "Events": "events", "Items": "items", "Evaluations": "evaluations", "Metrics-Mo": "metrics", "IOs": "I/O requests",
	"vCPU-Mo": "vCPU-months", "DSU-Hrs": "DSU-hours", "Messages": "messages", "Minutes": "minutes", "Notifications": "notifications", "Units": "units",
}

func unitName(u string) string {
	if name, ok := unitNames[u]; ok {
		return name
	}
	return u
}
