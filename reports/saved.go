package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/plumbline-dev/plumbline/policies"
)

// Saved is a report that JSON wrote and ReadJSON read again.
type Saved struct {
	Name string // of its file
	jsonReport
}

// ReadJSON reads a report that plumb scan or plumb report wrote as JSON. It fails when the file is something else.
func ReadJSON(name string, r io.Reader) (*Saved, error) {
	s := &Saved{Name: name}
	d := json.NewDecoder(r)
	err := d.Decode(&s.jsonReport)
	var shape *json.UnmarshalTypeError
	switch {
	case errors.As(err, &shape):
		return nil, errors.New("this is JSON of another kind")
	case err != nil:
		return nil, fmt.Errorf("reading the report: %w", err)
	case s.SchemaVersion > 1:
		return nil, fmt.Errorf("schema_version is %d, this version reads 1", s.SchemaVersion)
	case s.SchemaVersion != 1 || s.Sources == nil || s.Findings == nil:
		return nil, errors.New("this is JSON of another kind")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("reading the report: something follows it")
	}
	return s, nil
}

// with lists the findings with that verdict.
func (s *Saved) with(v policies.Verdict) []*jsonFinding {
	var out []*jsonFinding
	for i := range s.Findings {
		if s.Findings[i].Verdict == v {
			out = append(out, &s.Findings[i])
		}
	}
	return out
}

// hides says why a report does not list everything that it found; "" when it does. What it does not list cannot be told from
// what is gone.
func (s *Saved) hides() string {
	switch {
	case s.Since != nil:
		return "lists only what is new (--since)"
	case s.Hidden > 0:
		return "leaves findings out (--only, --skip)"
	case s.Baseline != nil && s.Baseline.Known > 0:
		return "leaves known findings out (--baseline)"
	case len(s.with(policies.Fail)) < s.Summary.Fail, len(s.with(policies.Undecided)) < s.Summary.Undecided:
		return "does not list every finding and undecided check (--verdicts, --only, --skip)"
	case s.CarriedOut == nil:
		return "does not say which policies were carried out: an older plumb wrote it"
	}
	return ""
}
