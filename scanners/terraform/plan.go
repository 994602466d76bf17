package terraform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

// PlanOptions says what a plan or a state cannot tell about itself.
type PlanOptions struct {
	// Root is the root that its resources get: the path of the file, or of its folder; "" for one source.
	Root string
	// Stage is the stage of the root where its name tells ("" when it does not).
	Stage string
	// Source is the file system with the code that the plan was made from, or nil; Dir is the folder of the
	// root module in it ("." for all of it). File names in origins are relative to Source. Lines, lifecycle blocks,
	// waivers in comments and the terraform block are taken from it; values are not.
	Source fs.FS
	Dir    string
	// Locate gives the place of a resource block: the names of the module calls that lead there, and its
	// type ("data.TYPE" for data sources) and name. nil: Source is asked.
	Locate func(module []string, typ, name string) (graph.Origin, bool)
}

// NewPlan makes a scanner of a plan in JSON, as `terraform show -json PLANFILE` and `tofu show -json` print
// it (format versions 0.1 to 1.x). name is what messages and origins call the file. It may be
// compressed with gzip, or be UTF-16.
func NewPlan(r io.Reader, name string, opts PlanOptions) scanners.Scanner {
	return &planScanner{r: r, name: name, opts: opts}
}

type planScanner struct {
	r    io.Reader
	name string
	opts PlanOptions
}

// Scan reads the plan. It is an error when the text is no plan, or not all of one: what hangs
// on the missing part cannot be told from what is not there.
func (s *planScanner) Scan(ctx context.Context) (scanners.Found, error) {
	text, err := decode(&untilDone{ctx, s.r})
	if err != nil {
		return scanners.Found{}, fmt.Errorf("reading %s: %w", s.name, err)
	}
	p := newPlan(s.name, s.opts)
	if err := p.read(newJSONReader(text)); err != nil {
		return scanners.Found{}, err
	}
	return p.found(ctx), nil
}

// untilDone stops a reader when its context is done.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// plan is what was read of one plan.
type plan struct {
	name      string
	opts      PlanOptions
	values    *planValues
	changes   map[string]*planChange // of resources that planned_values has not, or not yet
	config    planConfig
	variables map[string]any
	seen      []string // top-level fields
	errored   bool
	partial   bool // complete is false
	deferred  []string
	names     *planNames
	source    planSource
	locate    func(module []string, typ, name string) (graph.Origin, bool)
	secrets   map[string][]string // by type: paths of secret attributes
	policies  map[*planInstance]graph.Template
	lookups   map[string][]*planInstance // data sources that tell region and account
}

// planChange is an entry of resource_changes for which no planned value was read before it.
type planChange struct {
	instance *planInstance
	gone     bool
}

func newPlan(name string, opts PlanOptions) *plan {
	return &plan{name: name, opts: opts, values: newPlanValues(), changes: map[string]*planChange{}, variables: map[string]any{},
		config: planConfig{root: &planModule{}}, secrets: map[string][]string{}}
}

// read takes the whole text. Fields may come in any order.
func (p *plan) read(j *jsonReader) error {
	switch c := j.peek(); {
	case j.err == nil && c == 0 && j.pos >= len(j.buf):
		return fmt.Errorf("%s: the file is empty; a plan in JSON (terraform show -json PLANFILE) was expected", p.name)
	case j.err == nil && c != '{':
		return fmt.Errorf("%s: this is no JSON object; a plan in JSON (terraform show -json PLANFILE) was expected, with nothing before it", p.name)
	}
	for field := range j.fields() {
		p.seen = append(p.seen, field)
		p.field(j, field)
	}
	j.end()
	switch kind := kindOfKeys(p.seen); {
	case j.err != nil && errors.Is(j.err, errCutOff):
		return fmt.Errorf("%s: %w (stopped in %q)", p.name, j.err, p.last())
	case j.err != nil:
		return fmt.Errorf("reading %s: %w", p.name, j.err)
	case kind == State:
		return fmt.Errorf("%s: this is a state, not a plan", p.name)
	case kind != Plan:
		return foreign(p.name, p.seen)
	}
	p.settleChanges()
	return nil
}

func (p *plan) last() string {
	if len(p.seen) == 0 {
		return "{"
	}
	return p.seen[len(p.seen)-1]
}

func (p *plan) field(j *jsonReader, field string) {
	switch field {
	case "planned_values":
		p.moduleField(j, false)
	case "prior_state":
		for field := range j.fields() {
			if field == "values" {
				p.moduleField(j, true)
			} else {
				j.skip()
			}
		}
	case "resource_changes":
		for range j.elements() {
			p.change(j)
		}
	case "deferred_changes":
		for range j.elements() {
			p.deferral(j)
		}
	case "configuration":
		p.config = j.configuration()
	case "variables":
		for name := range j.fields() {
			for field := range j.fields() {
				if field == "value" {
					p.variables[name] = j.value()
				} else {
					j.skip()
				}
			}
		}
	case "errored":
		p.errored = j.isTrue()
	case "complete":
		p.partial = j.need() == 'f'
		j.skip()
	default:
		j.skip()
	}
}

func (p *plan) moduleField(j *jsonReader, dataOnly bool) {
	for field := range j.fields() {
		if field == "root_module" {
			j.planValues(p.values, dataOnly)
		} else {
			j.skip()
		}
	}
}

