package functions_test

import (
	"testing"

	"github.com/plumbline-dev/plumbline/scanners/terraform/functions"
)

// TestCallsThatWouldFillTheMemoryAreDeclined has each beside one that is carried out.
func TestCallsThatWouldFillTheMemoryAreDeclined(t *testing.T) {
	t.Parallel()
	ctx := scope(functions.Options{})
	for src, declined := range map[string]bool{
		`format("%99999999d", 1)`:                                                                true,
		`format("%s%.50000000f", "a", 1)`:                                                        true,
		`length(format("%1000d", 1))`:                                                            false,
		`formatlist("%900000s", range(1000))`:                                                    true,
		`indent(99999999, "a\nb")`:                                                               true,
		`indent(9999, "a")`:                                                                      false,
		`replace(format("%9999d", 1), "", format("%9999d", 1))`:                                  true,
		`replace(format("%9999d", 1), "/./", format("%9999d", 1))`:                               true,
		`length(replace(format("%9999d", 1), "x", "y"))`:                                         false,
		`setproduct(range(1000), range(1000), range(1000))`:                                      true,
		`length(setproduct(range(100), range(100)))`:                                             false,
		`parseint(format("%01001d", 1), 10)`:                                                     true,
		`tonumber("1e99999")`:                                                                    true,
		`tonumber(format("%01001d", 1))`:                                                         true,
		`tonumber("1e400") > 1`:                                                                  false,
		`jsondecode("[${join(",", [for i in range(1000) : join(",", range(301))])}]")`:           true,
		`csvdecode("a,b\n${join("", [for i in range(1000) : join(",", range(301))])}")`:          true,
		`jsondecode("[1e99999]")`:                                                                true,
		`jsondecode("[\"1e2345a\", \"x1e99999\"]")`:                                              false,
		`jsondecode(join("", [for i in range(600) : "["]))`:                                      true,
		`yamldecode(join("", [for i in range(600) : "["]))`:                                      true,
		`yamldecode(join("", [for i in range(600) : "- "]))`:                                     true,
		`yamldecode("a: &a [x]\nb: [*a, *a]\n")`:                                                 false,
		`yamldecode("a: &a [x,x,x,x]\n${join("", [for i in range(30) : "k${i}: [*a, *a]\n"])}")`: true,
		`length(distinct([for i in range(1000) : [i]]))`:                                         false,
		`distinct(flatten([for i in range(4) : [for j in range(1000) : [{ i = i, j = j }]]]))`:   false,
		`distinct([for i in range(1001) : [i, any]])`:                                            true,
		`length(distinct(flatten([for i in range(4) : [for j in range(1000) : "x"]])))`:          false,
		`cidrhost("10.0.0.0/8", pow(10, 300))`:                                                   false,
	} {
		v, diags := evaluate(t, ctx, src)
		got := false
		for _, d := range diags {
			got = got || functions.Declined(functions.Diagnosed(d))
		}
		if got != declined {
			t.Errorf("%s gives %.80s, %v", src, sketch(v), diags)
		}
	}
}
