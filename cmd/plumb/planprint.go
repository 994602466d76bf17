package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/reports"
)

// planText prints a plan for people.
type planText struct {
	strings.Builder
	plan   *remedy.Plan
	width  int
	labels int // width of the labels of the step in hand
}

// printPlan prints a plan: every step with what it changes, then the totals, what is left out and why, what was not read, and where
// it is.
func printPlan(w io.Writer, plan *remedy.Plan, gaps []reports.Gap, name string, width int) error {
	t := &planText{plan: plan, width: width}
	t.head()
	for i := range plan.Steps {
		t.step(&plan.Steps[i])
	}
	t.totals()
	t.terraformChecks()
	t.left()
	t.gaps(gaps)
	if name != "" && len(plan.Steps) > 0 {
		next := plan.ID
		if !strings.HasPrefix(name, plansFolder) {
			next = name
		}
		t.para("", fmt.Sprintf("Written to %s", name))
		t.para("", "Next: plumb apply "+next)
	}
	_, err := io.WriteString(w, t.String())
	return err
}

// para writes a text that may hold what a stranger wrote, wrapped behind an indentation.
func (t *planText) para(indent, text string) {
	t.WriteString(reports.Paragraph(indent, indent, reports.Untrusted(text), t.width))
}

// field writes a labelled line of a step.
func (t *planText) field(label, text string) {
	lead := fmt.Sprintf("    %-*s ", t.labels, reports.Untrusted(label).Terminal())
	t.WriteString(reports.Paragraph(lead, strings.Repeat(" ", 5+t.labels), reports.Untrusted(text), t.width))
}

func (t *planText) head() {
	live := 0
	for _, s := range t.plan.Steps {
		if s.Kind == remedy.Live {
			live++
		}
	}
	n := len(t.plan.Steps)
	if n == 0 {
		t.para("", "Nothing that was asked for can be changed.")
		return
	}
	what := counted(n, "change")
	switch {
	case live == 0:
		what += " in files"
	case live == n:
		what += ", live" + t.inAccounts()
	default:
		what += fmt.Sprintf(": %d in files, %d live", n-live, live) + t.inAccounts()
	}
	t.WriteString(sides(fmt.Sprintf("Plan %s  %s", t.plan.ID, what), "valid until "+t.plan.Expires.Format("2006-01-02 15:04 UTC"), t.width))
	t.WriteString("\n")
}

// sides puts one text at the left end of a line and one at the right, on two lines when one is too short.
func sides(left, right string, width int) string {
	left, right = reports.Untrusted(left).Terminal(), reports.Untrusted(right).Terminal()
	gap := width - len([]rune(left)) - len([]rune(right))
	if gap >= 2 {
		return left + strings.Repeat(" ", gap) + right + "\n"
	}
	if len([]rune(right)) > width-4 {
		return left + "\n" + reports.Paragraph("    ", "    ", reports.Untrusted(right), width)
	}
	return left + "\n" + strings.Repeat(" ", width-len([]rune(right))) + right + "\n"
}

func (t *planText) step(s *remedy.Step) {
	left := fmt.Sprintf("%d %-4s  %s %s", s.N, s.Kind, s.Mark, s.Where)
	if s.Kind == remedy.File {
		left += "  " + string(s.Address)
	}
	right := "risk: " + string(s.Risk.Class)
	if ids := closedPolicies(s); len(ids) > 0 {
		right = strings.Join(ids, ", ") + "  " + right
	}
	t.WriteString(sides(left, right, t.width))
	if s.Kind == remedy.Live {
		t.live(s)
	} else {
		t.edits(s)
	}
	t.price(s)
	if s.Risk.Detail != "" {
		t.para("    ", s.Risk.Detail)
	}
	t.WriteString("\n")
}

// closedPolicies lists the policies of what a step closes.
func closedPolicies(s *remedy.Step) []string {
	var ids []string
	for _, c := range s.Closes {
		if !slices.Contains(ids, c.Policy) {
			ids = append(ids, c.Policy)
		}
	}
	return ids
}

