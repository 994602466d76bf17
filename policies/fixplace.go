package policies

import "github.com/plumbline-dev/plumbline/graph"

// place is where a change can refer to something: a reference leads into the same root and module, and what is to work together lies in
// the same account and region. What a fix looks through without an edge is seen there alone.
type place struct {
	root, module    string
	account, region string
	everywhere      bool // it has no region of its own, so that everything in the account is beside it
}

func placeOf(r *graph.Resource) place {
	p := place{root: r.Root, module: modulePrefix(r.Address)}
	p.account, _ = r.Facts["_account"].(string)
	p.region, _ = r.Facts["_region"].(string)
	p.everywhere = r.Live() && p.region == ""
	return p
}

// holds says whether something lies in the place.
func (p place) holds(r *graph.Resource) bool {
	there := placeOf(r)
	there.everywhere = p.everywhere
	if p.everywhere || r.Live() && there.region == "" {
		there.region = p.region
	}
	return there == p
}

// byPlace parts positions by the place of their resources, in the order of the first of each. Without a scan one part is enough.
func (r *run) byPlace(positions []int) [][]int {
	if len(r.e.reads.scanned) == 0 {
		return [][]int{positions}
	}
	number := map[place]int{}
	var parts [][]int
	for _, at := range positions {
		p := placeOf(r.j.net.list[r.place(at)])
		n, ok := number[p]
		if !ok {
			n, number[p], parts = len(parts), len(parts), append(parts, nil)
		}
		parts[n] = append(parts[n], at)
	}
	return parts
}
