package policies

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

func compareText(a, b string) int { return strings.Compare(a, b) }

// classOf says which parameters judge a resource. A stage that is not known is production.
func classOf(r *graph.Resource) stageClass {
	if catalog.Production(r.Stage) {
		return production
	}
	return elsewhere
}

// settle turns answers into results: profile, stage, waivers and severities.
func (j *judge) settle(judged []judgement) Results {
	var out Results
	s := &settler{j: j, inUse: map[string]map[string]bool{}, expired: map[int]Result{}, refused: map[string]bool{}}
	n := 0
	for i, e := range j.p.entries {
		n += len(j.g.OfType(e.meta.Judges))
		for _, a := range judged[i].answers {
			n += max(0, len(a.findings)-1)
		}
	}
	out.Results = make([]Result, 0, n)
	for i, e := range j.p.entries {
		if judged[i].problem != "" {
			out.Problems = append(out.Problems, Problem{Policy: e.meta.ID, Why: judged[i].problem})
		}
		s.waivers = s.about(e.meta)
		for n, r := range j.g.OfType(e.meta.Judges) {
			if !r.Data {
				out.Results = s.add(out.Results, e, r, judged[i].answers[n], judged[i].fixes[n])
			}
		}
	}
	for _, i := range sortedInts(s.expired) {
		out.Results = append(out.Results, s.expired[i])
	}
	for _, why := range sortedNames(s.refused) {
		out.Problems = append(out.Problems, Problem{Policy: "waiver", Why: why})
	}
	out.Results = sortResults(out.Results)
	return out
}

// sortResults gives the results by root, address, severity, policy and attribute. It sorts places, since results are large.
func sortResults(list []Result) []Result {
	order := make([]int32, len(list))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		a, b := &list[i], &list[j]
		if c := cmp.Or(strings.Compare(a.Key.Root, b.Key.Root), strings.Compare(string(a.Resource), string(b.Resource))); c != 0 {
			return c
		}
		if c := cmp.Or(a.Severity.Rank()-b.Severity.Rank(), strings.Compare(a.Policy, b.Policy)); c != 0 {
			return c
		}
		return cmp.Or(strings.Compare(string(a.Key.Address), string(b.Key.Address)), strings.Compare(a.Attribute, b.Attribute), strings.Compare(a.Message, b.Message), int(i-j))
	})
	arrange(list, order)
	return list
}

// arrange puts the element order[n] at place n, going round every cycle of exchanges once. It uses order up.
func arrange(list []Result, order []int32) {
	for start := range order {
		if order[start] < 0 {
			continue
		}
		first, n := list[start], start
		for int(order[n]) != start {
			from := int(order[n])
			list[n], order[n] = list[from], -1
			n = from
		}
		list[n], order[n] = first, -1
	}
}

func sortedInts[V any](m map[int]V) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// settler carries the rules that stand around the policies.
type settler struct {
	j       *judge
	waivers []int                      // indexes of the waivers about the policy at hand
	inUse   map[string]map[string]bool // root -> profile
	expired map[int]Result             // by index of the waiver
	refused map[string]bool
}

// add settles one answer. A fail gives one result for each finding.
func (s *settler) add(to []Result, e *entry, r *graph.Resource, a answer, fix graph.Patch) []Result {
	m := e.meta
	x := Result{Policy: m.ID, Key: r.Key(), Resource: r.Address, Type: r.Type, Verdict: a.verdict, Severity: m.Severity, Stage: r.Stage}
	if r.Of != "" {
		x.Resource = r.Of
	}
	if own, ok := s.j.o.Severity[m.ID]; ok {
		x.Severity = own
	}
	if classOf(r) == elsewhere && m.NonProduction == "lower" {
		x.Severity = x.Severity.Below()
	}
	if a.verdict == NotApplicable {
		return append(to, x)
	}
	if why := s.excused(m, r); why != "" {
		x.Verdict, x.Message = NotApplicable, why
		return append(to, x)
	}
	if a.verdict == Pass {
		if why := r.Unknown["_count"]; r.Observed && why != "" { // it stands for what an account did not tell
			x.Verdict, x.Missing = Undecided, []Missing{{Key: r.Key(), Path: "_count", Why: why}}
		}
		return append(to, x)
	}
	if w := s.waived(x, r); w != nil {
		x.Verdict, x.Waiver = Waived, w
	}
	if a.verdict == Undecided {
		x.Missing = a.missing
		x.Message = a.why
		return append(to, x)
	}
	for _, f := range a.findings {
		x.Attribute, x.Message, x.Fix = f.attribute, f.message, fix
		to = append(to, x)
	}
	return to
}

