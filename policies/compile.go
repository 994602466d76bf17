package policies

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

// program is a set of policies that were compiled together, with the values that they find below data.
type program struct {
	entries []*entry
	needs   needs                  // of all entries: what the input must hold
	modules map[string]*ast.Module // inlined, by policy ID
}

// entry is one policy of a program.
type entry struct {
	meta  Meta
	ask   map[stageClass]rego.PreparedEvalQuery // {judged, deny}
	fix   map[stageClass]rego.PreparedEvalQuery
	data  map[stageClass]map[string]any
	reads reads // of judged and deny

	inline lazyCompiler // of the inlined module: for partial evaluation

	once  sync.Once // of fixed
	fixed *entry    // the same with what fix reads
}

// fixing gives the policy with the reads of fix besides: what proposes a change may look farther than what finds its need.
func (e *entry) fixing(modules map[string]*ast.Module) *entry {
	e.once.Do(func() {
		e.fixed = &entry{meta: e.meta, ask: e.ask, fix: e.fix, data: e.data, reads: readsOf(modules, e.meta.ID, "judged", "deny", "fix")}
	})
	return e.fixed
}

// classes lists the stages that the policy is to be evaluated for separately.
func (e *entry) classes() []stageClass {
	if e.meta.staged() {
		return []stageClass{production, elsewhere}
	}
	return []stageClass{production}
}

// impure lists built-in functions whose answer does not follow from their arguments, or that leave the process.
var impure = []string{"http.send", "opa.runtime", "net.lookup_ip_addr", "rand.intn", "time.now_ns", "uuid.rfc4122", "providers.aws.sign_req", "rego.parse_module", "trace"}

// capabilities are what policies may call.
func capabilities() *ast.Capabilities {
	c := *ast.CapabilitiesForThisVersion()
	c.Builtins = slices.DeleteFunc(slices.Clone(c.Builtins), func(b *ast.Builtin) bool {
		return b.Nondeterministic || slices.Contains(impure, b.Name)
	})
	c.AllowNet = []string{}
	return &c
}

func parseModule(file, text string) (*ast.Module, error) {
	m, err := ast.ParseModuleWithOpts(file, text, ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: capabilities()})
	if err != nil {
		return nil, located(file, err)
	}
	if m == nil {
		return nil, fmt.Errorf("%s:1: the file is empty", file)
	}
	return m, nil
}

// located gives compiler errors one line each, "file:line: what".
func located(file string, err error) error {
	list, ok := err.(ast.Errors)
	if !ok {
		return fmt.Errorf("%s: %w", file, err)
	}
	var errs []error
	for _, e := range list {
		at := file
		if e.Location != nil {
			at = fmt.Sprintf("%s:%d", e.Location.File, e.Location.Row)
		}
		text := e.Message
		if e.Details != nil {
			text += "; " + strings.Join(e.Details.Lines(), "; ")
		}
		errs = append(errs, fmt.Errorf("%s: %s", at, strings.Join(strings.Fields(text), " ")))
	}
	return joined(errs)
}

func compile(modules map[string]*ast.Module, schema any) (*ast.Compiler, error) {
	c := ast.NewCompiler().WithCapabilities(capabilities())
	if schema != nil {
		set := ast.NewSchemaSet()
		set.Put(ast.SchemaRootRef, schema)
		c = c.WithSchemas(set).WithStrict(true).WithUseTypeCheckAnnotations(true)
	}
	c.Compile(modules)
	if c.Failed() {
		return nil, located("policies", c.Errors)
	}
	return c, nil
}

// program compiles the policies with one compiler, or gives the one that was compiled for the same question before.
func (s *Set) program(ctx context.Context, chosen []*policy, o Options) (*program, error) {
	metas := make([]Meta, len(chosen))
	for i, p := range chosen {
		m, err := p.read()
		if err != nil {
			return nil, err
		}
		metas[i] = m
	}
	data := map[stageClass]map[string]any{}
	for _, class := range []stageClass{production, elsewhere} {
		d, err := s.document(metas, o, class)
		if err != nil {
			return nil, err
		}
		data[class] = d
	}
	key, err := programKey(metas, data)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.programs[key]; ok {
		return p, nil
	}
	p, err := build(ctx, chosen, metas, data)
	if err != nil {
		return nil, err
	}
	if len(s.programs) >= programsKept {
		clear(s.programs)
	}
	s.programs[key] = p
	return p, nil
}

// programsKept bounds what a long-lived Set holds on to.
const programsKept = 8

func programKey(metas []Meta, data map[stageClass]map[string]any) (string, error) {
	var b strings.Builder
	for _, m := range metas {
		b.WriteString(m.ID + "\n")
	}
	for _, class := range []stageClass{production, elsewhere} {
		text, err := json.Marshal([]any{data[class]["parameters"], data[class]["today"]})
		if err != nil {
			return "", fmt.Errorf("parameters: %w", err)
		}
		b.Write(text)
	}
	return b.String(), nil
}

func build(ctx context.Context, chosen []*policy, metas []Meta, data map[stageClass]map[string]any) (*program, error) {
	modules := map[string]*ast.Module{}
	var errs []error
	for _, p := range chosen {
		m, err := parseModule(p.file, p.text)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		modules[p.id] = m
	}
	if len(errs) > 0 {
		return nil, joined(errs)
	}
	c, err := compile(modules, nil)
	if err != nil {
		return nil, err
	}
	return prepare(ctx, c, metas, data)
}

// prepare makes the queries of compiled modules; the modules of c are by policy ID.
func prepare(ctx context.Context, c *ast.Compiler, metas []Meta, data map[stageClass]map[string]any) (*program, error) {
	p := &program{modules: inlineResources(c.Modules)}
	p.needs = needsOf(p.modules)
	raw := rego.GenerateJSON(func(t *ast.Term, _ *rego.EvalContext) (any, error) { return t.Value, nil })
	for _, m := range metas {
		e := &entry{meta: m, ask: map[stageClass]rego.PreparedEvalQuery{}, fix: map[stageClass]rego.PreparedEvalQuery{}, data: data}
		e.reads = readsOf(p.modules, m.ID, "judged", "deny")
		for _, class := range e.classes() {
			store := inmem.NewFromObjectWithOpts(data[class], inmem.OptReturnASTValuesOnRead(true))
			query := func(text string) (rego.PreparedEvalQuery, error) {
				return rego.New(rego.Compiler(c), rego.Store(store), raw, rego.Query(text)).PrepareForEval(ctx)
			}
			var err error
			if e.ask[class], err = query(fmt.Sprintf(`{"judged": data.%[1]s.judged, "deny": data.%[1]s.deny}`, m.ID)); err != nil {
				return nil, fmt.Errorf("preparing policy %s: %w", m.ID, err)
			}
			if !hasRule(c.Modules[m.ID], "fix") {
				continue
			}
			if e.fix[class], err = query(fmt.Sprintf("data.%s.fix", m.ID)); err != nil {
				return nil, fmt.Errorf("preparing the fix of policy %s: %w", m.ID, err)
			}
		}
		p.entries = append(p.entries, e)
	}
	return p, nil
}

func hasRule(m *ast.Module, name string) bool {
	return m != nil && slices.ContainsFunc(m.Rules, func(r *ast.Rule) bool { return ruleName(r) == name })
}

// ruleName is the first word of a rule's reference: "deny" of `deny contains x`.
func ruleName(r *ast.Rule) string {
	if v, ok := r.Head.Ref()[0].Value.(ast.Var); ok {
		return string(v)
	}
	return r.Head.Name.String()
}
