package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/remedy"
)

// TestConditionsHaveTheOperatorOfTheirKey: IAM compares flags and ARNs by operators of their own.
func TestConditionsHaveTheOperatorOfTheirKey(t *testing.T) {
	t.Parallel()
	plan := &remedy.Plan{Steps: []remedy.Step{{IAM: []remedy.Permission{
		{Action: "kms:CreateGrant", Resources: []string{"arn:key"}, Condition: map[string]string{"kms:GrantIsForAWSResource": "true"}},
		{Action: "ec2:RunInstances", Resources: []string{"*"}, Condition: map[string]string{"ec2:LaunchTemplate": "arn:template"}},
		{Action: "iam:PassRole", Resources: []string{"arn:role"}, Condition: map[string]string{"iam:PassedToService": "eks.amazonaws.com"}},
		{Action: "ec2:DescribeSubnets", Resources: []string{"*"}},
	}}}}
	got := map[string]map[string]map[string]string{}
	for _, s := range leastStatements(plan, 0) {
		got[s.Action[0]] = s.Condition
	}
	want := map[string]map[string]map[string]string{
		"kms:CreateGrant":     {"Bool": {"kms:GrantIsForAWSResource": "true"}},
		"ec2:RunInstances":    {"ArnEquals": {"ec2:LaunchTemplate": "arn:template"}},
		"iam:PassRole":        {"StringEquals": {"iam:PassedToService": "eks.amazonaws.com"}},
		"ec2:DescribeSubnets": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("conditions (-want +got):\n%s", diff)
	}
}
