package bulk

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// readJSON reads {formatVersion, offerCode, version, publicationDate, products: {SKU: ...}, terms: {OnDemand: {SKU: {term: ...}}, Reserved: ...}}, in which
// the products come first. Only what the rules name is kept.
func (c *collector) readJSON(r io.Reader) error {
	d := json.NewDecoder(r)
	err := object(d, func(name string) error {
		switch name {
		case "offerCode":
			return d.Decode(&c.offer.Code)
		case "version":
			return d.Decode(&c.offer.Version)
		case "publicationDate":
			var published string
			err := d.Decode(&published)
			c.offer.Published = day(published)
			return err
		case "products":
			return c.products(d)
		case "terms":
			if c.offer.Products == 0 {
				return errors.New("prices come before the products that they belong to")
			}
			return object(d, func(kind string) error {
				if kind == "OnDemand" {
					return c.terms(d)
				}
				return skip(d)
			})
		default:
			return skip(d)
		}
	})
	if err == nil {
		if _, end := d.Token(); end != io.EOF {
			err = errors.New("something follows its end")
		}
	}
	if err != nil {
		return fmt.Errorf("reading a price file as JSON, near byte %d: %w", d.InputOffset(), cutOff(err))
	}
	return nil
}

// cutOff says what the end of input within a value means.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file is cut off")
	}
	return err
}

func (c *collector) products(d *json.Decoder) error {
	return object(d, func(sku string) error {
		var p struct {
			Family     string            `json:"productFamily"`
			Attributes map[string]string `json:"attributes"`
		}
		if err := d.Decode(&p); err != nil {
			return err
		}
		c.product(product{sku: sku, offer: c.offer.Code, family: p.Family, region: p.Attributes["regionCode"], attributes: p.Attributes})
		return nil
	})
}

func (c *collector) terms(d *json.Decoder) error {
	return object(d, func(sku string) error {
		if _, wanted := c.keys[sku]; !wanted {
			return skip(d)
		}
		var terms map[string]struct {
			Dimensions map[string]struct {
				From  string            `json:"beginRange"`
				To    string            `json:"endRange"`
				Unit  string            `json:"unit"`
				Price map[string]string `json:"pricePerUnit"`
			} `json:"priceDimensions"`
		}
		if err := d.Decode(&terms); err != nil {
			return err
		}
		for _, t := range terms {
			for _, name := range slices.Sorted(maps.Keys(t.Dimensions)) {
				x := t.Dimensions[name]
				for currency, price := range x.Price {
					c.price(dimension{sku, x.From, x.To, x.Unit, price, currency})
				}
			}
		}
		return nil
	})
}

// object calls each for the members of the object that comes next; each reads the value.
func object(d *json.Decoder, each func(name string) error) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return fmt.Errorf("%v stands where an object is expected", t)
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name, ok := t.(string)
		if !ok {
			return fmt.Errorf("%v stands where a name is expected", t)
		}
		if err := each(name); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// skip reads over the value that comes next without keeping it.
func skip(d *json.Decoder) error {
	depth := 0
	for {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}
