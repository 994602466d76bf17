package aws

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
)

// File is what a checkpoint is kept in: an *os.File.
type File interface {
	io.ReadWriteSeeker
	Truncate(size int64) error
	Sync() error
}

// Header says what a checkpoint is of. A scan goes on only where it is the same.
type Header struct {
	Version  int       `json:"plumb_checkpoint"`
	Tool     string    `json:"tool"`     // version of plumb
	Of       string    `json:"of"`       // the sources and what is read of them, in words
	Accounts []string  `json:"accounts"` // sorted
	Begun    time.Time `json:"begun"`
}

const checkpointVersion = 1

// ErrOtherScan says that a checkpoint is not of the scan that is to go on.
var ErrOtherScan = errors.New("the checkpoint is of another scan")

// Checkpoint is an append-only file of the calls that are finished, one JSON line each, with what they gave. It holds no secrets, as
// resources do not; a line that was torn by a crash is dropped.
type Checkpoint struct {
	Header Header

	mu     sync.Mutex
	file   File
	synced time.Time
	old    []record // what an earlier scan finished
	err    error    // of the first write that failed
}

// record is one line: a list call (Detail empty), or a detail call of one resource.
type record struct {
	Unit      string            `json:"unit"`
	Detail    string            `json:"detail,omitempty"`    // its operation
	Resource  *graph.Resource   `json:"resource,omitempty"`  // of a detail call: what it was made for, as it is now
	Resources []*graph.Resource `json:"resources,omitempty"` // what it gave
}

// StartCheckpoint empties the file and writes down what the scan is.
func StartCheckpoint(f File, h Header) (*Checkpoint, error) {
	h.Version = checkpointVersion
	if err := f.Truncate(0); err != nil {
		return nil, fmt.Errorf("starting a checkpoint: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("starting a checkpoint: %w", err)
	}
	c := &Checkpoint{Header: h, file: f}
	c.append(h)
	return c, c.err
}

// ResumeCheckpoint reads what an earlier scan finished, and makes the file ready to take more. The error is ErrOtherScan when the
// file is of other sources, other accounts or another version of plumb.
func ResumeCheckpoint(f File, want Header) (*Checkpoint, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading the checkpoint: %w", err)
	}
	c := &Checkpoint{file: f}
	end, err := c.read(bufio.NewReaderSize(f, 1<<20), want)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(end); err != nil {
		return nil, fmt.Errorf("dropping the torn end of the checkpoint: %w", err)
	}
	if _, err := f.Seek(end, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading the checkpoint: %w", err)
	}
	return c, nil
}

// read gives the place behind the last whole line.
func (c *Checkpoint) read(in *bufio.Reader, want Header) (end int64, err error) {
	for number := 1; ; number++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			if number == 1 {
				return 0, fmt.Errorf("%w: it is empty", ErrOtherScan)
			}
			return end, nil
		}
		if err != nil {
			return 0, fmt.Errorf("reading the checkpoint: %w", err)
		}
		if number == 1 {
			err = c.readHeader(line, want)
		} else {
			err = c.readRecord(line)
		}
		if err != nil {
			return 0, fmt.Errorf("line %d of the checkpoint: %w", number, err)
		}
		end += int64(len(line))
	}
}

func (c *Checkpoint) readHeader(line []byte, want Header) error {
	if err := json.Unmarshal(line, &c.Header); err != nil {
		return fmt.Errorf("%w: it is no checkpoint", ErrOtherScan)
	}
	switch h := c.Header; {
	case h.Version != checkpointVersion || h.Tool != want.Tool:
		return fmt.Errorf("%w: plumb %s wrote it, and this is %s", ErrOtherScan, h.Tool, want.Tool)
	case h.Of != want.Of:
		return fmt.Errorf("%w: %s, and this is %s", ErrOtherScan, h.Of, want.Of)
	case !slices.ContainsFunc(h.Accounts, func(a string) bool { return slices.Contains(want.Accounts, a) }):
		return fmt.Errorf("%w: of the accounts %v, and this is of %v", ErrOtherScan, h.Accounts, want.Accounts)
	}
	return nil
}

func (c *Checkpoint) readRecord(line []byte) error {
	var r record
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return fmt.Errorf("%w: it was altered: %w", ErrOtherScan, err)
	}
	c.old = append(c.old, r)
	return nil
}

// append writes one line. What is written survives the end of this process at once, and that of the machine after a second.
func (c *Checkpoint) append(x any) {
	line, err := json.Marshal(x)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	if err == nil {
		_, err = c.file.Write(append(line, '\n'))
	}
	if now := time.Now(); err == nil && now.Sub(c.synced) > time.Second {
		c.synced, err = now, c.file.Sync()
	}
	if err != nil {
		c.err = fmt.Errorf("writing the checkpoint: %w", err)
	}
}

// Err is why nothing more could be written down; the scan itself goes on without.
func (c *Checkpoint) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// done is a detail call that was finished.
type done struct {
	it     *item
	detail *Detail
	gave   []*item
}

// note writes down that a list call (d nil) or a detail call is finished.
func (s *Scanner) note(u *unit, d *done) {
	if s.o.Checkpoint == nil {
		return
	}
	r := record{Unit: u.id}
	list := u.items
	if d != nil {
		r.Detail, r.Resource, list = d.detail.Operation, d.it.r, d.gave
	}
	for _, it := range list {
		r.Resources = append(r.Resources, it.r)
	}
	s.o.Checkpoint.append(r)
}

// restore takes over what an earlier scan finished.
func (s *Scanner) restore() error {
	if s.o.Checkpoint == nil {
		return nil
	}
	byID := make(map[string]*unit, len(s.units))
	for _, u := range s.units {
		byID[u.id] = u
	}
	items := map[*unit]map[graph.Address]*item{}
	for _, r := range s.o.Checkpoint.old {
		u := byID[r.Unit]
		if u == nil || r.Detail != "" && !u.finished {
			continue // nobody needs it any more, or the list itself is made again
		}
		if items[u] == nil {
			items[u] = map[graph.Address]*item{}
		}
		if err := s.restoreOne(u, r, items[u]); err != nil {
			return err
		}
		s.progress.restored++
	}
	s.o.Checkpoint.old = nil
	return nil
}

func (s *Scanner) restoreOne(u *unit, r record, items map[graph.Address]*item) error {
	if r.Detail != "" {
		if r.Resource == nil || items[r.Resource.Address] == nil {
			return fmt.Errorf("%w: it has %s of a resource that it does not have", ErrOtherScan, r.Detail)
		}
		it := items[r.Resource.Address]
		it.r = r.Resource
		it.todo = slices.DeleteFunc(it.todo, func(d *Detail) bool { return d.Operation == r.Detail })
	}
	for _, x := range r.Resources {
		if it := s.newItem(u, x); it != nil {
			u.add(it)
			items[x.Address] = it
		}
	}
	u.finished = true
	return nil
}
