package policies

import (
	"fmt"
	"strings"
	"time"
)

// stageClass is the part of a run that judges one kind of stage: parameters may differ between them.
type stageClass int

const (
	production stageClass = iota
	elsewhere
)

// otherStages ends the name by which plumb.yaml sets a parameter for the other stages than production only.
const otherStages = "_non_production"

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// document is what policies find below data: parameters.AREA.POLICY.NAME, tables.NAME, and today as "2006-01-02".
// Without a date given, today is the day of the latest table, so that a result can be had again.
func (s *Set) document(metas []Meta, o Options, class stageClass) (map[string]any, error) {
	today := s.tablesAt
	if !o.Today.IsZero() {
		today = o.Today.Format(time.DateOnly)
	}
	parameters := map[string]any{}
	var errs []error
	for _, m := range metas {
		values := map[string]any{}
		for name, p := range m.Parameters {
			values[name] = p.Default
			if class == elsewhere && p.NonProduction != nil {
				values[name] = p.NonProduction
			}
		}
		for _, name := range sortedNames(o.Parameters[m.ID]) {
			name, stage := strings.CutSuffix(name, otherStages)
			p, ok := m.Parameters[name]
			if stage && p.NonProduction == nil {
				name, ok = name+otherStages, false
			} else if stage {
				given := o.Parameters[m.ID][name+otherStages]
				if kindOf(given) != kindOf(p.Default) {
					errs = append(errs, fmt.Errorf("parameters of %s: %s is %s, and %s is needed", m.ID, name+otherStages, kindOf(given), kindOf(p.Default)))
				} else if class == elsewhere {
					values[name] = given
				}
				continue
			}
			given := o.Parameters[m.ID][name]
			switch {
			case !ok:
				errs = append(errs, fmt.Errorf("parameters of %s: there is no %q%s", m.ID, name, didYouMean(name, sortedNames(m.Parameters))))
			case kindOf(given) != kindOf(p.Default):
				errs = append(errs, fmt.Errorf("parameters of %s: %s is %s, and %s is needed", m.ID, name, kindOf(given), kindOf(p.Default)))
			default:
				values[name] = given
			}
		}
		area, name, _ := strings.Cut(m.ID, ".")
		below, _ := parameters[area].(map[string]any)
		if below == nil {
			below = map[string]any{}
			parameters[area] = below
		}
		below[name] = values
	}
	return map[string]any{"parameters": parameters, "tables": s.tables, "today": today}, joined(errs)
}

// CheckParameters says which of the given parameters (policy ID -> name -> value) no policy has, or have the wrong type.
func (s *Set) CheckParameters(given map[string]map[string]any) error {
	metas, err := s.Policies()
	if err != nil {
		return err
	}
	ids := map[string]bool{}
	for _, m := range metas {
		ids[m.ID] = true
	}
	var errs []error
	for _, id := range sortedNames(given) {
		if !ids[id] {
			errs = append(errs, fmt.Errorf("parameters: there is no policy %q%s", id, didYouMean(id, sortedNames(ids))))
		}
	}
	_, err = s.document(metas, Options{Parameters: given}, production)
	if err != nil {
		errs = append(errs, err)
	}
	return joined(errs)
}

// ParametersJSON is the data document with every default, which lets the stock `opa test` run on the tree.
func (s *Set) ParametersJSON() (map[string]any, error) {
	metas, err := s.Policies()
	if err != nil {
		return nil, err
	}
	return s.document(metas, Options{}, production)
}

// kindOf names the type of a parameter's value for people.
func kindOf(v any) string {
	switch v.(type) {
	case bool:
		return "true or false"
	case int, int64, uint64, float64:
		return "a number"
	case string:
		return "text"
	case []any:
		return "a list"
	case map[string]any:
		return "a mapping"
	case nil:
		return "nothing"
	}
	return fmt.Sprintf("a %T", v)
}

// staged says whether some parameter of a policy differs between stages.
func (m Meta) staged() bool {
	for _, p := range m.Parameters {
		if p.NonProduction != nil {
			return true
		}
	}
	return false
}
