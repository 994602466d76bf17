package update

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/cost/prices/bulk"
)

// PublicList is where AWS publishes its prices; no account is needed.
const PublicList = "https://pricing.us-east-1.amazonaws.com"

// Options say what to fetch.
type Options struct {
	Regions  []string // at least one
	Offers   []string // nil: all that rules know, see bulk.Offers
	URL      string   // "": PublicList
	Client   *http.Client
	Now      time.Time
	Progress func(what string) // may be nil
}

// Report says what an update did.
type Report struct {
	Updated   []Source // taken over now
	Unchanged []Source // the same version was there
	NotSold   []string // "AmazonRDS ap-x-1": the list has no such file
	prices.Merged
	Conflicts []bulk.Conflict // left as they were
	Lock      Lock
}

// Run fetches the files of the regions, puts their prices over those of the folder and replaces its catalogue. It does that once, at the end: after an error, an
// interruption too, the folder's catalogue is the old one, and downloads go on where they stopped.
func Run(ctx context.Context, f Folder, o Options) (Report, error) {
	if len(o.Regions) == 0 {
		return Report{}, fmt.Errorf("no region is named")
	}
	base, lock, err := f.base()
	if err != nil {
		return Report{}, err
	}
	m := &merge{report: Report{Lock: lock}, now: o.Now}
	d := &downloads{folder: f, client: cmp.Or(o.Client, http.DefaultClient), url: strings.TrimSuffix(cmp.Or(o.URL, PublicList), "/"), progress: o.Progress}
	offers := o.Offers
	if len(offers) == 0 {
		offers = bulk.Offers()
	}
	files, err := d.files(ctx, offers, o.Regions, &m.report)
	if err != nil {
		return Report{}, err
	}
	for _, file := range files {
		if m.unchanged(file) {
			continue
		}
		if err := m.fetch(ctx, d, file); err != nil {
			return Report{}, err
		}
	}
	if err := m.finish(f, base); err != nil {
		return Report{}, err
	}
	return m.report, d.clean()
}

// Import takes files that were brought by hand: region files of the price list, in JSON or CSV, or the catalogue of another folder. The folder's catalogue is replaced
// only when all of them could be read.
func Import(f Folder, files []string, now time.Time) (Report, error) {
	base, lock, err := f.base()
	if err != nil {
		return Report{}, err
	}
	m := &merge{report: Report{Lock: lock}, now: now}
	for _, name := range files {
		if err := m.take(name, name, fileOf{}); err != nil {
			return Report{}, err
		}
	}
	err = m.finish(f, base)
	return m.report, err
}

// fileOf is one region file of the list.
type fileOf struct{ offer, region, version, url string }

// files follows the indexes to the region files.
func (d *downloads) files(ctx context.Context, offers, regions []string, report *Report) ([]fileOf, error) {
	var index struct {
		Offers map[string]struct {
			Regions string `json:"currentRegionIndexUrl"`
		} `json:"offers"`
	}
	if err := d.json(ctx, "/offers/v1.0/aws/index.json", &index); err != nil {
		return nil, err
	}
	var out []fileOf
	for _, offer := range offers {
		where, ok := index.Offers[offer]
		if !ok || where.Regions == "" {
			return nil, fmt.Errorf("the price list has no offer %s; it has %d others", offer, len(index.Offers))
		}
		var list struct {
			Regions map[string]struct {
				URL string `json:"currentVersionUrl"`
			} `json:"regions"`
		}
		if err := d.json(ctx, where.Regions, &list); err != nil {
			return nil, err
		}
		for _, region := range regions {
			url := list.Regions[region].URL
			if url == "" {
				report.NotSold = append(report.NotSold, offer+" "+region)
				continue
			}
			out = append(out, fileOf{offer, region, versionIn(url), url})
		}
	}
	return out, nil
}

// versionIn reads the version from /offers/v1.0/aws/AmazonEC2/20250613000000/us-east-1/index.json.
func versionIn(url string) string {
	parts := strings.Split(url, "/")
	if len(parts) < 3 {
		return ""
	}
	return parts[len(parts)-3]
}

// merge gathers new prices.
type merge struct {
	report Report
	now    time.Time
	prices []prices.Price
}

