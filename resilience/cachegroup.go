package resilience

import (
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// groupAround offers a single Redis node a group with a replica in another zone. A person has to carry it out, because clients must be moved to
// the endpoint of the group, and because the group shows what was not judged of a single node, such as data that are not encrypted.
func (d *deriver) groupAround(node *graph.Resource) (Fix, bool) {
	engine, _ := node.Attrs["engine"].(string)
	id, _ := node.Attrs["cluster_id"].(string)
	placed := texts(d.subnetGroup(node, "subnet_group_name").Facts["_zones"])
	if node.Data || node.Attrs["replication_group_id"] != nil || node.Unknown["replication_group_id"] != "" || engine != "redis" && engine != "valkey" || id == "" || len(placed) < 2 {
		return Fix{}, false
	}
	module, _, _ := strings.Cut(string(node.Address), "aws_elasticache_cluster.")
	if node.Live() {
		module = ""
	}
	group := graph.Ref{Root: node.Root, Address: graph.Address(module + "aws_elasticache_replication_group." + node.Name), Attr: "replication_group_id"}
	attrs := map[string]any{"replication_group_id": groupName(id), "description": "around " + id, "num_cache_clusters": 2, "automatic_failover_enabled": true, "multi_az_enabled": true}
	for _, name := range []string{"engine", "node_type", "parameter_group_name", "security_group_ids", "subnet_group_name"} {
		if v, known := node.Attrs[name]; known && v != nil {
			attrs[name] = v
		}
	}
	return Fix{Policy: "elasticache.single_node", Resource: node.Key(), ByHand: true, Patch: graph.Patch{
		{Op: graph.Create, Root: node.Root, Address: group.Address, Type: "aws_elasticache_replication_group", New: attrs},
		{Op: graph.Set, Root: node.Root, Address: node.Address, Type: node.Type, Path: "replication_group_id", New: group},
	}}, true
}

// groupName is that of a group around a node. A group has a name of 40 characters at most, which ends with none of "-".
func groupName(node string) string {
	const end = "-group"
	return strings.TrimRight(node[:min(len(node), 40-len(end))], "-") + end
}
