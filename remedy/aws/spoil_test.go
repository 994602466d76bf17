package aws_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"

	"github.com/plumbline-dev/plumbline/remedy"
)

// spoiler stands between an account and who reads it, and changes what one condition reads, so that the condition no longer holds. It
// counts the writes that pass.
type spoiler struct {
	condition *remedy.Condition // nil: nothing is changed
	spoilt    int               // answers that were changed
	writes    int
}

// between gives a configuration whose calls pass the spoiler.
func (x *spoiler) between(cfg sdk.Config) sdk.Config {
	cfg.HTTPClient = x
	cfg.APIOptions = append(slices.Clone(cfg.APIOptions), func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Spoil", x.call), middleware.Before)
	})
	return cfg
}

// emptied marks a call whose refusal is to become an empty answer.
type emptied struct{}

func (x *spoiler) call(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	name := middleware.GetOperationName(ctx)
	if !strings.HasPrefix(name, "Describe") && !strings.HasPrefix(name, "Get") && !strings.HasPrefix(name, "List") {
		x.writes++
	}
	c := x.condition
	if c == nil || !strings.HasSuffix(c.Read.Op, ":"+name) {
		return next.HandleInitialize(ctx, in)
	}
	if c.Is == remedy.Refuses {
		x.spoilt++
		return next.HandleInitialize(context.WithValue(ctx, emptied{}, true), in)
	}
	out, meta, err := next.HandleInitialize(ctx, in)
	if err != nil && c.Is == remedy.Missing {
		out, meta, err = next.HandleInitialize(context.WithValue(ctx, emptied{}, true), in)
	}
	if err == nil {
		out.Result, err = changed(out.Result, *c)
		x.spoilt++
	}
	return out, meta, err
}

// Do implements the HTTP client of the SDK.
func (x *spoiler) Do(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultClient.Do(r)
	if err != nil || r.Context().Value(emptied{}) == nil {
		return res, err
	}
	body := fmt.Sprintf("<%[1]sResponse><%[1]sResult/></%[1]sResponse>", middleware.GetOperationName(r.Context()))
	if strings.Contains(r.Header.Get("Content-Type")+res.Header.Get("Content-Type"), "json") {
		body = "{}"
	}
	res.StatusCode, res.Body, res.ContentLength = http.StatusOK, io.NopCloser(strings.NewReader(body)), int64(len(body))
	return res, nil
}

// changed gives an answer of the SDK in which the condition does not hold.
func changed(result any, c remedy.Condition) (any, error) {
	t := reflect.TypeOf(result).Elem()
	tree := treeOf(reflect.ValueOf(result))
	text, err := json.Marshal(spoil(tree, t, pathParts(c.Path), c))
	if err != nil {
		return nil, err
	}
	out := reflect.New(t).Interface()
	if err := json.Unmarshal(text, out); err != nil {
		return nil, fmt.Errorf("%s of %T: %w: %s", c.Path, out, err, text)
	}
	return out, nil
}

// treeOf turns a value of the SDK into JSON's values, with the names of its fields.
func treeOf(v reflect.Value) any {
	text, err := json.Marshal(v.Interface())
	if err != nil {
		panic(err) // answers are plain values
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		panic(err)
	}
	return tree
}

var partOfPath = regexp.MustCompile(`\[[^\]]*\]|[^.\[]+`)

func pathParts(path string) []string { return partOfPath.FindAllString(path, -1) }

// spoil follows a path through a tree of a type, makes what is not there, and changes what the path leads to.
func spoil(v any, t reflect.Type, path []string, c remedy.Condition) any {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case len(path) == 0:
		return otherwise(v, t, c)
	case path[0] == "<json>":
		return spoilText(v, path[1:], c)
	case path[0] == "#":
		list, _ := v.([]any)
		return counted(list, func(any) bool { return true }, sample(elementOf(t)), c)
	case strings.HasPrefix(path[0], "["):
		return spoilList(v, t, path, c)
	}
	name := strings.ToUpper(path[0][:1]) + path[0][1:]
	m, _ := v.(map[string]any)
	if m == nil {
		m = map[string]any{}
	}
	m[name] = spoil(m[name], memberOf(t, name), path[1:], c)
	return m
}

func memberOf(t reflect.Type, name string) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == nil:
		return nil
	case t.Kind() == reflect.Map:
		return t.Elem()
	case t.Kind() == reflect.Struct:
		if f, ok := t.FieldByName(name); ok {
			return f.Type
		}
	}
	return nil
}

func elementOf(t reflect.Type) reflect.Type {
	if t != nil && t.Kind() == reflect.Slice {
		return t.Elem()
	}
	return nil
}

