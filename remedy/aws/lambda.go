package aws

import "github.com/plumbline-dev/plumbline/remedy"

func lambdaFixes() []Fix { return []Fix{lambdaConcurrency, lambdaDeadLetters, lambdaSubnets} }

// lambda gives the parameters that name the function, and its configuration, in which no update is under way.
func (d *draft) lambda() (params, *source) {
	name := params{"FunctionName": d.text("function_name")}
	s := d.look("lambda:GetFunctionConfiguration", name)
	s.require("no update is under way", "LastUpdateStatus", remedy.Differs, "InProgress")
	return name, s
}

// configureFunction sets one part of a function's configuration. AWS refuses it when somebody changed the function after it was
// read (RevisionId).
func (d *draft) configureFunction(name params, s *source, label, part, path string, prior, want, set, back any) {
	d.shows(label, prior, want)
	ready := s.is("the update is complete", "LastUpdateStatus", remedy.Differs, "InProgress")
	under := s.is("the update is under way", "LastUpdateStatus", remedy.Equals, "InProgress")
	update := func(value any, until remedy.Condition) remedy.Action {
		a := d.write("lambda:UpdateFunctionConfiguration", with(name, params{part: value}))
		if s.get("RevisionId") != nil {
			a.Call.Params["RevisionId"] = bind("revision")
			a.Reads = []remedy.Read{{Call: s.call, Binds: map[string]string{"revision": "RevisionId"}}}
		}
		a.Until, a.Underway, a.Timeout = []remedy.Condition{until, ready}, []remedy.Condition{under}, 1800
		return a
	}
	is := func(v any) remedy.Condition {
		switch list, isList := v.([]any); {
		case isList:
			return s.is(label+" is "+told(v), path, remedy.Same, list)
		case empty(v):
			return s.is(label+" is unset", path, remedy.Absent, nil)
		}
		return s.is(label+" is "+told(v), path, remedy.Equals, v)
	}
	a := update(set, is(want))
	a.UndoWhen = a.Until[:1]
	a.Undo = []remedy.Action{update(back, is(prior))}
	d.do(a)
}

var lambdaConcurrency = Fix{
	ID: "lambda-reserved-concurrency", Title: "a share of its own of what runs at once", Takes: []string{"aws_lambda_function.reserved_concurrent_executions"},
	Does: []string{"lambda:PutFunctionConcurrency"}, Undoes: []string{"lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency"}, Reads: []string{"lambda:GetFunctionConcurrency"},
	Risk: remedy.Risk{Class: "online-degraded", Detail: "The number is a limit too: beyond it calls are refused, and all other functions have that much less."},
	Undo: fully, Seconds: 10,
	plan: func(d *draft) {
		name := params{"FunctionName": d.text("function_name")}
		s := d.look("lambda:GetFunctionConcurrency", name)
		const path = "ReservedConcurrentExecutions"
		if prior := s.get(path); prior != nil {
			d.setting(s, setting{label: "reserved concurrency", path: path, want: d.must("reserved_concurrent_executions"), op: "lambda:PutFunctionConcurrency",
				write: func(v any) params { return with(name, params{path: v}) }})
			return
		}
		want := d.must("reserved_concurrent_executions")
		s.require("no concurrency is reserved", path, remedy.Absent, nil)
		a := d.write("lambda:PutFunctionConcurrency", with(name, params{path: want}))
		a.Until = []remedy.Condition{s.is("it is reserved", path, remedy.Equals, want)}
		a.UndoWhen = a.Until
		a.Undo = d.undone("lambda:DeleteFunctionConcurrency", name, s.is("no concurrency is reserved", path, remedy.Absent, nil))
		d.shows("reserved concurrency", nil, want)
		d.do(a)
	},
}

var lambdaDeadLetters = Fix{
	ID: "lambda-dlq", Title: "events that fail are kept", Takes: []string{"aws_lambda_function.dead_letter_config", "aws_lambda_function.dead_letter_config.target_arn"},
	Does: []string{"lambda:UpdateFunctionConfiguration"}, Undoes: []string{"lambda:UpdateFunctionConfiguration"}, Reads: []string{"lambda:GetFunctionConfiguration"},
	Risk: remedy.Risk{Class: "online", Detail: "Events that were not handled go to the queue; the function's role must be allowed to send there."},
	Undo: fully, Seconds: 30,
	plan: func(d *draft) {
		name, s := d.lambda()
		target, ok := d.wanted("dead_letter_config[0].target_arn")
		if blocks, whole := d.wanted("dead_letter_config"); !ok && whole {
			target = first(blocks, "target_arn")
		}
		if target == nil {
			d.refuse(remedy.PreconditionFails, "the change names no queue or topic")
		}
		prior := s.still("dead letters", "DeadLetterConfig.TargetArn")
		d.configureFunction(name, s, "dead letters", "DeadLetterConfig", "DeadLetterConfig.TargetArn", prior, target, params{"TargetArn": target}, params{"TargetArn": orNone(prior)})
	},
}

var lambdaSubnets = Fix{
	ID: "lambda-vpc-multi-az", Title: "the function runs in several zones", Takes: []string{"aws_lambda_function.vpc_config.subnet_ids"},
	Does: []string{"lambda:UpdateFunctionConfiguration"}, Undoes: []string{"lambda:UpdateFunctionConfiguration"}, Reads: []string{"ec2:DescribeSubnets", "lambda:GetFunctionConfiguration"},
	Risk:       remedy.Risk{Class: "online", Detail: "New network interfaces are made in the background; until then the function runs as it did."},
	Companions: []string{"ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"},
	Undo:       fully, Seconds: 180,
	plan: func(d *draft) {
		name, s := d.lambda()
		prior, groups := s.still("subnets", "VpcConfig.SubnetIds"), s.still("security groups", "VpcConfig.SecurityGroupIds")
		want := d.must("vpc_config[0].subnet_ids")
		if empty(prior) {
			d.refuse(remedy.PreconditionFails, "the function is in no network: what it may reach then is a decision")
		}
		d.added(prior, want, reach{free: 1})
		config := func(subnets any) params { return params{"SubnetIds": subnets, "SecurityGroupIds": groups} }
		d.configureFunction(name, s, "subnets", "VpcConfig", "VpcConfig.SubnetIds", prior, want, config(want), config(prior))
		d.companion(nil, "*", d.job.fix.Companions...)
	},
}
