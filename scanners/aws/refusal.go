package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// kind is why a call gave no answer.
type kind int

const (
	failed      kind = iota // anything else
	denied                  // the identity may not
	throttled               // too many requests, to the end of all attempts
	expired                 // the credentials are no longer valid, or never were
	skewed                  // the clock of this machine is wrong
	closed                  // the region, or the service, is not switched on for the account
	absent                  // the service has no endpoint in the region
	unsupported             // the other side does not know the operation: an emulator
	stopped                 // the scan was interrupted
)

// kinds lists the error codes that say so; AWS services do not agree on one word for one thing. What is
// not listed is told by the HTTP status.
var kinds = map[kind][]string{
	denied: {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedException", "AuthorizationError", "AuthorizationErrorException",
		"NotAuthorized", "NotAuthorizedException", "UnauthorizedAccess", "AccountAccessDenied", "ForbiddenException"},
	expired: {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "InvalidToken",
		"TokenRefreshRequired", "MissingAuthenticationToken", "InvalidIdentityToken"},
	skewed:      {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException", "SignatureDoesNotMatch"},
	closed:      {"OptInRequired", "SubscriptionRequiredException", "RegionDisabledException", "AuthFailure", "InvalidRegion"},
	unsupported: {"NotImplemented", "InvalidAction", "UnknownOperationException", "UnsupportedOperationException", "InternalFailureNotImplemented"},
}

var kindOfCode = func() map[string]kind {
	out := map[string]kind{}
	for k, codes := range kinds {
		for _, c := range codes {
			out[c] = k
		}
	}
	for c := range retry.DefaultThrottleErrorCodes {
		out[c] = throttled
	}
	return out
}()

// kindOf tells why a call failed: by its code, and where that says nothing by the HTTP status.
func kindOf(err error) kind {
	var dns *net.DNSError
	var api smithy.APIError
	switch {
	case err == nil:
		return failed
	case errors.Is(err, context.Canceled):
		return stopped
	case errors.As(err, &dns) && dns.IsNotFound:
		return absent
	case errors.As(err, &api):
		if k, ok := kindOfCode[codeOf(api)]; ok {
			return k
		}
	}
	return kindOfStatus(err)
}

func kindOfStatus(err error) kind {
	var res *smithyhttp.ResponseError
	if !errors.As(err, &res) {
		return failed
	}
	switch res.HTTPStatusCode() {
	case http.StatusUnauthorized, http.StatusForbidden:
		return denied
	case http.StatusTooManyRequests:
		return throttled
	case http.StatusNotImplemented:
		return unsupported
	case http.StatusInternalServerError, http.StatusNotFound:
		if res.Response != nil && strings.HasPrefix(res.Response.Header.Get("Content-Type"), "text/html") {
			return unsupported // AWS answers no call with a page; emulators do
		}
	}
	return failed
}

// codeOf is the error code without the suffix that some services add: "Client.UnauthorizedOperation", "AccessDenied:more".
func codeOf(err smithy.APIError) string {
	code, _, _ := strings.Cut(err.ErrorCode(), ":")
	return code[strings.LastIndexAny(code, ".#")+1:]
}

// Refusal is a call that gave no answer.
type Refusal struct {
	Action string // the IAM action that is missing, or that the call needs: "rds:DescribeDBInstances"
	Code   string // of AWS; the HTTP status when there is none
	Who    string // the identity that was refused; "" when AWS does not say
	kind   kind
	text   string // of failed
	status int    // of HTTP; 0 when there was no answer
}

var (
	refusedAction   = regexp.MustCompile(`not authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9]+)`)
	refusedIdentity = regexp.MustCompile(`(?:User|Role|Principal): (arn:[^ ]+)`)
)

// newRefusal reads an error. It keeps nothing that differs from one run to the next, such as request IDs.
func newRefusal(actions []string, err error) Refusal {
	r := Refusal{kind: kindOf(err), Action: strings.Join(actions, ", ")}
	var api smithy.APIError
	var res *smithyhttp.ResponseError
	if errors.As(err, &api) {
		r.Code = codeOf(api)
		if m := refusedAction.FindStringSubmatch(api.ErrorMessage()); m != nil {
			r.Action = m[1]
		}
		if m := refusedIdentity.FindStringSubmatch(api.ErrorMessage()); m != nil {
			r.Who = shortIdentity(m[1])
		}
	}
	if errors.As(err, &res) {
		r.status = res.HTTPStatusCode()
	}
	if r.status != 0 && (r.Code == "" || r.Code == "UnknownError") {
		r.Code = fmt.Sprintf("HTTP %d", r.status)
	}
	r.text = plainError(err)
	return r
}

// shortIdentity is "role/plumb-read" of arn:aws:sts::1:assumed-role/plumb-read/session.
func shortIdentity(arn string) string {
	name := arn[strings.LastIndex(arn, ":")+1:]
	if role, ok := strings.CutPrefix(name, "assumed-role/"); ok {
		role, _, _ = strings.Cut(role, "/")
		return "role/" + role
	}
	return name
}

// plainError is the innermost sentence of an error, in one line.
func plainError(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorMessage() != "" {
		return firstLine(api.ErrorMessage())
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return firstLine(err.Error())
		}
		err = inner
	}
}

func firstLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200]) + "..."
	}
	return strings.TrimSuffix(s, ".")
}

// Why says what happened, for a gap and for the reason of what is not known: "rds:DescribeDBInstances is denied (AccessDenied for
// role/plumb-read)".
func (r Refusal) Why() string {
	switch r.kind {
	case denied:
		return r.Action + " is denied" + r.because()
	case throttled:
		return fmt.Sprintf("%s was throttled by AWS at all %d attempts%s", r.Action, attempts, r.because())
	case expired:
		return r.Action + " was refused: the credentials are not valid, or no longer" + r.because()
	case skewed:
		return r.Action + " was refused: its signature does not fit, which a wrong clock on this machine or a wrong secret key does" + r.because()
	case closed:
		return r.Action + " was refused: the region or the service is not switched on for this account" + r.because()
	case absent:
		return r.Action + " has no endpoint in this region"
	case unsupported:
		return r.Action + " is not known to the other side" + r.because()
	case stopped:
		return r.Action + " was not called: the scan was interrupted"
	}
	return strings.TrimSuffix(fmt.Sprintf("%s failed%s: %s", r.Action, r.because(), r.text), ": ")
}

func (r Refusal) because() string {
	words := slices.DeleteFunc([]string{r.Code, r.Who}, func(s string) bool { return s == "" })
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, " for ") + ")"
}

// Settle is what would close the gap.
func (r Refusal) Settle() string {
	switch r.kind {
	case denied:
		return "allow " + r.Action + ": plumb permissions aws prints the whole policy"
	case failed:
		if !r.passing() {
			return ""
		}
		return "plumb scan --resume goes on where this scan stopped"
	case throttled, stopped:
		return "plumb scan --resume goes on where this scan stopped"
	case expired:
		return "sign in again, then plumb scan --resume"
	case skewed:
		return "set the clock of this machine"
	case closed:
		return "switch the region on, or leave it out: --exclude-regions"
	}
	return ""
}
