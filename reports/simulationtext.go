package reports

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/resilience"
)

// SimulationText writes what stops when something is lost, why, and the cheapest cure.
func SimulationText(w io.Writer, s *Simulation, look Look) error {
	t := &simulated{Simulation: s, Look: look}
	if len(s.Model.Entries) == 0 {
		t.nothing()
	} else {
		t.table()
		t.points()
		t.nodes()
		t.recovery()
		t.availability()
		t.cures()
		t.assumed()
	}
	t.gaps()
	_, err := io.WriteString(w, t.b.String())
	return err
}

type simulated struct {
	*Simulation
	Look
	b     strings.Builder
	roots map[string]bool // accounts that were read
}

func (t *simulated) nothing() {
	t.b.WriteString(paragraph("", "", "No way in was found: no public DNS record, distribution, internet-facing load balancer, API, function URL or public server. So nothing can stop for its users.", t.width()))
	for _, u := range t.Model.Unused {
		t.b.WriteString(paragraph("  - ", "    ", t.plain(u.Fact.Text), t.width()))
	}
}

// outcomes are the rows in order: members, zones, regions; or those that were asked for.
func (t *simulated) outcomes() []resilience.Outcome {
	if len(t.Asked) > 0 {
		return t.Asked
	}
	var out []resilience.Outcome
	for _, o := range t.Things {
		if t.Model.Nodes[o.Loss.Nodes[0]].Class == resilience.Member && slices.ContainsFunc(o.Answers, func(a resilience.Answer) bool { return a.Up != resilience.Yes || a.Least < 1 }) {
			out = append(out, o)
		}
	}
	if len(out) > mostMembers {
		out = out[:mostMembers]
	}
	empty := false
	var spare []resilience.Outcome
	for _, o := range t.Zones {
		if t.Model.InUse(o.Loss.Nodes[0]) || felt(o) {
			out = append(out, o)
		} else if !empty {
			empty = true
			o.Loss.Name = "another zone"
			spare = append(spare, o)
		}
	}
	out = append(out, spare...)
	for _, o := range t.Regions {
		if t.Model.InUse(o.Loss.Nodes[0]) || felt(o) {
			out = append(out, o)
		}
	}
	return out
}

// mostMembers is how many groups get a row of their own; the others are in the JSON.
const mostMembers = 10

func felt(o resilience.Outcome) bool {
	return slices.ContainsFunc(o.Answers, func(a resilience.Answer) bool { return a.Up != resilience.Yes || a.Least < 1 })
}

// lostName is "zone eu-west-1a", "1st zone of eu-west-1", "one server of aws_autoscaling_group.web".
func (t *simulated) lostName(l resilience.Loss) string {
	if len(l.Nodes) == 1 {
		switch n := t.Model.Nodes[l.Nodes[0]]; {
		case l.Name == "another zone":
			return l.Name
		case n.Class == resilience.Zone:
			return ZoneName(n.Name)
		case n.Class == resilience.Region && n.Name == "?":
			return "the region"
		case n.Class == resilience.Region:
			return "region " + Untrusted(n.Name).Terminal()
		}
	}
	if len(l.Nodes) > 1 {
		var parts []string
		for _, n := range l.Nodes {
			parts = append(parts, t.lostName(resilience.Loss{Name: t.Model.LossName(n), Nodes: []int{n}}))
		}
		return strings.Join(parts, " + ")
	}
	return t.plain(l.Name)
}

// ZoneName names a zone by its place in the region as long as its letter is not known.
func ZoneName(zone string) string {
	region, i, symbolic, ok := catalog.ParseZone(zone)
	switch {
	case !ok || !symbolic:
		return "zone " + Untrusted(zone).Terminal()
	case region == "?":
		return ordinal(i+1) + " zone"
	}
	return ordinal(i+1) + " zone of " + Untrusted(region).Terminal()
}

func ordinal(n int) string {
	ends := map[int]string{1: "st", 2: "nd", 3: "rd"}
	if e, ok := ends[n%10]; ok && n%100/10 != 1 {
		return fmt.Sprint(n) + e
	}
	return fmt.Sprint(n) + "th"
}

func percent(a resilience.Answer) string {
	least, most := int(a.Least*100+0.5), int(a.Most*100+0.5)
	if least != most {
		return fmt.Sprintf("%d-%d %%", least, most)
	}
	return fmt.Sprintf("%d %%", least)
}

// reason says in a few words why: what fails with its number among the single points, else what is not known.
func (t *simulated) reason(o resilience.Outcome, a resilience.Answer) string {
	if len(a.Because) == 0 {
		if a.Up == resilience.Yes && !t.Model.InUse(o.Loss.Nodes[0]) && t.Model.Nodes[o.Loss.Nodes[0]].Class == resilience.Zone {
			return "nothing is there"
		}
		return ""
	}
	switch a.Up {
	case resilience.Yes:
		return t.left(a)
	case resilience.Undecided:
		return t.open(a)
	}
	return t.failing(a)
}

// left says how much of what shares the load is left, of the group that loses most.
func (t *simulated) left(a resilience.Answer) string {
	worst := a.Because[0]
	for _, c := range a.Because {
		if c.Of > 0 && (worst.Of == 0 || c.Left*worst.Of < worst.Left*c.Of) {
			worst = c
		}
	}
	if worst.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d left", worst.Left, worst.Of)
}

