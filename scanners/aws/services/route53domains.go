package services

// Amazon Route 53 Domains, which has one endpoint, in us-east-1. Needs route53domains:ListDomains and, for each
// domain, route53domains:GetDomainDetail, of which only the name servers are kept.

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
		Details: []aws.Detail{
			{Operation: "GetDomainDetail", Of: "aws_route53domains_registered_domain", Sets: []string{"name_server"}, Read: readNameServers},
		},
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
			null(r, "zones") // made from its name
			give(r)
		}
	})
}

// readNameServers reads where the registry of the domain's ending leads.
func readNameServers(ctx context.Context, s *aws.Session, r *graph.Resource, _ func(*graph.Resource)) error {
	out, err := route53domains.NewFromConfig(s.Config).GetDomainDetail(ctx, &route53domains.GetDomainDetailInput{DomainName: &r.Name})
	if err != nil {
		return err
	}
	servers := []any{}
	for _, n := range out.Nameservers {
		servers = append(servers, map[string]any{"name": hostName(text(n.Name)), "glue_ips": texts(n.GlueIps)})
	}
	r.Attrs["name_server"] = servers
	return nil
}
