package policies

import (
	"encoding/binary"
	"math"
	"strconv"
	"sync"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// Most resources of an estate look alike to one policy: the policy reads a few attributes of a resource and of what edges lead
// to, and says the same wherever they are the same. The shape of a resource is everything that the policy may read from
// there, names only where the policy reads them; of the resources of one shape one is judged.

// column numbers the values of one attribute of a type, by position: equal numbers stand for equal values, 0 for none.
type column struct {
	typ, name string
	once      sync.Once
	numbers   []int32
}

// columns makes the columns that policies ask for. Policies are judged at the same time.
type columns struct {
	g  *graph.Graph
	mu sync.Mutex
	of map[[2]string]*column
}

func (c *columns) get(typ, name string) *column {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := [2]string{typ, name}
	if c.of[k] == nil {
		c.of[k] = &column{typ: typ, name: name}
	}
	return c.of[k]
}

// values gives the numbers, counted when they are first asked for.
func (c *column) values(g *graph.Graph) []int32 {
	c.once.Do(func() {
		list := g.OfType(c.typ)
		c.numbers = make([]int32, len(list))
		known := map[string]int32{}
		var text []byte
		for i, r := range list {
			v, ok := valueOf(r, c.name)
			if !ok {
				continue
			}
			text = appendValue(text[:0], v)
			n, again := known[string(text)]
			if !again {
				n = int32(len(known) + 1)
				known[string(text)] = n
			}
			c.numbers[i] = n
		}
	})
	return c.numbers
}

// appendValue writes a value so that different values of the input have different texts.
func appendValue(to []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(append(to, 'b'), v)
	case int:
		return append(strconv.AppendInt(append(to, 'n'), int64(v), 10), ';')
	case int64:
		return append(strconv.AppendInt(append(to, 'n'), v, 10), ';')
	case float64:
		return binary.LittleEndian.AppendUint64(append(to, 'f'), math.Float64bits(v))
	case string:
		return appendText(to, v)
	case graph.Ref:
		return appendText(to, v.String())
	case graph.Template:
		return appendText(to, string(v))
	case graph.Hidden:
		return append(to, 'h')
	case []string:
		to = append(strconv.AppendInt(append(to, 'l'), int64(len(v)), 10), ';')
		for _, x := range v {
			to = appendText(to, x)
		}
		return to
	case []any:
		to = append(strconv.AppendInt(append(to, 'l'), int64(len(v)), 10), ';')
		for _, x := range v {
			to = appendValue(to, x)
		}
		return to
	case map[string]any:
		to = append(strconv.AppendInt(append(to, 'm'), int64(len(v)), 10), ';')
		for _, k := range sortedNames(v) {
			to = appendValue(appendText(to, k), v[k])
		}
		return to
	}
	return append(to, '0')
}

func appendText(to []byte, s string) []byte {
	return append(append(strconv.AppendInt(append(to, 's'), int64(len(s)), 10), ':'), s...)
}

// valueOf gives what the input shows of an attribute, or of one of our words.
func valueOf(r *graph.Resource, name string) (any, bool) {
	if v, ok := catalog.Value(r, name); ok {
		return v, true
	}
	return ownValue(r, name)
}

// group is positions of one shape; the first is the one that is judged.
type group []int

// grouper finds the shapes of resources as one policy sees them.
type grouper struct {
	j     *judge
	o     *outline
	k     *walker
	holes *relevance // nil: nothing that the policy reads there is unknown
	text  []byte
	start [1]int32
	order []int32
	trees map[int32]int32 // sets of missing data that came up -> their number in this shape

	visited int // resources around all subjects, with repetition
	first   int // of these, around the first of each shape
}

const (
	// visitsKept bounds what shapes may cost: the resources around all subjects, with repetition, for each subject.
	visitsKept = 64
	// visitsAtLeast are allowed however few the subjects are.
	visitsAtLeast = 4096
)

// groups sorts the subjects by shape, in the order of their first. ok is false when their surroundings are so large that
// judging every subject costs less.
func (s *grouper) groups(typ string, subjects []int) (out []group, ok bool) {
	known := map[string]int{}
	place := s.j.net.first[s.j.net.number[typ]]
	for _, at := range subjects {
		s.shape(place + int32(at))
		if s.visited += len(s.order); s.visited > visitsAtLeast+visitsKept*len(subjects) {
			return nil, false
		}
		n, again := known[string(s.text)]
		if !again {
			n = len(out)
			known[string(s.text)] = n
			out = append(out, nil)
			s.first += len(s.order)
		}
		out[n] = append(out[n], at)
	}
	return out, true
}

// shape writes the shape of the resource at a place.
func (s *grouper) shape(subject int32) {
	net, pos := s.j.net, s.k.pos
	s.start[0] = subject
	s.order = s.k.along(s.order[:0], s.start[:], s.o, false)
	for n, i := range s.order {
		pos[i] = int32(n)
	}
	s.text = s.text[:0]
	clear(s.trees)
	for _, i := range s.order {
		s.put(net.kind[i])
		p := s.o.parts[net.kind[i]]
		if p == nil {
			continue
		}
		if p.fields.all {
			s.put(i)
		}
		for _, c := range p.shaped {
			s.put(c.values(net.g)[net.position(i)])
		}
		s.edges(subject, i, p)
		if s.holes != nil {
			s.unknown(subject, i)
		}
	}
	for _, i := range s.order {
		pos[i] = -1
	}
}

func (s *grouper) put(n int32) { s.text = binary.LittleEndian.AppendUint32(s.text, uint32(n)) }

// edges writes the edge lists that are shown, with the places of their ends in this shape.
func (s *grouper) edges(subject, i int32, p *part) {
	net, pos := s.j.net, s.k.pos
	for _, list := range p.to {
		for _, l := range net.out.of(i) {
			if l.to == list && pos[l.other] >= 0 && (s.holes == nil || s.j.holes.sure(i, l.other, net.family[subject])) {
				s.put(pos[l.other])
			}
		}
		s.put(-1)
	}
	for _, list := range p.from {
		for _, l := range net.in.of(i) {
			if l.from == list && pos[l.other] >= 0 && (s.holes == nil || s.j.holes.sure(l.other, i, net.family[subject])) {
				s.put(pos[l.other])
			}
		}
		s.put(-1)
	}
}

// unknown writes the holes that the policy may read.
func (s *grouper) unknown(subject, i int32) {
	h := s.j.holes
	if h.uncertain(i) && s.j.net.family[i] != s.j.net.family[subject] {
		s.put(-2)
	}
	for _, x := range h.of[i] {
		if s.holes.has(x.kind) {
			s.put(x.kind.number)
		}
	}
	s.put(-1)
	for _, x := range h.lists[i] {
		if !s.holes.has(x.kind) {
			continue
		}
		tree, ok := s.trees[x.set]
		if !ok {
			tree = int32(len(s.trees))
			s.trees[x.set] = tree
		}
		s.put(x.list)
		s.put(tree)
	}
	s.put(-1)
}
