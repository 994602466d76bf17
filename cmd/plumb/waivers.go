package main

import (
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/scanners"
)

// waiverTag is the tag by which a resource waives a policy: "ID[ ID] until=DATE reason=TEXT". Tag values allow
// neither commas nor quotation marks, so the reason is what stands behind reason=.
const waiverTag = "plumb:waive"

// collectWaivers gives the waivers of the file, of comments and of tags, and what is wrong with the latter two: a
// waiver that cannot be read does not hold, and is said.
func collectWaivers(r *reader, in *reading, g *graph.Graph, metas map[string]policies.Meta) ([]policies.Waiver, []reports.Problem, error) {
	out, err := r.config.waivers(metas)
	if err != nil {
		return nil, nil, err
	}
	out = r.placed(out, in)
	var bad []reports.Problem
	var files map[string][]*graph.Resource
	if len(in.comments) > 0 {
		files = byFile(g)
	}
	for _, c := range in.comments {
		if reports.Elsewhere(c.File) && c.Problem == "" {
			c.Problem = "it stands in a module from elsewhere, which cannot excuse itself"
		}
		ws, why := commentWaivers(c, files[c.File], metas)
		out = append(out, ws...)
		if why != "" {
			bad = append(bad, reports.Problem{Why: reports.Untrusted(fmt.Sprintf("%s:%d: this waiver does not hold: %s", c.File, c.Line, why))})
		}
	}
	for _, x := range g.Resources() {
		ws, why := tagWaivers(x, metas)
		out = append(out, ws...)
		if why != "" {
			bad = append(bad, reports.Problem{Why: reports.Untrusted(fmt.Sprintf("tag %s of %s: this waiver does not hold: %s", waiverTag, x.Address, why))})
		}
	}
	return out, bad, nil
}

// placed turns the folders of waivers in plumb.yaml into roots of the graph.
func (r *reader) placed(list []policies.Waiver, in *reading) []policies.Waiver {
	out := make([]policies.Waiver, 0, len(list))
	for _, w := range list {
		if w.Root == "" {
			out = append(out, w)
			continue
		}
		for _, root := range in.roots {
			if path.Join(r.config.dir, w.Root) != path.Clean(in.paths[root.Path]) {
				continue
			}
			w.Root = rootOf(root.Path)
			break
		}
		out = append(out, w)
	}
	return out
}

// rootOf names a root in a waiver, where "" stands for every root.
func rootOf(root string) string {
	if root == "" {
		return "."
	}
	return root
}

// byFile lists the resources by the file that declares them.
func byFile(g *graph.Graph) map[string][]*graph.Resource {
	files := map[string][]*graph.Resource{}
	for _, r := range g.Resources() {
		if r.Of == "" && len(r.Origins) > 0 {
			files[r.Origins[0].File] = append(files[r.Origins[0].File], r)
		}
	}
	return files
}

// commentWaivers makes one waiver for each policy and each resource that the comment's block declares, in every
// root that uses the file.
func commentWaivers(c scanners.Comment, inFile []*graph.Resource, metas map[string]policies.Meta) ([]policies.Waiver, string) {
	if c.Problem != "" {
		return nil, c.Problem
	}
	until, why := waiverEnd(c.Until, c.Reason, c.Policies, metas)
	if why != "" {
		return nil, why
	}
	var out []policies.Waiver
	for _, r := range inFile {
		if o := r.Origins[0]; o.Line < c.StartLine || o.Line > c.EndLine || o.Line == 0 {
			continue
		}
		for _, p := range c.Policies {
			out = append(out, policies.Waiver{Policy: p, Address: string(r.Address), Root: rootOf(r.Root), Reason: c.Reason, Until: until, Where: fmt.Sprintf("%s:%d", c.File, c.Line)})
		}
	}
	if len(out) == 0 {
		return nil, "the comment stands at no resource"
	}
	return out, ""
}

// tagWaivers reads the tag of one resource.
func tagWaivers(r *graph.Resource, metas map[string]policies.Meta) ([]policies.Waiver, string) {
	if r.Of != "" || r.Data {
		return nil, ""
	}
	tags, _ := r.Attrs["tags"].(map[string]any)
	text, ok := tags[waiverTag].(string)
	if !ok {
		return nil, ""
	}
	head, why, _ := strings.Cut(text, "reason=")
	var ids []string
	end := ""
	for _, word := range strings.FieldsFunc(head, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		if d, ok := strings.CutPrefix(word, "until="); ok {
			end = d
			continue
		}
		ids = append(ids, word)
	}
	until, bad := waiverEnd(end, strings.TrimSpace(why), ids, metas)
	if bad != "" {
		return nil, bad
	}
	var out []policies.Waiver
	for _, id := range ids {
		w := policies.Waiver{Policy: id, Address: string(r.Address), Root: rootOf(r.Root), Reason: strings.TrimSpace(why), Until: until, Where: "tag " + waiverTag}
		if len(r.Origins) > 0 && r.Origins[0].Line > 0 {
			w.Where = fmt.Sprintf("%s:%d", r.Origins[0].File, r.Origins[0].Line)
		}
		out = append(out, w)
	}
	return out, ""
}

// waiverEnd checks what every waiver needs: policies, a reason, and an end where the policy is severe.
func waiverEnd(end, why string, ids []string, metas map[string]policies.Meta) (time.Time, string) {
	if len(ids) == 0 {
		return time.Time{}, "names no policy"
	}
	if strings.TrimSpace(why) == "" {
		return time.Time{}, "has no reason"
	}
	if end == "" {
		for _, id := range ids {
			if severe(metas, id) {
				return time.Time{}, "has no end, and " + id + " is of severity high or critical: until=YYYY-MM-DD"
			}
		}
		return time.Time{}, ""
	}
	until, err := time.Parse(time.DateOnly, end)
	if err != nil {
		return time.Time{}, "ends at " + end + ", which is no date (YYYY-MM-DD)"
	}
	return until, ""
}
