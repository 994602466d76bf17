package remedy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

const (
	journalName = "journal.jsonl"
	planName    = "plan.json"
)

// Store is the folder that holds the runs, one folder each, named by their numbers.
type Store struct{ Dir string }

// Create makes the next run: the plan's bytes and a journal that says that it started. The run's number is set in the header.
func (s Store) Create(plan []byte, h Header, now time.Time) (*Run, *Journal, error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("making the folder of runs: %w", err)
	}
	numbers, err := s.Numbers()
	if err != nil {
		return nil, nil, err
	}
	next := 1
	if len(numbers) > 0 {
		next = numbers[len(numbers)-1] + 1
	}
	for ; ; next++ {
		err := os.Mkdir(s.folder(next), 0o700)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, nil, fmt.Errorf("making the folder of run %d: %w", next, err)
		}
	}
	h.Run = next
	r, j, err := s.begin(plan, h, now)
	if err != nil { // nothing was done yet: a folder that is left would only be in the way
		return nil, nil, errors.Join(err, os.RemoveAll(s.folder(next)))
	}
	return r, j, nil
}

// begin fills the new folder of a run.
func (s Store) begin(plan []byte, h Header, now time.Time) (*Run, *Journal, error) {
	dir := s.folder(h.Run)
	if err := writeSynced(filepath.Join(dir, planName), plan); err != nil {
		return nil, nil, err
	}
	if err := syncFolder(s.Dir); err != nil {
		return nil, nil, fmt.Errorf("making the folder of run %d: %w", h.Run, err)
	}
	j, err := openJournal(dir, "", 0)
	if err != nil {
		return nil, nil, err
	}
	if err := j.Append(Event{At: now, What: Started, Header: &h}); err != nil {
		return nil, nil, errors.Join(err, j.Close())
	}
	r, err := s.Load(h.Run)
	if err != nil {
		return nil, nil, errors.Join(err, j.Close())
	}
	r.cut = false
	return r, j, nil
}

func (s Store) folder(n int) string { return filepath.Join(s.Dir, strconv.Itoa(n)) }

// Numbers lists the runs, oldest first.
func (s Store) Numbers() ([]int, error) {
	entries, err := os.ReadDir(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing the runs: %w", err)
	}
	var numbers []int
	for _, e := range entries {
		if n, err := strconv.Atoi(e.Name()); err == nil && n > 0 && e.IsDir() && !s.stillborn(n) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// stillborn says whether the process that made a run's folder ended before the plan was whole in it: nothing was done.
func (s Store) stillborn(n int) bool {
	if _, err := os.Stat(filepath.Join(s.folder(n), journalName)); !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	plan, err := os.ReadFile(filepath.Join(s.folder(n), planName))
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	p, _ := Open(plan, time.Time{}, "")
	return p == nil
}

// Load reads a run. It fails when there is none, when its plan is not the one that it started with, or when its journal was
// changed.
func (s Store) Load(n int) (*Run, error) {
	dir := s.folder(n)
	data, err := os.ReadFile(filepath.Join(dir, planName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no run %d in %s: plumb runs lists them", n, s.Dir)
	}
	if err != nil {
		return nil, fmt.Errorf("reading run %d: %w", n, err)
	}
	plan, err := Open(data, time.Time{}, "")
	if plan == nil { // expired or made by another version: what was begun can be ended all the same
		return nil, fmt.Errorf("reading the plan of run %d: %w", n, err)
	}
	events, sum, torn, err := readJournal(filepath.Join(dir, journalName))
	if err != nil {
		return nil, fmt.Errorf("run %d: %w", n, err)
	}
	r := &Run{N: n, Plan: plan, Events: events, sum: sum, torn: torn, dir: dir, cut: torn > 0 || len(events) == 0}
	if len(events) > 0 {
		last := events[len(events)-1].What
		r.cut = r.cut || last != Stopped && last != Finished
	}
	if len(events) > 0 && events[0].Header != nil {
		r.Header = *events[0].Header
		if r.Header.SHA256 != plan.SHA256 {
			return nil, fmt.Errorf("run %d started with plan %.8s, and its folder holds plan %.8s: the folder was changed", n, r.Header.SHA256, plan.SHA256)
		}
	} else {
		r.Header = Header{Run: n, Plan: plan.ID, SHA256: plan.SHA256}
	}
	return r, nil
}

// Reopen opens the run's journal for more events. A cut last line is taken off.
func (r *Run) Reopen() (*Journal, error) { return openJournal(r.dir, r.sum, r.torn) }

// writeSynced writes a new file and waits until it is on disk.
func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
