package prices

import (
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
)

// Merged says what Merge did.
type Merged struct {
	Changed []Change // by key
	Added   int      // prices that were not there
	Kept    int      // prices given whose date is older than that of the one that was there
}

// Change is a price that is now another.
type Change struct {
	Old, New Price
}

// Merge writes a catalogue with the given prices over those of c that are not newer. Everything else stays as it is, with its dates; blocks without a
// new price are copied.
func (c *Catalogue) Merge(fresh []Price) (file []byte, m Merged, err error) {
	given := map[blockID][]Price{}
	for _, p := range fresh {
		if err := p.check(); err != nil {
			return nil, m, fmt.Errorf("price of %s: %w", p.Key, err)
		}
		id := blockID{p.Key.service(), p.Key.Region}
		given[id] = append(given[id], p)
	}
	blocks := map[blockID][]byte{}
	newest := c.asOf
	for id, at := range c.places {
		if given[id] == nil {
			packed := c.body[at.start:at.end]
			if crc32.ChecksumIEEE([]byte(packed)) != at.sum {
				return nil, m, &Corrupt{Why: fmt.Sprintf("prices of %s in %s: the checksum is another one", id.service, id.region)}
			}
			blocks[id] = []byte(packed)
		}
	}
	for id, list := range given {
		old, err := c.All(id.service, id.region)
		if err != nil {
			return nil, m, err
		}
		all := m.over(old, list)
		for _, p := range all {
			newest = max(newest, p.AsOf)
		}
		if blocks[id], err = deflate(blockText(all)); err != nil {
			return nil, m, err
		}
	}
	slices.SortFunc(m.Changed, func(a, b Change) int { return strings.Compare(a.New.Key.String(), b.New.Key.String()) })
	file, err = write(blocks, newest)
	return file, m, err
}

// over puts new prices over old ones of the same block.
func (m *Merged) over(old, list []Price) []Price {
	at := make(map[string]int, len(old))
	all := slices.Clone(old)
	for i, p := range all {
		at[p.Key.String()] = i
	}
	for _, p := range list {
		i, known := at[p.Key.String()]
		switch {
		case !known:
			m.Added++
			at[p.Key.String()] = len(all)
			all = append(all, p)
		case all[i].AsOf > p.AsOf:
			m.Kept++
		default:
			if !all[i].SameAs(p) {
				m.Changed = append(m.Changed, Change{all[i], p})
			}
			all[i] = p
		}
	}
	return all
}

// SameAs says whether both ask the same money for the same unit.
func (p Price) SameAs(o Price) bool {
	return p.Currency == o.Currency && p.Unit == o.Unit && slices.EqualFunc(p.Tiers, o.Tiers, func(a, b Tier) bool {
		return a.From.Equal(b.From) && a.Open == b.Open && (a.Open || a.To.Equal(b.To)) && a.USD.Equal(b.USD)
	})
}
