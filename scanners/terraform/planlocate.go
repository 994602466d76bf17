package terraform

import (
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/graph"
)

// maxLocated bounds the files that block headers are looked for in; larger ones are generated.
const maxLocated = 8 << 20

// locator finds the blocks of a plan's resources in the code that lies beside it.
type locator struct {
	fsys    fs.FS
	dir     string
	root    *planModule
	vendor  map[string]string              // folders of .terraform/modules, by key "a.b"
	folders map[string]map[string]codeSpan // by folder: "TYPE NAME" -> place
}

type codeSpan struct {
	file                  string
	line, endLine, column int
}

func newLocator(fsys fs.FS, dir string, root *planModule) *locator {
	l := &locator{fsys: fsys, dir: path.Clean(dir), root: root, vendor: map[string]string{}, folders: map[string]map[string]codeSpan{}}
	l.readVendored()
	return l
}

// readVendored reads where `terraform init` has put modules. Without that file only local modules are found.
func (l *locator) readVendored() {
	src, err := fs.ReadFile(l.fsys, path.Join(l.dir, ".terraform/modules/modules.json"))
	if err != nil {
		return
	}
	var list struct {
		Modules []struct{ Key, Dir string }
	}
	if json.Unmarshal(src, &list) != nil {
		return
	}
	for _, m := range list.Modules {
		l.vendor[m.Key] = path.Join(l.dir, strings.ReplaceAll(m.Dir, `\`, "/"))
	}
}

// locate gives the place of one block, with the module calls that lead there.
func (l *locator) locate(module []string, typ, name string) (graph.Origin, bool) {
	dir, m := l.dir, l.root
	var calls []graph.Call
	for i, step := range module {
		call := graph.Call{Module: "module." + step}
		if span, ok := l.folder(dir)["module "+step]; ok {
			call.File, call.Line = span.file, span.line
		}
		calls = append(calls, call)
		c := m.calls[step]
		if c == nil {
			return graph.Origin{}, false
		}
		if vendored, ok := l.vendor[strings.Join(module[:i+1], ".")]; ok {
			dir = vendored
		} else if strings.HasPrefix(c.source, "./") || strings.HasPrefix(c.source, "../") {
			dir = path.Join(dir, c.source)
		} else {
			return graph.Origin{}, false
		}
		m = c.module
	}
	span, ok := l.folder(dir)[typ+" "+name]
	return graph.Origin{File: span.file, Line: span.line, EndLine: span.endLine, Column: span.column, Calls: calls}, ok
}

// folder lists the blocks of one folder.
func (l *locator) folder(dir string) map[string]codeSpan {
	if blocks, ok := l.folders[dir]; ok {
		return blocks
	}
	blocks := map[string]codeSpan{}
	l.folders[dir] = blocks
	if !fs.ValidPath(dir) {
		return blocks
	}
	entries, err := fs.ReadDir(l.fsys, dir)
	if err != nil {
		return blocks
	}
	for _, e := range entries {
		if !e.IsDir() && (strings.HasSuffix(e.Name(), ".tf") || strings.HasSuffix(e.Name(), ".tofu")) {
			l.file(path.Join(dir, e.Name()), blocks)
		}
	}
	return blocks
}

func (l *locator) file(name string, blocks map[string]codeSpan) {
	info, err := fs.Stat(l.fsys, name)
	if err != nil || info.Size() > maxLocated {
		return
	}
	src, err := fs.ReadFile(l.fsys, name)
	if err != nil || nesting(src) > maxJSONDepth/2 {
		return
	}
	file, _ := hclsyntax.ParseConfig(src, name, hcl.InitialPos) // what it could not parse is not located
	if file == nil {
		return
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return
	}
	for _, b := range body.Blocks {
		if key, ok := blockKey(b); ok {
			blocks[key] = codeSpan{name, b.DefRange().Start.Line, b.Body.SrcRange.End.Line, b.DefRange().Start.Column}
		}
	}
}

func blockKey(b *hclsyntax.Block) (string, bool) {
	switch {
	case b.Type == "resource" && len(b.Labels) == 2:
		return b.Labels[0] + " " + b.Labels[1], true
	case b.Type == "data" && len(b.Labels) == 2:
		return "data." + b.Labels[0] + " " + b.Labels[1], true
	case slices.Contains([]string{"module", "provider"}, b.Type) && len(b.Labels) == 1:
		return b.Type + " " + b.Labels[0], true
	}
	return "", false
}

// nesting measures how deep brackets are nested, since the parser recurses.
func nesting(src []byte) int {
	deep, most := 0, 0
	for _, c := range src {
		switch c {
		case '{', '[', '(':
			if deep++; deep > most {
				most = deep
			}
		case '}', ']', ')':
			deep--
		}
	}
	return most
}
