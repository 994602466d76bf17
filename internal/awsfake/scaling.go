package awsfake

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

func (s *Server) elasticache(q *request) (string, *refusal) {
	if answer, refusal, ok := s.cacheNodes(q); ok {
		return answer, refusal
	}
	name := q.params.Get("ReplicationGroupId")
	g := s.caches[name]
	if q.op == "elasticache:DescribeReplicationGroups" {
		g = s.described(s.caches, name)
	}
	if g == nil {
		return "", &refusal{404, "ReplicationGroupNotFoundFault", name + " not found"}
	}
	answer := func() (string, *refusal) { return tag("ReplicationGroup", replicationGroup(name, g)), nil }
	if q.write() && g.busy != "" {
		return "", refused("InvalidReplicationGroupState", "%s is %s", name, g.busy)
	}
	nodes, _ := strconv.Atoi(g.attrs["nodes"])
	switch q.op {
	case "elasticache:DescribeReplicationGroups":
		return tag("ReplicationGroups", tag("ReplicationGroup", replicationGroup(name, g))), nil
	case "elasticache:IncreaseReplicaCount", "elasticache:DecreaseReplicaCount":
		n, err := strconv.Atoi(q.params.Get("NewReplicaCount"))
		if err != nil || (q.op == "elasticache:IncreaseReplicaCount") != (n+1 > nodes) {
			return "", refused("InvalidParameterValue", "the group has %d nodes", nodes)
		}
		if n == 0 && g.attrs["AutomaticFailover"] == "enabled" {
			return "", refused("InvalidReplicationGroupState", "automatic failover needs a replica")
		}
		s.change(g, "modifying", map[string]string{"nodes": strconv.Itoa(n + 1)})
		return answer()
	case "elasticache:ModifyReplicationGroup":
		if q.params.Get("AutomaticFailoverEnabled") == "true" && nodes < 2 {
			return "", refused("InvalidParameterCombination", "the group must have at least one read replica")
		}
		s.modifyCache(q, g)
		return answer()
	}
	return q.unknown()
}

func (s *Server) modifyCache(q *request, g *thing) {
	to := q.chosen("SnapshotRetentionLimit")
	for param, member := range map[string]string{"AutomaticFailoverEnabled": "AutomaticFailover", "MultiAZEnabled": "MultiAZ"} {
		if v := q.params.Get(param); v != "" {
			to[member] = map[string]string{"true": "enabled", "false": "disabled"}[v]
		}
	}
	for m, v := range to {
		if g.attrs[m] == v {
			delete(to, m)
		}
	}
	if q.effect = len(to) > 0; q.effect {
		s.change(g, "modifying", to)
	}
}

func replicationGroup(name string, g *thing) string {
	nodes, _ := strconv.Atoi(g.attrs["nodes"])
	var members, places string
	for i := range nodes {
		node, role := fmt.Sprintf("%s-%03d", name, i+1), "replica"
		if i == 0 {
			node, role = cmp.Or(g.attrs["primary"], node), "primary"
		}
		members += leaf("ClusterId", node)
		places += tag("NodeGroupMember", leaf("CacheClusterId", node)+leaf("CurrentRole", role)+leaf("PreferredAvailabilityZone", Region+string("abc"[i%3])))
	}
	attrs := map[string]string{"ReplicationGroupId": name, "Status": g.state(), "ClusterEnabled": "false"}
	for _, m := range []string{"AutomaticFailover", "MultiAZ", "SnapshotRetentionLimit"} {
		attrs[m] = g.attrs[m]
	}
	return leaves(attrs) + tag("MemberClusters", members) + tag("NodeGroups", tag("NodeGroup", leaf("NodeGroupId", "0001")+tag("NodeGroupMembers", places)))
}

