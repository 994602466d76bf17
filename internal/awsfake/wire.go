package awsfake

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// parse tells what is called: the service by the scope of the signature, the operation by what the protocol says.
func parse(r *http.Request, body []byte) *request {
	q := &request{http: r, body: body, params: url.Values{}}
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	scope, _, _ = strings.Cut(scope, ",")
	if parts := strings.Split(scope, "/"); len(parts) == 5 {
		q.service = parts[3]
	}
	switch target := r.Header.Get("X-Amz-Target"); {
	case target != "":
		_, name, _ := strings.Cut(target, ".")
		q.op = q.service + ":" + name
		q.readJSON()
	case q.service == "s3":
		q.op = "s3:" + s3Operation(r)
	default:
		form, err := url.ParseQuery(string(body))
		if err == nil {
			q.params = form
		}
		q.op = q.service + ":" + q.params.Get("Action")
		q.params.Del("Action")
		q.params.Del("Version")
	}
	q.token = q.params.Get("ClientToken")
	q.params.Del("ClientToken")
	return q
}

// readJSON lays the members of a JSON body out as "a.b" -> text.
func (q *request) readJSON() {
	var v any
	if json.Unmarshal(q.body, &v) != nil {
		return // no parameters: the handler refuses
	}
	var lay func(prefix string, v any)
	lay = func(prefix string, v any) {
		m, ok := v.(map[string]any)
		if !ok {
			q.params.Set(strings.TrimPrefix(prefix, "."), fmt.Sprint(v))
			return
		}
		for k, x := range m {
			lay(prefix+"."+k, x)
		}
	}
	lay("", v)
}

// list gives the parameters NAME.1, NAME.2, ... in order.
func (q *request) list(name string) []string {
	var out []string
	for i := 1; q.params.Has(name + "." + strconv.Itoa(i)); i++ {
		out = append(out, q.params.Get(name+"."+strconv.Itoa(i)))
	}
	return out
}

// chosen gives the parameters among the names that the call has.
func (q *request) chosen(names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		if q.params.Has(n) {
			out[n] = q.params.Get(n)
		}
	}
	return out
}

// tag writes <name>inner</name>.
func tag(name, inner string) string { return "<" + name + ">" + inner + "</" + name + ">" }

// leaf writes <name>text</name>, nothing for an empty text.
func leaf(name, text string) string {
	if text == "" {
		return ""
	}
	var b strings.Builder
	if xml.EscapeText(&b, []byte(text)) != nil {
		return "" // a strings.Builder takes everything
	}
	return tag(name, b.String())
}

// leaves writes attributes by name, sorted.
func leaves(attrs map[string]string) string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(attrs)) {
		b.WriteString(leaf(k, attrs[k]))
	}
	return b.String()
}

// reply answers the call in its protocol.
func (q *request) reply(w http.ResponseWriter, id, answer string, r *refusal) {
	_, name, _ := strings.Cut(q.op, ":")
	status := http.StatusOK
	if r != nil {
		status = r.status
	}
	w.Header().Set("X-Amzn-Requestid", id)
	w.Header().Set("X-Amz-Request-Id", id)
	text, kind := answer, "text/xml"
	switch {
	case q.service == "dynamodb" || q.service == "kms":
		kind = "application/x-amz-json-1.0"
		if r != nil {
			text = fmt.Sprintf(`{"__type":%q,"message":%q}`, "com.amazonaws.dynamodb.v20120810#"+r.code, r.message)
		}
	case q.service == "s3" && r != nil:
		text = tag("Error", leaf("Code", r.code)+leaf("Message", r.message)+leaf("RequestId", id))
	case q.service == "s3":
	case r != nil && q.service == "ec2":
		text = tag("Response", tag("Errors", tag("Error", leaf("Code", r.code)+leaf("Message", r.message)))+leaf("RequestID", id))
	case r != nil:
		text = tag("ErrorResponse", tag("Error", leaf("Type", "Sender")+leaf("Code", r.code)+leaf("Message", r.message))+leaf("RequestId", id))
	case q.service == "ec2":
		text = tag(name+"Response", leaf("requestId", id)+answer)
	default:
		text = tag(name+"Response", tag(name+"Result", answer)+tag("ResponseMetadata", leaf("RequestId", id)))
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // a caller that has gone away sees a broken connection
}
