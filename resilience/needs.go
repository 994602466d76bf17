package resilience

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
)

// declare reads the dependencies that plumb.yaml declares.
func (d *deriver) declare() {
	d.declared = map[graph.Key][]need{}
	for _, x := range d.settings.Dependencies {
		from, ok := d.names[x.From]
		to, ok2 := d.names[x.To]
		if !ok || !ok2 {
			continue // CheckDependencies says so
		}
		if x.Optional {
			d.optional[[2]graph.Key{from, to}] = true
			continue
		}
		where := ""
		if x.Where != "" {
			where = " (" + x.Where + ")"
		}
		d.declared[from] = append(d.declared[from], need{to, Fact{Text: fmt.Sprintf("dependencies say that %s needs it%s", from, where)}})
	}
}

// CheckDependencies says which declared dependencies name nothing that was read.
func CheckDependencies(g *graph.Graph, list []Dependency) error {
	known := map[string]bool{}
	for _, r := range g.Resources() {
		known[r.Key().String()] = true
	}
	for _, x := range list {
		for _, name := range []string{x.From, x.To} {
			if !known[name] {
				return fmt.Errorf("%s: dependencies name %s, which is not among what was read", x.Where, name)
			}
		}
	}
	return nil
}

// workloads are the types that run the code of an application.
var workloads = []string{"aws_autoscaling_group", "aws_instance", "aws_ecs_service", "aws_lambda_function", "aws_eks_cluster", "aws_spot_fleet_request"}

// findNeeds finds out which stores each workload needs: by declaration, by a reference in its code (user data, task
// definition, environment), because its security groups let it in, or, for a store of which nothing else says who uses
// it, because it is in the same network.
func (d *deriver) findNeeds() {
	d.needs, d.behind = map[graph.Key][]need{}, map[graph.Key]bool{}
	var all []*graph.Resource
	hosts := d.hostGroups()
	for _, typ := range workloads {
		for _, r := range d.g.OfType(typ) {
			if !r.Data && !hosts[r.Key()] && !launched(r) {
				all = append(all, r)
			}
		}
	}
	d.findBehind(all)
	for from, list := range d.declared {
		d.needs[from] = append(d.needs[from], list...)
	}
	for _, w := range all {
		d.fromReferences(w)
	}
	if d.settings.Needs == "declared" {
		return
	}
	serving := slices.DeleteFunc(slices.Clone(all), func(w *graph.Resource) bool { return !d.behind[w.Key()] })
	if len(serving) == 0 {
		serving = all
	}
	list := d.storeList()
	x := d.whoReaches(list)
	for _, w := range serving {
		d.fromReach(w, x)
	}
	d.fromNetwork(serving, list)
}

// hostGroups are the groups whose servers only carry the pods or tasks of a cluster.
func (d *deriver) hostGroups() map[graph.Key]bool {
	out := map[graph.Key]bool{}
	for _, g := range d.g.OfType("aws_autoscaling_group") {
		if len(d.to(g, "cluster", "aws_eks_cluster")) > 0 || len(d.from(g, "aws_ecs_capacity_provider", "auto_scaling_group_provider")) > 0 {
			out[g.Key()] = true
		}
	}
	return out
}

// findBehind marks the workloads that a load balancer or an API leads to.
func (d *deriver) findBehind(all []*graph.Resource) {
	mark := func(list []*graph.Resource) {
		for _, t := range list {
			d.behind[t.Key()] = true
		}
	}
	for _, tg := range d.g.OfType("aws_lb_target_group") {
		mark(d.registered(tg))
	}
	for _, elb := range d.g.OfType("aws_elb") {
		mark(d.to(elb, "instances", "aws_instance"))
		mark(d.groupsBehind(elb))
		mark(d.from(elb, "aws_ecs_service", "load_balancer"))
		for _, a := range d.from(elb, "aws_elb_attachment", "elb") {
			mark(d.to(a, "instance", "aws_instance"))
		}
	}
	for _, c := range d.ownClusters() {
		mark(c.nodes)
	}
	for _, w := range all {
		switch w.Type {
		case "aws_eks_cluster":
			d.behind[w.Key()] = true
		case "aws_lambda_function":
			for _, typ := range []string{"aws_api_gateway_integration", "aws_apigatewayv2_integration", "aws_apigatewayv2_api", "aws_lambda_function_url"} {
				if len(d.from(w, typ, "")) > 0 {
					d.behind[w.Key()] = true
				}
			}
		}
	}
}

