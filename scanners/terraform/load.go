package terraform

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/scanners"
)

// maxFile is the size of the largest configuration file that is read. Terraform code is written by people;
// the largest file in public repositories is below 2 MiB, and parsing takes about 20 times the size in memory.
const maxFile = 8 << 20

// loader reads folders of configuration, each once.
type loader struct {
	fs     *mounts
	opts   Options
	gaps   []scanners.Gap
	dirs   map[string]*config
	texts  map[string]string // file, as origins name it -> its text
	words  *vocabulary
	shapes map[hclsyntax.Expression]*shape
	attrs  map[attrKey]*catalog.Attr
	ids    map[attrKey]bool
	hidden map[string]bool // texts of secrets

	literals []literal // secrets written in the files
}

func newLoader(fsys fs.FS, opts Options) *loader {
	return &loader{
		fs: &mounts{base: fsys, real: map[string]string{}}, opts: opts, dirs: map[string]*config{}, texts: map[string]string{},
		words: newVocabulary(), shapes: map[hclsyntax.Expression]*shape{}, attrs: map[attrKey]*catalog.Attr{}, ids: map[attrKey]bool{}, hidden: map[string]bool{},
	}
}

// file is one parsed file.
type file struct {
	name   string // as origins name it
	body   *hclsyntax.Body
	broken map[*hclsyntax.Block]string // blocks with a syntax error inside, and its message
}

func (l *loader) gap(g scanners.Gap) {
	if !slices.Contains(l.gaps, g) {
		l.gaps = append(l.gaps, g)
	}
}

// label is the name of a file or folder as origins and gaps show it.
func (l *loader) label(name string) string {
	label := l.fs.label(name)
	if strings.HasPrefix(name, mountDir+"/") {
		return label
	}
	return path.Join(l.opts.Prefix, label)
}

// configName says whether a file name is configuration, and whether it is in JSON.
func configName(name string) (isJSON, ok bool) {
	switch {
	case strings.HasPrefix(name, "."), strings.HasSuffix(name, "~"), strings.HasPrefix(name, "#"):
		return false, false
	case strings.HasSuffix(name, ".tf"), strings.HasSuffix(name, ".tofu"):
		return false, true
	case strings.HasSuffix(name, ".tf.json"), strings.HasSuffix(name, ".tofu.json"):
		return true, true
	}
	return false, false
}

// configFiles lists the configuration files of a folder, those that override others last; a `.tofu` file
// takes the place of the `.tf` file of the same name.
func configFiles(entries []fs.DirEntry) []string {
	names := map[string]bool{}
	for _, e := range entries {
		if _, ok := configName(e.Name()); ok && !e.IsDir() {
			names[e.Name()] = true
		}
	}
	var plain, override []string
	for name := range names {
		base := strings.TrimSuffix(name, ".json")
		if stem, ok := strings.CutSuffix(base, ".tf"); ok && (names[stem+".tofu"+name[len(base):]]) {
			continue
		}
		if isOverride(name) {
			override = append(override, name)
		} else {
			plain = append(plain, name)
		}
	}
	slices.Sort(plain)
	slices.Sort(override)
	return append(plain, override...)
}

func isOverride(name string) bool {
	stem, _, _ := strings.Cut(name, ".t")
	return stem == "override" || strings.HasSuffix(stem, "_override")
}

// folder reads the configuration in dir, once. It is nil when there is none.
func (l *loader) folder(dir string) *config {
	if c, ok := l.dirs[dir]; ok {
		return c
	}
	l.dirs[dir] = nil
	entries, err := l.fs.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // who asks for it says so
	}
	if err != nil {
		l.gap(scanners.Gap{Where: l.label(dir), Why: "the folder cannot be read: " + reason(err)})
		return nil
	}
	names := configFiles(entries)
	if len(names) == 0 {
		return nil
	}
	c := newConfig(dir)
	for _, e := range entries {
		c.hasLock = c.hasLock || e.Name() == ".terraform.lock.hcl"
		c.hasState = c.hasState || runsHere(e.Name())
		if !e.IsDir() && isState(e.Name()) {
			c.states = append(c.states, e.Name())
		}
	}
	for _, name := range names {
		c.files++
		f := l.file(path.Join(dir, name))
		if f == nil {
			c.partial = true
			continue
		}
		c.partial = c.partial || len(f.broken) > 0
		c.add(l, f, isOverride(name))
		c.note(l, f)
	}
	c.finish(l)
	l.dirs[dir] = c
	return c
}

// runsHere says whether a name beside the configuration is something that running Terraform leaves or needs.
func runsHere(name string) bool {
	return name == ".terraform" || name == "terraform.tfstate" || name == "terraform.tfstate.d" || strings.HasSuffix(name, ".tfvars") || strings.HasSuffix(name, ".tfvars.json")
}

// isState says whether a name is that of a state, or of the copy that Terraform keeps of it.
func isState(name string) bool {
	return strings.HasSuffix(name, ".tfstate") || strings.HasSuffix(name, ".tfstate.backup")
}

// file reads and parses one file; what is wrong with it is a gap.
func (l *loader) file(name string) *file {
	label := l.label(name)
	src, err := l.read(name)
	if err != nil {
		l.gap(scanners.Gap{Where: label, Why: reason(err), Settle: settleFile(err)})
		return nil
	}
	f := &file{name: label, broken: map[*hclsyntax.Block]string{}}
	if isJSON, _ := configName(path.Base(name)); isJSON {
		f.body, err = parseJSON(src, label)
		if err != nil {
			l.gap(scanners.Gap{Where: label, Why: err.Error()})
			return nil
		}
	} else if !l.parse(f, src) {
		return nil
	}
	l.texts[label] = string(src)
	return f
}

