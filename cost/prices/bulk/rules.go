package bulk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/cost/prices"
)

// rule translates the products of one kind to a meter. All of its conditions must hold.
type rule struct {
	offer, family string            // family is a regular expression for all of the word
	usage         string            // regular expression for all of the usage type behind its region prefix ("EU-", "USE2-")
	where         map[string]string // attribute: regular expression for all of its value; a missing attribute is an empty value
	meter, unit   string
	units         []string          // the units that the vendor writes for it
	attributes    map[string]string // name of the catalogue: text in which {name} stands for an attribute of the vendor
	perUnit       int64             // the vendor's unit has so many of ours; 0 is 1
}

const (
	onDemand = "(?:OnDemand)?"
	region   = "AWS Region"
)

// engines are those that people run by themselves; others are of Outposts and of RDS Custom.
const engines = "MySQL|MariaDB|PostgreSQL|Oracle|SQL Server|Aurora MySQL|Aurora PostgreSQL"

// deployments leaves out the mirrored form that SQL Server had; the catalogue has its price under Multi-AZ.
const deployments = `Single-AZ|Multi-AZ|Multi-AZ \(readable standbys\)`

// rules holds for offers whose products were compared with the catalogue. An offer without rules is not fetched: its prices stay as they are.
var rules = []rule{
	{offer: "AmazonEC2", family: `Compute Instance(?: \(bare metal\))?`, usage: `(?:BoxUsage|DedicatedUsage)(?::.+)?`, meter: "ec2.instance.ondemand", unit: "Hrs", units: []string{"Hrs"},
		where: map[string]string{"capacitystatus": "Used", "preInstalledSw": "NA", "licenseModel": "No License required", "tenancy": "Shared|Dedicated",
			"marketoption": onDemand, "locationType": region, "operatingSystem": "Linux|Windows|RHEL|SUSE|Red Hat Enterprise Linux with HA"},
		attributes: map[string]string{"instance_type": "{instanceType}", "os": "{operatingSystem}", "tenancy": "{tenancy}", "preinstalled_sw": "NA"}},
	{offer: "AmazonEC2", family: "Storage", usage: `EBS:VolumeUsage(?:\.\w+)?`, meter: "ebs.volume.storage", unit: "GB-Mo", units: []string{"GB-Mo", "GB-month"},
		where: map[string]string{"locationType": region, "volumeApiName": ".+"}, attributes: map[string]string{"volume_type": "{volumeApiName}"}},
	{offer: "AmazonEC2", family: "System Operation", usage: `EBS:VolumeP-IOPS\.(?:piops|gp3|io2)`, meter: "ebs.volume.iops", unit: "IOPS-Mo", units: []string{"IOPS-Mo"},
		where: map[string]string{"locationType": region, "volumeApiName": ".+"}, attributes: map[string]string{"volume_type": "{volumeApiName}"}},
	{offer: "AmazonEC2", family: "System Operation", usage: `EBS:VolumeP-IOPS\.io2\.tier2`, meter: "ebs.volume.iops.tier2", unit: "IOPS-Mo", units: []string{"IOPS-Mo"},
		where: map[string]string{"locationType": region, "volumeApiName": ".+"}, attributes: map[string]string{"volume_type": "{volumeApiName}"}},
	{offer: "AmazonEC2", family: "System Operation", usage: `EBS:VolumeP-IOPS\.io2\.tier3`, meter: "ebs.volume.iops.tier3", unit: "IOPS-Mo", units: []string{"IOPS-Mo"},
		where: map[string]string{"locationType": region, "volumeApiName": ".+"}, attributes: map[string]string{"volume_type": "{volumeApiName}"}},
	{offer: "AmazonEC2", family: "System Operation", usage: `EBS:VolumeIOUsage`, meter: "ebs.volume.io_requests", unit: "IOs", units: []string{"IOs"},
		where: map[string]string{"locationType": region, "volumeApiName": "standard"}, attributes: map[string]string{"volume_type": "standard"}},
	// The vendor quotes a GiB/s, people write MiB/s.
	{offer: "AmazonEC2", family: "Provisioned Throughput", usage: `EBS:VolumeP-Throughput\.gp3`, meter: "ebs.volume.throughput", unit: "MiBps-Mo", units: []string{"GiBps-mo"}, perUnit: 1024,
		where: map[string]string{"locationType": region}, attributes: map[string]string{"volume_type": "gp3"}},
	{offer: "AmazonEC2", family: "Storage Snapshot", usage: `EBS:SnapshotUsage`, meter: "ebs.snapshot.storage", unit: "GB-Mo", units: []string{"GB-Mo"}, where: map[string]string{"locationType": region}},
	{offer: "AmazonEC2", family: "Storage Snapshot", usage: `EBS:SnapshotArchiveStorage`, meter: "ebs.snapshot.archive.storage", unit: "GB-Mo", units: []string{"GB-Mo"}, where: map[string]string{"locationType": region}},
	{offer: "AmazonEC2", family: "Storage Snapshot", usage: `EBS:SnapshotArchiveRetrieval`, meter: "ebs.snapshot.archive.retrieval", unit: "GB", units: []string{"GB"}, where: map[string]string{"locationType": region}},
	{offer: "AmazonEC2", family: "Storage Snapshot", usage: `EBS:SnapshotArchiveEarlyDelete`, meter: "ebs.snapshot.archive.earlydelete", unit: "GB-Mo", units: []string{"GB-Mo"}, where: map[string]string{"locationType": region}},
	cpuCredits("t2"), cpuCredits("t3"), cpuCredits("t3a"), cpuCredits("t4g"),
	{offer: "AmazonEC2", family: "NAT Gateway", usage: `NatGateway-Hours`, meter: "vpc.nat_gateway.hours", unit: "Hrs", units: []string{"Hrs"}, where: map[string]string{"locationType": region}},
	{offer: "AmazonEC2", family: "NAT Gateway", usage: `NatGateway-Bytes`, meter: "vpc.nat_gateway.data", unit: "GB", units: []string{"GB"}, where: map[string]string{"locationType": region}},
	// A gateway for all zones of its network is another meter than the one for a single zone.
	{offer: "AmazonEC2", family: "NAT Gateway", usage: `RegionalNatGateway-Hours`, meter: "vpc.regional_nat_gateway.hours", unit: "Hrs", units: []string{"Hrs"}, where: map[string]string{"locationType": region}},
	{offer: "AmazonEC2", family: "NAT Gateway", usage: `RegionalNatGateway-Bytes`, meter: "vpc.regional_nat_gateway.data", unit: "GB", units: []string{"GB"}, where: map[string]string{"locationType": region}},

	{offer: "AmazonRDS", family: "Database Instance", usage: `(?:InstanceUsage|Multi-AZUsage|Multi-AZClusterUsage)(?::.+)?`, meter: "rds.instance.ondemand", unit: "Hrs", units: []string{"Hrs"},
		where:      map[string]string{"databaseEngine": "MySQL|MariaDB|PostgreSQL|Oracle|SQL Server", "deploymentOption": deployments, "locationType": region},
		attributes: map[string]string{"instance_class": "{instanceType}", "engine": "{databaseEngine}", "edition": "{databaseEdition}", "license_model": "{licenseModel}", "deployment_option": "{deploymentOption}"}},
	{offer: "AmazonRDS", family: "Database Instance", usage: `InstanceUsage(?::.+)?`, meter: "rds.instance.ondemand", unit: "Hrs", units: []string{"Hrs"},
		where:      map[string]string{"databaseEngine": "Aurora MySQL|Aurora PostgreSQL", "deploymentOption": "Single-AZ", "locationType": region},
		attributes: map[string]string{"instance_class": "{instanceType}", "engine": "{databaseEngine}", "license_model": "{licenseModel}", "deployment_option": "Single-AZ", "aurora_storage_mode": "Standard"}},
	{offer: "AmazonRDS", family: "Database Instance", usage: `InstanceUsageIOOptimized(?::.+)?`, meter: "rds.instance.ondemand", unit: "Hrs", units: []string{"Hrs"},
		where:      map[string]string{"databaseEngine": "Aurora MySQL|Aurora PostgreSQL", "deploymentOption": "Single-AZ", "locationType": region},
		attributes: map[string]string{"instance_class": "{instanceType}", "engine": "{databaseEngine}", "license_model": "{licenseModel}", "deployment_option": "Single-AZ", "aurora_storage_mode": "IO-Optimized"}},
	rdsVolume("rds.storage", "Database Storage", `(?:Multi-AZ-|Multi-AZCluster-)?GP2-Storage`, "GB-Mo", "gp2"),
	rdsVolume("rds.storage", "Database Storage", `(?:Multi-AZ-|Multi-AZCluster-)?GP3-Storage`, "GB-Mo", "gp3"),
	rdsVolume("rds.storage", "Database Storage", `(?:Multi-AZ-|Multi-AZCluster-)?PIOPS-Storage`, "GB-Mo", "io1"),
	rdsVolume("rds.storage", "Database Storage", `(?:Multi-AZ-)?StorageUsage`, "GB-Mo", "standard"),
	rdsVolume("rds.iops", "Provisioned IOPS", `(?:Multi-AZ-|Multi-AZCluster-)?PIOPS`, "IOPS-Mo", "io1"),
	rdsVolume("rds.iops", "Provisioned IOPS", `(?:Multi-AZ-|Multi-AZCluster-)?GP3-PIOPS`, "IOPS-Mo", "gp3"),
	{offer: "AmazonRDS", family: "Database Storage", usage: `Aurora:StorageUsage`, meter: "rds.aurora.storage", unit: "GB-Mo", units: []string{"GB-Mo"},
		where: map[string]string{"databaseEngine": "Any", "locationType": region}, attributes: map[string]string{"engine": "Aurora"}},
	{offer: "AmazonRDS", family: "Aurora Global Database", usage: `Aurora:ReplicatedWriteIO`, meter: "rds.aurora.global_db.replicated_io", unit: "IOs", units: []string{"IOs"},
		where: map[string]string{"databaseEngine": "Aurora MySQL|Aurora PostgreSQL", "locationType": region}, attributes: map[string]string{"engine": "{databaseEngine}"}},
	{offer: "AmazonRDS", family: "ServerlessV2", usage: `Aurora:ServerlessV2Usage`, meter: "rds.aurora.serverless_v2.acu", unit: "ACU-Hr", units: []string{"ACU-Hr"},
		where: map[string]string{"databaseEngine": "Aurora MySQL|Aurora PostgreSQL", "locationType": region}, attributes: map[string]string{"engine": "{databaseEngine}"}},
	{offer: "AmazonRDS", family: "Storage Snapshot", usage: `Aurora:BackupUsage`, meter: "rds.backup.storage", unit: "GB-Mo", units: []string{"GB-Mo"},
		where: map[string]string{"databaseEngine": "Aurora MySQL|Aurora PostgreSQL", "locationType": region}, attributes: map[string]string{"engine": "{databaseEngine}"}},
	{offer: "AmazonRDS", family: "Storage Snapshot", usage: `RDS:ChargedBackupUsage`, meter: "rds.backup.storage", unit: "GB-Mo", units: []string{"GB-Mo"},
		where: map[string]string{"databaseEngine": "Any|" + engines, "locationType": region}, attributes: map[string]string{"engine": "non-Aurora"}},
}

