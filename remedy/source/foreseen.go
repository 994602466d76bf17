package source

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// Foreseen is what `terraform plan` says that applying a root would do.
type Foreseen struct {
	Version string                     // of Terraform
	Changes map[graph.Address]Foretold // of the resources that are not left as they are
	Errors  []string                   // what Terraform says is wrong, one line each; then Changes is not complete
}

// Foretold is what Terraform would do with one resource.
type Foretold struct {
	Action string   // "create", "update", "replace", "delete" or another word of Terraform
	Reason string   // why it is deleted or replaced: "cannot_update"; "" when Terraform does not say
	Paths  []string // the attributes that cannot be changed in place, sorted; known once ReplacedBy was read
}

// harmless are the actions that nothing is lost by. Source: Terraform's "Machine-Readable UI" and "JSON Output Format".
var harmless = []string{"noop", "create", "read", "update", "move", "import"}

// Loses says whether the resource, or Terraform's hold on it, is gone afterwards. An action that is not known does.
func (f Foretold) Loses() bool { return f.Action != "" && !slices.Contains(harmless, f.Action) }

// uiLine is one line of `terraform plan -json`.
type uiLine struct {
	Type      string `json:"type"`
	Terraform string `json:"terraform"`
	Tofu      string `json:"tofu"`
	Change    struct {
		Resource struct {
			Addr graph.Address `json:"addr"`
		} `json:"resource"`
		Action string `json:"action"`
		Reason string `json:"reason"`
	} `json:"change"`
	Diagnostic struct {
		Severity string `json:"severity"`
		Summary  string `json:"summary"`
		Address  string `json:"address"`
		Range    *struct {
			Filename string `json:"filename"`
			Start    struct {
				Line int `json:"line"`
			} `json:"start"`
		} `json:"range"`
	} `json:"diagnostic"`
}

// maxLine is the longest line of Terraform that is read, in bytes.
const maxLine = 16 << 20

// Foresee reads the output of `terraform plan -json`. A line that is none of its own is an error: then it is not known what
// Terraform would do.
func Foresee(output io.Reader) (*Foreseen, error) {
	f := &Foreseen{Changes: map[graph.Address]Foretold{}}
	ended := false
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var l uiLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("terraform plan printed something else than JSON: %.80q", lines.Text())
		}
		switch l.Type {
		case "version":
			f.Version = l.Terraform + l.Tofu
		case "planned_change":
			f.Changes[l.Change.Resource.Addr] = Foretold{Action: l.Change.Action, Reason: l.Change.Reason}
		case "change_summary":
			ended = true
		case "diagnostic":
			if l.Diagnostic.Severity == "error" {
				f.Errors = append(f.Errors, l.problem())
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the output of terraform plan: %w", err)
	}
	if !ended && len(f.Errors) == 0 {
		return nil, fmt.Errorf("terraform plan ended before it said what it would do")
	}
	return f, nil
}

// problem is a diagnostic on one line. Its details are left out: they may quote values.
func (l uiLine) problem() string {
	d := l.Diagnostic
	text := strings.Join(strings.Fields(d.Summary), " ")
	if d.Address != "" {
		text += ", " + d.Address
	}
	if d.Range != nil && d.Range.Filename != "" {
		text += fmt.Sprintf(" (%s:%d)", d.Range.Filename, d.Range.Start.Line)
	}
	return text
}

// ReplacedBy adds the attributes that cannot be changed in place, from `terraform show -json` of the plan.
func (f *Foreseen) ReplacedBy(shown io.Reader) error {
	var doc struct {
		Changes []struct {
			Address graph.Address `json:"address"`
			Change  struct {
				Paths [][]any `json:"replace_paths"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.NewDecoder(shown).Decode(&doc); err != nil {
		return fmt.Errorf("reading the output of terraform show: %w", err)
	}
	for _, c := range doc.Changes {
		told, ok := f.Changes[c.Address]
		if !ok {
			continue
		}
		for _, p := range c.Change.Paths {
			told.Paths = append(told.Paths, joined(p))
		}
		slices.Sort(told.Paths)
		f.Changes[c.Address] = told
	}
	return nil
}

// joined writes the steps of a path of Terraform's JSON as the graph does.
func joined(steps []any) string {
	var out []graph.Step
	for _, s := range steps {
		switch s := s.(type) {
		case string:
			out = append(out, graph.Name(s))
		case float64:
			out = append(out, graph.Index(int(s)))
		}
	}
	return graph.JoinPath(out...)
}

// Unwanted lists the resources that would be lost with the edits of some steps, that would not be without them, and that no
// step says so of.
func (f *Foreseen) Unwanted(before *Foreseen, root string, steps []remedy.Step) []graph.Address {
	agreed := map[graph.Address]bool{}
	for _, s := range steps {
		for _, c := range s.Patch {
			if c.Root == root && (c.Op == graph.Delete || s.Mark == "-/+") {
				agreed[c.Address] = true
			}
		}
	}
	var out []graph.Address
	for _, a := range slices.Sorted(maps.Keys(f.Changes)) {
		if f.Changes[a].Loses() && !before.Changes[a].Loses() && !agreed[a] {
			out = append(out, a)
		}
	}
	return out
}

// Counts says how many more resources are added, changed, deleted and replaced than without the edits.
func (f *Foreseen) Counts(before *Foreseen) (add, change, gone, replaced int) {
	for a, told := range f.Changes {
		if before.Changes[a].Action == told.Action {
			continue
		}
		switch told.Action {
		case "create":
			add++
		case "update":
			change++
		case "replace":
			replaced++
		case "noop", "read", "move", "import":
		default:
			gone++
		}
	}
	return add, change, gone, replaced
}
