package terraform

import (
	"context"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

// planSource is the code that lies beside a plan or state: it says where blocks are written, and what only code says.
// Values are never taken from it.
type planSource struct {
	found  scanners.Found
	blocks map[string]*graph.Resource // by address without keys
}

// readSource evaluates the code of the root in dir. What it cannot read is not located, which is no gap of the plan.
func readSource(ctx context.Context, fsys fs.FS, dir string) planSource {
	s := planSource{blocks: map[string]*graph.Resource{}}
	if fsys == nil {
		return s
	}
	found, err := New(fsys, Options{Roots: []string{dir}}).Scan(ctx)
	if err != nil {
		return s
	}
	s.found = found
	for _, r := range found.Resources {
		if key := withoutKeys(string(r.Address)); s.blocks[key] == nil {
			s.blocks[key] = r
		}
	}
	return s
}

// withoutKeys takes the keys of count and for_each off an address.
func withoutKeys(address string) string {
	var b strings.Builder
	for address != "" {
		start := strings.IndexByte(address, '[')
		n := 0
		if start >= 0 {
			n = keyLength(address[start:])
		}
		if n == 0 {
			b.WriteString(address)
			break
		}
		b.WriteString(address[:start])
		address = address[start+n:]
	}
	return b.String()
}

func (s planSource) block(module []string, typ, name string) *graph.Resource {
	prefix := ""
	for _, m := range module {
		prefix += "module." + m + "."
	}
	return s.blocks[prefix+typ+"."+name]
}

// locate gives the place of one block, with the module calls that lead there.
func (s planSource) locate(module []string, typ, name string) (graph.Origin, bool) {
	r := s.block(module, typ, name)
	if r == nil || len(r.Origins) == 0 {
		return graph.Origin{}, false
	}
	return r.Origins[0], true
}

// otherLength says that the code gives a list another length than n: it selects, or adds constants, which the names in a
// plan do not show. Without code nothing is said against it.
func (s planSource) otherLength(r *planInstance, path string, n int) bool {
	block := s.block(r.module.path(), r.block(), r.name)
	if block == nil {
		return false
	}
	v, ok := graph.Lookup(block.Attrs, path)
	list, isList := v.([]any)
	return ok && isList && len(list) != n
}

// lifecycle gives the lifecycle block of a resource.
func (s planSource) lifecycle(module []string, typ, name string) (any, bool) {
	r := s.block(module, typ, name)
	if r == nil {
		return nil, false
	}
	v, ok := r.Facts["_lifecycle"]
	return v, ok
}

// rootFacts gives terraform_root and terraform_backend as the code says them; nil when there is no code.
func (s planSource) rootFacts(root string) []*graph.Resource {
	var out []*graph.Resource
	for _, r := range s.found.Resources {
		if r.Type == "terraform_root" || r.Type == "terraform_backend" {
			c := *r
			c.Root, c.Refs, c.Attrs = root, nil, maps.Clone(r.Attrs)
			if r.Type == "terraform_root" {
				c.Attrs["applied"] = true
			}
			out = append(out, &c)
		}
	}
	return out
}

// addTo adds what belongs to the text of the code: waivers in comments, and the text itself.
func (s planSource) addTo(found *scanners.Found, root string) {
	for _, c := range s.found.Comments {
		c.Root = root
		found.Comments = append(found.Comments, c)
	}
	if len(s.found.Snippets) > 0 {
		found.Snippets = maps.Clone(s.found.Snippets)
	}
}

// absent lists the resource blocks of which a plan has no instance.
func (p *plan) absent() []scanners.Absent {
	var out []scanners.Absent
	for _, address := range sortedKeys(p.values.scopes) {
		s := p.values.scopes[address]
		for _, label := range sortedKeys(s.config.resources) {
			if strings.HasPrefix(label, "data.") || len(p.names.bases[s.join(label)]) > 0 {
				continue
			}
			typ, name, _ := strings.Cut(label, ".")
			a := scanners.Absent{Root: p.opts.Root, Address: graph.Address(s.join(label)), Type: typ, Name: name, File: p.name, Why: "the plan has no instance of it"}
			if o, ok := p.locate(s.path(), typ, name); ok {
				a.File, a.Line = o.File, o.Line
			}
			out = append(out, a)
		}
	}
	return slices.Clip(out)
}
