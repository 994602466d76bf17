package aws

import (
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

// need is one IAM action that an operation asks for, on a resource. The resource is a pattern: {p}, {r} and {a} are the
// partition, the region and the account, {Name} is a parameter of the call; "*" is any.
type need struct{ action, resource string }

// on gives the need of an operation whose IAM action has another name, or is one of several.
func on(action, resource string) need { return need{action, resource} }

// regional is the pattern of an ARN in the call's region.
func regional(service, resource string) string { return "arn:{p}:" + service + ":{r}:{a}:" + resource }

// global is the pattern of an ARN of a service without regions.
func global(service, resource string) string { return "arn:{p}:" + service + "::{a}:" + resource }

// resources gives the ARNs of a need for one call. A parameter that only an earlier call gives is "*".
func (h *Hand) resources(n need, c remedy.Call) []string {
	region := c.Region
	if region == "" {
		region = h.target.Region
	}
	pattern := strings.NewReplacer("{p}", h.target.Partition, "{r}", region, "{a}", h.target.Account).Replace(n.resource)
	before, rest, found := strings.Cut(pattern, "{")
	if !found {
		return []string{pattern}
	}
	name, after, _ := strings.Cut(rest, "}")
	var out []string
	name, last := strings.CutSuffix(name, "/") // of an address, the name at its end
	for _, v := range valuesOf(c.Params, name) {
		text, ok := v.(string)
		if last {
			text = text[strings.LastIndexByte(text, '/')+1:]
		}
		whole := before == "" && after == "" // the parameter is the ARN, or else only a name of what IAM knows by its ARN
		if ok && text != "" && (!whole || strings.HasPrefix(text, "arn:")) {
			out = append(out, h.resources(need{n.action, before + text + after}, c)...)
		} else {
			out = append(out, h.resources(need{n.action, before + "*" + after}, c)...)
		}
	}
	if len(out) == 0 && before == "" && after == "" {
		return []string{"*"}
	}
	if len(out) == 0 {
		return h.resources(need{n.action, before + "*" + after}, c)
	}
	return out
}

// valuesOf gives the values of a parameter, whether it is one or a list.
func valuesOf(params map[string]any, name string) []any {
	v, there, err := lookup(any(params), upperFirst(name))
	if !there || err != nil {
		v, there = params[name], params[name] != nil
	}
	if list, ok := v.([]any); ok {
		return list
	}
	if !there {
		return nil
	}
	return []any{v}
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// permissions lists what the calls of a step need, and the companions that no call names. What only an undo needs is marked.
func (h *Hand) permissions(s *remedy.Step, companions []remedy.Permission) []remedy.Permission {
	p := &permitted{hand: h, on: map[string]map[string]bool{}, doing: map[string]bool{}, conditions: map[string]map[string]string{}}
	p.conditionsOf(s.Preconditions, true)
	for _, a := range s.Actions {
		p.action(a, true)
	}
	for _, c := range companions {
		p.add(c.Action, c.Resources, !c.Undo, c.Condition)
	}
	return p.list()
}

type permitted struct {
	hand       *Hand
	on         map[string]map[string]bool // action -> resources
	doing      map[string]bool            // actions that carrying out needs
	conditions map[string]map[string]string
}

func (p *permitted) action(a remedy.Action, doing bool) {
	if a.Call != nil {
		p.call(*a.Call, doing)
	}
	for _, r := range a.Reads {
		p.call(r.Call, doing)
	}
	if a.Find != nil {
		p.call(a.Find.Call, doing)
	}
	for _, cs := range [][]remedy.Condition{a.Until, a.Accepted, a.Underway} {
		p.conditionsOf(cs, doing)
	}
	p.conditionsOf(a.UndoWhen, false)
	for _, u := range a.Undo {
		p.action(u, false)
	}
}

func (p *permitted) conditionsOf(cs []remedy.Condition, doing bool) {
	for _, c := range cs {
		if c.Read != nil {
			p.call(*c.Read, doing)
		}
	}
}

func (p *permitted) call(c remedy.Call, doing bool) {
	for _, n := range operations()[c.Op].needs {
		p.add(n.action, p.hand.resources(n, c), doing, nil)
	}
}

func (p *permitted) add(action string, resources []string, doing bool, condition map[string]string) {
	if p.on[action] == nil {
		p.on[action] = map[string]bool{}
	}
	for _, r := range resources {
		p.on[action][r] = true
	}
	p.doing[action] = p.doing[action] || doing
	if condition != nil {
		p.conditions[action] = condition
	}
}

func (p *permitted) list() []remedy.Permission {
	var out []remedy.Permission
	for _, action := range slices.Sorted(maps.Keys(p.on)) {
		on := slices.Sorted(maps.Keys(p.on[action]))
		if p.on[action]["*"] {
			on = []string{"*"}
		}
		out = append(out, remedy.Permission{Action: action, Resources: on, Condition: p.conditions[action], Undo: !p.doing[action]})
	}
	return out
}
