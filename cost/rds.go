package cost

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

// Relational databases. Source: aws.amazon.com/rds/pricing and its pages for each engine.
func rdsServices() []service {
	backup := storedField("additional_backup_storage_gb", "GB of backups beyond the size of the database, which is free")
	return append([]service{
		{Type: "aws_db_instance", Price: dbInstance, Words: databaseWords, Usage: []Param{
			backup,
			perRequest("monthly_standard_io_requests", "I/O requests of magnetic storage", 1, "1 I/O for each request"),
			none("monthly_cpu_credit_hrs", "vCPU-hours above the baseline of a burstable class"),
			figures("monthly_monitoring_logs_gb", "GB of logs that enhanced monitoring writes", 0.5, 0.5, 0.5, "0.5 GB a month for one instance"),
		}},
		{Type: "aws_db_snapshot", Price: databaseSnapshot, Usage: []Param{storedField("storage_gb", "GB that the snapshot keeps beyond the free allowance")}},
		{Type: "aws_db_snapshot_copy", Price: databaseSnapshot, Usage: []Param{storedField("storage_gb", "GB that the copy keeps")}},
		{Type: "aws_db_cluster_snapshot", Price: clusterSnapshot, Usage: []Param{storedField("storage_gb", "GB that the snapshot keeps beyond the free allowance")}},
		{Type: "aws_db_instance_automated_backups_replication", Price: databaseSnapshot, Usage: []Param{storedField("storage_gb", "GB of backups in the other region")}},
		{Type: "aws_db_proxy_endpoint", Price: func(b *bill) { b.perSubnet("endpoint", "vpc.endpoint.interface.hours", "vpc_subnet_ids") }},
		{Type: "aws_rds_cluster_activity_stream", Unpriced: "RDS makes a Kinesis stream for it, which is charged and which the code does not name"},
		{Type: "aws_db_proxy", Price: dbProxy},
	}, settings("a group, an endpoint or a subscription; databases are charged themselves (aws.amazon.com/rds/pricing)", `
		aws_db_subnet_group aws_db_parameter_group aws_rds_cluster_parameter_group aws_db_option_group aws_db_event_subscription aws_db_proxy_default_target_group
		aws_db_proxy_target aws_rds_cluster_endpoint aws_rds_global_cluster aws_rds_cluster_role_association
		aws_db_instance_role_association aws_rds_certificate`)...)
}

var databaseWords = []string{"monthly_additional_performance_insights_requests", "reserved_instance_type", "reserved_instance_term", "reserved_instance_payment_option"}

// dbEngine is an engine in the catalogue's words.
type dbEngine struct {
	name, edition, license string
}

// engines maps the engines of the RDS API. Oracle is priced by licence; SQL Server includes it.
var engines = map[string]dbEngine{
	"postgres": {name: "PostgreSQL"}, "mysql": {name: "MySQL"}, "mariadb": {name: "MariaDB"},
	"aurora": {name: "Aurora MySQL"}, "aurora-mysql": {name: "Aurora MySQL"}, "aurora-postgresql": {name: "Aurora PostgreSQL"},
	"oracle-ee": {"Oracle", "Enterprise", "bring-your-own-license"}, "oracle-ee-cdb": {"Oracle", "Enterprise", "bring-your-own-license"},
	"oracle-se2": {"Oracle", "Standard Two", ""}, "oracle-se2-cdb": {"Oracle", "Standard Two", ""},
	"sqlserver-ex": {"SQL Server", "Express", "license-included"}, "sqlserver-web": {"SQL Server", "Web", "license-included"},
	"sqlserver-se": {"SQL Server", "Standard", "license-included"}, "sqlserver-ee": {"SQL Server", "Enterprise", "license-included"},
}

var licenses = map[string]string{"bring-your-own-license": "Bring your own license", "license-included": "License included"}

// engine gives the engine of a database. A replica has that of its source.
func (b *bill) engine(part string) (e dbEngine, name string, ok bool) {
	v := b.at("engine")
	for at, hops := b.r, 0; !v.known() && hops < 10; hops++ {
		source := b.e.targets(at, "replicate_source_db")
		if len(source) != 1 {
			break
		}
		at = source[0]
		v = b.of(at, "engine")
	}
	if !v.known() {
		b.unpriced(part, v.missing())
		return e, "", false
	}
	name = strings.ToLower(v.text())
	if e, ok = engines[name]; !ok {
		b.unpriced(part, fmt.Sprintf("the engine %s is not in the catalogue", v.text()))
	}
	return e, name, ok
}

// licensed adds the licence model of the code to the engine; ok is false, and noted, when it decides and is not known.
func (b *bill) licensed(e dbEngine) (dbEngine, bool) {
	if e.name != "Oracle" || e.license != "" {
		return e, true
	}
	v := b.at("license_model")
	if v.open() && v.why != computedWhy || !v.known() {
		b.unpriced("instance", v.missing()+"; Oracle costs more with its licence than without")
		return e, false
	}
	e.license = v.text()
	return e, true
}

