package cost

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

const computedWhy = catalog.ComputedWhy

// Servers. Source: aws.amazon.com/ec2/pricing/on-demand.
func ec2Services() []service {
	free := "a setting; servers are charged where they are made"
	return []service{
		{Type: "aws_instance", Price: instance, Usage: serverUsage(), Words: serverWords},
		{Type: "aws_spot_fleet_request", Price: spotFleet, Usage: serverUsage()[:1], Words: append([]string{"instances"}, serverWords...)},
		{Type: "aws_ec2_capacity_reservation", Unpriced: "what is reserved and not used costs what servers of its type cost; how much is used, no code tells"},
		{Type: "aws_ec2_host", Unpriced: "dedicated hosts are not in the catalogue"},
		{Type: "aws_launch_template", Free: "a template; servers are charged where they are made"},
		{Type: "aws_launch_configuration", Free: "a template; servers are charged where they are made"},
		{Type: "aws_ec2_instance_metadata_defaults", Free: free},
		{Type: "aws_key_pair", Free: free},
		{Type: "aws_placement_group", Free: "placement groups are free of charge (docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-groups.html)"},
		{Type: "aws_ami", Price: image, Usage: []Param{storedField("storage_gb", "GB that the image's snapshots keep")}},
		{Type: "aws_ami_launch_permission", Free: "a permission"},
	}
}

var serverWords = []string{
	"operating_system", "reserved_instance_type", "reserved_instance_term", "reserved_instance_payment_option",
}

func serverUsage() []Param {
	return []Param{
		figures("monthly_hrs", "hours that it runs in a month", HoursPerMonth, HoursPerMonth, HoursPerMonth, "always on"),
		none("monthly_cpu_credit_hrs", "hours a month above the baseline of a burstable type in unlimited mode, of each server"),
		figures("vcpu_count", "vCPUs that burst", 1, 1, 1, "one"),
	}
}

// groupUsage is that of types that run several servers.
func groupUsage() []Param {
	return append(serverUsage(), none("instances", "servers that run, when not the desired capacity"))
}

// server is what one EC2 server costs, wherever it is made: by itself, a group, a node group.
type server struct {
	typ     value
	image   *graph.Resource // nil when it is not in the graph
	tenancy string
	credits value // cpu_credits
	spot    bool
	detail  value // detailed monitoring
	label   string
	note    string
	os      string // known without looking at the image
}

func instance(b *bill) {
	template := b.neighbour("launch_template.id")
	if template == nil {
		template = b.neighbour("launch_template.name")
	}
	s := server{typ: b.at("instance_type"), image: b.neighbour("ami"), tenancy: b.at("tenancy").orText("default").text(),
		credits: read(b.r, "credit_specification[0].cpu_credits"), detail: b.at("monitoring"), spot: isSpot(b)}
	if s.typ.null() && template != nil {
		s.typ = b.of(template, "instance_type")
	}
	b.server(s)
	b.instanceDisks(template)
	b.publicAddress()
}

func isSpot(b *bill) bool {
	return b.at("instance_market_options[0].market_type").is("spot") || b.at("spot_price").known() ||
		strings.Contains(string(b.r.Address), "aws_spot_instance_request.")
}

// server adds the lines of the machine itself.
func (b *bill) server(s server) {
	label := "instance"
	if s.label != "" {
		label = s.label
	}
	typ := s.typ.text()
	if !s.typ.known() || typ == "" {
		b.unpriced(label, s.typ.missing())
		return
	}
	if s.tenancy == "host" {
		b.unpriced(label+" "+typ, "it runs on a dedicated host, and those are not in the catalogue")
		return
	}
	os, note := s.os, ""
	if os == "" {
		os, note = b.system(s.image)
	}
	note = join(s.note, note)
	if s.spot {
		note = join(note, "spot: the catalogue has no spot prices, so this is the on-demand price, which spot does not exceed")
	}
	b.add(charge{label: label + " " + typ, meter: "ec2.instance.ondemand", attrs: b.instanceKey(typ, os, s.tenancy), quantity: b.running(), note: note})
	if s.tenancy == "dedicated" {
		b.unpriced("fee for dedicated instances", "AWS charges 2 USD an hour once for each region that has any, so it belongs to no single server")
	}
	b.burst(typ, os, s.credits)
	if s.detail.yes() {
		b.month("detailed monitoring", "cloudwatch.metric.custom", num(detailedMetrics))
	} else if s.detail.open() {
		b.unpriced("detailed monitoring", s.detail.missing())
	}
}

