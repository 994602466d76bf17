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
		text = fmt.Sprintf("%s: refused with HTTP %d", r.Op, r.Status)
	}
	if r.Message != "" {
		text += ": " + r.Message
	}
	if r.Request != "" {
		text += fmt.Sprintf(" (request %s)", r.Request)
	}
	return text
}

// NoOperation says that the other side does not have an operation at all, as an emulator or a young region may not. Such a call
// changes nothing.
type NoOperation struct {
	Op  string // "elasticache:IncreaseReplicaCount"
	Err error
}

// Error implements error.
func (n *NoOperation) Error() string {
	return fmt.Sprintf("the other side does not have %s: %v", n.Op, n.Err)
}

// Unwrap gives what was answered.
func (n *NoOperation) Unwrap() error { return n.Err }
