package cost

import (
	"fmt"
	"strings"
	"time"
)

// support is the time in which a major version costs extra: from First on, from Third on at the price of the third year,
// until Last.
type support struct {
	engine, version    string // of the RDS API; versions by prefix
	first, third, last string // YYYY-MM-DD, the day on which the charge begins; third "" when there is no third year
}

// extendedSupport is the calendar of charges, as of 2026-11.
// Source: docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html,
// docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html,
// docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.VersionPolicy.html and AuroraPostgreSQLReleaseNotes.
var extendedSupport = []support{
	{"mysql", "5.7", "2024-03-01", "2026-03-01", "2027-02-28"},
	{"mysql", "8.0", "2026-08-01", "2028-08-01", "2029-07-31"},
	{"postgres", "11", "2024-04-01", "2026-04-01", "2027-03-31"},
	{"postgres", "12", "2025-03-01", "2027-03-01", "2028-02-29"},
	{"postgres", "13", "2026-03-01", "2028-03-01", "2029-02-28"},
	{"postgres", "14", "2027-03-01", "2029-03-01", "2030-02-28"},
	{"postgres", "15", "2028-03-01", "2030-03-01", "2031-02-28"},
	{"aurora-mysql", "5.7", "2024-12-01", "", "2027-02-28"},
	{"aurora-mysql", "8.0", "2028-05-01", "", "2029-07-31"},
	{"aurora-postgresql", "11", "2024-04-01", "2026-04-01", "2027-03-31"},
	{"aurora-postgresql", "12", "2025-03-01", "2027-03-01", "2028-02-29"},
	{"aurora-postgresql", "13", "2026-03-01", "2028-03-01", "2029-02-28"},
	{"aurora-postgresql", "14", "2027-03-01", "2029-03-01", "2030-02-28"},
	{"aurora-postgresql", "15", "2028-03-01", "2030-03-01", "2031-02-28"},
}

// supportOf finds the entry of a version: "13" for "13.4", "8.0" for "8.0.36" and for "8.0.mysql_aurora.3.04.0".
func supportOf(engine, version string) *support {
	for i := range extendedSupport {
		s := &extendedSupport[i]
		if s.engine == engine && (version == s.version || strings.HasPrefix(version, s.version+".")) {
			return s
		}
	}
	return nil
}

// supportMeter gives the meter that charges a version on a day; "" when none does.
func (s *support) supportMeter(day time.Time) string {
	text := day.Format(time.DateOnly)
	switch {
	case text < s.first:
		return ""
	case s.third != "" && text >= s.third:
		return "rds.extended_support.year3"
	}
	return "rds.extended_support.year1_2"
}

// databaseSupport adds the charge for a version past its standard support, by vCPU of every copy, also of a standby.
// Source: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support-charges.html.
func (b *bill) databaseSupport(engine, class string, copies int64) {
	b.extended(engine, class, b.at("engine_version"), b.at("engine_lifecycle_support"), copies)
}

func (b *bill) extended(engine, class string, version, lifecycle value, copies int64) {
	if lifecycle.is("open-source-rds-extended-support-disabled") {
		return
	}
	switch engine {
	case "mysql", "postgres", "aurora-mysql", "aurora-postgresql":
	default:
		return
	}
	if version.null() || version.why == computedWhy {
		return // a new database gets a version in standard support
	}
	if !version.known() {
		b.unpriced("extended support", version.missing())
		return
	}
	s := supportOf(engine, version.text())
	if s == nil {
		return
	}
	meter := s.supportMeter(b.e.now)
	if meter == "" {
		return
	}
	cpus, ok := vcpus(class)
	if !ok {
		b.unpriced("extended support", "how many vCPUs "+class+" has is not known")
		return
	}
	cpus *= copies
	note := ""
	if b.e.now.Format(time.DateOnly) > s.last {
		note = "its extended support ended on " + s.last + ", after which AWS upgrades it"
	}
	b.supported(fmt.Sprintf("extended support %s %s, %d vCPUs", engine, s.version, cpus), meter, cpus, engine, s.version, note)
}

// supported adds the line under the engine's own meter, else under the one that holds for Aurora and RDS alike.
func (b *bill) supported(label, meter string, cpus int64, engine, version, note string) {
	own := []string{"engine", engines[engine].name, "version", version}
	if _, err := b.e.find(meter, b.out.Region, own); err != nil {
		shared := []string{"engine", "Aurora or RDS major", "version", version}
		if _, err := b.e.find(meter, b.out.Region, shared); err == nil {
			own = shared
		}
	}
	b.add(charge{label: label, meter: meter, attrs: own, quantity: num(cpus).Mul(monthHours), note: note})
}
