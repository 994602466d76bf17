//go:build !unix

package remedy

import (
	"errors"
	"os"
)

// tryLock has no lock that ends with the process here, so that nothing can be applied.
func tryLock(*os.File) (taken bool, err error) {
	return false, errors.New("this system has no file locks that end with the process: apply from Linux or macOS")
}
