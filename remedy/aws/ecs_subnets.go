package aws

import "github.com/plumbline-dev/plumbline/remedy"

var ecsSubnets = Fix{
	ID: "ecs-multi-az", Title: "tasks in more zones", Takes: []string{"aws_ecs_service.network_configuration.subnets"},
	Does: []string{"ecs:UpdateService"}, Undoes: []string{"ecs:UpdateService"}, Reads: []string{"ec2:DescribeSubnets", "ecs:DescribeServices"},
	Risk: remedy.Risk{Class: "rolling-restart", Detail: "A new deployment of the same tasks: each is started in one of the subnets and then the old one is ended, as many at once as the service allows. A single task with a smallest healthy part below 100 percent is gone meanwhile."},
	Undo: partly("one more deployment ends every task once"), Seconds: 600,
	plan: func(d *draft) {
		id, s := d.service()
		s.require("its tasks have interfaces of their own (awsvpc)", vpcOfTasks, remedy.Present, nil)
		s.require("no deployment is under way", "Services[0].Deployments.#", remedy.Equals, 1)
		for _, other := range []string{"CODE_DEPLOY", "EXTERNAL"} {
			s.require("it is not deployed by "+other, "Services[0].DeploymentController.Type", remedy.Differs, other)
		}
		const path = vpcOfTasks + ".Subnets"
		prior := s.get(path)
		want := d.must("network_configuration[0].subnets")
		d.added(prior, want, reach{free: 2})
		s.require("its subnets are still "+told(prior), path, remedy.Same, prior)
		d.shows("subnets", prior, want)
		update := func(list any, says string) remedy.Action {
			a := d.write("ecs:UpdateService", with(id, params{"networkConfiguration": edited(bind("network"), "set", params{"AwsvpcConfiguration.Subnets": list})}))
			a.Reads = []remedy.Read{{Call: s.call, Binds: map[string]string{"network": "Services[0].NetworkConfiguration"}}}
			placed := s.is(says, path, remedy.Same, list)
			a.Until = []remedy.Condition{placed, s.is("the deployment is complete", "Services[0].Deployments.#", remedy.Equals, 1), s.is("no deployment has failed", "Services[0].Deployments[0].RolloutState", remedy.Differs, "FAILED")}
			a.Underway, a.Every, a.Timeout = []remedy.Condition{placed}, 15, 2400
			return a
		}
		a := update(want, "its subnets are as planned")
		a.UndoWhen, a.Undo = a.Until[:1], []remedy.Action{update(prior, "its subnets are as before")}
		d.do(a)
	},
}

const vpcOfTasks = "Services[0].NetworkConfiguration.AwsvpcConfiguration"
