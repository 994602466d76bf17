package catalog

import "slices"

// Schema gives the JSON schema of the Rego input for the types named (all when none are): an object
// {type: [resource]} with attributes inline and our own keys underscored. Every attribute may be null;
// an attribute that is not in the schema is a mistake that the compiler reports.
//
//	_address, _name, _stage, _region, _account  strings
//	_of         address of the resource that this one is a part of or a fact about, or null
//	_zones      zones that it sits in or may be placed in
//	_lifecycle  {prevent_destroy, create_before_destroy, ignore_changes}
//	_documents  parsed policy documents by attribute
//	_to         positions in the target type's array, by Reference.ToKey
//	_from       positions in the referring type's array, by Reference.Via
//	_unknown    reasons by path; for messages, not for conditions
func Schema(types ...string) map[string]any {
	props := map[string]any{}
	for _, t := range Types() {
		if len(types) == 0 || slices.Contains(types, t.Name) {
			props[t.Name] = object{"type": "array", "items": t.schema()}
		}
	}
	return object{"type": "object", "properties": props, "additionalProperties": false}
}

type object = map[string]any

var (
	text    = object{"type": "string"}
	integer = object{"type": "integer"}
)

func listOf(items any) object { return object{"type": "array", "items": items} }

func closed(props object) object {
	return object{"type": "object", "properties": props, "additionalProperties": false}
}

func orNull(s any) object { return object{"anyOf": []any{s, object{"type": "null"}}} }

func (t *Type) schema() object {
	props := attrsSchema(t.Attrs)
	for _, k := range []string{"_address", "_name", "_stage", "_region", "_account"} {
		props[k] = text
	}
	props["_of"] = orNull(text)
	props["_zones"] = listOf(text)
	props["_lifecycle"] = closed(object{"prevent_destroy": object{"type": "boolean"}, "create_before_destroy": object{"type": "boolean"}, "ignore_changes": listOf(text)})
	props["_unknown"] = object{"type": "object", "additionalProperties": text}
	docs, to, from := object{}, object{}, object{}
	for _, a := range t.Attrs {
		if a.Kind == Document {
			docs[a.Name] = orNull(documentSchema)
		}
	}
	for _, r := range t.References() {
		for _, target := range r.Targets {
			to[r.ToKey(target.Type)] = listOf(integer)
		}
	}
	for _, r := range ReferencesTo(t.Name) {
		from[r.Via()] = listOf(integer)
	}
	props["_documents"], props["_to"], props["_from"] = closed(docs), closed(to), closed(from)
	return closed(props)
}

func attrsSchema(attrs []Attr) object {
	props := object{}
	for _, a := range attrs {
		props[a.Name] = orNull(a.schema())
	}
	return props
}

func (a *Attr) schema() any {
	switch a.Kind {
	case Bool:
		return object{"type": "boolean"}
	case Number:
		return object{"type": "number"}
	case List:
		return listOf(object{})
	case Map:
		return object{"type": "object", "additionalProperties": object{}}
	case Block:
		return listOf(closed(attrsSchema(a.Attrs)))
	case Any:
		return object{}
	}
	return text
}

var principalsSchema = listOf(closed(object{"type": text, "identifiers": listOf(text)}))

var documentSchema = closed(object{"statement": listOf(closed(object{
	"sid": object{}, "effect": text,
	"actions": listOf(text), "not_actions": listOf(text), "resources": listOf(text), "not_resources": listOf(text),
	"principals": principalsSchema, "not_principals": principalsSchema,
	"condition": listOf(closed(object{"test": text, "variable": text, "values": listOf(text)})),
}))})
