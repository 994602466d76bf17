package awsfake

// cacheNodes answers the calls about single nodes and about groups that are made around one; ok says that it is one of them.
func (s *Server) cacheNodes(q *request) (answer string, r *refusal, ok bool) {
	node, group := q.params.Get("CacheClusterId"), q.params.Get("ReplicationGroupId")
	switch q.op {
	case "elasticache:DescribeCacheSubnetGroups":
		return tag("CacheSubnetGroups", tag("CacheSubnetGroup", tag("Subnets", tag("Subnet", tag("SubnetAvailabilityZone", leaf("Name", Region+"a")))+tag("Subnet", tag("SubnetAvailabilityZone", leaf("Name", Region+"b")))))), nil, true
	case "elasticache:DescribeCacheClusters":
		t := s.described(s.caches, "node/"+node)
		if t == nil {
			return "", &refusal{404, "CacheClusterNotFound", node + " not found"}, true
		}
		return tag("CacheClusters", tag("CacheCluster", leaf("CacheClusterId", node)+leaf("CacheClusterStatus", t.state())+leaves(t.attrs))), nil, true
	case "elasticache:CreateReplicationGroup":
		answer, r = s.groupAround(group, q.params.Get("PrimaryClusterId"))
		return answer, r, true
	case "elasticache:DeleteReplicationGroup":
		g := s.caches[group]
		if g == nil || g.dying {
			return "", &refusal{404, "ReplicationGroupNotFoundFault", group + " not found"}, true
		}
		if g.busy != "" || g.attrs["nodes"] != "1" {
			return "", refused("InvalidReplicationGroupState", "%s is %s with %s nodes", group, g.state(), g.attrs["nodes"]), true
		}
		delete(s.caches["node/"+g.attrs["primary"]].attrs, "ReplicationGroupId")
		s.end(g, "deleting")
		return tag("ReplicationGroup", replicationGroup(group, g)), nil, true
	}
	return "", nil, false
}

func (s *Server) groupAround(group, primary string) (string, *refusal) {
	node := s.caches["node/"+primary]
	switch {
	case s.caches[group] != nil:
		return "", refused("ReplicationGroupAlreadyExists", "%s exists", group)
	case node == nil:
		return "", &refusal{404, "CacheClusterNotFound", primary + " not found"}
	case node.attrs["ReplicationGroupId"] != "":
		return "", refused("InvalidCacheClusterState", "%s is in a group", primary)
	}
	node.attrs["ReplicationGroupId"] = group
	g := s.add(s.caches, group, "creating", "available", map[string]string{"nodes": "1", "AutomaticFailover": "disabled", "MultiAZ": "disabled", "SnapshotRetentionLimit": "0", "primary": primary})
	return tag("ReplicationGroup", replicationGroup(group, g)), nil
}
