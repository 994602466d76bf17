package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/snapshot"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// headSize is how much of a file tells what it is.
const headSize = 64 << 10

// readDocument reads a plan or a state. Where code lies beside it, findings point to that.
func readDocument(ctx context.Context, s source) (scanners.Found, error) {
	file, err := await(ctx, s.open)
	if errors.Is(err, errInterrupted) {
		return scanners.Found{}, err
	}
	if err != nil {
		return scanners.Found{}, &problem{where: s.name, what: reason(err)}
	}
	defer file.Close() // it was only read
	in := bufio.NewReaderSize(stoppable{ctx, file}, headSize)
	head, err := in.Peek(headSize)
	if errors.Is(err, errInterrupted) {
		return scanners.Found{}, err
	}
	if len(bytes.TrimSpace(head)) == 0 {
		if err != nil && len(head) == 0 && s.name != "-" {
			return scanners.Found{}, &problem{where: s.name, what: "the file is empty", looked: lookedFor}
		}
		return scanners.Found{}, &problem{where: s.name, what: "there is nothing in it", looked: "a plan or a state as JSON", hint: "terraform show -json p | plumb scan -"}
	}
	if snapshot.Is(head) {
		return scanners.Found{}, &problem{where: s.name, what: "a snapshot is not read from a pipe", hint: "name the file: plumb scan FILE"}
	}
	o := terraform.PlanOptions{Root: s.prefix, Stage: documentStage(s)}
	o.Source = codeBeside(s)
	o.Dir = "."
	var scanner scanners.Scanner
	switch k := terraform.Detect(s.file, head); k {
	case terraform.Plan:
		scanner = terraform.NewPlan(in, s.file, o)
	case terraform.State:
		scanner = terraform.NewState(in, s.file, o)
	case terraform.SavedPlan:
		return scanners.Found{}, &problem{where: s.name, what: "a saved plan, which only Terraform reads", hint: "terraform show -json " + savedPlan(s) + " | plumb scan -"}
	default:
		return scanners.Found{}, &problem{where: s.name, what: "not an infrastructure definition", looked: lookedFor, saw: k.String(),
			hint: "terraform show -json p | plumb scan -"}
	}
	found, err := scanner.Scan(ctx)
	if ctx.Err() != nil {
		err = errInterrupted
	}
	return found, err
}

func savedPlan(s source) string {
	if s.name == "-" {
		return "PLAN"
	}
	return s.name
}

func documentStage(s source) string {
	if filepath.IsAbs(s.name) || s.name == "-" {
		return ""
	}
	return catalog.PathStage(filepath.ToSlash(filepath.Dir(s.name)))
}

// codeBeside opens the folder of a plan when it holds Terraform code; nil otherwise.
func codeBeside(s source) fs.FS {
	dir := "."
	if s.name != "-" {
		dir = filepath.Dir(s.name)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if !isConfiguration(e.Name()) {
			continue
		}
		fsys, err := openDisk(dir)
		if err != nil {
			return nil
		}
		return fsys
	}
	return nil
}
