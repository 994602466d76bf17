package cost

import (
	"strings"

	"github.com/shopspring/decimal"
)

// Search domains. Source: aws.amazon.com/opensearch-service/pricing.
func opensearchServices() []service {
	return append([]service{
		{Type: "aws_opensearch_domain", Price: searchDomain, Words: databaseWords},
		{Type: "aws_opensearch_vpc_endpoint", Price: func(b *bill) { b.perSubnet("endpoint", "vpc.endpoint.interface.hours", "vpc_options[0].subnet_ids") }},
		{Type: "aws_opensearchserverless_vpc_endpoint", Price: func(b *bill) { b.perSubnet("endpoint", "vpc.endpoint.interface.hours", "subnet_ids") }},
		{Type: "aws_opensearchserverless_collection", Unpriced: "capacity units of OpenSearch Serverless are not in the catalogue"},
	}, settings("a setting of a domain, which is charged itself", `
		aws_opensearch_domain_policy aws_opensearch_domain_saml_options aws_opensearch_package aws_opensearch_package_association
		aws_opensearchserverless_access_policy aws_opensearchserverless_security_policy aws_opensearchserverless_security_config
	 aws_opensearchserverless_lifecycle_policy`)...)
}

// searchType writes an instance type as the catalogue does: "m6g.large.elasticsearch" is "m6g.large.search".
func searchType(s string) string {
	return strings.TrimSuffix(strings.TrimSuffix(s, ".elasticsearch"), ".search") + ".search"
}

func searchDomain(b *bill) {
	const at = "cluster_config[0]."
	b.pastSupport(searchVersion(b.at("engine_version")))
	n, ok := b.need("data nodes", at+"instance_count")
	if ok {
		b.searchNodes("data nodes", at+"instance_type", n)
	}
	if master := b.at(at + "dedicated_master_enabled"); master.yes() {
		if count, ok := b.need("master nodes", at+"dedicated_master_count"); ok {
			b.searchNodes("master nodes", at+"dedicated_master_type", count)
		}
	} else if master.open() {
		b.unpriced("master nodes", master.missing())
	}
	if b.at(at + "warm_enabled").yes() {
		if count, ok := b.need("warm nodes", at+"warm_count"); ok {
			b.searchNodes("warm nodes", at+"warm_type", count)
		}
	}
	if ok {
		b.searchDisks(n)
	}
}

func (b *bill) searchNodes(label, path string, n decimal.Decimal) {
	typ, ok := b.needText(label, path)
	if !ok {
		return
	}
	b.hours(label+" "+typ+" x "+n.String(), "opensearch.instance.ondemand", n, "instance_type", searchType(typ))
}

// searchDisks adds the volumes of the data nodes. gp3 includes 3,000 IOPS and 125 MiB/s up to 170 GiB for each node.
// Source: docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html, EBS volume size and performance quotas.
func (b *bill) searchDisks(n decimal.Decimal) {
	const at = "ebs_options[0]."
	enabled := b.at(at + "ebs_enabled")
	if enabled.open() && enabled.why != computedWhy {
		b.unpriced("storage", enabled.missing())
		return
	}
	if !enabled.yes() {
		return // instance storage, which is part of the price of the type
	}
	kind, note := b.at(at+"volume_type"), ""
	if kind.null() || kind.why == computedWhy {
		kind, note = value{v: "gp2", path: kind.path}, "assumed gp2: volume_type is not set"
	}
	size, ok := b.need("storage", at+"volume_size")
	if !ok {
		return
	}
	if !kind.known() {
		b.unpriced("storage", kind.missing())
		return
	}
	b.times = n
	b.add(charge{label: "storage " + kind.text(), meter: "opensearch.storage", attrs: []string{"volume_type", kind.text()}, quantity: size, note: note})
	switch kind.text() {
	case "io1":
		if iops, ok := b.need("storage IOPS", at+"iops"); ok {
			b.month("storage IOPS", "opensearch.iops", iops, "volume_type", "io1")
		}
	case "gp3":
		b.searchGP3(at)
	}
}

// searchGP3 adds what is provisioned above the included amounts.
func (b *bill) searchGP3(at string) {
	key := []string{"volume_type", "gp3"}
	b.aboveIncluded("storage IOPS", "opensearch.iops", b.at(at+"iops"), gp3IOPS, key)
	b.aboveIncluded("storage throughput", "opensearch.throughput", b.at(at+"throughput"), gp3Throughput, key)
}
