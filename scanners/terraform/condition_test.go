package terraform_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

// Each row is a condition whose result does not hang on what is not known, or does.
func TestAConditionBetweenEqualResultsIsDecided(t *testing.T) {
	for _, tt := range []struct {
		expr string
		want any // nil: it is not known
	}{
		{`var.c ? true : true`, true},
		{`var.c == "x" ? "same" : "same"`, "same"},
		{`(var.c ? local.seven : 7) + 1`, 8},
		{`[for x in ["a"] : x == var.c ? x : x][0]`, "a"},
		{`var.c ? aws_vpc.v.id : aws_vpc.v.id`, ref("aws_vpc.v", "id")},
		{`"${var.c ? "a" : "a"}-b"`, "a-b"},
		{`var.c ? true : false`, nil},
		{`var.c ? var.d : var.e`, nil},
		{`var.c ? aws_vpc.v.id : aws_vpc.w.id`, nil},
		{`var.c ? var.c.x : null`, nil},
	} {
		t.Run(tt.expr, func(t *testing.T) {
			s := scanFolder(t, "-- main.tf --\nvariable \"c\" {}\nvariable \"d\" {}\nvariable \"e\" {}\nlocals {\n  seven = 7\n}\nresource \"aws_vpc\" \"v\" {}\nresource \"aws_vpc\" \"w\" {}\nresource \"aws_security_group\" \"g\" {\n  vpc_id = "+tt.expr+"\n}\n", terraform.Options{})
			r := s.resource("aws_security_group.g")
			if diff := cmp.Diff(tt.want, r.Attrs["vpc_id"]); diff != "" {
				t.Error(diff)
			}
			if known := r.Unknown["vpc_id"] == ""; known != (tt.want != nil) {
				t.Errorf("known is %v: %s", known, r.Unknown["vpc_id"])
			}
		})
	}
}
