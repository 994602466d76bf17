package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what plumb prints into the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"plumb": func() { os.Exit(mainCode()) }})
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
