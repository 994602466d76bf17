package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
	remedysource "github.com/plumbline-dev/plumbline/remedy/source"
)

// commitPlan commits the edits of a plan's files as a git branch, without touching the work tree, and writes the text of a pull
// request beside the plan.
func commitPlan(ctx context.Context, plan *remedy.Plan, branch string, sys *system) error {
	at := -1
	for i, s := range plan.Sources {
		if s.Kind == remedy.File && s.Commit != "" && at < 0 {
			at = i
		}
	}
	if at < 0 {
		return &problem{where: "--branch " + branch, what: "the source is not in a git repository with a commit", hint: "plumb apply " + plan.ID + " edits the files in place"}
	}
	top, commit := plan.Sources[at].Path, plan.Sources[at].Commit
	if _, err := git(ctx, top, "check-ref-format", "--branch", branch); err != nil {
		return &problem{where: "--branch " + branch, what: "not a name for a branch", hint: "--branch plumb/" + plan.ID}
	}
	if _, err := git(ctx, top, "rev-parse", "--verify", "--quiet", "refs/heads/"+branch); err == nil {
		return &problem{where: "--branch " + branch, what: "the branch exists already", hint: "--branch plumb/" + plan.ID}
	}
	files, err := editedFiles(ctx, plan, at, top, commit)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return &problem{where: "--branch " + branch, what: "the plan changes no file of the repository", hint: "plumb apply " + plan.ID}
	}
	made, err := commitFiles(ctx, top, commit, files, fmt.Sprintf("Apply %s of plan %s\n\n%s", counted(len(plan.Steps), "fix"), plan.ID, stepList(plan)))
	if err != nil {
		return err
	}
	if _, err := git(ctx, top, "update-ref", "refs/heads/"+branch, made, strings.Repeat("0", len(made))); err != nil {
		return fmt.Errorf("making the branch %s: %w", branch, err)
	}
	body := filepath.Join(plansFolder, plan.ID+".md")
	if err := inFolder(body, []byte(pullRequest(plan))); err != nil {
		return &problem{where: body, what: reason(err)}
	}
	_, err = fmt.Fprintf(sys.out, "Committed as %.8s on branch %s; the work tree is as it was.\nText for a pull request: %s\n", made, branch, body)
	return err
}

// editedFiles gives the files as the plan leaves them. They must be committed as the plan found them.
func editedFiles(ctx context.Context, plan *remedy.Plan, at int, top, commit string) (map[string][]byte, error) {
	now := map[string][]byte{}
	for _, s := range plan.Steps {
		for _, a := range s.Actions {
			if a.Edit == nil || s.Source != at {
				continue
			}
			was, ok := now[a.Edit.File]
			if !ok {
				var err error
				if was, err = git(ctx, top, "show", commit+":"+a.Edit.File); err != nil {
					return nil, &problem{where: a.Edit.File, what: "it is not committed", hint: "commit it, then plan again"}
				}
			}
			next, ok := remedysource.Edited(was, a.Edit)
			if !ok {
				return nil, &problem{where: a.Edit.File, what: "it has changes that are not committed", hint: "commit them, then plan again"}
			}
			now[a.Edit.File] = next
		}
	}
	return now, nil
}

// commitFiles makes a commit with some files changed, by an index of its own.
func commitFiles(ctx context.Context, top, parent string, files map[string][]byte, message string) (string, error) {
	dir, err := os.MkdirTemp("", "plumb-index-")
	if err != nil {
		return "", fmt.Errorf("making a commit: %w", err)
	}
	defer os.RemoveAll(dir) // what is left of it is temporary
	run := func(in []byte, args ...string) (string, error) {
		cmd := gitCommand(ctx, top, args...)
		cmd.Env = append(cmd.Environ(), "GIT_INDEX_FILE="+filepath.Join(dir, "index"))
		cmd.Stdin = bytes.NewReader(in)
		out, err := cmd.Output()
		if failed, ok := err.(*exec.ExitError); ok {
			return "", fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(string(failed.Stderr)))
		}
		return strings.TrimSpace(string(out)), err
	}
	if _, err := run(nil, "read-tree", parent); err != nil {
		return "", err
	}
	for name, text := range files {
		entry, err := run(nil, "ls-files", "--stage", "--", name)
		mode, _, ok := strings.Cut(entry, " ")
		if err != nil || !ok {
			return "", fmt.Errorf("%s is not committed: %w", name, fs.ErrNotExist)
		}
		blob, err := run(text, "hash-object", "-w", "--stdin")
		if err != nil {
			return "", err
		}
		if _, err := run(nil, "update-index", "--cacheinfo", mode+","+blob+","+name); err != nil {
			return "", err
		}
	}
	tree, err := run(nil, "write-tree")
	if err != nil {
		return "", err
	}
	return run([]byte(message), "commit-tree", tree, "-p", parent)
}

func stepList(plan *remedy.Plan) string {
	var b strings.Builder
	for i := range plan.Steps {
		if s := &plan.Steps[i]; s.Kind == remedy.File {
			fmt.Fprintf(&b, "- %s\n", strings.ReplaceAll(planStep(s), "`", ""))
		}
	}
	return b.String()
}

// pullRequest is the text of a pull request in Markdown: findings, cost, risk and diff.
func pullRequest(plan *remedy.Plan) string {
	var b strings.Builder
	o := plan.Outcome
	fmt.Fprintf(&b, "## Fixes of plan %s\n\n%s closed, %d new. Cost %s a month%s.\n\n| change | closes | risk | cost a month |\n|---|---|---|---|\n",
		plan.ID, counted(o.Closed, "finding"), len(o.Opened), signed(o.Delta), usageText(o.Usage))
	for i := range plan.Steps {
		s := &plan.Steps[i]
		if s.Kind != remedy.File {
			continue
		}
		risk := string(s.Risk.Class)
		if s.Risk.Detail != "" {
			risk += ": " + s.Risk.Detail
		}
		price := "-"
		if s.Cost.Delta != "" && (s.Cost.Delta != "0.00" || s.Cost.Usage) {
			price = signed(s.Cost.Delta) + usageText(s.Cost.Usage)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cell(planStep(s)), strings.Join(closedPolicies(s), ", "), cell(risk), price)
	}
	b.WriteString("\n<details><summary>Diff</summary>\n\n")
	fence := "```"
	for _, s := range plan.Steps {
		for _, a := range s.Actions {
			for a.Edit != nil && strings.Contains(a.Edit.Diff, fence) {
				fence += "`"
			}
		}
	}
	b.WriteString(fence + "diff\n")
	for _, s := range plan.Steps {
		for _, a := range s.Actions {
			if a.Edit != nil {
				b.WriteString(a.Edit.Diff)
			}
		}
	}
	b.WriteString(fence + "\n\n</details>\n")
	return b.String()
}

// cell makes a text that stays within one cell of a table.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(s)
}
