package services

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/plumbline-dev/plumbline/graph"
)

// pager is any paginator of the SDK.
type pager[Page, Options any] interface {
	HasMorePages() bool
	NextPage(ctx context.Context, set ...func(*Options)) (*Page, error)
}

// eachPage hands every page of a paginator over. It gives the SDK's error as it is.
func eachPage[Page, Options any](ctx context.Context, pages pager[Page, Options], do func(*Page)) error {
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		do(page)
	}
	return nil
}

// answered says whether an error is one of the answers by which AWS says that something is not set: "NoSuchBucketPolicy".
func answered(err error, codes ...string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains(codes, api.ErrorCode())
}

// saysNothing is the error of an answer without what it is about, which is not the same as saying that there is none.
func saysNothing(operation string) error {
	return fmt.Errorf("the answer of %s says nothing", operation)
}

// text gives the text of a pointer, "" for nil.
func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// flag gives the flag of a pointer; what AWS leaves out is false.
func flag(p *bool) bool { return p != nil && *p }

// block gives a nested block that there is one of.
func block(attrs map[string]any) []any { return []any{attrs} }

// texts gives a list of texts in our words.
func texts[S ~string](list []S) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// neighbour makes a resource that nobody wrote, such as a default of the service: others may refer to it and it is never judged.
func neighbour(r *graph.Resource) *graph.Resource {
	r.Data = true
	return r
}

// null sets attributes to null: AWS says that they are not set.
func null(r *graph.Resource, names ...string) {
	for _, n := range names {
		r.Attrs[n] = nil
	}
}

// regionOf gives the region of an ARN, "" when it has none.
func regionOf(arn string) string { return arnPart(arn, 3) }

// accountOf gives the account of an ARN, "" when it has none.
func accountOf(arn string) string { return arnPart(arn, 4) }

// arnPart gives a part of an ARN by its position; the last one is everything behind the fifth colon.
func arnPart(arn string, i int) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) <= i {
		return ""
	}
	return parts[i]
}

// elsewhere moves a resource to the region that its ARN names, when a list in one region tells of another.
func elsewhere(r *graph.Resource, arn string) *graph.Resource {
	r.Facts["_region"] = regionOf(arn)
	return r
}
