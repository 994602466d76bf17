package main

import (
	"context"
	"fmt"
	"io"
	"os"
)

// await gives what work gives, or errInterrupted when the user stops it before. Work that waits for a pipe cannot be
// ended from outside; it is left behind.
func await[T any](ctx context.Context, work func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		v, err := work()
		done <- outcome{v, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, errInterrupted
	}
}

// stoppable is a reader that Ctrl-C ends, also while it waits for input.
type stoppable struct {
	ctx context.Context
	in  io.Reader
}

// Read implements io.Reader.
func (s stoppable) Read(p []byte) (int, error) {
	own := make([]byte, len(p)) // p is the caller's again when the read is left behind
	n, err := await(s.ctx, func() (int, error) { return s.in.Read(own) })
	return copy(p, own[:n]), err
}

// standardInput tells a user who sits in front of it that input is waited for.
func standardInput() io.Reader {
	if !isTerminal(os.Stdin) {
		return os.Stdin
	}
	return &typed{in: os.Stdin, err: os.Stderr}
}

type typed struct {
	in   io.Reader
	err  io.Writer
	said bool
}

// Read implements io.Reader.
func (t *typed) Read(p []byte) (int, error) {
	if !t.said {
		t.said = true
		fmt.Fprintln(t.err, "Waiting for a plan or a state as JSON on standard input (Ctrl-D ends it, Ctrl-C stops)")
	}
	return t.in.Read(p)
}
