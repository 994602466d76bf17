package main

import (
	"testing"

	"github.com/plumbline-dev/plumbline/remedy"
)

// A step that somebody leaves out is not done, is not asked for and is not undone.
func TestAStepIsLeftOutOfAnApply(t *testing.T) {
	id := filesPlan(t, func(p *remedy.Plan) { p.Steps[0].Risk.Class = "data-copy" })
	code, out := plumbTyped(t, "", "apply", id, "--yes", "--skip-step", "3")
	want(t, "a step that is not there", code, 1, out, "the plan has no step 3", "its steps are 1 to 2")

	code, out = plumbTyped(t, "", "apply", id, "--yes", "--no-proof", "--skip-step", "1")
	want(t, "apply", code, 0, out, "left out: as asked", "Run 1 is done: 1 change.", "findings still open: step 1.")
	wantFiles(t, mainBefore, dataAfter)
	code, out = plumbTyped(t, "", "runs")
	want(t, "runs", code, 0, out, "partly done 1/2")
	code, out = plumbTyped(t, "", "apply", "--resume", "1")
	want(t, "resume", code, 1, out, "nothing is left to resume")
	code, out = plumbTyped(t, "", "apply", id, "--yes")
	want(t, "the plan again", code, 1, out, "run 1 carried it out")

	code, out = plumbTyped(t, "", "rollback", "1", "--yes")
	want(t, "rollback", code, 0, out, "1 of 2 steps to undo", "Run 2 undid run 1.")
	wantFiles(t, mainBefore, dataBefore)
}
