package remedy

import "fmt"

// Rejected is a call that AWS answered with an error: it had no effect.
type Rejected struct {
	Op      string `json:"op"`   // "s3:PutBucketVersioning"
	Code    string `json:"code"` // "AccessDenied"
	Message string `json:"message"`
	Request string `json:"request,omitempty"` // AWS request ID
	Status  int    `json:"status,omitempty"`  // of HTTP
}

// Error implements error.
func (r *Rejected) Error() string {
	text := r.Op + ": " + r.Code
	if r.Code == "UnknownError" { // the answer named no code
		return fmt.Sprintf("%s: refused with HTTP %d (request %s)", r.Op, r.Status, r.Request)
	}
	if r.Message != "" {
		text += ": " + r.Message
	}
	if r.Request != "" {
		text += fmt.Sprintf(" (request %s)", r.Request)
	}
	return text
}
