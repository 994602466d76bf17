package services

// AWS Organizations, which answers the management account and delegated administrators. Needs organizations:DescribeOrganization,
// organizations:ListAccounts.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func organizationsService() aws.Service {
	return aws.Service{
		Name: "organizations", Global: true,
		Lists: []aws.List{
			{Operation: "DescribeOrganization", Gives: []string{"aws_organizations_organization"}, Read: readOrganization},
			{Operation: "ListAccounts", Gives: []string{"aws_organizations_account"}, Read: readAccounts},
		},
	}
}

// readOrganization gives the organization; an account that is in none has none.
func readOrganization(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := organizations.NewFromConfig(s.Config).DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	if answered(err, "AWSOrganizationsNotInUseException") {
		return nil
	}
	if err != nil {
		return err
	}
	o := out.Organization
	r := s.Resource("aws_organizations_organization", text(o.Arn), text(o.Id), text(o.Id))
	r.Attrs["feature_set"] = aws.Plain(o.FeatureSet)
	give(r)
	return nil
}

func readAccounts(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := organizations.NewListAccountsPaginator(organizations.NewFromConfig(s.Config), &organizations.ListAccountsInput{})
	err := eachPage(ctx, pages, func(page *organizations.ListAccountsOutput) {
		for _, a := range page.Accounts {
			r := s.Resource("aws_organizations_account", text(a.Arn), text(a.Id), text(a.Name))
			r.Attrs["name"], r.Attrs["email"] = aws.Plain(a.Name), aws.Plain(a.Email)
			give(r)
		}
	})
	if answered(err, "AWSOrganizationsNotInUseException") {
		return nil
	}
	return err
}
