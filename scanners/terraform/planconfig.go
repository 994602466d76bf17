package terraform

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// planConfig is what a plan says about the code that it was made from. It has no locals, no
// lifecycle, no dynamic blocks and no operators: of an expression it tells the constant, or the names
// that it mentions.
// Source: Terraform documentation, "JSON Output Format", Configuration Representation.
type planConfig struct {
	root      *planModule
	providers map[string]*planProvider // by key: "aws", "aws.west", "module.db:aws"
}

type planModule struct {
	resources map[string]*planResource // by "aws_vpc.main" or "data.aws_vpc.main"
	calls     map[string]*planCall
	outputs   map[string]*planExpr
	defaults  map[string]any  // of variables that have one
	sensitive map[string]bool // variables
}

type planResource struct {
	provider string
	exprs    map[string]*planExpr
	repeat   *planExpr // count or for_each; nil when there is neither, or when it mentions nothing
	depends  []planMention
}

type planCall struct {
	source, version string
	exprs           map[string]*planExpr
	repeat          *planExpr
	module          *planModule
}

type planProvider struct {
	key, name, fullName, alias, module, version string
	exprs                                       map[string]*planExpr
}

// planExpr is an expression, or the nested blocks of one type.
type planExpr struct {
	constant any
	known    bool
	mentions []planMention
	blocks   []map[string]*planExpr
}

// planMention is one name that an expression uses, such as aws_subnet.a[0].id.
type planMention struct {
	text string       // as the plan writes it
	base string       // "aws_subnet.a", "data.aws_vpc.main", "module.db", "var.x", "local.x", "each.value", ...
	key  any          // int or string when the base has an index, else nil
	rest []graph.Step // what follows: the attribute, the output
}

func (j *jsonReader) configuration() planConfig {
	c := planConfig{root: &planModule{}, providers: map[string]*planProvider{}}
	for key := range j.fields() {
		switch key {
		case "provider_config":
			for key := range j.fields() {
				c.providers[key] = j.planProvider(key)
			}
		case "root_module":
			c.root = j.planModule()
		default:
			j.skip()
		}
	}
	return c
}

func (j *jsonReader) planProvider(key string) *planProvider {
	p := &planProvider{key: key}
	for field := range j.fields() {
		switch field {
		case "name":
			p.name = j.string()
		case "full_name":
			p.fullName = j.string()
		case "alias":
			p.alias = j.string()
		case "module_address":
			p.module = j.string()
		case "version_constraint":
			p.version = j.string()
		case "expressions":
			p.exprs = j.exprs()
		default:
			j.skip()
		}
	}
	return p
}

func (j *jsonReader) planModule() *planModule {
	m := &planModule{resources: map[string]*planResource{}, calls: map[string]*planCall{}, outputs: map[string]*planExpr{}, defaults: map[string]any{}, sensitive: map[string]bool{}}
	for field := range j.fields() {
		switch field {
		case "resources":
			for range j.elements() {
				address, r := j.planResource()
				m.resources[address] = r
			}
		case "module_calls":
			for name := range j.fields() {
				m.calls[name] = j.planCall()
			}
		case "outputs":
			for name := range j.fields() {
				for field := range j.fields() {
					if field == "expression" {
						m.outputs[name] = j.expr()
					} else {
						j.skip()
					}
				}
			}
		case "variables":
			for name := range j.fields() {
				for field := range j.fields() {
					switch field {
					case "default":
						m.defaults[name] = j.value()
					case "sensitive":
						m.sensitive[name] = j.isTrue()
					default:
						j.skip()
					}
				}
			}
		default:
			j.skip()
		}
	}
	return m
}

func (j *jsonReader) planResource() (address string, r *planResource) {
	r = &planResource{}
	for field := range j.fields() {
		switch field {
		case "address":
			address = j.string()
		case "provider_config_key":
			r.provider = j.string()
		case "expressions":
			r.exprs = j.exprs()
		case "count_expression", "for_each_expression":
			r.repeat = j.expr()
		case "depends_on":
			r.depends = planMentions(j.strings())
		default:
			j.skip()
		}
	}
	return address, r
}

func (j *jsonReader) planCall() *planCall {
	c := &planCall{module: &planModule{}}
	for field := range j.fields() {
		switch field {
		case "source":
			c.source = j.string()
		case "version_constraint":
			c.version = j.string()
		case "expressions":
			c.exprs = j.exprs()
		case "count_expression", "for_each_expression":
			c.repeat = j.expr()
		case "module":
			c.module = j.planModule()
		default:
			j.skip()
		}
	}
	return c
}

func (j *jsonReader) exprs() map[string]*planExpr {
	if j.need() != '{' {
		j.skip()
		return nil
	}
	m := map[string]*planExpr{}
	for name := range j.fields() {
		m[name] = j.expr()
	}
	return m
}

