package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// keeper is the checkpoint file of a live scan.
type keeper struct {
	checkpoint *aws.Checkpoint
	file       *os.File
	ours       bool // in the cache folder, to be removed when nothing is left to resume
}

// openCheckpoint opens the file of --checkpoint, or one of our own for these sources. Without a cache folder, and while another scan
// writes our own file, nothing is written down.
func (o *liveOptions) openCheckpoint(x *reached) (*keeper, error) {
	name, ours := o.checkpoint, false
	if name == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return &keeper{}, nil
		}
		sum := sha256.Sum256([]byte(x.of))
		name, ours = filepath.Join(cache, "plumb", "checkpoints", hex.EncodeToString(sum[:8])+".jsonl"), true
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return &keeper{}, nil
		}
	}
	file, err := openLocked(name, !o.resume)
	switch {
	case errors.Is(err, os.ErrNotExist) && o.resume:
		return nil, &problem{where: "--resume", what: "there is no interrupted scan of " + x.of, hint: "leave --resume away to read everything"}
	case errors.Is(err, errTaken) && ours && !o.resume:
		o.say("Another scan of the same accounts runs now, so this one could not be resumed (--checkpoint FILE: it could)")
		return &keeper{}, nil
	case errors.Is(err, errTaken):
		return nil, &problem{where: name, what: "another scan writes this checkpoint now", hint: "wait for its end, or give this scan one of its own: --checkpoint FILE"}
	case err != nil && ours && !o.resume:
		return &keeper{}, nil
	case err != nil:
		return nil, &problem{where: "--checkpoint " + name, what: reason(err), hint: "name a file that may be written"}
	}
	return o.startCheckpoint(file, x, ours)
}

// startCheckpoint begins the file anew, or reads what it has to go on with.
func (o *liveOptions) startCheckpoint(file *os.File, x *reached, ours bool) (*keeper, error) {
	h := aws.Header{Tool: version, Of: x.of, Begun: o.sys.now}
	for _, a := range x.accounts {
		h.Accounts = append(h.Accounts, a.ID)
	}
	slices.Sort(h.Accounts)
	k := &keeper{file: file, ours: ours}
	var err error
	if !o.resume {
		k.checkpoint, err = aws.StartCheckpoint(file, h)
	} else if k.checkpoint, err = aws.ResumeCheckpoint(file, h); err == nil {
		o.say("Going on with the scan of %s", k.checkpoint.Header.Begun.Format(time.DateTime))
	}
	if err != nil {
		return nil, errors.Join(&problem{where: file.Name(), what: err.Error(), hint: "leave --resume away to read everything anew"}, file.Close())
	}
	return k, nil
}

// errTaken says that another process has a file.
var errTaken = errors.New("another process has the file")

// openLocked opens a file for this process alone. A scan that ends removes its file: when that happens between opening and locking, the
// file that was opened has no name any more, and the one of that name is opened instead.
func openLocked(name string, create bool) (*os.File, error) {
	flags := os.O_RDWR
	if create {
		flags |= os.O_CREATE
	}
	for {
		file, err := os.OpenFile(name, flags, 0o600)
		if err != nil {
			return nil, err
		}
		taken, err := lock(file)
		if taken {
			err = errTaken
		}
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		own, err := file.Stat()
		named, gone := os.Stat(name)
		switch {
		case err != nil:
			return nil, errors.Join(err, file.Close())
		case gone == nil && os.SameFile(named, own):
			return file, nil
		case gone != nil && !errors.Is(gone, os.ErrNotExist):
			return nil, errors.Join(gone, file.Close())
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
}

// close ends the checkpoint, and removes ours when every call was answered: while it is locked, so that no other scan has begun to write it.
func (k *keeper) close(ctx context.Context, o *liveOptions, scanner *aws.Scanner) {
	if k.file == nil {
		return
	}
	if err := k.checkpoint.Err(); err != nil {
		o.say("what was read is not written down, so it cannot be resumed: %v", err)
	}
	over := k.ours && ctx.Err() == nil && !scanner.Open()
	var err error
	if over {
		err = os.Remove(k.file.Name())
	}
	if bad := k.file.Close(); bad != nil {
		o.say("closing the checkpoint: %v", bad)
	}
	if over && err != nil { // Windows removes no file that is open
		err = os.Remove(k.file.Name())
	}
	if err != nil {
		o.say("removing the checkpoint: %v", err)
	}
}
