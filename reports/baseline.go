package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/plumbline-dev/plumbline/policies"
)

// Recorded is one finding as a baseline file names it.
type Recorded struct {
	Policy   string            `json:"policy"`
	Severity policies.Severity `json:"severity"`
	Root     Text              `json:"root"`
	Resource Text              `json:"resource"`
}

// UnmarshalJSON takes what a file says as text from outside.
func (t *Text) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*t = Untrusted(s)
	return nil
}

// baselineFile is the format of a baseline file; its keys are fingerprints.
type baselineFile struct {
	SchemaVersion int                 `json:"schema_version"`
	Findings      map[string]Recorded `json:"findings"`
}

// WriteBaseline writes the findings of r for a later run to hide.
func WriteBaseline(w io.Writer, r *Report) error {
	file := baselineFile{1, map[string]Recorded{}}
	for _, f := range r.With(policies.Fail) {
		file.Findings[f.Fingerprint] = Recorded{f.Policy, f.Severity, f.Root, f.Resource}
	}
	return writeJSON(w, file)
}

// HideBaseline takes the findings that the baseline file names off r, and says which of them are gone. A
// finding that is more severe than recorded stays. It fails when the file is not a baseline.
func (r *Report) HideBaseline(name string, file io.Reader, decided Decided) error {
	var known baselineFile
	d := json.NewDecoder(file)
	d.DisallowUnknownFields()
	err := d.Decode(&known)
	var shape *json.UnmarshalTypeError
	switch {
	case known.SchemaVersion > 1:
		return fmt.Errorf("reading the baseline: schema_version is %d, this version reads 1", known.SchemaVersion)
	case errors.As(err, &shape), err == nil && known.SchemaVersion != 1:
		return errors.New("reading the baseline: this is JSON of another kind")
	case err != nil:
		return fmt.Errorf("reading the baseline: %w", err)
	}
	b := &Baseline{File: name}
	met := map[string]bool{}
	r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f *Finding) bool {
		old, ok := known.Findings[f.Fingerprint]
		if !ok || f.Verdict == policies.Undecided {
			return false
		}
		met[f.Fingerprint] = true
		switch {
		case f.Verdict != policies.Fail:
			return false
		case f.Severity.Rank() < old.Severity.Rank():
			b.Worse++
			return false
		}
		b.Known++
		return true
	})
	for fp, old := range known.Findings {
		if !met[fp] && decided(old.Policy, old.Root.JSON(), old.Resource.JSON()) {
			b.Fixed = append(b.Fixed, old)
		}
	}
	slices.SortFunc(b.Fixed, func(x, y Recorded) int {
		if c := x.Resource.Compare(y.Resource); c != 0 {
			return c
		}
		return Untrusted(x.Policy).Compare(Untrusted(y.Policy))
	})
	r.Baseline = b
	return nil
}
