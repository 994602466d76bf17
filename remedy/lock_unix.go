//go:build unix

package remedy

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the file's lock, which the system gives back when the process ends, however it ends.
func tryLock(f *os.File) (taken bool, err error) {
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
