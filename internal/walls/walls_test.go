// Package walls holds the import table of CONTRIBUTING.md as a test: which of our packages each package
// may import, and which standard packages only some may touch.
package walls

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/plumbline-dev/plumbline/"

// may lists, for each room, the rooms below it. A room not listed here may not exist.
var may = map[string][]string{
	"docs":                         {},
	"drift":                        {"graph", "catalog"},
	"graph":                        {},
	"history":                      {},
	"catalog":                      {"graph"},
	"scanners":                     {"graph"},
	"scanners/terraform":           {"graph", "catalog", "scanners", "scanners/terraform/functions"},
	"scanners/terraform/functions": {},
	"scanners/aws":                 {"graph", "catalog", "scanners"},
	"scanners/aws/services":        {"graph", "catalog", "scanners", "scanners/aws"},
	"scanners/snapshot":            {"graph", "catalog", "scanners"},
	"policies":                     {"graph", "catalog"},
	"resilience":                   {"graph", "catalog"},
	"cost":                         {"graph", "catalog", "cost/prices"},
	"cost/prices":                  {},
	"cost/prices/bulk":             {"cost/prices"},
	"cost/prices/update":           {"cost/prices", "cost/prices/bulk"},
	"reports":                      {"graph", "catalog", "scanners", "policies", "resilience", "cost", "cost/prices"},
	"remedy":                       {"graph"},
	"remedy/source":                {"graph", "catalog", "scanners", "scanners/terraform", "remedy"},
	"remedy/aws":                   {"graph", "catalog", "remedy"},
	"cmd/plumb":                    {"*"},
	"internal/walls":               {"*"},
	"internal/docgen":              {"*"},
	"internal/bench":               {"*"},
	"internal/awsdouble":           {"*"},
	"internal/browser":             {"*"},
	"internal/awsfake":             {"graph"},
	"internal/check":               {"*"},
	"internal/dialects":            {"*"},
	"internal/generate":            {"*"},
	"internal/planfixture":         {"*"},
	"internal/postgres":            {"*"},
	"internal/truth":               {"*"},
	"internal/moto":                {"*"},
	"internal/pricegen":            {"*"},
}

// impure lists standard packages that only the named rooms may import, because the room's comment
// promises what it touches.
var impure = map[string][]string{
	"net/http": {"cost/prices/update", "scanners/aws", "scanners/terraform", "cmd/plumb"},
	"os/exec":  {"scanners/terraform", "cmd/plumb"},
	"os":       {"cost/prices/update", "remedy", "remedy/source", "scanners/terraform", "cmd/plumb"},
	"log":      {},
	"log/slog": {"cmd/plumb"},
	"flag":     {},
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestEveryRoomImportsOnlyWhatTheTableAllows(t *testing.T) {
	all := packages(t)
	if len(all) < 5 {
		t.Fatalf("go list found %d packages", len(all))
	}
	for _, p := range all {
		room := strings.TrimPrefix(p.ImportPath, module)
		allowed, known := may[room]
		if !known {
			t.Errorf("%s is a room that the table does not know", room)
			continue
		}
		for _, imp := range p.Imports {
			other, ours := strings.CutPrefix(imp, module)
			if ours && !slices.Contains(allowed, "*") && !slices.Contains(allowed, other) {
				t.Errorf("%s imports %s; it may import %v", room, other, allowed)
			}
		}
	}
}

func TestOnlySomeRoomsTouchTheWorld(t *testing.T) {
	for _, p := range packages(t) {
		room := strings.TrimPrefix(p.ImportPath, module)
		if strings.HasPrefix(room, "internal/") {
			continue
		}
		for _, imp := range p.Imports {
			if rooms, guarded := impure[imp]; guarded && !slices.Contains(rooms, room) {
				t.Errorf("%s imports %s, which only %v may", room, imp, rooms)
			}
		}
	}
}
