package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// readStates reads the states of --state: what Terraform made of the code, with the ids by which the account knows it.
func (r *reader) readStates(ctx context.Context, all *reading) error {
	for _, arg := range r.states {
		root, name, named := strings.Cut(arg, "=")
		if !named {
			root, name = "", arg
		}
		info, err := os.Stat(name)
		if err != nil {
			return &problem{where: "--state " + name, what: reason(err), hint: "terraform state pull > FILE"}
		}
		if info.IsDir() {
			return &problem{where: "--state " + name, what: "is a folder", hint: "name the state file"}
		}
		found, err := readDocument(ctx, source{name: name, kind: document, file: filepath.ToSlash(name), open: func() (io.ReadCloser, error) { return os.Open(name) }})
		if err != nil {
			return err
		}
		if len(found.Roots) == 0 || found.Roots[0].Kind != "state" {
			return &problem{where: "--state " + name, what: "is no state", hint: "terraform state pull > FILE"}
		}
		if !named {
			if root, err = stateRoot(found.Resources, all); err != nil {
				return &problem{where: "--state " + name, what: err.Error(), hint: "--state ROOT=" + name}
			}
		}
		for _, x := range found.Resources {
			x.Root = root
		}
		all.recorded = append(all.recorded, found.Resources...)
		all.gaps = append(all.gaps, found.Gaps...)
	}
	return nil
}

// stateRoot finds the root that a state belongs to: the one with most of its addresses.
func stateRoot(state []*graph.Resource, all *reading) (string, error) {
	in := map[graph.Address]bool{}
	for _, r := range state {
		in[r.Address] = true
	}
	common := map[string]int{}
	for _, r := range all.resources {
		if in[r.Address] {
			common[r.Root]++
		}
	}
	best, most, tie := "", 0, false
	for root, n := range common {
		switch {
		case n > most:
			best, most, tie = root, n, false
		case n == most:
			tie = true
		}
	}
	switch {
	case most == 0:
		return "", fmt.Errorf("no address of this state is in the code that was read")
	case tie:
		return "", fmt.Errorf("several roots have as many addresses in common with this state")
	}
	return best, nil
}
