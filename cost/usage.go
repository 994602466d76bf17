package cost

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"go.yaml.in/yaml/v4"

	"github.com/plumbline-dev/plumbline/graph"
)

// Profile chooses one of three sets of assumed usage, see docs/cost-usage.md.
type Profile string

// The profiles. They are one traffic model at 1, 10 and 100 requests a second.
const (
	NoProfile Profile = ""
	Low       Profile = "low"
	Medium    Profile = "medium"
	High      Profile = "high"
)

// ParseProfile reads a profile by name.
func ParseProfile(name string) (Profile, error) {
	switch p := Profile(name); p {
	case NoProfile, Low, Medium, High:
		return p, nil
	}
	return NoProfile, fmt.Errorf("usage profile %q: it is low, medium or high", name)
}

// Usage is what a usage file says: how much of each meter is used, by address, by wildcard or by type.
// Of several entries that give one field of one resource, the exact address wins, then the longest pattern, then the type.
type Usage struct {
	name    string
	entries []usageEntry
}

// usageEntry is the block of one address, pattern or type.
type usageEntry struct {
	name   string // as written
	line   int
	typ    bool // name is a resource type
	fields map[string]usageField
}

type usageField struct {
	line   int
	number decimal.Decimal
	text   string // of a field that is a word, such as operating_system
	words  bool
}

// ErrUsage is wrapped by every error of ParseUsage.
var ErrUsage = errors.New("usage file")

// most is the largest quantity that is believed: 1e15 of anything a month is a slip of the keyboard.
var most = decimal.New(1, 15)

// ParseUsage reads a usage file: YAML with `resource_usage` (by address; `*` stands for anything) and
// `resource_type_default_usage` (by type), each a map of field to number. Nested fields are joined by dots
// ("standard.storage_gb"). The name is only for messages, which say file:line.
//
//	version: 0.1
//	resource_type_default_usage:
//	  aws_nat_gateway: {monthly_data_processed_gb: 100}
//	resource_usage:
//	  module.web.aws_lb.this: {processed_bytes_gb: 500}
//	  aws_sqs_queue.jobs[*]: {monthly_requests: 2000000}
func ParseUsage(name string, text []byte) (*Usage, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrUsage, name, err)
	}
	u := &Usage{name: name}
	if len(doc.Content) == 0 {
		return u, nil
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, u.fail(top, "it is a map with resource_usage and resource_type_default_usage")
	}
	for i := 0; i+1 < len(top.Content); i += 2 {
		if err := u.section(top.Content[i], top.Content[i+1]); err != nil {
			return nil, err
		}
	}
	return u, nil
}

func (u *Usage) fail(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%w %s:%d: %s", ErrUsage, u.name, n.Line, fmt.Sprintf(format, args...))
}

