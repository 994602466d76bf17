package aws

import (
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

func ecsFixes() []Fix { return []Fix{ecsRollback, ecsDesiredCount, ecsSubnets} }

// service gives the parameters that name the service, and its description, in which no deployment is under way.
func (d *draft) service() (params, *source) {
	arn := d.text("arn")
	_, path, _ := strings.Cut(arn, ":service/")
	cluster, _, ok := strings.Cut(path, "/")
	if c, known := d.job.of.Attrs["cluster"].(string); known {
		cluster = c
	} else if !ok {
		d.refuse(remedy.NotFound, "the scan did not read its cluster")
	}
	s := d.look("ecs:DescribeServices", params{"cluster": cluster, "services": []any{arn}})
	s.require("the service is active", "Services[0].Status", remedy.Equals, "ACTIVE")
	return params{"cluster": cluster, "service": arn}, s
}

var ecsRollback = Fix{
	ID: "ecs-rollback", Title: "a failed deployment is taken back", Takes: []string{"aws_ecs_service.deployment_circuit_breaker", "aws_ecs_service.deployment_minimum_healthy_percent"},
	Does: []string{"ecs:UpdateService"}, Undoes: []string{"ecs:UpdateService"}, Reads: []string{"ecs:DescribeServices"},
	Risk: remedy.Risk{Class: "online", Detail: "No deployment is started; the next one is made so."},
	Undo: fully, Seconds: 15,
	plan: func(d *draft) {
		id, s := d.service()
		const config = "Services[0].DeploymentConfiguration"
		set, unset, back, drop := params{}, []any{}, params{}, []any{}
		a := remedy.Action{}
		var before []remedy.Condition
		add := func(label, member string, want any) {
			prior := s.still(label, config+"."+member)
			d.shows(label, prior, want)
			set[member] = want
			if prior == nil {
				drop = append(drop, member)
				before = append(before, s.is(label+" is as before", config+"."+member, remedy.Differs, want))
			} else {
				back[member] = prior
				before = append(before, s.is(label+" is as before", config+"."+member, remedy.Equals, prior))
			}
			a.Until = append(a.Until, s.is(label+" is as planned", config+"."+member, remedy.Equals, want))
		}
		if b, ok := d.wanted("deployment_circuit_breaker"); ok {
			add("circuit breaker", "DeploymentCircuitBreaker", params{"Enable": first(b, "enable"), "Rollback": first(b, "rollback")})
		}
		if n, ok := d.wanted("deployment_minimum_healthy_percent"); ok {
			add("smallest healthy part in percent", "MinimumHealthyPercent", n)
		}
		// A breaker that was never set cannot be left out again: AWS keeps what an update does not name, so it is switched off.
		for i, member := range drop {
			if member == "DeploymentCircuitBreaker" {
				back["DeploymentCircuitBreaker"], drop = params{"Enable": false, "Rollback": false}, append(drop[:i:i], drop[i+1:]...)
			}
		}
		update := func(set params, unset []any) params {
			return with(id, params{"deploymentConfiguration": edited(bind("config"), "set", set, "unset", unset)})
		}
		s.require("the scan reads how it is deployed", config, remedy.Present, nil)
		read := []remedy.Read{{Call: s.call, Binds: map[string]string{"config": config}}}
		c := d.call("ecs:UpdateService", update(set, unset))
		a.Call, a.Reads, a.UndoWhen = &c, read, a.Until
		undo := d.write("ecs:UpdateService", update(back, drop))
		undo.Reads, undo.Until = read, before
		a.Undo = []remedy.Action{undo}
		d.do(a)
	},
}

var ecsDesiredCount = Fix{
	ID: "ecs-desired-count", Title: "more than one task", Takes: []string{"aws_ecs_service.desired_count"}, early: true,
	Does: []string{"ecs:UpdateService"}, Undoes: []string{"ecs:UpdateService"}, Reads: []string{"application-autoscaling:DescribeScalableTargets", "ecs:DescribeServices"},
	Risk: remedy.Risk{Class: "online", Detail: "Tasks are started; software that must run once only then runs more often."},
	Undo: partly("tasks are ended, which ones AWS decides"), Seconds: 180,
	plan: func(d *draft) {
		id, s := d.service()
		s.require("the number of tasks is the service's own", "Services[0].SchedulingStrategy", remedy.Equals, "REPLICA")
		_, path, _ := strings.Cut(d.text("arn"), ":service/")
		scaled := d.look("application-autoscaling:DescribeScalableTargets", params{"ServiceNamespace": "ecs", "ResourceIds": []any{"service/" + path}})
		scaled.require("nothing scales the service", "ScalableTargets", remedy.Absent, nil)
		want := d.must("desired_count")
		d.setting(s, setting{label: "tasks", path: "Services[0].DesiredCount", want: want, op: "ecs:UpdateService",
			write: func(v any) params { return with(id, params{"desiredCount": v}) }, wait: 1200})
	},
}