func spoilText(v any, path []string, c remedy.Condition) any {
	var inner any
	if text, ok := v.(string); ok {
		_ = json.Unmarshal([]byte(text), &inner) // no JSON: there is nothing inside
	}
	text, err := json.Marshal(spoil(inner, nil, path, c))
	if err != nil {
		panic(err)
	}
	return string(text)
}

// spoilList follows a step into a list: a position, the elements with some members, or each.
func spoilList(v any, t reflect.Type, path []string, c remedy.Condition) any {
	list, _ := v.([]any)
	if n, err := strconv.Atoi(strings.Trim(path[0], "[]")); err == nil {
		for len(list) <= n {
			list = append(list, nil)
		}
		list[n] = spoil(list[n], elementOf(t), path[1:], c)
		return list
	}
	members := map[string]any{}
	for len(path) > 0 && strings.HasPrefix(path[0], "[") {
		if member, text, ok := strings.Cut(strings.Trim(path[0], "[?]"), "="); ok {
			members[member] = textAs(memberOf(elementOf(t), member), text)
		}
		path = path[1:]
	}
	if len(path) == 1 && path[0] == "#" {
		return counted(list, func(x any) bool { return hasMembers(x, members) }, members, c)
	}
	found := false
	for i, x := range list {
		if hasMembers(x, members) {
			list[i], found = spoil(x, elementOf(t), path, c), true
		}
	}
	switch {
	case found:
	case len(path) == 0:
		list = append(list, members)
	case len(members) == 0:
		list = append(list, spoil(nil, elementOf(t), path, c))
	default:
		list = append(list, spoil(members, elementOf(t), path, c))
	}
	return list
}

// textAs gives a text as the JSON of a type.
func textAs(t reflect.Type, text string) any {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == nil:
		return text
	case t.Kind() == reflect.Bool:
		return text == "true"
	case t.Kind() == reflect.Int32 || t.Kind() == reflect.Int64:
		return json.Number(text)
	}
	return text
}

func hasMembers(x any, members map[string]any) bool {
	m, _ := x.(map[string]any)
	for member, text := range members {
		if m[member] == nil || !strings.EqualFold(fmt.Sprint(m[member]), fmt.Sprint(text)) {
			return false
		}
	}
	return true
}

// counted makes a list in which one more element is among those that count, or, where more is no harm, none is.
func counted(list []any, counts func(any) bool, more any, c remedy.Condition) any {
	if c.Is == remedy.AtLeast {
		return append([]any{}, slices.DeleteFunc(slices.Clone(list), counts)...)
	}
	return append(list, more)
}

// otherwise gives a value for which the condition does not hold.
func otherwise(v any, t reflect.Type, c remedy.Condition) any {
	list, _ := v.([]any)
	holds := func(x any) bool { return fmt.Sprint(x) == fmt.Sprint(c.Want) }
	switch c.Is {
	case remedy.Present:
		return nil
	case remedy.Absent, remedy.Missing:
		return sample(t)
	case remedy.Differs:
		return c.Want
	case remedy.AtLeast:
		return -1
	case remedy.Begins:
		return "not " + fmt.Sprint(v)
	case remedy.Has:
		if list == nil {
			return unlike(v, t) // an element of a list that the path collected
		}
		return append([]any{}, slices.DeleteFunc(slices.Clone(list), holds)...)
	case remedy.Lacks:
		if v != nil && list == nil || t != nil && t.Kind() != reflect.Slice {
			return c.Want
		}
		return append(list, c.Want)
	}
	return unlike(v, t)
}

// unlike gives another value of the same kind.
func unlike(v any, t reflect.Type) any {
	switch v := v.(type) {
	case bool:
		return !v
	case string:
		return v + "x"
	case json.Number:
		return json.Number("1" + v.String())
	case []any:
		if len(v) > 0 {
			return v[1:]
		}
	}
	return sample(t)
}

// sample gives a value of a type that is not empty.
func sample(t reflect.Type) any {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == nil:
		return "spoilt"
	case t == reflect.TypeFor[time.Time]():
		return time.Unix(1, 0).UTC().Format(time.RFC3339)
	}
	switch t.Kind() {
	case reflect.Bool:
		return true
	case reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64:
		return 7
	case reflect.Slice:
		return []any{sample(t.Elem())}
	case reflect.Map:
		return map[string]any{"Spoilt": sample(t.Elem())}
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() {
				return map[string]any{f.Name: sample(f.Type)}
			}
		}
	}
	return "spoilt"
}
