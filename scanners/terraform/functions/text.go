package functions

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
)

func stringFunctions() map[string]function.Function {
	return map[string]function.Function{
		"base64decode":     text1("str", base64decode),
		"base64encode":     text1("str", func(s string) (string, error) { return base64.StdEncoding.EncodeToString([]byte(s)), nil }),
		"base64gzip":       text1("str", base64gzip),
		"endswith":         test2("str", "suffix", strings.HasSuffix),
		"replace":          replaceFunc,
		"startswith":       startswithFunc,
		"strcontains":      test2("str", "substr", strings.Contains),
		"textdecodebase64": text2("source", "encoding", textdecodebase64),
		"textencodebase64": text2("string", "encoding", textencodebase64),
		"urlencode":        text1("str", func(s string) (string, error) { return url.QueryEscape(s), nil }),
	}
}

// text1 makes a function of one string that gives a string.
func text1(name string, f func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: name, Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := f(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			return cty.StringVal(s), nil
		},
		RefineResult: neverNull,
	})
}

// text2 makes a function of two strings that gives a string.
func text2(first, second string, f func(a, b string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: first, Type: cty.String}, {Name: second, Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			s, err := f(args[0].AsString(), args[1].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			return cty.StringVal(s), nil
		},
		RefineResult: neverNull,
	})
}

// test2 makes a predicate of two strings.
func test2(first, second string, f func(a, b string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: first, Type: cty.String}, {Name: second, Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(f(args[0].AsString(), args[1].AsString())), nil
		},
		RefineResult: neverNull,
	})
}

var startswithFunc = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "str", Type: cty.String, AllowUnknown: true}, {Name: "prefix", Type: cty.String}},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		want := args[1].AsString()
		if args[0].IsKnown() {
			return cty.BoolVal(strings.HasPrefix(args[0].AsString(), want)), nil
		}
		start := args[0].Range().StringPrefix()
		switch {
		case want == "":
			return cty.True, nil
		case strings.Contains(start, Terminator):
			return cty.UnknownVal(cty.Bool), nil
		case strings.HasPrefix(start, want):
			return cty.True, nil
		case !strings.HasPrefix(want, start):
			return cty.False, nil
		}
		return cty.UnknownVal(cty.Bool), nil
	},
	RefineResult: neverNull,
})

func neverNull(b *cty.RefinementBuilder) *cty.RefinementBuilder { return b.NotNull() }

func base64decode(s string) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", errors.New("the text is not base64")
	}
	if !utf8.Valid(raw) {
		return "", errors.New("the decoded bytes are not UTF-8 text")
	}
	return string(raw), nil
}

func base64gzip(s string) (string, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		return "", err
	}
	if err := w.Flush(); err != nil { // a block of its own: the bytes are part of the result
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// replaceFunc takes a pattern between slashes for a regular expression.
var replaceFunc = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "str", Type: cty.String}, {Name: "substr", Type: cty.String}, {Name: "replace", Type: cty.String},
	},
	Type: function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		s, old, with := args[0].AsString(), args[1].AsString(), args[2].AsString()
		if len(s)*len(with) > maxText && (strings.Count(s, old)+1)*len(with) > maxText {
			return cty.NilVal, declinedf("a replacement that makes more than %d MiB is not carried out", maxText>>20)
		}
		if len(old) <= 1 || old[0] != '/' || old[len(old)-1] != '/' {
			return cty.StringVal(strings.ReplaceAll(s, old, with)), nil
		}
		if (len(s)+1)*len(with) > maxText {
			return cty.NilVal, declinedf("a replacement that makes more than %d MiB is not carried out", maxText>>20)
		}
		re, err := regexp.Compile(old[1 : len(old)-1])
		if err != nil {
			return cty.NilVal, function.NewArgError(1, err)
		}
		return cty.StringVal(re.ReplaceAllString(s, with)), nil
	},
	RefineResult: neverNull,
})

func textencodebase64(s, name string) (string, error) {
	e, err := charset(name)
	if err != nil {
		return "", err
	}
	raw, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		return "", fmt.Errorf("the text has characters that %s cannot express", name)
	}
	return base64.StdEncoding.EncodeToString(raw), nil
}

func textdecodebase64(s, name string) (string, error) {
	e, err := charset(name)
	if err != nil {
		return "", err
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", errors.New("the text is not base64")
	}
	out, err := e.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return "", fmt.Errorf("the bytes are not text in %s", name)
	}
	return string(out), nil
}

func charset(name string) (encoding.Encoding, error) {
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil || e == nil {
		return nil, function.NewArgErrorf(1, "%q is not a supported IANA encoding name", name)
	}
	return e, nil
}

// typed makes the result of a formatting function unknown when an argument is a null without a type,
// as it is in Terraform up to 1.11.
func typed(f function.Function) function.Function {
	rest := *f.VarParam()
	rest.AllowDynamicType = false
	return function.New(&function.Spec{
		Params: f.Params(), VarParam: &rest,
		Type: f.ReturnTypeForValues,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) },
	})
}