// change reads one entry of resource_changes: what is unknown, and the values when planned_values has none.
func (p *plan) change(j *jsonReader) {
	c := &planChange{instance: &planInstance{}}
	r := c.instance
	deposed := false
	for field := range j.fields() {
		switch field {
		case "address":
			r.address = j.string()
		case "mode":
			r.mode = j.string()
		case "type":
			r.typ = j.string()
		case "name":
			r.name = j.string()
		case "index":
			r.key = j.value()
		case "deposed":
			deposed = j.string() != ""
		case "change":
			p.changeDetail(j, c)
		default:
			j.skip()
		}
	}
	if r.address == "" || deposed {
		return
	}
	known := p.values.byAddress[r.address]
	if known == nil {
		p.changes[r.address] = c
		return
	}
	known.unknown = r.unknown
	known.sensitive = append(known.sensitive, r.sensitive...)
}

func (p *plan) changeDetail(j *jsonReader, c *planChange) {
	r := c.instance
	for field := range j.fields() {
		switch field {
		case "actions":
			actions := j.strings()
			c.gone = slices.Equal(actions, []string{"delete"}) || slices.Equal(actions, []string{"forget"})
		case "after":
			if p.values.byAddress[r.address] != nil {
				j.skip()
			} else {
				r.values = j.object()
			}
		case "after_unknown":
			j.marks("", func(path string) { r.unknown = append(r.unknown, path) })
		case "after_sensitive":
			j.marks("", func(path string) { r.sensitive = append(r.sensitive, path) })
		default:
			j.skip()
		}
	}
}

// settleChanges adds resources that only resource_changes has: plans whose planned_values were taken
// out, or stand behind the changes.
func (p *plan) settleChanges() {
	for _, address := range sortedKeys(p.changes) {
		c := p.changes[address]
		known := p.values.byAddress[address]
		switch {
		case known != nil:
			known.unknown = c.instance.unknown
			known.sensitive = append(known.sensitive, c.instance.sensitive...)
		case !c.gone:
			c.instance.module = p.values.scope(moduleOf(address))
			if c.instance.values == nil {
				c.instance.values = map[string]any{}
			}
			p.values.add(c.instance)
		}
	}
	p.changes = nil
}

func (p *plan) deferral(j *jsonReader) {
	for field := range j.fields() {
		if field != "resource_change" {
			j.skip()
			continue
		}
		for field := range j.fields() {
			if field == "address" {
				p.deferred = append(p.deferred, j.string())
			} else {
				j.skip()
			}
		}
	}
}

// found turns what was read into resources.
func (p *plan) found(ctx context.Context) scanners.Found {
	p.configure()
	p.names = newPlanNames(p)
	p.lookAt(ctx)
	var found scanners.Found
	for i, r := range p.values.order {
		if i%1000 == 0 && ctx.Err() != nil {
			found.Gaps = append(found.Gaps, scanners.Gap{Root: p.opts.Root, Where: p.name, Why: "reading was interrupted"})
			break
		}
		if r.mode == "data" && (catalog.Lookup(r.typ) == nil || catalog.Lookup(r.typ).FactsOnly) {
			continue
		}
		found.Resources = append(found.Resources, p.resource(r)...)
	}
	found.Resources = append(found.Resources, p.facts()...)
	found.Gaps = append(found.Gaps, p.gaps()...)
	found.Absent = p.absent()
	p.source.addTo(&found, p.opts.Root)
	found.Roots = []scanners.Root{{Path: p.opts.Root, Kind: "plan", Files: 1, Region: p.region(p.config.providers["aws"]).text, Stage: p.opts.Stage}}
	return found
}

// lookAt reads the code that lies beside.
func (p *plan) lookAt(ctx context.Context) {
	p.source = readSource(ctx, p.opts.Source, p.opts.Dir)
	p.locate = p.opts.Locate
	if p.locate == nil {
		p.locate = p.source.locate
	}
}

// configure gives every module instance its configuration.
func (p *plan) configure() {
	p.values.scopes[""].config = p.config.root
	for _, address := range sortedKeys(p.values.scopes) {
		p.configureScope(p.values.scopes[address])
	}
}

func (p *plan) configureScope(s *planScope) {
	if s.config != nil {
		return
	}
	s.config = &planModule{}
	p.configureScope(s.parent)
	if call := s.parent.config.calls[s.call]; call != nil {
		s.config = call.module
	}
}

func (p *plan) gaps() []scanners.Gap {
	var gaps []scanners.Gap
	if p.errored {
		gaps = append(gaps, scanners.Gap{Root: p.opts.Root, Where: p.name, Why: "the plan ended with errors, so it does not hold everything", Settle: "correct the errors that terraform plan prints, and plan again"})
	}
	if p.partial && !p.errored {
		gaps = append(gaps, scanners.Gap{Root: p.opts.Root, Where: p.name, Why: "the plan is not complete: it was made with -target or defers changes", Settle: "terraform plan without -target, or apply and plan again"})
	}
	slices.Sort(p.deferred)
	for _, address := range p.deferred {
		gaps = append(gaps, scanners.Gap{Root: p.opts.Root, Where: address, Why: "the plan puts this resource off until others exist", Settle: "apply the plan, then plan again"})
	}
	return gaps
}
