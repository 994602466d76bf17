// Package functions holds the functions of the Terraform language as of version 1.11, and those of
// version 0.11 that were removed since, for expressions that are evaluated without running Terraform.
//
//	ctx := &hcl.EvalContext{Variables: vars, Functions: functions.Table(functions.Options{FS: fsys, Dir: "stages/prod"})}
//	value, diags := expr.Value(ctx)
//
// Results equal those of `terraform console`. Where a result depends on the machine or the moment (uuid,
// bcrypt, timestamp without Options.Now, abspath, pathexpand of "~") it is unknown, never made up. What
// this package declines to do for reasons of its own (read outside the file system, call a provider) is
// an error for which Declined is true; try and can do not take such an error for a failure.
//
// An unknown string whose refined prefix ends in Terminator stands for an attribute of a resource that
// is known after apply and never empty. Functions that only move elements keep such values.
//
// Reads files through the fs.FS that it is given, and touches nothing else.
package functions

import (
	"io/fs"
	"maps"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// Options says what the functions may see.
type Options struct {
	// FS is what file(), templatefile() and their kin read; nil: every file is declined.
	FS fs.FS
	// Dir is the folder that relative paths start from, slash-separated and relative to FS. That is the
	// root module's folder, since path.module is part of the paths that modules write.
	Dir string
	// Differ says whether two references, given by their prefixes, surely have different values (the ids of
	// two resources have, their zones may not); nil: none do.
	Differ func(prefix, other string) bool
	// Now is the result of timestamp and plantimestamp; zero: unknown.
	Now time.Time
}

// Mark is a cty mark that functions put on values and look for.
type Mark string

// Marks of values that must not be shown (sensitive) or kept (ephemeral).
const (
	Sensitive Mark = "sensitive"
	Ephemeral Mark = "ephemeral"
)

// Table gives all functions by name, also under their `core::` names. The map is the caller's.
func Table(o Options) map[string]function.Function {
	table := plain(o)
	maps.Copy(table, fileFunctions(o))
	maps.Copy(table, timeFunctions(o.Now))
	maps.Copy(table, templateFunctions(o, table))
	for _, name := range names(table) {
		table["core::"+name] = table[name]
	}
	table["list"] = listFunc
	table["map"] = mapFunc
	return table
}

func names(table map[string]function.Function) []string {
	out := make([]string, 0, len(table))
	for name := range table {
		out = append(out, name)
	}
	return out
}

// plain gives the functions that read no file and no clock.
func plain(o Options) map[string]function.Function {
	table := map[string]function.Function{
		"abs":             stdlib.AbsoluteFunc,
		"ceil":            stdlib.CeilFunc,
		"chomp":           stdlib.ChompFunc,
		"chunklist":       stdlib.ChunklistFunc,
		"coalescelist":    stdlib.CoalesceListFunc,
		"concat":          stdlib.ConcatFunc,
		"csvdecode":       guarded(stdlib.CSVDecodeFunc, checkRows),
		"flatten":         stdlib.FlattenFunc,
		"floor":           stdlib.FloorFunc,
		"format":          guarded(typed(stdlib.FormatFunc), checkFormat),
		"formatdate":      stdlib.FormatDateFunc,
		"formatlist":      guarded(typed(stdlib.FormatListFunc), checkFormat),
		"indent":          guarded(stdlib.IndentFunc, checkIndent),
		"join":            stdlib.JoinFunc,
		"jsondecode":      guarded(opaque(stdlib.JSONDecodeFunc), checkDocument),
		"jsonencode":      stdlib.JSONEncodeFunc,
		"keys":            stdlib.KeysFunc,
		"log":             stdlib.LogFunc,
		"lower":           stdlib.LowerFunc,
		"max":             stdlib.MaxFunc,
		"merge":           stdlib.MergeFunc,
		"min":             stdlib.MinFunc,
		"parseint":        guarded(stdlib.ParseIntFunc, checkDigits),
		"pow":             stdlib.PowFunc,
		"range":           stdlib.RangeFunc,
		"regex":           stdlib.RegexFunc,
		"regexall":        stdlib.RegexAllFunc,
		"reverse":         stdlib.ReverseListFunc,
		"setintersection": stdlib.SetIntersectionFunc,
		"setproduct":      guarded(stdlib.SetProductFunc, checkProduct),
		"setsubtract":     stdlib.SetSubtractFunc,
		"setunion":        stdlib.SetUnionFunc,
		"signum":          stdlib.SignumFunc,
		"slice":           stdlib.SliceFunc,
		"sort":            stdlib.SortFunc,
		"split":           stdlib.SplitFunc,
		"strrev":          stdlib.ReverseFunc,
		"substr":          stdlib.SubstrFunc,
		"timeadd":         stdlib.TimeAddFunc,
		"title":           stdlib.TitleFunc,
		"trim":            stdlib.TrimFunc,
		"trimprefix":      stdlib.TrimPrefixFunc,
		"trimspace":       stdlib.TrimSpaceFunc,
		"trimsuffix":      stdlib.TrimSuffixFunc,
		"upper":           stdlib.UpperFunc,
		"values":          stdlib.ValuesFunc,
		"yamldecode":      guarded(yaml.YAMLDecodeFunc, checkDocument),
		"yamlencode":      yaml.YAMLEncodeFunc,
		"zipmap":          stdlib.ZipmapFunc,

		"can": canFunc,
		"try": tryFunc,
	}
	for _, more := range []map[string]function.Function{
		collectionFunctions(o), conversionFunctions(), stringFunctions(), digestFunctions(), networkFunctions(), pathFunctions(),
	} {
		maps.Copy(table, more)
	}
	return table
}

// Diagnosed gives the error of a function behind a diagnostic, or nil.
func Diagnosed(d *hcl.Diagnostic) error {
	if call, ok := hcl.DiagnosticExtra[interface{ FunctionCallError() error }](d); ok {
		return call.FunctionCallError()
	}
	return nil
}
