package services

// AWS Certificate Manager. Needs acm:ListCertificates, acm:DescribeCertificate, acm:GetCertificate (of imported ones; it hands out
// the public part only), acm:ListTagsForCertificate.

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func acmService() aws.Service {
	return aws.Service{
		Name:  "acm",
		Lists: []aws.List{{Operation: "ListCertificates", Gives: []string{"aws_acm_certificate"}, Read: readCertificates}},
		Details: []aws.Detail{
			{Operation: "DescribeCertificate", Of: "aws_acm_certificate", Sets: []string{
				"subject_alternative_names", "validation_method", "certificate_authority_arn", "options", "renewal_summary", "in_use_by", "validation_records",
			}, Read: readCertificate},
			{Operation: "GetCertificate", Of: "aws_acm_certificate", Sets: []string{"certificate_body", "certificate_chain"}, For: imported, Read: readCertificateBody},
			{Operation: "ListTagsForCertificate", Of: "aws_acm_certificate", Sets: []string{"tags"}, Read: readCertificateTags},
		},
	}
}

var (
	certificateFields = aws.Table{
		"domain_name": "DomainName", "status": "Status", "type": "Type", "key_algorithm": "KeyAlgorithm",
		"not_after": "NotAfter", "not_before": "NotBefore", "renewal_eligibility": "RenewalEligibility",
	}
	certificateDetailFields = aws.Table{
		"subject_alternative_names": "SubjectAlternativeNames", "certificate_authority_arn": "CertificateAuthorityArn", "in_use_by": "InUseBy",
		"options[0].certificate_transparency_logging_preference": "Options.CertificateTransparencyLoggingPreference",
		"options[0].export":                        "Options.Export",
		"renewal_summary[0].renewal_status":        "RenewalSummary.RenewalStatus",
		"renewal_summary[0].renewal_status_reason": "RenewalSummary.RenewalStatusReason",
		"renewal_summary[0].updated_at":            "RenewalSummary.UpdatedAt",
	}
)

// readCertificates lists certificates of every kind of key: without the filter ACM lists RSA keys of up to 2048 bits only.
func readCertificates(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := acm.NewListCertificatesPaginator(acm.NewFromConfig(s.Config), &acm.ListCertificatesInput{
		Includes: &types.Filters{KeyTypes: types.KeyAlgorithm("").Values()},
	})
	return eachPage(ctx, pages, func(page *acm.ListCertificatesOutput) {
		for i := range page.CertificateSummaryList {
			c := &page.CertificateSummaryList[i]
			r := s.Resource("aws_acm_certificate", text(c.CertificateArn), text(c.CertificateArn), text(c.DomainName))
			certificateFields.Set(r, c)
			give(r)
		}
	})
}

func readCertificate(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	arn, _ := r.Attrs["arn"].(string)
	out, err := acm.NewFromConfig(s.Config).DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: &arn})
	if err != nil {
		return err
	}
	c := out.Certificate
	certificateDetailFields.Set(r, c)
	certificateFields.Set(r, c) // some of it is left out of the list
	r.Attrs["validation_method"] = nil
	records := []any{}
	for _, v := range c.DomainValidationOptions {
		if c.Type == types.CertificateTypeAmazonIssued && v.ValidationMethod != "" {
			r.Attrs["validation_method"] = string(v.ValidationMethod)
		}
		if v.ResourceRecord != nil {
			records = append(records, fmt.Sprint(hostName(text(v.ResourceRecord.Name)), " ", hostName(text(v.ResourceRecord.Value))))
		}
	}
	r.Attrs["validation_records"] = records
	return nil
}

// hostName writes a DNS name as names are compared: lower case, without the final dot.
func hostName(s string) string { return strings.ToLower(strings.TrimSuffix(s, ".")) }

func imported(r *graph.Resource) bool {
	return r.Attrs["type"] == string(types.CertificateTypeImported)
}

func readCertificateBody(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	arn, _ := r.Attrs["arn"].(string)
	out, err := acm.NewFromConfig(s.Config).GetCertificate(ctx, &acm.GetCertificateInput{CertificateArn: &arn})
	if err != nil {
		return err
	}
	r.Attrs["certificate_body"], r.Attrs["certificate_chain"] = aws.Plain(out.Certificate), aws.Plain(out.CertificateChain)
	return nil
}

func readCertificateTags(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	arn, _ := r.Attrs["arn"].(string)
	out, err := acm.NewFromConfig(s.Config).ListTagsForCertificate(ctx, &acm.ListTagsForCertificateInput{CertificateArn: &arn})
	if err != nil {
		return err
	}
	r.Attrs["tags"] = aws.Plain(out.Tags)
	return nil
}
