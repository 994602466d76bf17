package main

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// cut joins the work in hand and its time to one line of at most so many columns: one that wraps cannot be written over.
func cut(phase, seconds string, columns int) string {
	if n := columns - len(seconds); len(phase) > n {
		phase = phase[:n]
	}
	return phase + seconds
}

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
				line := cut(phase(), fmt.Sprintf("... %d s", int(time.Since(start).Seconds())), s.errWidth()-1)
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
