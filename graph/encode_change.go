package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
)

const (
	goneKey     = "$gone"
	notKnownKey = "$not_known"
)

// encodedChange is a change as it is written down. Null is written out: "new": null sets an attribute to null.
type encodedChange struct {
	Op      Op              `json:"op"`
	Root    string          `json:"root,omitempty"`
	Address Address         `json:"address"`
	Type    string          `json:"type,omitempty"`
	Path    string          `json:"path,omitempty"`
	Old     json.RawMessage `json:"old,omitempty"`
	New     json.RawMessage `json:"new,omitempty"`
	Whole   *Resource       `json:"whole,omitempty"`
}

// MarshalJSON writes a change so that UnmarshalJSON gives the same again.
func (c Change) MarshalJSON() ([]byte, error) {
	e := encodedChange{Op: c.Op, Root: c.Root, Address: c.Address, Type: c.Type, Path: c.Path, Whole: c.Whole}
	var err error
	if c.Old != nil {
		if e.Old, err = encodePlace(c.Old); err != nil {
			return nil, fmt.Errorf("writing the change of %s: %w", Key{c.Root, c.Address}, err)
		}
	}
	if c.New != nil || c.Op == Set {
		if e.New, err = encodePlace(c.New); err != nil {
			return nil, fmt.Errorf("writing the change of %s: %w", Key{c.Root, c.Address}, err)
		}
	}
	return json.Marshal(e)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Change) UnmarshalJSON(text []byte) error {
	var e encodedChange
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return fmt.Errorf("reading a change: %w", err)
	}
	switch e.Op {
	case Set, Create, Delete:
	default:
		return fmt.Errorf("reading the change of %s: unknown operation %q", e.Address, e.Op)
	}
	before, err := decodePlace(e.Old)
	if err != nil {
		return fmt.Errorf("reading the change of %s: %w", e.Address, err)
	}
	after, err := decodePlace(e.New)
	if err != nil {
		return fmt.Errorf("reading the change of %s: %w", e.Address, err)
	}
	*c = Change{e.Op, e.Root, e.Address, e.Type, e.Path, before, after, e.Whole}
	return nil
}

// encodePlace writes what is at a place: a value, or that there is none.
func encodePlace(v any) (json.RawMessage, error) {
	switch v := v.(type) {
	case Gone:
		return json.Marshal(map[string]bool{goneKey: true})
	case NotKnown:
		return json.Marshal(map[string]string{notKnownKey: v.Why})
	}
	e, err := encodeValue(v)
	if err != nil {
		return nil, err
	}
	return json.Marshal(e)
}

func decodePlace(text json.RawMessage) (any, error) {
	if text == nil {
		return nil, nil
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if m, ok := v.(map[string]any); ok && len(m) == 1 {
		if m[goneKey] == true {
			return Gone{}, nil
		}
		if why, ok := m[notKnownKey].(string); ok {
			return NotKnown{why}, nil
		}
	}
	return decodeValue(v)
}
