package main

import (
	"io/fs"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/cost/prices"
)

// folders gives the folder of all prices when PLUMB_TEST_PRICES names one, and the sample of them that is in the repository.
func folders(t *testing.T) map[string]fs.FS {
	t.Helper()
	out := map[string]fs.FS{"sample": os.DirFS("testdata/prices")}
	if full := os.Getenv("PLUMB_TEST_PRICES"); full != "" {
		out["all"] = os.DirFS(full)
	} else {
		t.Log("only the sample of prices is tested: PLUMB_TEST_PRICES names no folder with all of them")
	}
	return out
}

func TestEveryRowIsFoundUnderItsKeyInTheBuiltInCatalogue(t *testing.T) {
	c, err := prices.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for name, fsys := range folders(t) {
		list, err := readFolder(fsys)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(list) < 200 {
			t.Fatalf("%s: only %d prices were read", name, len(list))
		}
		for _, want := range list {
			got, err := find(c, want)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			// Of rows with one key, such as storage that two product families list, one is kept, see prices.Encode: the price must be the same.
			if got.AsOf > want.AsOf || got.AsOf == want.AsOf && got.SKU != want.SKU {
				got.AsOf, got.SKU, got.Source, got.Service, got.Derived = want.AsOf, want.SKU, want.Source, want.Service, want.Derived
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s: %s: row -, catalogue +\n%s", name, want.Key, d)
			}
		}
		t.Logf("%s: %d prices", name, len(list))
	}
}

// find looks a price up by all its attributes and by the absence of those that rows of other engines or services have.
func find(c *prices.Catalogue, want prices.Price) (prices.Price, error) {
	got, err := c.Find(want.Key)
	if _, many := err.(*prices.Ambiguous); !many {
		return got, err
	}
	exact := prices.Key{Meter: want.Key.Meter, Region: want.Key.Region, Attributes: prices.Attributes{}}
	for _, name := range []string{"edition", "aurora_storage_mode", "deployment_option", "engine", "volume_type", "version"} {
		exact.Attributes[name] = want.Key.Attributes[name]
	}
	for name, value := range want.Key.Attributes {
		exact.Attributes[name] = value
	}
	return c.Find(exact)
}

func TestRowsThatNameNoMeterAreLeftOutUnlessAMappingNamesThem(t *testing.T) {
	rows := []row{
		{"service": "AmazonDocDB", "region": "eu-west-1", "price_usd": "0.1", "currency": "USD", "as_of": "2026-01-01", "source_key": "Storage Snapshot"},
		{"service": "AmazonDocDB", "region": "eu-west-1", "price_usd": "0.2", "currency": "USD", "as_of": "2026-01-01", "source_key": "Something new"},
	}
	named, err := nameRows(rows, []mapping{{file: "docdb.csv", text: `^Storage Snapshot$`, meter: "docdb.backup.storage", unit: "GB-Mo"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(named) != 1 || named[0]["dimension"] != "docdb.backup.storage" {
		t.Errorf("got %v", named)
	}
	for name, list := range map[string][]mapping{
		"a mapping that nothing fits": {{text: `^Gone$`, meter: "docdb.gone", unit: "Hrs"}},
		"two mappings of one row":     {{text: `^Storage`, meter: "docdb.a", unit: "Hrs"}, {text: `Snapshot$`, meter: "docdb.b", unit: "Hrs"}},
	} {
		if _, err := nameRows(rows, list); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestRowsThatMakeNoPriceAreRefused(t *testing.T) {
	good := row{"service": "A", "region": "eu-west-1", "dimension": "a.b", "unit": "Hrs", "price_usd": "0.1", "currency": "USD", "as_of": "2026-01-01"}
	for name, change := range map[string]row{
		"no number": {"price_usd": "free"}, "negative": {"price_usd": "-1"}, "a tier that ends before it begins": {"tier_from": "10", "tier_to": "5"},
		"no unit": {"unit": ""}, "no date": {"as_of": ""},
	} {
		bad := row{}
		for _, part := range []row{good, change} {
			for column, value := range part {
				bad[column] = value
			}
		}
		list, err := collect([]row{bad})
		if err == nil {
			_, err = prices.Encode(list)
		}
		if err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
