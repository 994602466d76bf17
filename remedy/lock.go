package remedy

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Lock is held while a run works on an account or a folder.
type Lock struct{ file *os.File }

// Take takes the lock named name in a folder, for who ("run 14, process 812"). It does not wait: when somebody else has it, the
// error says who.
func Take(dir, name, who string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of locks: %w", err)
	}
	path := filepath.Join(dir, name+".lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("taking the lock of %s: %w", name, err)
	}
	taken, err := tryLock(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("taking the lock %s: %w", path, err), f.Close())
	}
	if !taken {
		holder, err := io.ReadAll(io.LimitReader(f, 200))
		return nil, errors.Join(fmt.Errorf("%s is being changed by %s: wait until it has ended", name, strings.TrimSpace(string(holder))), err, f.Close())
	}
	if err := f.Truncate(0); err != nil {
		return nil, errors.Join(fmt.Errorf("taking the lock %s: %w", path, err), f.Close())
	}
	if _, err := f.WriteAt([]byte(who+"\n"), 0); err != nil {
		return nil, errors.Join(fmt.Errorf("taking the lock %s: %w", path, err), f.Close())
	}
	return &Lock{f}, nil
}

// Release gives the lock back.
func (l *Lock) Release() error { return l.file.Close() }