// cpuCredits is a rule for what a burstable family uses above its baseline.
func cpuCredits(family string) rule {
	return rule{offer: "AmazonEC2", family: "CPU Credits", usage: "CPUCredits:" + family, meter: "ec2.cpu_credits", unit: "vCPU-Hrs", units: []string{"vCPU-Hours"},
		where: map[string]string{"locationType": region, "operatingSystem": "Linux|Windows"}, attributes: map[string]string{"family": family, "os": "{operatingSystem}"}}
}

// rdsVolume is a rule for the volumes of all engines but Aurora, which cost the same.
func rdsVolume(meter, family, usage, unit, kind string) rule {
	return rule{offer: "AmazonRDS", family: family, usage: "RDS:" + usage, meter: meter, unit: unit, units: []string{unit},
		where:      map[string]string{"databaseEngine": "Any", "deploymentOption": deployments, "locationType": region},
		attributes: map[string]string{"engine": "non-Aurora", "deployment_option": "{deploymentOption}", "volume_type": kind}}
}

// Offers lists the offer codes that rules know, sorted.
func Offers() []string {
	var out []string
	for _, r := range rules {
		out = append(out, r.offer)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// prefix is what usage types begin with outside us-east-1.
const prefix = `(?:[A-Z]{2,4}\d?-)?`

// matchers gives the patterns of the rules, by their text; they are compiled when a file is first read.
var matchers = sync.OnceValue(func() map[string]*regexp.Regexp {
	out := map[string]*regexp.Regexp{}
	add := func(text string) { out[text] = regexp.MustCompile("^(?:" + text + ")$") }
	for _, r := range rules {
		add(r.family)
		add(prefix + r.usage)
		for _, text := range r.where {
			add(text)
		}
	}
	return out
})

func (r *rule) names(p product) bool {
	if r.offer != p.offer {
		return false
	}
	matchers := matchers()
	if !matchers[r.family].MatchString(p.family) || !matchers[prefix+r.usage].MatchString(p.attributes["usagetype"]) {
		return false
	}
	for name, text := range r.where {
		if !matchers[text].MatchString(p.attributes[name]) {
			return false
		}
	}
	return true
}

// translate finds the rule of a product and its key; nil when no rule names it. A product without a region is for all.
func translate(p product) (prices.Key, *rule) {
	if p.region == "" {
		return prices.Key{}, nil
	}
	for i := range rules {
		r := &rules[i]
		if !r.names(p) {
			continue
		}
		key := prices.Key{Meter: r.meter, Region: p.region, Attributes: prices.Attributes{}}
		for name, text := range r.attributes {
			for attribute, value := range p.attributes {
				text = strings.ReplaceAll(text, "{"+attribute+"}", value)
			}
			if !strings.HasPrefix(text, "{") {
				key.Attributes[name] = text
			}
		}
		return key, r
	}
	return prices.Key{}, nil
}

// tier reads one tier in the unit of the catalogue.
func (r *rule) tier(d dimension) (prices.Tier, error) {
	if !slices.Contains(r.units, d.unit) {
		return prices.Tier{}, fmt.Errorf("it is priced by %s, which %s does not expect", d.unit, r.meter)
	}
	t, err := prices.ParseTier(d.from, d.to, d.price)
	if err == nil && r.perUnit > 0 {
		n := decimal.NewFromInt(r.perUnit)
		t.From, t.To, t.USD = t.From.Mul(n), t.To.Mul(n), t.USD.DivRound(n, 10)
	}
	return t, err
}
