package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/snapshot"
)

func newReportVerifyCmd(sys *system, common *commonOptions) *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE",
		Short: "Check that an evidence bundle is as it was written",
		Long: `Compare every file of a bundle, which plumb report --bundle wrote, with its
manifest. Nothing is unpacked. Whether the manifest is the one that was written,
its SHA-256 tells: compare it with the one that was printed then.`,
		Example: `  plumb report --bundle evidence.zip
  plumb report verify evidence.zip`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &problem{what: "which bundle?", hint: "plumb report verify FILE"}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return runReportVerify(args[0], common, sys) },
	}
}

func runReportVerify(name string, common *commonOptions, sys *system) error {
	file, err := os.Open(name)
	if err != nil {
		return &problem{where: name, what: reason(err), hint: "plumb report --bundle " + name}
	}
	defer file.Close() // it was only read
	info, err := file.Stat()
	if err != nil {
		return &problem{where: name, what: reason(err)}
	}
	m, digest, err := reports.VerifyBundle(file, info.Size())
	var tampered *reports.Tampered
	switch {
	case errors.As(err, &tampered):
		return &problem{where: name, what: "not as it was written\n" + strings.Join(tampered.Files, "\n"), hint: "it is no evidence. Get the file that was written"}
	case err != nil:
		return &problem{where: name, what: err.Error(), hint: "plumb report --bundle FILE writes one"}
	}
	if common.quiet {
		return nil
	}
	return toldBundle(sys.out, name, m, digest)
}

// toldBundle says what a bundle is of, and its digest.
func toldBundle(w io.Writer, name string, m *reports.Manifest, digest string) error {
	var sources []string
	for _, s := range m.Sources {
		sources = append(sources, safe(s.Name))
	}
	size := int64(0)
	for _, f := range m.Files {
		size += f.Size
	}
	_, err := fmt.Fprintf(w, "%s: %s as its manifest says, %d bytes\nOf %s, %s, by plumb %s\nSHA-256 of its manifest: %s\n",
		safe(name), counted(len(m.Files), "file"), size, strings.Join(sources, ", "), m.Created.UTC().Format(minute), safe(m.Tool), digest)
	return err
}

// bundling is what is kept of a run for its bundle.
type bundling struct {
	side      *side
	snapshots [][]byte // of what was read of accounts
}

// policyFile is one file of the policies that a run was judged by.
type policyFile struct {
	Tree   string `json:"tree"` // "built in", or a folder of --policies or plumb.yaml
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// prepareBundle makes a run keep what its bundle needs.
func (s *scan) prepareBundle() {
	if s.bundle == "" {
		return
	}
	s.bundled = &bundling{}
	s.live.took = func(x *reached, found scanners.Found) error {
		var b bytes.Buffer
		if _, err := snapshot.Write(&b, snapshotOf(x, found, s.sys.now)); err != nil {
			return fmt.Errorf("keeping what was read: %w", err)
		}
		s.bundled.snapshots = append(s.bundled.snapshots, b.Bytes())
		return nil
	}
}

// pack writes the bundle of --bundle beside its place and then moves it there: it is there whole, or what was there before.
func (s *scan) pack(ctx context.Context, r *reports.Report) error {
	if s.bundled == nil {
		return nil
	}
	if ctx.Err() != nil {
		return errInterrupted // half of what was read is no evidence
	}
	m := reports.Manifest{
		Tool: version, Created: s.sys.now.Truncate(time.Second), Sources: r.Sources, AsOf: s.today.Format(time.DateOnly), Resources: r.Resources, LeftOut: r.Hidden, Gaps: len(r.Gaps),
		Waivers: len(s.bundled.side.waivers), Prices: r.Prices, Commit: r.Compliance.Commit.JSON(),
		Verdicts: reports.Verdicts{
			Pass: r.Summary[policies.Pass], Fail: r.Summary[policies.Fail], Undecided: r.Summary[policies.Undecided], NotApplicable: r.Summary[policies.NotApplicable], Waived: r.Summary[policies.Waived],
		},
	}
	files, err := s.evidence(r)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(s.bundle), ".plumb-bundle-*") // only its owner may read it
	if err != nil {
		return &problem{where: "--bundle " + s.bundle, what: reason(err), hint: "name a file in a folder that exists and may be written"}
	}
	digest, err := reports.WriteBundle(file, m, files)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), s.bundle)
	}
	if err != nil {
		return errors.Join(&problem{where: "--bundle " + s.bundle, what: reason(err), hint: "no bundle was written"}, os.Remove(file.Name()))
	}
	if !s.quiet {
		fmt.Fprintf(s.sys.err, "Wrote %s, %s. SHA-256 of its manifest: %s\n", safe(s.bundle), counted(len(files), "file"), digest)
	}
	return nil
}

