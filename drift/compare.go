package drift

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// differences lists the attributes that both know and that differ. What the code asks Terraform to ignore, what scaling changes
// and what AWS normalises are no differences.
func (j *joiner) differences(d, o *graph.Resource) []Difference {
	t := catalog.Lookup(d.Type)
	if t == nil || t.FactsOnly {
		return nil
	}
	var out []Difference
	for i := range t.Attrs {
		a := &t.Attrs[i]
		if a.Secret || a.Derived && !slices.Contains(written, a.Name) || slices.Contains(notCompared, a.Name) || slices.Contains(scaled[d.Type], a.Name) || ignored(d, a.Name) {
			continue
		}
		if partlyUnknown(d, a.Name) || partlyUnknown(o, a.Name) {
			continue
		}
		x, ok := j.settle(d.Attrs[a.Name])
		y, ok2 := j.settle(o.Attrs[a.Name])
		if !ok || !ok2 || symbolic(x) || notSaid(a, x) || filledIn(d.Type, a.Name, x) || same(a, x, y) {
			continue
		}
		out = append(out, Difference{Key: d.Key(), Of: d.Of, Type: d.Type, Attribute: a.Name, Declared: x, Observed: y, Origins: d.Origins})
	}
	return out
}

// notSaid says that the code leaves a setting to AWS, which then has chosen one. A block or a document that the code does
// not have is something that somebody added.
func notSaid(a *catalog.Attr, declared any) bool {
	return declared == nil && a.Kind != catalog.Block && a.Kind != catalog.Document
}

// filledIn says that the code leaves out a block or list that AWS then fills in for everybody.
func filledIn(typ, name string, declared any) bool {
	list, ok := declared.([]any)
	return (declared == nil || ok && len(list) == 0) && slices.Contains(everybodys[typ], name)
}

// everybodys are blocks and lists that everything of a type has in AWS, whether code names them or not: a certificate's own name among its names,
// the keys of AWS that encrypt images.
var everybodys = map[string][]string{
	"aws_acm_certificate": {"options", "subject_alternative_names"}, "aws_ecr_repository": {"encryption_configuration"}, "aws_lb": {"subnet_mapping"},
}

// notCompared are attributes that only tell Terraform what to do, or that name the resource.
var notCompared = []string{
	"id", "arn", "tags", "tags_all", "name_prefix", "identifier_prefix", "bucket_prefix", "apply_immediately", "skip_final_snapshot", "final_snapshot_identifier",
	"force_destroy", "force_detach_policies", "force_delete", "snapshot_identifier", "allow_overwrite", "wait_for_capacity_timeout", "filename", "source_code_hash",
	"user_data", "user_data_base64", "recovery_window_in_days", "deletion_window_in_days", "cluster_identifier_prefix", "wait_for_steady_state", "replicate_source_db",
}

// written are attributes that are marked as derived for the way they are joined, and that code writes all the same.
var written = []string{"cidr_ipv4", "service_name"}

// scaled are attributes that scaling changes while the code stays as it is (FND-IAC-002, exceptions).
var scaled = map[string][]string{
	"aws_autoscaling_group": {"desired_capacity"}, "aws_ecs_service": {"desired_count"}, "aws_eks_node_group": {"scaling_config"},
	"aws_db_instance": {"allocated_storage"}, "aws_dynamodb_table": {"read_capacity", "write_capacity"}, "aws_kinesis_stream": {"shard_count"},
}

func ignored(d *graph.Resource, name string) bool {
	lifecycle, _ := d.Facts["_lifecycle"].(map[string]any)
	list, _ := lifecycle["ignore_changes"].([]any)
	return slices.ContainsFunc(list, func(x any) bool {
		s, _ := x.(string)
		return s == "all" || s != "" && below(s, name)
	})
}

func partlyUnknown(r *graph.Resource, name string) bool {
	for p := range r.Unknown {
		if below(p, name) {
			return true
		}
	}
	return false
}

// same says that two known values mean the same to AWS.
func same(a *catalog.Attr, x, y any) bool {
	x, y = meaning(a, x), meaning(a, y)
	if equal(x, y) {
		return true
	}
	s, ok := x.(string)
	t, ok2 := y.(string)
	switch {
	case !ok || !ok2:
		return false
	case a.Name == "engine_version" || a.Name == "version" || a.Name == "platform_version": // "8.0" runs as "8.0.35"
		return strings.HasPrefix(t, s+".") || strings.HasPrefix(s, t+".")
	}
	return strings.EqualFold(strings.TrimSuffix(s, "."), strings.TrimSuffix(t, "."))
}

func zoneSymbol(s string) bool {
	_, _, symbolic, ok := catalog.ParseZone(s)
	return ok && symbolic
}

// symbolic says whether a zone whose letter depends on the account is somewhere in a value.
func symbolic(v any) bool {
	switch v := v.(type) {
	case string:
		return zoneSymbol(v)
	case []any:
		return slices.ContainsFunc(v, symbolic)
	}
	return false
}

// meaning brings values into one form: nothing is nothing in all its forms, a document is what it says, blocks are without
// what is not set in them.
func meaning(a *catalog.Attr, v any) any {
	switch v := v.(type) {
	case string:
		if a.Kind == catalog.Document && v != "" {
			var doc any
			if json.Unmarshal([]byte(v), &doc) == nil {
				return doc
			}
		}
		if v == "" {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	case int:
		if v == 0 {
			return nil
		}
	case []any:
		if len(v) == 0 {
			return nil
		}
		out := make([]any, 0, len(v))
		for _, x := range v {
			x = within(a, x)
			if block, ok := x.(map[string]any); ok && a.Kind == catalog.Block && len(block) == 0 {
				continue // a block in which nothing is set is none
			}
			out = append(out, x)
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case map[string]any:
		if len(v) == 0 {
			return nil
		}
		return within(a, v)
	}
	return v
}

// within is the meaning of one block.
func within(a *catalog.Attr, v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		inner := &catalog.Attr{Name: k, Kind: catalog.Any}
		for i := range a.Attrs {
			if a.Attrs[i].Name == k {
				inner = &a.Attrs[i]
			}
		}
		if x := meaning(inner, m[k]); x != nil {
			out[k] = x
		}
	}
	return out
}

// equal compares values; lists as sets, numbers by value.
func equal(x, y any) bool {
	switch a := x.(type) {
	case []any:
		b, ok := y.([]any)
		return ok && len(a) == len(b) && slices.Equal(sorted(a), sorted(b))
	case map[string]any:
		b, ok := y.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			w, has := b[k]
			if !has || !equal(v, w) {
				return false
			}
		}
		return true
	case int:
		f, ok := y.(float64)
		return y == x || ok && f == float64(a)
	case float64:
		i, ok := y.(int)
		return y == x || ok && a == float64(i)
	}
	return reflect.DeepEqual(x, y)
}

// sorted gives the elements of a list as texts in order.
func sorted(list []any) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = fmt.Sprint(canonical(x))
	}
	slices.Sort(out)
	return out
}

// canonical makes lists inside an element sets too, and numbers alike.
func canonical(v any) any {
	switch v := v.(type) {
	case []any:
		return sorted(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = canonical(x)
		}
		return out // fmt prints maps by key
	case float64:
		if v == float64(int(v)) {
			return int(v)
		}
	}
	return v
}
