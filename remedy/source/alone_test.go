package source_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// parsedAlone reads a file without evaluating it: the resource has the argument when its block has it.
func parsedAlone(file string, text []byte, known *graph.Resource, argument string) func(context.Context, string, map[string][]byte) ([]*graph.Resource, error) {
	return func(_ context.Context, _ string, changed map[string][]byte) ([]*graph.Resource, error) {
		now, ok := changed[file]
		if !ok {
			now = text
		}
		body, err := terraform.Syntax(file, bytes.TrimPrefix(now, []byte("\xef\xbb\xbf")))
		if err != nil {
			return nil, fmt.Errorf("%s does not parse: %w\n%s", file, err, now)
		}
		r := *known
		r.Attrs = maps.Clone(known.Attrs)
		for _, b := range body.Blocks {
			if len(b.Labels) != 2 || graph.Address(b.Labels[0]+"."+b.Labels[1]) != known.Address {
				continue
			}
			if b.Body.Attributes[argument] != nil {
				r.Attrs[argument] = true
			}
		}
		return []*graph.Resource{&r}, nil
	}
}
