package reports

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

// csvHead names the columns of CSV; new ones come last.
var csvHead = []string{"severity", "verdict", "policy", "controls", "requirements", "account", "region", "stage", "root", "resource", "type", "attribute",
	"file", "line", "message", "fix", "disruption", "monthly_delta", "settle", "waived_until", "waiver_reason", "fingerprint"}

// CSV writes a line for each finding, one at a time. Cells that a spreadsheet would take for a formula begin with an apostrophe;
// monthly_delta is a number, or empty where no price is known.
func CSV(w io.Writer, r *Report) error {
	out := csv.NewWriter(w)
	if err := out.Write(csvHead); err != nil {
		return err
	}
	for _, f := range r.Findings {
		if err := out.Write(csvRow(f)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvRow(f *Finding) []string {
	at := f.At
	if at.Line == 0 {
		at = f.Source
	}
	line, monthly, until, reason := "", "", "", Text{}
	if at.Line > 0 {
		line = strconv.Itoa(at.Line)
	}
	if f.Cost != nil && len(f.Cost.Open) == 0 {
		monthly = f.Cost.Monthly.StringFixed(2)
	}
	if f.Waiver != nil {
		until, reason = day(f.Waiver.Until), f.Waiver.Reason
	}
	fix := ""
	if f.Verdict == policies.Fail {
		fix = "by hand"
		if f.fixable() {
			fix = "plumb"
		}
	}
	return []string{string(f.Severity), string(f.Verdict), f.Policy, strings.Join(f.Controls, " "), strings.Join(f.Requirements, " "), f.Source.Account.CSV(), f.Source.Region.CSV(),
		f.Stage.CSV(), f.Root.CSV(), f.Resource.CSV(), f.Type, f.Attribute.CSV(), at.File.CSV(), line, f.Message.CSV(), fix, f.Disruption, monthly,
		Untrusted(settle(f)).CSV(), until, reason.CSV(), f.Fingerprint}
}
