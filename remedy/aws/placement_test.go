package aws_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	opensearchtypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/internal/moto"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// land is the network of the fixable account, and the clients by which somebody else changes the account meanwhile.
type land struct {
	*account
	g      *graph.Graph
	cfg    sdk.Config
	ec2    *ec2.Client
	vpc    string
	subnet map[string]string // network -> ID
}

func fixable(t *testing.T) *land {
	t.Helper()
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py", "../../internal/moto/testdata/fixes.py")
	cmd := exec.Command("python3", "../../internal/moto/testdata/fixable_account.py", "--endpoint", s.URL)
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("seeding: %v\n%s", err, out)
	}
	cfg := s.Config(t, moto.Home, region)
	a := &account{t, s, moto.Home, aws.NewHand(cfg, aws.Target{Account: moto.Home, Region: region})}
	l := &land{account: a, cfg: cfg, ec2: ec2.NewFromConfig(cfg), subnet: map[string]string{}}
	l.g = a.all("aws_subnet", "aws_elb", "aws_lb", "aws_autoscaling_group", "aws_lambda_function", "aws_ecs_service", "aws_appautoscaling_target", "aws_efs_file_system", "aws_eks_cluster",
		"aws_opensearch_domain", "aws_db_instance", "aws_db_subnet_group", "aws_elasticache_subnet_group")
	for _, r := range l.g.OfType("aws_subnet") {
		l.subnet[fmt.Sprint(r.Attrs["cidr_block"])] = fmt.Sprint(r.Attrs["id"])
		if r.Attrs["cidr_block"] == app[0] {
			l.vpc = fmt.Sprint(r.Attrs["vpc_id"])
		}
	}
	return l
}

// in gives the subnets of networks.
func (l *land) in(networks ...string) []any {
	var out []any
	for _, n := range networks {
		out = append(out, l.subnet[n])
	}
	return out
}

// extra makes one more subnet.
func (l *land) extra(network, zone string) string {
	l.t.Helper()
	out, err := l.ec2.CreateSubnet(context.Background(), &ec2.CreateSubnetInput{VpcId: &l.vpc, CidrBlock: &network, AvailabilityZone: sdk.String(region + zone)})
	if err != nil {
		l.t.Fatal(err)
	}
	l.subnet[network] = *out.Subnet.SubnetId
	return *out.Subnet.SubnetId
}

func (l *land) planned(typ, name string, patch func(*graph.Resource, *graph.Graph) graph.Patch) ([]remedy.Step, error) {
	l.t.Helper()
	planner := aws.NewPlanner(l.hand, l.g, aws.Options{})
	return planner.Plan(context.Background(), remedy.Wish{Patch: patch(of(l.t, l.g, wish{typ: typ, name: name}), l.g)})
}

func (l *land) group(name string, least int) func(*graph.Resource, *graph.Graph) graph.Patch {
	return creates("aws_eks_node_group", "cluster_name", "name", map[string]any{"node_group_name": name, "subnet_ids": l.in(app...), "scaling_config": blocks(map[string]any{"min_size": least, "desired_size": 2, "max_size": 6})})
}

