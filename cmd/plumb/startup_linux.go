package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// forgetStartup takes the program's own file out of memory; the system brings back what is needed again. Most of what is there when main begins
// has set up libraries that most runs do not use, the clients of AWS first: 10 MiB and more of every peak. Parts of the file that were
// written to since (the breakpoints of a debugger, the addresses that a linker left open) stay.
func forgetStartup() {
	self, err := os.Executable()
	if err != nil {
		return
	}
	text, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return
	}
	var from, to uintptr
	ours := false
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		switch {
		case len(f) < 3:
		case !strings.HasSuffix(f[0], ":"): // "400000-4d8000 r-xp 00000000 08:01 42 /usr/bin/plumb"
			n, err := fmt.Sscanf(f[0], "%x-%x", &from, &to)
			ours = n == 2 && err == nil && f[len(f)-1] == self && (f[1] == "r-xp" || f[1] == "r--p")
		case ours && f[0] == "Anonymous:" && f[1] == "0":
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, from, to-from, syscall.MADV_DONTNEED) // what fails leaves everything as it is
		}
	}
}
