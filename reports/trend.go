package reports

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/resilience"
)

// TrendPoint is what one recorded run found, for the trend of a report.
type TrendPoint struct {
	Run       string // its name in plumb history
	Time      time.Time
	Commit    Text                      // "" outside of a repository
	Failed    map[policies.Severity]int // findings
	Passed    int
	Undecided int
	Waived    int
	Gaps      int
	Monthly   *decimal.Decimal // nil: not priced
	Complete  bool             // nothing is missing in Monthly
	Zones     []ZoneAnswer
}

// ZoneAnswer is what the loss of one zone does to one entry point.
type ZoneAnswer struct {
	Zone  Text // "eu-west-1a"; "eu-west-1#0" while only its place in the list is known
	Entry Text
	Up    resilience.Up
	// Least and Most bound the capacity that is left, as a part of what serves normally.
	Least, Most float64
	Because     Text // what goes down first on the way from the entry point to the zone; "" while nothing does
}
