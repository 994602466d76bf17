package drift

import (
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// joiner holds what is matched so far.
type joiner struct {
	declared []*graph.Resource
	recorded map[graph.Key]*graph.Resource // by the declared key
	observed []*graph.Resource
	live     map[graph.Key]*graph.Resource // by declared key: its observed copy
	by       map[graph.Key]string
	taken    map[graph.Key]graph.Key // by observed key: its declared key
	ofType   map[string][]*graph.Resource
	ids      map[string]*graph.Resource // observed, by ARN
	read     Read
}

func newJoiner(declared, recorded, observed *graph.Graph) *joiner {
	j := &joiner{
		recorded: map[graph.Key]*graph.Resource{}, live: map[graph.Key]*graph.Resource{}, by: map[graph.Key]string{},
		taken: map[graph.Key]graph.Key{}, ofType: map[string][]*graph.Resource{}, ids: map[string]*graph.Resource{},
	}
	j.declared = declared.Resources()
	if recorded != nil {
		for _, r := range recorded.Resources() {
			if !r.Data {
				j.recorded[r.Key()] = r
			}
		}
	}
	if observed != nil {
		j.observed = observed.Resources()
	}
	for _, r := range j.observed {
		j.ofType[r.Type] = append(j.ofType[r.Type], r)
		if arn := text(r, "arn"); arn != "" { // a part that has one has its own
			j.ids[arn] = r
		}
	}
	return j
}

func (j *joiner) match(d, o *graph.Resource, by string) {
	j.live[d.Key()], j.by[d.Key()], j.taken[o.Key()] = o, by, d.Key()
}

func (j *joiner) free(o *graph.Resource) bool { _, taken := j.taken[o.Key()]; return !taken }

// open lists the declared resources that have no observed copy yet. Data sources may share one.
func (j *joiner) open(f func(d *graph.Resource)) {
	for _, d := range j.declared {
		if j.live[d.Key()] == nil && len(j.ofType[d.Type]) > 0 {
			f(d)
		}
	}
}

// byIDs matches what the state gives an ARN or an id.
func (j *joiner) byIDs() {
	j.open(func(d *graph.Resource) {
		r := j.recorded[d.Key()]
		if r == nil {
			r = d
		}
		if arn := text(r, "arn"); arn != "" && r.Of == "" {
			if o := j.ids[arn]; o != nil && o.Type == d.Type && j.free(o) {
				j.match(d, o, "arn")
			}
			return
		}
		id := text(r, "id")
		if id == "" {
			return
		}
		j.only(d, "id", func(o *graph.Resource) bool { return text(o, "id") == id })
	})
}

// names are the attributes that name a resource, the most telling first. tags.Name is what people see in the console of things
// that have no name.
var names = []string{
	"bucket", "identifier", "cluster_identifier", "replication_group_id", "cluster_id", "function_name", "alarm_name", "node_group_name", "domain_name",
	"key_name", "cluster_name", "name", "tags.Name",
}

// byNames matches where exactly one declared and one observed resource of a type have a name.
func (j *joiner) byNames() bool {
	found := false
	for _, name := range names {
		count := map[string]int{}
		j.open(func(d *graph.Resource) {
			if v := j.nameOf(d, name); v != "" && !d.Data {
				count[d.Type+" "+v]++
			}
		})
		j.open(func(d *graph.Resource) {
			v := j.nameOf(d, name)
			if v == "" || count[d.Type+" "+v] > 1 {
				return
			}
			found = j.only(d, name, func(o *graph.Resource) bool { return j.nameOf(o, name) == v }) || found
		})
	}
	return found
}

// nameOf reads a name of a resource; what only refers to another resource by its name has none of its own.
func (j *joiner) nameOf(r *graph.Resource, name string) string {
	if name == "tags.Name" && r.Of != "" { // its owner's
		return ""
	}
	if name == "tags.Name" {
		tags, ok := r.Attrs["tags_all"].(map[string]any)
		if !ok {
			tags, _ = r.Attrs["tags"].(map[string]any)
		}
		v, _ := tags["Name"].(string)
		return v
	}
	t := catalog.Lookup(r.Type)
	if t == nil {
		return ""
	}
	a := t.Attr(name)
	if a == nil || len(a.Targets) > 0 {
		return ""
	}
	return strings.TrimSuffix(text(r, name), ".")
}

// only matches d with the one observed resource that is free, lies in its account and region, contradicts none of its references
// and for which is holds.
func (j *joiner) only(d *graph.Resource, by string, is func(*graph.Resource) bool) bool {
	var one *graph.Resource
	for _, o := range j.ofType[d.Type] {
		if !is(o) || !d.Data && !j.free(o) || !samePlace(d, o) || j.contradicts(d, o) {
			continue
		}
		if one != nil {
			return false
		}
		one = o
	}
	if one == nil {
		return false
	}
	if d.Data {
		j.live[d.Key()], j.by[d.Key()] = one, by
	} else {
		j.match(d, one, by)
	}
	return true
}

// samePlace says that nothing places the two in different accounts or regions.
func samePlace(d, o *graph.Resource) bool {
	for _, fact := range []string{"_account", "_region"} {
		a, _ := d.Facts[fact].(string)
		b, _ := o.Facts[fact].(string)
		if a != "" && b != "" && a != b {
			return false
		}
	}
	return true
}

// byReferences matches what has no name of its own, such as a rule, an association or the versioning of a bucket: by what it
// refers to, and where several refer to the same, by everything that is known.
func (j *joiner) byReferences() bool {
	found := false
	j.open(func(d *graph.Resource) {
		if d.Data || j.named(d) || !j.refersToMatched(d) {
			return
		}
		refers := func(o *graph.Resource) bool { return j.sameReferences(d, o) }
		if j.alone(d) && j.only(d, "references", refers) {
			found = true
			return
		}
		equal := func(o *graph.Resource) bool { return refers(o) && len(j.differences(d, o)) == 0 }
		found = j.only(d, "all attributes", equal) || found
	})
	return found
}

func (j *joiner) named(r *graph.Resource) bool {
	return slices.ContainsFunc(names, func(n string) bool { return j.nameOf(r, n) != "" })
}

// alone says that no other declared resource of the type refers to the same.
func (j *joiner) alone(d *graph.Resource) bool {
	for _, e := range j.declared {
		if e != d && e.Type == d.Type && !e.Data && j.live[e.Key()] == nil && j.sameReferences(d, e) {
			return false
		}
	}
	return true
}

// refersToMatched says that d has references and that each leads to a matched resource or names something.
func (j *joiner) refersToMatched(d *graph.Resource) bool {
	any := false
	for _, name := range references(d.Type) {
		v, known := catalog.Value(d, name)
		if !known {
			return false
		}
		if v == nil {
			continue
		}
		if _, ok := j.settle(v); !ok {
			return false
		}
		any = true
	}
	return any
}

// references lists the top-level attributes of a type that refer to others, without those that are derived.
func references(typ string) []string {
	t := catalog.Lookup(typ)
	if t == nil {
		return nil
	}
	var out []string
	for _, a := range t.Attrs {
		if len(a.Targets) > 0 && !a.Derived {
			out = append(out, a.Name)
		}
	}
	return out
}

func (j *joiner) sameReferences(d, o *graph.Resource) bool {
	for _, name := range references(d.Type) {
		a, known := catalog.Value(d, name)
		b, also := catalog.Value(o, name)
		if !known || !also {
			continue
		}
		x, ok := j.settle(a)
		y, ok2 := j.settle(b)
		if !ok || !ok2 || !equal(x, y) {
			return false
		}
	}
	return true
}

// contradicts says that some reference of the two is known to lead elsewhere.
func (j *joiner) contradicts(d, o *graph.Resource) bool {
	for _, name := range owners[d.Type] {
		a, known := catalog.Value(d, name)
		b, also := catalog.Value(o, name)
		if !known || !also {
			continue
		}
		x, ok := j.settle(a)
		y, ok2 := j.settle(b)
		if ok && ok2 && !equal(x, y) {
			return true
		}
	}
	return false
}

// owners lists, for types whose names are unique only within something, the attribute that says within what.
var owners = map[string][]string{
	"aws_ecs_service": {"cluster"}, "aws_eks_node_group": {"cluster_name"}, "aws_eks_addon": {"cluster_name"}, "aws_eks_fargate_profile": {"cluster_name"},
	"aws_security_group": {"vpc_id"}, "aws_subnet": {"vpc_id"}, "aws_route53_record": {"zone_id"}, "aws_route_table": {"vpc_id"},
	"aws_autoscaling_policy": {"autoscaling_group_name"}, "aws_iam_role_policy": {"role"}, "aws_iam_user_policy": {"user"}, "aws_iam_group_policy": {"group"},
}

// settle replaces references in a value by the ids of what they lead to in the account. ok is false when one is not known.
func (j *joiner) settle(v any) (settled any, ok bool) {
	switch v := v.(type) {
	case graph.Ref:
		o := j.live[v.Key()]
		if o == nil {
			if r := j.recorded[v.Key()]; r != nil {
				o = r
			} else {
				return nil, false
			}
		}
		x, known := graph.Lookup(o.Attrs, v.Attr)
		return x, known && x != nil
	case graph.Template, graph.Hidden:
		return nil, false
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			if out[i], ok = j.settle(x); !ok {
				return nil, false
			}
		}
		return out, true
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			if out[k], ok = j.settle(x); !ok {
				return nil, false
			}
		}
		return out, true
	}
	return v, true
}

func text(r *graph.Resource, name string) string {
	s, _ := r.Attrs[name].(string)
	return s
}
