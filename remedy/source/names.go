package source

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// inlineNames are the attributes of parts of a bucket that have another name where the bucket says it itself, and how
// their values are written there. Source: AWS provider, "Version 4 Upgrade Guide".
var inlineNames = []struct {
	label, now, then string
	values           map[any]any
}{
	{"versioning", "versioning_configuration[0].status", "versioning[0].enabled", map[any]any{"Enabled": true, "Suspended": false, "Disabled": false}},
	{"versioning", "versioning_configuration[0].mfa_delete", "versioning[0].mfa_delete", map[any]any{"Enabled": true, "Disabled": false}},
	{"acceleration_status", "status", "acceleration_status", nil},
	{"request_payer", "payer", "request_payer", nil},
	{"acl", "acl", "acl", nil},
	{"policy", "policy", "policy", nil},
	{"server_side_encryption_configuration", "", "server_side_encryption_configuration[0].", nil},
	{"logging", "", "logging[0].", nil},
	{"object_lock_configuration", "", "object_lock_configuration[0].", nil},
}

// inSource gives path, value and type of a change as the resource's own block has them: a part that was written inside
// another resource is an attribute of that.
func inSource(r *graph.Resource, c graph.Change) (path string, value any, typ string) {
	_, label, part := strings.Cut(string(r.Address), "#")
	if !part || r.Of == "" {
		return c.Path, c.New, r.Type
	}
	for _, n := range inlineNames {
		switch {
		case n.label != label:
		case n.now == c.Path:
			if v, ok := n.values[comparable(c.New)]; ok {
				return n.then, v, ""
			}
			return n.then, c.New, ""
		case n.now == "":
			return n.then + c.Path, c.New, ""
		}
	}
	return label + "." + c.Path, c.New, ""
}

// comparable gives a value that may be looked up in a map.
func comparable(v any) any {
	if s, ok := v.(string); ok {
		return s
	}
	return nil
}

// formerName gives the name that the code uses for an attribute which was renamed.
func formerName(list []*hclsyntax.Block, typ, name string) string {
	t := catalog.Lookup(typ)
	if t == nil || slices.ContainsFunc(list, func(b *hclsyntax.Block) bool { return says(b.Body, name) }) {
		return name
	}
	for _, was := range sorted(t.Renamed) {
		if t.Renamed[was] == name && slices.ContainsFunc(list, func(b *hclsyntax.Block) bool { return says(b.Body, was) }) {
			return was
		}
	}
	return name
}