// attrs chooses the row of an engine.
func (e dbEngine) attrs(class, deployment, mode string) []string {
	license := "No license required"
	if e.license != "" {
		license = licenses[e.license]
	}
	return []string{"instance_class", class, "engine", e.name, "edition", e.edition, "license_model", license, "deployment_option", deployment, "aurora_storage_mode", mode}
}

func dbInstance(b *bill) {
	e, name, ok := b.engine("instance")
	if !ok {
		return
	}
	if strings.HasPrefix(name, "aurora") {
		b.unpriced("instance", "an instance of Aurora is an aws_rds_cluster_instance")
		return
	}
	multi := b.at("multi_az")
	if !multi.known() {
		b.unpriced("instance", multi.missing())
		return
	}
	deployment, zones, copies := "Single-AZ", "1 zone", int64(1)
	if multi.yes() {
		deployment, zones, copies = "Multi-AZ", "2 zones", 2
	}
	class, ok := b.needText("instance", "instance_class")
	if e, licensed := b.licensed(e); ok && licensed {
		b.hours(fmt.Sprintf("instance %s %s, %s", class, e.name, zones), "rds.instance.ondemand", one, e.attrs(class, deployment, "")...)
		b.databaseSupport(name, class, copies)
	}
	b.databaseStorage(e, deployment)
	if n, ok := read(b.r, "backup_retention_period").number(); !ok || n.IsPositive() { // not known: the line waits for usage in any case
		b.used("backups beyond the free allowance", "rds.backup.storage", "additional_backup_storage_gb", "engine", "non-Aurora")
	}
	b.databaseExtras(e, class)
	b.address(b.at("publicly_accessible"), one)
}

// databaseStorage adds storage, and the IOPS and throughput above what it includes.
func (b *bill) databaseStorage(e dbEngine, deployment string) {
	kind := b.at("storage_type")
	note := ""
	if kind.null() || kind.why == computedWhy || kind.is("") {
		// Source: AWS provider, aws_db_instance: io1 when iops is given, gp2 otherwise.
		kind = value{v: "gp2", path: "storage_type"}
		if n, ok := b.at("iops").number(); ok && n.IsPositive() {
			kind.v = "io1"
		}
		note = "assumed " + kind.text() + ": storage_type is not set"
	}
	if !kind.known() {
		b.unpriced("storage", kind.missing())
		return
	}
	size := b.at("allocated_storage")
	if source := b.neighbour("replicate_source_db"); source != nil && !size.known() {
		size = b.of(source, "allocated_storage")
	}
	gb, ok := b.needed("storage", size)
	if !ok {
		return
	}
	at := []string{"engine", "non-Aurora", "deployment_option", deployment, "volume_type", kind.text()}
	b.add(charge{label: "storage " + kind.text(), meter: "rds.storage", attrs: at, quantity: gb, note: join(note, b.growth())})
	switch kind.text() {
	case "io1", "io2":
		if n, ok := b.need("storage IOPS", "iops"); ok {
			b.month("storage IOPS", "rds.iops", n, at...)
		}
	case "gp3":
		b.databaseGP3(e, gb, at)
	case "standard":
		b.used("I/O requests", "rds.magnetic.io_requests", "monthly_standard_io_requests")
	}
}

func (b *bill) growth() string {
	if n, ok := b.at("max_allocated_storage").number(); ok && n.IsPositive() {
		return fmt.Sprintf("may grow to %s GB", n)
	}
	return ""
}

// databaseGP3 adds what is provisioned above the included amounts, which rise when RDS stripes the volume: from 400 GB
// on, for Oracle from 200 GB on, for SQL Server never.
// Source: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html, gp3 storage.
func (b *bill) databaseGP3(e dbEngine, gb decimal.Decimal, at []string) {
	iops, throughput := int64(gp3IOPS), int64(gp3Throughput)
	striped := num(400)
	if e.name == "Oracle" {
		striped = num(200)
	}
	if e.name != "SQL Server" && !gb.LessThan(striped) {
		iops, throughput = 12000, 500
	}
	b.aboveIncluded("storage IOPS", "rds.iops", b.at("iops"), iops, at)
	b.aboveIncluded("storage throughput", "rds.throughput", b.at("storage_throughput"), throughput, at)
}

// aboveIncluded adds what is provisioned above an included amount. What is not set is the included amount.
func (b *bill) aboveIncluded(label, meter string, v value, included int64, at []string) {
	if v.null() || v.why == computedWhy {
		return
	}
	n, ok := b.needed(label, v)
	if extra := n.Sub(num(included)); ok && extra.IsPositive() {
		b.month(fmt.Sprintf("%s above %d", label, included), meter, extra, at...)
	}
}

