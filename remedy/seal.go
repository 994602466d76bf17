package remedy

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Flaw is what is wrong with a plan file.
type Flaw string

// The flaws of plan files.
const (
	Unreadable Flaw = "unreadable" // not a plan, or not all of one
	OtherTool  Flaw = "other_tool" // written by a version with another schema or another behaviour
	Altered    Flaw = "altered"    // changed since it was sealed
	Expired    Flaw = "expired"
	Unsigned   Flaw = "unsigned" // not signed, or not by a key that is trusted
)

// Unfit is why a plan file is not carried out.
type Unfit struct {
	Flaw Flaw
	Why  string // one sentence that says exactly what is wrong
	Next string // what to do about it
}

func (u *Unfit) Error() string { return u.Why }

func unfit(flaw Flaw, next, format string, args ...any) *Unfit {
	return &Unfit{flaw, fmt.Sprintf(format, args...), next}
}

// Seal completes a plan: it fills empty lists, computes the hash over the canonical JSON and names the plan by it. A change
// after that makes the plan one that Open refuses.
func Seal(p *Plan) error {
	p.SchemaVersion, p.ID, p.SHA256, p.Signature = SchemaVersion, "", "", nil
	p.Created, p.Expires = p.Created.UTC().Truncate(time.Second), p.Expires.UTC().Truncate(time.Second)
	p.fill()
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	sum, _, err := digest(text)
	if err != nil {
		return fmt.Errorf("writing the plan: %w", err)
	}
	p.SHA256 = hex.EncodeToString(sum[:])
	p.ID = p.SHA256[:8]
	return nil
}

// fill makes lists of what is nil, so that a reader of the JSON finds [] there.
func (p *Plan) fill() {
	p.Sources, p.Steps, p.Refused, p.Manual = listed(p.Sources), listed(p.Steps), listed(p.Refused), listed(p.Manual)
	p.Outcome.Opened = listed(p.Outcome.Opened)
	for i := range p.Steps {
		s := &p.Steps[i]
		s.Closes, s.Shows, s.Preconditions, s.Actions = listed(s.Closes), listed(s.Shows), listed(s.Preconditions), listed(s.Actions)
	}
	for i := range p.Refused {
		p.Refused[i].Siblings = listed(p.Refused[i].Siblings)
	}
}

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Encode gives the bytes of a plan file: canonical JSON (sorted keys, no spaces) and a line end. Of a plan that Open read it
// gives the same bytes again.
func Encode(p *Plan) ([]byte, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	tree, err := decodeTree(text)
	if err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	return canonical(tree)
}

// Open reads a plan file as the tool of some version at some time. What is wrong with it is an *Unfit. A plan that has only
// expired, or that another version made, is given beside the error, so that an apply that began in time can be resumed.
func Open(text []byte, now time.Time, version string) (*Plan, error) {
	sum, tree, err := digest(text)
	if err != nil {
		return nil, unfit(Unreadable, "make the plan again: plumb plan", "the file is no plan: %v", err)
	}
	if n, _ := tree["schema_version"].(json.Number); n.String() != fmt.Sprint(SchemaVersion) {
		return nil, unfit(OtherTool, "make the plan again with this version: plumb plan", "the plan has schema version %q and this version reads %d", n, SchemaVersion)
	}
	if said, _ := tree["sha256"].(string); said != hex.EncodeToString(sum[:]) {
		return nil, unfit(Altered, "make the plan again: plumb plan", "the plan was altered after it was made: its hash is %x and it says %q", sum[:4], clip(said))
	}
	whole, err := canonical(tree) // not the text: of a key that stands there twice, it holds what was hashed
	if err != nil {
		return nil, unfit(Unreadable, "make the plan again: plumb plan", "the file is no plan: %v", err)
	}
	var p Plan
	d := json.NewDecoder(bytes.NewReader(whole))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(&p); err != nil {
		return nil, unfit(Unreadable, "make the plan again: plumb plan", "the file is no plan: %v", err)
	}
	if p.ID != p.SHA256[:8] {
		return nil, unfit(Altered, "make the plan again: plumb plan", "the plan was altered after it was made: its name %q does not belong to its hash", clip(p.ID))
	}
	p.plainNumbers()
	if p.Tool.Version != version {
		return &p, unfit(OtherTool, "make the plan again with this version: plumb plan", "plumb %s made the plan and this is plumb %s", p.Tool.Version, version)
	}
	if !now.Before(p.Expires) {
		return &p, unfit(Expired, "make the plan again: plumb plan", "the plan expired at %s", p.Expires.Format("2006-01-02 15:04 UTC"))
	}
	return &p, nil
}

