package reports

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/policies"
)

// Drift is what comparing code with the account gave.
type Drift struct {
	Declared, Matched int          // managed resources of the code of types that the account was asked for; how many of them were found there
	Differences       []Difference // those that change a verdict; with --drift all every one
	Quiet             int          // differences that change no verdict and are not listed
	Unmanaged         []Unmanaged  // resources of the account that are in no code
	ListUnmanaged     bool         // --drift all
}

// Difference is an attribute that code and account give different values.
type Difference struct {
	Root, Resource     Text
	Type               string
	Attribute          Text // "" when the resource is missing from the account
	Declared, Observed Text
	Source             Place
	Flips              []Flip
}

// Flip is a policy whose verdict in the account is another than in the code.
type Flip struct {
	Policy   string           `json:"policy"`
	Declared policies.Verdict `json:"declared"`
	Observed policies.Verdict `json:"observed"`
}

// Unmanaged is a resource of the account that is in no code.
type Unmanaged struct {
	Resource Text   `json:"resource"`
	Type     string `json:"type"`
}

// drift lists what differs, a line for each attribute.
func (t *terminal) drift() {
	d := t.Drift
	if d == nil {
		return
	}
	if len(d.Differences) > 0 {
		t.b.WriteString(t.paint(magenta, fmt.Sprintf("Drift (%s)", thousands(len(d.Differences)))) + ": code and account disagree\n")
	}
	for _, x := range d.Differences {
		name := x.Resource.Terminal()
		if !x.Source.File.Empty() {
			name += " (" + x.Source.String() + ")"
		}
		t.b.WriteString("  " + name + "\n")
		if x.Attribute.Empty() {
			t.b.WriteString(paragraph("    ", "      ", "is in the state and not in the account", t.width()))
			continue
		}
		t.b.WriteString(paragraph("    ", "      ", fmt.Sprintf("%s: code %s, live %s", x.Attribute.Terminal(), x.Declared.Terminal(), x.Observed.Terminal()), t.width()))
		for _, f := range x.Flips {
			t.b.WriteString(paragraph("      ", "        ", fmt.Sprintf("%s: %s in code, %s live", f.Policy, f.Declared, f.Observed), t.width()))
		}
	}
	if d.Quiet > 0 {
		t.b.WriteString(paragraph("  ", "  ", fmt.Sprintf("%s that %s no verdict: %s", plural(d.Quiet, "more difference"), changes(d.Quiet), command("--drift all")), t.width()))
	}
	if n := len(d.Unmanaged); n > 0 {
		line := fmt.Sprintf("In the account but not in any code: %s", plural(n, "resource"))
		if !d.ListUnmanaged {
			line += " (" + command("--only drift") + ")"
		}
		t.b.WriteString(paragraph("  ", "  ", line, t.width()))
		for i := 0; d.ListUnmanaged && i < n; i++ {
			t.b.WriteString("    " + d.Unmanaged[i].Resource.Terminal() + "\n")
		}
	}
	t.b.WriteString(paragraph("  ", "  ", fmt.Sprintf("%s of %s in code found in the account", thousands(d.Matched), plural(d.Declared, "resource")), t.width()))
	t.b.WriteByte('\n')
}

func changes(n int) string {
	if n == 1 {
		return "changes"
	}
	return "change"
}

type jsonDrift struct {
	Declared    int              `json:"declared"`
	Matched     int              `json:"matched"`
	Differences []jsonDifference `json:"differences"`
	Quiet       int              `json:"without_effect"`
	Unmanaged   []Unmanaged      `json:"unmanaged"`
}

type jsonDifference struct {
	Root      Text      `json:"root"`
	Resource  Text      `json:"resource"`
	Type      string    `json:"type"`
	Attribute Text      `json:"attribute"`
	Declared  Text      `json:"declared"`
	Observed  Text      `json:"observed"`
	Source    jsonPlace `json:"source"`
	Verdicts  []Flip    `json:"verdicts"`
}

func jsonDriftOf(d *Drift) *jsonDrift {
	if d == nil {
		return nil
	}
	out := &jsonDrift{Declared: d.Declared, Matched: d.Matched, Differences: []jsonDifference{}, Quiet: d.Quiet, Unmanaged: append([]Unmanaged{}, d.Unmanaged...)}
	for _, x := range d.Differences {
		out.Differences = append(out.Differences, jsonDifference{
			x.Root, x.Resource, x.Type, x.Attribute, x.Declared, x.Observed, jsonPlaceOf(x.Source), append([]Flip{}, x.Flips...),
		})
	}
	return out
}