// databaseExtras adds what an instance uses beside itself: insights, monitoring, a secret, bursts.
func (b *bill) databaseExtras(e dbEngine, class string) {
	b.insights(e, class)
	if n, ok := b.at("monitoring_interval").number(); ok && n.IsPositive() {
		b.used("enhanced monitoring logs", "cloudwatch.logs.ingestion", "monthly_monitoring_logs_gb")
	}
	b.managedSecret("manage_master_user_password")
	if b.at("dedicated_log_volume").yes() {
		b.unpriced("dedicated log volume", "its price is not in the catalogue")
	}
	b.credits("rds.cpu_credits", "engine", e.name)
}

// managedSecret adds the secret in which RDS keeps a password that it manages.
// Source: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html.
func (b *bill) managedSecret(attr string) {
	v := b.at(attr)
	switch {
	case v.yes():
		b.month("managed password", "secretsmanager.secret", one)
	case v.open() && v.why != computedWhy:
		b.unpriced("managed password", v.missing())
	}
}

// insights adds the retention of Performance Insights beyond the seven days that are free.
// Source: aws.amazon.com/rds/performance-insights/pricing: by vCPU, a first month and each further month.
func (b *bill) insights(e dbEngine, class string) {
	if !b.at("performance_insights_enabled").yes() {
		return
	}
	days := b.at("performance_insights_retention_period")
	n, ok := days.number()
	if !ok || n.LessThanOrEqual(num(7)) {
		if days.open() && days.why != computedWhy {
			b.unpriced("Performance Insights", days.missing())
		}
		return
	}
	cpus, ok := vcpus(class)
	if !ok {
		b.unpriced("Performance Insights", "how many vCPUs "+class+" has is not known")
		return
	}
	months := n.Div(num(31)).Ceil() // retention is 7 days, a multiple of 31, or 731
	if n.Equal(num(731)) {
		months = num(24)
	}
	b.month("Performance Insights, first month", "rds.performance_insights.first_month_retention", num(cpus), "engine", e.name)
	if further := months.Sub(one); further.IsPositive() {
		b.month(fmt.Sprintf("Performance Insights, %s further months", further), "rds.performance_insights.additional_month_retention", num(cpus).Mul(further), "engine", e.name)
	}
}

// vcpus gives the virtual processors of a database class by its size.
// Source: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html.
func vcpus(class string) (n int64, ok bool) {
	parts := strings.Split(class, ".")
	if len(parts) < 3 {
		return 0, false
	}
	switch size := parts[2]; size {
	case "micro", "small":
		if parts[1] == "t2" {
			return 1, true
		}
		return 2, true
	case "medium":
		if parts[1] == "m1" || parts[1] == "m3" {
			return 1, true
		}
		return 2, true
	case "large":
		return 2, true
	case "xlarge":
		return 4, true
	default:
		var times int64
		if _, err := fmt.Sscanf(size, "%dxlarge", &times); err != nil || times < 1 {
			return 0, false
		}
		return 4 * times, true
	}
}

// databaseSnapshot is charged beyond an allowance as large as all databases of the region together.
func databaseSnapshot(b *bill) {
	b.used("snapshot", "rds.backup.storage", "storage_gb", "engine", "non-Aurora")
}

func clusterSnapshot(b *bill) {
	engine := "Aurora MySQL"
	if c := b.neighbour("db_cluster_identifier"); c != nil {
		if e, ok := engines[b.of(c, "engine").text()]; ok {
			engine = e.name
		}
	}
	b.used("snapshot", "rds.backup.storage", "storage_gb", "engine", engine)
}

// dbProxy is charged by the vCPUs of the databases behind it, at least two for each proxy.
// Source: aws.amazon.com/rds/proxy/pricing.
func dbProxy(b *bill) {
	cpus, why := b.proxied()
	if why != "" {
		b.unpriced("proxy", why)
		return
	}
	b.hours(fmt.Sprintf("proxy for %d vCPUs", cpus), "rds.proxy", num(max(cpus, 2)))
}

// proxied counts the vCPUs behind a proxy; why says what is missing.
func (b *bill) proxied() (cpus int64, why string) {
	var classes []value
	for _, target := range b.referrers("aws_db_proxy_target", "db_proxy_name") {
		for _, db := range b.e.targets(target, "db_instance_identifier") {
			classes = append(classes, b.of(db, "instance_class"))
		}
		for _, cluster := range b.e.targets(target, "db_cluster_identifier") {
			for _, member := range b.e.members(cluster) {
				classes = append(classes, b.of(member, "instance_class"))
			}
		}
	}
	if len(classes) == 0 {
		return 0, "the databases behind it are not known, and it is charged by their vCPUs"
	}
	for _, class := range classes {
		n, ok := vcpus(class.text())
		if !ok {
			return 0, "how many vCPUs are behind it is not known: " + join(class.text(), class.why)
		}
		cpus += n
	}
	return cpus, ""
}

// members lists the instances of a database cluster.
func (e *estimator) members(cluster *graph.Resource) []*graph.Resource {
	var out []*graph.Resource
	for _, edge := range e.g.From(cluster.Key()) {
		if r := e.get(edge.From); edge.Via == "cluster_identifier" && r != nil && strings.HasSuffix(r.Type, "_cluster_instance") {
			out = append(out, r)
		}
	}
	return out
}
