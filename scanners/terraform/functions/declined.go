package functions

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

var errMarked = errors.New("the value is sensitive and not shown")

// declined is the error of a call that Terraform may well carry out, and that this package does not.
type declined struct{ why string }

func (d declined) Error() string { return d.why }

func declinedf(format string, args ...any) error { return declined{fmt.Sprintf(format, args...)} }

// Declined says whether a call failed for a reason of ours: Terraform may give a value where this
// package gives the error. Such a value is unknown, not wrong.
func Declined(err error) bool {
	var d declined
	return errors.As(err, &d)
}

// Provider gives a stand-in for a function of a provider, such as "provider::aws::arn_parse". Its
// result is unknown, with an error that Declined recognises.
func Provider(name string) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{
			Name: "args", Type: cty.DynamicPseudoType,
			AllowUnknown: true, AllowDynamicType: true, AllowNull: true, AllowMarked: true,
		},
		Type: func([]cty.Value) (cty.Type, error) {
			return cty.DynamicPseudoType, declinedf("%s is a function of a provider, which is not run", name)
		},
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) { return cty.DynamicVal, nil },
	})
}

var providerCall = regexp.MustCompile(`\bprovider::[\pL_][\pL\pN_-]*::[\pL_][\pL\pN_-]*`)

// ProviderNames lists the functions of providers that a file of Terraform code mentions, sorted.
func ProviderNames(src []byte) []string {
	if !bytes.Contains(src, []byte("provider::")) {
		return nil
	}
	var out []string
	for _, m := range providerCall.FindAll(src, -1) {
		out = append(out, string(m))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
