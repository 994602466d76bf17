package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/plumbline-dev/plumbline/policies"
)

const configName = "plumb.yaml"

// config is a plumb.yaml. It is input from the scanned repository: it says what is judged and how, never where
// something is written or whether something is fetched.
type config struct {
	Stages struct {
		Accounts map[string]string `yaml:"accounts"` // account ID -> stage
		Roots    map[string]string `yaml:"roots"`    // folder -> stage
	} `yaml:"stages"`
	Accounts   map[string]accountConfig     `yaml:"accounts"` // name -> how it is reached
	Profiles   []string                     `yaml:"profiles"`
	Parameters map[string]map[string]any    `yaml:"parameters"`
	Severity   map[string]policies.Severity `yaml:"severity"`
	FailOn     string                       `yaml:"fail_on"`
	Strict     bool                         `yaml:"strict"`
	Waivers    []configWaiver               `yaml:"waivers"`
	Modules    map[string]string            `yaml:"modules"` // source -> folder
	Policies   []string                     `yaml:"policies"`
	Exclude    []string                     `yaml:"exclude"`
	Vars       map[string]string            `yaml:"vars"`
	VarFiles   []string                     `yaml:"var_files"`
	Workspace  string                       `yaml:"workspace"`
	Roots      map[string]rootConfig        `yaml:"roots"`

	Simulate     simulateConfig             `yaml:"simulate"`
	Dependencies []dependencyConfig         `yaml:"dependencies"`
	Recovery     map[string]recoveryTargets `yaml:"recovery"` // by stage

	name string // as shown in messages; "" when there is none
	dir  string // its folder, relative to the repository or file system that it was read from

	lines map[string]int // of settings and of what is directly in them; see place
}

// rootConfig is what one Terraform root is read with besides the settings for all.
type rootConfig struct {
	Vars      map[string]string `yaml:"vars"`
	VarFiles  []string          `yaml:"var_files"`
	Workspace string            `yaml:"workspace"`
}

type configWaiver struct {
	Policy  string `yaml:"policy"`
	Address string `yaml:"address"`
	Root    string `yaml:"root"`
	Reason  string `yaml:"reason"`
	Until   string `yaml:"until"`

	line int
}

// UnmarshalYAML keeps the line, which reports name as the place of the waiver.
func (w *configWaiver) UnmarshalYAML(n *yaml.Node) error {
	type plain configWaiver
	if err := n.Decode((*plain)(w)); err != nil {
		return err
	}
	w.line = n.Line
	return nil
}

// allowed lists the keys of every mapping of the file; "*" stands for keys that the user makes up.
var allowed = map[string][]string{
	"":           {"accounts", "stages", "profiles", "parameters", "severity", "fail_on", "strict", "waivers", "modules", "policies", "exclude", "vars", "var_files", "workspace", "roots", "simulate", "dependencies", "recovery"},
	"stages":     {"accounts", "roots"},
	"accounts.*": {"profile", "role_arn", "external_id", "mfa_serial", "regions"},
	"waivers.[]": {"policy", "address", "root", "reason", "until"},
	"roots.*":    {"vars", "var_files", "workspace"},

	"simulate":        {"needs", "egress", "budget"},
	"dependencies.[]": {"from", "to", "optional"},
	"recovery.*":      {"rto", "rpo", "region_loss"},
}

// refused are settings that only the person who starts plumb may give.
var refused = []string{"out", "output", "format", "download_modules", "write_baseline", "baseline", "yes", "accept", "credentials", "prices", "record"}

// parseConfig reads a plumb.yaml strictly; every mistake has its line.
func parseConfig(name, dir string, text []byte) (*config, error) {
	c := &config{name: name, dir: dir}
	var doc, second yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(text))
	if err := documents.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, &problem{where: name, what: strings.TrimPrefix(err.Error(), "yaml: "), hint: "plumb help config"}
	}
	if err := documents.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, &problem{where: fmt.Sprintf("%s:%d", name, max(second.Line, 1)), what: "a second document, which is not read", hint: "one mapping of settings, without --- in between"}
	}
	if len(doc.Content) == 0 {
		return c, nil
	}
	if doc.Content[0].Kind != yaml.MappingNode {
		return nil, &problem{where: fmt.Sprintf("%s:%d", name, doc.Content[0].Line), what: "not a mapping of settings", hint: "plumb help config"}
	}
	if err := checkKeys(name, "", doc.Content[0]); err != nil {
		return nil, err
	}
	if err := checkShape(name, "", doc.Content[0], reflect.TypeFor[config]()); err != nil {
		return nil, err
	}
	if err := doc.Content[0].Decode(c); err != nil {
		return nil, &problem{where: name, what: strings.TrimPrefix(err.Error(), "yaml: "), hint: "plumb help config"}
	}
	c.lines = linesOf(doc.Content[0])
	return c, c.check()
}