// open lists what is not known, once each.
func (t *simulated) open(a resilience.Answer) string {
	var words []string
	for _, c := range a.Because {
		if text := t.plain(missingOf(c)); text != "" && !slices.Contains(words, text) {
			words = append(words, text)
		}
	}
	if len(words) > 2 {
		words = append(words[:2], fmt.Sprintf("and %d more", len(words)-2))
	}
	return strings.Join(words, "; ")
}

// failing names what fails, each word once, and then the numbers.
func (t *simulated) failing(a resilience.Answer) string {
	var words []string
	var numbers []int
	for _, c := range a.Because {
		n := t.Model.Nodes[c.Cut]
		word := cmp.Or(typeWord(n.Type), t.plain(n.Name))
		if n.Class == resilience.Region {
			word = "everything is there"
		}
		if !slices.Contains(words, word) {
			words = append(words, word)
		}
		if i := t.numberOf(c.Cut); i > 0 {
			numbers = append(numbers, i)
		}
	}
	slices.Sort(numbers)
	text := strings.Join(words, ", ")
	for _, i := range slices.Compact(numbers) {
		text += fmt.Sprintf(" [%d]", i)
	}
	return text
}

// missingOf is the last datum of a chain that is not known.
func missingOf(c resilience.Chain) string {
	for _, f := range slices.Backward(c.Facts) {
		if f.Missing != "" {
			return f.Missing
		}
	}
	return ""
}

// typeWord is what people call a thing of a type.
func typeWord(typ string) string {
	return map[string]string{
		"aws_nat_gateway": "NAT", "aws_db_instance": "database", "aws_rds_cluster": "database", "aws_docdb_cluster": "database", "aws_neptune_cluster": "database",
		"aws_elasticache_replication_group": "Redis", "aws_elasticache_cluster": "cache", "aws_memorydb_cluster": "MemoryDB", "aws_opensearch_domain": "search",
		"aws_autoscaling_group": "servers", "aws_instance": "server", "aws_ecs_service": "tasks", "aws_eks_node_group": "nodes", "aws_lb": "load balancer", "aws_elb": "load balancer",
		"aws_mq_broker": "broker", "aws_msk_cluster": "Kafka", "aws_redshift_cluster": "warehouse", "aws_efs_file_system": "file system",
		"aws_eks_cluster": "cluster", "aws_lambda_function": "function", "aws_sqs_queue": "queue", "aws_s3_bucket": "bucket", "aws_dynamodb_table": "table", "aws_vpc_endpoint": "endpoint",
	}[typ]
}

func (t *simulated) upColour(up string) string {
	return map[string]string{"UP": green, "DOWN": boldRed, "UNDECIDED": magenta}[up]
}

// points lists the single points with their reasons.
func (t *simulated) points() {
	if len(t.Points) == 0 {
		t.b.WriteString("Single points of failure: none among servers, gateways and stores\n\n")
		return
	}
	t.b.WriteString(t.paint(bold, fmt.Sprintf("Single points of failure (%d)", len(t.Points))) + "\n")
	for i, p := range t.Points {
		if i >= mostPoints {
			t.b.WriteString(fmt.Sprintf("and %d more: plumb simulate -f json\n", len(t.Points)-mostPoints))
			break
		}
		t.point(i, p)
	}
	t.b.WriteByte('\n')
}

// mostPoints is how many points are explained.
const mostPoints = 30

func (t *simulated) point(i int, p resilience.Point) {
	n := t.Model.Nodes[p.Node]
	title := fmt.Sprintf("[%d] %s", i+1, t.plain(n.Name))
	if w := placeOf(&n); w != "" {
		title += " (" + Untrusted(w).Terminal() + ")"
	}
	if n.Zone != "" {
		title += ", in " + strings.TrimPrefix(ZoneName(n.Zone), "zone ")
	}
	t.b.WriteString(paragraph("", "    ", title, t.width()))
	list, verb := p.Down, "takes down "
	if len(list) == 0 {
		list, verb = p.Maybe, "may take down "
	}
	if len(list) == 0 {
		return
	}
	t.b.WriteString(paragraph("    ", "    ", verb+t.entryList(list, mostListed), t.width()))
	for _, c := range p.Because[:min(1, len(p.Because))] {
		for _, f := range c.Facts {
			if len(p.Down) == 0 && f.Setting == "" && f.Missing == "" { // what is certain goes without saying
				continue
			}
			text := t.plain(factText(f))
			if f.Setting == "" {
				text = "because " + text
			}
			t.b.WriteString(paragraph("      ", "          ", text, t.width()))
		}
	}
	for _, o := range t.Offers {
		if o.Resource == n.Key {
			t.b.WriteString(paragraph("    cure: ", "        ", t.offer(o), t.width()))
		}
	}
}

// mostListed is how many names stand in one list.
const mostListed = 6

func (t *simulated) offer(o Offer) string {
	price := "price not known"
	if o.Known {
		price = moreMoney(o.Monthly.StringFixed(2)) + " a month"
		if o.Usage {
			price += " + usage"
		}
	}
	if o.ByHand {
		price += ", by hand"
	}
	return t.fixName(o.Fix) + ", " + price
}

// moreMoney puts a sign before an amount: +$38.69.
func moreMoney(amount string) string {
	sign := "+"
	if rest, ok := strings.CutPrefix(amount, "-"); ok {
		sign, amount = "-", rest
	}
	whole, cents, _ := strings.Cut(amount, ".")
	var b strings.Builder
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + "$" + b.String() + "." + cents
}
