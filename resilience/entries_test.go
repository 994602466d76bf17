package resilience_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
)

// A call that AWS refused leaves a resource that may not exist: that nobody could see it makes no way in.
func TestWhatCouldNotBeReadInAnAccountIsNoWayIn(t *testing.T) {
	t.Parallel()
	url := func(name string, unknown map[string]string) *graph.Resource {
		return &graph.Resource{
			Root: "aws:111111111111", Address: graph.Address("arn:aws:lambda:eu-west-1:111111111111:function:" + name + "#url"), Type: "aws_lambda_function_url", Observed: true,
			Attrs: map[string]any{"function_name": name, "authorization_type": "NONE"}, Facts: map[string]any{"_region": "eu-west-1"}, Unknown: unknown,
		}
	}
	m := resilience.Derive(catalog.Build([]*graph.Resource{url("seen", nil), url("denied", map[string]string{"_count": "lambda:ListFunctionUrlConfigs was refused"})}, catalog.Options{}), resilience.Settings{})
	var names []string
	for _, e := range m.Entries {
		names = append(names, e.Name)
	}
	if diff := cmp.Diff([]string{"aws:111111111111:arn:aws:lambda:eu-west-1:111111111111:function:seen#url"}, names); diff != "" {
		t.Error(diff)
	}
}
