package aws

import (
	"fmt"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

func lbFixes() []Fix {
	return []Fix{lbDeletionProtection, lbMultiAZ, lbTLSPolicy, lbHealthCheck, lbRedirect, lbHTTPS}
}

// unowned refuses load balancers that a controller of Kubernetes keeps as it wants them.
func (d *draft) unowned() {
	tags, _ := d.job.of.Attrs["tags"].(map[string]any)
	for _, k := range sortedKeys(tags) {
		if k == "elbv2.k8s.aws/cluster" || strings.HasPrefix(k, "kubernetes.io/cluster/") {
			d.refuse(remedy.NotOwnSource, "a controller of Kubernetes owns it (tag %s): change the annotations of its Ingress or Service", k)
		}
	}
}

// balancer gives the load balancer's description, which must be in service.
func (d *draft) balancer() *source {
	d.unowned()
	lb := d.look("elasticloadbalancing:DescribeLoadBalancers", params{"LoadBalancerArns": []any{d.text("arn")}})
	lb.require("the load balancer is in service", "LoadBalancers[0].State.Code", remedy.OneOf, []any{"active", "active_impaired"})
	return lb
}

var lbDeletionProtection = Fix{
	ID: "lb-deletion-protection", Title: "protected from deletion", Takes: []string{"aws_lb.enable_deletion_protection"},
	Does: []string{"elasticloadbalancing:ModifyLoadBalancerAttributes"}, Undoes: []string{"elasticloadbalancing:ModifyLoadBalancerAttributes"},
	Reads: []string{"elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers"},
	Risk:  remedy.Risk{Class: "online", Detail: "Deleting or replacing the load balancer fails from now on, by Terraform too."},
	Undo:  fully, Seconds: 10,
	plan: func(d *draft) {
		d.balancer()
		arn := params{"LoadBalancerArn": d.text("arn")}
		d.setting(d.look("elasticloadbalancing:DescribeLoadBalancerAttributes", arn), setting{
			label: "deletion protection", path: "Attributes[Key=deletion_protection.enabled].Value", want: fmt.Sprint(d.must("enable_deletion_protection")), unset: "false",
			op: "elasticloadbalancing:ModifyLoadBalancerAttributes",
			write: func(v any) params {
				return with(arn, params{"Attributes": []any{params{"Key": "deletion_protection.enabled", "Value": v}}})
			},
		})
	},
}

var lbMultiAZ = Fix{
	ID: "lb-multi-az", Title: "in more zones", Takes: []string{"aws_lb.subnets"},
	Does: []string{"elasticloadbalancing:SetSubnets"}, Undoes: []string{"elasticloadbalancing:SetSubnets"}, Reads: []string{"ec2:DescribeRouteTables", "ec2:DescribeSubnets", "elasticloadbalancing:DescribeLoadBalancers"},
	Risk: remedy.Risk{Class: "online", Detail: "The list of subnets is replaced as a whole; zones that stay notice nothing."},
	Undo: partly("a network load balancer drops the connections through the zones that it leaves"), Seconds: 180,
	plan: func(d *draft) {
		lb := d.balancer()
		lb.require("its addresses are chosen by AWS", "LoadBalancers[0].AvailabilityZones[0].LoadBalancerAddresses", remedy.Absent, nil)
		const path = "LoadBalancers[0].AvailabilityZones[*].SubnetId"
		prior, _ := lb.get(path).([]any)
		want, _ := d.must("subnets").([]any)
		more := d.added(prior, want, reach{free: 8, apart: true, public: lb.get("LoadBalancers[0].Scheme") != "internal"})
		d.puts(d.text("arn"), d.zonesOf(more))
		lb.require("its subnets are still "+told(prior), path, remedy.Same, prior)
		d.shows("subnets", prior, want)
		set := func(list []any) params { return params{"LoadBalancerArn": d.text("arn"), "Subnets": list} }
		a := d.write("elasticloadbalancing:SetSubnets", set(want))
		ready := lb.is("the load balancer is in service", "LoadBalancers[0].State.Code", remedy.Equals, "active")
		a.Until, a.Timeout = []remedy.Condition{lb.is("its subnets are as planned", path, remedy.Same, want), ready}, 1800
		a.UndoWhen = a.Until[:1]
		a.Undo = d.undone("elasticloadbalancing:SetSubnets", set(prior), lb.is("its subnets are as before", path, remedy.Same, prior), ready)
		d.do(a)
	},
}

// listener reads the listener that the step is about.
func (d *draft) listener() *source {
	return d.look("elasticloadbalancing:DescribeListeners", params{"ListenerArns": []any{d.text("arn")}})
}

var lbTLSPolicy = Fix{
	ID: "lb-tls-policy", Title: "no old TLS", Takes: []string{"aws_lb_listener.ssl_policy"},
	Does: []string{"elasticloadbalancing:ModifyListener"}, Undoes: []string{"elasticloadbalancing:ModifyListener"}, Reads: []string{"elasticloadbalancing:DescribeListeners"},
	Risk: remedy.Risk{Class: "access-break", Detail: "Clients that know only old versions of TLS are refused."},
	Undo: fully, Seconds: 15,
	plan: func(d *draft) {
		arn := params{"ListenerArn": d.text("arn")}
		d.setting(d.listener(), setting{label: "TLS policy", path: "Listeners[0].SslPolicy", want: d.must("ssl_policy"),
			op: "elasticloadbalancing:ModifyListener", write: func(v any) params { return with(arn, params{"SslPolicy": v}) }})
	},
}

var lbHealthCheck = Fix{
	ID: "lb-health-check", Title: "health check that tells", Takes: []string{"aws_lb_target_group.health_check.enabled", "aws_lb_target_group.health_check.matcher"},
	Does: []string{"elasticloadbalancing:ModifyTargetGroup"}, Undoes: []string{"elasticloadbalancing:ModifyTargetGroup"},
	Reads: []string{"elasticloadbalancing:DescribeTargetGroups"},
	Risk:  remedy.Risk{Class: "online-degraded", Detail: "Targets that answer with an error get no requests any more."},
	Undo:  fully, Seconds: 60,
	plan: func(d *draft) {
		arn := params{"TargetGroupArn": d.text("arn")}
		g := d.look("elasticloadbalancing:DescribeTargetGroups", params{"TargetGroupArns": []any{d.text("arn")}})
		if want, ok := d.wanted("health_check[0].enabled"); ok {
			d.setting(g, setting{label: "health check on", path: "TargetGroups[0].HealthCheckEnabled", want: want, unset: false,
				op: "elasticloadbalancing:ModifyTargetGroup", write: func(v any) params { return with(arn, params{"HealthCheckEnabled": v}) }})
		}
		if want, ok := d.wanted("health_check[0].matcher"); ok {
			d.setting(g, setting{label: "healthy answers", path: "TargetGroups[0].Matcher.HttpCode", want: want,
				op: "elasticloadbalancing:ModifyTargetGroup", write: func(v any) params { return with(arn, params{"Matcher": params{"HttpCode": v}}) }})
		}
	},
}

var lbRedirect = Fix{
	ID: "lb-http-redirect", Title: "plain HTTP answers with HTTPS", Takes: []string{"aws_lb_listener.default_action"},
	Does: []string{"elasticloadbalancing:ModifyListener"}, Undoes: []string{"elasticloadbalancing:ModifyListener"}, Reads: []string{"elasticloadbalancing:DescribeListeners"},
	Risk: remedy.Risk{Class: "access-break", Detail: "Clients that post over HTTP repeat the request as a GET; browsers remember the answer."},
	Undo: partly("browsers that remember the redirection go on using HTTPS"), Seconds: 15,
	plan: func(d *draft) {
		l := d.listener()
		l.require("it speaks HTTP", "Listeners[0].Protocol", remedy.Equals, "HTTP")
		all := d.look("elasticloadbalancing:DescribeListeners", params{"LoadBalancerArn": l.get("Listeners[0].LoadBalancerArn")})
		all.require("the load balancer has an HTTPS listener", "Listeners[?Protocol=HTTPS].#", remedy.AtLeast, 1)
		blocks := d.must("default_action")
		to := first(blocks, "redirect")
		if first(blocks, "type") != "redirect" || first(to, "protocol") != "HTTPS" {
			d.refuse(remedy.PreconditionFails, "only a redirection to HTTPS is made in an account")
		}
		redirect := params{"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}"}
		for attr, member := range map[string]string{"port": "Port", "status_code": "StatusCode"} {
			if v := first(to, attr); v != nil {
				redirect[member] = fmt.Sprint(v)
			}
		}
		prior := l.still("the default action", "Listeners[0].DefaultActions")
		set := func(actions any) params { return params{"ListenerArn": d.text("arn"), "DefaultActions": actions} }
		a := d.write("elasticloadbalancing:ModifyListener", set([]any{params{"Type": "redirect", "RedirectConfig": redirect}}))
		a.Until = []remedy.Condition{l.is("it redirects to HTTPS", "Listeners[0].DefaultActions[0].RedirectConfig.Protocol", remedy.Equals, "HTTPS")}
		a.UndoWhen = a.Until
		a.Undo = d.undone("elasticloadbalancing:ModifyListener", set(prior), l.is("the default action is as before", "Listeners[0].DefaultActions[0].Type", remedy.Differs, "redirect"))
		d.shows("default action", prior, "redirect to HTTPS")
		d.do(a)
	},
}

var lbHTTPS = Fix{
	ID: "lb-https-listener", Title: "HTTPS listener", Takes: []string{"+aws_lb_listener"}, Of: "load_balancer_arn",
	Does: []string{"elasticloadbalancing:CreateListener"}, Undoes: []string{"elasticloadbalancing:DeleteListener"}, Reads: []string{"acm:DescribeCertificate", "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancers"},
	Risk: remedy.Risk{Class: "online", Detail: "Nothing changes for those who use the others. The security group must let the port in: that is a step of its own."},
	Undo: fully, Seconds: 30,
	plan: func(d *draft) {
		d.balancer()
		lb := params{"LoadBalancerArn": d.text("arn")}
		port, certificate := d.must("port"), d.must("certificate_arn")
		all := d.look("elasticloadbalancing:DescribeListeners", lb)
		at := fmt.Sprintf("Listeners[Port=%v]", port)
		all.require(fmt.Sprintf("nothing listens on port %v", port), at, remedy.Absent, nil)
		d.look("acm:DescribeCertificate", params{"CertificateArn": certificate}).require("the certificate is issued", "Certificate.Status", remedy.Equals, "ISSUED")
		actions := d.must("default_action")
		if first(actions, "type") != "forward" || first(actions, "target_group_arn") == nil {
			d.refuse(remedy.PreconditionFails, "only a listener that forwards to one target group is made in an account")
		}
		p := with(lb, params{"Protocol": "HTTPS", "Port": port, "Certificates": []any{params{"CertificateArn": certificate}},
			"DefaultActions": []any{params{"Type": "forward", "TargetGroupArn": first(actions, "target_group_arn")}}})
		if policy, ok := d.wanted("ssl_policy"); ok {
			p["SslPolicy"] = policy
		}
		a := d.write("elasticloadbalancing:CreateListener", p)
		a.Binds = map[string]string{"listener": "Listeners[0].ListenerArn"}
		a.Find = &remedy.Read{Call: all.call, Binds: map[string]string{"listener": at + ".ListenerArn"}}
		a.Until = []remedy.Condition{all.is("it listens", at, remedy.Present, nil)}
		a.Undo = d.undone("elasticloadbalancing:DeleteListener", params{"ListenerArn": bind("listener")}, all.is("the listener is gone", at, remedy.Absent, nil))
		d.shows("listener", absent{}, fmt.Sprintf("HTTPS, port %v", port))
		d.do(a)
	},
}
