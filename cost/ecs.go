package cost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/graph"
)

// Containers. Source: aws.amazon.com/ecs/pricing, aws.amazon.com/fargate/pricing.
func ecsServices() []service {
	return append([]service{
		{Type: "aws_ecs_service", Price: ecsService, Usage: []Param{none("tasks", "tasks that run, when not desired_count")}},
		{Type: "aws_ecs_task_set", Unpriced: "its tasks are started by an external controller, which says how many there are"},
		{Type: "aws_ecs_cluster", Price: ecsCluster, Usage: []Param{none("monthly_container_insights_metrics", "metrics that Container Insights keeps")}},
	}, settings("a template; tasks are charged where they run (aws.amazon.com/ecs/pricing)", `
		aws_ecs_task_definition aws_ecs_capacity_provider aws_ecs_cluster_capacity_providers aws_ecs_account_setting_default aws_ecs_tag`)...)
}

// ecsCluster is free; Container Insights keeps metrics that are charged as custom ones.
func ecsCluster(b *bill) {
	insights := false
	for _, s := range b.blocks("setting") {
		name, v := b.at(s+".name"), b.at(s+".value")
		insights = insights || name.is("containerInsights") && (v.is("enabled") || v.is("enhanced"))
	}
	if !insights {
		b.out.Free, b.out.Why = true, "a cluster is free of charge; its servers and Fargate tasks are charged (aws.amazon.com/ecs/pricing)"
		return
	}
	b.used("Container Insights metrics", "cloudwatch.metric.custom", "monthly_container_insights_metrics")
}

// ecsService is charged when its tasks run on Fargate; on servers of the account those are charged.
func ecsService(b *bill) {
	on, why := b.launchKind()
	switch on {
	case "":
		b.unpriced("tasks", why)
		return
	case "EC2", "EXTERNAL":
		b.out.Free, b.out.Why = true, "its tasks run on servers, which are charged themselves (aws.amazon.com/ecs/pricing)"
		return
	}
	n, note, ok := b.tasks()
	if !ok {
		return
	}
	b.times = n
	if on == "FARGATE_SPOT" {
		note = join(note, "spot: the catalogue has no spot prices, so this is the on-demand price, which spot does not exceed")
	}
	b.fargate(b.neighbour("task_definition"), note)
	if public := b.at("network_configuration[0].assign_public_ip"); len(b.blocks("network_configuration")) > 0 {
		b.address(public, one)
	}
}

// launchKind says where tasks run: FARGATE, FARGATE_SPOT, EC2, EXTERNAL; "" when it is not known, and why.
// Source: ECS API, CreateService: without launch type and strategy the cluster's default strategy holds, and else EC2.
func (b *bill) launchKind() (kind, why string) {
	v := b.at("launch_type")
	if v.known() && v.text() != "" {
		return v.text(), ""
	}
	if v.open() && v.why != computedWhy {
		return "", v.missing()
	}
	strategy := b.providers(b.r, "capacity_provider_strategy")
	if why, open := b.more("capacity_provider_strategy"); open {
		return "", "capacity_provider_strategy is not known: " + why
	}
	if len(strategy) == 0 {
		cluster := b.neighbour("cluster")
		if cluster == nil && !b.at("cluster").null() {
			return "", "launch_type is not set and its cluster, whose default strategy may decide, was not read"
		}
		strategy = b.defaultStrategy(cluster)
	}
	return strategyKind(strategy), ""
}

// defaultStrategy gives the default capacity provider strategy of a cluster.
func (b *bill) defaultStrategy(cluster *graph.Resource) []string {
	if cluster == nil {
		return nil
	}
	out := b.providers(cluster, "default_capacity_provider_strategy")
	for _, r := range b.e.sources(cluster, "cluster_name") {
		if r.Type == "aws_ecs_cluster_capacity_providers" {
			out = append(out, b.providers(r, "default_capacity_provider_strategy")...)
		}
	}
	return out
}

