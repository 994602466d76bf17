package main

import (
	_ "embed" // the text before the table
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost"
)

//go:embed usage.md
var usageText string

// usagePage is the page of usage files and profiles: a text, and the fields of each type.
func usagePage() string {
	var b strings.Builder
	b.WriteString(generated + usageText)
	types := cost.Types()
	slices.Sort(types)
	for _, typ := range types {
		for i, p := range cost.UsageOf(typ) {
			name := ""
			if i == 0 {
				name = typ
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", name, p.Field, cell(p.What), figure(p.Low), figure(p.Medium), figure(p.High), cell(p.Of))
		}
	}
	return b.String()
}

// figure writes a number with commas between thousands.
func figure(d decimal.Decimal) string {
	whole, fraction, _ := strings.Cut(d.String(), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// charged says in one word how a type is charged.
func charged(typ string) string {
	switch cost.KindOf(typ) {
	case cost.Priced:
		return "priced"
	case cost.Free:
		return "free"
	case cost.NotPriced:
		return "not priced"
	}
	return ""
}