func (m *merge) unchanged(file fileOf) bool {
	for _, s := range m.report.Lock.Sources {
		if s.Offer == file.offer && s.Region == file.region && s.Version == file.version && file.version != "" {
			m.report.Unchanged = append(m.report.Unchanged, s)
			return true
		}
	}
	return false
}

func (m *merge) fetch(ctx context.Context, d *downloads, file fileOf) error {
	path, err := d.get(ctx, file)
	if err != nil {
		return err
	}
	if err := m.take(path, d.url+file.url, file); err != nil {
		d.discard(path)
		return fmt.Errorf("%s%s: %w", d.url, file.url, err)
	}
	return nil
}

// take reads one file. When it was fetched it must be of the offer and the region that it was fetched for.
func (m *merge) take(path, from string, want fileOf) error {
	in, err := open(path)
	if err != nil {
		return err
	}
	defer in.close()
	if in.catalogue {
		return m.takeCatalogue(in, from)
	}
	offer, err := bulk.Read(in)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if want.offer != "" && offer.Code != want.offer {
		return fmt.Errorf("it is of %s, not of %s", offer.Code, want.offer)
	}
	regions := map[string]int{}
	for _, p := range offer.Prices {
		regions[p.Key.Region]++
		if want.region != "" && p.Key.Region != want.region {
			return fmt.Errorf("it has prices of %s, not of %s alone", p.Key.Region, want.region)
		}
	}
	if len(regions) == 0 {
		return fmt.Errorf("%s: %d products of %s, and rules name none of them; they know %s", path, offer.Products, offer.Code, strings.Join(bulk.Offers(), ", "))
	}
	for region, n := range regions {
		m.add(Source{Offer: offer.Code, Region: region, Version: offer.Version, Published: offer.Published, From: from, SHA256: in.sum(), Bytes: in.bytes, Prices: n, At: m.now})
	}
	m.prices = append(m.prices, offer.Prices...)
	m.report.Conflicts = append(m.report.Conflicts, offer.Conflicts...)
	return nil
}

// takeCatalogue takes all of a catalogue that another folder made.
func (m *merge) takeCatalogue(in *input, from string) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("reading %s: %w", from, err)
	}
	c, err := prices.Read(string(text))
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	all, err := everything(c)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	m.add(Source{Offer: "catalogue", Region: prices.Global, Version: c.AsOf(), Published: c.AsOf(), From: from, SHA256: in.sum(), Bytes: in.bytes, Prices: len(all), At: m.now})
	m.prices = append(m.prices, all...)
	return nil
}

func (m *merge) add(s Source) {
	m.report.Updated = append(m.report.Updated, s)
	m.report.Lock.Sources = append(slices.DeleteFunc(slices.Clone(m.report.Lock.Sources), func(o Source) bool { return o.Offer == s.Offer && o.Region == s.Region }), s)
}

// everything lists all prices of a catalogue.
func everything(c *prices.Catalogue) ([]prices.Price, error) {
	var all []prices.Price
	for _, service := range c.Services() {
		for _, region := range append(c.Regions(), prices.Global) {
			list, err := c.All(service, region)
			if err != nil {
				return nil, err
			}
			all = append(all, list...)
		}
	}
	return all, nil
}

// finish puts the new prices over those that are not newer, and replaces the catalogue. Prices that the list does not have stay, with their dates.
func (m *merge) finish(f Folder, base *prices.Catalogue) error {
	if len(m.report.Updated) == 0 {
		return nil
	}
	file, merged, err := base.Merge(m.prices)
	if err != nil {
		return err
	}
	m.report.Merged = merged
	m.report.Lock, err = f.replace(file, m.report.Lock)
	return err
}

// json reads an index.
func (d *downloads) json(ctx context.Context, path string, into any) error {
	body, err := d.open(ctx, path, 0, "")
	if err != nil {
		return err
	}
	defer body.Body.Close() // it was only read
	text, err := io.ReadAll(io.LimitReader(body.Body, maxIndex))
	if err != nil {
		return fmt.Errorf("reading %s%s: %w", d.url, path, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("reading %s%s: no price list index: %w", d.url, path, err)
	}
	return nil
}

// maxIndex limits an index file; the vendor's have less than 1 MB.
const maxIndex = 64 << 20

// input is a file whose checksum is taken while it is read.
type input struct {
	file      *os.File
	hash      io.Writer
	sum       func() string
	bytes     int64
	catalogue bool
}
