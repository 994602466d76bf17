package services

// Amazon Route 53 Domains, which has one endpoint, in us-east-1. Needs route53domains:ListDomains.

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/route53domains"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

func route53domainsService() aws.Service {
	return aws.Service{
		Name: "route53domains", Global: true,
		Lists: []aws.List{{Operation: "ListDomains", Gives: []string{"aws_route53domains_registered_domain"}, Read: readDomains}},
	}
}

var domainFields = aws.Table{"domain_name": "DomainName", "auto_renew": "AutoRenew", "transfer_lock": "TransferLock", "expiration_date": "Expiry"}

// readDomains lists the registered domains. Partitions other than aws have no such service.
func readDomains(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	if s.Partition != "aws" {
		return nil
	}
	pages := route53domains.NewListDomainsPaginator(route53domains.NewFromConfig(s.Config), &route53domains.ListDomainsInput{})
	return eachPage(ctx, pages, func(page *route53domains.ListDomainsOutput) {
		for i := range page.Domains {
			d := &page.Domains[i]
			r := s.Resource("aws_route53domains_registered_domain", "", text(d.DomainName), text(d.DomainName))
			domainFields.Set(r, d)
			give(r)
		}
	})
}