func (s *Server) autoscaling(q *request) (string, *refusal) {
	name := q.params.Get("AutoScalingGroupName")
	switch q.op {
	case "autoscaling:DescribeAutoScalingGroups":
		name = q.params.Get("AutoScalingGroupNames.member.1")
		g := s.described(s.groups, name)
		if g == nil {
			return tag("AutoScalingGroups", ""), nil
		}
		return tag("AutoScalingGroups", tag("member", leaf("AutoScalingGroupName", name)+leaves(g.attrs)+tag("Instances", ""))), nil
	case "autoscaling:DescribePolicies":
		return tag("ScalingPolicies", s.policies(name)), nil
	}
	g := s.groups[name]
	if g == nil {
		return "", refused("ValidationError", "group %s not found", name)
	}
	switch q.op {
	case "autoscaling:UpdateAutoScalingGroup":
		return "", s.updateGroup(q, g)
	case "autoscaling:PutScalingPolicy":
		policy := q.params.Get("PolicyName")
		key := name + "#" + policy
		q.effect = s.groups[key] == nil
		s.groups[key] = &thing{status: "active", attrs: q.chosen("PolicyType", "TargetTrackingConfiguration.TargetValue")}
		return leaf("PolicyARN", "arn:aws:autoscaling:"+Region+":"+Account+":scalingPolicy:1:autoScalingGroupName/"+name+":policyName/"+policy), nil
	case "autoscaling:DeletePolicy":
		key := name + "#" + q.params.Get("PolicyName")
		if s.groups[key] == nil {
			return "", refused("ValidationError", "no such policy")
		}
		delete(s.groups, key)
		return "", nil
	}
	return q.unknown()
}

func (s *Server) policies(group string) string {
	var out string
	for key := range s.groups {
		if policy, ok := strings.CutPrefix(key, group+"#"); ok {
			out += tag("member", leaf("PolicyName", policy)+leaf("AutoScalingGroupName", group))
		}
	}
	return out
}

func (s *Server) updateGroup(q *request, g *thing) *refusal {
	to := q.chosen("MinSize", "MaxSize", "DesiredCapacity", "HealthCheckType", "HealthCheckGracePeriod", "VPCZoneIdentifier")
	for m, v := range to {
		if g.attrs[m] == v {
			delete(to, m)
		}
	}
	if q.effect = len(to) > 0; q.effect {
		s.change(g, "updating", to)
	}
	return nil
}

func (s *Server) elbv2(q *request) (string, *refusal) {
	arn := q.params.Get("LoadBalancerArn")
	switch q.op {
	case "elasticloadbalancing:DescribeLoadBalancers":
		arn = q.params.Get("LoadBalancerArns.member.1")
		lb := s.described(s.balancers, arn)
		if lb == nil {
			return "", refused("LoadBalancerNotFound", "%s not found", arn)
		}
		return tag("LoadBalancers", tag("member", leaf("LoadBalancerArn", arn)+leaf("Type", "application")+tag("State", leaf("Code", lb.state())))), nil
	case "elasticloadbalancing:DescribeTargetHealth":
		return tag("TargetHealthDescriptions", ""), nil
	}
	lb := s.balancers[arn]
	if lb == nil {
		return "", refused("LoadBalancerNotFound", "%s not found", arn)
	}
	switch q.op {
	case "elasticloadbalancing:DescribeLoadBalancerAttributes":
		lb = s.described(s.balancers, arn)
		return attributes(lb), nil
	case "elasticloadbalancing:ModifyLoadBalancerAttributes":
		to := map[string]string{}
		for i := 1; q.params.Has(fmt.Sprintf("Attributes.member.%d.Key", i)); i++ {
			k, v := q.params.Get(fmt.Sprintf("Attributes.member.%d.Key", i)), q.params.Get(fmt.Sprintf("Attributes.member.%d.Value", i))
			if lb.attrs[k] != v {
				to[k] = v
			}
		}
		if q.effect = len(to) > 0; q.effect {
			s.change(lb, "", to)
		}
		return attributes(lb), nil
	}
	return q.unknown()
}

func attributes(lb *thing) string {
	var out string
	for _, k := range sortedKeys(lb.attrs) {
		out += tag("member", leaf("Key", k)+leaf("Value", lb.attrs[k]))
	}
	return tag("Attributes", out)
}
