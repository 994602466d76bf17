package services

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

var launchTemplateFields = aws.Table{"name": "LaunchTemplateName", "default_version": "DefaultVersionNumber", "latest_version": "LatestVersionNumber", "tags": "Tags"}

var launchTemplateDataFields = aws.Table{
	"image_id": "ImageId", "instance_type": "InstanceType", "key_name": "KeyName", "vpc_security_group_ids": "SecurityGroupIds", "security_group_names": "SecurityGroups",
	"disable_api_termination": "DisableApiTermination", "ebs_optimized": "EbsOptimized",
	"iam_instance_profile[0].name": "IamInstanceProfile.Name", "iam_instance_profile[0].arn": "IamInstanceProfile.Arn",
	"network_interfaces[].subnet_id":                  "NetworkInterfaces[].SubnetId",
	"network_interfaces[].security_groups":            "NetworkInterfaces[].Groups",
	"network_interfaces[].device_index":               "NetworkInterfaces[].DeviceIndex",
	"network_interfaces[].delete_on_termination":      "NetworkInterfaces[].DeleteOnTermination",
	"block_device_mappings[].device_name":             "BlockDeviceMappings[].DeviceName",
	"block_device_mappings[].no_device":               "BlockDeviceMappings[].NoDevice",
	"block_device_mappings[].virtual_name":            "BlockDeviceMappings[].VirtualName",
	"block_device_mappings[].ebs[0].volume_type":      "BlockDeviceMappings[].Ebs.VolumeType",
	"block_device_mappings[].ebs[0].volume_size":      "BlockDeviceMappings[].Ebs.VolumeSize",
	"block_device_mappings[].ebs[0].iops":             "BlockDeviceMappings[].Ebs.Iops",
	"block_device_mappings[].ebs[0].throughput":       "BlockDeviceMappings[].Ebs.Throughput",
	"block_device_mappings[].ebs[0].encrypted":        "BlockDeviceMappings[].Ebs.Encrypted",
	"block_device_mappings[].ebs[0].kms_key_id":       "BlockDeviceMappings[].Ebs.KmsKeyId",
	"block_device_mappings[].ebs[0].snapshot_id":      "BlockDeviceMappings[].Ebs.SnapshotId",
	"placement[0].availability_zone":                  "Placement.AvailabilityZone",
	"placement[0].tenancy":                            "Placement.Tenancy",
	"placement[0].group_name":                         "Placement.GroupName",
	"placement[0].host_id":                            "Placement.HostId",
	"monitoring[0].enabled":                           "Monitoring.Enabled",
	"credit_specification[0].cpu_credits":             "CreditSpecification.CpuCredits",
	"instance_market_options[0].market_type":          "InstanceMarketOptions.MarketType",
	"metadata_options[0].http_endpoint":               "MetadataOptions.HttpEndpoint",
	"metadata_options[0].http_tokens":                 "MetadataOptions.HttpTokens",
	"metadata_options[0].http_put_response_hop_limit": "MetadataOptions.HttpPutResponseHopLimit",
	"metadata_options[0].http_protocol_ipv6":          "MetadataOptions.HttpProtocolIpv6",
	"metadata_options[0].instance_metadata_tags":      "MetadataOptions.InstanceMetadataTags",
	"tag_specifications[].resource_type":              "TagSpecifications[].ResourceType",
	"tag_specifications[].tags":                       "TagSpecifications[].Tags",
}

