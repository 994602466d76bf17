package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/catalog"
)

func TestRegionZones(t *testing.T) {
	for _, tt := range []struct {
		region string
		want   []string
	}{
		{"eu-west-1", []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"}},
		{"ca-central-1", []string{"ca-central-1a", "ca-central-1b", "ca-central-1d"}},
		{"us-west-1", []string{"us-west-1#0", "us-west-1#1"}},
		{"ap-northeast-1", []string{"ap-northeast-1#0", "ap-northeast-1#1", "ap-northeast-1#2"}},
		{"mars-north-1", nil},
		{"", nil},
	} {
		if diff := cmp.Diff(tt.want, catalog.RegionZones(tt.region)); diff != "" {
			t.Errorf("RegionZones(%q):\n%s", tt.region, diff)
		}
	}
}

func TestParseZone(t *testing.T) {
	type zone struct {
		Region   string
		Index    int
		Symbolic bool
		OK       bool
	}
	for name, want := range map[string]zone{
		"eu-west-1a":       {"eu-west-1", 0, false, true},
		"ca-central-1d":    {"ca-central-1", 2, false, true},
		"us-west-1c":       {"us-west-1", -1, false, true},
		"eu-west-1#2":      {"eu-west-1", 2, true, true},
		"us-west-2-lax-1a": {"us-west-2-lax-1", -1, false, true},
		"?#1":              {"?", 1, true, true},
		"eu-west-1#x":      {"eu-west-1", 0, true, false},
		"eu-west-1":        {"", -1, false, false},
		"Any":              {"", -1, false, false},
		"use1-az1":         {"", -1, false, false},
		"":                 {"", -1, false, false},
	} {
		var got zone
		got.Region, got.Index, got.Symbolic, got.OK = catalog.ParseZone(name)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ParseZone(%q):\n%s", name, diff)
		}
	}
}
