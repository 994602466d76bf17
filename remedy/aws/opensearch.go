package aws

import "github.com/plumbline-dev/plumbline/remedy"

func opensearchFixes() []Fix { return []Fix{opensearchHTTPS, opensearchZones} }

// searchDomain gives the parameters that name the domain, and its description, in which no change is under way.
func (d *draft) searchDomain() (params, *source) {
	name := params{"DomainName": d.text("domain_name")}
	s := d.look("es:DescribeDomain", name)
	s.require("no change is under way", "DomainStatus.Processing", remedy.Differs, true)
	return name, s
}

// derived are members of an option that AWS tells and does not take.
var derived = map[string][]any{"VPCOptions": {"VPCId", "AvailabilityZones"}}

// updateDomain makes the action that sets members of options, each option whole as it is then, and sets them back: option -> member ->
// value. It is one change of the domain, and its data moves once.
func (d *draft) updateDomain(name params, s *source, options map[string]params, wait int) {
	set, back := params{}, params{}
	var until, before []remedy.Condition
	read := remedy.Read{Call: s.call, Binds: map[string]string{}}
	for _, option := range sortedKeys(options) {
		members, prior, gone := options[option], params{}, derived[option]
		read.Binds[option] = "DomainStatus." + option
		for _, m := range sortedKeys(members) {
			at := "DomainStatus." + option + "." + m
			v := s.still(m, at)
			d.shows(m, v, members[m])
			until = append(until, s.is(m+" is as planned", at, remedy.Equals, members[m]))
			if v == nil {
				gone = append(gone[:len(gone):len(gone)], m)
				continue
			}
			prior[m] = v
			before = append(before, s.is(m+" is as before", at, remedy.Equals, v))
		}
		set[option], back[option] = without(edited(bind(option), "set", members), derived[option]), without(edited(bind(option), "set", prior), gone)
	}
	if len(before) == 0 {
		before = []remedy.Condition{s.is("it is no longer as planned", until[0].Path, remedy.Differs, until[0].Want)}
	}
	ready := s.is("the change is complete", "DomainStatus.Processing", remedy.Differs, true)
	under := s.is("the change is being made", "DomainStatus.Processing", remedy.Equals, true)
	update := func(options params, until []remedy.Condition) remedy.Action {
		a := d.write("es:UpdateDomainConfig", with(name, options))
		a.Reads = []remedy.Read{read}
		a.Until, a.Underway, a.Every, a.Timeout = append(until, ready), []remedy.Condition{under}, 30, wait
		return a
	}
	a := update(set, until)
	a.UndoWhen = until
	a.Undo = []remedy.Action{update(back, before)}
	d.do(a)
}

// without adds to an edit what it takes away.
func without(edit params, gone []any) params {
	if len(gone) > 0 {
		edit["unset"] = gone
	}
	return edit
}

// members gives the values that the changes want of a block, by the names of the API.
func (d *draft) members(block string, names map[string]string) params {
	out := params{}
	for attr, m := range names {
		if want, ok := d.wanted(block + "[0]." + attr); ok {
			out[m] = want
		}
	}
	return out
}

var opensearchHTTPS = Fix{
	ID: "opensearch-https", Title: "HTTPS only, and no old TLS",
	Takes: []string{"aws_opensearch_domain.domain_endpoint_options.enforce_https", "aws_opensearch_domain.domain_endpoint_options.tls_security_policy"},
	Does:  []string{"es:UpdateDomainConfig"}, Undoes: []string{"es:UpdateDomainConfig"}, Reads: []string{"es:DescribeDomain"},
	Risk: remedy.Risk{Class: "access-break", Detail: "Clients that speak HTTP, or only old versions of TLS, are refused."},
	Undo: fully, Seconds: 1200,
	plan: func(d *draft) {
		name, s := d.searchDomain()
		members := d.members("domain_endpoint_options", map[string]string{"enforce_https": "EnforceHTTPS", "tls_security_policy": "TLSSecurityPolicy"})
		d.updateDomain(name, s, map[string]params{"DomainEndpointOptions": members}, 7200)
	},
}

