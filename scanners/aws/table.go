package aws

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// Table says for each canonical attribute which field of the SDK's answer it is. Keys are attribute paths, values are
// paths of Go field names:
//
//	"multi_az":                     "MultiAZ"
//	"vpc_security_group_ids":       "VpcSecurityGroups[].VpcSecurityGroupId"   a list of scalars
//	"health_check[0].path":         "HealthCheckPath"                          a block that there is one of
//	"ebs_block_device[].volume_id": "BlockDeviceMappings[].Ebs.VolumeId"       one block for each element
//	"tags":                         "Tags"                                     Key/Value pairs, or a map
//	"publicly_accessible":          "PubliclyAccessible!"                      AWS always says it
//
// What AWS always says is unknown when an answer does not have it: silence must not pass for the harmless value. A field on the way that is nil makes the attribute null: false when the catalog says that it is a Bool. A block "x[0]" of
// which every attribute is null is left out. Times are RFC 3339 in UTC; numbers are int when they are whole.
type Table map[string]string

// Set reads the attributes of r from a value of the SDK. It panics when a path of the table names no field, which a test of
// every table finds (Check).
func (t Table) Set(r *graph.Resource, from any) {
	v := reflect.ValueOf(from)
	for _, path := range t.paths() {
		if err := t.set(r, path, v); err != nil {
			panic(err)
		}
	}
	for _, path := range t.paths() {
		dropEmpty(r.Attrs, path)
	}
}

// Check says what is wrong with a table: an attribute that the type does not have, a field that the SDK's type does not have.
// from is a value, or the zero value, of the SDK's type.
func (t Table) Check(typ string, from any) error {
	entry := catalog.Lookup(typ)
	if entry == nil {
		return fmt.Errorf("%s is not in the catalog", typ)
	}
	for _, path := range t.paths() {
		if entry.Attr(strings.NewReplacer("[0]", "", "[]", "").Replace(path)) == nil {
			return fmt.Errorf("%s has no attribute %s", typ, path)
		}
		field, always := strings.CutSuffix(t[path], "!")
		if always && strings.Contains(path, ".") {
			return fmt.Errorf("%s.%s: only an attribute of the resource itself can be said always", typ, path)
		}
		if err := checkPath(reflect.TypeOf(from), field); err != nil {
			return fmt.Errorf("%s.%s: %w", typ, path, err)
		}
	}
	return nil
}

func (t Table) paths() []string {
	out := make([]string, 0, len(t))
	for p := range t {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func (t Table) set(r *graph.Resource, path string, from reflect.Value) error {
	if block, rest, ok := strings.Cut(path, "[]."); ok {
		return t.setEach(r, path, block, rest, from)
	}
	field, always := strings.CutSuffix(t[path], "!")
	v, err := value(from, field)
	if err != nil {
		return fmt.Errorf("%s.%s: %w", r.Type, path, err)
	}
	if always && v == nil {
		r.Unknown[path] = "AWS did not say " + field
		return nil
	}
	put(r.Attrs, path, typed(r.Type, path, v))
	return nil
}

// setEach fills one attribute of a block that there is one of for each element of a list.
func (t Table) setEach(r *graph.Resource, path, block, rest string, from reflect.Value) error {
	listPath, field, ok := strings.Cut(t[path], "[].")
	if !ok {
		return fmt.Errorf("%s.%s: %q names no list", r.Type, path, t[path])
	}
	list, err := walk(from, listPath)
	if err != nil {
		return fmt.Errorf("%s.%s: %w", r.Type, path, err)
	}
	blocks, _ := r.Attrs[block].([]any)
	if list.IsValid() {
		for i := range list.Len() {
			v, err := value(list.Index(i), field)
			if err != nil {
				return fmt.Errorf("%s.%s: %w", r.Type, path, err)
			}
			if i >= len(blocks) {
				blocks = append(blocks, map[string]any{})
			}
			put(blocks[i].(map[string]any), rest, typed(r.Type, path, v))
		}
	}
	if blocks == nil {
		blocks = []any{}
	}
	r.Attrs[block] = blocks
	return nil
}

// put sets a path such as "a" or "a[0].b[0].c" of a map.
func put(into map[string]any, path string, v any) {
	block, rest, nested := strings.Cut(path, "[0].")
	if !nested {
		into[path] = v
		return
	}
	list, _ := into[block].([]any)
	if len(list) == 0 {
		list = []any{map[string]any{}}
		into[block] = list
	}
	put(list[0].(map[string]any), rest, v)
}

// dropEmpty takes the blocks "[0]" on a path away of which nothing is set.
func dropEmpty(in map[string]any, path string) {
	name, rest, nested := strings.Cut(path, ".")
	if !nested {
		return
	}
	block := strings.TrimSuffix(strings.TrimSuffix(name, "[0]"), "[]")
	list, _ := in[block].([]any)
	for _, x := range list {
		if m, ok := x.(map[string]any); ok {
			dropEmpty(m, rest)
		}
	}
	if strings.HasSuffix(name, "[0]") && len(list) == 1 && empty(list[0]) {
		in[block] = []any{}
	}
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case bool:
		return !v
	case []any:
		return !slices.ContainsFunc(v, func(x any) bool { return !empty(x) })
	case map[string]any:
		for _, x := range v {
			if !empty(x) {
				return false
			}
		}
		return true
	}
	return false
}

// typed makes nil false where the catalog says Bool, and an empty list where it says a list or a block.
func typed(typ, path string, v any) any {
	if v != nil {
		return v
	}
	entry := catalog.Lookup(typ)
	if entry == nil {
		return nil
	}
	a := entry.Attr(strings.NewReplacer("[0]", "", "[]", "").Replace(path))
	switch {
	case a == nil:
		return nil
	case a.Kind == catalog.Bool:
		return false
	case a.Kind == catalog.List, a.Kind == catalog.Block:
		return []any{}
	}
	return nil
}

// value walks a path of fields and gives what is there in our words: nil, bool, int, float64, string, []any, map[string]any.
func value(from reflect.Value, path string) (any, error) {
	head, rest, each := strings.Cut(path, "[]")
	v, err := walk(from, head)
	if err != nil || !v.IsValid() {
		return nil, err
	}
	if !each {
		return Plain(v.Interface()), nil
	}
	out := make([]any, 0, v.Len())
	for i := range v.Len() {
		x, err := value(v.Index(i), strings.TrimPrefix(rest, "."))
		if err != nil {
			return nil, err
		}
		if x != nil {
			out = append(out, x)
		}
	}
	return out, nil
}

// walk follows field names through pointers; the zero Value is a nil on the way.
func walk(v reflect.Value, path string) (reflect.Value, error) {
	for _, name := range strings.Split(path, ".") {
		if v = deref(v); !v.IsValid() {
			return v, nil
		}
		if name == "" {
			continue
		}
		if v.Kind() != reflect.Struct || !v.FieldByName(name).IsValid() {
			return reflect.Value{}, fmt.Errorf("%s has no field %s", v.Type(), name)
		}
		v = v.FieldByName(name)
	}
	return deref(v), nil
}

func deref(v reflect.Value) reflect.Value {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		if v.IsNil() {
			return reflect.Value{}
		}
		v = v.Elem()
	}
	return v
}

