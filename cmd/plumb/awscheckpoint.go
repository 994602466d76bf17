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

// openCheckpoint opens the file of --checkpoint, or one of our own for these sources. Without a cache folder nothing is written down.
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
	h := aws.Header{Tool: version, Of: x.of, Begun: o.sys.now}
	for _, a := range x.accounts {
		h.Accounts = append(h.Accounts, a.ID)
	}
	slices.Sort(h.Accounts)
	flags := os.O_RDWR
	if !o.resume {
		flags |= os.O_CREATE
	}
	file, err := os.OpenFile(name, flags, 0o600)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, &problem{where: "--resume", what: "there is no interrupted scan of " + x.of, hint: "leave --resume away to read everything"}
	case err != nil && ours && !o.resume:
		return &keeper{}, nil
	case err != nil:
		return nil, &problem{where: "--checkpoint " + name, what: reason(err), hint: "name a file that may be written"}
	}
	k := &keeper{file: file, ours: ours}
	if !o.resume {
		k.checkpoint, err = aws.StartCheckpoint(file, h)
	} else if k.checkpoint, err = aws.ResumeCheckpoint(file, h); err == nil {
		o.say("Going on with the scan of %s", k.checkpoint.Header.Begun.Format(time.DateTime))
	}
	if err != nil {
		return nil, errors.Join(&problem{where: name, what: err.Error(), hint: "leave --resume away to read everything anew"}, file.Close())
	}
	return k, nil
}

// close ends the checkpoint, and removes ours when every call was answered.
func (k *keeper) close(ctx context.Context, o *liveOptions, scanner *aws.Scanner) {
	if k.file == nil {
		return
	}
	if err := k.checkpoint.Err(); err != nil {
		o.say("what was read is not written down, so it cannot be resumed: %v", err)
	}
	if err := k.file.Close(); err != nil {
		o.say("closing the checkpoint: %v", err)
	}
	if k.ours && ctx.Err() == nil && !scanner.Open() {
		if err := os.Remove(k.file.Name()); err != nil {
			o.say("removing the checkpoint: %v", err)
		}
	}
}
