package cost

import (
	"fmt"
	"strings"
)

// Brokers. Source: aws.amazon.com/amazon-mq/pricing, aws.amazon.com/msk/pricing.
func mqServices() []service {
	return append([]service{
		{Type: "aws_mq_broker", Price: mqBroker, Usage: []Param{storedField("storage_size_gb", "GB that one broker keeps")}},
		{Type: "aws_msk_cluster", Price: mskCluster, Usage: []Param{none("tiered_storage_gb", "GB in tiered storage")}},
		{Type: "aws_msk_serverless_cluster", Price: mskServerless, Usage: []Param{
			figures("partitions", "partitions", 10, 100, 1000, "assumed"), storedField("storage_gb", "GB kept"),
			dataField("monthly_data_in_gb", "GB written", messageKB, "4 kB for each request"), dataField("monthly_data_out_gb", "GB read", messageKB, "4 kB for each request"),
		}},
	}, settings("a setting of brokers, which are charged themselves", `
		aws_mq_configuration aws_msk_configuration aws_msk_scram_secret_association aws_msk_single_scram_secret_association aws_msk_cluster_policy`)...)
}

// mqBroker: a pair is priced as one, three nodes of RabbitMQ too.
func mqBroker(b *bill) {
	typ, ok := b.needText("broker", "host_instance_type")
	mode := b.at("deployment_mode")
	if !ok || !mode.known() {
		if ok {
			b.unpriced("broker", mode.missing())
		}
		return
	}
	deployment, brokers := "single", int64(1)
	switch mode.text() {
	case "ACTIVE_STANDBY_MULTI_AZ":
		deployment = "active_standby"
	case "CLUSTER_MULTI_AZ":
		deployment, brokers = "cluster", 3
	}
	b.hours(fmt.Sprintf("broker %s, %s", typ, strings.ReplaceAll(deployment, "_", "/")), "mq.broker", one, "instance_type", typ, "deployment", deployment)
	b.mqStorage(brokers)
	b.address(b.at("publicly_accessible"), num(brokers))
}

// mqStorage: ActiveMQ keeps messages on EFS unless EBS is chosen, RabbitMQ on EBS.
func (b *bill) mqStorage(brokers int64) {
	kind := b.at("storage_type")
	if kind.null() || kind.why == computedWhy {
		kind = value{v: "efs", path: "storage_type"}
		if strings.EqualFold(b.at("engine_type").text(), "RabbitMQ") {
			kind.v = "ebs"
		}
	}
	if !kind.known() {
		b.unpriced("storage", kind.missing())
		return
	}
	b.usedTimes("storage "+kind.text(), "mq.storage", "storage_size_gb", brokers, "storage_type", strings.ToLower(kind.text()))
}

// mskCluster is charged by its brokers and their disks.
func mskCluster(b *bill) {
	n, ok := b.need("brokers", "number_of_broker_nodes")
	if !ok {
		return
	}
	const at = "broker_node_group_info[0]."
	if typ, ok := b.needText("brokers", at+"instance_type"); ok {
		b.hours(fmt.Sprintf("brokers %s x %s", typ, n), "msk.broker", n, "instance_type", typ)
		if strings.HasPrefix(typ, "express.") {
			b.unpriced("data", "express brokers are charged by the GB that they keep and take, which the catalogue does not have")
			return
		}
	}
	size := b.at(at + "storage_info[0].ebs_storage_info[0].volume_size")
	if size.null() {
		size = b.at(at + "ebs_volume_size") // until provider 4
	}
	if gb, ok := b.needed("storage", size); ok {
		b.month(fmt.Sprintf("storage, %s GB x %s", gb, n), "msk.storage", gb.Mul(n))
	}
	if b.at("storage_mode").is("TIERED") {
		b.used("tiered storage", "msk.tiered.storage", "tiered_storage_gb")
	}
}

func mskServerless(b *bill) {
	b.hours("cluster", "msk.serverless.cluster", one)
	b.usedTimes("partitions", "msk.serverless.partition", "partitions", HoursPerMonth)
	b.used("storage", "msk.storage", "storage_gb")
	b.used("data in", "msk.serverless.data_in", "monthly_data_in_gb")
	b.used("data out", "msk.serverless.data_out", "monthly_data_out_gb")
}
