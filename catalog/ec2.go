package catalog

import "github.com/plumbline-dev/plumbline/graph"

// Servers, their templates and disks.
func ec2Types() []Type {
	return append(ec2Servers(), ec2Disks()...)
}

// metadataOptions is the block of the instance metadata service. Unset http_tokens is documented as "optional"
// by the EC2 API unless the image or the account says otherwise.
// Source: EC2 API, InstanceMetadataOptionsRequest; AWS provider, resource aws_instance.
func metadataOptions() Attr {
	return Attr{Name: "metadata_options", Kind: Block, Attrs: []Attr{
		{Name: "http_endpoint", Default: "enabled", Enum: []string{"enabled", "disabled"}},
		{Name: "http_tokens", Default: "optional", Enum: []string{"optional", "required"}},
		{Name: "http_put_response_hop_limit", Kind: Number, Computed: true},
		{Name: "http_protocol_ipv6", Default: "disabled"},
		{Name: "instance_metadata_tags", Default: "disabled"},
	}}
}

// accountDefaults names the account-wide settings of EC2 that apply to a resource: those of the same root and provider.
var accountDefaults = Attr{Name: "account_defaults", Derived: true, Targets: to("aws_ec2_instance_metadata_defaults", "applies_to")}

func withDefaults(r *graph.Resource) []*graph.Resource {
	r.Attrs["account_defaults"] = placeOf(r)
	return nil
}

// placeOf names what one account's regional setting covers: the root and the provider configuration of a resource, or
// the account and the region that it was read in.
func placeOf(r *graph.Resource) string {
	if region, ok := r.Facts["_region"].(string); ok && live(r) {
		return r.Root + "|" + region
	}
	provider, _ := r.Facts["_provider"].(string)
	return r.Root + "|" + provider
}

