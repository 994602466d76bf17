package terraform

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Syntax parses one file of configuration or of variable values, in native or JSON syntax, as a scan reads it: the argument
// names of 0.11 may be quoted. Positions are those of the text, which has no byte order mark; in JSON a nested block is
// an attribute, and the range of a body and of an object is that of its braces. A text with a syntax error is an error.
func Syntax(name string, text []byte) (*hclsyntax.Body, error) {
	if strings.HasSuffix(path.Base(name), ".json") {
		return parseJSON(text, name)
	}
	if where, why := tooDeep(text, name); why != "" {
		return nil, fmt.Errorf("%s: %s", where, why)
	}
	parsed, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if diags.HasErrors() {
		repaired := unquoteNames(text, name, diags)
		if repaired == nil {
			return nil, errors.New(diagText(diags))
		}
		if parsed, diags = hclsyntax.ParseConfig(repaired, name, hcl.InitialPos); diags.HasErrors() {
			return nil, errors.New(diagText(diags))
		}
	}
	body, ok := parsed.Body.(*hclsyntax.Body)
	if !ok {
		return nil, fmt.Errorf("%s has no body", name)
	}
	return body, nil
}
