package services

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

var imageFields = aws.Table{
	"name": "Name", "architecture": "Architecture", "root_device_name": "RootDeviceName", "virtualization_type": "VirtualizationType", "public": "Public!", "tags": "Tags",
}

// readImages gives the images that the account has made. Whose and how recent they are is what a lookup in code asks for.
func readImages(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeImagesPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeImagesInput{Owners: []string{"self"}, IncludeDeprecated: sdk.Bool(true), MaxResults: atOnce})
	return eachPage(ctx, pages, func(page *ec2.DescribeImagesOutput) {
		for i := range page.Images {
			from := &page.Images[i]
			id := text(from.ImageId)
			r := s.Resource("aws_ami", "arn:"+s.Partition+":ec2:"+s.Region+"::image/"+id, id, text(from.Name)) // without an account
			imageFields.Set(r, from)
			give(r)
		}
	})
}

var spotFleetFields = aws.Table{
	"iam_fleet_role": "IamFleetRole", "target_capacity": "TargetCapacity", "on_demand_target_capacity": "OnDemandTargetCapacity", "spot_price": "SpotPrice",
	"allocation_strategy": "AllocationStrategy", "fleet_type": "Type",
	"target_group_arns": "LoadBalancersConfig.TargetGroupsConfig.TargetGroups[].Arn",
}

// readSpotFleets gives the fleets that run or will run servers.
func readSpotFleets(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	pages := ec2.NewDescribeSpotFleetRequestsPaginator(ec2.NewFromConfig(s.Config), &ec2.DescribeSpotFleetRequestsInput{})
	return eachPage(ctx, pages, func(page *ec2.DescribeSpotFleetRequestsOutput) {
		for i := range page.SpotFleetRequestConfigs {
			from := &page.SpotFleetRequestConfigs[i]
			over := []types.BatchState{types.BatchStateCancelled, types.BatchStateCancelledRunning, types.BatchStateCancelledTerminatingInstances, types.BatchStateFailed}
			if from.SpotFleetRequestConfig != nil && !slices.Contains(over, from.SpotFleetRequestState) {
				give(spotFleet(s, from))
			}
		}
	})
}

func spotFleet(s *aws.Session, from *types.SpotFleetRequestConfig) *graph.Resource {
	r := ec2Resource(s, "aws_spot_fleet_request", "spot-fleet-request", text(from.SpotFleetRequestId), from.Tags)
	c := from.SpotFleetRequestConfig
	spotFleetFields.Set(r, c)
	specifications, templates := []any{}, []any{}
	for i := range c.LaunchSpecifications {
		specifications = append(specifications, spotSpecifications(&c.LaunchSpecifications[i])...)
	}
	for _, t := range c.LaunchTemplateConfigs {
		if v := t.LaunchTemplateSpecification; v != nil {
			templates = append(templates, map[string]any{"launch_template_specification": block(map[string]any{
				"id": aws.Plain(v.LaunchTemplateId), "name": aws.Plain(v.LaunchTemplateName), "version": aws.Plain(v.Version),
			})})
		}
	}
	r.Attrs["launch_specification"], r.Attrs["launch_template_config"] = specifications, templates
	return r
}

// spotSpecifications gives one block for each subnet that a specification names: AWS writes several with commas.
// Source: EC2 API, SpotFleetLaunchSpecification.
func spotSpecifications(from *types.SpotFleetLaunchSpecification) []any {
	subnets, public := splitList(text(from.SubnetId)), false
	for _, n := range from.NetworkInterfaces {
		public = public || flag(n.AssociatePublicIpAddress)
		if n.SubnetId != nil {
			subnets = append(subnets, *n.SubnetId)
		}
	}
	if len(subnets) == 0 {
		subnets = []any{nil}
	}
	var zone any
	if from.Placement != nil {
		zone = aws.Plain(from.Placement.AvailabilityZone)
	}
	out := make([]any, len(subnets))
	for i, subnet := range subnets {
		out[i] = map[string]any{
			"ami": aws.Plain(from.ImageId), "instance_type": aws.Plain(from.InstanceType), "subnet_id": subnet, "availability_zone": zone,
			"associate_public_ip_address": public, "user_data": hidden(text(from.UserData) != ""),
		}
	}
	return out
}
