package prices

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// block is the inflated text of one service in one region, cut into lines.
type block struct {
	seen   []provenance
	tables []table // several of one meter are next to each other
}

type provenance struct {
	asOf, source string
	derived      bool
}

// table holds the rows of one meter that have the same attributes, sorted by the first.
type table struct {
	meter, service, unit, currency string
	names                          []string
	lines                          []string
}

func readBlock(text string) (*block, error) {
	b := &block{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "#\t"):
			f := strings.Split(line, "\t")
			if len(f) != 4 {
				return nil, fmt.Errorf("%q is not understood", line)
			}
			b.seen = append(b.seen, provenance{f[1], f[2], f[3] == "true"})
		case strings.HasPrefix(line, "@\t"):
			f := strings.Split(line, "\t")
			if len(f) < 5 {
				return nil, fmt.Errorf("%q is not understood", line)
			}
			b.tables = append(b.tables, table{f[1], f[2], f[3], f[4], f[5:], nil})
		case len(b.tables) == 0:
			return nil, fmt.Errorf("it begins with a row")
		default:
			t := &b.tables[len(b.tables)-1]
			t.lines = append(t.lines, line)
		}
	}
	return b, nil
}

// matching lists the places of the rows of t that have all these attributes.
func (t *table) matching(want Attributes) []string {
	at := make([]string, len(t.names))
	for name, value := range want {
		i := slices.Index(t.names, name)
		switch {
		case value == "" && i < 0:
		case value == "" || i < 0:
			return nil
		default:
			at[i] = value
		}
	}
	var out []string
	for _, line := range t.startingWith(at) {
		if fits(line, at) {
			out = append(out, line)
		}
	}
	return out
}

// startingWith narrows the rows to those of the first attribute, when its value is given.
func (t *table) startingWith(at []string) []string {
	if len(at) == 0 || at[0] == "" {
		return t.lines
	}
	prefix := at[0] + "\t"
	i, _ := slices.BinarySearchFunc(t.lines, prefix, strings.Compare)
	n := i
	for n < len(t.lines) && strings.HasPrefix(t.lines[n], prefix) {
		n++
	}
	return t.lines[i:n]
}

// fits compares the leading fields of a row; an empty value fits any.
func fits(line string, at []string) bool {
	for _, want := range at {
		value, rest, _ := strings.Cut(line, "\t")
		if want != "" && value != want {
			return false
		}
		line = rest
	}
	return true
}

// check reads the numbers of every row.
func (b *block) check() error {
	for i := range b.tables {
		t := &b.tables[i]
		for _, line := range t.lines {
			f := strings.Split(line, "\t")
			if len(f) != len(t.names)+3 {
				return fmt.Errorf("a row of %s is not understood", t.meter)
			}
			if _, err := parseTiers(f[len(t.names)]); err != nil {
				return fmt.Errorf("a row of %s: %w", t.meter, err)
			}
			if where, err := strconv.Atoi(f[len(f)-1]); err != nil || where < 0 || where >= len(b.seen) {
				return fmt.Errorf("a row of %s does not say where it was seen", t.meter)
			}
		}
	}
	return nil
}

// price reads one row.
func (b *block) price(t *table, line, region string) (Price, error) {
	f := strings.Split(line, "\t")
	n := len(t.names)
	if len(f) != n+3 {
		return Price{}, &Corrupt{Why: fmt.Sprintf("a row of %s is not understood", t.meter)}
	}
	attributes := make(Attributes, n)
	for i, name := range t.names {
		attributes[name] = f[i]
	}
	where, err := strconv.Atoi(f[n+2])
	if err != nil || where < 0 || where >= len(b.seen) {
		return Price{}, &Corrupt{Why: fmt.Sprintf("a row of %s does not say where it was seen", t.meter)}
	}
	tiers, err := parseTiers(f[n])
	if err != nil {
		return Price{}, &Corrupt{Why: fmt.Sprintf("a row of %s: %v", t.meter, err)}
	}
	return Price{
		Key: Key{Meter: t.meter, Region: region, Attributes: attributes}, Service: t.service, Unit: t.unit, Currency: t.currency, Tiers: tiers,
		SKU: f[n+1], Source: b.seen[where].source, AsOf: b.seen[where].asOf, Derived: b.seen[where].derived,
	}, nil
}
