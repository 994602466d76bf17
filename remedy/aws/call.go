package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/plumbline-dev/plumbline/remedy"
)

// operation is one AWS API operation: how it is sent and what IAM asks for it.
type operation struct {
	write bool
	name  string // as the SDK calls it
	send  func(ctx context.Context, c connection, params map[string]any) (answer, error)
	needs []need
	dry   func(ctx context.Context, c connection, params map[string]any) error // sends it as a dry run; nil when it has none
}

// connection is what a client is made of.
type connection struct {
	cfg      sdk.Config
	emulated bool // the endpoint is not AWS's own
}

// answer is what AWS said.
type answer struct {
	body    map[string]any // by the names of the API's members, the first letter upper case
	request string
	status  int
}

// reading and writing make an operation of the SDK's method. The answer's type decides its name.
func reading[C, In, Out, O any](client func(connection) *C, method func(*C, context.Context, *In, ...func(*O)) (*Out, error), needs ...need) operation {
	return operation{name: operationName[In](), send: sending(client, method), needs: needs}
}

func writing[C, In, Out, O any](client func(connection) *C, method func(*C, context.Context, *In, ...func(*O)) (*Out, error), needs ...need) operation {
	o := reading(client, method, needs...)
	o.write, o.dry = true, dryRunning(client, method)
	return o
}

func operationName[In any]() string {
	return strings.TrimSuffix(reflect.TypeFor[In]().Name(), "Input")
}

func sending[C, In, Out, O any](client func(connection) *C, method func(*C, context.Context, *In, ...func(*O)) (*Out, error)) func(context.Context, connection, map[string]any) (answer, error) {
	return func(ctx context.Context, c connection, params map[string]any) (answer, error) {
		in := new(In)
		if err := decode(params, in); err != nil {
			return answer{}, err
		}
		out, err := method(client(c), ctx, in)
		if err != nil {
			return answer{}, err
		}
		return answered(out), nil
	}
}

// decode fills the SDK's input from parameters. A member that the input does not have is an error: AWS would not see it.
func decode(params map[string]any, in any) error {
	text, err := json.Marshal(params)
	if err != nil {
		return fmt.Errorf("writing parameters: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(in); err != nil {
		return fmt.Errorf("parameters of %T: %w", in, err)
	}
	return nil
}

// answered takes the SDK's output apart.
func answered(out any) answer {
	v := reflect.ValueOf(out).Elem()
	a := answer{body: map[string]any{}}
	if meta, ok := v.FieldByName("ResultMetadata").Interface().(middleware.Metadata); ok {
		a.request, _ = awsmiddleware.GetRequestIDMetadata(meta)
		if res, ok := awsmiddleware.GetRawResponse(meta).(*smithyhttp.Response); ok {
			a.status = res.StatusCode
		}
	}
	if body, ok := plain(v).(map[string]any); ok {
		a.body = body
	}
	return a
}

var metadataType = reflect.TypeFor[middleware.Metadata]()

// plain turns a value of the SDK into maps, lists, texts, numbers and flags. What AWS left out is left out; whole numbers
// are int.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return t.UTC().Format(time.RFC3339Nano)
		}
		return plainStruct(v)
	case reflect.Slice:
		return plainSlice(v)
	case reflect.Map:
		out := make(map[string]any, v.Len())
		for _, k := range v.MapKeys() {
			out[k.String()] = plain(v.MapIndex(k))
		}
		return out
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return int(v.Int())
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); f != float64(int(f)) {
			return f
		}
		return int(v.Float())
	case reflect.Bool:
		return v.Bool()
	case reflect.String:
		return v.String()
	}
	return nil
}

func plainStruct(v reflect.Value) any {
	out := map[string]any{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Type == metadataType {
			continue
		}
		x := v.Field(i)
		enum := x.Kind() == reflect.String && x.Len() == 0
		absent := (x.Kind() == reflect.Pointer || x.Kind() == reflect.Interface || x.Kind() == reflect.Slice || x.Kind() == reflect.Map) && x.IsNil()
		if !enum && !absent {
			out[f.Name] = plain(x)
		}
	}
	return out
}

func plainSlice(v reflect.Value) any {
	if b, ok := v.Interface().([]byte); ok {
		return string(b)
	}
	out := make([]any, v.Len())
	for i := range v.Len() {
		out[i] = plain(v.Index(i))
	}
	return out
}

