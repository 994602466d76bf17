package services

// Amazon SNS. Needs sns:ListTopics, sns:ListSubscriptions, for each topic sns:GetTopicAttributes and sns:ListTagsForResource, for each
// subscription sns:GetSubscriptionAttributes.

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func snsService() aws.Service {
	return aws.Service{
		Name: "sns",
		Lists: []aws.List{
			{Operation: "ListTopics", Gives: []string{"aws_sns_topic"}, Read: readTopics},
			{Operation: "ListSubscriptions", Gives: []string{"aws_sns_topic_subscription"}, Read: readSubscriptions},
		},
		Details: []aws.Detail{
			{Operation: "GetTopicAttributes", Of: "aws_sns_topic", Sets: []string{"display_name", "kms_master_key_id", "policy", "delivery_policy", "fifo_topic", "content_based_deduplication"}, Read: readTopic},
			{Operation: "ListTagsForResource", Of: "aws_sns_topic", Sets: []string{"tags"}, Read: readTopicTags},
			{Operation: "GetSubscriptionAttributes", Of: "aws_sns_topic_subscription", Sets: []string{"filter_policy", "raw_message_delivery", "redrive_policy", "dead_letter_queue"}, For: isConfirmed, Read: readSubscription},
		},
	}
}

func readTopics(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	return eachPage(ctx, sns.NewListTopicsPaginator(sns.NewFromConfig(s.Config), &sns.ListTopicsInput{}), func(page *sns.ListTopicsOutput) {
		for _, t := range page.Topics {
			arn := text(t.TopicArn)
			name := arnPart(arn, 5)
			r := s.Resource("aws_sns_topic", arn, arn, name)
			r.Attrs["name"] = name
			null(r, "name_prefix")
			give(r)
		}
	})
}

func readTopic(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := sns.NewFromConfig(s.Config).GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: sdk.String(r.Origins[0].ID)})
	if err != nil {
		return err
	}
	for name, theirs := range map[string]string{"display_name": "DisplayName", "kms_master_key_id": "KmsMasterKeyId", "policy": "Policy", "delivery_policy": "DeliveryPolicy"} {
		r.Attrs[name] = aws.Plain(out.Attributes[theirs])
	}
	r.Attrs["fifo_topic"] = out.Attributes["FifoTopic"] == "true"
	r.Attrs["content_based_deduplication"] = out.Attributes["ContentBasedDeduplication"] == "true"
	return nil
}

func readTopicTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := sns.NewFromConfig(s.Config).ListTagsForResource(ctx, &sns.ListTagsForResourceInput{ResourceArn: sdk.String(r.Origins[0].ID)})
	if err != nil {
		return err
	}
	r.Attrs["tags"] = aws.Plain(out.Tags)
	return nil
}

// notConfirmed is what AWS gives for the ARN of a subscription that its owner has not confirmed.
const notConfirmed = "PendingConfirmation"

// readSubscriptions leaves out those that were deleted, which AWS lists for three days more.
func readSubscriptions(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	var list []types.Subscription
	err := eachPage(ctx, sns.NewListSubscriptionsPaginator(sns.NewFromConfig(s.Config), &sns.ListSubscriptionsInput{}), func(page *sns.ListSubscriptionsOutput) {
		list = append(list, page.Subscriptions...)
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b types.Subscription) int {
		return cmp.Or(strings.Compare(text(a.TopicArn), text(b.TopicArn)), strings.Compare(text(a.Endpoint), text(b.Endpoint)))
	})
	waiting := map[string]int{}
	for _, from := range list {
		topic, arn := text(from.TopicArn), text(from.SubscriptionArn)
		if arn == "Deleted" {
			continue
		}
		id, pending := arn, arn == notConfirmed
		if pending {
			// The end of a subscription may hold a token, so it is not part of the address.
			waiting[topic]++
			arn, id = "", fmt.Sprintf("%s/pending-%d", arnPart(topic, 5), waiting[topic])
		}
		r := s.Resource("aws_sns_topic_subscription", arn, id, arnPart(topic, 5))
		if pending {
			null(r, "arn")
		}
		r.Attrs["topic_arn"], r.Attrs["protocol"], r.Attrs["endpoint"] = topic, aws.Plain(from.Protocol), aws.Plain(endpoint(text(from.Protocol), text(from.Endpoint)))
		r.Attrs["pending_confirmation"], r.Attrs["tags"] = pending, map[string]any{}
		null(r, "endpoint_auto_confirms") // how the code was to wait; pending_confirmation is what came of it
		give(r)
	}
	return nil
}

// endpoint leaves only the host of a web address: what follows is often a token.
func endpoint(protocol, at string) string {
	if !strings.HasPrefix(protocol, "http") {
		return at
	}
	u, err := url.Parse(at)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func isConfirmed(r *graph.Resource) bool { return r.Attrs["pending_confirmation"] == false }

func readSubscription(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := sns.NewFromConfig(s.Config).GetSubscriptionAttributes(ctx, &sns.GetSubscriptionAttributesInput{SubscriptionArn: sdk.String(r.Origins[0].ID)})
	if err != nil {
		return err
	}
	r.Attrs["filter_policy"], r.Attrs["redrive_policy"] = aws.Plain(out.Attributes["FilterPolicy"]), aws.Plain(out.Attributes["RedrivePolicy"])
	null(r, "dead_letter_queue") // made from redrive_policy
	r.Attrs["raw_message_delivery"] = out.Attributes["RawMessageDelivery"] == "true"
	return nil
}
