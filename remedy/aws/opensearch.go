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

// updateDomain makes the action that sets members of one option, whole as it is then, and sets them back.
func (d *draft) updateDomain(name params, s *source, option string, members map[string]any, wait int) {
	back := params{}
	var until, before []remedy.Condition
	at := "DomainStatus." + option + "."
	for _, m := range sortedKeys(members) {
		prior := s.still(m, at+m)
		d.shows(m, prior, members[m])
		until = append(until, s.is(m+" is as planned", at+m, remedy.Equals, members[m]))
		if prior == nil {
			before = append(before, s.is(m+" is as before", at+m, remedy.Differs, members[m]))
			continue
		}
		back[m] = prior
		before = append(before, s.is(m+" is as before", at+m, remedy.Equals, prior))
	}
	ready := s.is("the change is complete", "DomainStatus.Processing", remedy.Differs, true)
	under := s.is("the change is being made", "DomainStatus.Processing", remedy.Equals, true)
	update := func(set params, until []remedy.Condition) remedy.Action {
		a := d.write("es:UpdateDomainConfig", with(name, params{option: edited(bind("option"), "set", set)}))
		a.Reads = []remedy.Read{{Call: s.call, Binds: map[string]string{"option": "DomainStatus." + option}}}
		a.Until, a.Underway, a.Every, a.Timeout = append(until, ready), []remedy.Condition{under}, 30, wait
		return a
	}
	a := update(members, until)
	a.UndoWhen = until
	a.Undo = []remedy.Action{update(back, before)}
	d.do(a)
}

var opensearchHTTPS = Fix{
	ID: "opensearch-https", Title: "HTTPS only, and no old TLS",
	Takes: []string{"aws_opensearch_domain.domain_endpoint_options.enforce_https", "aws_opensearch_domain.domain_endpoint_options.tls_security_policy"},
	Does:  []string{"es:UpdateDomainConfig"}, Undoes: []string{"es:UpdateDomainConfig"}, Reads: []string{"es:DescribeDomain"},
	Risk: remedy.Risk{Class: "access-break", Detail: "Clients that speak HTTP, or only old versions of TLS, are refused."},
	Undo: fully, Seconds: 1200,
	plan: func(d *draft) {
		name, s := d.searchDomain()
		members := map[string]any{}
		for attr, m := range map[string]string{"enforce_https": "EnforceHTTPS", "tls_security_policy": "TLSSecurityPolicy"} {
			if want, ok := d.wanted("domain_endpoint_options[0]." + attr); ok {
				members[m] = want
			}
		}
		d.updateDomain(name, s, "DomainEndpointOptions", members, 7200)
	},
}

var opensearchZones = Fix{
	ID: "opensearch-zone-awareness", Title: "nodes in several zones",
	Takes: []string{"aws_opensearch_domain.cluster_config.zone_awareness_enabled", "aws_opensearch_domain.cluster_config.instance_count", "aws_opensearch_domain.cluster_config.zone_awareness_config.availability_zone_count"},
	Does:  []string{"es:UpdateDomainConfig"}, Undoes: []string{"es:UpdateDomainConfig"}, Reads: []string{"es:DescribeDomain"},
	Risk: remedy.Risk{Class: "online-degraded", Detail: "A second set of nodes is made and the data moves over: hours of load, and twice the nodes meanwhile. Indexes without replicas gain nothing."},
	Undo: partly("the data moves once more, for hours"), Seconds: 10800,
	plan: func(d *draft) {
		name, s := d.searchDomain()
		s.require("it is in no network of its own, or its subnets need a change too", "DomainStatus.VPCOptions.SubnetIds", remedy.Absent, nil)
		members := map[string]any{}
		for attr, m := range map[string]string{"zone_awareness_enabled": "ZoneAwarenessEnabled", "instance_count": "InstanceCount"} {
			if want, ok := d.wanted("cluster_config[0]." + attr); ok {
				members[m] = want
			}
		}
		if n, ok := d.wanted("cluster_config[0].zone_awareness_config[0].availability_zone_count"); ok {
			members["ZoneAwarenessConfig"] = params{"AvailabilityZoneCount": n}
		}
		d.updateDomain(name, s, "ClusterConfig", members, 43200)
	},
}