// excused says why a policy is not about a resource for reasons outside it: its profile is not in use, its stage is not judged,
// it is in no code.
func (s *settler) excused(m Meta, r *graph.Resource) string {
	if m.Profile != "" && !s.uses(r.Root, m.Profile) {
		return fmt.Sprintf("the profile %s is not in use here", m.Profile)
	}
	if m.NonProduction == "skip" && classOf(r) == elsewhere {
		return "not judged in stage " + r.Stage
	}
	if m.Live == "skip" && onlyLive(r) {
		return "only code says this, and it is in none that was read"
	}
	if m.Live == "only" && !live(r) {
		return "only an account says this, and none that has it was read"
	}
	return ""
}

// onlyLive says whether a resource was read from an account and from no code, plan or state.
func onlyLive(r *graph.Resource) bool {
	return r.Observed && len(r.Origins) > 0 && !slices.ContainsFunc(r.Origins, func(o graph.Origin) bool { return o.Source != "aws" })
}

// live says whether a resource was read from an account, also when code declares it.
func live(r *graph.Resource) bool {
	return slices.ContainsFunc(r.Origins, func(o graph.Origin) bool { return o.Source == "aws" })
}

// profileTypes lists the resource types whose presence in a root says that it uses the profile.
// Source: reference-architecture.md, profiles.
var profileTypes = map[string][]string{
	"ec2":        {"aws_instance", "aws_autoscaling_group", "aws_launch_template", "aws_launch_configuration", "aws_spot_instance_request"},
	"kubernetes": {"aws_eks_cluster", "aws_eks_node_group", "aws_eks_fargate_profile"},
	"serverless": {"aws_lambda_function", "aws_api_gateway_rest_api", "aws_apigatewayv2_api"},
	"containers": {"aws_ecs_cluster", "aws_ecs_service", "aws_ecs_task_definition", "aws_eks_cluster", "aws_ecr_repository"},
}

func (s *settler) uses(root, profile string) bool {
	if s.j.o.Profiles != nil {
		return slices.Contains(s.j.o.Profiles, profile)
	}
	used, ok := s.inUse[root]
	if !ok {
		used = map[string]bool{}
		s.inUse[root] = used
		for p, types := range profileTypes {
			for _, t := range types {
				for _, r := range s.j.g.OfType(t) {
					used[p] = used[p] || r.Root == root && !r.Data
				}
			}
		}
	}
	return used[profile]
}

// about lists the waivers that name the policy, its area or one of its controls.
func (s *settler) about(m Meta) []int {
	area, _, _ := strings.Cut(m.ID, ".")
	var out []int
	for i, w := range s.j.o.Waivers {
		if w.Policy == m.ID || w.Policy == area || slices.Contains(m.Controls, w.Policy) {
			out = append(out, i)
		}
	}
	return out
}

// waived gives the waiver that accepts a finding. One without a reason, or without an end on a finding that is high or
// critical, does not hold; one whose last day is over gives a finding of its own.
func (s *settler) waived(x Result, r *graph.Resource) *Waiver {
	for _, i := range s.waivers {
		w := &s.j.o.Waivers[i]
		if w.Root != "" && !Match(strings.TrimPrefix(w.Root, "."), r.Root) || w.Address != "" && !Match(w.Address, string(r.Address)) && !Match(w.Address, string(x.Resource)) {
			continue
		}
		switch {
		case strings.TrimSpace(w.Reason) == "":
			s.refused[fmt.Sprintf("%s: the waiver of %s gives no reason and does not hold", w.Where, w.Policy)] = true
		case w.Until.IsZero() && x.Severity.Rank() <= High.Rank():
			s.refused[fmt.Sprintf("%s: the waiver of %s has no last day and does not hold for %s findings", w.Where, w.Policy, x.Severity)] = true
		case s.over(w):
			if _, said := s.expired[i]; !said {
				s.expired[i] = expiredResult(w, x)
			}
		default:
			return w
		}
	}
	return nil
}

func (s *settler) over(w *Waiver) bool {
	if w.Until.IsZero() || s.j.o.Today.IsZero() {
		return false
	}
	return s.j.o.Today.Format(time.DateOnly) > w.Until.Format(time.DateOnly)
}

// ExpiredWaiver is what the policy says of itself that no file holds: a waiver whose last day is over and that still matches a finding.
var ExpiredWaiver = Meta{
	ID: "waiver.expired", Title: "No waiver is past its last day", Severity: Medium, NonProduction: "same", Disruption: "none",
	Description: "Fails when a waiver that is past its last day still matches a finding. The finding counts again.",
	Remediation: "Put the finding right, or renew the waiver with a new last day and the reason why.",
}

func expiredResult(w *Waiver, x Result) Result {
	return Result{
		Policy: ExpiredWaiver.ID, Key: x.Key, Resource: x.Resource, Type: x.Type, Verdict: Fail, Severity: ExpiredWaiver.Severity, Stage: x.Stage,
		Message: fmt.Sprintf("the waiver of %s ended on %s", w.Policy, w.Until.Format(time.DateOnly)), Waiver: w,
	}
}

// Match says whether text fits a pattern in which * stands for any text.
func Match(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, p)
		if i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return strings.HasSuffix(rest, last)
}
