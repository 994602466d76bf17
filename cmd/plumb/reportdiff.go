package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/reports"
)

// reportDiffOptions are the flags of plumb report diff.
type reportDiffOptions struct {
	*commonOptions
	format string
	out    []string
}

var diffFormats = []string{"text", "markdown", "json"}

func newReportDiffCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &reportDiffOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "What became of one saved report in another",
		Long: `Two reports that were saved as JSON: what is new, fixed or waived, what costs
something else, and what the loss of a zone does now. Costs and zones are
compared when plumb report wrote both (-o json=FILE); plumb scan leaves them
out.`,
		Example: `  plumb report -o json=january.json
  plumb report diff january.json february.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return &problem{what: fmt.Sprintf("two saved reports are compared, not %d", len(args)), hint: "plumb report diff A.json B.json"}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return runReportDiff(o, args[0], args[1], sys) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.VarP(&once{value: &o.format}, "format", "f", "`NAME`: text, markdown, json")
	f.StringArrayVarP(&o.out, "out", "o", nil, "`NAME=FILE`: also write this format to a file; repeatable")
	return cmd
}

func runReportDiff(o *reportDiffOptions, before, after string, sys *system) error {
	outputs, err := outputsOf(o.format, o.out, diffFormats)
	if err != nil {
		return err
	}
	a, err := openSaved(before, sys.in)
	if err != nil {
		return err
	}
	b, err := openSaved(after, sys.in)
	if err != nil {
		return err
	}
	d := reports.NewDiff(a, b)
	for _, x := range outputs {
		if err := o.write(x, d, sys); err != nil {
			return err
		}
	}
	return nil
}

func (o *reportDiffOptions) write(x output, d *reports.Diff, sys *system) error {
	render := func(w io.Writer) error {
		switch x.format {
		case "json":
			return reports.DiffJSON(w, d)
		case "markdown":
			return reports.DiffMarkdown(w, d)
		}
		look := reports.Look{Width: sys.width(o.width)}
		if x.file == "" {
			look.Colour = sys.colour(o.color)
			if sys.outTerminal {
				look.Limit = 50
			}
		}
		return reports.DiffText(w, d, look)
	}
	if x.file != "" {
		return writeTo(x.file, render)
	}
	return render(sys.out)
}

// maxSaved is the largest saved report that is read: about a million findings.
const maxSaved = 2 << 30

// openSaved reads a report that was saved as JSON; - is standard input.
func openSaved(name string, stdin io.Reader) (*reports.Saved, error) {
	from := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, &problem{where: name, what: reason(err), hint: "a report that was saved as JSON: plumb report -o json=FILE"}
		}
		defer file.Close() // it was only read
		if info, err := file.Stat(); err == nil && info.Size() > maxSaved {
			return nil, &problem{where: name, what: "larger than 2 GiB"}
		}
		from = file
	}
	s, err := reports.ReadJSON(name, from)
	var path *os.PathError
	if errors.As(err, &path) {
		return nil, &problem{where: name, what: reason(err)}
	}
	if err != nil {
		return nil, &problem{where: name, what: err.Error(), hint: "a report that was saved as JSON: plumb report -o json=FILE"}
	}
	return s, nil
}
