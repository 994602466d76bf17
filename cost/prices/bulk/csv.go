package bulk

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// words are the names that the CSV files have for attributes of the JSON files, for those that the rules read.
var words = map[string]string{
	"Instance Type": "instanceType", "Volume Type": "volumeType", "Volume API Name": "volumeApiName", "Tenancy": "tenancy", "Operating System": "operatingSystem",
	"License Model": "licenseModel", "Group": "group", "usageType": "usagetype", "operation": "operation", "CapacityStatus": "capacitystatus",
	"Pre Installed S/W": "preInstalledSw", "MarketOption": "marketoption", "Location Type": "locationType", "Database Engine": "databaseEngine",
	"Database Edition": "databaseEdition", "Deployment Option": "deploymentOption", "Cache Engine": "cacheEngine",
}

// readCSV reads the five lines that head the file, the line of columns, and a line for each price. A file that is cut off between two lines cannot be
// told from a whole one: check its length where the sender gives it.
func (c *collector) readCSV(r io.Reader) error {
	in := csv.NewReader(r)
	in.FieldsPerRecord, in.ReuseRecord = -1, true
	var columns map[string]int
	for {
		line, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading a price file as CSV: %w", err)
		}
		switch {
		case columns == nil && len(line) == 2:
			c.heading(line[0], line[1])
		case columns == nil:
			columns = map[string]int{}
			for i, name := range line {
				columns[strings.Clone(name)] = i
			}
			if _, ok := columns["SKU"]; !ok {
				return errors.New("reading a price file as CSV: it has no column SKU, so it is no AWS price list")
			}
		case len(line) != len(columns):
			n, _ := in.FieldPos(0)
			return fmt.Errorf("reading a price file as CSV: line %d has %d fields instead of %d: the file is cut off or damaged", n, len(line), len(columns))
		default:
			c.line(columns, line)
		}
	}
	if columns == nil {
		return errors.New("reading a price file as CSV: it has no columns, so it is no AWS price list")
	}
	return nil
}

func (c *collector) heading(name, value string) {
	switch name {
	case "Publication Date":
		c.offer.Published = day(strings.Clone(value))
	case "Version":
		c.offer.Version = strings.Clone(value)
	case "OfferCode":
		c.offer.Code = strings.Clone(value)
	}
}

// line takes the product from the first line that has it, and the price from each.
func (c *collector) line(columns map[string]int, line []string) {
	at := func(name string) string {
		if i, ok := columns[name]; ok {
			return strings.Clone(line[i])
		}
		return ""
	}
	if at("TermType") != "OnDemand" {
		return
	}
	sku := at("SKU")
	if _, known := c.keys[sku]; !known {
		attributes := map[string]string{}
		for column, name := range words {
			if v := at(column); v != "" {
				attributes[name] = v
			}
		}
		c.product(product{sku: sku, offer: c.offer.Code, family: at("Product Family"), region: at("Region Code"), attributes: attributes})
	}
	c.price(dimension{sku, at("StartingRange"), at("EndingRange"), at("Unit"), at("PricePerUnit"), at("Currency")})
}
