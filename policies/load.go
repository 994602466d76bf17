package policies

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// Set is the policies of one or more trees. It may be used by several goroutines.
type Set struct {
	policies []*policy // by ID
	tables   map[string]any
	tablesAt string // the latest date of a table, "2006-01-02"

	mu       sync.Mutex
	programs map[string]*program
}

// policy is one file. What costs time (METADATA, the module) is read when it is first needed.
type policy struct {
	id     string
	judges string
	file   string
	text   string
	user   bool // not one of ours: checked when it is loaded

	once sync.Once
	meta Meta
	err  error
}

// read decodes the METADATA.
func (p *policy) read() (Meta, error) {
	p.once.Do(func() { p.meta, p.err = decodeMeta(p.file, p.text) })
	return p.meta, p.err
}

// Load reads the policies of the trees: files AREA/NAME.rego, and dated tables data/NAME.json. Files ending in _test.rego
// are left alone. A tree other than Builtin is checked completely: METADATA, names of attributes, and the rules of
// docs/adding-a-check.md; every mistake is reported with its place. Two policies of one ID are a mistake.
func Load(trees ...fs.FS) (*Set, error) {
	s := &Set{tables: map[string]any{}, programs: map[string]*program{}}
	var errs []error
	for _, tree := range trees {
		if err := s.addTables(tree); err != nil {
			errs = append(errs, err)
		}
		found, err := readTree(tree, tree != fs.FS(builtin))
		if err != nil {
			errs = append(errs, err)
		}
		s.policies = append(s.policies, found...)
	}
	slices.SortStableFunc(s.policies, func(a, b *policy) int { return strings.Compare(a.id, b.id) })
	for i := 1; i < len(s.policies); i++ {
		if a, b := s.policies[i-1], s.policies[i]; a.id == b.id {
			errs = append(errs, fmt.Errorf("%s: policy %s is there already (%s)", b.file, b.id, a.file))
		}
	}
	for _, p := range s.policies {
		if p.user {
			errs = append(errs, s.inspect(p)...)
		}
	}
	if len(errs) > 0 {
		return nil, joined(errs)
	}
	return s, nil
}

// readTree reads the policy files of a tree without decoding them.
func readTree(tree fs.FS, user bool) ([]*policy, error) {
	files, err := fs.Glob(tree, "*/*.rego")
	if err != nil {
		return nil, err
	}
	var found []*policy
	var errs []error
	for _, file := range files {
		if strings.HasSuffix(file, "_test.rego") || strings.HasPrefix(file, "testdata/") {
			continue
		}
		text, err := fs.ReadFile(tree, file)
		if err != nil {
			errs = append(errs, fmt.Errorf("reading policy %s: %w", file, err))
			continue
		}
		p := &policy{file: file, text: string(text), user: user, id: packageOf(string(text))}
		if want := strings.ReplaceAll(strings.TrimSuffix(file, ".rego"), "/", "."); p.id != want {
			errs = append(errs, fmt.Errorf("%s: package is %q, and its place asks for %q", file, p.id, want))
			continue
		}
		if m := judgesLine.FindStringSubmatch(p.text); m != nil {
			p.judges = m[1]
		}
		found = append(found, p)
	}
	return found, joined(errs)
}

// addTables reads data/NAME.json: dated facts that policies find at data.tables.NAME. Each says under "date" when it was true.
func (s *Set) addTables(tree fs.FS) error {
	files, err := fs.Glob(tree, "data/*.json")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := fs.ReadFile(tree, file)
		if err != nil {
			return fmt.Errorf("reading table %s: %w", file, err)
		}
		var table map[string]any
		if err := json.Unmarshal(text, &table); err != nil {
			return fmt.Errorf("reading table %s: %w", file, err)
		}
		date, _ := table["date"].(string)
		if !isDate(date) {
			return fmt.Errorf("table %s: date is %q, and YYYY-MM-DD is needed", file, date)
		}
		s.tables[strings.TrimSuffix(path.Base(file), ".json")] = table
		s.tablesAt = max(s.tablesAt, date)
	}
	return nil
}

// Policies lists what every policy says of itself, by ID.
func (s *Set) Policies() ([]Meta, error) {
	metas := make([]Meta, 0, len(s.policies))
	var errs []error
	for _, p := range s.policies {
		m, err := p.read()
		if err != nil {
			errs = append(errs, err)
			continue
		}
		metas = append(metas, m)
	}
	return metas, joined(errs)
}

// Source gives the Rego text of a policy and the file that it was read from; ok is false when there is none of that ID.
func (s *Set) Source(id string) (file, text string, ok bool) {
	i, ok := slices.BinarySearchFunc(s.policies, id, func(p *policy, id string) int { return strings.Compare(p.id, id) })
	if !ok {
		return "", "", false
	}
	return s.policies[i].file, s.policies[i].text, true
}
