package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// moreZones ends the name of the group that stands beside one that is in one zone: NAME-maz.
const moreZones = "-maz"

var eksNodeGroup = Fix{
	ID: "eks-nodegroup-multi-az", Title: "a second group of nodes, in more zones", Takes: []string{"+aws_eks_node_group"}, Of: "cluster_name", find: clusterOfGroup,
	Does: []string{"eks:CreateNodegroup"}, Undoes: []string{"eks:DeleteNodegroup"}, Reads: []string{"ec2:DescribeSubnets", "eks:DescribeCluster", "eks:DescribeNodegroup"},
	Companions: []string{"ec2:DescribeLaunchTemplateVersions", "ec2:RunInstances", "eks:TagResource", "iam:CreateServiceLinkedRole", "iam:GetRole", "iam:ListAttachedRolePolicies", "iam:PassRole"},
	Risk:       remedy.Risk{Class: "online", Detail: "The subnets of a group cannot be changed, so that a second one is made like it. No pod moves: the old group stays, and is paid for, until a person has drained and deleted it. Pods with a volume of the old zone cannot leave that zone."},
	Undo:       partly("the pods on the new nodes are evicted, and start again on the old ones"), Seconds: 600,
	plan: func(d *draft) {
		cluster, s := d.kubernetes()
		name := d.named("node_group_name")
		like, ok := strings.CutSuffix(name, moreZones)
		if !ok {
			d.refuse(remedy.PreconditionFails, "only a group beside one that is there, called like it with %q behind, is made in an account", moreZones)
		}
		of := func(group string) params {
			return params{"clusterName": cluster["name"], "nodegroupName": group}
		}
		old, now := d.look("eks:DescribeNodegroup", of(like)), d.look("eks:DescribeNodegroup", of(name))
		if d.err == nil && !now.none() {
			d.refuse(remedy.PreconditionFails, "there is a group %s already: the account has changed since it was read", name)
		}
		now.require("there is no group "+name, "", remedy.Refuses, "ResourceNotFoundException")
		old.require("the group "+like+" is active", "Nodegroup.Status", remedy.Equals, "ACTIVE")
		p := d.likeGroup(old, of(name), s.get("Cluster.Version"))
		d.made(old, now, p)
		d.groupCompanions(cluster, p)
	},
}

func clusterOfGroup(g *graph.Graph, root string, attrs map[string]any) *graph.Resource {
	name, _ := attrs["cluster_name"].(string)
	return named(g, root, "aws_eks_cluster", ":cluster/"+name)
}

// alike are the members of a group that the new one has too.
var alike = []string{"NodeRole", "InstanceTypes", "AmiType", "CapacityType", "DiskSize", "Labels", "Taints", "RemoteAccess", "UpdateConfig", "NodeRepairConfig", "LaunchTemplate", "Version", "ReleaseVersion", "Tags"}

// likeGroup gives the parameters of a group that is like another one, in other subnets and of another size. A new group runs the
// cluster's version of Kubernetes, and AWS takes no other.
func (d *draft) likeGroup(old *source, p params, version any) params {
	for _, m := range alike {
		if v := old.get("Nodegroup." + m); !empty(v) {
			p[m] = old.still(m, "Nodegroup."+m)
		}
	}
	if template, ok := p["LaunchTemplate"].(map[string]any); ok {
		p["LaunchTemplate"] = params{"Id": template["Id"], "Version": template["Version"]}
		delete(p, "DiskSize")
		delete(p, "RemoteAccess")
	}
	custom := p["AmiType"] == "CUSTOM" // the launch template names the image, and AWS takes neither its kind nor a release beside it
	if custom {
		delete(p, "AmiType")
	}
	if custom || !same(p["Version"], version) {
		d.shows("Kubernetes", p["Version"], version)
		delete(p, "Version")
		delete(p, "ReleaseVersion")
	}
	prior := old.still("subnets", "Nodegroup.Subnets")
	p["Subnets"] = d.must("subnet_ids")
	d.added(prior, p["Subnets"], reach{free: 4})
	size := d.must("scaling_config")
	least, want, most := first(size, "min_size"), first(size, "desired_size"), first(size, "max_size")
	if number(least) == nil || number(most) == nil || less(least, 2) || less(want, least) || less(most, want) {
		d.refuse(remedy.PreconditionFails, "scaling_config must keep two nodes: min_size %v, desired_size %v, max_size %v", least, want, most)
	}
	p["ScalingConfig"] = params{"MinSize": least, "DesiredSize": want, "MaxSize": most}
	return p
}

// made makes the action that creates the group, and deletes it as long as the old one is there to take its pods back.
func (d *draft) made(old, now *source, p params) {
	a := d.write("eks:CreateNodegroup", p)
	a.Call.Token = "clientRequestToken"
	a.Binds = map[string]string{"group": "Nodegroup.NodegroupArn"}
	a.Find = &remedy.Read{Call: now.call, Binds: map[string]string{"group": "Nodegroup.NodegroupArn"}}
	a.Until, a.Every, a.Timeout = []remedy.Condition{now.is("the group is active", "Nodegroup.Status", remedy.Equals, "ACTIVE")}, 30, 3600
	size := old.get("Nodegroup.ScalingConfig.MinSize")
	a.UndoWhen = []remedy.Condition{
		old.is("the group beside it is active, for the pods to go to", "Nodegroup.Status", remedy.Equals, "ACTIVE"),
		old.is(fmt.Sprintf("its smallest size is still %v", size), "Nodegroup.ScalingConfig.MinSize", remedy.Equals, size),
	}
	back := d.write("eks:DeleteNodegroup", now.call.Params)
	back.Until, back.Every, back.Timeout = []remedy.Condition{now.is("the group is gone", "", remedy.Refuses, "ResourceNotFoundException")}, 30, 3600
	a.Undo = []remedy.Action{back}
	d.shows("group of nodes", absent{}, fmt.Sprintf("%v like %v", p["nodegroupName"], old.call.Params["nodegroupName"]))
	d.shows("its subnets", absent{}, p["Subnets"])
	d.shows("its size", absent{}, p["ScalingConfig"])
	d.do(a)
}

// groupCompanions are what EKS does in the caller's name: it checks the role and hands it on, and starts instances by the template.
func (d *draft) groupCompanions(cluster, p params) {
	t := d.p.hand.target
	d.companion(map[string]string{"iam:PassedToService": "eks.amazonaws.com"}, p["NodeRole"], "iam:PassRole")
	d.companion(nil, p["NodeRole"], "iam:GetRole", "iam:ListAttachedRolePolicies")
	d.companion(map[string]string{"iam:AWSServiceName": "eks-nodegroup.amazonaws.com"},
		"arn:"+t.Partition+":iam::"+t.Account+":role/aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup", "iam:CreateServiceLinkedRole")
	if p["Tags"] != nil {
		d.companion(nil, fmt.Sprintf("arn:%s:eks:%s:%s:nodegroup/%v/%v/*", t.Partition, d.region, t.Account, cluster["name"], p["nodegroupName"]), "eks:TagResource")
	}
	if template, ok := p["LaunchTemplate"].(params); ok {
		arn := fmt.Sprintf("arn:%s:ec2:%s:%s:launch-template/%v", t.Partition, d.region, t.Account, template["Id"])
		d.companion(map[string]string{"ec2:LaunchTemplate": arn}, "*", "ec2:RunInstances")
		d.companion(nil, "*", "ec2:DescribeLaunchTemplateVersions")
	}
}
