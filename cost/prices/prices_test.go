package prices_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost/prices"
)

func builtin(t *testing.T) *prices.Catalogue {
	t.Helper()
	c, err := prices.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFindGivesTheOnePriceOfTheAttributes(t *testing.T) {
	c := builtin(t)
	for name, x := range map[string]struct {
		key  prices.Key
		want string
	}{
		"an instance": {prices.Key{Meter: "ec2.instance.ondemand", Region: "eu-west-1",
			Attributes: prices.Attributes{"instance_type": "m6i.large", "os": "Linux", "tenancy": "Shared"}}, "0.107"},
		"a database in two zones": {prices.Key{Meter: "rds.instance.ondemand", Region: "eu-west-1",
			Attributes: prices.Attributes{"instance_class": "db.m6i.large", "engine": "PostgreSQL", "deployment_option": "Multi-AZ"}}, "0.394"},
		"a meter that holds everywhere": {prices.Key{Meter: "route53.health_check.non_aws", Region: "eu-west-1"}, "0.75"},
		"a meter without attributes":    {prices.Key{Meter: "vpc.nat_gateway.hours", Region: "eu-west-1"}, "0.048"},
		"a volume":                      {prices.Key{Meter: "ebs.volume.storage", Region: "us-east-1", Attributes: prices.Attributes{"volume_type": "gp3"}}, "0.08"},
	} {
		p, err := c.Find(x.key)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := p.First().String(); got != x.want {
			t.Errorf("%s costs %s, want %s", name, got, x.want)
		}
	}
}

func TestWhatIsNotFoundSaysWhy(t *testing.T) {
	c := builtin(t)
	linux := func(kind string) prices.Attributes {
		return prices.Attributes{"instance_type": kind, "os": "Linux", "tenancy": "Shared"}
	}
	for name, x := range map[string]struct {
		key  prices.Key
		want string
	}{
		"an instance type that nobody sells": {prices.Key{Meter: "ec2.instance.ondemand", Region: "eu-west-1", Attributes: linux("m6i.lage")},
			"the catalogue has no ec2.instance.ondemand with instance_type=m6i.lage; near it: m6i.large, c6i.large, m6a.large"},
		"a type that the region lacks": {prices.Key{Meter: "ec2.instance.ondemand", Region: "ap-southeast-4", Attributes: linux("m4.large")}, ""},
		"a system that the catalogue has for one region": {prices.Key{Meter: "ec2.instance.ondemand", Region: "eu-west-2",
			Attributes: prices.Attributes{"instance_type": "m6i.large", "os": "Windows", "tenancy": "Shared"}},
			"the catalogue has no price of ec2.instance.ondemand instance_type=m6i.large os=Windows tenancy=Shared for eu-west-2, only for eu-west-1"},
		"too few attributes": {prices.Key{Meter: "elb.hours", Region: "eu-west-1"},
			"elb.hours eu-west-1 fits 4 prices: lb_type=application, lb_type=classic, lb_type=gateway, lb_type=network"},
		"a meter that does not exist": {prices.Key{Meter: "elb.hour", Region: "eu-west-1"},
			"the catalogue has no price of elb.hour; near it: elb.hours, elb.lcu"},
	} {
		_, err := c.Find(x.key)
		if err == nil {
			t.Errorf("%s: found", name)
		} else if x.want != "" && err.Error() != x.want {
			t.Errorf("%s: %v\nwant %s", name, err, x.want)
		}
	}
	var not *prices.NotSold
	if _, err := c.Find(prices.Key{Meter: "ec2.instance.ondemand", Region: "ap-southeast-4", Attributes: linux("m4.large")}); !errors.As(err, &not) {
		t.Errorf("got %v, want that the region does not sell it", err)
	}
}

func tier(from, to, usd string) prices.Tier {
	t, err := prices.ParseTier(from, to, usd)
	if err != nil {
		panic(err)
	}
	return t
}

func TestTiersAreGraduated(t *testing.T) {
	storage := prices.Price{Tiers: []prices.Tier{tier("0", "100", "0.03"), tier("100", "300", "0.02"), tier("300", "Inf", "0.01")}}
	allowance := prices.Price{Tiers: []prices.Tier{tier("0", "1000", "0"), tier("1000", "Inf", "0.5")}}
	late := prices.Price{Tiers: []prices.Tier{tier("20000", "Inf", "0.003")}}
	for name, x := range map[string]struct {
		price    prices.Price
		quantity int64
		want     string
	}{
		"nothing":                           {storage, 0, "0"},
		"within the first":                  {storage, 50, "1.5"},
		"at the edge of the first":          {storage, 100, "3"},
		"in the second":                     {storage, 200, "5"},
		"in the last":                       {storage, 1000, "14"},
		"a free allowance is not netted":    {allowance, 2000, "1000"},
		"an allowance that has no row":      {late, 10000, "30"},
		"beyond an allowance without a row": {late, 30000, "90"},
	} {
		if got := x.price.Cost(decimal.NewFromInt(x.quantity)).String(); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
}

func TestWhatIsEncodedIsReadAgain(t *testing.T) {
	list := []prices.Price{
		{Key: prices.Key{Meter: "a.one", Region: "eu-west-1", Attributes: prices.Attributes{"instance_type": "x", "os": "L"}}, Service: "A", Unit: "Hrs", Currency: "USD",
			Tiers: []prices.Tier{tier("", "", "0.1")}, SKU: "S", Source: "s", AsOf: "2026-01-01"},
		{Key: prices.Key{Meter: "a.two", Region: "eu-west-1", Attributes: prices.Attributes{}}, Service: "A", Unit: "GB", Currency: "USD",
			Tiers: []prices.Tier{tier("0", "10", "0.2"), tier("10", "Inf", "0.1")}, Source: "s", AsOf: "2026-02-01", Derived: true},
	}
	file, err := prices.Encode(append([]prices.Price{{Key: list[0].Key, Service: "A", Unit: "Hrs", Currency: "USD",
		Tiers: []prices.Tier{tier("", "", "0.05")}, Source: "older", AsOf: "2025-01-01"}}, list...))
	if err != nil {
		t.Fatal(err)
	}
	c, err := prices.Read(string(file))
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.All("a", "eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(list, got); d != "" {
		t.Errorf("want -, got +\n%s", d)
	}
	if c.AsOf() != "2026-02-01" {
		t.Errorf("the catalogue is of %s", c.AsOf())
	}
}

func TestFilesThatAreNoCataloguesAreRefused(t *testing.T) {
	file, err := prices.Encode([]prices.Price{{Key: prices.Key{Meter: "a.one", Region: "eu-west-1"}, Service: "A", Unit: "Hrs", Currency: "USD",
		Tiers: []prices.Tier{tier("", "", "0.1")}, Source: "s", AsOf: "2026-01-01"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty": "", "text": "hello", "cut off": string(file[:len(file)-3]), "cut off in the index": string(file[:30]), "too long": string(file) + "x",
	} {
		_, err := prices.Read(text)
		if corrupt := new(prices.Corrupt); !errors.As(err, &corrupt) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	bad := []byte(string(file))
	bad[len(bad)-2] ^= 0xff
	c, err := prices.Read(string(bad))
	if err != nil {
		t.Fatal(err)
	}
	if corrupt := new(prices.Corrupt); !errors.As(c.Verify(), &corrupt) {
		t.Error("a damaged block was not noticed")
	}
}

func TestTheBuiltInCatalogueIsWhole(t *testing.T) {
	if err := builtin(t).Verify(); err != nil {
		t.Fatal(err)
	}
}
