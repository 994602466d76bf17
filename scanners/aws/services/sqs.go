package services

// Amazon SQS. Needs sqs:ListQueues and, for each queue, sqs:GetQueueAttributes, sqs:ListQueueTags.

import (
	"context"
	"strconv"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func sqsService() aws.Service {
	sets := []string{"dead_letter_queue"}
	for name := range queueAttributes {
		sets = append(sets, name)
	}
	return aws.Service{
		Name:  "sqs",
		Lists: []aws.List{{Operation: "ListQueues", Gives: []string{"aws_sqs_queue"}, Read: readQueues}},
		Details: []aws.Detail{
			{Operation: "GetQueueAttributes", Of: "aws_sqs_queue", Sets: sets, Read: readQueue},
			{Operation: "ListQueueTags", Of: "aws_sqs_queue", Sets: []string{"tags"}, Read: readQueueTags},
		},
	}
}

// queueAttributes says which attribute of a queue each of ours is. AWS writes all of them as text.
var queueAttributes = map[string]types.QueueAttributeName{
	"fifo_queue":                  types.QueueAttributeNameFifoQueue,
	"content_based_deduplication": types.QueueAttributeNameContentBasedDeduplication,
	"visibility_timeout_seconds":  types.QueueAttributeNameVisibilityTimeout,
	"message_retention_seconds":   types.QueueAttributeNameMessageRetentionPeriod,
	"max_message_size":            types.QueueAttributeNameMaximumMessageSize,
	"delay_seconds":               types.QueueAttributeNameDelaySeconds,
	"receive_wait_time_seconds":   types.QueueAttributeNameReceiveMessageWaitTimeSeconds,
	"policy":                      types.QueueAttributeNamePolicy,
	"redrive_policy":              types.QueueAttributeNameRedrivePolicy,
	"redrive_allow_policy":        types.QueueAttributeNameRedriveAllowPolicy,
	"kms_master_key_id":           types.QueueAttributeNameKmsMasterKeyId,
	"sqs_managed_sse_enabled":     types.QueueAttributeNameSqsManagedSseEnabled,
}

func readQueues(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := sqs.NewListQueuesPaginator(sqs.NewFromConfig(s.Config), &sqs.ListQueuesInput{MaxResults: sdk.Int32(1000)})
	return eachPage(ctx, pages, func(page *sqs.ListQueuesOutput) {
		for _, url := range page.QueueUrls {
			name := url[strings.LastIndex(url, "/")+1:]
			r := s.Resource("aws_sqs_queue", s.ARN("sqs", name), url, name)
			r.Attrs["name"], r.Attrs["url"] = name, url
			null(r, "name_prefix")
			give(r)
		}
	})
}

// readQueue sets the attributes of a queue. AWS leaves out what is not set.
func readQueue(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	url := r.Attrs["url"].(string)
	out, err := sqs.NewFromConfig(s.Config).GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
	if err != nil {
		return err
	}
	for name, theirs := range queueAttributes {
		r.Attrs[name] = written(out.Attributes[string(theirs)])
	}
	null(r, "dead_letter_queue") // made from redrive_policy
	for _, name := range []string{"fifo_queue", "content_based_deduplication", "sqs_managed_sse_enabled"} {
		r.Attrs[name] = r.Attrs[name] == true
	}
	return nil
}

// written gives the value that a text stands for: a flag, a whole number, nil for nothing.
func written(s string) any {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	switch s {
	case "":
		return nil
	case "true":
		return true
	case "false":
		return false
	}
	return s
}

func readQueueTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	url := r.Attrs["url"].(string)
	out, err := sqs.NewFromConfig(s.Config).ListQueueTags(ctx, &sqs.ListQueueTagsInput{QueueUrl: &url})
	if err != nil {
		return err
	}
	r.Attrs["tags"] = aws.Plain(out.Tags)
	return nil
}
