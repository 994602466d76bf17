package prices

import (
	"bytes"
	"compress/flate"
	_ "embed" // the catalogue is part of the program
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed catalogue.bin
var builtin string

// Builtin is the catalogue that is part of the program.
var Builtin = sync.OnceValues(func() (*Catalogue, error) { return Read(builtin) })

// Catalogue answers questions about prices. It may be used by several goroutines at once.
type Catalogue struct {
	asOf   string
	places map[blockID]place
	body   string

	mu     sync.Mutex
	blocks map[blockID]*block
	found  map[string]answer
}

// place is where a block lies in the body.
type place struct {
	start, end int
	sum        uint32
}

type answer struct {
	price Price
	err   error
}

// maxBlock limits what one block may inflate to; the largest of the built-in catalogue has 2 MB.
const maxBlock = 256 << 20

// Read opens a catalogue that Encode wrote. The index is checked at once, each block when it is first used; Verify checks all. Its error is a
// *Corrupt.
func Read(file string) (*Catalogue, error) {
	rest, ok := strings.CutPrefix(file, magic)
	if !ok || len(rest) < 8 {
		return nil, &Corrupt{Why: "it does not begin as one"}
	}
	size, sum := int(binary.BigEndian.Uint32([]byte(rest[:4]))), binary.BigEndian.Uint32([]byte(rest[4:8]))
	rest = rest[8:]
	if size > len(rest) {
		return nil, &Corrupt{Why: "it is cut off within its index"}
	}
	index, err := inflate(rest[:size], sum)
	if err != nil {
		return nil, &Corrupt{Why: "index: " + err.Error()}
	}
	c := &Catalogue{places: map[blockID]place{}, body: rest[size:], blocks: map[blockID]*block{}, found: map[string]answer{}}
	if err := c.readIndex(index); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Catalogue) readIndex(index string) error {
	var lines string
	c.asOf, lines, _ = strings.Cut(index, "\n")
	at := 0
	for line := range strings.Lines(lines) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 4 {
			return &Corrupt{Why: "a line of its index is not understood"}
		}
		size, err := strconv.Atoi(f[2])
		sum, err2 := strconv.ParseUint(f[3], 10, 32)
		if err != nil || err2 != nil || size < 0 || size > len(c.body)-at {
			return &Corrupt{Why: fmt.Sprintf("it is cut off: the block of %s in %s is not there", f[0], f[1])}
		}
		c.places[blockID{f[0], f[1]}] = place{at, at + size, uint32(sum)}
		at += size
	}
	if at != len(c.body) {
		return &Corrupt{Why: "it has more bytes than its index says"}
	}
	return nil
}

func inflate(packed string, sum uint32) (string, error) {
	if crc32.ChecksumIEEE([]byte(packed)) != sum {
		return "", fmt.Errorf("the checksum is another one")
	}
	r := flate.NewReader(strings.NewReader(packed))
	var out bytes.Buffer
	n, err := io.Copy(&out, io.LimitReader(r, maxBlock+1))
	if err != nil {
		return "", fmt.Errorf("it does not inflate: %w", err)
	}
	if n > maxBlock {
		return "", fmt.Errorf("it inflates to more than %d MiB", maxBlock>>20)
	}
	return out.String(), nil
}

// AsOf is the date of the newest price, as 2026-09-03; each price has its own.
func (c *Catalogue) AsOf() string { return c.asOf }

// Regions lists the regions that have any price, sorted, without Global.
func (c *Catalogue) Regions() []string {
	known := c.regions()
	delete(known, Global)
	return sortedKeys(known)
}

// regions has Global too, when something is sold there.
func (c *Catalogue) regions() map[string]bool {
	seen := map[string]bool{}
	for id := range c.places {
		seen[id.region] = true
	}
	return seen
}

// Services lists the first words of the meters, sorted: "ec2", "rds".
func (c *Catalogue) Services() []string {
	seen := map[string]bool{}
	for id := range c.places {
		seen[id.service] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// Verify inflates every block and looks at each line, without keeping anything. Its error is a *Corrupt that names the first bad one.
func (c *Catalogue) Verify() error {
	for _, id := range c.ids() {
		at := c.places[id]
		text, err := inflate(c.body[at.start:at.end], at.sum)
		if err == nil {
			var b *block
			if b, err = readBlock(text); err == nil {
				err = b.check()
			}
		}
		if err != nil {
			return &Corrupt{Why: fmt.Sprintf("prices of %s in %s: %v", id.service, id.region, err)}
		}
	}
	return nil
}

func (c *Catalogue) ids() []blockID {
	return slices.SortedFunc(maps.Keys(c.places), func(a, b blockID) int {
		return strings.Compare(a.service+"\t"+a.region, b.service+"\t"+b.region)
	})
}

// All lists every price of a service ("ec2", see Services) in one region, in the order of the file; none when the
// catalogue has no such block.
func (c *Catalogue) All(service, region string) ([]Price, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, err := c.block(blockID{service, region})
	if b == nil || err != nil {
		return nil, err
	}
	var out []Price
	for i := range b.tables {
		t := &b.tables[i]
		for _, line := range t.lines {
			p, err := b.price(t, line, region)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// block gives a block, inflated when it is first asked for; nil when the catalogue has none. The lock is held.
func (c *Catalogue) block(id blockID) (*block, error) {
	if b, ok := c.blocks[id]; ok {
		return b, nil
	}
	at, ok := c.places[id]
	if !ok {
		return nil, nil
	}
	text, err := inflate(c.body[at.start:at.end], at.sum)
	if err != nil {
		return nil, &Corrupt{Why: fmt.Sprintf("prices of %s in %s: %v", id.service, id.region, err)}
	}
	b, err := readBlock(text)
	if err != nil {
		return nil, &Corrupt{Why: fmt.Sprintf("prices of %s in %s: %v", id.service, id.region, err)}
	}
	c.blocks[id] = b
	return b, nil
}
