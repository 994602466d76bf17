# METADATA
# title: Cluster and nodes span two zones
# description: >-
#   Reads the zones of the control plane's subnets, and of managed node groups and of auto scaling groups that carry the cluster's tag
#   kubernetes.io/cluster/NAME. Fails when the subnets are in one zone, or when the groups together do not keep two nodes in different zones at their
#   minimum size. A cluster without such groups (Fargate, auto mode, Karpenter, nodes defined elsewhere) is judged by its subnets only.
# custom:
#   control: [EKS-AZ-001]
#   requirement: [RA-46]
#   judges: aws_eks_cluster
#   severity: high
#   pillar: [reliability]
#   disruption: none
#   remediation: >-
#     List subnets of three zones for the cluster and its node groups, and let min_size be the number of zones (or one group in each zone).
#   equivalents:
#     well_architected: [REL10-BP01]
#   example: |
#     resource "aws_subnet" "a" {
#       vpc_id            = "vpc-1"
#       availability_zone = "eu-west-1a"
#     }
#     resource "aws_subnet" "b" {
#       vpc_id            = "vpc-1"
#       availability_zone = "eu-west-1b"
#     }
#     resource "aws_eks_cluster" "shop" {
#       name     = "shop"
#       role_arn = "arn:aws:iam::111111111111:role/eks"
#       version  = "1.35"
#       vpc_config {
#         subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
#       }
#     }
#     resource "aws_eks_node_group" "n" {
#       cluster_name  = aws_eks_cluster.shop.name
#       node_role_arn = "arn:aws:iam::111111111111:role/node"
#       subnet_ids    = [aws_subnet.a.id, aws_subnet.b.id]
#       scaling_config {
#         min_size     = 1
#         desired_size = 2
#         max_size     = 4
#       }
#     }
package eks.two_zones

judged contains i if {
	some i, _ in input.aws_eks_cluster
}

spread contains i if {
	some i, x in input.aws_eks_cluster
	some y in x._zones
	some z in x._zones
	y != z
}

# Groups that keep a node.
manned_group contains m if {
	some m, g in input.aws_eks_node_group
	some c in g.scaling_config
	c.min_size >= 1
}

manned_workers contains m if {
	some m, g in input.aws_autoscaling_group
	g.min_size >= 1
}

# Groups that keep two nodes and span two zones.
several_group contains m if {
	some m, g in input.aws_eks_node_group
	some c in g.scaling_config
	c.min_size >= 2
	some y in g._zones
	some z in g._zones
	y != z
}

several_workers contains m if {
	some m, g in input.aws_autoscaling_group
	g.min_size >= 2
	some y in g._zones
	some z in g._zones
	y != z
}

# Two nodes in two zones, of one group or of two.
wide contains i if {
	some i, x in input.aws_eks_cluster
	some m in x._from["aws_eks_node_group.cluster_name"]
	several_group[m]
}

wide contains i if {
	some i, x in input.aws_eks_cluster
	some m in x._from["aws_autoscaling_group.cluster"]
	several_workers[m]
}

wide contains i if {
	some i, x in input.aws_eks_cluster
	some m in x._from["aws_eks_node_group.cluster_name"]
	manned_group[m]
	some n in x._from["aws_eks_node_group.cluster_name"]
	manned_group[n]
	m != n
	some y in input.aws_eks_node_group[m]._zones
	some z in input.aws_eks_node_group[n]._zones
	y != z
}

wide contains i if {
	some i, x in input.aws_eks_cluster
	some m in x._from["aws_eks_node_group.cluster_name"]
	manned_group[m]
	some n in x._from["aws_autoscaling_group.cluster"]
	manned_workers[n]
	some y in input.aws_eks_node_group[m]._zones
	some z in input.aws_autoscaling_group[n]._zones
	y != z
}

wide contains i if {
	some i, x in input.aws_eks_cluster
	some m in x._from["aws_autoscaling_group.cluster"]
	manned_workers[m]
	some n in x._from["aws_autoscaling_group.cluster"]
	manned_workers[n]
	m != n
	some y in input.aws_autoscaling_group[m]._zones
	some z in input.aws_autoscaling_group[n]._zones
	y != z
}

