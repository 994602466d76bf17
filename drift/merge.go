package drift

import (
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// result merges what was matched, and lists the rest.
func (j *joiner) result() Joined {
	var out Joined
	for _, d := range j.declared {
		o := j.live[d.Key()]
		r := d
		if rec := j.recorded[d.Key()]; rec != nil {
			r = fill(r, rec)
		}
		switch {
		case o != nil:
			if !d.Data {
				out.Differences = append(out.Differences, j.differences(d, o)...)
			}
			out.Matches = append(out.Matches, Match{d.Key(), o.Key(), j.by[d.Key()]})
			r = fill(r, o)
			r.Origins = append(slices.Clone(r.Origins), o.Origins...)
		case j.missing(d):
			out.Missing = append(out.Missing, d.Key())
			out.Differences = append(out.Differences, Difference{Key: d.Key(), Of: d.Of, Type: d.Type, Declared: "declared", Observed: "missing", Origins: d.Origins})
		}
		out.Resources = append(out.Resources, r)
	}
	for _, o := range j.observed {
		if !j.free(o) {
			continue
		}
		out.Resources = append(out.Resources, o)
		if unmanaged(o) {
			out.Unmanaged = append(out.Unmanaged, o.Key())
		}
	}
	slices.SortFunc(out.Differences, Difference.Compare)
	return out
}

// missing says that the state has the resource and that the account, which was asked for all of its type, does not.
func (j *joiner) missing(d *graph.Resource) bool {
	rec := j.recorded[d.Key()]
	if rec == nil || d.Of != "" || j.read == nil || text(rec, "id") == "" {
		return false
	}
	account, region := placeOf(rec)
	if account == "" || !j.read(d.Type, account, region) {
		return false
	}
	alike := 0
	for _, o := range j.ofType[d.Type] {
		if _, perhaps := o.Unknown["_count"]; perhaps && samePlace(rec, o) {
			return false
		}
		if !o.Data && samePlace(rec, o) {
			alike++
		}
	}
	return text(rec, "arn") != "" || alike > 0 // an id alone may be written otherwise in the account
}

// placeOf tells the account and region of what a state records: those of its ARN, and of a bucket, whose ARN names neither, those of its provider.
func placeOf(rec *graph.Resource) (account, region string) {
	account, _ = rec.Facts["_account"].(string)
	parts := strings.SplitN(text(rec, "arn"), ":", 6)
	switch {
	case len(parts) < 6 || rec.Type == "aws_s3_bucket":
		region, _ = rec.Facts["_region"].(string)
		return account, region
	case parts[4] != "":
		account = parts[4]
	}
	return account, parts[3]
}

// unmanaged says that somebody made the resource, and that it is no part of another and no copy that a service keeps.
func unmanaged(o *graph.Resource) bool {
	t := catalog.Lookup(o.Type)
	if t == nil || o.Data || o.Of != "" || t.Scope == catalog.Configuration {
		return false
	}
	if _, perhaps := o.Unknown["_count"]; perhaps {
		return false
	}
	tags, _ := o.Attrs["tags_all"].(map[string]any)
	for k := range tags {
		for _, maker := range []string{"aws:", "eks:", "kubernetes.io/", "k8s.io/", "elasticbeanstalk:", "AmazonECSManaged"} {
			if strings.HasPrefix(k, maker) {
				return false
			}
		}
	}
	return !strings.HasPrefix(text(o, "path"), "/aws-service-role/")
}

func clone(r *graph.Resource) *graph.Resource {
	c := *r
	c.Attrs, c.Unknown, c.Facts = maps.Clone(r.Attrs), maps.Clone(r.Unknown), maps.Clone(r.Facts)
	return &c
}

// set gives an attribute a known value.
func set(r *graph.Resource, name string, v any) {
	for p := range r.Unknown {
		if below(p, name) {
			delete(r.Unknown, p)
		}
	}
	if v == nil {
		delete(r.Attrs, name)
		return
	}
	r.Attrs[name] = v
}

// below says whether a path is name or inside it.
func below(path, name string) bool {
	rest, ok := strings.CutPrefix(path, name)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// fill takes what is unknown of d from o. Whether d exists at all is known when o does.
func fill(d, o *graph.Resource) *graph.Resource {
	r := clone(d)
	r.Observed = true // what d leaves out is null, and so is what o leaves out
	delete(r.Unknown, "_count")
	for _, path := range slices.Sorted(maps.Keys(d.Unknown)) {
		name := path
		if i := strings.IndexAny(path, ".["); i > 0 {
			name = path[:i]
		}
		if strings.HasPrefix(name, "_") {
			continue
		}
		if name == path {
			fillWhole(r, o, name)
		} else {
			fillPart(r, o, name)
		}
	}
	for name, v := range d.Attrs {
		if symbolic(v) {
			fillWhole(r, o, name)
		}
	}
	for _, name := range []string{"id", "arn"} {
		if v := o.Attrs[name]; v != nil {
			set(r, name, v)
		}
	}
	for _, fact := range []string{"_account", "_region"} {
		if v, known := o.Facts[fact]; known && r.Facts[fact] == nil {
			r.Facts[fact] = v
			delete(r.Unknown, fact)
		}
	}
	return r
}

// fillWhole takes an attribute that is wholly unknown in the code, with what is unknown of it in the account.
func fillWhole(r, o *graph.Resource, name string) {
	v, known := catalog.Value(o, name)
	if !known {
		return
	}
	set(r, name, v)
	for p, why := range o.Unknown {
		if below(p, name) {
			r.Unknown[p] = why
		}
	}
}

// fillPart takes an attribute of which only a part is unknown in the code from the account, when what is known of it agrees.
func fillPart(r, o *graph.Resource, name string) {
	v, known := catalog.Value(o, name)
	if !known || !agrees(r.Attrs[name], v) {
		return
	}
	fillWhole(r, o, name)
}

// agrees says that everything that a declared value says holds in an observed one.
func agrees(declared, observed any) bool {
	switch d := declared.(type) {
	case nil, graph.Ref, graph.Template, graph.Hidden:
		return true
	case map[string]any:
		o, ok := observed.(map[string]any)
		if !ok {
			return false
		}
		for k, v := range d {
			if !agrees(v, o[k]) {
				return false
			}
		}
		return true
	case []any:
		o, ok := observed.([]any)
		if !ok || len(o) != len(d) {
			return false
		}
		for i := range d {
			if !agrees(d[i], o[i]) {
				return false
			}
		}
		return true
	}
	return equal(declared, observed)
}