// linesOf gives the lines of the settings of a file, and of the keys and elements directly in them.
func linesOf(file *yaml.Node) map[string]int {
	out := map[string]int{}
	for i := 0; i+1 < len(file.Content); i += 2 {
		setting, value := file.Content[i], file.Content[i+1]
		out[setting.Value] = setting.Line
		for j, x := range value.Content {
			if value.Kind == yaml.SequenceNode || j%2 == 0 {
				out[setting.Value+"\x00"+x.Value] = x.Line
			}
		}
	}
	return out
}

// place names a setting with the line of it, or of the key or element in it: "plumb.yaml:7: exclude".
func (c *config) place(setting, inner string) string {
	line := c.lines[setting]
	if n, ok := c.lines[setting+"\x00"+inner]; ok {
		line = n
	}
	if line == 0 {
		return c.name + ": " + setting
	}
	return fmt.Sprintf("%s:%d: %s", c.name, line, setting)
}

func checkKeys(name, at string, n *yaml.Node) error {
	switch n.Kind {
	case yaml.SequenceNode:
		for _, x := range n.Content {
			if err := checkKeys(name, at+".[]", x); err != nil {
				return err
			}
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if err := checkKey(name, at, key); err != nil {
				return err
			}
			below := strings.TrimPrefix(at+"."+key.Value, ".")
			if at == "roots" || at == "accounts" || at == "recovery" {
				below = at + ".*"
			}
			if err := checkKeys(name, below, n.Content[i+1]); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkKey(name, at string, key *yaml.Node) error {
	known, ok := allowed[at]
	if !ok || slices.Contains(known, key.Value) {
		return nil
	}
	p := &problem{where: fmt.Sprintf("%s:%d", name, key.Line), what: "unknown setting " + key.Value, hint: didYouMean(key.Value, known, "All settings: plumb help config")}
	if at == "" && slices.Contains(refused, key.Value) {
		p.what, p.hint = key.Value+" cannot be set in plumb.yaml, which is part of what is scanned", "give it as a flag"
	}
	return p
}

// checkShape says, with its line, which value is a list, a mapping, a text, a number or a yes or no where another is expected.
func checkShape(name, at string, n *yaml.Node, t reflect.Type) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	want, ok := "", true
	switch t.Kind() {
	case reflect.Map, reflect.Struct:
		want, ok = "a mapping", n.Kind == yaml.MappingNode
	case reflect.Slice:
		want, ok = "a list", n.Kind == yaml.SequenceNode
	case reflect.Bool:
		want, ok = "true or false", n.Kind == yaml.ScalarNode && n.Tag == "!!bool"
	case reflect.String:
		want, ok = "a text", n.Kind == yaml.ScalarNode
	}
	if n.Tag == "!!null" {
		return nil // nothing is said
	}
	if !ok {
		return &problem{where: fmt.Sprintf("%s:%d", name, n.Line), what: strings.TrimPrefix(at, ".") + " is " + shapeOf(n) + "; expected " + want, hint: "plumb help config"}
	}
	for i, x := range n.Content {
		var inner reflect.Type
		below := at
		switch {
		case t.Kind() == reflect.Slice:
			inner = t.Elem()
		case n.Kind != yaml.MappingNode || i%2 == 0:
			continue
		default:
			below = at + "." + n.Content[i-1].Value
			inner = fieldType(t, n.Content[i-1].Value)
		}
		if inner == nil || inner.Kind() == reflect.Interface {
			continue
		}
		if err := checkShape(name, below, x, inner); err != nil {
			return err
		}
	}
	return nil
}

// fieldType is the type of a key of a mapping that is decoded into t.
func fieldType(t reflect.Type, key string) reflect.Type {
	if t.Kind() == reflect.Map {
		return t.Elem()
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Tag.Get("yaml") == key {
			return f.Type
		}
	}
	return nil
}

func shapeOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	return strconv.Quote(n.Value)
}

// check looks at values that have a fixed set of words.
func (c *config) check() error {
	if _, err := threshold(c.FailOn); c.FailOn != "" && err != nil {
		return &problem{where: c.place("fail_on", ""), what: err.Error(), hint: "critical, high, medium, low or never"}
	}
	for id, s := range c.Severity {
		if !slices.Contains(policies.Severities, s) {
			return &problem{where: c.place("severity", id) + " of " + id, what: "unknown severity " + string(s), hint: "critical, high, medium, low or info"}
		}
	}
	for _, pattern := range c.Exclude {
		if _, err := path.Match(pattern, ""); err != nil {
			return &problem{where: c.place("exclude", pattern), what: "not a pattern: " + pattern, hint: "legacy/*, where * stands for any name of a file or folder"}
		}
	}
	for _, p := range c.Profiles {
		if !slices.Contains(profiles, p) {
			return &problem{where: c.place("profiles", p), what: "unknown profile " + p, hint: strings.Join(profiles, ", ")}
		}
	}
	return c.checkSimulation()
}

var profiles = []string{"ec2", "kubernetes", "serverless", "containers"}

// rootsExist says which folder of the settings is not there.
func (c *config) rootsExist(tree fs.FS) error {
	there := func(at, setting string, names []string) error {
		for _, name := range names {
			if _, err := folderIn(tree, c.dir, name); err != nil {
				return &problem{where: c.place(setting, name) + at, what: name + ": " + reason(err), hint: "a folder relative to " + configName}
			}
		}
		return nil
	}
	if err := there("", "roots", slices.Sorted(maps.Keys(c.Roots))); err != nil {
		return err
	}
	return there(": roots", "stages", slices.Sorted(maps.Keys(c.Stages.Roots)))
}

// readConfig reads the plumb.yaml at name, or gives an empty one when it is not there.
func readConfig(fsys fs.FS, name string) (*config, error) {
	file, err := fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &config{dir: "."}, nil
	}
	var text []byte
	if err == nil {
		text, err = readSmall(file)
	}
	if err != nil {
		return nil, &problem{where: name, what: reason(err)}
	}
	return parseConfig(name, path.Dir(name), text)
}

