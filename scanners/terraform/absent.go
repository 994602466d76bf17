package terraform

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

// absent lists the resource blocks of a module instance that make nothing, since a count or a for_each is known
// to be empty: theirs, or that of a module call around them.
func (e *evaluator) absent(m *module) []scanners.Absent {
	var out []scanners.Absent
	for _, key := range m.cfg.order {
		r := m.resource(key)
		if r.data {
			continue
		}
		e.expand(r)
		if why := r.none(); why != "" {
			out = append(out, e.absence(r, why))
		}
	}
	for _, name := range m.cfg.callOrder {
		c := e.children(m, name)
		if c == nil || c.missing != "" || c.none() == "" {
			continue
		}
		child := newModule(e, c.cfg)
		child.path, child.parent, child.call, child.depth = m.prefix()+"module."+name, m, c.block, m.depth+1
		child.key = strings.TrimPrefix(m.key+"."+name, ".")
		out = append(out, e.absentBelow(child, child.path+" has no instances: "+c.none())...)
	}
	return out
}

// absentBelow lists every resource block of a module that has no instances.
func (e *evaluator) absentBelow(m *module, why string) []scanners.Absent {
	var out []scanners.Absent
	for _, key := range m.cfg.order {
		if r := m.resource(key); !r.data {
			out = append(out, e.absence(r, why))
		}
	}
	for _, name := range m.cfg.callOrder {
		c := &callSet{block: m.cfg.calls[name]}
		if e.modules++; e.modules > maxModules {
			return out
		}
		before := len(e.l.gaps) // that a module is missing matters to no one here
		cfg, _ := e.find(m, c, name, m.key+"."+name)
		if cfg == nil {
			e.l.gaps = e.l.gaps[:before]
		} else {
			child := newModule(e, cfg)
			child.path, child.parent, child.call, child.depth = m.prefix()+"module."+name, m, c.block, m.depth+1
			child.key = m.key + "." + name
			out = append(out, e.absentBelow(child, why)...)
		}
	}
	return out
}

func (e *evaluator) absence(r *resource, why string) scanners.Absent {
	where := r.block.DefRange()
	return scanners.Absent{Root: e.rootPath(), Address: graph.Address(r.m.prefix() + r.key), Type: r.typ, Name: r.name, File: where.Filename, Line: where.Start.Line, Why: why}
}

// none says why there are no instances; "" when there are some, or may be.
func (r *repeated) none() string {
	switch {
	case r.maybe != "" || len(r.keys) > 0 || r.kind == once:
		return ""
	case r.kind == counted:
		return "count is 0"
	}
	return "for_each is empty"
}