// storeList lists the stores that are more than copies.
func (d *deriver) storeList() []*graph.Resource {
	var out []*graph.Resource
	for _, typ := range sortedNames(stores) {
		for _, r := range d.g.OfType(typ) {
			if !r.Data && writable(r) && inVPC(typ) && !unseen(r) {
				out = append(out, r)
			}
		}
	}
	return out
}

// require notes that a workload needs a store, unless it does already, or can do without it.
func (d *deriver) require(w, store *graph.Resource, f Fact) {
	if d.optional[[2]graph.Key{w.Key(), store.Key()}] {
		return
	}
	for _, n := range d.needs[w.Key()] {
		if n.to == store.Key() {
			return
		}
	}
	d.needs[w.Key()] = append(d.needs[w.Key()], need{store.Key(), f})
}

// codeOf are the resources that hold the code or the environment of a workload, with the attributes that do.
func (d *deriver) codeOf(w *graph.Resource) map[*graph.Resource][]string {
	out := map[*graph.Resource][]string{w: {"user_data", "user_data_base64", "environment"}}
	for _, t := range append(d.to(w, "", "aws_launch_template"), d.to(w, "", "aws_launch_configuration")...) {
		out[t] = []string{"user_data", "user_data_base64"}
	}
	for _, t := range d.to(w, "task_definition", "aws_ecs_task_definition") {
		out[t] = []string{"container_definitions", "volume"}
	}
	return out
}

