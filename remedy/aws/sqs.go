package aws

import (
	"maps"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

func sqsFixes() []Fix { return []Fix{sqsDeadLetter} }

var noQueue = []any{"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}

// sqsDeadLetter makes the queue and the alarm on it before anything can land there.
var sqsDeadLetter = Fix{
	ID: "sqs-dead-letter", Title: "what cannot be processed goes to a queue of its own", Single: true,
	Takes:  []string{"+aws_sqs_queue", "aws_sqs_queue.redrive_policy", "+aws_cloudwatch_metric_alarm"},
	Does:   []string{"cloudwatch:PutMetricAlarm", "sqs:CreateQueue", "sqs:SetQueueAttributes"},
	Undoes: []string{"cloudwatch:DeleteAlarms", "sqs:DeleteQueue", "sqs:SetQueueAttributes"},
	Reads:  []string{"cloudwatch:DescribeAlarms", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"},
	Risk:   remedy.Risk{Class: "online", Detail: "A message that was received five times without being deleted leaves the queue, those that wait now included."},
	Undo:   partly("messages that went there meanwhile stay: its queue is only deleted while it is empty"), Seconds: 30,
	plan: func(d *draft) {
		url := params{"QueueUrl": d.text("url")}
		now := d.look("sqs:GetQueueAttributes", with(url, params{"AttributeNames": []any{"All"}}))
		const path = "Attributes.RedrivePolicy"
		now.require("the queue still hands nothing on", path, remedy.Absent, nil)
		name := d.named("name")
		d.namesMade(name)
		d.queue(name)
		if _, ok := d.wanted("alarm_name"); ok {
			metricAlarm.plan(d)
		}
		policy := d.must("redrive_policy")
		d.shows("redrive policy", nil, policy)
		set := func(v any, until remedy.Condition) remedy.Action {
			a := d.write("sqs:SetQueueAttributes", with(url, params{"Attributes": params{"RedrivePolicy": v}}))
			a.Until, a.Timeout = []remedy.Condition{until}, 120
			return a
		}
		a := set(policy, now.is("the queue hands on what fails", path, remedy.Present, nil))
		a.UndoWhen = a.Until
		a.Undo = []remedy.Action{set("", now.is("the queue hands nothing on", path, remedy.Absent, nil))}
		d.do(a)
	},
}

// namesMade puts the name and the ARN of the queue that the step makes in the place of references to it.
func (d *draft) namesMade(name string) {
	t := d.p.hand.target
	arn := strings.Join([]string{"arn", t.Partition, "sqs", d.region, t.Account, name}, ":")
	var made graph.Address
	for _, c := range d.job.changes {
		if c.Op == graph.Create && c.Type == "aws_sqs_queue" {
			made = c.Address
		}
	}
	changes := make(graph.Patch, len(d.job.changes))
	for i, c := range d.job.changes {
		c.New = inPlace(c.New, made, map[string]string{"name": name, "arn": arn})
		changes[i] = c
	}
	d.job.changes = changes
}

// inPlace replaces references to a resource by texts, by attribute.
func inPlace(v any, made graph.Address, texts map[string]string) any {
	switch v := v.(type) {
	case graph.Ref:
		if text, ok := texts[v.Attr]; ok && v.Address == made {
			return text
		}
	case graph.Template:
		text := string(v)
		for attr, is := range texts {
			text = strings.ReplaceAll(text, graph.Ref{Address: made, Attr: attr}.String(), is)
		}
		return graph.Template(text)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = inPlace(x, made, texts)
		}
		return out
	case map[string]any:
		out := maps.Clone(v)
		for k, x := range v {
			out[k] = inPlace(x, made, texts)
		}
		return out
	}
	return v
}

// queue makes a queue that nobody has by this name.
func (d *draft) queue(name string) {
	of := params{"QueueName": name}
	s := d.look("sqs:GetQueueUrl", of)
	s.require("there is no queue "+name, "", remedy.Refuses, noQueue)
	attributes := params{"MessageRetentionPeriod": "1209600", "SqsManagedSseEnabled": "true"}
	if fifo, _ := d.wanted("fifo_queue"); fifo == true {
		attributes["FifoQueue"] = "true"
	}
	a := d.write("sqs:CreateQueue", with(of, params{"Attributes": attributes}))
	a.Binds = map[string]string{"queue": "QueueUrl"}
	a.Find = &remedy.Read{Call: s.call, Binds: map[string]string{"queue": "QueueUrl"}}
	a.Until = []remedy.Condition{s.is("the queue is there", "QueueUrl", remedy.Present, nil)}
	one := params{"QueueUrl": bind("queue"), "AttributeNames": []any{"All"}}
	a.UndoWhen = []remedy.Condition{d.when("nothing waits in it", "sqs:GetQueueAttributes", one, "Attributes.ApproximateNumberOfMessages", remedy.Equals, "0")}
	a.Undo = d.undone("sqs:DeleteQueue", params{"QueueUrl": bind("queue")}, s.is("the queue is gone", "", remedy.Refuses, noQueue))
	d.shows("queue", absent{}, name)
	d.do(a)
}