// providers lists the capacity providers that a strategy names.
func (b *bill) providers(r *graph.Resource, strategy string) []string {
	var out []string
	for _, s := range b.parts(r, strategy) {
		if name := b.of(r, s+".capacity_provider").text(); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// strategyKind gives the kind of a strategy: Fargate when all of it is.
func strategyKind(names []string) string {
	switch {
	case slices.Contains(names, "FARGATE"):
		return "FARGATE"
	case slices.Contains(names, "FARGATE_SPOT"):
		return "FARGATE_SPOT"
	}
	return "EC2"
}

// tasks says how many tasks run: what the usage file says, else desired_count; scaling may raise it.
func (b *bill) tasks() (n decimal.Decimal, note string, ok bool) {
	if q, ok := b.given("tasks"); ok && q.IsPositive() {
		return q, "", true
	}
	n, ok = b.need("tasks", "desired_count")
	if !ok {
		return n, "", false
	}
	for _, t := range b.referrers("aws_appautoscaling_target", "target") {
		if least, ok := b.of(t, "min_capacity").number(); ok && n.LessThan(least) {
			n = least
		}
		if top, ok := read(t, "max_capacity").number(); ok && top.GreaterThan(n) {
			note = "up to " + top.String()
		}
	}
	return n, note, true
}

// Fargate includes 20 GB of storage for each task.
const fargateStorage = 20

// fargate adds vCPU, memory and storage of the tasks of a definition.
func (b *bill) fargate(task *graph.Resource, note string) {
	if task == nil {
		b.unpriced("tasks", "their task definition was not read")
		return
	}
	cpu, ok := b.taskSize("tasks, vCPU", b.of(task, "cpu"), num(1024))
	if ok {
		b.add(charge{label: fmt.Sprintf("tasks, %s vCPU", cpu), meter: b.fargateMeter(task, "vcpu"), quantity: cpu.Mul(monthHours), note: note})
	}
	if memory, ok := b.taskSize("tasks, memory", b.of(task, "memory"), num(1024)); ok {
		b.add(charge{label: fmt.Sprintf("tasks, %s GB", memory), meter: b.fargateMeter(task, "memory"), quantity: memory.Mul(monthHours)})
	}
	if strings.HasPrefix(b.fargateMeter(task, ""), "fargate.windows") && ok {
		b.add(charge{label: "Windows licence", meter: "fargate.windows.license", quantity: cpu.Mul(monthHours)})
	}
	if disk := b.of(task, "ephemeral_storage[0].size_in_gib"); !disk.null() {
		if gb, ok := b.needed("tasks, storage", disk); ok && gb.GreaterThan(num(fargateStorage)) {
			b.add(charge{label: "tasks, storage above 20 GB", meter: "fargate.ephemeral_storage", quantity: gb.Sub(num(fargateStorage)).Mul(monthHours)})
		}
	}
}

func (b *bill) fargateMeter(task *graph.Resource, part string) string {
	system := "linux_x86"
	if b.of(task, "runtime_platform[0].cpu_architecture").is("ARM64") {
		system = "linux_arm"
	}
	if strings.HasPrefix(b.of(task, "runtime_platform[0].operating_system_family").text(), "WINDOWS") {
		system = "windows"
	}
	return "fargate." + system + "." + part
}

// taskSize reads a size of a task: units of 1/1024 ("512"), or with a unit (".5 vCPU", "1 GB").
func (b *bill) taskSize(part string, v value, per decimal.Decimal) (n decimal.Decimal, ok bool) {
	text := strings.ToLower(v.text())
	for _, unit := range []string{"vcpu", "gb"} {
		if number, found := strings.CutSuffix(text, unit); found {
			if n, err := decimal.NewFromString(strings.TrimSpace(number)); err == nil {
				return n, true
			}
		}
	}
	n, ok = b.needed(part, v)
	return n.DivRound(per, 9), ok
}
