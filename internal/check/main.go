// Command check does everything that has to pass before a change lands: format, vet, lint, tests (policies
// and their mutations among them), and that the generated pages of docs/ are fresh. It needs Go and git.
//
//	go run ./internal/check
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// staticcheck is run by version, so that it needs no installation and no place in go.mod.
const staticcheck = "honnef.co/go/tools/cmd/staticcheck@v0.8.2"

type step struct {
	name string
	do   func() error
}

var steps = []step{
	{"format", format},
	{"vet", command("go", "vet", "./...")},
	{"lint", command("go", "run", staticcheck, "./...")},
	{"test", command("go", "test", "-timeout", "30m", "./...")},
	{"generated pages", pages},
}

func main() {
	start := time.Now()
	for _, s := range steps {
		began := time.Now()
		fmt.Fprintf(os.Stderr, "== %s\n", s.name)
		if err := s.do(); err != nil {
			fmt.Fprintf(os.Stderr, "error: %s: %v\n", s.name, err)
			os.Exit(1)
		}
		fmt.Fprintf(os.Stderr, "   %s\n", time.Since(began).Round(time.Second))
	}
	fmt.Fprintf(os.Stderr, "all checks passed in %s\n", time.Since(start).Round(time.Second))
}

func command(name string, args ...string) func() error {
	return func() error {
		cmd := exec.Command(name, args...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		return cmd.Run()
	}
}

func output(name string, args ...string) (string, error) {
	var problem strings.Builder
	cmd := exec.Command(name, args...)
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, problem.String())
	}
	return strings.TrimSpace(string(out)), nil
}

func format() error {
	files, err := output("git", "ls-files", "*.go")
	if err != nil {
		return err
	}
	unformatted, err := output("gofmt", append([]string{"-l"}, strings.Fields(files)...)...)
	if err != nil {
		return err
	}
	if unformatted != "" {
		return fmt.Errorf("gofmt -w these:\n%s", unformatted)
	}
	return nil
}

// pages makes the generated pages again and compares them with what git has.
func pages() error {
	if err := command("go", "run", "./internal/docgen")(); err != nil {
		return err
	}
	stale, err := output("git", "status", "--porcelain", "--", "docs")
	if err != nil {
		return err
	}
	if stale != "" {
		return errors.New("stale: run `go run ./internal/docgen` and commit\n" + stale)
	}
	return nil
}
