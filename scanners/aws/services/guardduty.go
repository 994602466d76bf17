package services

// Amazon GuardDuty. Needs guardduty:ListDetectors, guardduty:GetDetector.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func guarddutyService() aws.Service {
	return aws.Service{
		Name:  "guardduty",
		Lists: []aws.List{{Operation: "ListDetectors", Gives: []string{"aws_guardduty_detector"}, Read: readDetectors}},
		Details: []aws.Detail{{
			Operation: "GetDetector", Of: "aws_guardduty_detector", Sets: []string{"enable", "finding_publishing_frequency", "tags"},
			Gives: []string{"aws_guardduty_detector_feature.detector_id"}, Read: readDetector,
		}},
	}
}

var detectorFields = aws.Table{"finding_publishing_frequency": "FindingPublishingFrequency", "tags": "Tags"}

var detectorFeatureFields = aws.Table{"name": "Name", "status": "Status"}

func readDetectors(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := guardduty.NewListDetectorsPaginator(guardduty.NewFromConfig(s.Config), &guardduty.ListDetectorsInput{})
	return eachPage(ctx, pages, func(page *guardduty.ListDetectorsOutput) {
		for _, id := range page.DetectorIds {
			give(s.Resource("aws_guardduty_detector", s.ARN("guardduty", "detector/"+id), id, id))
		}
	})
}

func readDetector(ctx context.Context, s *aws.Session, r *graph.Resource, give func(*graph.Resource)) error {
	id := r.Attrs["id"].(string)
	out, err := guardduty.NewFromConfig(s.Config).GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: &id})
	if err != nil {
		return err
	}
	detectorFields.Set(r, out)
	r.Attrs["enable"] = out.Status == types.DetectorStatusEnabled
	for i := range out.Features {
		part := s.Part(r, "aws_guardduty_detector_feature", string(out.Features[i].Name), "detector_id")
		detectorFeatureFields.Set(part, &out.Features[i])
		give(part)
	}
	return nil
}