// nearestConfig looks for plumb.yaml in dir and above it, up to the top of the file system.
func nearestConfig(fsys fs.FS, dir string) (*config, error) {
	for {
		name := path.Join(dir, configName)
		if _, err := fs.Stat(fsys, name); err == nil {
			return readConfig(fsys, name)
		}
		if dir == "." {
			return &config{dir: "."}, nil
		}
		dir = path.Dir(dir)
	}
}

// waivers gives the waivers of the file. A mistake in one is an error: silence would accept too much or too little.
func (c *config) waivers(metas map[string]policies.Meta) ([]policies.Waiver, error) {
	var out []policies.Waiver
	for _, w := range c.Waivers {
		where := c.name + ":" + strconv.Itoa(w.line)
		x := policies.Waiver{Policy: w.Policy, Address: w.Address, Root: w.Root, Reason: strings.TrimSpace(w.Reason), Where: where}
		switch {
		case w.Policy == "":
			return nil, &problem{where: where, what: "a waiver without policy", hint: "policy: ID, area or control"}
		case x.Reason == "":
			return nil, &problem{where: where, what: "a waiver without reason", hint: "reason: why this is accepted"}
		}
		if w.Until != "" {
			until, err := time.Parse(time.DateOnly, w.Until)
			if err != nil {
				return nil, &problem{where: where, what: "until is " + w.Until, hint: "until: YYYY-MM-DD"}
			}
			x.Until = until
		}
		if x.Until.IsZero() && severe(metas, w.Policy) {
			return nil, &problem{where: where, what: "a waiver of " + w.Policy + " without end: it is of severity high or critical", hint: "until: YYYY-MM-DD"}
		}
		out = append(out, x)
	}
	return out, nil
}

// severe says whether a waiver's policy, area or control has a policy of high or critical severity.
func severe(metas map[string]policies.Meta, word string) bool {
	for id, m := range metas {
		if (id == word || area(id) == word || slices.Contains(m.Controls, word)) && m.Severity.Rank() <= policies.High.Rank() {
			return true
		}
	}
	return false
}

func area(id string) string {
	a, _, _ := strings.Cut(id, ".")
	return a
}

// reason is the plain words of a file error.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file or folder"
	case errors.Is(err, fs.ErrPermission):
		return "no permission to read it"
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
