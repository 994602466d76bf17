package catalog

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
)

// naming settles what happens where zones of one region have names ("eu-west-1a"), symbols ("eu-west-1#0")
// and ids ("euw1-az1") side by side: the same zone must not count as two. Where every account has the same
// letters a symbol is given its name; elsewhere it is not known which zone it is.
type naming struct {
	named map[string]bool // regions with zones by name
	mixed map[string]bool // roots with symbols of an unknown region beside other zones
	ids   map[string]bool // roots with zones by id beside others
}

// anyRegion is the region of a symbol when that is not known.
const anyRegion = "?"

var zoneID = regexp.MustCompile(`^[a-z]+[0-9]+-(?:[a-z]+[0-9]-)?az[0-9]+$`)

func newNaming(state map[*graph.Resource]zoned) naming {
	n := naming{named: map[string]bool{}, mixed: map[string]bool{}, ids: map[string]bool{}}
	kinds := map[string]map[string]bool{} // by root: "id", "?", "other"
	for r, z := range state {
		for _, zone := range z.zones {
			kind := "other"
			region, _, symbolic, ok := ParseZone(zone)
			switch {
			case zoneID.MatchString(zone):
				kind = "id"
			case ok && symbolic && region == anyRegion:
				kind = anyRegion
			case ok && !symbolic:
				n.named[region] = true
			}
			if kinds[r.Root] == nil {
				kinds[r.Root] = map[string]bool{}
			}
			kinds[r.Root][kind] = true
		}
	}
	for root, k := range kinds {
		n.mixed[root] = k[anyRegion] && len(k) > 1
		n.ids[root] = k["id"] && len(k) > 1
	}
	return n
}

// settle gives the zones of one resource by names that can be compared, or why they cannot be.
func (n naming) settle(root string, z zoned) zoned {
	for i, zone := range z.zones {
		region, at, symbolic, ok := ParseZone(zone)
		switch {
		case zoneID.MatchString(zone) && n.ids[root]:
			return zoned{why: fmt.Sprintf("zone %s is an id, and which zone of the account it is AWS says", zone)}
		case !ok || !symbolic:
			continue
		case region == anyRegion && n.mixed[root]:
			return zoned{why: "the region is not known, so zones by index cannot be compared with zones by name"}
		case !n.named[region]:
			continue
		}
		names := RegionZones(region)
		if at >= len(names) || names[at] == zone {
			return zoned{why: fmt.Sprintf("which zone %s is differs from account to account", zone)}
		}
		z.zones = slices.Clone(z.zones)
		z.zones[i] = names[at]
	}
	slices.Sort(z.zones)
	z.zones = slices.Compact(z.zones)
	return z
}
