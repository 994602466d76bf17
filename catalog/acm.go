package catalog

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

func acmTypes() []Type {
	return []Type{
		{
			// A data source names its domain `domain`. Without subject_alternative_names the certificate has one name.
			Name:    "aws_acm_certificate",
			Renamed: map[string]string{"domain": "domain_name"},
			Attrs: []Attr{
				{Name: "domain_name"},
				{Name: "subject_alternative_names", Kind: List, Default: []any{}},
				{Name: "validation_method", Computed: true, Enum: []string{"DNS", "EMAIL", "NONE"}},
				{Name: "certificate_authority_arn", Targets: to("aws_acmpca_certificate_authority")},
				{Name: "certificate_body"},
				{Name: "certificate_chain"},
				{Name: "private_key", Secret: true},
				{Name: "key_algorithm", Computed: true},
				{Name: "early_renewal_duration"},
				{Name: "options", Kind: Block, Attrs: []Attr{{Name: "certificate_transparency_logging_preference"}, {Name: "export"}}},
				{Name: "validation_option", Kind: Block, Attrs: []Attr{{Name: "domain_name"}, {Name: "validation_domain"}}},
				{Name: "status", Computed: true},
				// Of an issued certificate; null in code, which issues none.
				{Name: "type", Enum: []string{"IMPORTED", "AMAZON_ISSUED", "PRIVATE"}}, {Name: "not_after"}, {Name: "not_before"},
				{Name: "renewal_eligibility", Enum: []string{"ELIGIBLE", "INELIGIBLE"}},
				{Name: "renewal_summary", Kind: Block, Attrs: []Attr{{Name: "renewal_status"}, {Name: "renewal_status_reason"}, {Name: "updated_at"}}},
				{Name: "in_use_by", Kind: List}, // live only: ARNs of what serves it
				// Live only: "NAME VALUE" of the CNAME records that prove the control of its names.
				{Name: "validation_records", Kind: List},
				{Name: "names", Kind: List},
				{Name: "domains", Kind: List, Derived: true, Elsewhere: true, Targets: to("aws_route53_zone", "name")},
				{Name: "wildcards", Kind: List, Derived: true, Targets: to("aws_acm_certificate", "names")},
			},
			Split: certificateNames,
		},
		{
			Name: "aws_acm_certificate_validation", Scope: Configuration,
			Attrs: []Attr{
				{Name: "certificate_arn", Targets: to("aws_acm_certificate")},
				{Name: "validation_record_fqdns", Kind: List, Targets: to("aws_route53_record", "fqdn")},
			},
		},
		{
			Name: "aws_iam_server_certificate", Scope: Global,
			Attrs: []Attr{
				{Name: "name", Computed: true},
				{Name: "name_prefix"},
				{Name: "path", Default: "/"},
				{Name: "certificate_body"},
				{Name: "certificate_chain"},
				{Name: "private_key", Secret: true},
				{Name: "expiration"}, {Name: "upload_date"}, // of an uploaded certificate; null in code
			},
		},
	}
}

// certificateNames derives from domain_name and subject_alternative_names: `names`, all of them; `domains`, the
// zones that each may lie in; `wildcards`, the wildcard names that would cover each.
func certificateNames(r *graph.Resource) []*graph.Resource {
	for _, a := range []string{"names", "domains", "wildcards"} {
		removeAttr(r, a)
	}
	if why, unknown := r.Unknown["validation_records"]; unknown && r.Observed {
		r.Unknown["_from"] = why // a record may be the one that proves it
	}
	var names, domains, wildcards []any
	why := r.Unknown["domain_name"] + r.Unknown["subject_alternative_names"] + r.Unknown["subject_alternative_names[*]"]
	if r.Data && r.Attrs["subject_alternative_names"] == nil {
		why = "the certificate's further names are read from the account"
	}
	if !r.Observed && (r.Attrs["certificate_body"] != nil || r.Unknown["certificate_body"] != "") {
		why = "the names are written in the imported certificate"
	}
	list, _ := r.Attrs["subject_alternative_names"].([]any)
	for _, v := range append([]any{r.Attrs["domain_name"]}, list...) {
		s, ok := v.(string)
		if !ok || s == "" {
			if v != nil || len(names) > 0 {
				why += "a name is known after apply"
			}
			continue
		}
		name := domain(s)
		names = add(names, name)
		for parent := strings.TrimPrefix(name, "*."); strings.Contains(parent, "."); _, parent, _ = strings.Cut(parent, ".") {
			domains = add(domains, parent)
		}
		wildcards = add(wildcards, covering(name)...)
	}
	for a, list := range map[string][]any{"names": names, "domains": domains, "wildcards": wildcards} {
		switch {
		case why == "" || len(list) > 0:
			r.Attrs[a] = list
			if why != "" {
				r.Unknown[a+"[*]"] = why
			}
		default:
			r.Unknown[a] = why
		}
	}
	return nil
}

// covering lists the wildcard names that answer for a name: of its parent, and of itself where it is an apex.
func covering(name string) []any {
	if strings.HasPrefix(name, "*.") {
		return []any{name}
	}
	out := []any{"*." + name}
	if _, parent, _ := strings.Cut(name, "."); strings.Contains(parent, ".") {
		out = append(out, "*."+parent)
	}
	return out
}

func add(list []any, values ...any) []any {
	for _, v := range values {
		found := false
		for _, x := range list {
			found = found || x == v
		}
		if !found {
			list = append(list, v)
		}
	}
	return list
}
