package catalog

import (
	"regexp"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

func autoscalingTypes() []Type {
	return []Type{
		{
			Name: "aws_autoscaling_group", Scope: Regional,
			ZonesFrom: []string{"vpc_zone_identifier", "availability_zones"},
			Attrs: []Attr{
				{Name: "name", Computed: true}, {Name: "name_prefix"},
				{Name: "min_size", Kind: Number}, {Name: "max_size", Kind: Number}, {Name: "desired_capacity", Kind: Number, Computed: true},
				{Name: "vpc_zone_identifier", Kind: List, Targets: to("aws_subnet")},
				{Name: "availability_zones", Kind: List, Computed: true},
				{Name: "launch_configuration", Targets: to("aws_launch_configuration", "name")},
				{Name: "launch_template", Kind: Block, Attrs: launchTemplateRef()},
				{Name: "mixed_instances_policy", Kind: Block, Attrs: []Attr{
					{Name: "instances_distribution", Kind: Block, Attrs: []Attr{
						{Name: "on_demand_base_capacity", Kind: Number, Computed: true}, {Name: "on_demand_percentage_above_base_capacity", Kind: Number, Computed: true},
						{Name: "spot_allocation_strategy", Computed: true}, {Name: "spot_instance_pools", Kind: Number, Computed: true},
					}},
					{Name: "launch_template", Kind: Block, Attrs: []Attr{
						{Name: "launch_template_specification", Kind: Block, Attrs: []Attr{
							{Name: "launch_template_id", Computed: true, Targets: to("aws_launch_template")}, {Name: "launch_template_name", Computed: true, Targets: to("aws_launch_template", "name")}, {Name: "version"},
						}},
						{Name: "override", Kind: Block, Attrs: []Attr{{Name: "instance_type"}, {Name: "weighted_capacity"}}},
					}},
				}},
				// "EC2" is what AWS uses when nothing is set. Source: Auto Scaling API, CreateAutoScalingGroup.
				{Name: "health_check_type", Default: "EC2"},
				{Name: "health_check_grace_period", Kind: Number, Default: 300},
				{Name: "default_cooldown", Kind: Number, Computed: true}, {Name: "default_instance_warmup", Kind: Number},
				{Name: "load_balancers", Kind: List, Targets: to("aws_elb", "name")},
				{Name: "target_group_arns", Kind: List, Targets: to("aws_lb_target_group")},
				{Name: "traffic_source", Kind: Block, Attrs: []Attr{{Name: "identifier", Targets: []Target{{"aws_lb_target_group", nil}, {"aws_elb", []string{"name"}}}}, {Name: "type"}}},
				{Name: "suspended_processes", Kind: List}, {Name: "enabled_metrics", Kind: List}, {Name: "termination_policies", Kind: List},
				{Name: "protect_from_scale_in", Kind: Bool, Default: false}, {Name: "capacity_rebalance", Kind: Bool},
				{Name: "max_instance_lifetime", Kind: Number}, {Name: "force_delete", Kind: Bool, Default: false}, {Name: "wait_for_capacity_timeout", Default: "10m"},
				{Name: "min_elb_capacity", Kind: Number}, {Name: "service_linked_role_arn", Computed: true}, {Name: "placement_group"},
				{Name: "instance_refresh", Kind: Block, Attrs: []Attr{{Name: "strategy"}, {Name: "preferences", Kind: Block, Attrs: []Attr{{Name: "min_healthy_percentage", Kind: Number, Default: 90}, {Name: "auto_rollback", Kind: Bool, Default: false}}}}},
				{Name: "instance_maintenance_policy", Kind: Block, Attrs: []Attr{{Name: "min_healthy_percentage", Kind: Number}, {Name: "max_healthy_percentage", Kind: Number}}},
				{Name: "availability_zone_distribution", Kind: Block, Attrs: []Attr{{Name: "capacity_distribution_strategy", Default: "balanced-best-effort"}}},
				{Name: "warm_pool", Kind: Block, Attrs: []Attr{{Name: "min_size", Kind: Number}, {Name: "pool_state"}}},
				// The Kubernetes cluster whose nodes the group holds, by its tag kubernetes.io/cluster/NAME.
				{Name: "cluster", Derived: true, Targets: to("aws_eks_cluster", "name")},
				// Code gives no desired_capacity, which then is min_size (see startSize).
				{Name: "starts_at_least", Kind: Bool, Derived: true},
				// The block and tier that the group is one of: groups of one zone each are judged together.
				{Name: "tier", Derived: true},
				{Name: "siblings", Derived: true, Targets: to("aws_autoscaling_group", "tier")},
			},
			Split: splitGroup,
		},
		{
			Name: "aws_autoscaling_policy", Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"},
				{Name: "autoscaling_group_name", Targets: to("aws_autoscaling_group", "name")},
				{Name: "policy_type", Default: "SimpleScaling", Enum: []string{"SimpleScaling", "StepScaling", "TargetTrackingScaling", "PredictiveScaling"}},
				{Name: "adjustment_type"}, {Name: "scaling_adjustment", Kind: Number}, {Name: "cooldown", Kind: Number}, {Name: "enabled", Kind: Bool, Default: true},
				{Name: "estimated_instance_warmup", Kind: Number}, {Name: "metric_aggregation_type", Computed: true}, {Name: "min_adjustment_magnitude", Kind: Number},
				{Name: "step_adjustment", Kind: Block, Attrs: []Attr{{Name: "scaling_adjustment", Kind: Number}, {Name: "metric_interval_lower_bound"}, {Name: "metric_interval_upper_bound"}}},
				{Name: "target_tracking_configuration", Kind: Block, Attrs: []Attr{
					{Name: "target_value", Kind: Number}, {Name: "disable_scale_in", Kind: Bool, Default: false},
					{Name: "predefined_metric_specification", Kind: Block, Attrs: []Attr{{Name: "predefined_metric_type"}, {Name: "resource_label"}}},
					{Name: "customized_metric_specification", Kind: Block, Attrs: []Attr{{Name: "metric_name"}, {Name: "namespace"}, {Name: "statistic"}}},
				}},
				{Name: "predictive_scaling_configuration", Kind: Block, Attrs: []Attr{{Name: "mode", Default: "ForecastOnly"}}},
			},
		},
		{
			Name: "aws_autoscaling_attachment", Scope: Configuration, Renamed: map[string]string{"alb_target_group_arn": "lb_target_group_arn"},
			Attrs: []Attr{
				{Name: "autoscaling_group_name", Targets: to("aws_autoscaling_group", "name")},
				{Name: "elb", Targets: to("aws_elb", "name")}, {Name: "lb_target_group_arn", Targets: to("aws_lb_target_group")},
			},
		},
		{
			Name: "aws_autoscaling_traffic_source_attachment", Scope: Configuration,
			Attrs: []Attr{
				{Name: "autoscaling_group_name", Targets: to("aws_autoscaling_group", "name")},
				{Name: "traffic_source", Kind: Block, Attrs: []Attr{{Name: "identifier", Targets: []Target{{"aws_lb_target_group", nil}, {"aws_elb", []string{"name"}}}}, {Name: "type"}}},
			},
		},
		{
			Name: "aws_autoscaling_schedule", Scope: Configuration,
			Attrs: []Attr{
				{Name: "scheduled_action_name"}, {Name: "autoscaling_group_name", Targets: to("aws_autoscaling_group", "name")},
				{Name: "min_size", Kind: Number, Computed: true}, {Name: "max_size", Kind: Number, Computed: true}, {Name: "desired_capacity", Kind: Number, Computed: true},
				{Name: "recurrence", Computed: true}, {Name: "start_time", Computed: true}, {Name: "end_time", Computed: true}, {Name: "time_zone", Computed: true},
			},
		},
		{
			Name: "aws_autoscaling_lifecycle_hook", Scope: Configuration,
			Attrs: []Attr{{Name: "name"}, {Name: "autoscaling_group_name", Targets: to("aws_autoscaling_group", "name")}, {Name: "lifecycle_transition"}, {Name: "default_result", Computed: true}, {Name: "heartbeat_timeout", Kind: Number}},
		},
	}
}

