package terraform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
)

// NewState makes a scanner of a state: a terraform.tfstate of version 4 or 3, or what `terraform show -json`
// prints without a plan. name is what messages and origins call the file. It may be compressed
// with gzip, or be UTF-16. Of opts, Source, Dir and Locate give the lines where the code lies beside it.
func NewState(r io.Reader, name string, opts PlanOptions) scanners.Scanner {
	return &stateScanner{r: r, name: name, opts: opts}
}

type stateScanner struct {
	r    io.Reader
	name string
	opts PlanOptions
}

// Scan reads the state. It is an error when the text is no state, or not all of one.
func (s *stateScanner) Scan(ctx context.Context) (scanners.Found, error) {
	text, err := decode(&untilDone{ctx, s.r})
	if err != nil {
		return scanners.Found{}, fmt.Errorf("reading %s: %w", s.name, err)
	}
	st := &state{plan: newPlan(s.name, s.opts), provider: map[*planInstance]string{}, depends: map[*planInstance][]string{}}
	if err := st.read(newJSONReader(text)); err != nil {
		return scanners.Found{}, err
	}
	return st.found(ctx), nil
}

// state is what was read of one state. It uses the parts of a plan that hold values.
type state struct {
	plan     *plan
	version  int
	provider map[*planInstance]string   // the provider configuration of each
	depends  map[*planInstance][]string // addresses without keys
	readings int
}

func (s *state) read(j *jsonReader) error {
	name := s.plan.name
	switch c := j.peek(); {
	case j.err == nil && c == 0 && j.pos >= len(j.buf):
		return fmt.Errorf("%s: the file is empty; a state was expected", name)
	case j.err == nil && c != '{':
		return fmt.Errorf("%s: this is no JSON object; a state was expected, with nothing before it", name)
	}
	for field := range j.fields() {
		s.plan.seen = append(s.plan.seen, field)
		s.field(j, field)
	}
	j.end()
	kind := kindOfKeys(s.plan.seen)
	switch {
	case j.err != nil && errors.Is(j.err, errCutOff):
		return fmt.Errorf("%s: %w (stopped in %q)", name, j.err, s.plan.last())
	case j.err != nil:
		return fmt.Errorf("reading %s: %w", name, j.err)
	case kind == Plan && s.readings == 0 && !slices.Contains(s.plan.seen, "version") && slices.Contains(s.plan.seen, "planned_values"):
		return fmt.Errorf("%s: this is a plan, not a state", name)
	case kind != State && s.readings == 0 && !slices.Contains(s.plan.seen, "format_version"):
		return foreign(name, s.plan.seen)
	case slices.Contains(s.plan.seen, "version") && (s.version < 3 || s.version > 4):
		return fmt.Errorf("%s: state version %d is not known; versions 3 and 4 are", name, s.version)
	}
	return nil
}

func (s *state) field(j *jsonReader, field string) {
	switch field {
	case "version":
		s.version, _ = j.value().(int)
	case "resources":
		s.readings++
		for range j.elements() {
			s.resourceV4(j)
		}
	case "modules":
		s.readings++
		for range j.elements() {
			s.moduleV3(j)
		}
	case "values":
		s.readings++
		s.plan.moduleField(j, false)
	default:
		j.skip()
	}
}

// resourceV4 reads one entry of `resources` with its instances.
func (s *state) resourceV4(j *jsonReader) {
	var module, mode, typ, name, provider string
	var instances []*planInstance
	for field := range j.fields() {
		switch field {
		case "module":
			module = j.string()
		case "mode":
			mode = j.string()
		case "type":
			typ = j.string()
		case "name":
			name = j.string()
		case "provider":
			provider = j.string()
		case "instances":
			for range j.elements() {
				if r := s.instanceV4(j); r != nil {
					instances = append(instances, r)
				}
			}
		default:
			j.skip()
		}
	}
	for _, r := range instances {
		r.mode, r.typ, r.name, r.module = mode, typ, name, s.plan.values.scope(module)
		r.address = r.module.join(r.label()) + addressKey(r.key)
		s.provider[r] = provider
		s.plan.values.add(r)
	}
}

// addressKey prints a count or for_each key as addresses have it.
func addressKey(key any) string {
	switch key := key.(type) {
	case int:
		return "[" + strconv.Itoa(key) + "]"
	case string:
		return "[" + strconv.Quote(key) + "]"
	}
	return ""
}

// instanceV4 reads one instance; nil for one that is only kept until it is destroyed.
func (s *state) instanceV4(j *jsonReader) *planInstance {
	r := &planInstance{}
	deposed := false
	for field := range j.fields() {
		switch field {
		case "index_key":
			r.key = j.value()
		case "attributes":
			r.values = j.object()
		case "attributes_flat":
			r.values = unflatten(j.object())
		case "sensitive_attributes":
			r.sensitive = append(r.sensitive, sensitivePaths(j.value())...)
		case "dependencies", "depends_on":
			s.depends[r] = append(s.depends[r], j.strings()...)
		case "deposed":
			deposed = j.string() != ""
		default:
			j.skip()
		}
	}
	if deposed {
		delete(s.depends, r)
		return nil
	}
	if r.values == nil {
		r.values = map[string]any{}
	}
	return r
}

