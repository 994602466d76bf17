package snapshot_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/snapshot"
)

// large is what 40 accounts with 2,500 resources each give.
func large() *snapshot.Snapshot {
	s := taken()
	s.Found.Resources = nil
	for n := range 100_000 {
		account := fmt.Sprintf("%012d", n%40)
		s.Found.Resources = append(s.Found.Resources, live("aws_db_instance", account, []string{"eu-west-1", "us-east-1"}[n%2], fmt.Sprintf("db-%d", n), object{
			"identifier": fmt.Sprintf("db-%d", n), "multi_az": n%3 == 0, "allocated_storage": n % 500, "password": graph.Hidden{}, "vpc_security_group_ids": []any{"sg-1", "sg-2"},
			"tags": object{"env": "prod", "team": "shop"}, "engine": "mysql", "backup_retention_period": 7, "kms_key_id": nil,
		}))
	}
	return s
}

func BenchmarkWrite100000(b *testing.B) {
	s := large()
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if _, err := snapshot.Write(&out, s); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(out.Len()), "bytes")
	}
}

func BenchmarkRead100000(b *testing.B) {
	var out bytes.Buffer
	if _, err := snapshot.Write(&out, large()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := snapshot.Read(bytes.NewReader(out.Bytes())); err != nil {
			b.Fatal(err)
		}
	}
}
