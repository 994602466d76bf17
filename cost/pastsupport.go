package cost

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// lapsed is a version whose extended support is charged and for which the catalogue has no price.
type lapsed struct {
	engine   string
	versions []string // "5" stands for 5.x too
	from     string   // the first day of the charge
}

// lapses is the calendar of such versions, as of 2026-11.
// Source: docs.aws.amazon.com/documentdb/latest/developerguide/extended-support.html,
// docs.aws.amazon.com/opensearch-service/latest/developerguide/what-is.html#choosing-version.
var lapses = []lapsed{
	{"docdb", []string{"3.6"}, "2026-07-01"},
	{"Elasticsearch", []string{"1.5", "2.3", "5", "6.0", "6.2", "6.3", "6.4", "6.5", "6.7", "7.1", "7.4", "7.7", "7.8"}, "2025-11-08"},
	{"OpenSearch", []string{"1.0", "1.1", "1.2", "2.3", "2.5", "2.7", "2.9"}, "2025-11-08"},
}

// pastSupport notes a version whose extended support is charged. A version that is not set is the newest.
func (b *bill) pastSupport(engine string, version value) {
	if !version.known() {
		return
	}
	for _, l := range lapses {
		if l.engine == engine && b.e.now.Format(time.DateOnly) >= l.from && slices.ContainsFunc(l.versions, func(v string) bool { return version.is(v) || strings.HasPrefix(version.text(), v+".") }) {
			b.unpriced("extended support", fmt.Sprintf("%s %s is charged for extended support since %s, and the price is not in the catalogue", engine, version.text(), l.from))
		}
	}
}

// searchVersion splits the version of a search domain: "OpenSearch_2.11", "Elasticsearch_7.10", or "7.10" as older code has it.
func searchVersion(v value) (engine string, version value) {
	engine, number, ok := strings.Cut(v.text(), "_")
	if !ok {
		engine, number = "Elasticsearch", v.text()
	}
	if v.known() {
		v.v = number
	}
	return engine, v
}