// splitGroup brings the tags of a group, which are blocks `tag` or a list of maps `tags`, into a map, and
// derives from them the Kubernetes cluster and the tier.
func splitGroup(r *graph.Resource) []*graph.Resource {
	groupTags(r)
	startSize(r)
	tags, _ := r.Attrs["tags"].(map[string]any)
	setTier(r, tags)
	if why, unknown := r.Unknown["tags"]; unknown {
		r.Unknown["cluster"] = why
		delete(r.Attrs, "cluster")
		return nil
	}
	r.Attrs["cluster"] = clusterTag(tags)
	return nil
}

// startSize writes out the number of instances that a group starts with.
// Source: Auto Scaling API, CreateAutoScalingGroup, DesiredCapacity: "the default is the minimum size of the group".
func startSize(r *graph.Resource) {
	least, known := r.Attrs["min_size"]
	unset := r.Attrs["desired_capacity"] == nil && r.Unknown["desired_capacity"] == "" || r.Attrs["starts_at_least"] == true
	r.Attrs["starts_at_least"] = unset
	switch why := r.Unknown["min_size"]; {
	case unset && known:
		r.Attrs["desired_capacity"] = least
	case unset && why != "":
		r.Unknown["desired_capacity"] = why
		delete(r.Attrs, "desired_capacity")
	}
}

