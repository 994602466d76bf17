// Package catalog is the dictionary of resource types: which attributes each has, what the provider
// fills in when they are not set, which of them refer to other resources and to what, where a
// resource sits. Build uses it to turn what scanners found into a graph; the policy engine takes
// its input schema from it.
//
// A type is one entry in a file named for its service (rds.go, s3.go). See docs/adding-a-resource-type.md.
//
// Pure: this package touches nothing outside its arguments.
package catalog

import (
	"slices"
	"strings"
	"sync"

	"github.com/plumbline-dev/plumbline/graph"
)

// Kind is the shape of an attribute's value.
type Kind int

// The shapes. Numbers are int when they are whole, float64 otherwise.
const (
	String   Kind = iota
	Bool          // true or false
	Number        // int or float64
	List          // []any of scalars; sets too
	Map           // map[string]any of scalars
	Block         // []any of map[string]any, each with Attrs
	Document      // a JSON policy document; also parsed into the fact _documents (see document.go)
	Any           // anything; policies cannot look inside
)

// Attr is one attribute of a type, or of a nested block.
type Attr struct {
	Name     string
	Kind     Kind
	Default  any      // what the provider uses when it is not set; nil: null. Of a Block: []any of map[string]any
	Computed bool     // when it is not set AWS chooses: unknown until then
	Secret   bool     // its value never leaves the scanner (graph.Hidden)
	Targets  []Target // the resources that its value refers to
	Enum     []string // the values it may take, where the set is small
	Attrs    []Attr   // of a Block
	// Derived marks a reference that an entry makes itself from other attributes (Split). It joins every
	// resource that has the value, in any root, and a value that names nothing read has no target;
	// with Elsewhere, a list of which no value names anything has its target outside what was read.
	Derived, Elsewhere bool
}

// Target says that a value names a resource of Type by one of the attributes By.
type Target struct {
	Type string
	By   []string // besides id and arn
}

// Scope is what a resource is lost with.
type Scope int

// The scopes.
const (
	Regional Scope = iota
	Zonal
	Global
	Configuration // a setting; nothing runs there
)

// Type is one resource type.
type Type struct {
	Name    string
	Aliases []string          // other Terraform types that are read as this one
	Renamed map[string]string // former attribute name -> Name of the attribute now
	Scope   Scope
	// ZonesFrom lists attribute paths that say where the resource sits, first answer wins: zone names,
	// or references whose targets' zones are taken. An attribute that is unset and computed is passed over.
	ZonesFrom []string
	Attrs     []Attr
	// Split rewrites older inline forms: it may take attributes off r (a private copy) and return
	// the resources that they stand for, made with Part.
	Split func(r *graph.Resource) []*graph.Resource
	// Stages lists attributes that hint at the stage besides tags.
	// SameID names the attribute whose value the id repeats: the id of a part of a bucket is the bucket's name.
	SameID    string
	FactsOnly bool // a fact about the code (terraform_*): tags, region and lifecycle do not apply

	references []Reference     // what References gives, once the dictionary is loaded
	top        map[string]bool // the names of Attrs
	defaults   int             // how many of Attrs have a value when they are not set
}

// Attr gives the attribute with that schematic path ("health_check.path"), or nil.
func (t *Type) Attr(path string) *Attr {
	attrs := t.Attrs
	steps, err := graph.ParsePath(path)
	if err != nil {
		return nil
	}
	var found *Attr
	for _, s := range steps {
		if s.Name == "" {
			continue
		}
		i := slices.IndexFunc(attrs, func(a Attr) bool { return a.Name == s.Name })
		if i < 0 {
			if found != nil && found.Kind == Map {
				return found
			}
			return nil
		}
		found = &attrs[i]
		attrs = found.Attrs
	}
	return found
}

// dictionary is the catalog as it is looked up; it has no initialiser because entries use it (Split).
var dictionary struct {
	once     sync.Once
	byName   map[string]*Type
	sorted   []*Type
	incoming map[string][]Reference // by target type
	ids      map[string][]string    // by type: the attributes by which some reference may name it
}

