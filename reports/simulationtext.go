package reports

import (
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
	b strings.Builder
}

func (t *simulated) nothing() {
	t.b.WriteString(paragraph("", "", "No way in was found: no public DNS record, distribution, internet-facing load balancer, API, function URL or public server. So nothing can stop for its users.", t.width()))
	for _, u := range t.Model.Unused {
		t.b.WriteString(paragraph("  - ", "    ", Untrusted(u.Fact.Text).Terminal(), t.width()))
	}
}

// row is one line of the table: what is lost, and what that does to one entry point.
type row struct{ lost, entry, up, capacity, because string }

// table prints a line for each loss; with several entry points those that stay up at full capacity are counted.
func (t *simulated) table() {
	var rows []row
	for _, o := range t.outcomes() {
		rows = append(rows, t.rows(o)...)
	}
	first, second := 12, 8
	for _, r := range rows {
		first, second = max(first, cells(r.lost)), max(second, cells(r.entry))
	}
	single := len(t.Model.Entries) == 1
	head := "way in"
	if single {
		head, second = Untrusted(t.Model.Entries[0].Name).Terminal(), 0
	}
	first = min(first, t.width()/3)
	second = min(max(second, cells(head)), t.width()/3)
	if single {
		second = max(9, cells(head))
	}
	t.b.WriteString(t.line(row{"What is lost", head, "", "capacity", "because"}, first, second, single, ""))
	t.b.WriteString(strings.Repeat("-", min(t.width(), 80)) + "\n")
	for _, r := range rows {
		t.b.WriteString(t.line(r, first, second, single, t.upColour(r.up)))
	}
	t.b.WriteByte('\n')
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
	for _, o := range t.Zones {
		if t.Model.InUse(o.Loss.Nodes[0]) || felt(o) {
			out = append(out, o)
		} else if !empty {
			empty = true
			o.Loss.Name = "another zone"
			out = append(out, o)
		}
	}
	return append(out, t.Regions...)
}

// mostMembers is how many groups get a row of their own; the others are in the JSON.
const mostMembers = 10

func felt(o resilience.Outcome) bool {
	return slices.ContainsFunc(o.Answers, func(a resilience.Answer) bool { return a.Up != resilience.Yes || a.Least < 1 })
}

func (t *simulated) rows(o resilience.Outcome) []row {
	var out []row
	fine := 0
	for i, a := range o.Answers {
		if len(o.Answers) > 1 && a.Up == resilience.Yes && a.Least >= 1 {
			fine++
			continue
		}
		out = append(out, row{t.lostName(o.Loss), Untrusted(t.Model.Entries[i].Name).Terminal(), a.Up.String(), percent(a), t.reason(o, a)})
	}
	if fine > 0 {
		what := fmt.Sprintf("%d others", fine)
		if len(out) == 0 {
			what = "all " + plural(fine, "way") + " in"
		}
		out = append(out, row{t.lostName(o.Loss), what, resilience.Yes.String(), "100 %", ""})
	}
	for i := 1; i < len(out); i++ {
		out[i].lost = ""
	}
	return out
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
	return Untrusted(l.Name).Terminal()
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

// reason says in a few words why: the single points by number, else the first chain.
func (t *simulated) reason(o resilience.Outcome, a resilience.Answer) string {
	if len(a.Because) == 0 {
		if a.Up == resilience.Yes && !t.Model.InUse(o.Loss.Nodes[0]) && t.Model.Nodes[o.Loss.Nodes[0]].Class == resilience.Zone {
			return "nothing is there"
		}
		return ""
	}
	var words, numbers []string
	for _, c := range a.Because {
		words, numbers = t.word(c, o, a, words, numbers)
	}
	return strings.TrimSpace(strings.Join(words, ", ") + " " + strings.Join(numbers, " "))
}

func (t *simulated) word(c resilience.Chain, o resilience.Outcome, a resilience.Answer, words, numbers []string) ([]string, []string) {
	n := t.Model.Nodes[c.Cut]
	switch {
	case n.Class == resilience.Region:
		words = append(words, "everything is there")
	case a.Up == resilience.Yes && c.Of > 0:
		words = append(words, fmt.Sprintf("%d of %d left", c.Left, c.Of))
	case a.Up == resilience.Undecided:
		if m := missingOf(c); m != "" && !slices.Contains(words, Untrusted(m).Terminal()) {
			words = append(words, Untrusted(m).Terminal())
		}
	default:
		w := typeWord(n.Type)
		if w == "" {
			w = Untrusted(n.Name).Terminal()
		}
		words = append(words, w)
		if i := slices.IndexFunc(t.Points, func(p resilience.Point) bool { return p.Node == c.Cut }); i >= 0 {
			numbers = append(numbers, fmt.Sprintf("[%d]", i+1))
		}
	}
	return words, numbers
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
	}[typ]
}

