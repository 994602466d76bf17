package main

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners"
)

// moves tells which address a resource of one side of a change has on the other: moved blocks, and the count that Terraform follows by itself
// (`a` becomes `a[0]`, and back), make no new resource.
type moves struct {
	from        map[string]map[string]string // root -> address -> address now
	before, now *graph.Graph
	known       map[graph.Key]string
}

func newMoves(list []scanners.Move, before, now *graph.Graph) *moves {
	m := &moves{from: map[string]map[string]string{}, before: before, now: now, known: map[graph.Key]string{}}
	for _, x := range list {
		if m.from[x.Root] == nil {
			m.from[x.Root] = map[string]string{}
		}
		m.from[x.Root][string(x.From)] = string(x.To)
	}
	return m
}

// to is the address that a resource of before has now; the same when it did not move. A resource whose address is still in use, or whose new
// address was in use before, did not: that is a mistake in the code, and nothing that hides a new resource.
func (m *moves) to(root, address string) string {
	k := graph.Key{Root: root, Address: graph.Address(address)}
	if m.now.Get(k) != nil || m.before.Get(k) == nil {
		return address
	}
	to, ok := m.known[k]
	if !ok {
		to = m.found(root, address)
		m.known[k] = to
	}
	return to
}

// found looks for a resource that has left its address.
func (m *moves) found(root, address string) string {
	moved := m.follow(root, address)
	for _, to := range append([]string{moved}, withCount(moved)...) {
		if m.arrived(root, to) {
			return to
		}
	}
	return address
}

// arrived says that a resource has this address now, and had not before.
func (m *moves) arrived(root, address string) bool {
	k := graph.Key{Root: root, Address: graph.Address(address)}
	return m.now.Get(k) != nil && m.before.Get(k) == nil
}

// follow goes from block to block.
func (m *moves) follow(root, address string) string {
	for range len(m.from[root]) {
		next, ok := m.step(root, address)
		if !ok {
			break
		}
		address = next
	}
	return address
}

// step carries out one block: the one that names most of the address.
func (m *moves) step(root, address string) (string, bool) {
	for end := len(address); end > 0; end = strings.LastIndexAny(address[:end], ".[#") {
		if to, ok := m.from[root][address[:end]]; ok {
			return to + address[end:], true
		}
	}
	return address, false
}

// withCount lists what an address becomes when its resource, or a module on the way, gets a count or loses it.
func withCount(address string) []string {
	var out []string
	for i := 1; i <= len(address); i++ {
		switch {
		case i < len(address) && strings.HasPrefix(address[i:], "[0]"):
			out = append(out, address[:i]+address[i+3:])
		case i == len(address) && address[i-1] != ']', i < len(address) && (address[i] == '.' || address[i] == '#') && address[i-1] != ']':
			out = append(out, address[:i]+"[0]"+address[i:])
		}
	}
	return out
}

// waivers adds, to waivers of an address that something had before, the same of the address that it has now.
func (m *moves) waivers(list []policies.Waiver) []policies.Waiver {
	out := list[:len(list):len(list)]
	for _, w := range list {
		for _, r := range m.before.Resources() {
			if string(r.Address) != w.Address || w.Root != "" && !policies.Match(strings.TrimPrefix(w.Root, "."), r.Root) {
				continue
			}
			if to := m.to(r.Root, w.Address); to != w.Address {
				x := w
				x.Root, x.Address = rootOf(r.Root), to
				out = append(out, x)
			}
		}
	}
	return out
}