// detailedMetrics is how many metrics detailed monitoring sends for a server.
// Source: aws.amazon.com/cloudwatch/pricing, example "Monitoring EC2 instances": 7 metrics.
const detailedMetrics = 7

// instanceKey chooses the row of a type. Bare metal, which nobody shares, is listed as Dedicated in some regions.
func (b *bill) instanceKey(typ, os, tenancy string) []string {
	shared, dedicated := []string{"instance_type", typ, "os", os, "tenancy", "Shared"}, []string{"instance_type", typ, "os", os, "tenancy", "Dedicated"}
	if tenancy == "dedicated" {
		return dedicated
	}
	if strings.Contains(typ, ".metal") {
		if _, err := b.e.find("ec2.instance.ondemand", b.out.Region, shared); err != nil {
			return dedicated
		}
	}
	return shared
}

// running is how many hours a server runs in a month.
func (b *bill) running() decimal.Decimal {
	if h, ok := b.given("monthly_hrs"); ok {
		return h
	}
	return monthHours
}

// systems maps the words of usage files to those of the catalogue.
var systems = map[string]string{"linux": "Linux", "windows": "Windows", "rhel": "RHEL", "suse": "SUSE"}

// system gives the operating system: from the usage file, from the name of the image, else Linux, which is said to be assumed.
func (b *bill) system(image *graph.Resource) (os, note string) {
	if word := b.word("operating_system"); word != "" {
		if os, ok := systems[strings.ToLower(word)]; ok {
			return os, ""
		}
		return word, ""
	}
	if image == nil {
		return "Linux", "assumed Linux: the image is not in the code"
	}
	name := strings.ToLower(imageText(image))
	for _, s := range [][2]string{{"windows", "Windows"}, {"rhel", "RHEL"}, {"suse", "SUSE"}, {"sles", "SUSE"}} {
		if strings.Contains(name, s[0]) {
			return s[1], "by the name of " + string(image.Address)
		}
	}
	for _, linux := range []string{"ubuntu", "amzn", "amazon", "al20", "debian", "bottlerocket", "linux"} {
		if strings.Contains(name, linux) {
			return "Linux", ""
		}
	}
	return "Linux", "assumed Linux: nothing in " + string(image.Address) + " tells the system"
}

// imageText is what tells the system of an image: what the code calls it, its name and the values that a look-up filters by.
func imageText(image *graph.Resource) string {
	parts := []string{string(image.Address), read(image, "name").text(), read(image, "name_regex").text(), read(image, "platform").text()}
	filters, _ := image.Attrs["filter"].([]any)
	for _, f := range filters {
		if m, ok := f.(map[string]any); ok {
			parts = append(parts, fmt.Sprint(m["values"]))
		}
	}
	return strings.Join(parts, " ")
}

// burst adds the CPU credits of a burstable type in unlimited mode, which T2 is not by default and later ones are.
// Source: docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode.html.
func (b *bill) burst(typ, os string, credits value) {
	family, _, _ := strings.Cut(typ, ".")
	switch family {
	case "t2", "t3", "t3a", "t4g":
	default:
		return
	}
	if hours, ok := b.given("monthly_cpu_credit_hrs"); !ok || !hours.IsPositive() {
		return
	}
	if credits.open() && credits.why != computedWhy && !credits.ref {
		b.doubts = append(b.doubts, credits)
	}
	if credits.is("standard") || family == "t2" && credits.null() {
		return
	}
	b.credits("ec2.cpu_credits", "family", family, "os", os)
}

// credits adds the hours above the baseline of a burstable class, for each vCPU.
func (b *bill) credits(meter string, attrs ...string) {
	hours, ok := b.given("monthly_cpu_credit_hrs")
	if !ok || !hours.IsPositive() {
		return
	}
	cpus, ok := b.given("vcpu_count")
	if !ok {
		cpus = one
	}
	b.add(charge{label: "CPU credits", meter: meter, attrs: attrs, quantity: hours.Mul(cpus), usage: "monthly_cpu_credit_hrs"})
}