func (t *simulated) upColour(up string) string {
	return map[string]string{"UP": green, "DOWN": boldRed, "UNDECIDED": magenta}[up]
}

// line lays out a row; what does not fit its column goes on below.
func (t *simulated) line(r row, first, second int, single bool, colour string) string {
	lost, entry := wrap(r.lost, first), wrap(r.entry, max(second, 1))
	if single && r.up != "" {
		entry = []string{r.up}
	} else if !single {
		second += 11
		for len(entry) > 0 && cells(entry[0]) < second-10 {
			entry[0] += " "
		}
		if len(entry) > 0 {
			entry[0] += r.up
		}
	}
	used := first + 2 + second + 2 + 9 + 2
	reason := wrap(r.because, max(t.width()-used, 20))
	var b strings.Builder
	for i := range max(len(lost), len(entry), len(reason), 1) {
		a, e, c, w := "", "", "", ""
		if i < len(lost) {
			a = lost[i]
		}
		if i < len(entry) {
			e = entry[i]
		}
		if i == 0 {
			c = r.capacity
		}
		if i < len(reason) {
			w = reason[i]
		}
		text := pad(a, first) + "  " + pad(e, second) + "  " + strings.Repeat(" ", max(0, 9-cells(c))) + c + "  " + w
		text = strings.TrimRight(text, " ")
		if i == 0 && r.up != "" {
			text = strings.Replace(text, r.up, t.paint(colour, r.up), 1)
		}
		b.WriteString(text + "\n")
	}
	return b.String()
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
	title := fmt.Sprintf("[%d] %s", i+1, Untrusted(n.Name).Terminal())
	if n.Where != "" {
		title += " (" + Untrusted(n.Where).Terminal() + ")"
	}
	if n.Zone != "" {
		title += ", in " + strings.TrimPrefix(ZoneName(n.Zone), "zone ")
	}
	t.b.WriteString(paragraph("", "    ", title, t.width()))
	list, verb := p.Down, "stops with it"
	if len(list) == 0 {
		list, verb = p.Maybe, "may stop with it"
	}
	if len(list) == 0 {
		return
	}
	what := Untrusted(t.Model.Entries[list[0]].Name).Terminal()
	if len(list) > 1 {
		what += fmt.Sprintf(" and %d more", len(list)-1)
		verb = strings.Replace(verb, "stops", "stop", 1)
	}
	t.b.WriteString(paragraph("    ", "    ", what+" "+verb, t.width()))
	for _, c := range p.Because[:min(1, len(p.Because))] {
		for _, f := range c.Facts {
			text := Untrusted(factText(f)).Terminal()
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

func (t *simulated) offer(o Offer) string {
	price := "price not known"
	if o.Known {
		price = moreMoney(o.Monthly.StringFixed(2)) + " a month"
		if o.Usage {
			price += " + usage"
		}
	}
	if o.ByHand {
		return fmt.Sprintf("%s, %s, by hand", o.Policy, price)
	}
	return fmt.Sprintf("%s, %s, a fix of plumb scan", o.Policy, price)
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