automatic contains i if {
	some i, x in input.aws_eks_cluster
	some c in x.compute_config
	c.enabled == true
}

deny contains {"at": i, "attribute": "vpc_config", "message": "the control plane is in one zone"} if {
	some i in judged
	not spread[i]
}

deny contains {"at": i, "attribute": "vpc_config", "message": "the groups do not keep nodes in two zones"} if {
	some i in judged
	some _ in input.aws_eks_cluster[i]._from["aws_eks_node_group.cluster_name"]
	not wide[i]
	not automatic[i]
}

deny contains {"at": i, "attribute": "vpc_config", "message": "the groups do not keep nodes in two zones"} if {
	some i in judged
	some _ in input.aws_eks_cluster[i]._from["aws_autoscaling_group.cluster"]
	not wide[i]
	not automatic[i]
}

# The control plane in all zones that have a subnet of the same tier.
fix contains {"at": i, "op": "set", "address": x._address, "path": "vpc_config[0].subnet_ids", "add": more} if {
	some i in judged
	not spread[i]
	x := input.aws_eks_cluster[i]
	some s in x._to["vpc_config.subnet_ids"]
	more := [{"_ref": input.aws_subnet[p]._address, "attribute": "id"} | some p in input.aws_subnet[s]._to.peers]
	more != []
}

lonely contains i if {
	some i, x in input.aws_eks_cluster
	some _ in x._from["aws_eks_node_group.cluster_name"]
	not wide[i]
	not automatic[i]
	spread[i]
}

# Groups of one node that may stand in two zones.
single contains m if {
	some m, g in input.aws_eks_node_group
	some c in g.scaling_config
	c.min_size == 1
	some y in g._zones
	some z in g._zones
	y != z
}

grows contains i if {
	some i, x in input.aws_eks_cluster
	some m in x._from["aws_eks_node_group.cluster_name"]
	single[m]
}

# One of these keeps two nodes,
fix contains {"at": i, "op": "set", "address": g._address, "path": sprintf("scaling_config[0].%s", [size]), "value": 2} if {
	some i in judged
	lonely[i]
	g := input.aws_eks_node_group[min({m |
		some m in input.aws_eks_cluster[i]._from["aws_eks_node_group.cluster_name"]
		single[m]
	})]
	some size in ["min_size", "desired_size", "max_size"]
	g.scaling_config[0][size] < 2
}

# or else, since the subnets of a group cannot be changed, a second group is made like the first, with a further zone.
fix contains {
	"at": i,
	"op": "create",
	"type": "aws_eks_node_group",
	"name": sprintf("%s_maz", [g._name]),
	"like": g._address,
	"attributes": [
		"node_role_arn", "version", "release_version", "ami_type", "capacity_type", "disk_size", "instance_types",
		"labels", "launch_template", "remote_access", "taint", "update_config", "tags",
	],
	"values": {
		"cluster_name": {"_ref": input.aws_eks_cluster[i]._address, "attribute": "name"},
		"node_group_name": sprintf("%s-maz", [g.node_group_name]),
		"subnet_ids": subnets,
		"scaling_config": [{"min_size": 2, "desired_size": max([2, c.desired_size]), "max_size": max([2, c.max_size])}],
	},
} if {
	some i in judged
	lonely[i]
	not grows[i]
	g := input.aws_eks_node_group[min({m |
		some m in input.aws_eks_cluster[i]._from["aws_eks_node_group.cluster_name"]
		manned_group[m]
	})]
	some c in g.scaling_config
	zone := min({z |
		some s in g._to.subnet_ids
		some p in input.aws_subnet[s]._to.peers
		some z in input.aws_subnet[p]._zones
	})
	own := [{"_ref": input.aws_subnet[s]._address, "attribute": "id"} | some s in g._to.subnet_ids]
	count(own) == count(g.subnet_ids)
	subnets := array.concat(own, [{"_ref": input.aws_subnet[p]._address, "attribute": "id"} |
		some s in g._to.subnet_ids
		some p in input.aws_subnet[s]._to.peers
		zone in input.aws_subnet[p]._zones
	])
}