// patience bounds one call with its retries.
const patience = 60 * time.Second

// call sends an operation of the table. The error is a *remedy.Rejected when AWS refused it, and a *remedy.Unanswered
// when it is a write of which nobody knows whether it took effect.
func (h *Hand) call(ctx context.Context, c remedy.Call) (answer, error) {
	o, ok := operations()[c.Op]
	if !ok {
		return answer{}, fmt.Errorf("%s is no operation that this version of plumb can call", c.Op)
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	cfg := h.configured(c)
	cfg.Retryer = readRetryer
	if o.write {
		cfg.Retryer = writeRetryer
	}
	cfg.APIOptions = append(slices.Clone(cfg.APIOptions), only(o.name))
	got, err := o.send(ctx, connection{cfg, cfg.BaseEndpoint != nil && *cfg.BaseEndpoint != ""}, c.Params)
	if err != nil {
		return answer{}, failure(c.Op, o.write, err)
	}
	return got, nil
}

// configured is the configuration for a call, which goes to its own region.
func (h *Hand) configured(c remedy.Call) sdk.Config {
	cfg := h.cfg.Copy()
	if c.Region != "" {
		cfg.Region = c.Region
	} else if h.target.Region != "" {
		cfg.Region = h.target.Region
	}
	return cfg
}

// only lets a client send one operation and no other.
func only(name string) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("PlumbOnly", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			if got := middleware.GetOperationName(ctx); got != name {
				return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("%s was about to be sent instead of %s", got, name)
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
	}
}

func readRetryer() sdk.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 6, 8*time.Second, ratelimit.None
	})
}

// writeRetryer repeats a write only when AWS says that it was too busy to look at it.
func writeRetryer() sdk.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 6, 8*time.Second, ratelimit.None
		o.Retryables = []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) sdk.Ternary { return sdk.BoolTernary(throttled(err)) })}
	})
}

// throttled says whether AWS turned a call away before it looked at it.
func throttled(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() == "LimitExceededException" {
		return false // that one is a quota: waiting does not help
	}
	_, ok := retry.DefaultThrottleErrorCodes[api.ErrorCode()]
	return ok
}

// unnamed is the SDK's code for an answer that names none; some services answer in XML where JSON is expected, or with an empty body.
const unnamed = "UnknownError"

// failure says what an error of the SDK means.
func failure(op string, write bool, err error) error {
	var res *awshttp.ResponseError
	var api smithy.APIError
	answered, refused := errors.As(err, &res), errors.As(err, &api)
	if write && answered && noOperation(res) {
		return &remedy.Unanswered{Err: &remedy.NoOperation{Op: op, Err: fmt.Errorf("HTTP %d", res.HTTPStatusCode())}}
	}
	if write && unclear(answered, refused, res, err) {
		return &remedy.Unanswered{Err: fmt.Errorf("%s: %w", op, err)}
	}
	if !refused && !(answered && res.HTTPStatusCode() >= 400) {
		return fmt.Errorf("%s: %w", op, err)
	}
	r := &remedy.Rejected{Op: op, Code: unnamed, Message: deepest(err).Error()}
	if refused {
		r.Code, r.Message = api.ErrorCode(), api.ErrorMessage()
	}
	if answered {
		r.Request, r.Status = res.RequestID, res.HTTPStatusCode()
	}
	return r
}

// deepest gives the error that an error goes back to.
func deepest(err error) error {
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return err
}

// noOperation says whether an answer means that the other side does not have the operation: it says so, or answers with a page,
// which AWS never does.
func noOperation(res *awshttp.ResponseError) bool {
	switch res.HTTPStatusCode() {
	case 501:
		return true
	case 500, 404:
		return res.Response != nil && strings.HasPrefix(res.Response.Header.Get("Content-Type"), "text/html")
	}
	return false
}

// unclear says whether a write may have taken effect all the same.
func unclear(answered, refused bool, res *awshttp.ResponseError, err error) bool {
	if answered {
		status := res.HTTPStatusCode()
		return !throttled(err) && (status >= 500 || status < 400)
	}
	var sent *smithyhttp.RequestSendError
	return !refused && (errors.As(err, &sent) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled))
}
