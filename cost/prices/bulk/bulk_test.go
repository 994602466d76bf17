package bulk_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/cost/prices/bulk"
)

const (
	ec2Ireland  = "testdata/offers/v1.0/aws/AmazonEC2/20230223000000/eu-west-1/"
	ec2Virginia = "testdata/offers/v1.0/aws/AmazonEC2/20250613000000/us-east-1/"
	rdsIreland  = "testdata/offers/v1.0/aws/AmazonRDS/20230223000000/eu-west-1/"
)

func read(t *testing.T, file string) *bulk.Offer {
	t.Helper()
	f, err := os.Open(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	offer, err := bulk.Read(f)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return offer
}

// The sample is older than most of the catalogue; none of its prices has changed since.
func TestPricesOfTheListAreThoseOfTheCatalogue(t *testing.T) {
	c, err := prices.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]int{ec2Ireland: 37, ec2Virginia: 15, rdsIreland: 44} {
		offer := read(t, folder+"index.json")
		if len(offer.Prices) < want {
			t.Errorf("%s gives %d prices, want at least %d", folder, len(offer.Prices), want)
		}
		for _, p := range offer.Prices {
			have, err := c.Find(p.Key)
			if p.Key.Meter == "ec2.cpu_credits" && p.Key.Region != "us-east-1" { // the one meter that the list has in more regions
				if err == nil {
					t.Errorf("%s is in the catalogue: compare it", p.Key)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", folder, err)
				continue
			}
			if !cmp.Equal(p.Tiers, have.Tiers) || p.Unit != have.Unit || p.Currency != have.Currency {
				t.Errorf("%s: the list of %s says %v %s, the catalogue of %s says %v %s", p.Key, p.AsOf, p.Tiers, p.Unit, have.AsOf, have.Tiers, have.Unit)
			}
		}
		if len(offer.Conflicts) > 0 {
			t.Errorf("%s: conflicts %v", folder, offer.Conflicts)
		}
	}
}

func TestBothFormsOfTheListSayTheSame(t *testing.T) {
	for _, folder := range []string{ec2Ireland, ec2Virginia, rdsIreland} {
		if d := cmp.Diff(read(t, folder+"index.json").Prices, read(t, folder+"index.csv").Prices); d != "" {
			t.Errorf("%s: JSON -, CSV +\n%s", folder, d)
		}
	}
}

func TestFilesThatAreNoWholePriceListsAreRefused(t *testing.T) {
	whole, err := os.ReadFile(ec2Virginia + "index.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct{ text, want string }{
		"empty":                    {"", "empty or cut off"},
		"an error page":            {"<html>no</html>", "no AWS price list"},
		"cut off in the products":  {string(whole[:len(whole)/4]), "cut off"},
		"cut off in the terms":     {string(whole[:len(whole)*3/4]), "cut off"},
		"cut off at the end":       {string(bytes.TrimRight(whole, "} \n")), "cut off"},
		"more than one":            {string(whole) + string(whole), "something follows"},
		"another JSON":             {`{"resources": []}`, "does not say its offer"},
		"no products":              {`{"offerCode":"AmazonEC2","publicationDate":"2026-01-01T00:00:00Z","products":{}}`, "no products"},
		"terms before products":    {`{"offerCode":"AmazonEC2","terms":{"OnDemand":{}}}`, "before the products"},
		"a CSV cut off in a field": {"\"OfferCode\",\"AmazonEC2\"\n\"SKU\",\"TermType\",\"Unit\"\n\"A\",\"OnDem", `"`},
		"a CSV cut off in a line":  {"\"OfferCode\",\"AmazonEC2\"\n\"SKU\",\"TermType\",\"Unit\"\n\"A\",\"OnDemand\"\n\"A\"", "cut off or damaged"},
	} {
		_, err := bulk.Read(strings.NewReader(x.text))
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: got %v, want %q", name, err, x.want)
		}
	}
}

const twoProducts = `{"offerCode":"AmazonEC2","version":"1","publicationDate":"2026-01-01T00:00:00Z","products":{
"A":{"productFamily":"NAT Gateway","attributes":{"usagetype":"EU-NatGateway-Hours","regionCode":"eu-west-1","locationType":"AWS Region"}},
"B":{"productFamily":"NAT Gateway","attributes":{"usagetype":"EU-NatGateway-Hours","regionCode":"eu-west-1","locationType":"AWS Region"}}},
"terms":{"Reserved":{"A":{"A.R":{"x":[1,{"y":2}]}}},"OnDemand":{
"A":{"A.J":{"priceDimensions":{"A.J.1":{"beginRange":"0","endRange":"Inf","unit":"Hrs","pricePerUnit":{"USD":"0.05"}}}}},
"B":{"B.J":{"priceDimensions":{"B.J.1":{"beginRange":"0","endRange":"Inf","unit":"UNIT","pricePerUnit":{"USD":"PRICE"}}}}}}}}`

func TestProductsThatCannotBeToldApartAreConflicts(t *testing.T) {
	list := func(unit, price string) string {
		return strings.NewReplacer("UNIT", unit, "PRICE", price).Replace(twoProducts)
	}
	same, err := bulk.Read(strings.NewReader(list("Hrs", "0.0500")))
	if err != nil || len(same.Prices) != 1 || len(same.Conflicts) != 0 {
		t.Errorf("the same price twice: %v %+v", err, same)
	}
	other, err := bulk.Read(strings.NewReader(list("Hrs", "0.06")))
	if err != nil || len(other.Prices) != 0 {
		t.Fatalf("two prices: %v %+v", err, other)
	}
	want := []bulk.Conflict{{Key: prices.Key{Meter: "vpc.nat_gateway.hours", Region: "eu-west-1", Attributes: prices.Attributes{}}, SKUs: []string{"A", "B"}}}
	if d := cmp.Diff(want, other.Conflicts); d != "" {
		t.Errorf("want -, got +\n%s", d)
	}
	if _, err := bulk.Read(strings.NewReader(list("Days", "0.06"))); err == nil || !strings.Contains(err.Error(), "Days") {
		t.Errorf("a unit that was not seen before: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(twoProducts))
	f.Add([]byte("\"OfferCode\",\"AmazonEC2\"\n\"SKU\",\"TermType\"\n\"A\",\"OnDemand\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		offer, err := bulk.Read(bytes.NewReader(text))
		if (offer == nil) == (err == nil) {
			t.Errorf("offer %v, error %v", offer, err)
		}
	})
}