var opensearchZones = Fix{
	ID: "opensearch-zone-awareness", Title: "nodes in several zones",
	Takes: []string{
		"aws_opensearch_domain.cluster_config.zone_awareness_enabled", "aws_opensearch_domain.cluster_config.instance_count",
		"aws_opensearch_domain.cluster_config.zone_awareness_config", "aws_opensearch_domain.cluster_config.zone_awareness_config.availability_zone_count",
		"aws_opensearch_domain.cluster_config.dedicated_master_enabled", "aws_opensearch_domain.cluster_config.dedicated_master_count",
		"aws_opensearch_domain.cluster_config.dedicated_master_type", "aws_opensearch_domain.vpc_options.subnet_ids",
	},
	Does: []string{"es:UpdateDomainConfig"}, Undoes: []string{"es:UpdateDomainConfig"}, Reads: []string{"ec2:DescribeSubnets", "es:DescribeDomain"},
	Companions: []string{"ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"},
	Risk:       remedy.Risk{Class: "online-degraded", Detail: "A second set of nodes is made and the data moves over: hours of load, and twice the nodes meanwhile. Indexes without replicas gain nothing."},
	Undo:       partly("the data moves once more, for hours"), Seconds: 10800,
	plan: func(d *draft) {
		name, s := d.searchDomain()
		cluster := d.members("cluster_config", map[string]string{"zone_awareness_enabled": "ZoneAwarenessEnabled", "instance_count": "InstanceCount",
			"dedicated_master_enabled": "DedicatedMasterEnabled", "dedicated_master_count": "DedicatedMasterCount", "dedicated_master_type": "DedicatedMasterType"})
		zones, ok := d.wanted("cluster_config[0].zone_awareness_config[0].availability_zone_count")
		if block, whole := d.wanted("cluster_config[0].zone_awareness_config"); !ok && whole {
			zones = first(block, "availability_zone_count")
		}
		if zones != nil {
			cluster["ZoneAwarenessConfig"] = params{"AvailabilityZoneCount": zones}
		}
		options := map[string]params{"ClusterConfig": cluster}
		if subnets := d.searchSubnets(s, cluster, zones); subnets != nil {
			options["VPCOptions"] = params{"SubnetIds": subnets}
		}
		d.updateDomain(name, s, options, 43200)
	},
}

// searchSubnets gives the subnets of a domain in a network, of which it needs one in each zone; nil when they stay as they are.
func (d *draft) searchSubnets(s *source, cluster params, zones any) any {
	const path = "DomainStatus.VPCOptions.SubnetIds"
	prior, _ := s.get(path).([]any)
	want, ok := d.wanted("vpc_options[0].subnet_ids")
	if !ok && len(prior) == 0 {
		s.require("it is in no network of its own", path, remedy.Absent, nil)
		return nil
	}
	if zones == nil {
		zones = 2 // AWS's own default
	}
	list, _ := want.([]any)
	if !ok {
		list = prior
	}
	if awake := cluster["ZoneAwarenessEnabled"]; awake == true && !same(zones, len(list)) {
		d.refuse(remedy.PreconditionFails, "it needs a subnet in each of its %v zones, and %d are named", zones, len(list))
	}
	if !ok {
		s.require("its subnets are still "+told(prior), path, remedy.Same, prior)
		return nil
	}
	nodes := number(s.get("DomainStatus.ClusterConfig.InstanceCount"))
	if n := number(cluster["InstanceCount"]); n != nil {
		nodes = n
	}
	room := 3 // the service asks for three addresses a node, because it makes the new nodes beside the old ones
	if nodes != nil {
		room *= int(*nodes)
	}
	d.added(prior, want, reach{free: room, apart: true})
	d.companion(nil, "*", d.job.fix.Companions...)
	return want
}
