package resilience

// Left is a loss that stops an entry point, or may, whatever is bought.
type Left struct {
	Loss  string // "zone:eu-west-1a"
	Entry string
	Up    Up
}

// AsFar gives of a goal that is not reached what all fixes together reach, and what they leave. better is false when they make nothing
// better, and of a goal that asks for more than that losses stop nothing.
func (k *Market) AsFar(goal Goal) (part Goal, left []Left, better bool) {
	all := k.model(k.fixes)
	if goal.losses == nil || all == nil {
		return goal, nil, false
	}
	now, best := k.model(nil).outcomes(goal.losses), all.outcomes(goal.losses)
	for _, l := range goal.losses(all) {
		for _, e := range all.Entries {
			at := [2]string{l.Name, e.Name}
			up, counts := best[at]
			if counts && up != Yes {
				left = append(left, Left{l.Name, e.Name, up})
			}
			was, known := now[at]
			better = better || known && worse(was, up)
		}
	}
	met := func(m *Model) bool {
		for at, up := range m.outcomes(goal.losses) {
			if most, known := best[at]; known && worse(up, most) {
				return false
			}
		}
		return true
	}
	return Goal{Name: goal.Name + "-as-far-as-known", Met: met, losses: goal.losses}, left, better
}

// outcomes gives by loss and entry point whether it is up; those that are not even up when nothing is lost are left out.
func (m *Model) outcomes(losses func(*Model) []Loss) map[[2]string]Up {
	out := map[[2]string]Up{}
	normal := m.Lose()
	for _, l := range losses(m) {
		s := m.Lose(l.Nodes...)
		for _, e := range m.Entries {
			if normal.Up(e.Node) == Yes {
				out[[2]string{l.Name, e.Name}] = s.Up(e.Node)
			}
		}
	}
	return out
}

// worse orders down, undecided, up.
func worse(a, b Up) bool {
	rank := map[Up]int{No: 0, Undecided: 1, Yes: 2}
	return rank[a] < rank[b]
}