func groupTags(r *graph.Resource) {
	tags, isMap := r.Attrs["tags"].(map[string]any)
	out := map[string]any{}
	if isMap {
		for k, v := range tags {
			out[k] = v
		}
	}
	found := isMap
	for _, form := range []string{"tag", "tags"} {
		list, ok := r.Attrs[form].([]any)
		found = found || ok
		for i, v := range list {
			block, _ := v.(map[string]any)
			key, ok := block["key"].(string)
			path := graph.Element(form, i)
			switch why, unknown := r.Unknown[path+".value"]; {
			case ok && unknown:
				r.Unknown[graph.Child("tags", key)] = why
			case ok:
				out[key] = block["value"]
			case r.Unknown[path] != "":
				r.Unknown["tags"] = r.Unknown[path]
			case r.Unknown[path+".key"] != "":
				r.Unknown["tags"] = r.Unknown[path+".key"]
			}
		}
		for _, p := range []string{form, form + "[*]"} {
			if why, unknown := r.Unknown[p]; unknown && !isMap {
				r.Unknown["tags"] = why
			}
		}
		for p := range r.Unknown {
			if rest, ok := below(p, form); ok && (form == "tag" || strings.HasPrefix(rest, "[") && !strings.HasPrefix(rest, "[\"")) {
				delete(r.Unknown, p)
			}
		}
	}
	delete(r.Attrs, "tag")
	switch {
	case r.Unknown["tags"] != "":
		delete(r.Attrs, "tags")
	case found:
		r.Attrs["tags"] = out
	}
}

// clusterTag gives the NAME of the tag "kubernetes.io/cluster/NAME" (or the autoscaler's
// "k8s.io/cluster/NAME"), by which nodes belong to a cluster; nil when there is none.
// Source: Amazon EKS User Guide, self-managed nodes.
func clusterTag(tags map[string]any) any {
	for _, k := range sortedKeys(tags) {
		for _, prefix := range []string{"kubernetes.io/cluster/", "k8s.io/cluster/"} {
			if name, ok := strings.CutPrefix(k, prefix); ok && name != "" {
				return name
			}
		}
	}
	return nil
}

// setTier derives the tier, which is not known when the tag is not.
func setTier(r *graph.Resource, tags map[string]any) {
	for _, name := range []string{"tier", "siblings"} {
		delete(r.Attrs, name)
		delete(r.Unknown, name)
	}
	for _, path := range sortedKeys(r.Unknown) {
		if path == "tags" || strings.EqualFold(path, "tags.tier") || path == "tags.KubernetesCluster" || path == `tags["kops.k8s.io/instancegroup"]` {
			r.Unknown["tier"], r.Unknown["siblings"] = r.Unknown[path], r.Unknown[path]
			return
		}
	}
	tier := groupTier(r, tags)
	r.Attrs["tier"], r.Attrs["siblings"] = tier, tier
}

// groupTier names what a group is one of: the value of its tag Tier, the instance group of kops without the zone at its
// end, else the block that it is an instance of.
// Source: kops, instance groups: one for each zone of the control plane and, by default, of the nodes.
func groupTier(r *graph.Resource, tags map[string]any) string {
	for _, k := range sortedKeys(tags) {
		if s, ok := tags[k].(string); ok && strings.EqualFold(k, "tier") && s != "" {
			return r.Root + "|tier " + s
		}
	}
	cluster, _ := tags["KubernetesCluster"].(string)
	if group, _ := tags["kops.k8s.io/instancegroup"].(string); cluster != "" && group != "" {
		return r.Root + "|kops " + cluster + " " + zoneAtEnd.ReplaceAllString(group, "")
	}
	address := string(r.Address)
	if i := strings.LastIndexByte(address, '['); i >= 0 && strings.HasSuffix(address, "]") {
		address = address[:i]
	}
	return r.Root + "|" + address
}

var zoneAtEnd = regexp.MustCompile(`-[a-z]{2}(-[a-z]+)+-[0-9][a-z]$`)
