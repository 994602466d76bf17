package main

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// progress names the work in hand on a terminal, from half a second on and twice a second; the result is the
// same without it. Call the result when the work is over.
func (s *system) progress(quiet bool, phase func() string) (stop func()) {
	if quiet || !s.errTerminal || s.env["PLUMB_ACCESSIBLE"] != "" {
		return func() {}
	}
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		width, start := 0, time.Now()
		for {
			select {
			case <-done:
				if width > 0 {
					fmt.Fprintf(s.err, "\r%s\r", strings.Repeat(" ", width))
				}
				return
			case <-time.After(500 * time.Millisecond):
				line := fmt.Sprintf("%s... %d s", phase(), int(time.Since(start).Seconds()))
				fmt.Fprintf(s.err, "\r%-*s", width, line)
				width = max(width, len(line))
			}
		}
	})
	return func() {
		close(done)
		wait.Wait()
	}
}