// Labels of a step stand in one column; the one that is wider than its bounds is not.
const narrowLabels, wideLabels = 20, 30

func (t *planText) live(s *remedy.Step) {
	t.labels = narrowLabels
	for _, x := range s.Shows {
		if n := len([]rune(x.Label)); n <= wideLabels {
			t.labels = max(t.labels, n)
		}
	}
	if of := t.plan.Sources[s.Source]; t.accounts() > 1 {
		t.field("account", accountTitle(of)+", "+s.Region)
	}
	for _, x := range s.Shows {
		t.field(x.Label, x.Before+" -> "+x.After)
	}
	for _, a := range s.Actions {
		if a.Call != nil {
			t.field("call", a.Call.Op)
		}
	}
	for i, c := range s.Preconditions {
		label := "before it runs"
		if i > 0 {
			label = ""
		}
		t.field(label, c.Says)
	}
	t.field("undo", undoText(s.Undo))
	if s.Drift != "" {
		t.field("drift", s.Drift)
	}
}

func (t *planText) inAccounts() string {
	if n := t.accounts(); n > 1 {
		return fmt.Sprintf(" in %d accounts", n)
	}
	return ""
}

// accounts counts the accounts that the plan changes.
func (t *planText) accounts() int {
	ids := map[string]bool{}
	for _, s := range t.plan.Steps {
		if s.Kind == remedy.Live {
			ids[t.plan.Sources[s.Source].Account] = true
		}
	}
	return len(ids)
}

func undoText(u remedy.Undo) string {
	switch {
	case u.Kind == "none":
		return "none: " + u.Note
	case u.Note != "":
		return u.Kind + ": " + u.Note
	}
	return u.Kind
}

// edits prints the changed lines of each file; the name of a file only when it is not the one of the step.
func (t *planText) edits(s *remedy.Step) {
	first, _, _ := strings.Cut(s.Where, ":")
	for _, a := range s.Actions {
		if a.Edit == nil {
			continue
		}
		if a.Edit.File != first || len(s.Actions) > 1 {
			fmt.Fprintf(t, "    @@ %s @@\n", reports.Untrusted(a.Edit.File).Terminal())
		}
		t.lines(a.Edit.Diff)
	}
}

// lines prints the lines of a diff that were taken away or added, hunk by hunk, less what all of a hunk are indented by.
func (t *planText) lines(diff string) {
	var hunk []string
	for _, l := range append(strings.Split(diff, "\n")[2:], "@@") {
		switch {
		case strings.HasPrefix(l, "@@"):
			t.hunk(hunk)
			hunk = nil
		case strings.HasPrefix(l, "-"), strings.HasPrefix(l, "+"):
			hunk = append(hunk, strings.TrimRight(strings.ReplaceAll(l, "\t", "  "), "\r"))
		}
	}
}

func (t *planText) hunk(list []string) {
	for len(list) > 0 && list[len(list)-1] == "+" {
		list = list[:len(list)-1]
	}
	for len(list) > 0 && list[0] == "+" {
		list = list[1:]
	}
	indent := -1
	for _, l := range list {
		if n := len(l) - 1 - len(strings.TrimLeft(l[1:], " ")); len(l) > 1 && (indent < 0 || n < indent) {
			indent = n
		}
	}
	for _, l := range list {
		rest := l[min(len(l), 1+max(indent, 0)):]
		t.WriteString(strings.TrimRight(fmt.Sprintf("    %s  %s", l[:1], reports.Untrusted(rest).Terminal()), " ") + "\n")
	}
}

func (t *planText) price(s *remedy.Step) {
	c := s.Cost
	switch {
	case c.Delta == "" || c.Delta == "0.00" && !c.Usage:
	case c.Delta == "0.00":
		t.para("    ", "cost: by use")
	case c.Before != "":
		t.para("    ", fmt.Sprintf("cost $%s -> $%s a month (%s)%s", c.Before, c.After, signed(c.Delta), usageText(c.Usage)))
	default:
		t.para("    ", "cost "+signed(c.Delta)+" a month"+usageText(c.Usage))
	}
}

