package services

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

var instanceFields = aws.Table{
	"ami": "ImageId", "instance_type": "InstanceType!", "availability_zone": "Placement.AvailabilityZone", "subnet_id": "SubnetId",
	"vpc_security_group_ids": "SecurityGroups[].GroupId", "public_ip": "PublicIpAddress", "private_ip": "PrivateIpAddress", "public_dns": "PublicDnsName",
	"private_dns": "PrivateDnsName", "key_name": "KeyName", "ebs_optimized": "EbsOptimized", "source_dest_check": "SourceDestCheck",
	"tenancy": "Placement.Tenancy", "host_id": "Placement.HostId", "placement_group": "Placement.GroupName",
	"metadata_options[0].http_endpoint":               "MetadataOptions.HttpEndpoint",
	"metadata_options[0].http_tokens":                 "MetadataOptions.HttpTokens",
	"metadata_options[0].http_put_response_hop_limit": "MetadataOptions.HttpPutResponseHopLimit",
	"metadata_options[0].http_protocol_ipv6":          "MetadataOptions.HttpProtocolIpv6",
	"metadata_options[0].instance_metadata_tags":      "MetadataOptions.InstanceMetadataTags",
	"maintenance_options[0].auto_recovery":            "MaintenanceOptions.AutoRecovery",
}

func readInstances(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeInstancesPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeInstancesInput{MaxResults: atOnce})
	return eachPage(ctx, pages, func(page *ec2.DescribeInstancesOutput) {
		for _, reservation := range page.Reservations {
			for i := range reservation.Instances {
				from := &reservation.Instances[i]
				if from.State == nil || from.State.Name != types.InstanceStateNameTerminated && from.State.Name != types.InstanceStateNameShuttingDown {
					give(instance(s, from))
				}
			}
		}
	})
}

func instance(s *aws.Session, from *types.Instance) *graph.Resource {
	r := ec2Resource(s, "aws_instance", "instance", text(from.InstanceId), from.Tags)
	instanceFields.Set(r, from)
	r.Attrs["monitoring"] = from.Monitoring != nil && (from.Monitoring.State == types.MonitoringStateEnabled || from.Monitoring.State == types.MonitoringStatePending)
	r.Attrs["iam_instance_profile"] = nil
	if from.IamInstanceProfile != nil {
		r.Attrs["iam_instance_profile"] = lastName(text(from.IamInstanceProfile.Arn))
	}
	r.Attrs["network_interface"], r.Attrs["associate_public_ip_address"] = []any{}, givenAddress(from)
	r.Attrs["ipv6_addresses"] = addresses6(from)
	r.Attrs["instance_market_options"] = []any{}
	if from.InstanceLifecycle == types.InstanceLifecycleTypeSpot {
		r.Attrs["instance_market_options"] = block(map[string]any{"market_type": "spot"})
	}
	blockDevices(r, from)
	tags, _ := r.Attrs["tags"].(map[string]any)
	r.Attrs["launch_template"] = templateOf(tags)
	null(r, "account_defaults", "security_groups", "spot_price")
	r.Data = replaceable(tags)
	return r
}

// blockDevices sets the disks that code describes with a server: the root, and those that go with it. The others are volumes with an attachment.
// What is on them the volumes say (settleNetwork).
func blockDevices(r *graph.Resource, from *types.Instance) {
	root, others := []any{}, []any{}
	for _, m := range from.BlockDeviceMappings {
		ends := m.Ebs != nil && flag(m.Ebs.DeleteOnTermination)
		disk := map[string]any{"device_name": text(m.DeviceName), "delete_on_termination": ends}
		switch {
		case text(m.DeviceName) == text(from.RootDeviceName):
			root = append(root, disk)
		case ends:
			others = append(others, disk)
		}
	}
	r.Attrs["root_block_device"], r.Attrs["ebs_block_device"] = root, others
}

// givenAddress says whether an instance has a public address that AWS gave it, as opposed to an Elastic IP.
func givenAddress(from *types.Instance) bool {
	for _, n := range from.NetworkInterfaces {
		if n.Association != nil && text(n.Association.IpOwnerId) == "amazon" {
			return true
		}
	}
	return false
}

func addresses6(from *types.Instance) []any {
	out := []any{}
	for _, n := range from.NetworkInterfaces {
		for _, a := range n.Ipv6Addresses {
			out = append(out, text(a.Ipv6Address))
		}
	}
	return out
}

// templateOf gives the launch template that an instance was started from: EC2 tells it by tags.
func templateOf(tags map[string]any) []any {
	id, ok := tags["aws:ec2launchtemplate:id"]
	if !ok {
		return []any{}
	}
	return block(map[string]any{"id": id, "version": tags["aws:ec2launchtemplate:version"]})
}

// makers are the tags of instances that something starts and replaces: code has the group, the fleet or the pool, and no instance.
var makers = []string{
	"aws:autoscaling:groupName", "aws:ec2spot:fleet-request-id", "aws:ec2:fleet-id", "karpenter.sh/nodepool", "karpenter.sh/provisioner-name", "eks:nodegroup-name",
}

func replaceable(tags map[string]any) bool {
	for _, key := range makers {
		if _, ok := tags[key]; ok {
			return true
		}
	}
	return false
}

// lastName gives what follows the last slash: the name at the end of an ARN.
func lastName(arn string) any { return aws.Plain(arn[strings.LastIndex(arn, "/")+1:]) }
