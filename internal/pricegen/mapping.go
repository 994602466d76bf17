package main

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/plumbline-dev/plumbline/cost/prices"
)

// mapping names the meter of rows that come without one. A row whose text matches gets the meter, the unit and the attributes, in which $1 stands for
// the first group. What no mapping names is left out: a meter that has to be guessed is worse than a missing one.
type mapping struct {
	file       string // in unmapped/, or supplement.csv
	text       string // regular expression over the vendor's words, see (row).words
	meter      string
	unit       string
	attributes string // "name=value;name=value"
	from, to   string // the tier, where the words name it
}

// The suffixes 0 and 1 of Neptune's offers are Standard and I/O-Optimized: in every region the second costs 1.35 times the first, which is the difference
// that the vendor publishes. Redshift's are the node and its concurrency scaling per second.
var mappings = []mapping{
	{"docdb.csv", `^OnDemand-instancetype-(\S+)$`, "docdb.instance.ondemand", "Hrs", "instance_class=$1;storage_mode=Standard", "", ""},
	{"docdb.csv", `^OnDemand-instancetype-(\S+) IO-Optimized-DocDB$`, "docdb.instance.ondemand", "Hrs", "instance_class=$1;storage_mode=IO-Optimized", "", ""},
	{"docdb.csv", `^Database Storage$`, "docdb.storage", "GB-Mo", "storage_mode=Standard", "", ""},
	{"docdb.csv", `^Database Storage IO-Optimized-DocDB$`, "docdb.storage", "GB-Mo", "storage_mode=IO-Optimized", "", ""},
	{"docdb.csv", `^1 million IO requests$`, "docdb.io_requests", "IOs", "", "", ""},
	{"docdb.csv", `^Storage Snapshot$`, "docdb.backup.storage", "GB-Mo", "", "", ""},
	{"docdb.csv", `^Database Utilization CreateCluster$`, "docdb.elastic.vcpu", "vCPU-Hrs", "", "", ""},
	{"docdb.csv", `^Database Storage CreateCluster$`, "docdb.elastic.storage", "GB-Mo", "", "", ""},

	{"neptune.csv", `^\S+ JRTCKXETXF\.6YS6EN2CT7 0 Instance Type=(\S+)$`, "neptune.instance.ondemand", "Hrs", "instance_class=$1;storage_mode=Standard", "", ""},
	{"neptune.csv", `^\S+ JRTCKXETXF\.6YS6EN2CT7 1 Instance Type=(\S+)$`, "neptune.instance.ondemand", "Hrs", "instance_class=$1;storage_mode=IO-Optimized", "", ""},
	{"neptune.csv", `^Storage Rate$`, "neptune.storage", "GB-Mo", "storage_mode=Standard", "", ""},
	{"neptune.csv", `^IO optimized Storage Rate General Purpose-Aurora$`, "neptune.storage", "GB-Mo", "storage_mode=IO-Optimized", "", ""},
	{"neptune.csv", `^IO Rate$`, "neptune.io_requests", "IOs", "", "", ""},
	{"neptune.csv", `^Storage Snapshot Rate$`, "neptune.backup.storage", "GB-Mo", "", "", ""},
	{"neptune.csv", `^Serverless$`, "neptune.serverless.ncu", "NCU-Hrs", "storage_mode=Standard", "", ""},
	{"neptune.csv", `^IO optimized Serverless General Purpose-Aurora$`, "neptune.serverless.ncu", "NCU-Hrs", "storage_mode=IO-Optimized", "", ""},

	{"memorydb.csv", `^db (\S+\.\S+) (?:Memory optimized|Memory optimized datatiering|General purpose)$`, "memorydb.node.ondemand", "Hrs", "node_type=db.$1;engine=Redis", "", ""},
	{"memorydb.csv", `^db (\S+\.\S+) (?:Valkey Memory optimized|Memory optimized Valkey datatiering|Valkey General purpose)$`, "memorydb.node.ondemand", "Hrs", "node_type=db.$1;engine=Valkey", "", ""},
	{"memorydb.csv", `^Amazon S3 per GB-Mo$`, "memorydb.snapshot.storage", "GB-Mo", "", "", ""},
	{"memorydb.csv", `^Data Written per GB$`, "memorydb.data_written", "GB", "engine=Redis", "", ""},

	// A single broker costs the same for both engines; the vendor prints one row for them.
	{"mq.csv", `^Single Instance mq (\S+)$`, "mq.broker", "Hrs", "instance_type=mq.$1;deployment=single", "", ""},
	{"mq.csv", `^Active Standby mq (\S+)$`, "mq.broker", "Hrs", "instance_type=mq.$1;deployment=active_standby", "", ""},
	{"mq.csv", `^RabbitMQ Active Standby mq (\S+)$`, "mq.broker", "Hrs", "instance_type=mq.$1;deployment=cluster", "", ""},
	{"mq.csv", `^Broker Storage GB Mo$`, "mq.storage", "GB-Mo", "storage_type=efs", "", ""},
	{"mq.csv", `^Broker Storage Single AZ GB-Mo$`, "mq.storage", "GB-Mo", "storage_type=ebs", "", ""},

	{"msk.csv", `^RunBroker-computefamily-(\S+)$`, "msk.broker", "Hrs", "instance_type=kafka.$1", "", ""},
	{"msk.csv", `^\S+ [01] Compute Family=(express\.[^;]+);`, "msk.broker", "Hrs", "instance_type=$1", "", ""},
	{"msk.csv", `^RunVolume$`, "msk.storage", "GB-Mo", "", "", ""},
	{"msk.csv", `^TieredStorage Tiered storage$`, "msk.tiered.storage", "GB-Mo", "", "", ""},
	{"msk.csv", `^TieredStorage Tiered storage-DataRetrieval$`, "msk.tiered.retrieval", "GB", "", "", ""},
	{"msk.csv", `^Serverless Cluster-hours$`, "msk.serverless.cluster", "Hrs", "", "", ""},
	{"msk.csv", `^Serverless Partition-hours$`, "msk.serverless.partition", "Hrs", "", "", ""},
	{"msk.csv", `^Serverless Per-GB data ingressed$`, "msk.serverless.data_in", "GB", "", "", ""},
	{"msk.csv", `^Serverless Per-GB data egressed$`, "msk.serverless.data_out", "GB", "", "", ""},
	{"msk.csv", `^PrivateConnectivity hours per authentication scheme$`, "msk.private_connectivity.hours", "Hrs", "", "", ""},
	{"msk.csv", `^PrivateConnectivity Bytes Processed$`, "msk.private_connectivity.data", "GB", "", "", ""},

	{"redshift.csv", `^\S+ JRTCKXETXF\.6YS6EN2CT7 0 .*Instance Type=([^;]+);.*vCPU=\d+$`, "redshift.node.ondemand", "Hrs", "instance_type=$1", "", ""},
	{"redshift.csv", `^\S+ JRTCKXETXF\.6YS6EN2CT7 1 .*Instance Type=([^;]+);.*vCPU=$`, "redshift.concurrency_scaling", "Node-s", "instance_type=$1", "", ""},
	{"redshift.csv", `^Redshift Serverless compute charges per RPU-Hr$`, "redshift.serverless.rpu", "RPU-Hrs", "", "", ""},

	{"eventbridge.csv", `^CloudWatch Events$`, "eventbridge.custom_events", "Events", "", "", ""},
	{"eventbridge.csv", `^CloudWatch Events APIDestination$`, "eventbridge.api_destination", "Invocations", "", "", ""},
	{"eventbridge.csv", `^CloudWatch Events Archive Event$`, "eventbridge.archive.processing", "GB", "", "", ""},
	{"eventbridge.csv", `^CloudWatch Events Event Storage$`, "eventbridge.archive.storage", "GB-Mo", "", "", ""},
	{"eventbridge.csv", `^CloudWatch Events Discovery Event$`, "eventbridge.schema_discovery", "Events", "", "", ""},
	{"eventbridge.csv", `^Pipe Request per 64K-Chunks$`, "eventbridge.pipe.requests", "Requests", "", "", ""},
	{"eventbridge.csv", `^Scheduled Invocation for 0 to 14000000 Invocations$`, "eventbridge.scheduler.invocations", "Invocations", "", "0", "14000000"},
	{"eventbridge.csv", `^Scheduled Invocation for 14000000 to Inf Invocations$`, "eventbridge.scheduler.invocations", "Invocations", "", "14000000", "Inf"},

	{"ssm.csv", `^Advanced Parameter$`, "ssm.parameter.advanced", "Hrs", "", "", ""},
	{"ssm.csv", `^Advanced Parameter Standard Throughput per API Request$`, "ssm.parameter.requests", "Requests", "", "", ""},
	{"ssm.csv", `^Instance advanced per Hrs$`, "ssm.managed_instance.advanced", "Hrs", "", "", ""},
	{"ssm.csv", `^Ops Item$`, "ssm.opsitem", "OpsItems", "", "", ""},

	{"stepfunctions.csv", `^AWS Step Functions$`, "stepfunctions.transitions", "Transitions", "", "", ""},
	{"stepfunctions.csv", `^Number of Workflow Requests$`, "stepfunctions.express.requests", "Requests", "", "", ""},
	{"stepfunctions.csv", `^Duration of Workflows from 0 to 3600000$`, "stepfunctions.express.duration", "GB-s", "", "0", "3600000"},
	{"stepfunctions.csv", `^Duration of Workflows from 3600000 to 18000000$`, "stepfunctions.express.duration", "GB-s", "", "3600000", "18000000"},
	{"stepfunctions.csv", `^Duration of Workflows over 18000000$`, "stepfunctions.express.duration", "GB-s", "", "18000000", "Inf"},

	{"networkfirewall.csv", `^AWS Firewall per Endpoint$`, "networkfirewall.endpoint", "Hrs", "", "", ""},
	{"networkfirewall.csv", `^AWS Firewall per Throughput$`, "networkfirewall.data", "GB", "", "", ""},

	{"dax.csv", `^\S+\.JRTCKXETXF\.6YS6EN2CT7 0 Instance Type=([^;]+);`, "dax.node.ondemand", "Hrs", "node_type=dax.$1", "", ""},
	{"athena.csv", `^Athena Queries$`, "athena.data_scanned", "TB", "", "", ""},
	{"glue.csv", `^Data catalog requests$`, "glue.catalog.requests", "Requests", "", "", ""},
	{"glue.csv", `^Data catalog storage$`, "glue.catalog.storage", "Objects", "", "", ""},

	{supplement, `^AmazonES Storage \((gp2|gp3|io1|standard)\)`, "opensearch.storage", "GB-Mo", "volume_type=$1", "", ""},
	{supplement, `^AmazonES Storage IOPS \(io1\)`, "opensearch.iops", "IOPS-Mo", "volume_type=io1", "", ""},
	{supplement, `^AmazonES Throughput \(gp3\)`, "opensearch.throughput", "MiBps-Mo", "volume_type=gp3", "", ""},
	{supplement, `^AmazonFSx SSD storage deploymentOption=(\S+);fileSystemType=(\S+);storageType=SSD`, "fsx.storage", "GB-Mo", "file_system=$2;deployment=$1;storage_type=SSD", "", ""},
	{supplement, `^AmazonFSx HDD storage deploymentOption=(\S+);fileSystemType=(\S+);storageType=HDD`, "fsx.storage", "GB-Mo", "file_system=$2;deployment=$1;storage_type=HDD", "", ""},
	{supplement, `^AmazonFSx Throughput capacity deploymentOption=(\S+);fileSystemType=(\S+)`, "fsx.throughput", "MBps-Mo", "file_system=$2;deployment=$1", "", ""},
	{supplement, `^AmazonFSx Provisioned IOPS deploymentOption=(\S+);fileSystemType=(\S+)`, "fsx.iops", "IOPS-Mo", "file_system=$2;deployment=$1", "", ""},
	{supplement, `^AmazonFSx Backup storage deploymentOption=\S+;fileSystemType=(Windows)`, "fsx.backup.storage", "GB-Mo", "file_system=$1", "", ""},
	{supplement, `^AmazonFSx Backup storage usagetype=/BackupUsage/;fileSystemType=(OpenZFS)`, "fsx.backup.storage", "GB-Mo", "file_system=$1", "", ""},
	{supplement, `^AmazonRedshift Managed storage \((\S+)\) .*$`, "redshift.managed_storage", "GB-Mo", "instance_type=$1", "", ""},
	{supplement, `^AmazonRedshift Spectrum$`, "redshift.spectrum", "TB", "", "", ""},
	{supplement, `^AmazonRedshift Backup storage \(first 50 TB\)`, "redshift.backup.storage", "GB-Mo", "", "0", "51200"},
	{supplement, `^AmazonRedshift Backup storage \(next 450 TB\)`, "redshift.backup.storage", "GB-Mo", "", "51200", "512000"},
	{supplement, `^AmazonRedshift Backup storage \(over 500 TB\)`, "redshift.backup.storage", "GB-Mo", "", "512000", "Inf"},
	{supplement, `^AmazonElastiCache Backup storage$`, "elasticache.backup.storage", "GB-Mo", "", "", ""},
	{supplement, `^AmazonMWAA (Environment|Scheduler|Worker) \((\S+)\)`, "mwaa.hours", "Hrs", "kind=$1;size=$2", "", ""},
	{supplement, `^AmazonMWAA Meta database `, "mwaa.storage", "GB-Mo", "", "", ""},
	{supplement, `^AWSDirectConnect DX connection capacity=(\S+);usagetype=/EqDC2/;connectionType=/dedicated/i/`, "directconnect.port", "Hrs", "capacity=$1;type=dedicated", "", ""},
	{supplement, `^AWSDirectConnect Outbound data transfer \(from `, "directconnect.data_out", "GB", "", "", ""},
	{supplement, `^AWSGlobalAccelerator (?:In|Out)bound DT-premium fee trafficDirection=(In|Out);fromLocation=(\S+);toLocation=(\S+);operation=Dominant`, "globalaccelerator.data", "GB", "direction=$1;from=$2;to=$3", "", ""},
	{supplement, `^AWSTransfer (FTP|FTPS|SFTP) protocol enabled`, "transfer.protocol", "Hrs", "protocol=$1", "", ""},
	{supplement, `^AWSTransfer Data uploaded`, "transfer.data_in", "GB", "", "", ""},
	{supplement, `^AWSTransfer Data downloaded`, "transfer.data_out", "GB", "", "", ""},
	{supplement, `^AmazonVPC Transit gateway attachment .*operation=TransitGatewayDirectConnect`, "vpc.tgw.dx_attachment", "Hrs", "", "", ""},
	{supplement, `^AmazonVPC Data processed .*operation=TransitGatewayVPN`, "vpc.tgw.vpn_data", "GB", "", "", ""},
	{supplement, `^AmazonEC2 CPU credits .*CPUCredits:(t2|t3)\$`, "ec2.cpu_credits", "vCPU-Hrs", "family=$1;os=Linux", "", ""},
	{supplement, `^CodeBuild (Linux|Windows) \(general1\.(\S+)\)`, "codebuild.minutes", "Minutes", "os=$1;compute_type=general1.$2", "", ""},
}

