package resilience

// Dominators gives, for each node, the nearest other node that every way from the entry node to it goes through; the
// entry node for itself, and -1 for a node that no way leads to.
// Source of the method: Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm (2001).
func (m *Model) Dominators(entry int) []int {
	order, number := m.walk(entry)
	above := make([]int, len(m.Nodes))
	for i := range above {
		above[i] = -1
	}
	above[entry] = entry
	from := m.parents(order)
	for changed := true; changed; {
		changed = false
		for i := len(order) - 1; i >= 0; i-- { // from the entry node downwards
			n := order[i]
			if n == entry {
				continue
			}
			nearest := -1
			for _, p := range from[n] {
				switch {
				case above[p] < 0:
				case nearest < 0:
					nearest = p
				default:
					nearest = meet(p, nearest, above, number)
				}
			}
			if nearest != above[n] {
				above[n], changed = nearest, true
			}
		}
	}
	return above
}

// meet is where the ways up from two nodes come together.
func meet(a, b int, above, number []int) int {
	for a != b {
		for number[a] < number[b] {
			a = above[a]
		}
		for number[b] < number[a] {
			b = above[b]
		}
	}
	return a
}

// walk lists the nodes below one in postorder, and gives each its number in it.
func (m *Model) walk(entry int) (order, number []int) {
	number = make([]int, len(m.Nodes))
	seen := make([]bool, len(m.Nodes))
	type frame struct{ node, next int }
	stack := []frame{{entry, 0}}
	seen[entry] = true
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		c, more := m.child(top.node, top.next)
		if !more {
			number[top.node] = len(order)
			order = append(order, top.node)
			stack = stack[:len(stack)-1]
			continue
		}
		top.next++
		if !seen[c] {
			seen[c] = true
			stack = append(stack, frame{c, 0})
		}
	}
	return order, number
}

func (m *Model) parents(nodes []int) map[int][]int {
	from := make(map[int][]int, len(nodes))
	for _, n := range nodes {
		for k := 0; ; k++ {
			c, more := m.child(n, k)
			if !more {
				break
			}
			from[c] = append(from[c], n)
		}
	}
	return from
}
