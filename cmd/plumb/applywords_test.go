package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/plumbline-dev/plumbline/remedy"
)

// An undo is listed as one, and one that was itself undone leaves the run standing.
func TestAnUndoIsUndoneAndListedAsWhatItIs(t *testing.T) {
	id := filesPlan(t, nil)
	code, out := plumbTyped(t, "", "apply", id, "--yes", "--no-proof")
	want(t, "apply", code, 0, out, "Plan "+id+" of 2026-11-20 12:00 UTC: 2 changes in files.")
	code, out = plumbTyped(t, "", "rollback", "1", "--dry-run")
	want(t, "dry run", code, 0, out, "Undo of run 1 (plan "+id+"): 2 of 2 steps to undo.", "Next: plumb rollback 1")
	code, out = plumbTyped(t, "", "rollback", "1", "--yes")
	want(t, "rollback", code, 0, out, "2 of 2 targets as run 1 left them", "Run 2 undid run 1")
	code, out = plumbTyped(t, "", "rollback", "2", "--yes")
	want(t, "rollback of the rollback", code, 0, out, "Run 3 undid run 2")
	wantFiles(t, mainAfter, dataAfter)
	code, out = plumbTyped(t, "", "runs")
	want(t, "runs", code, 0, out, "ana done 2/2, undo of run 2", "ana rolled back 1 ", "ana done 2/2")
	code, out = plumbTyped(t, "", "apply", id, "--yes")
	want(t, "apply again", code, 1, out, "run 1 carried it out")
	code, out = plumbTyped(t, "", "rollback", "1", "2", "--yes")
	want(t, "rollback of a step", code, 0, out, "Undo of step 2 of run 1 (plan "+id+").", "1 of 1 target as run 1 left it")
	wantFiles(t, mainAfter, dataBefore)
}

// An undo that stopped goes on as an undo: nothing is scanned to prove it.
func TestAnUndoIsResumedAsAnUndo(t *testing.T) {
	id := filesPlan(t, nil)
	code, out := plumbTyped(t, "", "apply", id, "--yes", "--no-proof")
	want(t, "apply", code, 0, out)
	beside := ".plumb-" + hashOf(mainBefore)[:16] + ".tmp"
	if err := os.MkdirAll(filepath.Join(beside, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	code, out = plumbTyped(t, "", "rollback", "1", "--yes")
	want(t, "rollback", code, 4, out, "FAILED", "plumb apply --resume 2")
	code, out = plumbTyped(t, "", "rollback", "1", "--yes")
	want(t, "rollback again", code, 1, out, "run 2 began to undo it and is unfinished", "plumb apply --resume 2")
	if err := os.RemoveAll(beside); err != nil {
		t.Fatal(err)
	}
	code, out = plumbTyped(t, "", "apply", "--resume", "2", "--yes")
	want(t, "resume", code, 0, out, "Run 2 of plan ", "begun at ", "1 of 2 steps done.", "1 of 1 target as run 1 left it", "Run 2 undid run 1. Nothing is unfinished.")
	wantFiles(t, mainBefore, dataBefore)
}

// --yes that does not reach far enough names what would, for all steps.
func TestOneHintCoversEveryStepThatYesDoesNot(t *testing.T) {
	id := filesPlan(t, func(p *remedy.Plan) {
		p.Steps[0].Risk.Class, p.Steps[1].Risk.Class = "online-degraded", "rolling-restart"
	})
	code, out := plumbTyped(t, "", "apply", id, "--yes")
	want(t, "apply", code, 1, out, "step 1, main.tf:1: its risk is online-degraded and --yes holds up to online, and so with 1 other: nothing was changed", "--accept rolling-restart, or --accept-step 1,2")
	wantFiles(t, mainBefore, dataBefore)
}

// A folder that cannot be written is said before anything is changed.
func TestARunThatCannotBeRecordedIsNotBegun(t *testing.T) {
	id := filesPlan(t, nil)
	if err := os.Symlink("nowhere/at/all", runsFolder); err != nil {
		t.Fatal(err)
	}
	code, out := plumbTyped(t, "", "apply", id, "--yes")
	want(t, "apply", code, 1, out, "the run cannot be recorded", "nothing was changed")
	wantFiles(t, mainBefore, dataBefore)
}

// A plan is carried out where it is stood in, when that is the same code, and never where it was made.
func TestAPlanChangesTheCloneThatItIsAppliedIn(t *testing.T) {
	id := filesPlan(t, nil)
	made, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	clone := t.TempDir()
	if err := os.CopyFS(clone, os.DirFS(made)); err != nil {
		t.Fatal(err)
	}
	t.Chdir(clone)
	rewrite(t, "data.tf", "1", "2")
	code, out := plumbTyped(t, "", "apply", id, "--yes")
	want(t, "other files", code, 1, out, "data.tf: 1 file changed since the plan was made")
	rewrite(t, "data.tf", "2", "1")
	code, out = plumbTyped(t, "", "apply", id, "--yes", "--no-proof")
	want(t, "apply", code, 0, out, "Run 1 is done")
	wantFiles(t, mainAfter, dataAfter)
	code, out = plumbTyped(t, "", "rollback", "1", "--yes")
	want(t, "rollback", code, 0, out, "Run 2 undid run 1")
	wantFiles(t, mainBefore, dataBefore)
	t.Chdir(made)
	wantFiles(t, mainBefore, dataBefore)
	if _, err := os.Stat(runsFolder); !os.IsNotExist(err) {
		t.Errorf("a run was begun where the plan was made: %v", err)
	}
}
