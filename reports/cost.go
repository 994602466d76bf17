package reports

import (
	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
)

// Costs is what a graph costs a month, or what a change does to that, ready to be rendered.
type Costs struct {
	Version    string
	Sources    []Source
	Estimate   cost.Estimated
	Gaps       []Gap
	Usage      string // name of the usage file; "" when there is none
	Profile    cost.Profile
	Range      *CostRange // nil unless all profiles were asked for
	Breakdowns []Breakdown
	Change     *CostChange // nil unless two estimates are compared
}

// CostRange is the total with the usage that the three profiles assume.
type CostRange struct {
	Low    decimal.Decimal `json:"low"`
	Medium decimal.Decimal `json:"medium"`
	High   decimal.Decimal `json:"high"`
}

// Breakdown is an estimate by stage, service, module or tag.
type Breakdown struct {
	By     string
	Groups []cost.Group
}

// CostChange compares an estimate with that of an earlier state.
type CostChange struct {
	From   string // what is compared with: a commit or a source, as it was typed
	Commit string // short; "" when it is no commit
	Before cost.Estimated
	cost.Difference
	Limit *decimal.Decimal // --max-increase
}

// Over says that the change costs more than it may.
func (c *CostChange) Over() bool {
	return c != nil && c.Limit != nil && c.Monthly().GreaterThan(*c.Limit)
}

// region is the one region of what is priced; "" when there are several.
func (c *Costs) region() string {
	found := ""
	for _, r := range c.Estimate.Resources {
		switch {
		case r.Region == "global" || r.Region == "" || len(r.Lines) == 0:
		case found == "":
			found = r.Region
		case found != r.Region:
			return ""
		}
	}
	return found
}

// assumed counts the priced resources whose region nothing tells.
func assumed(e cost.Estimated) int {
	n := 0
	for _, r := range e.Resources {
		if r.RegionFrom == "assumed" && !r.Free {
			n++
		}
	}
	return n
}

// free counts the resources that AWS does not charge for.
func free(e cost.Estimated) int {
	n := 0
	for _, r := range e.Resources {
		if r.Free {
			n++
		}
	}
	return n
}

// Money prints an amount to the cent: $1,402.44, -$3.65.
func Money(d decimal.Decimal) string { return money(d) }

// money prints an amount to the cent: $1,402.44, -$3.65.
func money(d decimal.Decimal) string {
	s := d.Abs().StringFixed(2)
	whole, cents := s[:len(s)-3], s[len(s)-3:]
	sign := ""
	if d.IsNegative() && s != "0.00" {
		sign = "-"
	}
	return sign + "$" + group(whole) + cents
}

// signed prints an amount with its sign; nothing is +$0.00.
func signed(d decimal.Decimal) string {
	if s := money(d); s[0] == '-' {
		return s
	}
	return "+" + money(d)
}

// unitPrice prints a price to its last digit, with two decimals at least: $0.0252, $0.50.
func unitPrice(d decimal.Decimal) string {
	return "$" + d.StringFixed(max(2, -minExponent(d)))
}

// minExponent is that of the number without trailing zeros.
func minExponent(d decimal.Decimal) int32 {
	e := d.Exponent()
	for e < -2 && d.Equal(d.Truncate(-e-1)) {
		e++
	}
	return e
}

// quantity prints a number with at most two decimals.
func quantity(d decimal.Decimal) string {
	d = d.Round(2)
	whole, part := d.String(), ""
	for i := range whole {
		if whole[i] == '.' {
			whole, part = whole[:i], whole[i:]
			break
		}
	}
	return group(whole) + part
}

// group puts commas between the thousands of digits.
func group(s string) string {
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
