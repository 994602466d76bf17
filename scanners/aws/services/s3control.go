package services

// Amazon S3, what is set for the whole account. Needs s3:GetAccountPublicAccessBlock.

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/service/s3control"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func s3controlService() aws.Service {
	return aws.Service{
		Name:   "s3control",
		Global: true,
		Lists: []aws.List{{
			Operation: "GetPublicAccessBlock", Actions: []string{"s3:GetAccountPublicAccessBlock"},
			Gives: []string{"aws_s3_account_public_access_block"}, Read: readAccountPublicAccess,
		}},
	}
}

// accountEndpoint leaves the account out of the host name, which an emulator on this machine has no name for.
type accountEndpoint struct{ base string }

// ResolveEndpoint gives the emulator's address as it is.
func (e accountEndpoint) ResolveEndpoint(context.Context, s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	u, err := url.Parse(e.base)
	if err != nil {
		return smithyendpoints.Endpoint{}, err
	}
	return smithyendpoints.Endpoint{URI: *u}, nil
}

func s3controlClient(s *aws.Session) *s3control.Client {
	return s3control.NewFromConfig(s.Config, func(o *s3control.Options) {
		if s.Emulated && s.Config.BaseEndpoint != nil {
			o.EndpointResolverV2 = accountEndpoint{*s.Config.BaseEndpoint}
		}
	})
}

// readAccountPublicAccess gives nothing when the account blocks nothing.
func readAccountPublicAccess(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := s3controlClient(s).GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: &s.Account})
	if answered(err, "NoSuchPublicAccessBlockConfiguration") {
		return nil
	}
	if err != nil || out.PublicAccessBlockConfiguration == nil {
		return err
	}
	from := out.PublicAccessBlockConfiguration
	r := s.Resource("aws_s3_account_public_access_block", "", s.Account, s.Account)
	null(r, "arn")
	r.Attrs["account_id"], r.Attrs["tags"] = s.Account, map[string]any{}
	r.Attrs["block_public_acls"], r.Attrs["block_public_policy"] = flag(from.BlockPublicAcls), flag(from.BlockPublicPolicy)
	r.Attrs["ignore_public_acls"], r.Attrs["restrict_public_buckets"] = flag(from.IgnorePublicAcls), flag(from.RestrictPublicBuckets)
	give(r)
	return nil
}