func load() {
	d := &dictionary
	for _, list := range services() {
		for i := range list {
			t := &list[i]
			if !t.FactsOnly {
				t.Attrs = withTags(t.Attrs)
			}
			t.references = t.findReferences()
			t.top = make(map[string]bool, len(t.Attrs))
			for _, a := range t.Attrs {
				t.top[a.Name] = true
				if a.Default != nil || a.Kind == Block && !a.Computed {
					t.defaults++
				}
			}
			d.sorted = append(d.sorted, t)
		}
	}
	slices.SortFunc(d.sorted, func(a, b *Type) int { return strings.Compare(a.Name, b.Name) })
	d.byName, d.incoming, d.ids = map[string]*Type{}, map[string][]Reference{}, map[string][]string{}
	for _, t := range d.sorted {
		d.byName[t.Name] = t
		d.ids[t.Name] = []string{"id", "arn"}
		for _, a := range t.Aliases {
			d.byName[a] = t
		}
	}
	for _, t := range d.sorted {
		for _, r := range t.References() {
			for _, target := range r.Targets {
				d.incoming[target.Type] = append(d.incoming[target.Type], r)
				for _, by := range target.By {
					if !slices.Contains(d.ids[target.Type], by) {
						d.ids[target.Type] = append(d.ids[target.Type], by)
					}
				}
			}
		}
	}
}

// Lookup gives the type of that name or alias, or nil when the catalog does not know it.
func Lookup(name string) *Type {
	dictionary.once.Do(load)
	return dictionary.byName[name]
}

// Types lists every type of the catalog, sorted by name.
func Types() []*Type {
	dictionary.once.Do(load)
	return dictionary.sorted
}

// IsSecret says whether the value at a path of a type must be hidden on reading. Unknown types have no
// secrets by catalog; scanners also hide what is shaped like a key.
func IsSecret(typ, path string) bool {
	t := Lookup(typ)
	if t == nil {
		return false
	}
	if now, ok := t.Renamed[path]; ok {
		path = now
	}
	a := t.Attr(path)
	return a != nil && a.Secret
}

// withTags adds the attributes that every AWS resource may carry, so that entries need not say so.
func withTags(attrs []Attr) []Attr {
	for _, name := range []string{"id", "arn"} {
		if !slices.ContainsFunc(attrs, func(a Attr) bool { return a.Name == name }) {
			attrs = append(attrs, Attr{Name: name, Computed: true})
		}
	}
	for _, name := range []string{"tags", "tags_all"} {
		if !slices.ContainsFunc(attrs, func(a Attr) bool { return a.Name == name }) {
			attrs = append(attrs, Attr{Name: name, Kind: Map})
		}
	}
	return attrs
}

// Reference is one reference attribute: attribute Path of type From refers to Targets.
type Reference struct {
	From    *Type
	Path    string // schematic
	Targets []Target
	attr    *Attr
	via     string   // what Via gives
	toKeys  []string // what ToKey gives, by target
}

// Via is the name of the reverse edge at the target: "aws_subnet.vpc_id".
func (r Reference) Via() string { return r.via }

// ToKey is the name of the edge list below `_to`: the path, with "/type" behind it when the attribute
// refers to several types, since a position means nothing without its type.
func (r Reference) ToKey(target string) string {
	if len(r.Targets) == 1 {
		return r.Path
	}
	for i, t := range r.Targets {
		if t.Type == target {
			return r.toKeys[i]
		}
	}
	return r.Path + "/" + target
}

// References lists the reference attributes of t, in the order of its attributes. Do not mutate.
func (t *Type) References() []Reference { return t.references }

func (t *Type) findReferences() []Reference {
	var out []Reference
	var walk func(prefix string, attrs []Attr)
	walk = func(prefix string, attrs []Attr) {
		for i := range attrs {
			a := &attrs[i]
			p := graph.Child(prefix, a.Name)
			if len(a.Targets) > 0 {
				out = append(out, newReference(t, p, a))
			}
			walk(p, a.Attrs)
		}
	}
	walk("", t.Attrs)
	return out
}

func newReference(from *Type, path string, a *Attr) Reference {
	r := Reference{From: from, Path: path, Targets: a.Targets, attr: a, via: from.Name + "." + path}
	for _, target := range a.Targets {
		r.toKeys = append(r.toKeys, path+"/"+target.Type)
	}
	return r
}

// ReferencesTo lists the reference attributes of all types that may point at the type named.
func ReferencesTo(name string) []Reference {
	dictionary.once.Do(load)
	return dictionary.incoming[name]
}

// to is the common target: the named type by id or arn, or by the attributes given besides.
func to(typ string, by ...string) []Target { return []Target{{typ, by}} }
