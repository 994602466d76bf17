package catalog

import (
	"maps"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// inlineForm is one argument of aws_s3_bucket as it was until provider 3, and the resource that it stands for.
// Source: AWS provider, "Version 4 Upgrade Guide", S3 bucket refactor.
type inlineForm struct {
	attr, typ string
	// reshape gives the attributes of the resource for the value of the argument.
	reshape func(v any) map[string]any
	// paths rewrites the paths of unknowns and references: former prefix, prefix now.
	paths [][2]string
}

func inlineForms() []inlineForm {
	return []inlineForm{
		{"acl", "aws_s3_bucket_acl", under("acl"), [][2]string{{"acl", "acl"}}},
		{"grant", "aws_s3_bucket_acl", grants, [][2]string{{"grant", "access_control_policy[0].grant"}}},
		{"policy", "aws_s3_bucket_policy", under("policy"), [][2]string{{"policy", "policy"}}},
		{"versioning", "aws_s3_bucket_versioning", versioning, [][2]string{
			{"versioning[0].enabled", "versioning_configuration[0].status"},
			{"versioning[0].mfa_delete", "versioning_configuration[0].mfa_delete"},
		}},
		{"server_side_encryption_configuration", "aws_s3_bucket_server_side_encryption_configuration", first,
			[][2]string{{"server_side_encryption_configuration[0]", ""}}},
		{"logging", "aws_s3_bucket_logging", first, [][2]string{{"logging[0]", ""}}},
		{"lifecycle_rule", "aws_s3_bucket_lifecycle_configuration", lifecycle, [][2]string{{"lifecycle_rule", "rule"}}},
		{"website", "aws_s3_bucket_website_configuration", website, [][2]string{
			{"website[0].index_document", "index_document[0].suffix"},
			{"website[0].error_document", "error_document[0].key"},
			{"website[0].redirect_all_requests_to", "redirect_all_requests_to[0].host_name"},
			{"website[0]", ""},
		}},
		{"replication_configuration", "aws_s3_bucket_replication_configuration", replication, [][2]string{
			{"replication_configuration[0].rules", "rule"},
			{"replication_configuration[0]", ""},
		}},
		{"cors_rule", "aws_s3_bucket_cors_configuration", under("cors_rule"), [][2]string{{"cors_rule", "cors_rule"}}},
		{"object_lock_configuration", "aws_s3_bucket_object_lock_configuration", first, [][2]string{{"object_lock_configuration[0]", ""}}},
		{"acceleration_status", "aws_s3_bucket_accelerate_configuration", under("status"), [][2]string{{"acceleration_status", "status"}}},
		{"request_payer", "aws_s3_bucket_request_payment_configuration", under("payer"), [][2]string{{"request_payer", "payer"}}},
	}
}

// splitBucket makes a resource of each inline argument of a bucket, at "BUCKET#argument".
func splitBucket(r *graph.Resource) []*graph.Resource {
	var parts []*graph.Resource
	for _, f := range inlineForms() {
		if p := f.split(r); p != nil {
			p.Attrs["bucket"] = OwnRef(r)
			parts = append(parts, p)
		}
	}
	return parts
}

// split takes the argument off the bucket. An argument that is not known gives a resource that may not be there.
func (f inlineForm) split(r *graph.Resource) *graph.Resource {
	why, unknown := r.Unknown[f.attr]
	if !unknown {
		why, unknown = r.Unknown[graph.Element(f.attr, graph.Any)]
	}
	known := !isUnset(r, f.attr) && r.Attrs[f.attr] != "" && r.Attrs[f.attr] != nil
	if !known && !unknown {
		delete(r.Attrs, f.attr)
		return nil
	}
	part := Part(r, f.typ, f.attr)
	if known {
		maps.Copy(part.Attrs, f.reshape(r.Attrs[f.attr]))
	} else {
		part.Unknown["_count"] = why
	}
	f.movePaths(r, part)
	if !known && part.Unknown["acl"] == "" {
		for _, a := range Lookup(f.typ).Attrs {
			if a.Name != "bucket" {
				part.Unknown[a.Name] = why
			}
		}
	}
	delete(r.Attrs, f.attr)
	return part
}

func (f inlineForm) movePaths(r, part *graph.Resource) {
	for p, why := range maps.Clone(r.Unknown) {
		if _, ok := below(p, f.attr); !ok {
			continue
		}
		delete(r.Unknown, p)
		if to := f.path(p); to != "" {
			part.Unknown[to] = why
		}
	}
	for p, refs := range r.Refs {
		if _, ok := below(p, f.attr); !ok {
			continue
		}
		if to := f.path(p); to != "" {
			part.Refs[to] = refs
		}
	}
}

// path gives the path in the part of a path in the bucket, "" when it has none.
func (f inlineForm) path(p string) string {
	for _, m := range f.paths {
		rest, ok := below(p, m[0])
		if !ok {
			continue
		}
		p = strings.TrimPrefix(m[1]+rest, ".")
		for _, old := range [][2]string{
			{".abort_incomplete_multipart_upload_days", ".abort_incomplete_multipart_upload[0].days_after_initiation"},
			{".noncurrent_version_expiration[0].days", ".noncurrent_version_expiration[0].noncurrent_days"},
		} {
			if strings.HasSuffix(p, old[0]) {
				p = strings.TrimSuffix(p, old[0]) + old[1]
			}
		}
		if f.attr == "lifecycle_rule" && strings.HasSuffix(p, ".enabled") {
			p = strings.TrimSuffix(p, ".enabled") + ".status"
		}
		return p
	}
	return ""
}

func under(name string) func(any) map[string]any {
	return func(v any) map[string]any { return map[string]any{name: v} }
}

// block gives a copy of the only block of a list, or an empty one.
func block(v any) map[string]any {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, x := range list {
		if m, ok := x.(map[string]any); ok {
			return maps.Clone(m)
		}
	}
	return map[string]any{}
}

func first(v any) map[string]any { return block(v) }

// blocks gives copies of all blocks of a list, edited.
func blocks(v any, edit func(map[string]any)) []any {
	list, _ := v.([]any)
	out := make([]any, 0, len(list))
	for _, x := range list {
		if m, ok := x.(map[string]any); ok {
			m = maps.Clone(m)
			edit(m)
			out = append(out, m)
		}
	}
	return out
}

// status replaces the flag `enabled` by a status, where it is known.
func status(m map[string]any, off string) {
	switch v := m["enabled"]; v {
	case nil:
		if _, ok := m["enabled"]; ok {
			m["status"] = off
		}
	case true, "true":
		m["status"] = "Enabled"
	default:
		m["status"] = off
	}
	delete(m, "enabled")
}

func versioning(v any) map[string]any {
	m := block(v)
	if _, ok := m["enabled"]; !ok {
		m["enabled"] = false
	}
	status(m, "Suspended")
	switch m["mfa_delete"] {
	case true, "true":
		m["mfa_delete"] = "Enabled"
	case false, "false":
		m["mfa_delete"] = "Disabled"
	}
	return map[string]any{"versioning_configuration": []any{m}}
}

func grants(v any) map[string]any {
	out := []any{}
	for _, g := range blocks(v, func(map[string]any) {}) {
		m := g.(map[string]any)
		permissions, _ := m["permissions"].([]any)
		if permissions == nil {
			permissions = []any{nil}
		}
		for _, p := range permissions {
			out = append(out, map[string]any{"permission": p, "grantee": []any{map[string]any{"type": m["type"], "id": m["id"], "uri": m["uri"]}}})
		}
	}
	return map[string]any{"access_control_policy": []any{map[string]any{"grant": out}}}
}

func lifecycle(v any) map[string]any {
	return map[string]any{"rule": blocks(v, func(m map[string]any) {
		status(m, "Disabled")
		if days := m["abort_incomplete_multipart_upload_days"]; days != nil {
			m["abort_incomplete_multipart_upload"] = []any{map[string]any{"days_after_initiation": days}}
		}
		delete(m, "abort_incomplete_multipart_upload_days")
		for _, name := range []string{"noncurrent_version_expiration", "noncurrent_version_transition"} {
			if m[name] == nil {
				continue
			}
			m[name] = blocks(m[name], func(b map[string]any) {
				b["noncurrent_days"] = b["days"]
				delete(b, "days")
			})
		}
	})}
}

func website(v any) map[string]any {
	m := block(v)
	for name, key := range map[string]string{"index_document": "suffix", "error_document": "key", "redirect_all_requests_to": "host_name"} {
		if s, ok := m[name].(string); ok && s != "" {
			m[name] = []any{map[string]any{key: s}}
		} else {
			delete(m, name)
		}
	}
	return m
}

func replication(v any) map[string]any {
	m := block(v)
	m["rule"] = m["rules"]
	delete(m, "rules")
	return m
}
