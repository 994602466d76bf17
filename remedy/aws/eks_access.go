package aws

import (
	"slices"

	"github.com/plumbline-dev/plumbline/remedy"
)

var eksLogs = Fix{
	ID: "eks-audit-log", Title: "the logs of the control plane are kept", Takes: []string{"aws_eks_cluster.enabled_cluster_log_types"},
	Does: []string{"eks:UpdateClusterConfig"}, Undoes: []string{"eks:UpdateClusterConfig"}, Reads: []string{"eks:DescribeCluster"},
	Risk: remedy.Risk{Class: "online", Detail: "CloudWatch Logs bills what is written; the log group has no end of retention."},
	Undo: partly("the log group stays, with what was written meanwhile"), Seconds: 300,
	plan: func(d *draft) {
		name, s := d.kubernetes()
		const path = "Cluster.Logging.ClusterLogging[Enabled=true].Types"
		prior, _ := s.still("what is logged", path).([]any)
		want, _ := d.must("enabled_cluster_log_types").([]any)
		added := slices.DeleteFunc(slices.Clone(want), func(x any) bool { return contains(prior, x) })
		if len(added) == 0 || len(want) != len(prior)+len(added) {
			d.refuse(remedy.PreconditionFails, "logs are only added to those that are kept (%s)", told(prior))
		}
		d.shows("logs", prior, want)
		ready, under := updating(s)
		set := func(until remedy.Condition, setups ...any) remedy.Action {
			a := d.write("eks:UpdateClusterConfig", with(name, params{"logging": params{"clusterLogging": setups}}))
			a.Call.Token = "clientRequestToken"
			a.Until, a.Underway, a.Timeout = append([]remedy.Condition{until}, ready...), under, 1800
			return a
		}
		off := []any{params{"types": added, "enabled": false}}
		before := s.is("nothing is logged", path, remedy.Absent, nil)
		if len(prior) > 0 {
			off, before = append(off, params{"types": prior, "enabled": true}), s.is("what was logged before is logged", path, remedy.Same, prior)
		}
		a := set(s.is("it is logged", path, remedy.Same, want), params{"types": want, "enabled": true})
		a.UndoWhen, a.Undo = a.Until[:1], []remedy.Action{set(before, off...)}
		d.do(a)
	},
}

// eksEndpoint opens the way from inside before, and in the same call as, the one from outside is closed: nodes need one of them.
var eksEndpoint = Fix{
	ID: "eks-private-endpoint", Title: "the Kubernetes API answers inside of the network only",
	Takes: []string{"aws_eks_cluster.vpc_config.endpoint_private_access", "aws_eks_cluster.vpc_config.endpoint_public_access"},
	Does:  []string{"eks:UpdateClusterConfig"}, Undoes: []string{"eks:UpdateClusterConfig"}, Reads: []string{"ec2:DescribeVpcAttribute", "eks:DescribeCluster"},
	Companions: []string{"ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"},
	Risk:       remedy.Risk{Class: "access-break", Detail: "kubectl, CI and operators that are not in the network of the cluster, or connected to it, lose the Kubernetes API once it is done."},
	Undo:       fully, Seconds: 900,
	plan: func(d *draft) {
		name, s := d.kubernetes()
		const at = "Cluster.ResourcesVpcConfig."
		vpc := s.get(at + "VpcId")
		if vpc == nil {
			d.refuse(remedy.NotFound, "AWS does not say in which network the cluster is")
		}
		for attribute, member := range map[string]string{"enableDnsHostnames": "EnableDnsHostnames", "enableDnsSupport": "EnableDnsSupport"} {
			dns := d.look("ec2:DescribeVpcAttribute", params{"VpcId": vpc, "Attribute": attribute})
			dns.require("names resolve in the network ("+attribute+"): nodes find the API by them", member+".Value", remedy.Equals, true)
		}
		if d.must("vpc_config[0].endpoint_public_access") != false {
			d.refuse(remedy.PreconditionFails, "the public endpoint is only closed in an account")
		}
		private := s.still("private endpoint", at+"EndpointPrivateAccess")
		s.require("the public endpoint is still open", at+"EndpointPublicAccess", remedy.Equals, true)
		networks := s.still("its networks", at+"PublicAccessCidrs")
		d.shows("private endpoint", private, true)
		d.shows("public endpoint", true, false)
		ready, under := updating(s)
		set := func(config params, until ...remedy.Condition) remedy.Action {
			a := d.write("eks:UpdateClusterConfig", with(name, params{"resourcesVpcConfig": config}))
			a.Call.Token = "clientRequestToken"
			a.Until, a.Underway, a.Timeout = append(until, ready...), under, 3600
			return a
		}
		a := set(params{"endpointPrivateAccess": true, "endpointPublicAccess": false},
			s.is("the private endpoint is open", at+"EndpointPrivateAccess", remedy.Equals, true), s.is("the public endpoint is closed", at+"EndpointPublicAccess", remedy.Equals, false))
		a.UndoWhen = a.Until[:2]
		back := params{"endpointPrivateAccess": private == true, "endpointPublicAccess": true}
		if networks != nil {
			back["publicAccessCidrs"] = networks
		}
		a.Undo = []remedy.Action{set(back, s.is("the public endpoint is open", at+"EndpointPublicAccess", remedy.Equals, true))}
		d.do(a)
		for _, action := range d.job.fix.Companions {
			d.companions = append(d.companions, remedy.Permission{Action: action, Resources: []string{"*"}})
		}
	},
}