const supplement = "supplement.csv"

// mapped reads the rows that come without a meter and gives those that the mappings name.
func mapped(fsys fs.FS, list []mapping) ([]prices.Price, error) {
	var all []prices.Price
	for name, ms := range byFile(list) {
		path := "unmapped/" + name
		if name == supplement {
			path = name
		}
		rows, err := readFile(fsys, path)
		if err != nil {
			return nil, err
		}
		named, err := nameRows(rows, ms)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		prices, err := collect(named)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, prices...)
	}
	return all, nil
}

func byFile(list []mapping) map[string][]mapping {
	out := map[string][]mapping{}
	for _, m := range list {
		out[m.file] = append(out[m.file], m)
	}
	return out
}

// nameRows gives the rows that a mapping names, with the columns that collect reads. A row that two mappings name differently is an error, and so is a
// mapping that names none.
func nameRows(rows []row, list []mapping) ([]row, error) {
	patterns, used := make([]*regexp.Regexp, len(list)), make([]bool, len(list))
	for i, m := range list {
		p, err := regexp.Compile(m.text)
		if err != nil {
			return nil, fmt.Errorf("mapping of %s: %w", m.meter, err)
		}
		patterns[i] = p
	}
	var out []row
	for _, r := range rows {
		words, hit := r.words(), false
		for i, m := range list {
			groups := patterns[i].FindStringSubmatchIndex(words)
			if groups == nil {
				continue
			}
			if hit {
				return nil, fmt.Errorf("%q is named twice", words)
			}
			hit, used[i] = true, true
			out = append(out, r.named(m, string(patterns[i].ExpandString(nil, m.attributes, words, groups))))
		}
	}
	for i, m := range list {
		if !used[i] {
			return nil, fmt.Errorf("nothing fits the mapping of %s (%s)", m.meter, m.text)
		}
	}
	return out, nil
}

