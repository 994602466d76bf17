//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// columns gives the width of the terminal behind f, or 0.
func columns(f *os.File) int {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