func disk(name string) Attr {
	return Attr{Name: name, Kind: Block, Attrs: []Attr{
		{Name: "device_name"}, {Name: "volume_type", Computed: true}, {Name: "volume_size", Kind: Number, Computed: true},
		{Name: "iops", Kind: Number, Computed: true}, {Name: "throughput", Kind: Number, Computed: true},
		{Name: "encrypted", Kind: Bool, Computed: true}, {Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key")},
		{Name: "snapshot_id"}, {Name: "delete_on_termination", Kind: Bool, Default: true},
	}}
}

func ec2Servers() []Type {
	return []Type{
		{
			Name: "aws_instance", Scope: Zonal, Aliases: []string{"aws_spot_instance_request"},
			ZonesFrom: []string{"availability_zone", "subnet_id", "network_interface.network_interface_id"},
			Attrs: []Attr{
				{Name: "ami", Targets: to("aws_ami")},
				{Name: "instance_type"},
				{Name: "availability_zone", Computed: true},
				{Name: "subnet_id", Computed: true, Targets: to("aws_subnet")},
				{Name: "vpc_security_group_ids", Kind: List, Computed: true, Targets: to("aws_security_group")},
				{Name: "security_groups", Kind: List, Computed: true, Targets: to("aws_security_group", "name")},
				{Name: "associate_public_ip_address", Kind: Bool}, // null: as the subnet says
				{Name: "public_ip", Computed: true}, {Name: "private_ip", Computed: true}, {Name: "public_dns", Computed: true}, {Name: "private_dns", Computed: true},
				{Name: "ipv6_addresses", Kind: List, Computed: true},
				{Name: "key_name", Computed: true, Targets: to("aws_key_pair", "key_name")},
				{Name: "iam_instance_profile", Targets: to("aws_iam_instance_profile", "name")},
				{Name: "user_data", Secret: true}, {Name: "user_data_base64", Secret: true},
				{Name: "disable_api_termination", Kind: Bool, Default: false},
				{Name: "instance_initiated_shutdown_behavior", Default: "stop"},
				{Name: "monitoring", Kind: Bool, Default: false},
				{Name: "ebs_optimized", Kind: Bool, Default: false},
				{Name: "source_dest_check", Kind: Bool, Default: true},
				{Name: "tenancy", Default: "default"},
				{Name: "host_id", Computed: true}, {Name: "placement_group", Computed: true},
				{Name: "volume_tags", Kind: Map},
				metadataOptions(), accountDefaults,
				disk("root_block_device"), disk("ebs_block_device"),
				{Name: "network_interface", Kind: Block, Attrs: []Attr{
					{Name: "network_interface_id", Targets: to("aws_network_interface")}, {Name: "device_index", Kind: Number, Default: 0}, {Name: "delete_on_termination", Kind: Bool, Default: false},
				}},
				{Name: "launch_template", Kind: Block, Attrs: launchTemplateRef()},
				{Name: "credit_specification", Kind: Block, Attrs: []Attr{{Name: "cpu_credits"}}},
				{Name: "maintenance_options", Kind: Block, Attrs: []Attr{{Name: "auto_recovery", Default: "default"}}},
				{Name: "instance_market_options", Kind: Block, Attrs: []Attr{{Name: "market_type"}}},
				{Name: "spot_price"},
			},
			Split: withDefaults,
		},
		{
			Name: "aws_launch_template", Scope: Configuration,
			Attrs: []Attr{
				{Name: "name", Computed: true}, {Name: "name_prefix"}, {Name: "image_id", Targets: to("aws_ami")}, {Name: "instance_type"},
				{Name: "default_version", Kind: Number, Computed: true}, {Name: "latest_version", Kind: Number, Computed: true}, {Name: "update_default_version", Kind: Bool, Default: false},
				{Name: "key_name", Targets: to("aws_key_pair", "key_name")},
				{Name: "vpc_security_group_ids", Kind: List, Targets: to("aws_security_group")},
				{Name: "security_group_names", Kind: List},
				{Name: "user_data", Secret: true},
				{Name: "disable_api_termination", Kind: Bool, Default: false}, {Name: "ebs_optimized", Kind: Bool},
				{Name: "iam_instance_profile", Kind: Block, Attrs: []Attr{{Name: "name", Targets: to("aws_iam_instance_profile", "name")}, {Name: "arn", Targets: to("aws_iam_instance_profile")}}},
				{Name: "network_interfaces", Kind: Block, Attrs: []Attr{
					{Name: "associate_public_ip_address", Kind: Bool}, {Name: "subnet_id", Targets: to("aws_subnet")},
					{Name: "security_groups", Kind: List, Targets: to("aws_security_group")}, {Name: "device_index", Kind: Number}, {Name: "delete_on_termination", Kind: Bool},
				}},
				{Name: "block_device_mappings", Kind: Block, Attrs: []Attr{{Name: "device_name"}, {Name: "no_device"}, {Name: "virtual_name"}, {Name: "ebs", Kind: Block, Attrs: []Attr{
					{Name: "volume_type", Computed: true}, {Name: "volume_size", Kind: Number, Computed: true}, {Name: "iops", Kind: Number, Computed: true}, {Name: "throughput", Kind: Number, Computed: true},
					{Name: "encrypted", Kind: Bool}, {Name: "kms_key_id", Targets: to("aws_kms_key")}, {Name: "snapshot_id"}, {Name: "delete_on_termination", Kind: Bool},
				}}}},
				{Name: "placement", Kind: Block, Attrs: []Attr{{Name: "availability_zone"}, {Name: "tenancy"}, {Name: "group_name"}, {Name: "host_id"}}},
				{Name: "monitoring", Kind: Block, Attrs: []Attr{{Name: "enabled", Kind: Bool, Default: false}}},
				{Name: "credit_specification", Kind: Block, Attrs: []Attr{{Name: "cpu_credits"}}},
				{Name: "instance_market_options", Kind: Block, Attrs: []Attr{{Name: "market_type"}, {Name: "spot_options", Kind: Block, Attrs: []Attr{{Name: "max_price"}, {Name: "spot_instance_type"}}}}},
				{Name: "tag_specifications", Kind: Block, Attrs: []Attr{{Name: "resource_type"}, {Name: "tags", Kind: Map}}},
				metadataOptions(), accountDefaults,
			},
			Split: withDefaults,
		},
		{
			Name: "aws_launch_configuration", Scope: Configuration,
			Attrs: []Attr{
				{Name: "name", Computed: true}, {Name: "name_prefix"}, {Name: "image_id", Targets: to("aws_ami")}, {Name: "instance_type"},
				{Name: "associate_public_ip_address", Kind: Bool}, // null: as the subnet says
				{Name: "security_groups", Kind: List, Targets: to("aws_security_group")},
				{Name: "key_name", Computed: true, Targets: to("aws_key_pair", "key_name")},
				{Name: "iam_instance_profile", Targets: to("aws_iam_instance_profile", "name")},
				{Name: "user_data", Secret: true}, {Name: "user_data_base64", Secret: true},
				{Name: "enable_monitoring", Kind: Bool, Default: true}, {Name: "ebs_optimized", Kind: Bool, Computed: true},
				{Name: "placement_tenancy"}, {Name: "spot_price"},
				metadataOptions(), accountDefaults,
				disk("root_block_device"), disk("ebs_block_device"),
			},
			Split: withDefaults,
		},
		{
			// The account's own metadata defaults in one region.
			Name: "aws_ec2_instance_metadata_defaults", Scope: Configuration,
			Attrs: []Attr{
				{Name: "http_tokens", Default: "no-preference", Enum: []string{"no-preference", "optional", "required"}},
				{Name: "http_endpoint", Default: "no-preference", Enum: []string{"no-preference", "enabled", "disabled"}},
				{Name: "http_put_response_hop_limit", Kind: Number, Default: -1}, {Name: "instance_metadata_tags", Default: "no-preference"},
				{Name: "applies_to", Derived: true}, // root and provider; see placeOf
			},
			Split: func(r *graph.Resource) []*graph.Resource {
				r.Attrs["applies_to"] = placeOf(r)
				return nil
			},
		},
		{
			Name: "aws_spot_fleet_request", ZonesFrom: []string{"launch_specification.availability_zone", "launch_specification.subnet_id"},
			Attrs: []Attr{
				{Name: "iam_fleet_role", Targets: to("aws_iam_role")}, {Name: "target_capacity", Kind: Number}, {Name: "spot_price"}, {Name: "allocation_strategy", Default: "lowestPrice"},
				{Name: "fleet_type", Default: "maintain"}, {Name: "on_demand_target_capacity", Kind: Number},
				{Name: "target_group_arns", Kind: List, Computed: true, Targets: to("aws_lb_target_group")},
				{Name: "launch_specification", Kind: Block, Attrs: []Attr{
					{Name: "ami"}, {Name: "instance_type"}, {Name: "subnet_id", Computed: true, Targets: to("aws_subnet")}, {Name: "availability_zone", Computed: true},
					{Name: "associate_public_ip_address", Kind: Bool, Default: false}, {Name: "user_data", Secret: true},
				}},
				{Name: "launch_template_config", Kind: Block, Attrs: []Attr{{Name: "launch_template_specification", Kind: Block, Attrs: launchTemplateRef()}}},
			},
		},
	}
}

// launchTemplateRef is how instances, groups and node groups name a launch template.
func launchTemplateRef() []Attr {
	return []Attr{{Name: "id", Computed: true, Targets: to("aws_launch_template")}, {Name: "name", Computed: true, Targets: to("aws_launch_template", "name")}, {Name: "version"}}
}

func ec2Disks() []Type {
	return []Type{
		{
			Name: "aws_ebs_volume", Scope: Zonal, ZonesFrom: []string{"availability_zone"},
			Attrs: []Attr{
				{Name: "availability_zone"}, {Name: "size", Kind: Number, Computed: true}, {Name: "type", Default: "gp2"},
				{Name: "iops", Kind: Number, Computed: true}, {Name: "throughput", Kind: Number, Computed: true},
				{Name: "encrypted", Kind: Bool, Default: false}, {Name: "kms_key_id", Computed: true, Targets: to("aws_kms_key")},
				{Name: "snapshot_id"}, {Name: "multi_attach_enabled", Kind: Bool, Default: false}, {Name: "final_snapshot", Kind: Bool, Default: false},
			},
		},
		{
			Name: "aws_volume_attachment", Scope: Configuration,
			Attrs: []Attr{{Name: "device_name"}, {Name: "instance_id", Targets: to("aws_instance")}, {Name: "volume_id", Targets: to("aws_ebs_volume")}, {Name: "force_detach", Kind: Bool}},
		},
		{
			Name: "aws_ebs_snapshot", Scope: Regional,
			Attrs: []Attr{{Name: "volume_id", Targets: to("aws_ebs_volume")}, {Name: "description"}, {Name: "storage_tier", Computed: true}, {Name: "encrypted", Kind: Bool, Computed: true}},
		},
		{
			Name: "aws_ebs_encryption_by_default", Scope: Configuration,
			Attrs: []Attr{{Name: "enabled", Kind: Bool, Default: true}},
		},
		{
			Name: "aws_ami", Scope: Configuration, Aliases: []string{"aws_ami_copy", "aws_ami_from_instance"},
			Attrs: []Attr{{Name: "name"}, {Name: "architecture", Computed: true}, {Name: "root_device_name", Computed: true}, {Name: "virtualization_type"}, {Name: "public", Kind: Bool, Computed: true}, {Name: "owners", Kind: List}, {Name: "most_recent", Kind: Bool}},
		},
		{
			Name: "aws_key_pair", Scope: Configuration,
			Attrs: []Attr{{Name: "key_name", Computed: true}, {Name: "key_name_prefix"}, {Name: "public_key"}},
		},
	}
}
