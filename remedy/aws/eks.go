package aws

import "github.com/plumbline-dev/plumbline/remedy"

func eksFixes() []Fix {
	return []Fix{eksDeletionProtection, eksEndpoint, eksLogs, eksSubnets, eksNodes, eksNodeGroup}
}

// cluster of EKS: the parameters that name it and its description, in which no update is under way.
func (d *draft) kubernetes() (params, *source) {
	name := params{"name": d.text("name")}
	s := d.look("eks:DescribeCluster", name)
	s.require("the cluster is active", "Cluster.Status", remedy.Equals, "ACTIVE")
	return name, s
}

// updating are the conditions on a cluster while it is being changed, and once it is ready.
func updating(s *source) (ready, under []remedy.Condition) {
	return []remedy.Condition{s.is("the cluster is active", "Cluster.Status", remedy.Equals, "ACTIVE")}, []remedy.Condition{s.is("the cluster is being changed", "Cluster.Status", remedy.Equals, "UPDATING")}
}

var eksDeletionProtection = Fix{
	ID: "eks-deletion-protection", Title: "protected from deletion", Takes: []string{"aws_eks_cluster.deletion_protection"},
	Does: []string{"eks:UpdateClusterConfig"}, Undoes: []string{"eks:UpdateClusterConfig"}, Reads: []string{"eks:DescribeCluster"},
	Risk: remedy.Risk{Class: "online", Detail: "Deleting or replacing the cluster fails from now on, by Terraform too."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		name, s := d.kubernetes()
		ready, under := updating(s)
		d.setting(s, setting{label: "deletion protection", path: "Cluster.DeletionProtection", want: d.must("deletion_protection"), unset: false, op: "eks:UpdateClusterConfig",
			write: func(v any) params { return with(name, params{"deletionProtection": v}) }, ready: ready, under: under, wait: 1800})
	},
}

var eksSubnets = Fix{
	ID: "eks-cluster-subnets", Title: "the control plane reaches more zones", Takes: []string{"aws_eks_cluster.vpc_config.subnet_ids"},
	Does: []string{"eks:UpdateClusterConfig"}, Undoes: []string{"eks:UpdateClusterConfig"}, Reads: []string{"ec2:DescribeSubnets", "eks:DescribeCluster"},
	Companions: []string{"ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"},
	Risk:       remedy.Risk{Class: "online", Detail: "The cluster goes on working during the update; no other update can be made meanwhile."},
	Undo:       fully, Seconds: 900,
	plan: func(d *draft) {
		name, s := d.kubernetes()
		const path = "Cluster.ResourcesVpcConfig.SubnetIds"
		prior, _ := s.get(path).([]any)
		want, _ := d.must("vpc_config[0].subnet_ids").([]any)
		d.added(prior, want, reach{free: 6})
		s.require("its subnets are still "+told(prior), path, remedy.Same, prior)
		d.shows("subnets", prior, want)
		ready, under := updating(s)
		set := func(list []any, says string) remedy.Action {
			a := d.write("eks:UpdateClusterConfig", with(name, params{"resourcesVpcConfig": params{"subnetIds": list}}))
			a.Call.Token = "clientRequestToken"
			a.Until, a.Underway, a.Timeout = append([]remedy.Condition{s.is(says, path, remedy.Same, list)}, ready...), under, 3600
			return a
		}
		a := set(want, "its subnets are as planned")
		a.UndoWhen = a.Until[:1]
		a.Undo = []remedy.Action{set(prior, "its subnets are as before")}
		d.do(a)
		d.companion(nil, "*", d.job.fix.Companions...)
	},
}

var eksNodes = Fix{
	ID: "eks-node-count", Title: "more nodes", Takes: []string{"aws_eks_node_group.scaling_config.min_size", "aws_eks_node_group.scaling_config.desired_size", "aws_eks_node_group.scaling_config.max_size"},
	Does: []string{"eks:UpdateNodegroupConfig"}, Undoes: []string{"eks:UpdateNodegroupConfig"}, Reads: []string{"eks:DescribeNodegroup"},
	Risk: remedy.Risk{Class: "online", Detail: "Nodes are started; nothing is ended."},
	Undo: partly("nodes are ended, which ones AWS decides, and their pods start elsewhere"), Seconds: 300,
	plan: func(d *draft) {
		name := params{"clusterName": d.text("cluster_name"), "nodegroupName": d.text("node_group_name")}
		s := d.look("eks:DescribeNodegroup", name)
		active := s.is("the group is active", "Nodegroup.Status", remedy.Equals, "ACTIVE")
		s.require("the group is active", "Nodegroup.Status", remedy.Equals, "ACTIVE")
		const at = "Nodegroup.ScalingConfig."
		set, back := params{}, params{}
		var until, before []remedy.Condition
		for _, x := range [][2]string{{"min_size", "minSize"}, {"desired_size", "desiredSize"}, {"max_size", "maxSize"}} {
			attr, m := x[0], x[1]
			prior := s.get(at + m)
			set[m], back[m] = prior, prior
			if want, ok := d.wanted("scaling_config[0]." + attr); ok {
				s.still(m, at+m)
				d.shows(m, prior, want)
				set[m] = want
				until, before = append(until, s.is(m+" is as planned", at+m, remedy.Equals, want)), append(before, s.is(m+" is as before", at+m, remedy.Equals, prior))
			}
		}
		update := func(config params, until []remedy.Condition) remedy.Action {
			a := d.write("eks:UpdateNodegroupConfig", with(name, params{"scalingConfig": config}))
			a.Call.Token = "clientRequestToken"
			a.Until, a.Timeout = append(until, active), 1800
			a.Underway = []remedy.Condition{s.is("the group is being changed", "Nodegroup.Status", remedy.Equals, "UPDATING")}
			return a
		}
		a := update(set, until)
		a.UndoWhen, a.Undo = until, []remedy.Action{update(back, before)}
		d.do(a)
	},
}
