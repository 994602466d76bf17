package catalog

import (
	"encoding/json"

	"github.com/plumbline-dev/plumbline/graph"
)

func sqsTypes() []Type {
	return []Type{
		{
			Name: "aws_sqs_queue",
			Attrs: []Attr{
				{Name: "name", Computed: true}, {Name: "name_prefix"}, {Name: "url", Computed: true}, {Name: "fifo_queue", Kind: Bool, Default: false}, {Name: "content_based_deduplication", Kind: Bool, Default: false},
				{Name: "visibility_timeout_seconds", Kind: Number, Default: 30}, {Name: "message_retention_seconds", Kind: Number, Default: 345600}, {Name: "max_message_size", Kind: Number, Default: 262144},
				{Name: "delay_seconds", Kind: Number, Default: 0}, {Name: "receive_wait_time_seconds", Kind: Number, Default: 0},
				{Name: "policy", Kind: Document, Computed: true}, {Name: "redrive_policy"}, {Name: "redrive_allow_policy"},
				{Name: "kms_master_key_id", Targets: to("aws_kms_key")}, {Name: "sqs_managed_sse_enabled", Kind: Bool, Computed: true},
				// The queue that redrive_policy names; made from it.
				{Name: "dead_letter_queue", Targets: to("aws_sqs_queue", "name")},
			},
			Split: deadLetter,
		},
		{Name: "aws_sqs_queue_policy", Scope: Configuration, Attrs: []Attr{{Name: "queue_url", Targets: to("aws_sqs_queue", "url")}, {Name: "policy", Kind: Document}}},
		{
			Name: "aws_sqs_queue_redrive_policy", Scope: Configuration,
			Attrs: []Attr{{Name: "queue_url", Targets: to("aws_sqs_queue", "url")}, {Name: "redrive_policy"}, {Name: "dead_letter_queue", Targets: to("aws_sqs_queue", "name")}},
			Split: deadLetter,
		},
	}
}

// deadLetter finds the queue that a redrive policy names, by reference or by ARN.
// Source: SQS API, SetQueueAttributes, RedrivePolicy.
func deadLetter(r *graph.Resource) []*graph.Resource {
	delete(r.Attrs, "dead_letter_queue")
	delete(r.Unknown, "dead_letter_queue")
	for _, ref := range r.Refs["redrive_policy"] {
		if ref.Attr == "arn" {
			r.Attrs["dead_letter_queue"] = ref
			return nil
		}
	}
	if why, unknown := r.Unknown["redrive_policy"]; unknown {
		r.Unknown["dead_letter_queue"] = why
		return nil
	}
	switch v := r.Attrs["redrive_policy"].(type) {
	case graph.Template:
		for _, ref := range TemplateRefs(r.Root, v) {
			if ref.Attr == "arn" {
				r.Attrs["dead_letter_queue"] = ref
				return nil
			}
		}
		r.Unknown["dead_letter_queue"] = "redrive_policy is known after apply"
		return nil
	case graph.Ref:
		r.Unknown["dead_letter_queue"] = "redrive_policy is known after apply"
		return nil
	}
	text, _ := r.Attrs["redrive_policy"].(string)
	var policy struct {
		Target string `json:"deadLetterTargetArn"`
	}
	if json.Unmarshal([]byte(text), &policy) == nil && policy.Target != "" {
		r.Attrs["dead_letter_queue"] = policy.Target
	}
	return nil
}
