package prices

import (
	"cmp"
	"slices"
	"strings"
)

// Find gives the one price that a key asks for. Its error is a *NotSold, *Unknown, *Ambiguous or *Corrupt. Answers are kept, so asking again costs
// little. The tiers and attributes of the answer are shared: do not change them.
func (c *Catalogue) Find(k Key) (Price, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := k.String()
	if a, ok := c.found[name]; ok {
		return a.price, a.err
	}
	price, err := c.find(k)
	c.found[name] = answer{price, err}
	return price, err
}

// find looks in the region, then among the prices that hold everywhere.
func (c *Catalogue) find(k Key) (Price, error) {
	for _, region := range []string{k.Region, Global} {
		list, err := c.candidates(k, region)
		if err != nil {
			return Price{}, err
		}
		switch len(list) {
		case 0:
		case 1:
			return list[0], nil
		default:
			return Price{}, &Ambiguous{Key: k, Candidates: differences(list)}
		}
	}
	return Price{}, c.missing(k)
}

// candidates lists the prices of one region that fit the key.
func (c *Catalogue) candidates(k Key, region string) ([]Price, error) {
	b, err := c.block(blockID{k.service(), region})
	if b == nil || err != nil {
		return nil, err
	}
	var out []Price
	for i := range b.tables {
		t := &b.tables[i]
		if t.meter != k.Meter {
			continue
		}
		for _, line := range t.matching(k.Attributes) {
			p, err := b.price(t, line, region)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// differences names what tells prices apart.
func differences(list []Price) []string {
	out := make([]string, len(list))
	for i, p := range list {
		var parts []string
		for name, value := range p.Key.Attributes {
			if slices.ContainsFunc(list, func(o Price) bool { return o.Key.Attributes[name] != value }) {
				parts = append(parts, name+"="+value)
			}
		}
		slices.Sort(parts)
		out[i] = cmp.Or(strings.Join(parts, " "), p.Unit+" "+p.Currency)
	}
	slices.Sort(out)
	return out
}

// missing explains why nothing was found. It reads the other regions' blocks of the service, which only mistakes pay for.
func (c *Catalogue) missing(k Key) error {
	regions, err := c.regionsWith(k)
	if err != nil {
		return err
	}
	if known := c.regions(); len(regions) > 0 && !known[k.Region] {
		return &Unknown{Key: k, Regions: regions, NoRegion: true, Nearest: nearest(k.Region, known)}
	}
	if len(regions) > 0 {
		comparable, err := c.comparable(k)
		if err != nil {
			return err
		}
		if comparable {
			return &NotSold{Key: k, Regions: regions}
		}
		return &Unknown{Key: k, Regions: regions}
	}
	return c.unknown(k)
}

// regionsWith lists the regions that have the price.
func (c *Catalogue) regionsWith(k Key) ([]string, error) {
	var out []string
	for _, id := range c.ids() {
		if id.service != k.service() || id.region == k.Region {
			continue
		}
		list, err := c.candidates(k, id.region)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			out = append(out, id.region)
		}
	}
	return out, nil
}

// comparable says whether the key's region has prices of the same meter that differ from the key in the leading attribute only: other
// instance types with the same system, engine and tenancy. Where it has none, the region may just be missing from the catalogue.
func (c *Catalogue) comparable(k Key) (bool, error) {
	others, leading := Attributes{}, false
	for name, value := range k.Attributes {
		if rank(name) == 0 {
			leading = true
			continue
		}
		others[name] = value
	}
	if !leading {
		return false, nil
	}
	list, err := c.candidates(Key{Meter: k.Meter, Region: k.Region, Attributes: others}, k.Region)
	return len(list) > 0, err
}

// unknown finds the word of the key that the catalogue does not have.
func (c *Catalogue) unknown(k Key) error {
	meters, values := map[string]bool{}, map[string]map[string]bool{}
	for _, id := range c.ids() {
		if id.service != k.service() {
			continue
		}
		b, err := c.block(id)
		if err != nil {
			return err
		}
		for i := range b.tables {
			meters[b.tables[i].meter] = true
			if b.tables[i].meter == k.Meter {
				b.tables[i].collect(values)
			}
		}
	}
	if !meters[k.Meter] {
		return &Unknown{Key: k, Nearest: nearest(k.Meter, meters)}
	}
	for _, name := range sortedKeys(k.Attributes) {
		if value := k.Attributes[name]; value != "" && !values[name][value] {
			return &Unknown{Key: k, Attribute: name, Nearest: nearest(value, values[name])}
		}
	}
	return &Unknown{Key: k}
}

// collect adds the values of each attribute.
func (t *table) collect(values map[string]map[string]bool) {
	for _, line := range t.lines {
		for _, name := range t.names {
			value, rest, _ := strings.Cut(line, "\t")
			line = rest
			if values[name] == nil {
				values[name] = map[string]bool{}
			}
			values[name][value] = true
		}
	}
}