// instanceDisks adds the root volume and the others. What the code does not say about the root volume comes from the image.
func (b *bill) instanceDisks(template *graph.Resource) {
	switch {
	case len(b.blocks("root_block_device")) > 0:
		b.ownDisk("root volume", "root_block_device[0]")
	case template != nil && len(b.parts(template, "block_device_mappings")) > 0:
		b.templateDisks(template)
	default:
		b.rootless(b.r)
	}
	for i, at := range b.blocks("ebs_block_device") {
		b.ownDisk(fmt.Sprintf("volume %d", i+1), at)
	}
}

// rootless notes a root volume of which nothing is said.
func (b *bill) rootless(r *graph.Resource) {
	if v := read(r, "root_block_device"); v.open() && v.why != computedWhy {
		b.unpriced("root volume", v.missing())
		return
	}
	b.unpriced("root volume", "its size comes from the image; root_block_device.volume_size tells it")
}

// ownDisk adds a disk of the server. In an account the disk is a volume by itself, which knows its size; one that outlives the server
// is charged there.
func (b *bill) ownDisk(label, at string) {
	v := b.diskAt(b.r, label, at, "volume_type", "volume_size")
	if volume := b.attached(read(b.r, at+".device_name").text()); volume != nil && v.size.null() {
		if !volume.Data {
			return
		}
		v = b.diskAt(volume, label, "", "type", "size")
	}
	v.assumedKind = "gp2"
	b.disk(v)
}

// attached gives the volume that is attached to the server under a device name; nil when none is.
func (b *bill) attached(device string) *graph.Resource {
	for _, a := range b.e.sources(b.r, "instance_id") {
		if a.Type != "aws_volume_attachment" || device == "" || !read(a, "device_name").is(device) {
			continue
		}
		if volumes := b.e.targets(a, "volume_id"); len(volumes) == 1 {
			return volumes[0]
		}
	}
	return nil
}

// templateDisks adds the volumes of a launch template.
func (b *bill) templateDisks(t *graph.Resource) {
	disks := b.parts(t, "block_device_mappings.ebs")
	for i, at := range disks {
		v := b.diskAt(t, fmt.Sprintf("volume %d", i+1), at, "volume_type", "volume_size")
		v.assumedKind = "gp2"
		b.disk(v)
	}
	if len(disks) == 0 {
		b.unpriced("root volume", "its size comes from the image; block_device_mappings of "+string(t.Address)+" would tell it")
	}
}

// publicAddress adds the public IPv4 address of a server, unless an Elastic IP takes its place and is charged itself.
func (b *bill) publicAddress() {
	if len(b.referrers("aws_eip", "instance")) > 0 || len(b.referrers("aws_eip_association", "instance_id")) > 0 {
		return
	}
	public := b.at("associate_public_ip_address")
	if len(b.blocks("network_interface")) > 0 {
		return
	}
	if public.null() {
		public = b.subnetPublic(b.neighbour("subnet_id"), "subnet_id")
	}
	b.address(public, one)
}

// subnetPublic says whether servers in a subnet get a public address when they do not say.
func (b *bill) subnetPublic(subnet *graph.Resource, attr string) value {
	if subnet != nil {
		return b.of(subnet, "map_public_ip_on_launch")
	}
	v := read(b.r, attr)
	why := v.why
	if v.known() || why == "" {
		why = attr + " names no subnet that was read, and the subnet decides"
	}
	return value{path: "whether it gets a public IPv4 address", why: why}
}

// address adds public IPv4 addresses when the flag is true, and says so when it is not known.
func (b *bill) address(public value, n decimal.Decimal) {
	switch {
	case public.yes():
		b.hours("public IPv4", "vpc.public_ipv4.in_use", n)
	case public.open():
		b.unpriced("public IPv4", public.missing())
	}
}

// image is charged by the snapshots that it keeps.
func image(b *bill) { b.used("snapshots", "ebs.snapshot.storage", "storage_gb") }

// spotFleet is priced at the on-demand price of its first specification, which spot does not exceed.
func spotFleet(b *bill) {
	n, ok := b.need("instances", "target_capacity")
	if !ok {
		return
	}
	b.times = n
	if len(b.blocks("launch_specification")) == 0 {
		b.unpriced("instances", "its launch templates are weighed by the fleet, and no specification says which types run")
		return
	}
	b.server(server{typ: b.at("launch_specification[0].instance_type"), spot: true})
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