func clip(s string) string {
	if len(s) > 8 {
		return s[:8]
	}
	return s
}

// digest hashes the canonical JSON of a plan without the parts that depend on the hash, and gives the whole as a tree.
func digest(text []byte) ([32]byte, map[string]any, error) {
	tree, err := decodeTree(text)
	if err != nil {
		return [32]byte{}, nil, err
	}
	body := map[string]any{}
	for k, v := range tree {
		if k != "id" && k != "sha256" && k != "signature" {
			body[k] = v
		}
	}
	bare, err := canonical(body)
	if err != nil {
		return [32]byte{}, nil, err
	}
	return sha256.Sum256(bytes.TrimSuffix(bare, []byte("\n"))), tree, nil
}

func decodeTree(text []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var tree map[string]any
	if err := d.Decode(&tree); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("it ends too early")
		}
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands behind its end")
	}
	if tree == nil {
		return nil, errors.New("it is no JSON object")
	}
	return tree, nil
}

// canonical writes JSON in the one way that is hashed: keys sorted by their bytes, no spaces, no escapes that JSON does not
// ask for besides U+2028 and U+2029, numbers as they were written.
func canonical(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// plainNumbers turns the numbers of parameters and conditions into int, or float64 when they are not whole.
func (p *Plan) plainNumbers() {
	for i := range p.Steps {
		s := &p.Steps[i]
		plainConditions(s.Preconditions)
		plainActions(s.Actions)
	}
}

func plainActions(list []Action) {
	for i := range list {
		a := &list[i]
		plainCall(a.Call)
		for j := range a.Reads {
			plainCall(&a.Reads[j].Call)
		}
		if a.Find != nil {
			plainCall(&a.Find.Call)
		}
		plainConditions(a.Until)
		plainConditions(a.Accepted)
		plainConditions(a.Underway)
		plainConditions(a.UndoWhen)
		plainActions(a.Undo)
	}
}

func plainConditions(list []Condition) {
	for i := range list {
		list[i].Want = numbersIn(list[i].Want)
		plainCall(list[i].Read)
	}
}

func plainCall(c *Call) {
	if c == nil {
		return
	}
	for k, v := range c.Params {
		c.Params[k] = numbersIn(v)
	}
}

func numbersIn(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
	case []any:
		for i, x := range v {
			v[i] = numbersIn(x)
		}
	case map[string]any:
		for k, x := range v {
			v[k] = numbersIn(x)
		}
	}
	return v
}

// Sign vouches for a sealed plan with an ed25519 key.
func Sign(p *Plan, key ed25519.PrivateKey) error {
	sum, err := hex.DecodeString(p.SHA256)
	if err != nil || len(sum) != sha256.Size {
		return errors.New("the plan is not sealed")
	}
	public, _ := key.Public().(ed25519.PublicKey) // a private key of ed25519 has no other
	p.Signature = &Signature{base64.StdEncoding.EncodeToString(public), base64.StdEncoding.EncodeToString(ed25519.Sign(key, sum))}
	return nil
}

// Verify says whether one of the keys vouches for a plan that Open read; when not, it is an *Unfit.
func Verify(p *Plan, trusted ...ed25519.PublicKey) error {
	const next = "sign it: plumb plan --sign KEY"
	if p.Signature == nil {
		return unfit(Unsigned, next, "the plan is not signed")
	}
	key, err := base64.StdEncoding.DecodeString(p.Signature.Key)
	if err != nil || len(key) != ed25519.PublicKeySize || !slices.ContainsFunc(trusted, func(k ed25519.PublicKey) bool { return k.Equal(ed25519.PublicKey(key)) }) {
		return unfit(Unsigned, next, "the plan is signed by a key that is not trusted: %q", p.Signature.Key)
	}
	sum, err := hex.DecodeString(p.SHA256)
	if err != nil {
		return unfit(Altered, next, "the plan's hash is no hash")
	}
	signature, err := base64.StdEncoding.DecodeString(p.Signature.Bytes)
	if err != nil || !ed25519.Verify(key, sum, signature) {
		return unfit(Unsigned, next, "the plan's signature does not belong to it")
	}
	return nil
}
