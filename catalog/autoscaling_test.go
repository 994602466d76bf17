package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
)

func TestTagsOfAGroupAreAMap(t *testing.T) {
	t.Parallel()
	pair := func(k string, v any) attrs { return attrs{"key": k, "value": v, "propagate_at_launch": true} }
	for _, c := range []struct {
		name    string
		in      attrs
		unknown map[string]string
		want    attrs
	}{
		{
			name: "blocks", in: attrs{"tag": []any{pair("Name", "web"), pair("kubernetes.io/cluster/shop", "owned")}},
			want: attrs{"tags": attrs{"Name": "web", "kubernetes.io/cluster/shop": "owned"}, "cluster": "shop", "tag": nil},
		},
		{
			name: "a list of maps", in: attrs{"tags": []any{pair("Name", "web"), pair("k8s.io/cluster/shop", "owned")}},
			want: attrs{"tags": attrs{"Name": "web", "k8s.io/cluster/shop": "owned"}, "cluster": "shop", "tag": nil},
		},
		{
			name: "both", in: attrs{"tag": []any{pair("A", "1")}, "tags": []any{pair("B", "2")}},
			want: attrs{"tags": attrs{"A": "1", "B": "2"}, "cluster": nil, "tag": nil},
		},
		{
			name: "none", in: attrs{}, want: attrs{"tags": nil, "cluster": nil, "tag": nil},
		},
		{
			name: "unknown blocks", in: attrs{}, unknown: map[string]string{"tag": "var.tags has no value"},
			want: attrs{"tags": "unknown: var.tags has no value", "cluster": "unknown: var.tags has no value", "tag": nil},
		},
		{
			name: "an unknown value", in: attrs{"tag": []any{attrs{"key": "Name"}}}, unknown: map[string]string{"tag[0].value": "var.name has no value"},
			want: attrs{"tags": attrs{}, "cluster": nil, "tag": nil, "tags.Name": "unknown: var.name has no value"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := resource("aws_autoscaling_group.web", c.in)
			g.Unknown = c.unknown
			var names []string
			for n := range c.want {
				names = append(names, n)
			}
			if diff := cmp.Diff(c.want, pick(built(t, g.Address, g), names...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGroupsOfOneBlockOrTierAreSiblings(t *testing.T) {
	t.Parallel()
	tier := func(v string) attrs {
		return attrs{"tag": []any{attrs{"key": "Tier", "value": v}}}
	}
	got := edges(
		resource(`aws_autoscaling_group.etcd["a"]`, attrs{}), resource(`aws_autoscaling_group.etcd["b"]`, attrs{}),
		resource("aws_autoscaling_group.x", tier("db")), resource("aws_autoscaling_group.y", tier("db")), resource("aws_autoscaling_group.z", tier("web")),
	)
	want := []string{
		`aws_autoscaling_group.etcd["a"] siblings aws_autoscaling_group.etcd["a"]`, `aws_autoscaling_group.etcd["a"] siblings aws_autoscaling_group.etcd["b"]`,
		`aws_autoscaling_group.etcd["b"] siblings aws_autoscaling_group.etcd["a"]`, `aws_autoscaling_group.etcd["b"] siblings aws_autoscaling_group.etcd["b"]`,
		"aws_autoscaling_group.x siblings aws_autoscaling_group.x", "aws_autoscaling_group.x siblings aws_autoscaling_group.y",
		"aws_autoscaling_group.y siblings aws_autoscaling_group.x", "aws_autoscaling_group.y siblings aws_autoscaling_group.y",
		"aws_autoscaling_group.z siblings aws_autoscaling_group.z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestGroupsOfOneKopsRoleAreSiblings(t *testing.T) {
	t.Parallel()
	group := func(cluster, instances string) attrs {
		return attrs{"tags": attrs{"KubernetesCluster": cluster, "kops.k8s.io/instancegroup": instances}}
	}
	got := edges(
		resource("aws_autoscaling_group.a", group("shop", "master-eu-west-1a")), resource("aws_autoscaling_group.b", group("shop", "master-eu-west-1b")),
		resource("aws_autoscaling_group.n", group("shop", "nodes-eu-west-1a")), resource("aws_autoscaling_group.o", group("other", "master-eu-west-1a")),
	)
	want := []string{
		"aws_autoscaling_group.a siblings aws_autoscaling_group.a", "aws_autoscaling_group.a siblings aws_autoscaling_group.b",
		"aws_autoscaling_group.b siblings aws_autoscaling_group.a", "aws_autoscaling_group.b siblings aws_autoscaling_group.b",
		"aws_autoscaling_group.n siblings aws_autoscaling_group.n", "aws_autoscaling_group.o siblings aws_autoscaling_group.o",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnAttachmentToATargetGroupHasItsNewName(t *testing.T) {
	t.Parallel()
	arn := graph.Ref{Address: "aws_lb_target_group.t", Attr: "arn"}
	got := edges(resource("aws_lb_target_group.t", attrs{}), resource("aws_autoscaling_attachment.a", attrs{"alb_target_group_arn": arn}))
	if diff := cmp.Diff([]string{"aws_autoscaling_attachment.a lb_target_group_arn aws_lb_target_group.t"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAScalingTargetFindsWhatItScales(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		id   any
		refs []graph.Ref
		of   *graph.Resource
	}{
		{name: "a service by name", id: "service/shop/web", of: resource("aws_ecs_service.s", attrs{"name": "web"})},
		{name: "a service by reference", id: "service/shop/other", refs: []graph.Ref{{Address: "aws_ecs_service.s", Attr: "name"}}, of: resource("aws_ecs_service.s", attrs{"name": "web"})},
		{name: "a table", id: "table/orders", of: resource("aws_dynamodb_table.t", attrs{"name": "orders"})},
		{name: "a database cluster", id: "cluster:main", of: resource("aws_rds_cluster.c", attrs{"cluster_identifier": "main"})},
		{name: "a function", id: "function:f:live", of: resource("aws_lambda_function.f", attrs{"function_name": "f"})},
		{name: "a replication group", id: "replication-group/r", of: resource("aws_elasticache_replication_group.r", attrs{"replication_group_id": "r"})},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			target := resource("aws_appautoscaling_target.t", attrs{"resource_id": c.id})
			target.Refs = map[string][]graph.Ref{"resource_id": c.refs}
			if diff := cmp.Diff([]string{"aws_appautoscaling_target.t target " + string(c.of.Address)}, edges(target, c.of)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
