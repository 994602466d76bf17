// Package aws reads live accounts, in the canonical words of catalog.
//
// What there is to read is a list of Service values, one per file of scanners/aws/services: list calls that
// give resources, and detail calls that are made for each resource of a type. Everything else is done here,
// once: which calls the enabled policies need, in which accounts and regions, how fast, what is written down so that an
// interrupted scan can go on, and what is not known because a call was refused.
//
// It touches AWS, read-only: guard.go refuses every operation that is not known to be a read.
package aws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/plumbline-dev/plumbline/graph"
)

// Service is what is read of one AWS service.
type Service struct {
	Name    string // the prefix of its IAM actions: "rds"
	Global  bool   // it has no regions: it is read once for each account, in the partition's first region
	Lists   []List
	Details []Detail
	// Settle is given everything that was found, of all accounts, once it is read, and gives it back without what belongs to
	// something else that was found, or with it as a neighbour (Data): what code describes in one place, AWS may list in two. It changes no
	// order and calls nothing; nil: as it is.
	Settle func(found []*graph.Resource) []*graph.Resource
}

// List is one list call with its pages, and whatever describe calls its answer needs in batches. It is the unit of what is
// planned, written down as finished, and missing when AWS refuses.
type List struct {
	Operation string   // of the service's API: "DescribeDBInstances"
	Actions   []string // IAM actions that it needs; nil: Service.Name:Operation
	Gives     []string // every resource type that it may give; none of them is complete without it
	// Read calls AWS and hands each resource over. It uses the SDK's paginators, and it returns the SDK's errors as they are (wrapped at
	// most): from them the action that was refused is told.
	Read func(ctx context.Context, s *Session, give func(*graph.Resource)) error
}

// Detail is a call that is made for each resource of a type that the lists gave.
type Detail struct {
	Operation string
	Actions   []string // IAM actions that it needs; nil: Service.Name:Operation
	Of        string   // the type of the resources that it is made for
	// Sets lists the attributes of Of that it sets (top-level names). When it fails they are unknown, and no others.
	Sets []string
	// Gives lists the types of further resources, each with the attribute that names the owner: "aws_s3_bucket_versioning.bucket".
	// When the call fails it is unknown whether there is one.
	Gives []string
	// For says whether the call is made for r at all; nil: for every one. Attributes that it would have set are then
	// null unless the list has set them.
	For func(r *graph.Resource) bool
	// Read sets attributes of r, which is its own to change, and hands further resources over.
	Read func(ctx context.Context, s *Session, r *graph.Resource, give func(*graph.Resource)) error
}

// Session is one account in one region.
type Session struct {
	Account   string // 12 digits
	Region    string // "eu-west-1"; of a global service the partition's first region
	Partition string // "aws", "aws-us-gov", "aws-cn"
	// Config makes clients: rds.NewFromConfig(s.Config). It has the credentials, the region, the endpoint,
	// the read-only guard, the token bucket and the retries.
	Config aws.Config
	// Emulated says that the endpoint is not AWS's own; S3 clients then use path style, CloudWatch its query protocol.
	Emulated bool
	global   bool
}

// Root is the root of everything that was read of an account: "aws:123456789012".
func Root(account string) string { return "aws:" + account }

// ARN makes an ARN of the session's partition, region and account: ARN("ec2", "instance/i-1").
func (s *Session) ARN(service, resource string) string {
	return strings.Join([]string{"arn", s.Partition, service, s.Region, s.Account, resource}, ":")
}

// GlobalARN makes an ARN without a region: GlobalARN("iam", "user/ana").
func (s *Session) GlobalARN(service, resource string) string {
	return strings.Join([]string{"arn", s.Partition, service, "", s.Account, resource}, ":")
}

// Resource starts a resource of a type. Its address is the ARN, or, where AWS gives none, TYPE/REGION/ID (TYPE/ID
// for a service without regions; Local makes it). name is what people call it. The id and, when given, the ARN are set as attributes.
func (s *Session) Resource(typ, arn, id, name string) *graph.Resource {
	r := &graph.Resource{
		Root: Root(s.Account), Address: graph.Address(arn), Type: typ, Name: name, Observed: true,
		Attrs: map[string]any{"id": id}, Unknown: map[string]string{},
		Facts:   map[string]any{"_account": s.Account},
		Origins: []graph.Origin{{Source: "aws", Scope: s.scope(), ID: arn}},
	}
	if arn == "" {
		r.Address, r.Origins[0].ID = s.Local(typ, id), id
	} else {
		r.Attrs["arn"] = arn
	}
	if !s.global {
		r.Facts["_region"] = s.Region
	}
	return r
}

// Local is the address of something without an ARN: "aws_route_table_association/eu-west-1/rtbassoc-1".
func (s *Session) Local(typ, id string) graph.Address {
	if s.global {
		return graph.Address(typ + "/" + id)
	}
	return graph.Address(typ + "/" + s.Region + "/" + id)
}

// Part starts a resource that is a part of another, as the provider splits it: the versioning of a bucket. Its address is
// OWNER#label, and findings are reported on the owner. via names the attribute that refers to the owner, by its id.
func (s *Session) Part(owner *graph.Resource, typ, label, via string) *graph.Resource {
	r := s.Resource(typ, "", owner.Name, owner.Name)
	r.Address, r.Of = owner.Address+graph.Address("#"+label), owner.Address
	r.Attrs["id"], r.Attrs[via] = owner.Attrs["id"], owner.Attrs["id"]
	r.Origins = owner.Origins
	if region, ok := owner.Facts["_region"]; ok {
		r.Facts["_region"] = region
	}
	return r
}

func (s *Session) scope() string {
	if s.global {
		return s.Account
	}
	return s.Account + "/" + s.Region
}
