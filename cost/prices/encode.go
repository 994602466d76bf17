package prices

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// The file: magic, length of the index (4 bytes, big endian) and its checksum (4 bytes), the index, the blocks.
// Index and blocks are text, each compressed by itself. A line of the index is `service<TAB>region<TAB>length<TAB>checksum of the compressed block`,
// in the order of the blocks; its first line is the catalogue's date.
//
// A block holds the meters of one service (the word before the first dot) in one region:
//
//	#<TAB>2025-06-13<TAB>source<TAB>derived         where rows were seen, numbered from 0
//	@<TAB>meter<TAB>service<TAB>unit<TAB>currency<TAB>attribute names...
//	value...<TAB>tiers<TAB>SKU<TAB>number of #      one price, in the order of the values
//
// Tiers are `price` when there is one, else `from-to:price` joined by semicolons, with Inf for no end.
const magic = "plumb prices 1\n"

// blockID names one block.
type blockID struct{ service, region string }

// Encode writes prices as one file that Read understands. The order of the prices does not matter; of two with the same
// key, unit and currency the later in AsOf is kept, then the one that is not derived, then the cheaper by text,
// so that the file depends on the set of prices only.
func Encode(all []Price) ([]byte, error) {
	blocks, newest := map[blockID][]Price{}, ""
	for _, p := range all {
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("price of %s: %w", p.Key, err)
		}
		id := blockID{p.Key.service(), p.Key.Region}
		blocks[id] = append(blocks[id], p)
		newest = max(newest, p.AsOf)
	}
	packed := make(map[blockID][]byte, len(blocks))
	for id, list := range blocks {
		var err error
		if packed[id], err = deflate(blockText(list)); err != nil {
			return nil, err
		}
	}
	return write(packed, newest)
}

// write puts compressed blocks into a file.
func write(blocks map[blockID][]byte, newest string) ([]byte, error) {
	ids := slices.SortedFunc(maps.Keys(blocks), func(a, b blockID) int {
		return cmp.Or(strings.Compare(a.service, b.service), strings.Compare(a.region, b.region))
	})
	var index strings.Builder
	index.WriteString(newest + "\n")
	var body bytes.Buffer
	for _, id := range ids {
		fmt.Fprintf(&index, "%s\t%s\t%d\t%d\n", id.service, id.region, len(blocks[id]), crc32.ChecksumIEEE(blocks[id]))
		body.Write(blocks[id])
	}
	return assemble(index.String(), body.Bytes())
}

// assemble puts the file together.
func assemble(index string, body []byte) ([]byte, error) {
	packed, err := deflate(index)
	if err != nil {
		return nil, err
	}
	file := []byte(magic)
	file = binary.BigEndian.AppendUint32(file, uint32(len(packed)))
	file = binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(packed))
	return slices.Concat(file, packed, body), nil
}

func deflate(text string) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	return out.Bytes(), nil
}

// check refuses what could not be written and read again.
func (p Price) check() error {
	if p.Key.Meter == "" || p.Key.Region == "" || p.Unit == "" || p.Currency == "" || p.AsOf == "" {
		return fmt.Errorf("meter, region, unit, currency or date is missing")
	}
	if len(p.Tiers) == 0 {
		return fmt.Errorf("it has no tier")
	}
	for i, t := range p.Tiers {
		if t.USD.IsNegative() || t.From.IsNegative() || !t.Open && !t.To.GreaterThan(t.From) {
			return fmt.Errorf("tier %d is negative or empty", i)
		}
		if i > 0 && (p.Tiers[i-1].Open || !p.Tiers[i-1].To.Equal(t.From)) {
			return fmt.Errorf("tier %d does not begin where the one before it ends", i)
		}
	}
	words := []string{p.Key.Meter, p.Key.Region, p.Service, p.Unit, p.Currency, p.SKU, p.Source, p.AsOf}
	for name, value := range p.Key.Attributes {
		words = append(words, name, value)
	}
	for _, w := range words {
		if strings.ContainsAny(w, "\t\n") || strings.HasPrefix(w, "@") || strings.HasPrefix(w, "#") {
			return fmt.Errorf("%q has a sign that price files use themselves", w)
		}
	}
	return nil
}

