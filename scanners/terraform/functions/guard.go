package functions

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Limits on what one call may make. Real configurations stay far below; a call beyond them is a mistake or
// an attack on the reader, and is declined.
const (
	maxText     = 32 << 20 // bytes of a text
	maxElements = 1 << 20  // of a collection
	maxDigits   = 1000     // of a number that is given as text
	maxExponent = 1 << 14  // bits; printing 1e100000000 takes a minute, 1e4000 nothing
)

// guarded makes a function that first asks check whether its arguments are within the limits. Arguments
// of check are without marks, and may be unknown or null.
func guarded(f function.Function, check func(args []cty.Value) error) function.Function {
	spec := &function.Spec{Description: f.Description()}
	for _, p := range f.Params() {
		spec.Params = append(spec.Params, permissive(p))
	}
	if p := f.VarParam(); p != nil {
		all := permissive(*p)
		spec.VarParam = &all
	}
	spec.Type = func(args []cty.Value) (cty.Type, error) {
		bare := make([]cty.Value, len(args))
		for i, a := range args {
			bare[i], _ = a.UnmarkDeep()
		}
		if err := check(bare); err != nil {
			return cty.NilType, err
		}
		return f.ReturnTypeForValues(args)
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) }
	return function.New(spec)
}

// textOf gives a known string, or "".
func textOf(v cty.Value) string {
	if v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
		return ""
	}
	return v.AsString()
}

var widths = regexp.MustCompile(`[0-9]+`)

// checkFormat bounds the padding that a format asks for, for each of the lines that formatlist makes.
func checkFormat(args []cty.Value) error {
	total, lines := 0, 1
	for _, w := range widths.FindAllString(textOf(args[0]), -1) {
		n, err := strconv.Atoi(w)
		if err != nil || n > maxText {
			n = maxText + 1
		}
		total += n
	}
	for _, a := range args[1:] {
		if a.IsKnown() && !a.IsNull() && a.CanIterateElements() && a.Length().IsKnown() {
			lines = max(lines, a.LengthInt())
		}
	}
	if total > maxText/lines {
		return declinedf("a format that pads to %d characters is not carried out", total)
	}
	return nil
}

func checkIndent(args []cty.Value) error {
	if !args[0].IsKnown() || args[0].IsNull() {
		return nil
	}
	spaces, _ := args[0].AsBigFloat().Float64()
	if spaces*float64(1+strings.Count(textOf(args[1]), "\n")) > maxText {
		return declinedf("an indentation by so much is not carried out")
	}
	return nil
}

func checkProduct(args []cty.Value) error {
	total := 1
	for _, a := range args {
		if !a.IsKnown() || a.IsNull() || !a.CanIterateElements() || !a.Length().IsKnown() {
			return nil
		}
		if total *= a.LengthInt(); total > maxElements {
			return declinedf("setproduct would make more than %d elements", maxElements)
		}
	}
	return nil
}

func checkDigits(args []cty.Value) error {
	if len(textOf(args[0])) > maxDigits {
		return declinedf("a number of more than %d digits is not read", maxDigits)
	}
	return nil
}

// maxValues is how many values a decoded text may have: each costs about 600 bytes.
const maxValues = 300_000

// checkRows bounds the cells of a table.
func checkRows(args []cty.Value) error { return tooMany(textOf(args[0])) }

// tooMany refuses a text with more commas, colons, opening brackets and lines than values could be kept of.
func tooMany(text string) error {
	values := 0
	for i := range len(text) {
		switch text[i] {
		case ',', ':', '{', '[', '(', '\n':
			values++
		}
	}
	if values > maxValues {
		return declinedf("a text of more than %d values is not read", maxValues)
	}
	return nil
}

// checkDocument bounds the nesting of JSON and YAML, the copies that YAML aliases make, and numbers.
func checkDocument(args []cty.Value) error {
	text := textOf(args[0])
	if err := tooDeep(text); err != nil {
		return err
	}
	for line := range strings.Lines(text) {
		if strings.Count(line, "- ") > maxDepth || len(line)-len(strings.TrimLeft(line, " -?:")) > 4*maxDepth {
			return declinedf("a document that nests more than %d deep is not read", maxDepth)
		}
	}
	// k aliases that refer to each other make at most e^(k/e) copies of what is written.
	copies := math.Exp(float64(len(alias.FindAllStringIndex(text, -1))) / math.E)
	if copies > 1 && copies*float64(len(text)) > 2*maxText {
		return declinedf("a document whose aliases may multiply to more than %d MiB is not read", 2*maxText>>20)
	}
	if hugeNumber.MatchString(text) {
		return declinedf("a document with a number of that size is not read")
	}
	return nil
}

var (
	alias      = regexp.MustCompile(`(?:^|[\s\[,:{])\*[\w-]+`)
	hugeNumber = regexp.MustCompile(`(?:^|[\s\[,:{"'])[+-]?[0-9.]+[eE]\+?[0-9]{5,}(?:$|[\s\]},"'])`)
)

// HugeNumber says whether a text is a number that takes too long to print: its exponent has five digits or
// more, or it has more than a thousand digits.
func HugeNumber(text string) bool {
	return len(text) > maxDigits && strings.Trim(text, "0123456789.+-eE") == "" || hugeNumber.MatchString(text) && strings.Trim(text, "0123456789.+-eE \t\n") == ""
}

// Huge says whether a value is a number that takes too long to print.
func Huge(v cty.Value) bool {
	v, _ = v.Unmark()
	return v.Type() == cty.Number && v.IsKnown() && !v.IsNull() && !v.AsBigFloat().IsInf() && huge(v.AsBigFloat())
}

// huge says whether a number is beyond the limits.
func huge(f *big.Float) bool {
	return f.IsInf() || f.Sign() != 0 && (f.MantExp(nil) > maxExponent || f.MantExp(nil) < -maxExponent)
}