func usageText(usage bool) string {
	if usage {
		return " + usage"
	}
	return ""
}

// signed writes an amount with its sign: "+$181.33".
func signed(amount string) string {
	if rest, ok := strings.CutPrefix(amount, "-"); ok {
		return "-$" + rest
	}
	return "+$" + amount
}

func (t *planText) totals() {
	if len(t.plan.Steps) == 0 {
		return
	}
	count := map[string]int{}
	for _, s := range t.plan.Steps {
		count[s.Mark]++
	}
	o := t.plan.Outcome
	money := signed(o.Delta) + " a month" + usageText(o.Usage)
	t.para("", fmt.Sprintf("Plan: %d to add, %d to change, %d to delete, %d to replace. Cost %s.", count["+"], count["~"], count["-"], count["-/+"], money))
	after := fmt.Sprintf("After it: %s fewer, no new one (checked on a copy of the graph).", counted(o.Closed, "finding"))
	if len(o.Opened) > 0 {
		after = fmt.Sprintf("After it: %s fewer and %d NEW (checked on a copy of the graph).", counted(o.Closed, "finding"), len(o.Opened))
	}
	t.para("", after+zoneText(o.Losses))
	if len(o.Left) > 0 {
		t.para("", "No set of fixes that is known reaches the goal; this one reaches what can be. Left: "+strings.Join(o.Left, "; ")+". plumb simulate says why.")
	}
	for _, c := range o.Opened {
		t.para("  ", fmt.Sprintf("new: %s on %s", c.Policy, c.Address))
	}
	for _, c := range o.Decided {
		t.para("  ", fmt.Sprintf("was undecided and is known to fail then: %s on %s", c.Policy, c.Address))
	}
	if files := stepsOf(t.plan, remedy.File); files != "" {
		verb, them := "change", "them"
		if !strings.HasPrefix(files, "Steps") {
			verb, them = "changes", "it"
		}
		t.para("", fmt.Sprintf("%s %s files only: commit %s, then terraform apply makes %s real.", files, verb, them, them))
	}
	t.WriteString("\n")
}

// zoneText says what becomes of each loss of a zone; those of which the same is to be said are said together.
func zoneText(list []remedy.LossChange) string {
	var order []string
	names := map[string][]string{}
	for _, l := range list {
		var what string
		switch {
		case l.Before != l.After:
			what = ": " + strings.ToUpper(l.Before) + " -> " + strings.ToUpper(l.After)
		case l.After != "up":
			what = " stay " + strings.ToUpper(l.After)
		default:
			continue
		}
		if names[what] == nil {
			order = append(order, what)
		}
		names[what] = append(names[what], strings.TrimPrefix(l.Lose, "zone:"))
	}
	var b strings.Builder
	for _, what := range order {
		if zones := names[what]; len(zones) > 1 {
			fmt.Fprintf(&b, " Zones %s%s.", strings.Join(zones, ", "), what)
		} else {
			fmt.Fprintf(&b, " Zone %s%s.", zones[0], strings.Replace(what, " stay ", " stays ", 1))
		}
	}
	return b.String()
}

// stepsOf names the steps of a kind: "Steps 3-6".
func stepsOf(plan *remedy.Plan, kind string) string {
	var first, last int
	for _, s := range plan.Steps {
		if s.Kind == kind {
			if first == 0 {
				first = s.N
			}
			last = s.N
		}
	}
	switch {
	case first == 0:
		return ""
	case first == last:
		return fmt.Sprintf("Step %d", first)
	}
	return fmt.Sprintf("Steps %d-%d", first, last)
}

