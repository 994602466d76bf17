// Plumb judges infrastructure code against a written reference architecture.
//
// This package reads flags, environment and files, puts the other packages together, and exits. Each
// verb has a file of its own (scan.go: newScanCmd, scanOptions, runScan).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/remedy"
)

const (
	// collectFrom is the memory, in bytes, below which the garbage collector does not run at all: small scans end before. The clients
	// of AWS take about ten of these MiB at every start, and 25 more of the binary; at 64 MiB a tiny scan would peak above 80 MiB.
	collectFrom = 32 << 20
	// collectPercent is how far the heap may grow before the next collection, in percent of what is live; up to collectMany bytes that
	// are live, no more than collectRoom bytes: the peak of a scan of ordinary size is then that of its largest heap and little more.
	// A larger heap has room left in its budget and is dear to go through.
	collectPercent = 55
	collectRoom    = 15 << 20
	collectMany    = 72 << 20
)

func main() {
	forgetStartup()
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		collectLate()
	}
	os.Exit(mainCode())
}

// collectLate puts the first collection off until collectFrom.
func collectLate() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(collectFrom)
	afterCollection()
}

// afterCollection sets, after each collection, when the next one is due. What notices one is something that nothing refers to.
func afterCollection() {
	runtime.AddCleanup(new([64]byte), func(int) {
		debug.SetGCPercent(collectNext())
		debug.SetMemoryLimit(math.MaxInt64)
		afterCollection()
	}, 0)
}

// collectNext is how far the heap may grow, in percent of what the last collection found alive.
func collectNext() int {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return collectPercent
	}
	live := sample[0].Value.Uint64()
	if live == 0 || live > collectMany {
		return collectPercent
	}
	return min(collectPercent, int(collectRoom*100/live))
}

func mainCode() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return run(ctx, os.Args[1:], system{
		in: standardInput(), out: os.Stdout, err: os.Stderr, env: environment(os.Environ()), now: time.Now().UTC(),
		outTerminal: isTerminal(os.Stdout), errTerminal: isTerminal(os.Stderr), columns: columns(os.Stdout),
	})
}

// system is everything outside that a verb may touch besides the files it is told to read.
type system struct {
	in                       io.Reader
	out, err                 io.Writer
	env                      map[string]string
	now                      time.Time
	clock                    remedy.Clock // that runs go by; nil is the real time
	outTerminal, errTerminal bool
	columns                  int // of the terminal; 0 when there is none
}

func environment(list []string) map[string]string {
	env := make(map[string]string, len(list))
	for _, kv := range list {
		k, v, _ := strings.Cut(kv, "=")
		env[k] = v
	}
	return env
}

// run carries out one command line and gives the exit status.
func run(ctx context.Context, args []string, sys system) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			printError(sys.err, &problem{what: fmt.Sprintf("internal fault: %v", fault), hint: "plumb runs tells whether something was being changed. Please report it with the output of plumb version; -vv prints where it happened"}, sys.errWidth())
			if slices.Contains(args, "-vv") {
				fmt.Fprintf(sys.err, "%s", debug.Stack())
			}
			code = 1
		}
	}()
	cmd := newRootCmd(&sys)
	cmd.SetArgs(args)
	cmd.SetIn(sys.in)
	cmd.SetOut(sys.out)
	cmd.SetErr(sys.err)
	err := cmd.ExecuteContext(ctx)
	if err != nil && ctx.Err() != nil && !silent(err) {
		err = errInterrupted // whatever failed did so because of it
	}
	if err != nil && !silent(err) {
		printError(sys.err, err, sys.errWidth())
	}
	return exitCode(err)
}

// Outcomes that are no mistakes: the result has been printed and, but for errInterrupted, says it all.
var (
	errFindings    = errors.New("findings at or above the threshold")
	errOpen        = errors.New("undecided checks or gaps")
	errInterrupted = errors.New("interrupted")
	errPartWay     = errors.New("a run stopped part-way")
	errReported    = errors.New("reported already")
)

func silent(err error) bool {
	return errors.Is(err, errFindings) || errors.Is(err, errOpen) || errors.Is(err, errReported) || errors.Is(err, errPartWay)
}

// exitCode is the one place that turns an outcome into an exit status; the help text repeats it.
func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errInterrupted):
		return 130
	case errors.Is(err, errFindings):
		return 2
	case errors.Is(err, errOpen):
		return 3
	case errors.Is(err, errPartWay):
		return 4
	default:
		return 1
	}
}