func TestPlacementIsRefusedWhereItWouldNotServe(t *testing.T) {
	t.Parallel()
	l := fixable(t)
	elsewhere, err := l.ec2.DescribeSubnets(context.Background(), &ec2.DescribeSubnetsInput{Filters: []types.Filter{{Name: sdk.String("default-for-az"), Values: []string{"true"}}}})
	if err != nil || len(elsewhere.Subnets) == 0 {
		t.Fatalf("no default network: %v", err)
	}
	awake := sets("cluster_config[0].zone_awareness_enabled", true, "cluster_config[0].zone_awareness_config[0].availability_zone_count", 3, "vpc_options[0].subnet_ids", l.in(app[:2]...))
	for _, c := range []struct {
		typ, name string
		patch     func(*graph.Resource, *graph.Graph) graph.Patch
		why       string
	}{
		{"aws_lambda_function", "resize", sets("vpc_config[0].subnet_ids", l.in(app[1])), "the change leaves out the subnet " + l.subnet[app[0]]},
		{"aws_lambda_function", "resize", sets("vpc_config[0].subnet_ids", l.in(app[0])), "names no subnet that is new"},
		{"aws_lambda_function", "resize", sets("vpc_config[0].subnet_ids", append(l.in(app[0]), *elsewhere.Subnets[0].SubnetId)), "is in " + l.vpc + ": no"},
		{"aws_efs_file_system", "uploads", creates("aws_efs_mount_target", "file_system_id", "id", map[string]any{"subnet_id": l.subnet[public[0]]}), "is a second subnet in us-east-1a"},
		{"aws_elb", "classic", sets("subnets", l.in(public...)), "requests do not cross zones"},
		{"aws_elb", "classic", sets("cross_zone_load_balancing", true, "subnets", l.in(public[0], app[1])), "is no public subnet"},
		{"aws_lb", "web", sets("subnets", l.in(public[0], public[1], app[2])), "is no public subnet"},
		{"aws_opensearch_domain", "inside", awake, "a subnet in each of its 3 zones, and 2 are named"},
		{"aws_opensearch_domain", "inside", sets("cluster_config[0].zone_awareness_enabled", true), "a subnet in each of its 2 zones, and 1 are named"},
		{"aws_eks_cluster", "shop", l.group("other", 2), "called like it"},
		{"aws_eks_cluster", "shop", l.group("lone-maz", 1), "must keep two nodes"},
		{"aws_appautoscaling_target", "service/shop/web", sets("min_capacity", 9), "is below the least"},
	} {
		_, err := l.planned(c.typ, c.name, c.patch)
		var refused *remedy.Refused
		if !errors.As(err, &refused) || refused.Class != remedy.PreconditionFails || !strings.Contains(refused.Why, c.why) {
			t.Errorf("%s %s: %v, want %q", c.typ, c.name, err, c.why)
		}
	}
	t.Run("servers behind their load balancer", l.serversBehind)
	t.Run("a standby behind its subnets", l.standbyBehind)
}

// standbyBehind: a database in a group of one zone gets a standby behind the step that gives the group a second one.
func (l *land) standbyBehind(t *testing.T) {
	standby := remedy.Wish{Patch: sets("multi_az", true)(of(t, l.g, wish{typ: "aws_db_instance", name: "narrow"}), l.g)}
	wider := remedy.Wish{Patch: subnets("subnet_ids", app)(of(t, l.g, wish{typ: "aws_db_subnet_group", name: "narrow"}), l.g)}
	if fixes, why := l.build(t, standby); len(fixes) > 0 || !strings.Contains(why, "narrow reaches one zone only") {
		t.Errorf("alone: %v, %q", fixes, why)
	}
	if fixes, why := l.build(t, standby, wider); !slices.Equal(fixes, []string{"db-subnet-group", "rds-multi-az"}) || why != "" {
		t.Errorf("together: %v, %q", fixes, why)
	}
}

