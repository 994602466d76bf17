// Command bench measures whole runs of plumb against the budgets of docs/budgets.md: CPU seconds of the
// process (user and system) and its peak memory, on inputs that internal/generate makes.
//
//	go run ./internal/bench -plumb bin/plumb
//
// It prints a table and never fails on a number: machines differ, and a person compares.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/internal/generate"
	"github.com/plumbline-dev/plumbline/policies"
)

// load is one measured run. Make writes its input below dir and gives the arguments of plumb; none means that the
// run is the policies alone, in a process of its own.
type load struct {
	name   string
	budget string
	make   func(dir string) ([]string, error)
}

var loads = []load{
	{"one tiny file, cold", "0.15 s, 80 MiB", one("main.tf", generate.Tiny)},
	{"100 roots, 603 files, 5,100 instances", "2 s, 150 MiB", roots(100, 603, 5100)},
	{"200 roots, 1,206 files, 10,200 instances", "linear", roots(200, 1206, 10200)},
	{"plan JSON, 5,000 resources", "1.5 s, 400 MiB", one("plan.json", sized(generate.Plan, 5000))},
	{"plan JSON, 20,000 resources", "5 s, 400 MiB", one("plan.json", sized(generate.Plan, 20000))},
	{"one flat file, 2,500 resources", "linear", one("main.tf", sized(generate.Flat, 2500))},
	{"one flat file, 10,000 resources", "linear", one("main.tf", sized(generate.Flat, 10000))},
	{"cost of 5,000 flat resources", "1 s", one("main.tf", sized(generate.Flat, 5000))},
	{"cost of a plan, 20,000 resources", "3 s more than its scan", one("plan.json", sized(generate.Plan, 20000))},
	{"100,000 resources x 10 checks, policies only", "4 s, 600 MiB", nil},
}

// checks are the ten of the last row: eight read one resource, two follow edges.
var checks = []string{
	"rds.multi_az", "rds.backup_retention", "rds.deletion_protection", "rds.final_snapshot", "rds.encryption",
	"rds.maintenance", "asg.min_size", "asg.suspended",
	"s3.public_access_block", "rds.subnet_zones",
}

func main() {
	plumb := flag.String("plumb", "bin/plumb", "the binary to measure")
	repeat := flag.Int("repeat", 3, "runs of each; the median is printed")
	policiesOnly := flag.Bool("policies-only", false, "judge generated resources in this process (used by the command itself)")
	making := flag.String("make", "", "write the input of the work named (used by the command itself)")
	dir := flag.String("dir", "", "with -make: the folder to write to")
	flag.Parse()
	if *making != "" {
		if err := write(*making, *dir); err != nil {
			fmt.Fprintln(os.Stderr, "error:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(*plumb, *repeat, *policiesOnly); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(plumb string, repeat int, policiesOnly bool) error {
	if policiesOnly {
		return judge(100_000)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, median of %d\n\n%-46s %9s %10s  %s\n", runtime.GOARCH, runtime.NumCPU(), repeat, "work", "CPU s", "peak MiB", "budget")
	for _, l := range loads {
		if err := measure(l, plumb, self, repeat); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}

// write makes the input of the work named and prints the arguments of plumb.
func write(name, dir string) error {
	for _, l := range loads {
		if l.name == name && l.make != nil {
			args, err := l.make(dir)
			fmt.Println(strings.Join(args, " "))
			return err
		}
	}
	return fmt.Errorf("there is no work called %q", name)
}

func measure(l load, plumb, self string, repeat int) error {
	dir, err := os.MkdirTemp("", "plumb-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	command := []string{self, "-policies-only"}
	if l.make != nil {
		// Made by another process: a child starts with the peak of its parent.
		out, err := exec.Command(self, "-make", l.name, "-dir", dir).Output()
		if err != nil {
			return fmt.Errorf("making the input: %w", err)
		}
		args := strings.Fields(string(out))
		verb := "scan"
		if strings.HasPrefix(l.name, "cost ") {
			verb = "cost"
		}
		command = append([]string{plumb, verb, "--format", "json", "-q"}, args...)
	}
	var cpu []time.Duration
	var peak []int64
	for range repeat {
		c, p, err := once(command)
		if err != nil {
			return err
		}
		cpu, peak = append(cpu, c), append(peak, p)
	}
	slices.Sort(cpu)
	slices.Sort(peak)
	fmt.Printf("%-46s %9.2f %10d  %s\n", l.name, cpu[repeat/2].Seconds(), peak[repeat/2]>>10, l.budget)
	return nil
}

// once runs a command and gives its CPU time and its peak resident size in KiB. Exit codes 2 and 3 are verdicts.
func once(command []string) (time.Duration, int64, error) {
	cmd := exec.Command(command[0], command[1:]...)
	var errors strings.Builder
	cmd.Stdout, cmd.Stderr = io.Discard, &errors
	err := cmd.Run()
	if code := cmd.ProcessState.ExitCode(); err != nil && code != 2 && code != 3 {
		return 0, 0, fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, errors.String())
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0, 0, fmt.Errorf("this system does not say what a process used")
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), usage.Maxrss, nil
}

func one(name string, write func(io.Writer) error) func(string) ([]string, error) {
	return func(dir string) ([]string, error) {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if err := write(f); err != nil {
			return nil, err
		}
		if strings.HasSuffix(name, ".json") {
			dir = f.Name()
		}
		return []string{dir}, f.Close()
	}
}

func sized(write func(io.Writer, int) error, n int) func(io.Writer) error {
	return func(w io.Writer) error { return write(w, n) }
}

func roots(roots, files, instances int) func(string) ([]string, error) {
	return func(dir string) ([]string, error) {
		return []string{dir}, generate.Roots(dir, roots, files, instances)
	}
}

// judge evaluates the ten checks on n resources; what it costs includes making and building the graph's input.
func judge(n int) error {
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		return err
	}
	g := catalog.Build(generate.Graph(n), catalog.Options{})
	runtime.GC()
	var before, after syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
		return err
	}
	results, err := set.Evaluate(context.Background(), g, policies.Options{
		Select: func(m policies.Meta) bool { return slices.Contains(checks, m.ID) },
	})
	if err != nil {
		return err
	}
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &after); err != nil {
		return err
	}
	for _, id := range checks {
		if !slices.ContainsFunc(results.Results, func(r policies.Result) bool { return r.Policy == id }) {
			return fmt.Errorf("%s judges nothing of what was generated", id)
		}
	}
	fmt.Printf("evaluate: %.2f s CPU, %v, problems %v\n", cpuSeconds(after)-cpuSeconds(before), results.Count(), results.Problems)
	return nil
}

func cpuSeconds(r syscall.Rusage) float64 {
	return float64(r.Utime.Sec+r.Stime.Sec) + float64(r.Utime.Usec+r.Stime.Usec)/1e6
}