// left prints what is not changed, and why.
func (t *planText) left() {
	if len(t.plan.Refused) > 0 {
		t.para("", fmt.Sprintf("Not changed, because it cannot be done safely (%d):", len(t.plan.Refused)))
		for _, r := range t.plan.Refused {
			what := string(r.Address)
			if r.Path != "" {
				what += "." + r.Path
			}
			t.WriteString(reports.Paragraph("  ", "      ", reports.Untrusted(fmt.Sprintf("%s (%s): %s", what, r.Class, trimSubject(r))), t.width))
		}
		t.WriteString("\n")
	}
	t.manual()
}

// manual prints what is left to people, the severest first: findings that are settled in the same way together, each resource on a line of its
// own, which can be copied.
func (t *planText) manual() {
	if len(t.plan.Manual) == 0 {
		return
	}
	t.para("", fmt.Sprintf("For a person (%d):", len(t.plan.Manual)))
	for _, g := range t.handwork() {
		t.WriteString(reports.Paragraph(fmt.Sprintf("  %-8s  ", g.severity), "            ", reports.Untrusted(strings.Join(g.policies, ", ")), t.width))
		for i, place := range g.places {
			if i == mostPlaces {
				fmt.Fprintf(t, "      and %d more\n", len(g.places)-i)
				break
			}
			t.WriteString("      " + reports.Untrusted(place).Terminal() + "\n")
		}
		t.para("          ", g.how)
	}
	t.WriteString("\n")
}

// handwork is what people do in one way.
type handwork struct {
	severity         policies.Severity // of the severest
	policies, places []string
	how              string
}

// handwork groups findings by what is to be done.
func (t *planText) handwork() []*handwork {
	var out []*handwork
	byHow := map[string]*handwork{}
	for _, m := range t.plan.Manual {
		g := byHow[m.How]
		if g == nil {
			g = &handwork{severity: policies.Severity(m.Severity), how: m.How}
			byHow[m.How], out = g, append(out, g)
		}
		if s := policies.Severity(m.Severity); s.Rank() < g.severity.Rank() {
			g.severity = s
		}
		if !slices.Contains(g.policies, m.Policy) {
			g.policies = append(g.policies, m.Policy)
		}
		if name := t.standsOn(m.Closed); !slices.Contains(g.places, name) {
			g.places = append(g.places, name)
		}
	}
	slices.SortStableFunc(out, func(a, b *handwork) int { return a.severity.Rank() - b.severity.Rank() })
	return out
}

// standsOn names the resource of a finding. In a plan of one account that need not be said, and most ARNs name it themselves.
func (t *planText) standsOn(c remedy.Closed) string {
	alone := len(t.plan.Sources) == 1 && t.plan.Sources[0].Kind == remedy.Live
	if parts := strings.SplitN(string(c.Address), ":", 6); alone || len(parts) == 6 && parts[0] == "arn" && strings.HasSuffix(c.Root, ":"+parts[4]) {
		return string(c.Address)
	}
	return graph.Key{Root: c.Root, Address: c.Address}.String()
}

// gaps prints what was not read: nothing of it was planned.
func (t *planText) gaps(list []reports.Gap) {
	if len(list) == 0 {
		return
	}
	t.para("", fmt.Sprintf("%s: what could not be read is not planned.", counted(len(list), "gap")))
	for i, g := range list {
		if i == mostPlaces {
			t.para("  ", fmt.Sprintf("and %d more: plumb scan --only gaps", len(list)-i))
			break
		}
		t.WriteString(reports.Paragraph("  ", "      ", reports.Untrusted(g.Where.JSON()+" "+g.Why.JSON()), t.width))
	}
	t.WriteString("\n")
}

// mostPlaces is how many resources are named of those that are settled in one way; the plan file has all.
const mostPlaces = 5

// trimSubject takes the address off a reason that begins with it.
func trimSubject(r remedy.Refused) string {
	return strings.TrimPrefix(r.Why, string(r.Address)+" ")
}

// planStep is what a step is called in a text for a pull request.
func planStep(s *remedy.Step) string {
	return fmt.Sprintf("`%s`: %s", graph.Key{Root: s.Root, Address: s.Address}, s.Title)
}