// build gives the fixes of a plan of wishes, in order, and why others are none of it.
func (l *land) build(t *testing.T, wishes ...remedy.Wish) (fixes []string, why string) {
	t.Helper()
	planner := aws.NewPlanner(l.hand, l.g, aws.Options{})
	steps, refused, err := remedy.Build(context.Background(), wishes, func(remedy.Wish) (remedy.Planner, error) { return planner, nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		fixes = append(fixes, s.Fix)
	}
	for _, r := range refused {
		why += r.Why
	}
	return fixes, why
}

// serversBehind: a group is refused zones in which its load balancer does not stand, unless the plan puts it there first.
func (l *land) serversBehind(t *testing.T) {
	group := remedy.Wish{Patch: subnets("vpc_zone_identifier", app)(of(t, l.g, wish{typ: "aws_autoscaling_group", name: "web"}), l.g)}
	balancer := remedy.Wish{Patch: subnets("subnets", public)(of(t, l.g, wish{typ: "aws_lb", name: "web"}), l.g)}
	if fixes, why := l.build(t, group); len(fixes) > 0 || !strings.Contains(why, "does not stand in us-east-1c") {
		t.Errorf("alone: %v, %q", fixes, why)
	}
	if fixes, why := l.build(t, group, balancer); !slices.Equal(fixes, []string{"lb-multi-az", "asg-multi-az"}) || why != "" {
		t.Errorf("together: %v, %q", fixes, why)
	}
}

// TestPlacementSaysWhatHasChangedSince plans, lets somebody else change what the plan rests on, and expects the precondition that tells.
func TestPlacementSaysWhatHasChangedSince(t *testing.T) {
	t.Parallel()
	l := fixable(t)
	ctx := context.Background()
	small, brief, late := l.extra("10.0.30.0/28", "c"), l.extra("10.0.31.0/24", "c"), l.extra("10.0.32.0/24", "d")
	tables, err := l.ec2.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{Filters: []types.Filter{{Name: sdk.String("vpc-id"), Values: []string{l.vpc}}}})
	if err != nil {
		t.Fatal(err)
	}
	var open, shut, main, gateway string
	for _, table := range tables.RouteTables {
		via, own := "", len(table.Associations) > 0 && table.Associations[0].SubnetId != nil
		for _, r := range table.Routes {
			if sdk.ToString(r.DestinationCidrBlock) == "0.0.0.0/0" {
				via = sdk.ToString(r.GatewayId)
			}
		}
		switch {
		case !own:
			main = *table.RouteTableId
		case via != "":
			open, gateway = *table.RouteTableId, via
		default:
			shut = *table.RouteTableId
		}
	}
	all := sdk.String("0.0.0.0/0")
	_, err = l.ec2.CreateRoute(ctx, &ec2.CreateRouteInput{RouteTableId: &main, DestinationCidrBlock: all, GatewayId: &gateway})
	if err != nil {
		t.Fatal(err)
	}
	list := func(networks ...string) []string {
		var out []string
		for _, s := range l.in(networks...) {
			out = append(out, s.(string))
		}
		return out
	}
	cluster := sdk.String("shop")
	for _, c := range []struct {
		typ, name string
		patch     func(*graph.Resource, *graph.Graph) graph.Patch
		meanwhile func() error
		says      string
	}{
		{"aws_lambda_function", "resize", sets("vpc_config[0].subnet_ids", append(l.in(app[0]), brief)), func() error {
			_, err := l.ec2.DeleteSubnet(ctx, &ec2.DeleteSubnetInput{SubnetId: &brief})
			return err
		}, brief + " is in " + l.vpc},
		{"aws_lambda_function", "resize", subnets("vpc_config[0].subnet_ids", app), func() error {
			_, err := lambda.NewFromConfig(l.cfg).UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: sdk.String("resize"), VpcConfig: &lambdatypes.VpcConfig{SubnetIds: list(app[:2]...), SecurityGroupIds: []string{}}})
			return err
		}, "subnets is still"},
		{"aws_opensearch_domain", "inside", sets("cluster_config[0].zone_awareness_enabled", true, "cluster_config[0].instance_count", 2, "vpc_options[0].subnet_ids", append(l.in(app[0]), small)), func() error {
			for range 6 {
				if _, err := l.ec2.CreateNetworkInterface(ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: &small}); err != nil {
					return err
				}
			}
			return nil
		}, small + " has 6 free addresses"},
		{"aws_opensearch_domain", "inside", sets("cluster_config[0].zone_awareness_enabled", true, "cluster_config[0].instance_count", 2, "vpc_options[0].subnet_ids", l.in(app[:2]...)), func() error {
			_, err := opensearch.NewFromConfig(l.cfg).UpdateDomainConfig(ctx, &opensearch.UpdateDomainConfigInput{DomainName: sdk.String("inside"), VPCOptions: &opensearchtypes.VPCOptions{SubnetIds: list(app[1])}})
			return err
		}, "SubnetIds is still"},
		{"aws_efs_file_system", "uploads", mounted, func() error {
			_, err := efs.NewFromConfig(l.cfg).CreateMountTarget(ctx, &efs.CreateMountTargetInput{FileSystemId: sdk.String(fmt.Sprint(the(l.g, "aws_efs_file_system", "uploads").Attrs["id"])), SubnetId: sdk.String(l.subnet[app[2]])})
			return err
		}, "there is no mount target in us-east-1c"},
		{"aws_ecs_service", "web", subnets("network_configuration[0].subnets", app), func() error {
			_, err := ecs.NewFromConfig(l.cfg).UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: cluster, Service: sdk.String("web"), NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{Subnets: list(app[1])}}})
			return err
		}, "its subnets are still"},
		{"aws_eks_cluster", "shop", l.group("lone-maz", 2), func() error {
			_, err := eks.NewFromConfig(l.cfg).CreateNodegroup(ctx, &eks.CreateNodegroupInput{ClusterName: cluster, NodegroupName: sdk.String("lone-maz"), NodeRole: sdk.String("arn:aws:iam::123456789012:role/nodes"), Subnets: list(app...)})
			return err
		}, "there is no group lone-maz"},
		{"aws_db_subnet_group", "narrow", subnets("subnet_ids", app), func() error {
			_, err := rds.NewFromConfig(l.cfg).ModifyDBSubnetGroup(ctx, &rds.ModifyDBSubnetGroupInput{DBSubnetGroupName: sdk.String("narrow"), SubnetIds: list(app[:2]...)})
			return err
		}, "its subnets are still"},
		{"aws_elasticache_subnet_group", "narrow", subnets("subnet_ids", app), func() error {
			_, err := elasticache.NewFromConfig(l.cfg).ModifyCacheSubnetGroup(ctx, &elasticache.ModifyCacheSubnetGroupInput{CacheSubnetGroupName: sdk.String("narrow"), SubnetIds: list(app[:2]...)})
			return err
		}, "its subnets are still"},
		{"aws_autoscaling_group", "web", sets("vpc_zone_identifier", l.in(app[:2]...)), func() error {
			_, err := l.ec2.CreateLaunchTemplateVersion(ctx, &ec2.CreateLaunchTemplateVersionInput{LaunchTemplateName: sdk.String("web"), SourceVersion: sdk.String("1"), LaunchTemplateData: &types.RequestLaunchTemplateData{
				NetworkInterfaces: []types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest{{DeviceIndex: sdk.Int32(0), SubnetId: sdk.String(l.subnet[app[0]])}}, Placement: &types.LaunchTemplatePlacementRequest{AvailabilityZone: sdk.String("us-east-1a")}}})
			return err
		}, "the launch template names no subnet; the launch template names no zone"},
		{"aws_elb", "old", sets("availability_zones", []any{"us-east-1a", "us-east-1b"}), func() error {
			_, err := elasticloadbalancing.NewFromConfig(l.cfg).ModifyLoadBalancerAttributes(ctx, &elasticloadbalancing.ModifyLoadBalancerAttributesInput{LoadBalancerName: sdk.String("old"),
				LoadBalancerAttributes: &elbtypes.LoadBalancerAttributes{CrossZoneLoadBalancing: &elbtypes.CrossZoneLoadBalancing{}}})
			return err
		}, "requests cross zones"},
		{"aws_lb", "web", sets("subnets", append(l.in(public[:2]...), late)), func() error {
			_, err := l.ec2.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: &shut, SubnetId: &late})
			return err
		}, late + " has no route table of its own"},
		{"aws_lb", "web", subnets("subnets", public), func() error {
			_, err := l.ec2.DeleteRoute(ctx, &ec2.DeleteRouteInput{RouteTableId: &open, DestinationCidrBlock: all})
			return err
		}, l.subnet[public[2]] + " leads to the internet by " + gateway},
	} {
		steps, err := l.planned(c.typ, c.name, c.patch)
		if err != nil || len(steps) != 1 {
			t.Fatalf("%s %s: %d steps, %v", c.typ, c.name, len(steps), err)
		}
		if broken, err := l.hand.Holds(ctx, steps[0].Preconditions, nil); err != nil || len(broken) > 0 {
			t.Errorf("%s %s, at once: %+v %v", c.typ, c.name, broken, err)
		}
		if err := c.meanwhile(); err != nil {
			t.Fatalf("%s %s: %v", c.typ, c.name, err)
		}
		broken, err := l.hand.Holds(ctx, steps[0].Preconditions, nil)
		if err != nil {
			t.Errorf("%s %s: %v", c.typ, c.name, err)
		}
		var said []string
		for _, b := range broken {
			said = append(said, b.Condition.Says)
		}
		for part := range strings.SplitSeq(c.says, "; ") {
			if !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, part) }) {
				t.Errorf("%s %s: said %q, want %q", c.typ, c.name, said, part)
			}
		}
	}
}