func (j *jsonReader) expr() *planExpr {
	e := &planExpr{}
	switch j.need() {
	case '[':
		for range j.elements() {
			e.blocks = append(e.blocks, j.exprs())
		}
	case '{':
		j.exprObject(e)
	default:
		j.skip()
	}
	return e
}

// exprObject reads what stands in braces: an expression, or the one nested block of its type.
func (j *jsonReader) exprObject(e *planExpr) {
	block := map[string]*planExpr{}
	for field := range j.fields() {
		switch c := j.need(); {
		case field == "constant_value":
			e.constant, e.known = j.value(), true
		case field == "references" && c == '[':
			e.mentions = planMentions(j.strings())
		default:
			block[field] = j.expr()
		}
	}
	if len(block) > 0 {
		e.blocks = append(e.blocks, block)
	}
}

// planMentions undoes the way in which a plan lists names: each name is followed by its own beginnings,
// `aws_vpc.main.id`, `aws_vpc.main`.
func planMentions(list []string) []planMention {
	var out []planMention
	last := ""
	for _, s := range list {
		if isBeginning(s, last) {
			last = s
			continue
		}
		last = s
		out = append(out, parseMention(s))
	}
	return out
}

func isBeginning(s, of string) bool {
	return len(s) < len(of) && strings.HasPrefix(of, s) && (of[len(s)] == '.' || of[len(s)] == '[')
}

// parseMention takes a name apart. What cannot be is kept as a name that leads nowhere.
func parseMention(s string) planMention {
	words := 2
	if strings.HasPrefix(s, "data.") {
		words = 3
	}
	m := planMention{text: s, base: firstWords(s, words)}
	rest, err := graph.ParsePath(s[len(m.base):])
	if err != nil {
		return planMention{text: s, base: s}
	}
	m.rest = rest
	isValue := m.base == "each.value" || strings.HasPrefix(m.base, "var.") || strings.HasPrefix(m.base, "local.")
	if !isValue && len(rest) > 0 && s[len(m.base)] == '[' {
		m.key, m.rest = stepKey(rest[0]), rest[1:]
	}
	return m
}

// firstWords gives the beginning of s that is n words joined by dots.
func firstWords(s string, n int) string {
	for i := range len(s) {
		if s[i] == '[' {
			return s[:i]
		}
		if s[i] == '.' {
			if n--; n == 0 {
				return s[:i]
			}
		}
	}
	return s
}

func stepKey(s graph.Step) any {
	if s.Index >= 0 {
		return s.Index
	}
	return s.Name
}

// exprAt gives the expression of the attribute at the path, nil when there is none. whole says that it is, or
// would be, the expression of exactly that location and not of something around it. placed says that
// every block on the way was found.
// values are the attributes, which tell the blocks of one type apart.
func exprAt(exprs map[string]*planExpr, steps []graph.Step, values any) (e *planExpr, whole, placed bool) {
	for len(steps) > 0 {
		e = exprs[steps[0].Name]
		values = planChild(values, steps[0])
		steps = steps[1:]
		if e == nil {
			return nil, len(steps) == 0, true
		}
		if len(e.blocks) == 0 {
			return e, len(steps) == 0, true
		}
		if len(steps) == 0 {
			return e, true, true
		}
		if steps[0].Index >= 0 {
			list, _ := values.([]any)
			exprs = blockOf(e.blocks, list, steps[0].Index)
			values = planChild(values, steps[0])
			steps = steps[1:]
		} else {
			exprs = e.blocks[0]
		}
		if exprs == nil {
			return nil, false, false
		}
	}
	return nil, false, true
}

func planChild(v any, s graph.Step) any {
	switch v := v.(type) {
	case map[string]any:
		return v[s.Name]
	case []any:
		if s.Index >= 0 && s.Index < len(v) {
			return v[s.Index]
		}
	}
	return nil
}

// blockOf finds the expressions of block i. Blocks made by `dynamic` are in the values and not in the
// configuration, and a set of blocks has another order there; so a block is known by its constants, and
// when the numbers differ none is.
func blockOf(blocks []map[string]*planExpr, values []any, i int) map[string]*planExpr {
	if len(blocks) != len(values) || i >= len(values) {
		return nil
	}
	if len(blocks) == 1 {
		return blocks[0]
	}
	inOrder := true
	for k := range blocks {
		inOrder = inOrder && agrees(blocks[k], values[k])
	}
	if inOrder {
		return blocks[i]
	}
	var found map[string]*planExpr
	for _, b := range blocks {
		if agrees(b, values[i]) {
			if found != nil {
				return nil
			}
			found = b
		}
	}
	return found
}

// agrees says that no constant of the block differs from the value.
func agrees(block map[string]*planExpr, value any) bool {
	attrs, _ := value.(map[string]any)
	for name, e := range block {
		if !e.known || e.constant == nil {
			continue
		}
		if v, ok := attrs[name]; ok && v != nil && scalarText(v) != scalarText(e.constant) {
			return false
		}
	}
	return true
}
