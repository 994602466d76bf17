package main

import (
	"context"
	"path/filepath"

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
	if err := f.Parse(w.plan.Reading); err != nil {
		return nil, err
	}
	given := &w.live
	o.live.profile, o.live.roleARN, o.live.externalID, o.live.mfaSerial, o.live.endpointURL = given.profile, given.roleARN, given.externalID, given.mfaSerial, given.endpointURL
	for _, s := range w.plan.Sources {
		o.sources = append(o.sources, readAgain(s))
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