func (u *Usage) section(key, body *yaml.Node) error {
	switch key.Value {
	case "version":
		return nil
	case "resource_usage", "resource_type_default_usage":
	default:
		return u.fail(key, "%q is no section; there are resource_usage and resource_type_default_usage", key.Value)
	}
	if isNull(body) {
		return nil
	}
	if body.Kind != yaml.MappingNode {
		return u.fail(body, "%s is a map of addresses or types", key.Value)
	}
	for i := 0; i+1 < len(body.Content); i += 2 {
		name, fields := body.Content[i], body.Content[i+1]
		e := usageEntry{name: name.Value, line: name.Line, typ: key.Value == "resource_type_default_usage", fields: map[string]usageField{}}
		if slices.ContainsFunc(u.entries, func(o usageEntry) bool { return o.typ == e.typ && o.name == e.name }) {
			return u.fail(name, "%s is there twice", e.name)
		}
		if err := u.fields(e.fields, "", fields); err != nil {
			return err
		}
		u.entries = append(u.entries, e)
	}
	return nil
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func (u *Usage) fields(into map[string]usageField, prefix string, n *yaml.Node) error {
	if isNull(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return u.fail(n, "usage is a map of field to number")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, v := prefix+n.Content[i].Value, n.Content[i+1]
		if v.Kind == yaml.MappingNode {
			if err := u.fields(into, name+".", v); err != nil {
				return err
			}
			continue
		}
		f, skip, err := u.field(name, v)
		if err != nil {
			return err
		}
		if _, twice := into[name]; twice {
			return u.fail(v, "%s is there twice", name)
		}
		if !skip {
			into[name] = f
		}
	}
	return nil
}

// field reads one quantity, or one word. A field without a value is left open.
func (u *Usage) field(name string, v *yaml.Node) (f usageField, skip bool, err error) {
	f.line = v.Line
	if isNull(v) {
		return f, true, nil
	}
	if v.Kind != yaml.ScalarNode {
		return f, false, u.fail(v, "%s takes one number, no list", name)
	}
	if wordFields[name] {
		f.text, f.words = v.Value, true
		return f, false, nil
	}
	var ok bool
	if f.number, ok = parseNumber(strings.ReplaceAll(v.Value, "_", "")); !ok {
		return f, false, u.fail(v, "%s is %.40q, which is no number that is believed", name, v.Value)
	}
	switch {
	case f.number.IsNegative():
		return f, false, u.fail(v, "%s is %s; usage is never negative", name, v.Value)
	case f.number.GreaterThan(most):
		return f, false, u.fail(v, "%s is %s; more than %s a month is a slip", name, v.Value, most)
	}
	return f, false, nil
}

// wordFields are the fields of usage files that are words.
var wordFields = map[string]bool{
	"operating_system": true, "reserved_instance_type": true, "reserved_instance_term": true, "reserved_instance_payment_option": true,
	"endpoint_type": true, "region": true, "api_throughput_limit": true, "instance_tier": true,
}

// matcher finds the fields for a resource, and remembers what was of use.
type matcher struct {
	u        *Usage
	exact    map[string]*usageEntry
	patterns []*usageEntry // longest first
	types    map[string]*usageEntry
	hit      map[*usageEntry]bool
	read     map[*usageEntry]map[string]bool   // fields that some resource reads
	unread   map[*usageEntry]map[string]string // field -> a type that does not read it
}

func newMatcher(u *Usage) *matcher {
	m := &matcher{u: u, exact: map[string]*usageEntry{}, types: map[string]*usageEntry{}, hit: map[*usageEntry]bool{}, read: map[*usageEntry]map[string]bool{}, unread: map[*usageEntry]map[string]string{}}
	if u == nil {
		return m
	}
	for i := range u.entries {
		e := &u.entries[i]
		switch {
		case e.typ:
			m.types[e.name] = e
		case strings.Contains(e.name, "*"):
			m.patterns = append(m.patterns, e)
		default:
			m.exact[e.name] = e
		}
	}
	slices.SortStableFunc(m.patterns, func(a, b *usageEntry) int { return len(b.name) - len(a.name) })
	return m
}

// entries lists what speaks of a resource, the most specific first. An address may be written with its root before it.
func (m *matcher) entries(r *graph.Resource) []*usageEntry {
	if m.u == nil {
		return nil
	}
	var out []*usageEntry
	for _, name := range []string{r.Key().String(), string(r.Address)} {
		if e := m.exact[name]; e != nil && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	for _, e := range m.patterns {
		if glob(e.name, string(r.Address)) || glob(e.name, r.Key().String()) {
			out = append(out, e)
		}
	}
	if e := m.types[r.Type]; e != nil {
		out = append(out, e)
	}
	return out
}

// glob says whether a text fits a pattern in which `*` stands for any text, also none.
func glob(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	last := len(parts) - 1
	for _, p := range parts[1:last] {
		i := strings.Index(text, p)
		if i < 0 {
			return false
		}
		text = text[i+len(p):]
	}
	return last == 0 && text == "" || last > 0 && strings.HasSuffix(text, parts[last])
}

// usage gives the quantity of a usage field for the resource: from the file, else from the profile.
func (b *bill) usage(field string) (q decimal.Decimal, note string, ok bool) {
	for _, e := range b.entries {
		if f, ok := e.fields[field]; ok && !f.words {
			return f.number, "", true
		}
	}
	p := b.s.param(field)
	if p == nil {
		return decimal.Zero, "", false
	}
	switch b.e.o.Profile {
	case Low:
		q = p.Low
	case Medium:
		q = p.Medium
	case High:
		q = p.High
	default:
		return decimal.Zero, "", false
	}
	return q, "assumed by the profile " + string(b.e.o.Profile), true
}

// given is usage that only a file gives, never a profile.
func (b *bill) given(field string) (q decimal.Decimal, ok bool) {
	for _, e := range b.entries {
		if f, ok := e.fields[field]; ok && !f.words {
			return f.number, true
		}
	}
	return decimal.Zero, false
}

// word gives a usage field that is a word.
func (b *bill) word(field string) string {
	for _, e := range b.entries {
		if f, ok := e.fields[field]; ok && f.words {
			return f.text
		}
	}
	return ""
}

// heard notes which entries are of use to a resource, and which of their fields its type does not read.
func (m *matcher) heard(entries []*usageEntry, r *graph.Resource, s *service) {
	for _, e := range entries {
		if !m.hit[e] {
			m.hit[e], m.read[e], m.unread[e] = true, map[string]bool{}, map[string]string{}
		}
		for f := range e.fields {
			if s.reads(f) {
				m.read[e][f] = true
			} else {
				m.unread[e][f] = r.Type
			}
		}
	}
}

// notes says what in the usage file names nothing that is here.
func (e *estimator) notes() []string {
	if e.o.Usage == nil {
		return nil
	}
	var out []string
	for i := range e.o.Usage.entries {
		entry := &e.o.Usage.entries[i]
		where := fmt.Sprintf("%s:%d", e.o.Usage.name, entry.line)
		if !e.match.hit[entry] {
			out = append(out, fmt.Sprintf("%s: %s names no resource that was read", where, entry.name))
			continue
		}
		for _, f := range sortedKeys(e.match.unread[entry]) {
			if e.match.read[entry][f] {
				continue
			}
			out = append(out, fmt.Sprintf("%s:%d: %s has no usage field %s, so it changes nothing%s", e.o.Usage.name, entry.fields[f].line, e.match.unread[entry][f], f,
				offered(e.types[e.match.unread[entry][f]])))
		}
	}
	return out
}

func offered(s *service) string {
	if s == nil || len(s.Usage) == 0 {
		return ""
	}
	names := make([]string, 0, len(s.Usage))
	for _, p := range s.Usage {
		names = append(names, p.Field)
	}
	const some = 6
	if len(names) > some {
		names = append(names[:some], "...")
	}
	return " (it has " + strings.Join(names, ", ") + ")"
}
