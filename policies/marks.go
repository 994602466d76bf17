package policies

import "slices"

// meets says whether a hole of that shape may change what the read gives.
func (r read) meets(shape []string) bool {
	if r.whole {
		return true
	}
	n := min(len(shape), len(r.path))
	for i := range n {
		if shape[i] != r.path[i] && shape[i] != anyStep && r.path[i] != anyStep && !isNumber(r.path[i]) {
			return false
		}
	}
	return len(shape) <= len(r.path) || r.value
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// relevant says whether a policy may read a hole of that shape in a resource of the type.
func (rd reads) relevant(typ string, shape []string) bool {
	if rd.hazy {
		return true
	}
	return slices.ContainsFunc(rd.byType[typ], func(r read) bool { return r.meets(shape) })
}

// marked lists the places of the judged type whose verdict may hang on something unknown: a hole that the policy reads in
// a resource that it can reach over the edges it follows.
func (j *judge) marked(e *entry, o *outline, holes *relevance, k *walker) map[int32]bool {
	h, rd := j.holes, e.reads
	var dirty []int32
	for _, kind := range h.kinds {
		if holes.has(kind) {
			dirty = append(dirty, kind.at...)
		}
	}
	for i := range h.maybe {
		if t := j.net.list[i].Type; rd.hazy || slices.Contains(rd.scanned, t) || t == e.meta.Judges {
			dirty = append(dirty, i)
		}
	}
	if len(dirty) == 0 {
		return nil
	}
	out := map[int32]bool{}
	every := rd.hazy
	for _, i := range k.back(dirty, o) {
		t := j.net.list[i].Type
		every = every || slices.Contains(rd.scanned, t)
		if t == e.meta.Judges {
			out[i] = true
		}
	}
	if every {
		for _, i := range j.net.places(e.meta.Judges) {
			out[i] = true
		}
	}
	return out
}
