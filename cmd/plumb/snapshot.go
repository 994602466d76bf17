package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
	"github.com/plumbline-dev/plumbline/scanners/snapshot"
)

// snapshotOptions are the flags of plumb snapshot.
type snapshotOptions struct {
	*commonOptions
	readOptions
	sources []string
	out     string
}

func newSnapshotCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &snapshotOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "snapshot [source...] -o FILE",
		Short: "Keep what accounts hold in one file",
		Long: `Read everything that any check could need, and keep it in one file, which plumb
scan judges later without credentials. It holds no secrets; it does hold names,
addresses and policies, so only its owner may read it.`,
		Example: `  plumb snapshot -o shop.plumb            the account of the credentials at hand
  plumb snapshot aws --org -o all.plumb   every account of the organization
  plumb scan shop.plumb                   judge it, as of the day it was taken`,
		Annotations: map[string]string{"sources": "aws, or aws:NAME; default aws"},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.sources = args
			return runSnapshot(cmd.Context(), o, sys)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&o.out, "out", "o", "", "`FILE` to write")
	liveFlags(f, &o.live, sys, common)
	return cmd
}

func runSnapshot(ctx context.Context, o *snapshotOptions, sys *system) error {
	if o.out == "" {
		return &problem{what: "a snapshot in which file?", hint: "plumb snapshot -o FILE"}
	}
	if len(o.sources) == 0 {
		o.sources = []string{"aws"}
	}
	sources, err := openSources(o.sources, sys.in)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(sources, func(s source) bool { return !isLive(s) }); i >= 0 {
		return &problem{where: sources[i].name, what: "no account", hint: "a snapshot is of accounts: plumb snapshot aws -o FILE; code is kept by git"}
	}
	tree, c, err := findConfig(o.config, sources)
	if err != nil {
		return err
	}
	rd, err := newReader(o.readOptions, c, tree, sys.env, false)
	if err != nil {
		return err
	}
	if o.live.dryRun {
		if err := o.live.dry(ctx, sources, c); !errors.Is(err, errDryRun) {
			return err
		}
		return nil
	}
	file, err := os.CreateTemp(filepath.Dir(o.out), ".plumb-snapshot-*") // only its owner may read it
	if err != nil {
		return &problem{where: "-o " + o.out, what: reason(err), hint: "name a file in a folder that exists and may be written"}
	}
	s, err := o.take(ctx, rd, sources, sys)
	if err != nil {
		return errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	return o.keep(file, s, sys)
}

// take reads the accounts. A reading that was interrupted is no evidence of anything and is not kept.
func (o *snapshotOptions) take(ctx context.Context, rd *reader, sources []source, sys *system) (*snapshot.Snapshot, error) {
	stop := sys.progress(o.quiet, func() string { return o.live.status(time.Now(), sys.now) })
	reached, found, err := rd.readReached(ctx, sources)
	stop()
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	return snapshotOf(reached, found, sys.now), nil
}

// snapshotOf is what was read of accounts, as it is kept.
func snapshotOf(x *reached, found scanners.Found, taken time.Time) *snapshot.Snapshot {
	s := &snapshot.Snapshot{Tool: version, Taken: taken, Found: found}
	for _, a := range x.accounts {
		s.Accounts = append(s.Accounts, snapshot.Account{ID: a.ID, Name: a.Name, Partition: a.Partition, Identity: x.readers[a.ID], Regions: a.Regions})
	}
	slices.SortFunc(s.Accounts, func(a, b snapshot.Account) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	return s
}

// keep writes the snapshot beside its place and then moves it there: it is there whole, or what was there before.
func (o *snapshotOptions) keep(file *os.File, s *snapshot.Snapshot, sys *system) error {
	digest, err := snapshot.Write(file, s)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), o.out)
	}
	if err != nil {
		return errors.Join(&problem{where: "-o " + o.out, what: reason(err), hint: "nothing was kept"}, os.Remove(file.Name()))
	}
	name := reports.Untrusted(o.out).Terminal()
	_, err = fmt.Fprintf(sys.out, "%s: %s of %s, %s\nSHA-256 of its manifest: %s\n", name,
		counted(len(s.Found.Resources), "resource"), counted(len(s.Accounts), "account"), counted(len(s.Found.Gaps), "gap"), digest)
	return err
}

// isSnapshot looks at the first bytes of a file. One that cannot be opened is none: reading it tells why.
func isSnapshot(name string) bool {
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close() // it was only read
	head := make([]byte, 4)
	_, err = io.ReadFull(file, head)
	return err == nil && snapshot.Is(head)
}

// readStored adds what snapshots hold to what was read of accounts. taken is the time of the snapshot when there is no other source.
func (r *reader) readStored(ctx context.Context, sources []source, accounts map[int]*scanners.Found) (all map[int]*scanners.Found, taken time.Time, err error) {
	for i, src := range sources {
		if src.kind != stored {
			continue
		}
		s, err := openSnapshot(ctx, src)
		if err != nil {
			return nil, time.Time{}, err
		}
		if accounts == nil {
			accounts = map[int]*scanners.Found{}
		}
		accounts[i] = &s.Found
		for _, a := range s.Accounts {
			r.covered = append(r.covered, coveredAccount{a.ID, a.Regions, aws.Complete(services.All(), nil)})
		}
		if len(sources) == 1 {
			taken = s.Taken
		}
	}
	return accounts, taken, nil
}

// openSnapshot reads a snapshot; of one that is broken nothing is judged.
func openSnapshot(ctx context.Context, src source) (*snapshot.Snapshot, error) {
	file, err := src.open()
	if err != nil {
		return nil, &problem{where: src.name, what: reason(err)}
	}
	defer file.Close() // it was only read
	s, err := snapshot.Read(stoppable{ctx, file})
	var broken *snapshot.Broken
	switch {
	case ctx.Err() != nil:
		return nil, errInterrupted
	case errors.As(err, &broken):
		return nil, &problem{where: src.name, what: broken.Error(), hint: "nothing of it was judged. Take it again, or get the file that was written: plumb snapshot -o FILE"}
	case err != nil:
		return nil, &problem{where: src.name, what: reason(err)}
	}
	return s, nil
}
