package cost

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

// Caches. Source: aws.amazon.com/elasticache/pricing, aws.amazon.com/memorydb/pricing.
func elasticacheServices() []service {
	snapshots := storedField("snapshot_storage_size_gb", "GB of snapshots beyond the free one")
	return append([]service{
		{Type: "aws_elasticache_cluster", Price: cacheCluster, Words: databaseWords, Usage: []Param{snapshots}},
		{Type: "aws_elasticache_replication_group", Price: cacheGroup, Words: databaseWords, Usage: []Param{snapshots}},
		{Type: "aws_elasticache_serverless_cache", Price: cacheServerless, Usage: []Param{
			figures("data_stored_gb", "GB kept on average", 1, 10, 100, "a tenth of the data"),
			perRequest("monthly_ecpu", "processing units", 4, "1 kB is one unit, 4 kB for each request"),
			snapshots,
		}},
		{Type: "aws_memorydb_cluster", Price: memoryCluster, Usage: []Param{
			dataField("monthly_data_written_gb", "GB written", 1, "1 kB for each request"),
			storedField("snapshot_storage_size_gb", "GB of snapshots beyond the free one"),
		}},
	}, settings("a group or a user; caches are charged themselves (aws.amazon.com/elasticache/pricing)", `
		aws_elasticache_subnet_group aws_elasticache_parameter_group aws_elasticache_user aws_elasticache_user_group aws_elasticache_user_group_association
		aws_elasticache_global_replication_group aws_memorydb_subnet_group aws_memorydb_parameter_group aws_memorydb_user aws_memorydb_acl`)...)
}

// cacheEngines maps the engines of the API to the catalogue's.
var cacheEngines = map[string]string{"redis": "Redis", "valkey": "Valkey", "memcached": "Memcached"}

func cacheCluster(b *bill) {
	if group := b.at("replication_group_id"); !group.null() {
		if b.r.Observed {
			return // AWS lists each node of a group as a cluster too: the group counts it
		}
		b.member(b.neighbour("replication_group_id"))
		return
	}
	engine := b.at("engine")
	if engine.null() || engine.why == computedWhy {
		engine = value{path: "engine"}
	}
	n := b.at("num_cache_nodes")
	if n.why == computedWhy && engine.is("memcached") {
		n = value{path: "num_cache_nodes"}
	} else if n.why == computedWhy {
		n = value{v: 1, path: "num_cache_nodes"}
	}
	count, ok := b.needed("nodes", n)
	b.cacheNodes(count, ok, engine)
	b.cacheSnapshots()
}

// member is a read replica of a replication group that is declared by itself.
func (b *bill) member(group *graph.Resource) {
	if group == nil {
		b.unpriced("nodes", "its replication group was not read, and the node type and engine of that decide")
		return
	}
	b.cacheNodesOf(one, true, b.of(group, "engine"), b.of(group, "node_type"))
}

func (b *bill) cacheNodes(n decimal.Decimal, ok bool, engine value) {
	b.cacheNodesOf(n, ok, engine, b.at("node_type"))
}

func (b *bill) cacheNodesOf(n decimal.Decimal, ok bool, engine, typ value) {
	if !ok {
		return
	}
	name := cacheEngines[engine.text()]
	switch {
	case name == "":
		b.unpriced("nodes", engine.missing())
	case !typ.known():
		b.unpriced("nodes", typ.missing())
	default:
		b.nodes(n, typ.text(), "elasticache.node.ondemand", "node_type", typ.text(), "engine", name)
		b.cacheSupport(n, typ.text(), name)
	}
}

// cacheLapses is the calendar of Redis versions in extended support, as of 2026-11: in years 1 and 2 they cost 80 percent of the node price
// more, in year 3 160 percent. Versions before 4 are taken as 4, which they are upgraded to.
// Source: docs.aws.amazon.com/AmazonElastiCache/latest/dg/extended-support.html, aws.amazon.com/elasticache/pricing.
var cacheLapses = []struct {
	versions     []string
	first, third string
}{
	{[]string{"2", "3", "4", "5"}, "2026-02-01", "2028-02-01"},
	{[]string{"6"}, "2027-02-01", "2029-02-01"},
}