// evidence lists what a bundle holds.
func (s *scan) evidence(r *reports.Report) ([]reports.Evidence, error) {
	x := s.bundled.side
	trees, names, err := policyTrees(s.policies, s.config, s.tree)
	if err != nil {
		return nil, err
	}
	var judgedBy []policyFile
	for i := range trees {
		files, err := digests(names[i], trees[i])
		if err != nil {
			return nil, fmt.Errorf("reading the policies of %s: %w", names[i], err)
		}
		judgedBy = append(judgedBy, files...)
	}
	all := *r
	all.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f *reports.Finding) bool { return f.Verdict == policies.NotApplicable })
	of := func(name string, v any) reports.Evidence {
		return reports.Evidence{Name: name, Write: func(w io.Writer) error {
			text, err := json.MarshalIndent(v, "", "  ")
			if err != nil {
				return err
			}
			return reports.WriteJSON(w, text)
		}}
	}
	out := []reports.Evidence{
		{Name: "report.html", Write: func(w io.Writer) error { return s.render(w, output{"html", s.bundle}, r) }},
		{Name: "report.md", Write: func(w io.Writer) error { return reports.ComplianceMarkdown(w, r) }},
		{Name: "report.json", Write: func(w io.Writer) error { return reports.JSON(w, &all) }},
		{Name: "graph.json", Write: func(w io.Writer) error { return reports.GraphJSON(w, x.graph, x.reading.absent, x.reading.gaps) }},
		of("policies.json", policiesOf(judgedBy, r)), of("waivers.json", map[string]any{"schema_version": 1, "waivers": waiversOf(x.waivers)}),
	}
	stored, err := s.storedSnapshots()
	if err != nil {
		return nil, err
	}
	for i, text := range append(s.bundled.snapshots, stored...) {
		name := "snapshot.plumb"
		if i > 0 {
			name = fmt.Sprintf("snapshot-%d.plumb", i+1)
		}
		out = append(out, reports.Evidence{Name: name, Write: func(w io.Writer) error { _, err := w.Write(text); return err }})
	}
	return out, nil
}

// storedSnapshots are the files of the sources that are snapshots themselves.
func (s *scan) storedSnapshots() ([][]byte, error) {
	var out [][]byte
	for _, in := range s.inputs {
		if in.kind != stored {
			continue
		}
		file, err := in.open()
		if err != nil {
			return nil, &problem{where: in.name, what: reason(err)}
		}
		text, err := io.ReadAll(file)
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, &problem{where: in.name, what: reason(err)}
		}
		out = append(out, text)
	}
	return out, nil
}

type bundledPolicies struct {
	SchemaVersion int          `json:"schema_version"`
	CarriedOut    []string     `json:"carried_out"`
	Files         []policyFile `json:"files"`
}

// policiesOf says which policies a run was judged by.
func policiesOf(files []policyFile, r *reports.Report) bundledPolicies {
	out := bundledPolicies{1, r.CarriedOut, files}
	if out.CarriedOut == nil {
		for id := range r.Policies {
			out.CarriedOut = append(out.CarriedOut, id)
		}
		slices.Sort(out.CarriedOut)
	}
	return out
}

// digests takes the SHA-256 of every file of a tree of policies that is not a test.
func digests(tree string, fsys fs.FS) ([]policyFile, error) {
	var out []policyFile
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.rego") || !strings.HasSuffix(name, ".rego") && !strings.HasSuffix(name, ".json") {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		sum := sha256.Sum256(text)
		out = append(out, policyFile{tree, name, hex.EncodeToString(sum[:])})
		return err
	})
	return out, err
}

type bundledWaiver struct {
	Policy  string `json:"policy"`
	Address string `json:"address,omitempty"`
	Root    string `json:"root,omitempty"`
	Reason  string `json:"reason"`
	Until   string `json:"until,omitempty"`
	Where   string `json:"where"`
}

func waiversOf(list []policies.Waiver) []bundledWaiver {
	out := []bundledWaiver{}
	for _, w := range list {
		x := bundledWaiver{Policy: w.Policy, Address: string(w.Address), Root: w.Root, Reason: w.Reason, Where: w.Where}
		if !w.Until.IsZero() {
			x.Until = w.Until.Format(time.DateOnly)
		}
		out = append(out, x)
	}
	return out
}