// fromReferences finds the stores that the code of a workload names.
func (d *deriver) fromReferences(w *graph.Resource) {
	type found struct {
		store *graph.Resource
		fact  Fact
	}
	var list []found
	for r, attrs := range d.codeOf(w) {
		for path, refs := range r.Refs {
			if !slices.ContainsFunc(attrs, func(a string) bool {
				return path == a || strings.HasPrefix(path, a+".") || strings.HasPrefix(path, a+"[")
			}) {
				continue
			}
			for _, ref := range refs {
				if store := d.storeBehind(d.g.Get(ref.Key()), 0); store != nil {
					top, _, _ := strings.Cut(strings.ReplaceAll(path, "[", "."), ".")
					list = append(list, found{store, Fact{Text: fmt.Sprintf("%s of %s names it%s", top, r.Key(), in(r))}})
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b found) int {
		if c := a.store.Key().Compare(b.store.Key()); c != 0 {
			return c
		}
		return strings.Compare(a.fact.Text, b.fact.Text)
	})
	for _, f := range list {
		d.require(w, f.store, f.fact)
	}
}

// storeBehind is the store that a resource is, is a member of, or is the DNS name of.
func (d *deriver) storeBehind(r *graph.Resource, depth int) *graph.Resource {
	if r == nil || depth > 3 {
		return nil
	}
	if _, ok := stores[r.Type]; ok && writable(r) {
		return r
	}
	via := map[string]string{
		"aws_route53_record": "records", "aws_rds_cluster_instance": "cluster_identifier", "aws_rds_cluster_endpoint": "cluster_identifier",
		"aws_docdb_cluster_instance": "cluster_identifier", "aws_neptune_cluster_instance": "cluster_identifier", "aws_elasticache_cluster": "replication_group_id",
		"aws_db_proxy_endpoint": "db_proxy_name", "aws_efs_mount_target": "file_system_id", "aws_efs_access_point": "file_system_id",
	}[r.Type]
	if via == "" {
		return nil
	}
	for _, t := range d.to(r, via, "") {
		if s := d.storeBehind(t, depth+1); s != nil {
			return s
		}
	}
	return nil
}

// groupsOf are the security groups of a resource, or of what it is launched from.
func (d *deriver) groupsOf(r *graph.Resource) []*graph.Resource {
	list := d.to(r, "", "aws_security_group")
	for _, t := range append(d.to(r, "", "aws_launch_template"), d.to(r, "", "aws_launch_configuration")...) {
		list = append(list, d.to(t, "", "aws_security_group")...)
	}
	if r.Type == "aws_eks_cluster" {
		for _, w := range d.workers(r) {
			list = append(list, d.groupsOf(w)...)
		}
	}
	if r.Type == "aws_efs_file_system" {
		for _, t := range d.from(r, "aws_efs_mount_target", "file_system_id") {
			list = append(list, d.to(t, "", "aws_security_group")...)
		}
	}
	return unique(byKey(list))
}

// mostReached is how many stores a workload is taken to need because it can reach them. Who can reach more needs some of
// them, and nothing says which.
const mostReached = 12

// reach says who can reach which stores.
type reach struct {
	groups map[graph.Key][]reached // by the security group that is let in
	ranges map[string]*admitted    // by the addresses that are let in
	vpcs   map[graph.Key][]reached // by VPC: those in its default group
}

// reached is a store with the rule that lets somebody in.
type reached struct {
	store *graph.Resource
	text  string
}

// admitted is a range of addresses, or the network whose range it is.
type admitted struct {
	prefix netip.Prefix
	of     *graph.Resource // a VPC or subnet; nil for a literal range
	stores []reached
}

// whoReaches reads the rules of every store's security groups once.
func (d *deriver) whoReaches(list []*graph.Resource) *reach {
	x := &reach{map[graph.Key][]reached{}, map[string]*admitted{}, map[graph.Key][]reached{}}
	for _, s := range list {
		theirs := d.groupsOf(s)
		if vpc := d.vpcOf(s); len(theirs) == 0 && vpc != nil {
			x.vpcs[vpc.Key()] = append(x.vpcs[vpc.Key()], reached{s, "both are in the default security group of their VPC"})
		}
		for _, g := range theirs {
			for _, rule := range byKey(d.from(g, "aws_vpc_security_group_ingress_rule", "security_group_id")) {
				d.rule(x, s, g, rule)
			}
		}
	}
	return x
}

// rule notes whom one rule lets in.
func (d *deriver) rule(x *reach, s, g, rule *graph.Resource) {
	for _, source := range d.to(rule, "referenced_security_group_id", "aws_security_group") {
		x.groups[source.Key()] = append(x.groups[source.Key()], reached{s, fmt.Sprintf("%s lets in %s%s", g.Key(), source.Key(), in(rule))})
	}
	how := reached{s, fmt.Sprintf("%s lets in the addresses of its subnets%s", g.Key(), in(rule))}
	note := func(key string, a admitted) {
		if x.ranges[key] == nil {
			x.ranges[key] = &a
		}
		x.ranges[key].stores = append(x.ranges[key].stores, how)
	}
	for _, t := range d.to(rule, "cidr_ipv4", "") {
		if t.Type == "aws_vpc" || t.Type == "aws_subnet" {
			note(t.Key().String(), admitted{of: t})
		}
	}
	text, _ := rule.Attrs["cidr_ipv4"].(string)
	if p, err := netip.ParsePrefix(text); err == nil {
		note(p.Masked().String(), admitted{prefix: p.Masked()})
	}
}

// fromReach finds the stores whose security groups let a workload in.
func (d *deriver) fromReach(w *graph.Resource, x *reach) {
	how, region := map[*graph.Resource]string{}, regionOf(w)
	add := func(list []reached) {
		for _, r := range list {
			if len(how) > mostReached {
				return
			}
			if how[r.store] == "" && regionOf(r.store) == region {
				how[r.store] = r.text
			}
		}
	}
	mine := d.groupsOf(w)
	for _, g := range mine {
		add(x.groups[g.Key()])
	}
	if vpc := d.vpcOf(w); len(mine) == 0 && vpc != nil {
		add(x.vpcs[vpc.Key()])
	}
	subnets := d.subnetsOf(w)
	for _, key := range sortedNames(x.ranges) {
		if a := x.ranges[key]; d.holds(a, w, subnets) {
			add(a.stores)
		}
	}
	if len(how) > mostReached {
		return
	}
	databases := 0
	found := make([]*graph.Resource, 0, len(how))
	for s := range how {
		found = append(found, s)
		if database(s) {
			databases++
		}
	}
	for _, s := range byKey(found) {
		text := how[s]
		if database(s) && databases == 1 {
			text = fmt.Sprintf("it is the only database that %s can reach: %s", w.Key(), text)
		}
		d.require(w, s, Fact{Text: text, Setting: needsSetting})
	}
}

// holds says whether a range has the addresses of a workload's subnets.
func (d *deriver) holds(a *admitted, w *graph.Resource, subnets []*graph.Resource) bool {
	if a.of != nil {
		return a.of.Type == "aws_vpc" && d.vpcOf(w) == a.of || slices.Contains(subnets, a.of)
	}
	for _, s := range subnets {
		text, _ := s.Attrs["cidr_block"].(string)
		if p, err := netip.ParsePrefix(text); err == nil && a.prefix.Bits() <= p.Bits() && a.prefix.Contains(p.Addr()) {
			return true
		}
	}
	return false
}

func database(r *graph.Resource) bool {
	switch r.Type {
	case "aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster", "aws_db_proxy":
		return true
	}
	return false
}

func (d *deriver) subnetsOf(w *graph.Resource) []*graph.Resource {
	list := d.to(w, "", "aws_subnet")
	if w.Type == "aws_eks_cluster" {
		for _, g := range d.workers(w) {
			list = append(list, d.to(g, "", "aws_subnet")...)
		}
	}
	return list
}

// fromNetwork takes a store that nothing is known to use for needed by the tiers in its network: somebody made it for
// them.
func (d *deriver) fromNetwork(serving, list []*graph.Resource) {
	used := map[graph.Key]bool{}
	for _, needs := range d.needs {
		for _, n := range needs {
			used[n.to] = true
		}
	}
	for _, p := range d.g.OfType("aws_db_proxy_target") {
		for _, t := range d.to(p, "", "") {
			if database(t) && t.Type != "aws_db_proxy" {
				used[t.Key()] = true
			}
		}
	}
	free := map[string][]*graph.Resource{}
	for _, s := range list {
		if net := d.network(s); !used[s.Key()] {
			free[net] = append(free[net], s)
		}
	}
	tiers := map[string]int{}
	for _, w := range serving {
		tiers[d.network(w)]++
	}
	for _, w := range serving {
		net := d.network(w)
		if len(free[net]) > mostReached || tiers[net] > mostReached {
			continue // who needs what cannot be guessed
		}
		for _, s := range free[net] {
			d.require(w, s, Fact{Text: fmt.Sprintf("nothing says who uses %s; it is in the network of %s%s", s.Key(), w.Key(), in(s)), Setting: needsSetting})
		}
	}
}

// network names where a resource is: its VPC, else its root and region.
func (d *deriver) network(r *graph.Resource) string {
	if vpc := d.vpcOf(r); vpc != nil {
		return "vpc " + vpc.Key().String()
	}
	return "root " + r.Root + " " + regionOf(r)
}

// rest makes the nodes of stores that no entry point needs, for recovery and for the report.
func (d *deriver) rest() {
	needed := map[graph.Key]bool{}
	for _, list := range d.needs {
		for _, n := range list {
			needed[n.to] = true
		}
	}
	for _, typ := range sortedNames(stores) {
		for _, r := range d.g.OfType(typ) {
			if r.Data || !writable(r) || unseen(r) {
				continue
			}
			node := d.node(r)
			d.m.Stores = append(d.m.Stores, node)
			if !needed[r.Key()] && inVPC(typ) {
				d.m.Unused = append(d.m.Unused, Use{node, Fact{Text: "nothing says who needs " + r.Key().String() + in(r)}})
			}
		}
	}
}
