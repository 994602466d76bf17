package resilience

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestThePageHasEveryRowOfTheTables(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/resilience.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range recoveryRows {
		if row := fmt.Sprintf("| `%s` |", r.typ); !strings.Contains(string(page), row) || !strings.Contains(string(page), r.source) {
			t.Errorf("docs/resilience.md lacks the recovery row of %s, or its source", r.typ)
		}
	}
	for _, s := range Thresholds {
		if !strings.Contains(string(page), fmt.Sprintf("| %s | %s | %s |\n", s.Read, s.Source, s.Date)) || s.Source == "" || s.Date == "" || s.Read == "" {
			t.Errorf("docs/resilience.md lacks the threshold of %s, or its source or date", s.Type)
		}
	}
}

func TestEveryStoreThatIsLostWithAZoneHasTimes(t *testing.T) {
	t.Parallel()
	for typ := range stores {
		if _, ok := rowOf(typ); scopes[typ] == zonal && !ok && typ != "aws_db_proxy" {
			t.Errorf("%s has no row in the table of times", typ)
		}
	}
}
