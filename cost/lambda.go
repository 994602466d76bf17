package cost

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// Functions. Source: aws.amazon.com/lambda/pricing.
func lambdaServices() []service {
	return append([]service{
		{Type: "aws_lambda_function", Price: lambdaFunction, Usage: []Param{
			requestsField("monthly_requests", "invocations"),
			figures("request_duration_ms", "milliseconds that one takes", 100, 200, 500, "assumed"),
		}},
		{Type: "aws_lambda_provisioned_concurrency_config", Price: lambdaProvisioned},
	}, settings("a part of a function, which is charged itself (aws.amazon.com/lambda/pricing)", `
		aws_lambda_alias aws_lambda_permission aws_lambda_event_source_mapping aws_lambda_function_event_invoke_config aws_lambda_function_url
		aws_lambda_layer_version aws_lambda_layer_version_permission aws_lambda_code_signing_config aws_lambda_invocation aws_lambda_runtime_management_config
		aws_lambda_function_recursion_config`)...)
}

// lambdaStorage is the part of a function's disk that costs nothing, in MB.
const lambdaStorage = 512

func lambdaFunction(b *bill) {
	suffix, ok := b.architecture()
	if !ok {
		return
	}
	requests, duration := "lambda.requests"+suffix, "lambda.duration"+suffix
	if b.atEdge() {
		requests, duration = "lambda.edge.requests", "lambda.edge.duration"
	}
	b.used("requests", requests, "monthly_requests")
	memory, ok := b.need("duration", "memory_size")
	if !ok {
		return
	}
	seconds, note, known := b.seconds()
	gbs := seconds.Mul(memory).DivRound(num(1024), 9)
	b.add(charge{label: "duration, " + memory.String() + " MB", meter: duration, quantity: gbs, open: !known, usage: "request_duration_ms", note: note, once: true})
	if disk, ok := b.at("ephemeral_storage[0].size").number(); ok && disk.GreaterThan(num(lambdaStorage)) {
		extra := disk.Sub(num(lambdaStorage)).DivRound(num(1024), 9)
		b.add(charge{label: "storage above 512 MB", meter: "lambda.ephemeral_storage" + suffix, quantity: seconds.Mul(extra), open: !known, usage: "request_duration_ms", once: true})
	}
}

// seconds gives the time that all invocations of a month take.
func (b *bill) seconds() (s decimal.Decimal, note string, ok bool) {
	requests, _, ok1 := b.usage("monthly_requests")
	ms, note, ok2 := b.usage("request_duration_ms")
	return requests.Mul(ms.Ceil()).DivRound(num(1000), 9), note, ok1 && ok2
}

// architecture gives the suffix of the meters of a function.
func (b *bill) architecture() (suffix string, ok bool) {
	v := b.at("architectures[0]")
	if v.open() {
		b.unpriced("function", v.missing())
		return "", false
	}
	if v.is("arm64") {
		return ".arm", true
	}
	return "", true
}

// atEdge says that a distribution runs the function at its edge locations.
func (b *bill) atEdge() bool {
	return slices.ContainsFunc(b.e.g.From(b.r.Key()), func(e edge) bool { return strings.HasSuffix(e.Via, "lambda_function_association.lambda_arn") })
}

// lambdaProvisioned keeps instances of a function ready all month.
func lambdaProvisioned(b *bill) {
	n, ok := b.need("provisioned concurrency", "provisioned_concurrent_executions")
	if !ok {
		return
	}
	f := b.neighbour("function_name")
	if f == nil {
		b.unpriced("provisioned concurrency", "its function was not read, and the memory of that decides")
		return
	}
	memory, ok := b.needed("provisioned concurrency", b.of(f, "memory_size"))
	if !ok {
		return
	}
	meter := "lambda.provisioned_concurrency"
	if b.of(f, "architectures[0]").is("arm64") {
		meter += ".arm"
	}
	seconds := monthHours.Mul(num(3600))
	b.month("provisioned concurrency, "+n.String()+" x "+memory.String()+" MB", meter, n.Mul(memory).DivRound(num(1024), 9).Mul(seconds))
}
