package main

import (
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
)

var update = flag.Bool("update", false, "write what plumb prints into the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"plumb": func() { os.Exit(mainCode()) }, "plumb-hurried": func() { os.Exit(hurriedCode()) }})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	story, err := filepath.Abs("../../testdata/story")
	if err != nil {
		t.Fatal(err)
	}
	action, err := filepath.Abs("../../action")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("STORY", story)
			e.Setenv("ACTION", action)
			e.Setenv("PLUMB_AS_OF", "2026-11-20")
			e.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			e.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
			for _, who := range []string{"AUTHOR", "COMMITTER"} {
				e.Setenv("GIT_"+who+"_NAME", "ana")
				e.Setenv("GIT_"+who+"_EMAIL", "ana@shop.example")
				e.Setenv("GIT_"+who+"_DATE", "2026-11-20T12:00:00Z")
			}
			return nil
		},
	})
}

// Every help text fits a terminal of 80 columns, and those of plumb and of its verbs fit 40 lines.
func TestHelpFitsTheTerminal(t *testing.T) {
	t.Parallel()
	var pages [][]string
	for _, topic := range topicNames() {
		pages = append(pages, []string{"help", topic})
	}
	pages = append(pages, []string{"--help"})
	var collect func(cmd *cobra.Command, path []string)
	collect = func(cmd *cobra.Command, path []string) {
		for _, c := range cmd.Commands() {
			if !c.Hidden {
				pages = append(pages, append(slices.Clone(path), c.Name(), "--help"))
				collect(c, append(slices.Clone(path), c.Name()))
			}
		}
	}
	collect(newRootCmd(&system{}), nil)
	for _, args := range pages {
		var out, err strings.Builder
		if code := run(context.Background(), args, system{in: strings.NewReader(""), out: &out, err: &err, env: map[string]string{}}); code != 0 {
			t.Errorf("%v: exit status %d: %s", args, code, err.String())
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) > 45 {
			t.Errorf("%v has %d lines", args, len(lines))
		}
		for _, l := range lines {
			if len([]rune(l)) > 80 {
				t.Errorf("%v has a line of %d columns: %s", args, len([]rune(l)), l)
			}
		}
	}
}

// A pipe that nobody writes to and nobody closes does not outlast Ctrl-C.
func TestWaitingForInputCanBeStopped(t *testing.T) {
	t.Parallel()
	in, _ := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var out, err strings.Builder
	if code := run(ctx, []string{"scan", "-"}, system{in: in, out: &out, err: &err, env: map[string]string{}}); code != 130 {
		t.Errorf("exit status %d, want 130", code)
	}
	if out.String() != "" || err.String() != "error: interrupted\n" {
		t.Errorf("printed %q and %q", out.String(), err.String())
	}
}

// A comparison that was stopped half-way says nothing about what is new or fixed.
func TestAnInterruptedComparisonReportsNothing(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var out, err strings.Builder
	if code := run(ctx, []string{"scan", "--since", "HEAD", "../.."}, system{in: strings.NewReader(""), out: &out, err: &err, env: map[string]string{}}); code != 130 {
		t.Errorf("exit status %d: %s", code, err.String())
	}
	if out.String() != "" {
		t.Errorf("printed %q", out.String())
	}
}