// sensitivePaths reads paths as a state writes them:
// [[{"type":"get_attr","value":"password"},{"type":"index","value":{"value":0,"type":"number"}}]].
func sensitivePaths(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, p := range list {
		steps, ok := p.([]any)
		if !ok {
			continue
		}
		var path []graph.Step
		for _, step := range steps {
			m, _ := step.(map[string]any)
			value := m["value"]
			if inner, ok := value.(map[string]any); ok {
				value = inner["value"]
			}
			switch value := value.(type) {
			case string:
				path = append(path, graph.Name(value))
			case int:
				path = append(path, graph.Index(value))
			}
		}
		if len(path) > 0 {
			out = append(out, graph.JoinPath(path...))
		}
	}
	return out
}

// found turns what was read into resources.
func (s *state) found(ctx context.Context) scanners.Found {
	p := s.plan
	p.configure()
	p.names = newPlanNames(p)
	p.lookAt(ctx)
	places := s.places()
	found := scanners.Found{Roots: []scanners.Root{{Path: p.opts.Root, Kind: "state", Files: 1, Stage: p.opts.Stage}}}
	for _, r := range p.values.order {
		if r.mode == "data" && (catalog.Lookup(r.typ) == nil || catalog.Lookup(r.typ).FactsOnly) {
			continue
		}
		found.Resources = append(found.Resources, s.resource(r, places[s.provider[r]]))
	}
	p.source.addTo(&found, p.opts.Root)
	return found
}

func (s *state) resource(r *planInstance, at statePlace) *graph.Resource {
	p := s.plan
	out := &graph.Resource{
		Root: p.opts.Root, Address: graph.Address(r.address), Type: r.typ, Name: r.name + addressKey(r.key), Data: r.mode == "data",
		Attrs: r.values, Unknown: map[string]string{}, Refs: s.refs(r), Facts: map[string]any{}, Origins: []graph.Origin{p.origin(r)},
	}
	out.Origins[0].Source, out.Origins[0].ID = "state", resourceID(r)
	(&translation{plan: p, in: r, cfg: noConfig, out: out}).hideSecrets()
	p.lifecycle(r, out, "a state does not say")
	if !out.Data {
		catalog.Observe(out)
	}
	if !strings.HasPrefix(r.typ, "aws_") {
		return out
	}
	region, account := arnPlace(r)
	if v, ok := r.values["region"].(string); ok && regionShape.MatchString(v) {
		region = v
	}
	if region == "" {
		region = at.region
	}
	if account == "" {
		account = at.account
	}
	if region != "" {
		out.Facts["_region"] = region
	} else {
		out.Unknown["_region"] = "no ARN in the state tells the region of this provider"
	}
	if account != "" {
		out.Facts["_account"] = account
	}
	return out
}

// resourceID gives the ARN of an instance, or its id.
func resourceID(r *planInstance) string {
	for _, name := range []string{"arn", "id"} {
		if s, ok := r.values[name].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

func (s *state) refs(r *planInstance) map[string][]graph.Ref {
	var refs []graph.Ref
	for _, base := range s.depends[r] {
		if _, known := s.plan.names.bases[base]; !known {
			base = r.module.join(base) // version 3 leaves the module out
		}
		refs = mergeRefs(refs, s.plan.names.splat(base))
	}
	if len(refs) == 0 {
		return map[string][]graph.Ref{}
	}
	return map[string][]graph.Ref{"depends_on": refs}
}

// statePlace is where a provider configuration works.
type statePlace struct{ region, account string }

// places finds the region and account of each provider configuration: a configuration has one of each, so
// what the ARNs of its resources agree on holds for all of them.
func (s *state) places() map[string]statePlace {
	regions, accounts := map[string][]string{}, map[string][]string{}
	for _, r := range s.plan.values.order {
		if key := s.provider[r]; key != "" && r.mode == "managed" {
			region, account := arnPlace(r)
			regions[key] = append(regions[key], region)
			accounts[key] = append(accounts[key], account)
		}
	}
	out := map[string]statePlace{}
	for key := range regions {
		out[key] = statePlace{agreed(regions[key]), agreed(accounts[key])}
	}
	return out
}

// agreed gives the only word of a list besides "", else "".
func agreed(words []string) string {
	slices.Sort(words)
	words = slices.Compact(words)
	if len(words) > 0 && words[0] == "" {
		words = words[1:]
	}
	if len(words) == 1 {
		return words[0]
	}
	return ""
}

// arnPlace reads region and account from the ARN of an instance.
func arnPlace(r *planInstance) (region, account string) {
	arn, _ := r.values["arn"].(string)
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return "", ""
	}
	if regionShape.MatchString(parts[3]) {
		region = parts[3]
	}
	if accountShape.MatchString(parts[4]) {
		account = parts[4]
	}
	return region, account
}
