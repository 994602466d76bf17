package main

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/remedy"
)

// failing scans the plan's sources as they were scanned when it was made, and gives what fails, by fingerprint.
func (w *work) failing(ctx context.Context) (map[string]remedy.Closed, error) {
	o := &scanOptions{commonOptions: w.commonOptions, format: "json", failOn: "high", drift: "verdicts", configFrom: "base"}
	f := pflag.NewFlagSet("scan", pflag.ContinueOnError)
	readFlags(f, &o.readOptions)
	liveFlags(f, &o.live, w.sys, w.commonOptions)
	f.StringArrayVar(&o.policies, "policies", nil, "")
	f.StringVar(&o.asOf, "as-of", "", "")
	f.StringSliceVar(&o.only, "only", nil, "")
	f.StringSliceVar(&o.skip, "skip", nil, "")
	if err := f.Parse(w.plan.Reading); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(w.plan.Sources, func(s remedy.Source) bool { return s.Kind == remedy.Live }) {
		o.only, o.skip = nil, nil // of code everything was judged, whatever was planned; of an account only what was selected
	}
	given := &w.live
	o.live.profile, o.live.roleARN, o.live.externalID, o.live.mfaSerial, o.live.endpointURL = given.profile, given.roleARN, given.externalID, given.mfaSerial, given.endpointURL
	for _, s := range w.plan.Sources {
		if name := readAgain(s); !slices.Contains(o.sources, name) {
			o.sources = append(o.sources, name)
		}
		if s.Role != "" {
			o.live.roleARN = s.Role // members are read as they were read, and changed by another role
		}
	}
	s, err := newScan(o, w.sys)
	if err != nil {
		return nil, err
	}
	r, err := s.run(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]remedy.Closed{}
	for _, f := range r.Findings {
		if f.Verdict == policies.Fail {
			found[f.Fingerprint] = remedy.Closed{Policy: f.Policy, Control: f.Controls[0], Severity: string(f.Severity), Fingerprint: f.Fingerprint,
				Root: f.Root.Terminal(), Address: graph.Address(f.Resource.Terminal())}
		}
	}
	return found, nil
}

// readAgain names a source as it was named, or by its path when plumb works in another folder now.
func readAgain(s remedy.Source) string {
	if s.Kind == remedy.Live {
		return s.Name
	}
	dir := filepath.Join(s.Path, filepath.FromSlash(s.Dir))
	abs, err := filepath.Abs(s.Name)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err == nil && abs == dir {
		return s.Name
	}
	return dir
}
