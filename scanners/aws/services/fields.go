package services

import (
	"reflect"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// splitList gives the elements of a list that AWS writes with commas.
func splitList(s string) []any {
	out := []any{}
	for _, x := range strings.Split(s, ",") {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

// hidden stands for a secret that is set, nil for one that is not. Its text is never kept.
func hidden(set bool) any {
	if set {
		return graph.Hidden{}
	}
	return nil
}

// nameTag gives the tag Name, by which people call what has no name of its own; else the id.
func nameTag(tags any, id string) string {
	all, _ := aws.Plain(tags).(map[string]any)
	if name, _ := all["Name"].(string); name != "" {
		return name
	}
	return id
}

// optional gives a nested block from a part of the SDK's answer by the fields named, none when AWS leaves the part out.
func optional[T any](from *T, fields map[string]string) []any {
	if from == nil {
		return []any{}
	}
	v, out := reflect.ValueOf(from).Elem(), map[string]any{}
	for attr, field := range fields {
		out[attr] = aws.Plain(v.FieldByName(field).Interface())
	}
	return block(out)
}

// giveEach makes a resource of each thing on a page, by its ARN and name, with the fields of a table.
func giveEach[T any](s *aws.Session, typ string, table aws.Table, list []T, called func(*T) (arn, name *string), give func(*graph.Resource)) {
	for i := range list {
		arn, name := called(&list[i])
		r := s.Resource(typ, text(arn), text(name), text(name))
		table.Set(r, &list[i])
		give(r)
	}
}

// prefixOf gives what stands before the first dash of an id: "vpc" of "vpc-1".
func prefixOf(id string) string {
	prefix, _, _ := strings.Cut(id, "-")
	return prefix
}
