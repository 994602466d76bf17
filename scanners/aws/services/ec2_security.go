package services

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

var securityGroupFields = aws.Table{"name": "GroupName", "description": "Description", "vpc_id": "VpcId"}

func readSecurityGroups(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeSecurityGroupsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeSecurityGroupsInput{MaxResults: atOnce})
	return eachPage(ctx, pages, func(page *ec2.DescribeSecurityGroupsOutput) {
		for i := range page.SecurityGroups {
			from := &page.SecurityGroups[i]
			r := ec2Resource(s, "aws_security_group", "security-group", text(from.GroupId), from.Tags)
			r.Name = text(from.GroupName)
			securityGroupFields.Set(r, from)
			null(r, "name_prefix")
			r.Data = asMade(from)
			give(r)
		}
	})
}

// asMade says whether a group is a VPC's default group as AWS made it, or less: it lets nobody in but its own members, and
// everything out. Every VPC has one.
func asMade(g *types.SecurityGroup) bool {
	if text(g.GroupName) != "default" {
		return false
	}
	for _, in := range g.IpPermissions {
		if len(in.UserIdGroupPairs) != 1 || text(in.UserIdGroupPairs[0].GroupId) != text(g.GroupId) || len(in.IpRanges)+len(in.Ipv6Ranges)+len(in.PrefixListIds) > 0 {
			return false
		}
	}
	for _, out := range g.IpPermissionsEgress {
		if text(out.IpProtocol) != "-1" || len(out.UserIdGroupPairs)+len(out.PrefixListIds) > 0 {
			return false
		}
	}
	return true
}

var securityGroupRuleFields = aws.Table{
	"ip_protocol": "IpProtocol!", "from_port": "FromPort", "to_port": "ToPort", "cidr_ipv4": "CidrIpv4", "cidr_ipv6": "CidrIpv6", "prefix_list_id": "PrefixListId",
	"referenced_security_group_id": "ReferencedGroupInfo.GroupId", "description": "Description", "tags": "Tags",
}

// readSecurityGroupRules gives each rule as a part of its group: one source, one range of ports.
func readSecurityGroupRules(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeSecurityGroupRulesPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeSecurityGroupRulesInput{MaxResults: atOnce})
	return eachPage(ctx, pages, func(page *ec2.DescribeSecurityGroupRulesOutput) {
		for i := range page.SecurityGroupRules {
			give(securityGroupRule(s, &page.SecurityGroupRules[i]))
		}
	})
}

func securityGroupRule(s *aws.Session, from *types.SecurityGroupRule) *graph.Resource {
	direction := "ingress"
	if flag(from.IsEgress) {
		direction = "egress"
	}
	group := ec2Resource(s, "aws_security_group", "security-group", text(from.GroupId), nil)
	r := s.Part(group, "aws_vpc_security_group_"+direction+"_rule", direction+"/"+text(from.SecurityGroupRuleId), "security_group_id")
	r.Attrs["id"] = text(from.SecurityGroupRuleId)
	r.Attrs["arn"] = s.ARN("ec2", "security-group-rule/"+text(from.SecurityGroupRuleId))
	securityGroupRuleFields.Set(r, from)
	if from.CidrIpv4 == nil && from.CidrIpv6 == nil && from.PrefixListId == nil && from.ReferencedGroupInfo == nil { // every rule has one of them
		for _, source := range []string{"cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"} {
			delete(r.Attrs, source)
			r.Unknown[source] = saysNothing("DescribeSecurityGroupRules").Error()
		}
	}
	return r
}

// unmatched is the number of the rule that every network ACL ends with; it refuses what no other rule names.
const unmatched = 32767

func readNetworkACLs(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeNetworkAclsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeNetworkAclsInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeNetworkAclsOutput) {
		for i := range page.NetworkAcls {
			networkACL(s, &page.NetworkAcls[i], give)
		}
	})
}

func networkACL(s *aws.Session, from *types.NetworkAcl, give func(*graph.Resource)) {
	r := ec2Resource(s, "aws_network_acl", "network-acl", text(from.NetworkAclId), from.Tags)
	subnets := make([]any, len(from.Associations))
	for i, a := range from.Associations {
		subnets[i] = text(a.SubnetId)
	}
	r.Attrs["vpc_id"], r.Attrs["subnet_ids"], r.Attrs["default_network_acl_id"] = aws.Plain(from.VpcId), subnets, nil
	open := flag(from.IsDefault)
	for i := range from.Entries {
		e := &from.Entries[i]
		if e.RuleNumber != nil && *e.RuleNumber == unmatched {
			continue
		}
		open = open && e.RuleAction == types.RuleActionAllow && text(e.Protocol) == "-1"
		give(networkACLRule(s, r, e))
	}
	r.Data = open // a default one that lets everything pass is as AWS made it with the VPC
	give(r)
}

var networkACLRuleFields = aws.Table{
	"egress": "Egress", "rule_number": "RuleNumber", "rule_action": "RuleAction", "protocol": "Protocol", "cidr_block": "CidrBlock", "ipv6_cidr_block": "Ipv6CidrBlock",
	"from_port": "PortRange.From", "to_port": "PortRange.To",
}

func networkACLRule(s *aws.Session, acl *graph.Resource, from *types.NetworkAclEntry) *graph.Resource {
	label := "ingress/"
	if flag(from.Egress) {
		label = "egress/"
	}
	if from.RuleNumber != nil {
		label += strconv.Itoa(int(*from.RuleNumber))
	}
	r := s.Part(acl, "aws_network_acl_rule", label, "network_acl_id")
	networkACLRuleFields.Set(r, from)
	return r
}