func checkPath(t reflect.Type, path string) error {
	for _, name := range strings.Split(strings.ReplaceAll(path, "[]", ".[]"), ".") {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch {
		case name == "":
		case name == "[]" && t.Kind() == reflect.Slice:
			t = t.Elem()
		case name == "[]":
			return fmt.Errorf("%s in %q is no list", t, path)
		default:
			if t.Kind() != reflect.Struct {
				return fmt.Errorf("%s in %q has no fields", t, path)
			}
			f, ok := t.FieldByName(name)
			if !ok {
				return fmt.Errorf("%s has no field %s", t, name)
			}
			t = f.Type
		}
	}
	return nil
}

// Plain turns a value of the SDK into ours: pointers are followed, enums are strings, whole numbers are int, times RFC 3339, a list
// of Key/Value pairs is a map, an empty text nil.
func Plain(x any) any {
	if t, ok := x.(time.Time); ok {
		return t.UTC().Format(time.RFC3339)
	}
	v := deref(reflect.ValueOf(x))
	if !v.IsValid() {
		return nil
	}
	if t, ok := v.Interface().(time.Time); ok {
		return t.UTC().Format(time.RFC3339)
	}
	switch v.Kind() {
	case reflect.String:
		if v.Len() == 0 {
			return nil
		}
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return int(v.Int())
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); f != float64(int(f)) {
			return f
		}
		return int(v.Float())
	case reflect.Slice:
		return plainList(v)
	case reflect.Map:
		out := make(map[string]any, v.Len())
		for _, k := range v.MapKeys() {
			out[k.String()] = Plain(v.MapIndex(k).Interface())
		}
		return out
	}
	return fmt.Sprint(v.Interface())
}

func plainList(v reflect.Value) any {
	pairs := pair(v.Type().Elem())
	if pairs {
		return tags(v)
	}
	out := make([]any, v.Len())
	for i := range v.Len() {
		out[i] = Plain(v.Index(i).Interface())
	}
	return out
}

// pair says whether a type is a tag: a struct with the fields Key and Value.
func pair(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	_, key := t.FieldByName("Key")
	_, val := t.FieldByName("Value")
	return key && val
}

func tags(v reflect.Value) map[string]any {
	out := make(map[string]any, v.Len())
	for i := range v.Len() {
		e := deref(v.Index(i))
		k, val := Plain(e.FieldByName("Key").Interface()), Plain(e.FieldByName("Value").Interface())
		if k != nil {
			out[k.(string)] = orEmpty(val)
		}
	}
	return out
}

func orEmpty(v any) any {
	if v == nil {
		return ""
	}
	return v
}