var (
	errTooBig  = fmt.Errorf("the file is larger than %d MiB", maxFile>>20)
	errTooMany = fmt.Errorf("the file has more than %d values or %d lines", maxMarks/2, maxMarks)
	errNotText = errors.New("the file is not UTF-8 text")
)

func settleFile(err error) string {
	switch {
	case errors.Is(err, errTooBig), errors.Is(err, errTooMany):
		return "split the file"
	case errors.Is(err, errNotText):
		return "save the file as UTF-8"
	case errors.Is(err, fs.ErrPermission):
		return "give read permission"
	}
	return ""
}

// reason is an error without the operation and path that fs errors begin with, since gaps say where.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

func (l *loader) read(name string) ([]byte, error) {
	f, err := l.fs.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	switch {
	case info.IsDir() || info.Mode()&fs.ModeType != 0:
		return nil, errors.New("it is not a regular file")
	case info.Size() > maxFile:
		return nil, errTooBig
	}
	src, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(src) > maxFile {
		return nil, errTooBig
	}
	src, err = sourceText(src)
	if err == nil && crowded(src) {
		err = errTooMany
	}
	return src, err
}

// maxMarks is how much a file may hold: twice its commas, colons, equals signs and opening brackets, and its lines.
// A value costs 600 bytes once it is parsed, so 8 MiB of them ("[1,1,1") would cost 2 GiB. The largest files that
// people write have a third of this.
const maxMarks = 1_000_000

func crowded(src []byte) bool {
	marks := 0
	for _, c := range src {
		switch c {
		case ',', ':', '=', '{', '[', '(':
			marks += 2
		case '\n':
			marks++
		}
	}
	return marks > maxMarks
}

// sourceText gives the file as UTF-8 without byte order mark; UTF-16 is recognised by its mark.
func sourceText(src []byte) ([]byte, error) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(src, []byte("\xef\xbb\xbf")):
		src = src[3:]
	case bytes.HasPrefix(src, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(src, []byte("\xfe\xff")):
		order = binary.BigEndian
	}
	if order != nil {
		units := make([]uint16, 0, len(src)/2)
		for i := 2; i+1 < len(src); i += 2 {
			units = append(units, order.Uint16(src[i:]))
		}
		src = []byte(string(utf16.Decode(units)))
	}
	if !utf8.Valid(src) || bytes.IndexByte(src, 0) >= 0 {
		return nil, errNotText
	}
	return src, nil
}

// parse reads native syntax. A file with a syntax error is read block by block, so that the error costs
// the block that it is in and no other.
func (l *loader) parse(f *file, src []byte) bool {
	if where, why := tooDeep(src, f.name); why != "" {
		l.gap(scanners.Gap{Where: where, Why: why})
		return false
	}
	parsed, diags := hclsyntax.ParseConfig(src, f.name, hcl.InitialPos)
	if !diags.HasErrors() {
		f.body = parsed.Body.(*hclsyntax.Body)
		return true
	}
	if repaired := unquoteNames(src, f.name, diags); repaired != nil {
		return l.parse(f, repaired)
	}
	l.syntaxGaps(diags)
	f.body = &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}
	for _, part := range split(src) {
		parsed, diags := hclsyntax.ParseConfig(src[part.Byte:part.end], f.name, part.Pos)
		body, ok := parsed.Body.(*hclsyntax.Body)
		if !ok {
			continue
		}
		for _, b := range body.Blocks {
			if diags.HasErrors() {
				f.broken[b] = diags.Errs()[0].Error()
			}
			f.body.Blocks = append(f.body.Blocks, b)
		}
	}
	return true
}

// maxSyntaxGaps is how many errors of one file are reported; later ones mostly follow from the first.
const maxSyntaxGaps = 3

func (l *loader) syntaxGaps(diags hcl.Diagnostics) {
	n := 0
	for _, d := range diags {
		if d.Severity != hcl.DiagError || d.Subject == nil || n >= maxSyntaxGaps {
			continue
		}
		n++
		why := strings.TrimSuffix(strings.ToLower(d.Summary[:1])+d.Summary[1:]+": "+d.Detail, ".")
		l.gap(scanners.Gap{Where: at(*d.Subject), Why: strings.ReplaceAll(why, "\n", " "), Settle: "terraform validate", Broken: true})
	}
}

// at prints the place of a range: "file:line".
func at(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }

type part struct {
	hcl.Pos
	end int
}

var blockHeader = regexp.MustCompile(`(?m)^(resource|data|module|variable|output|locals|provider|terraform|moved|import|removed|check|ephemeral)[ \t"{]`)

// split cuts a file before each line that begins like a top-level block.
func split(src []byte) []part {
	starts := blockHeader.FindAllIndex(src, -1)
	parts := make([]part, len(starts))
	line, seen := 1, 0
	for i, s := range starts {
		line += bytes.Count(src[seen:s[0]], []byte("\n"))
		seen = s[0]
		parts[i] = part{hcl.Pos{Line: line, Column: 1, Byte: s[0]}, len(src)}
		if i > 0 {
			parts[i-1].end = s[0]
		}
	}
	return parts
}