// service is the word before the first dot of the meter.
func (k Key) service() string {
	service, _, _ := strings.Cut(k.Meter, ".")
	return service
}

// blockText writes the block of one service in one region.
func blockText(list []Price) string {
	tables, seen := map[string][]string{}, map[string]int{}
	for _, p := range onePerKey(list) {
		where := p.provenance()
		if _, ok := seen[where]; !ok {
			seen[where] = 0
		}
		head, _ := p.head()
		tables[head] = append(tables[head], "")
	}
	var b strings.Builder
	for i, where := range slices.Sorted(maps.Keys(seen)) {
		seen[where] = i
		b.WriteString(where + "\n")
	}
	clear(tables)
	for _, p := range onePerKey(list) {
		head, names := p.head()
		tables[head] = append(tables[head], p.line(names, seen[p.provenance()]))
	}
	for _, head := range slices.Sorted(maps.Keys(tables)) {
		b.WriteString(head + "\n")
		for _, line := range slices.Sorted(slices.Values(tables[head])) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// onePerKey decides between prices of the same key, see Encode.
func onePerKey(list []Price) []Price {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Price) int {
		return cmp.Or(strings.Compare(a.identity(), b.identity()), strings.Compare(b.AsOf, a.AsOf), compareBool(a.Derived, b.Derived),
			strings.Compare(a.tiers(), b.tiers()), strings.Compare(a.SKU, b.SKU))
	})
	return slices.CompactFunc(list, func(a, b Price) bool { return a.identity() == b.identity() })
}

func (p Price) identity() string {
	return strings.Join([]string{p.Key.String(), p.Unit, p.Currency}, "\t")
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

func (p Price) provenance() string {
	return strings.Join([]string{"#", p.AsOf, p.Source, strconv.FormatBool(p.Derived)}, "\t")
}

// head is the line of the table that the price belongs to, and the attribute names in their order.
func (p Price) head() (string, []string) {
	names := slices.Sorted(maps.Keys(p.Key.Attributes))
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	return strings.Join(append([]string{"@", p.Key.Meter, p.Service, p.Unit, p.Currency}, names...), "\t"), names
}

// rank puts the attributes that have the most values first: rows are sorted by them and found by them.
func rank(name string) int {
	switch name {
	case "instance_type", "instance_class", "node_type", "to_location":
		return 0
	default:
		return 1
	}
}

func (p Price) line(names []string, where int) string {
	fields := make([]string, 0, len(names)+3)
	for _, n := range names {
		fields = append(fields, p.Key.Attributes[n])
	}
	return strings.Join(append(fields, p.tiers(), p.SKU, strconv.Itoa(where)), "\t")
}

func (p Price) tiers() string {
	if len(p.Tiers) == 1 && p.Tiers[0].Open && p.Tiers[0].From.IsZero() {
		return p.Tiers[0].USD.String()
	}
	parts := make([]string, len(p.Tiers))
	for i, t := range p.Tiers {
		to := "Inf"
		if !t.Open {
			to = t.To.String()
		}
		parts[i] = t.From.String() + "-" + to + ":" + t.USD.String()
	}
	return strings.Join(parts, ";")
}

// parseTiers reads what tiers writes.
func parseTiers(text string) ([]Tier, error) {
	if !strings.Contains(text, ":") {
		usd, err := decimal.NewFromString(text)
		return []Tier{{Open: true, USD: usd}}, err
	}
	var out []Tier
	for part := range strings.SplitSeq(text, ";") {
		span, price, _ := strings.Cut(part, ":")
		from, to, _ := strings.Cut(span, "-")
		t, err := ParseTier(from, to, price)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// ParseTier reads a tier from text; from may be empty (0), and to empty or "Inf" (no end).
func ParseTier(from, to, usd string) (t Tier, err error) {
	if t.USD, err = decimal.NewFromString(usd); err != nil {
		return t, fmt.Errorf("price %q is not a number", usd)
	}
	if from != "" {
		if t.From, err = decimal.NewFromString(from); err != nil {
			return t, fmt.Errorf("tier start %q is not a number", from)
		}
	}
	if t.Open = to == "" || to == "Inf"; !t.Open {
		if t.To, err = decimal.NewFromString(to); err != nil {
			return t, fmt.Errorf("tier end %q is not a number", to)
		}
	}
	return t, nil
}
