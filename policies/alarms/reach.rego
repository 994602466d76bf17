# METADATA
# title: Alarms reach a person
# description: >-
#   Follows alarm_actions to scaling policies, functions, and topics with a confirmed subscription or a chat channel. Fails when actions are switched off,
#   when there is none, or when nobody reads the topic. Email and https subscriptions have to be confirmed by hand, which code cannot tell: undecided, as
#   is a topic that is not defined in the code. Alarms that a composite alarm combines are not applicable.
# custom:
#   control: [MON-ALARM-002]
#   requirement: [RA-95]
#   judges: aws_cloudwatch_metric_alarm
#   severity: high
#   pillar: [reliability, operations]
#   disruption: none
#   remediation: >-
#     Point alarm_actions at an SNS topic that a person reads: a confirmed mailbox, a chat channel, a pager.
#   equivalents:
#     prowler: [cloudwatch_alarm_actions_enabled, cloudwatch_alarm_actions_alarm_state_configured]
#     checkov: [CKV_AWS_319]
#     aws_config: [CLOUDWATCH_ALARM_ACTION_CHECK, CLOUDWATCH_ALARM_ACTION_ENABLED_CHECK]
#     well_architected: [REL06-BP03, REL11-BP06]
#   example: |
#     resource "aws_cloudwatch_metric_alarm" "a" {
#       alarm_name = "a"
#       alarm_actions = []
#     }
package alarms.reach

part contains i if {
	some i, a in input.aws_cloudwatch_metric_alarm
	some _ in a._from["aws_cloudwatch_composite_alarm.children"]
}

judged contains i if {
	some i, _ in input.aws_cloudwatch_metric_alarm
	not part[i]
}

# Subscriptions that deliver.
confirmed contains s if {
	some s, x in input.aws_sns_topic_subscription
	x.protocol in {"lambda", "sqs", "sms", "firehose", "application"}
}

confirmed contains s if {
	some s, x in input.aws_sns_topic_subscription
	x.endpoint_auto_confirms == true
}

confirmed contains s if {
	some s, x in input.aws_sns_topic_subscription
	x.pending_confirmation == false
}

reached contains i if {
	some i, a in input.aws_cloudwatch_metric_alarm
	some t in a._to["alarm_actions/aws_sns_topic"]
	heard[t]
}

heard contains t if {
	some t, topic in input.aws_sns_topic
	some s in topic._from["aws_sns_topic_subscription.topic_arn"]
	confirmed[s]
}

heard contains t if {
	some t, topic in input.aws_sns_topic
	some _ in topic._from["aws_chatbot_slack_channel_configuration.sns_topic_arns"]
}

reached contains i if {
	some i, a in input.aws_cloudwatch_metric_alarm
	some _ in a._to["alarm_actions/aws_autoscaling_policy"]
}

reached contains i if {
	some i, a in input.aws_cloudwatch_metric_alarm
	some _ in a._to["alarm_actions/aws_appautoscaling_policy"]
}

reached contains i if {
	some i, a in input.aws_cloudwatch_metric_alarm
	some _ in a._to["alarm_actions/aws_lambda_function"]
}

# Actions that are named by a literal: incidents, operations, instance and scaling actions.
reached contains i if {
	some i, a in input.aws_cloudwatch_metric_alarm
	some x in a.alarm_actions
	regex.match(`^arn:aws[a-z-]*:(automate|ssm|ssm-incidents|swf|lambda|autoscaling|aiops):`, x)
}

deny contains {"at": i, "attribute": "actions_enabled", "message": "the alarm's actions are switched off"} if {
	some i in judged
	input.aws_cloudwatch_metric_alarm[i].actions_enabled == false
}

deny contains {"at": i, "attribute": "alarm_actions", "message": "nobody hears the alarm"} if {
	some i in judged
	input.aws_cloudwatch_metric_alarm[i].actions_enabled == true
	not reached[i]
}

fix contains {"at": i, "op": "set", "address": a._address, "path": "actions_enabled", "value": true} if {
	some i in judged
	a := input.aws_cloudwatch_metric_alarm[i]
	a.actions_enabled == false
	reached[i]
}