// cacheSupport adds the premium of a version past its standard support. A version that is not set is the newest.
func (b *bill) cacheSupport(n decimal.Decimal, typ, engine string) {
	version := b.at("engine_version")
	if engine != "Redis" || !version.known() {
		return
	}
	major, _, _ := strings.Cut(version.text(), ".")
	day := b.e.now.Format(time.DateOnly)
	for _, l := range cacheLapses {
		if !slices.Contains(l.versions, major) || day < l.first {
			continue
		}
		percent := int64(80)
		if day >= l.third {
			percent = 160
		}
		b.add(charge{label: "extended support of Redis " + version.text(), meter: "elasticache.node.ondemand", attrs: []string{"node_type", typ, "engine", engine},
			quantity: n.Mul(monthHours).Mul(decimal.New(percent, -2)), note: fmt.Sprintf("%d percent of the node price since %s", percent, l.first)})
	}
}

func (b *bill) cacheSnapshots() {
	if n, ok := b.at("snapshot_retention_limit").number(); ok && n.IsPositive() {
		b.used("snapshots beyond the free one", "elasticache.backup.storage", "snapshot_storage_size_gb")
	}
}

// cacheGroup has num_cache_clusters nodes, or so many shards with a primary and replicas each.
func cacheGroup(b *bill) {
	if b.at("global_replication_group_id").known() && !b.at("node_type").known() {
		b.unpriced("nodes", "the global replication group decides their type and number")
		return
	}
	n, ok := b.groupNodes()
	b.cacheNodes(n, ok, b.at("engine"))
	b.cacheSnapshots()
}

func (b *bill) groupNodes() (n decimal.Decimal, ok bool) {
	if all := b.at("num_cache_clusters"); all.known() {
		return b.needed("nodes", all)
	}
	shards := b.at("num_node_groups")
	if shards.null() && b.at("num_cache_clusters").open() {
		return b.needed("nodes", b.at("num_cache_clusters"))
	}
	if blocks := b.blocks("node_group_configuration"); shards.null() && len(blocks) > 0 {
		shards.v = len(blocks)
	}
	groups, ok := b.needed("nodes", shards)
	if !ok {
		return n, false
	}
	replicas := b.at("replicas_per_node_group").orNumber(0)
	if replicas.why == computedWhy {
		replicas = value{v: 0, path: replicas.path}
	}
	each, ok := b.needed("nodes", replicas)
	return groups.Mul(each.Add(one)), ok
}

// cacheServerless is charged by the data it keeps and the units it uses, at least 1 GB (0.1 GB of Valkey).
func cacheServerless(b *bill) {
	name := cacheEngines[b.at("engine").text()]
	if name == "" {
		b.unpriced("cache", b.at("engine").missing())
		return
	}
	least := one
	if name == "Valkey" {
		least = decimal.New(1, -1)
	}
	if n, ok := b.at("cache_usage_limits[0].data_storage[0].minimum").number(); ok {
		least = decimal.Max(least, n)
	}
	q, note, ok := b.usage("data_stored_gb")
	if !ok {
		q, note = least, "at the least that is charged"
	}
	b.add(charge{label: "data kept", meter: "elasticache.serverless.storage", attrs: []string{"engine", name}, quantity: decimal.Max(q, least).Mul(monthHours), usage: "data_stored_gb", note: note, once: true})
	b.used("processing units", "elasticache.serverless.ecpu", "monthly_ecpu", "engine", name)
	if n, ok := b.at("snapshot_retention_limit").number(); ok && n.IsPositive() {
		b.used("snapshots", "elasticache.backup.storage", "snapshot_storage_size_gb")
	}
}

// memoryCluster has so many shards with a primary and replicas each. Source: aws.amazon.com/memorydb/pricing.
func memoryCluster(b *bill) {
	engine := b.at("engine")
	if engine.null() || engine.why == computedWhy {
		engine = value{v: "redis", path: "engine"}
	}
	name := cacheEngines[engine.text()]
	if name == "" {
		b.unpriced("nodes", engine.missing())
		return
	}
	shards, ok1 := b.need("nodes", "num_shards")
	replicas, ok2 := b.need("nodes", "num_replicas_per_shard")
	typ, ok3 := b.needText("nodes", "node_type")
	if ok1 && ok2 && ok3 {
		b.nodes(shards.Mul(replicas.Add(one)), typ, "memorydb.node.ondemand", "node_type", typ, "engine", name)
	}
	b.used("data written", "memorydb.data_written", "monthly_data_written_gb", "engine", name)
	if n, ok := b.at("snapshot_retention_limit").number(); ok && n.IsPositive() {
		b.used("snapshots beyond the free one", "memorydb.snapshot.storage", "snapshot_storage_size_gb")
	}
}
