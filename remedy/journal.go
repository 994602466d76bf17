package remedy

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// What says what an event of a journal records.
type What string

// The events. Each is on disk, synced, before the next thing happens.
const (
	Started    What = "start"      // the run exists; nothing was done
	Intent     What = "intent"     // the action is about to be done
	Called     What = "called"     // the write was answered; what it changes may take time
	Refusal    What = "refused"    // the write was answered by an error: it had no effect
	Unknown    What = "unanswered" // nobody knows whether the write took effect
	NotYet     What = "late"       // it was called and was not real when the time was up
	Waiting    What = "pending"    // accepted; waits for the maintenance window
	NotTaken   What = "not done"   // read back after a break: the action had no effect
	ActionDone What = "done"       // read back: the change is real
	StepDone   What = "step done"
	LeftOut    What = "left out" // of a step: it was not done and will not be, and nothing of it took effect
	Proven     What = "verified" // the findings of the step are closed
	Unproven   What = "unproven" // they are not, or others were opened
	Stopped    What = "stopped"
	Finished   What = "finished"
)

// Event is one line of a journal.
type Event struct {
	At      time.Time `json:"at"`
	What    What      `json:"event"`
	Step    int       `json:"step,omitempty"`   // from 1
	Action  int       `json:"action,omitempty"` // from 1
	Says    string    `json:"says,omitempty"`   // for people
	Token   string    `json:"token,omitempty"`  // the client token that went with the call
	Op      string    `json:"op,omitempty"`     // of a call
	Request string    `json:"request,omitempty"`
	Status  int       `json:"status,omitempty"`
	Bound   Bound     `json:"bound,omitempty"`
	Header  *Header   `json:"header,omitempty"` // of Started
	Sum     string    `json:"sum,omitempty"`    // over the line before and this one
}

// Header says what a run is.
type Header struct {
	Run      int    `json:"run"`
	Plan     string `json:"plan"` // ID
	SHA256   string `json:"sha256"`
	UndoOf   int    `json:"undo_of,omitempty"`   // the run that this one takes back
	UndoStep int    `json:"undo_step,omitempty"` // only this step of it
	User     string `json:"user"`                // who typed it
	Where    string `json:"where"`               // "files", or the account's name
}

// Journal is the open record of a run.
type Journal struct {
	file *os.File
	sum  string
	dir  string
}

// Append writes an event and waits until it is on disk.
func (j *Journal) Append(e Event) error {
	line, sum, err := seal(e, j.sum)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(line); err != nil {
		return fmt.Errorf("writing the journal %s: %w", j.file.Name(), err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("writing the journal %s to disk: %w", j.file.Name(), err)
	}
	j.sum = sum
	return nil
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }

// seal gives the event's line, whose sum covers the line before it: a line that was changed, lost or put in is noticed.
func seal(e Event, before string) (line []byte, sum string, err error) {
	e.Sum = ""
	bare, err := json.Marshal(e)
	if err != nil {
		return nil, "", fmt.Errorf("writing an event of the journal: %w", err)
	}
	h := sha256.Sum256(append([]byte(before), bare...))
	e.Sum = hex.EncodeToString(h[:8])
	line, err = json.Marshal(e)
	return append(line, '\n'), e.Sum, err
}

// readJournal gives the events of a journal. A last line that was cut is left out and its length given, so that it can be
// cut off; a line that does not fit the ones before it is an error.
func readJournal(path string) (events []Event, sum string, torn int64, err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", 0, nil
	}
	if err != nil {
		return nil, "", 0, fmt.Errorf("reading the journal: %w", err)
	}
	for n := 1; len(data) > 0; n++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole {
			return events, sum, int64(len(data)), nil
		}
		var e Event
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		if err := d.Decode(&e); err != nil {
			return nil, "", 0, fmt.Errorf("%s:%d is no event of a journal: %w", path, n, err)
		}
		if _, err := d.Token(); !errors.Is(err, io.EOF) {
			return nil, "", 0, fmt.Errorf("%s:%d holds more than one event", path, n)
		}
		_, want, err := seal(e, sum)
		if err != nil {
			return nil, "", 0, err
		}
		if e.Sum != want {
			return nil, "", 0, fmt.Errorf("%s:%d does not follow the lines before it: the journal was changed", path, n)
		}
		e.Bound = plain(e.Bound)
		events, sum, data = append(events, e), e.Sum, rest
	}
	return events, sum, 0, nil
}

// openJournal opens a journal for more events, after its last whole line.
func openJournal(dir, sum string, torn int64) (*Journal, error) {
	path := filepath.Join(dir, journalName)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err == nil && torn > 0 {
		end -= torn
		if err = f.Truncate(end); err == nil {
			_, err = f.Seek(end, io.SeekStart)
		}
	}
	if err == nil {
		err = syncFolder(dir)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the journal %s: %w", path, err), f.Close())
	}
	return &Journal{file: f, sum: sum, dir: dir}, nil
}

// syncFolder makes new names in a folder last.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
