package policies_test

import (
	"context"
	"fmt"
	"runtime"
	"syscall"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/policies"
)

// estate makes n resources: databases, buckets with their parts, clusters with members in zones of a network.
func estate(n int) *graph.Graph {
	var rs []*graph.Resource
	add := func(typ, name string, attrs map[string]any) {
		rs = append(rs, &graph.Resource{Address: graph.Address(typ + "." + name), Type: typ, Name: name, Attrs: attrs, Facts: map[string]any{"_region": "eu-west-1"}})
	}
	ref := func(typ, name, attr string) graph.Ref {
		return graph.Ref{Address: graph.Address(typ + "." + name), Attr: attr}
	}
	for _, z := range []string{"a", "b"} {
		add("aws_subnet", z, map[string]any{"availability_zone": "eu-west-1" + z, "cidr_block": "10.0.0.0/24"})
	}
	add("aws_db_subnet_group", "g", map[string]any{"name": "g", "subnet_ids": []any{ref("aws_subnet", "a", "id"), ref("aws_subnet", "b", "id")}})
	for i := 0; len(rs) < n; i++ {
		s := fmt.Sprint("r", i)
		add("aws_db_instance", s, map[string]any{"identifier": s, "engine": "postgres", "multi_az": i%5 > 0, "availability_zone": "eu-west-1a", "backup_retention_period": 7,
			"storage_encrypted": true, "deletion_protection": i%5 > 0, "publicly_accessible": false, "db_subnet_group_name": ref("aws_db_subnet_group", "g", "name"), "parameter_group_name": "own"})
		add("aws_rds_cluster", s, map[string]any{"cluster_identifier": s, "engine": "aurora-postgresql", "engine_mode": "provisioned", "backup_retention_period": 7, "storage_encrypted": true, "deletion_protection": true})
		add("aws_rds_cluster_instance", s+"a", map[string]any{"identifier": s + "a", "cluster_identifier": ref("aws_rds_cluster", s, "id"), "availability_zone": "eu-west-1a"})
		add("aws_rds_cluster_instance", s+"b", map[string]any{"identifier": s + "b", "cluster_identifier": ref("aws_rds_cluster", s, "id"), "availability_zone": "eu-west-1b"})
	}
	return catalog.Build(rs, catalog.Options{Stage: "production"})
}

// tenChecks are eight about one resource and two about the graph.
var tenChecks = map[string]bool{
	"rds.multi_az": true, "rds.backup_retention": true, "rds.deletion_protection": true, "rds.encryption": true, "rds.cluster_deletion_protection": true,
	"rds.cluster_encryption": true, "rds.cluster_backup_retention": true, "rds.maintenance": true, "rds.aurora_reader": true, "rds.subnet_zones": true,
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func benchmarkEvaluate(b *testing.B, n int) {
	set := builtin(b)
	g := estate(n)
	o := policies.Options{Select: func(m policies.Meta) bool { return tenChecks[m.ID] }}
	runtime.GC()
	for b.Loop() {
		before := cpuSeconds()
		got, err := set.Evaluate(context.Background(), g, o)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(cpuSeconds()-before, "cpu-s/op")
		b.ReportMetric(float64(len(got.Results)), "verdicts")
		n := got.Count()
		b.Log(n, got.Problems)
	}
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err == nil {
		b.ReportMetric(float64(u.Maxrss)/1024, "peak-MiB")
	}
}

func BenchmarkEvaluate10k(b *testing.B)  { benchmarkEvaluate(b, 10_000) }
func BenchmarkEvaluate100k(b *testing.B) { benchmarkEvaluate(b, 100_000) }

// BenchmarkColdTiny loads, compiles and judges one small root, as a first run does.
func BenchmarkColdTiny(b *testing.B) {
	g := estate(5)
	for b.Loop() {
		set, err := policies.Load(policies.Builtin())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := set.Evaluate(context.Background(), g, policies.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