// words are what the vendor calls the row: the key and the attributes, or service, component and filters of the supplement.
func (r row) words() string {
	if r["component"] != "" {
		return strings.TrimSpace(strings.Join([]string{r["service"], r["component"], r["attribute_filters"], r["price_filters"]}, " "))
	}
	return strings.TrimSpace(r["source_key"] + " " + attributesOf(r))
}

// attributesOf leaves the attributes out of rows that are named by their key alone.
func attributesOf(r row) string {
	if !strings.Contains(r["source_key"], "JRTCKXETXF") {
		return ""
	}
	return r["attrs"]
}

func (r row) named(m mapping, attributes string) row {
	out := row{}
	for column, value := range r {
		if column != "component" && !strings.HasSuffix(column, "_filters") {
			out[column] = value
		}
	}
	out["dimension"], out["unit"], out["attrs"] = m.meter, m.unit, attributes
	out["tier_from"], out["tier_to"] = m.from, m.to
	if m.file == supplement {
		out["price_usd"], out["source"] = r["price_usd_per_raw_unit"], "supplement"
		out["region"] = regionOf(r)
		for _, column := range []string{"display_unit", "unit_multiplier", "price_per_display_unit", "price_usd_per_raw_unit", "max_relative_rounding_error"} {
			delete(out, column)
		}
	}
	return out
}

var fromRegion = regexp.MustCompile(`\(from ([a-z]+-[a-z]+-\d), to `)

// regionOf reads the region of a row of the supplement, which some name in their words.
func regionOf(r row) string {
	if found := fromRegion.FindStringSubmatch(r["component"]); found != nil {
		return found[1]
	}
	return r["region"]
}
