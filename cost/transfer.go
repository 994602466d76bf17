package cost

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// dataTransfer is a type that exists in usage files only: traffic that no resource of the code has (`aws_data_transfer.NAME`).
// Source: aws.amazon.com/ec2/pricing/on-demand, data transfer.
const dataTransfer = "aws_data_transfer"

func transferServices() []service {
	return []service{{Type: dataTransfer, Price: transfer, Words: []string{"region"}, Usage: append([]Param{
		none("monthly_intra_region_gb", "GB between zones, charged on both sides"),
		none("monthly_outbound_us_east_to_us_east_gb", "GB between us-east-1 and us-east-2"),
		none("monthly_outbound_internet_gb", "GB sent to the internet"),
		none("monthly_outbound_other_regions_gb", "GB sent to other regions; the price depends on which, so monthly_outbound_to_gb.REGION is better"),
	}, outboundUsage()...)}}
}

func outboundUsage() []Param {
	var out []Param
	for _, region := range transferRegions() {
		out = append(out, none("monthly_outbound_to_gb."+region, "GB sent to "+region))
	}
	return out
}

// transfers makes a resource of each entry of the usage file that speaks of traffic.
func (e *estimator) transfers() []Resource {
	var out []Resource
	if e.o.Usage == nil {
		return nil
	}
	for _, entry := range e.o.Usage.entries {
		if entry.typ || !strings.HasPrefix(entry.name, dataTransfer+".") {
			continue
		}
		r := &graph.Resource{Address: graph.Address(entry.name), Type: dataTransfer}
		if region := entry.fields["region"]; region.words {
			r.Attrs = map[string]any{"region": region.text}
		}
		if priced, ok := e.resource(r); ok {
			out = append(out, priced)
		}
	}
	return out
}

func transfer(b *bill) {
	if q, ok := b.given("monthly_intra_region_gb"); ok {
		b.add(charge{label: "between zones", meter: "data_transfer.intra_region", attrs: []string{"to_location", b.out.Region}, quantity: q.Mul(num(2)), usage: "monthly_intra_region_gb"})
	}
	b.extra("to the internet", "data_transfer.internet_out", "monthly_outbound_internet_gb", "to_location", "Internet")
	if b.out.Region == "us-east-1" || b.out.Region == "us-east-2" {
		other := "us-east-2"
		if b.out.Region == other {
			other = "us-east-1"
		}
		b.extra("to "+other, "data_transfer.inter_region_out", "monthly_outbound_us_east_to_us_east_gb", "to_location", other)
	}
	for _, region := range transferRegions() {
		b.extra("to "+region, "data_transfer.inter_region_out", "monthly_outbound_to_gb."+region, "to_location", region)
	}
	b.elsewhere()
}

// elsewhere prices traffic to regions that are not named at the price to most regions, which is said.
func (b *bill) elsewhere() {
	q, ok := b.given("monthly_outbound_other_regions_gb")
	if !ok || !q.IsPositive() {
		return
	}
	to := map[string][]string{} // regions by price
	all := 0
	for _, region := range transferRegions() {
		if p, err := b.e.find("data_transfer.inter_region_out", b.out.Region, []string{"to_location", region}); err == nil {
			all++
			to[p.First().String()] = append(to[p.First().String()], region)
		}
	}
	if all == 0 {
		b.unpriced("to other regions", "the catalogue has no traffic from "+b.out.Region)
		return
	}
	var most []string
	for _, usd := range sortedKeys(to) {
		if len(to[usd]) > len(most) {
			most = to[usd]
		}
	}
	b.add(charge{label: "to other regions", meter: "data_transfer.inter_region_out", attrs: []string{"to_location", most[0]}, quantity: q, usage: "monthly_outbound_other_regions_gb",
		note: fmt.Sprintf("assumed the price to %d of %d regions; monthly_outbound_to_gb.REGION has its own", len(most), all)})
}

// transferRegions are the regions that traffic may go to.
func transferRegions() []string { return catalog.Regions() }