// versioned are the attributes that each version of a template has for itself.
var versioned = func() []string {
	out := []string{"user_data"}
	for path := range launchTemplateDataFields {
		name := path[:len(path)-len(strings.TrimLeft(path, "abcdefghijklmnopqrstuvwxyz_"))]
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}()

// readLaunchTemplates gives each template as its latest version, which is what code describes. Servers may be started from the default
// version too: what the two disagree on is not known.
func readLaunchTemplates(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := ec2.NewFromConfig(s.Config)
	found := map[string]*graph.Resource{}
	pages := ec2.NewDescribeLaunchTemplatesPaginator(client, &ec2.DescribeLaunchTemplatesInput{})
	err := eachPage(ctx, pages, func(page *ec2.DescribeLaunchTemplatesOutput) {
		for i := range page.LaunchTemplates {
			r := launchTemplate(s, &page.LaunchTemplates[i])
			found[text(page.LaunchTemplates[i].LaunchTemplateId)] = r
			give(r)
		}
	})
	if err != nil || len(found) == 0 {
		return err
	}
	// Without a template's name AWS gives these versions of all templates.
	versions := ec2.NewDescribeLaunchTemplateVersionsPaginator(client, &ec2.DescribeLaunchTemplateVersionsInput{Versions: []string{"$Latest", "$Default"}})
	return eachPage(ctx, versions, func(page *ec2.DescribeLaunchTemplateVersionsOutput) {
		for i := range page.LaunchTemplateVersions {
			if r := found[text(page.LaunchTemplateVersions[i].LaunchTemplateId)]; r != nil {
				addVersion(r, &page.LaunchTemplateVersions[i])
			}
		}
	})
}

func launchTemplate(s *aws.Session, from *types.LaunchTemplate) *graph.Resource {
	id := text(from.LaunchTemplateId)
	r := s.Resource("aws_launch_template", s.ARN("ec2", "launch-template/"+id), id, text(from.LaunchTemplateName))
	launchTemplateFields.Set(r, from)
	null(r, "name_prefix", "account_defaults")
	if tags, _ := r.Attrs["tags"].(map[string]any); tags["eks:nodegroup-name"] != nil {
		return neighbour(r) // EKS makes it; its node group is judged
	}
	return r
}

// addVersion sets what one version of a template says, or, where another has said something else, that it is not known.
func addVersion(r *graph.Resource, from *types.LaunchTemplateVersion) {
	said := &graph.Resource{Type: r.Type, Attrs: map[string]any{}}
	if from.LaunchTemplateData != nil {
		launchTemplateDataFields.Set(said, from.LaunchTemplateData)
		said.Attrs["user_data"] = hidden(text(from.LaunchTemplateData.UserData) != "")
		publicAddresses(said, from.LaunchTemplateData.NetworkInterfaces)
	}
	for attr, v := range said.Attrs {
		was, seen := r.Attrs[attr]
		switch {
		case r.Unknown[attr] != "":
		case !seen:
			r.Attrs[attr] = v
		case !reflect.DeepEqual(was, v):
			delete(r.Attrs, attr)
			r.Unknown[attr] = fmt.Sprintf("version %v, which is the default, and version %v, which is the latest, say different things", r.Attrs["default_version"], r.Attrs["latest_version"])
		}
	}
}

// publicAddresses sets the attribute that is null, and not false, when a template leaves it to the subnet.
func publicAddresses(said *graph.Resource, list []types.LaunchTemplateInstanceNetworkInterfaceSpecification) {
	blocks := said.Attrs["network_interfaces"].([]any)
	for i := range list {
		blocks[i].(map[string]any)["associate_public_ip_address"] = aws.Plain(list[i].AssociatePublicIpAddress)
	}
}

// readMetadataDefaults gives the account's defaults of the metadata service in a region; what AWS does not say has no preference.
// Source: EC2 API, GetInstanceMetadataDefaults.
func readMetadataDefaults(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	out, err := ec2.NewFromConfig(s.Config).GetInstanceMetadataDefaults(ctx, &ec2.GetInstanceMetadataDefaultsInput{})
	if err != nil {
		return err
	}
	r := s.Resource("aws_ec2_instance_metadata_defaults", "", "default", s.Region)
	null(r, "applies_to")
	for _, attr := range []string{"http_tokens", "http_endpoint", "instance_metadata_tags"} {
		r.Attrs[attr] = "no-preference"
	}
	r.Attrs["http_put_response_hop_limit"] = -1
	if said := out.AccountLevel; said != nil {
		set := func(attr string, v any) {
			if v != nil {
				r.Attrs[attr] = v
			}
		}
		set("http_tokens", aws.Plain(said.HttpTokens))
		set("http_endpoint", aws.Plain(said.HttpEndpoint))
		set("instance_metadata_tags", aws.Plain(said.InstanceMetadataTags))
		set("http_put_response_hop_limit", aws.Plain(said.HttpPutResponseHopLimit))
	}
	give(r)
	return nil
}
