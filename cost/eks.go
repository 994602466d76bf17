package cost

import (
	"strconv"
	"strings"
	"time"
)

// Kubernetes clusters. Source: aws.amazon.com/eks/pricing.
func eksServices() []service {
	return append([]service{
		{Type: "aws_eks_cluster", Price: eksCluster},
		{Type: "aws_eks_node_group", Price: eksNodeGroup, Usage: groupUsage(), Words: serverWords},
		{Type: "aws_eks_fargate_profile", Price: eksFargate, Usage: []Param{
			figures("vcpu_hours", "vCPU-hours of pods in a month", 730, 1460, 7300, "1, 2, 10 vCPUs all month"),
			figures("memory_gb_hours", "GB-hours of pods in a month", 1460, 2920, 14600, "2 GB for each vCPU"),
		}},
	}, settings("a part of a cluster, which is charged itself (aws.amazon.com/eks/pricing)", `
		aws_eks_addon aws_eks_access_entry aws_eks_access_policy_association aws_eks_identity_provider_config aws_eks_pod_identity_association`)...)
}

// eksStandard holds the last day of standard support of each version, as of 2026-11.
// Source: docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html.
var eksStandard = map[string]string{
	"1.21": "2023-02-16", "1.22": "2023-06-04", "1.23": "2023-10-11", "1.24": "2024-01-31", "1.25": "2024-05-01", "1.26": "2024-06-11", "1.27": "2024-07-24",
	"1.28": "2024-11-26", "1.29": "2025-03-23", "1.30": "2025-07-23", "1.31": "2025-11-26", "1.32": "2026-03-23", "1.33": "2026-07-29", "1.34": "2026-12-02", "1.35": "2027-03-27",
}

// eksCluster pays the hour, and five times that on top once its version is past standard support.
func eksCluster(b *bill) {
	if b.at("compute_config[0].enabled").yes() {
		b.unpriced("Auto Mode", "its servers are made by EKS as pods need them, and their fee is not in the catalogue")
	}
	version := b.at("version")
	switch {
	case version.null() || version.why == computedWhy:
		b.hours("control plane", "eks.cluster.standard", one)
		return
	case !version.known():
		b.unpriced("control plane", version.missing()+"; a version past its standard support costs more")
		return
	}
	last, ok := eksStandard[version.text()]
	if !ok && older(version.text(), "1.21") {
		b.hours("control plane", "eks.cluster.standard", one)
		b.add(charge{label: "extended support", meter: "eks.cluster.extended_support", quantity: monthHours,
			note: version.text() + " is past all support; EKS moves such a cluster to its oldest version, which is in extended support"})
		return
	}
	if ok && b.e.now.Format(time.DateOnly) > last && !b.at("upgrade_policy[0].support_type").is("STANDARD") {
		b.hours("control plane", "eks.cluster.standard", one)
		b.add(charge{label: "extended support of " + version.text(), meter: "eks.cluster.extended_support", quantity: monthHours, note: "standard support ended on " + last})
		return
	}
	b.hours("control plane", "eks.cluster.standard", one)
}

// older compares versions such as 1.9 and 1.21.
func older(version, than string) bool {
	minor := func(v string) int {
		_, after, _ := strings.Cut(v, ".")
		n, err := strconv.Atoi(after)
		if err != nil {
			return 1 << 20
		}
		return n
	}
	return minor(version) < minor(than)
}

// eksNodeGroup is charged as its servers. A group without types gets t3.medium, without a size of disks 20 GiB (50 of Windows).
// Source: EKS API, CreateNodegroup.
func eksNodeGroup(b *bill) {
	n, note, ok := b.groupSize("scaling_config[0].desired_size", "scaling_config[0].min_size", "scaling_config[0].max_size")
	if !ok {
		return
	}
	b.times = n
	t := b.launched("")
	s := server{label: "nodes", note: note, spot: b.at("capacity_type").is("SPOT")}
	if t != nil {
		spot := s.spot
		s = b.templateServer(t)
		s.label, s.note, s.spot = "nodes", note, spot || s.spot
	}
	if typ, more, ok := b.nodeType(); ok {
		s.typ, s.note = typ, join(s.note, more)
	}
	if s.typ.null() {
		s.typ = value{v: "t3.medium", path: "instance_types"}
		s.note = join(s.note, "t3.medium is what EKS takes when no type is set")
	}
	s.os = nodeSystem(b.at("ami_type").text())
	b.server(s)
	b.nodeDisks(s.os)
	b.address(b.groupPublic(), one)
}

// nodeType gives the first of the instance types; ok is false when the group does not set them.
func (b *bill) nodeType() (typ value, note string, ok bool) {
	if v := b.at("instance_types"); v.open() && v.why != computedWhy {
		return v, "", true
	}
	list, _ := b.r.Attrs["instance_types"].([]any)
	if len(list) == 0 {
		return typ, "", false
	}
	if len(list) > 1 {
		note = "priced as the first of several types"
	}
	return b.at("instance_types[0]"), note, true
}

func nodeSystem(ami string) string {
	if strings.HasPrefix(ami, "WINDOWS") {
		return "Windows"
	}
	return "Linux"
}

func (b *bill) nodeDisks(os string) {
	if t := b.launched(""); t != nil && len(b.parts(t, "block_device_mappings")) > 0 {
		b.templateDisks(t)
		return
	}
	size, note := b.at("disk_size"), ""
	if size.null() || size.why == computedWhy {
		gib := 20
		if os == "Windows" {
			gib = 50
		}
		size, note = value{v: gib, path: "disk_size"}, "the size that EKS takes when disk_size is not set; "
	}
	q, ok := b.needed("node volumes", size)
	if !ok {
		return
	}
	b.add(charge{label: "node volumes gp2", meter: "ebs.volume.storage", attrs: []string{"volume_type", "gp2"}, quantity: q, note: note + "assumed gp2"})
}

func eksFargate(b *bill) {
	b.used("pods, vCPU", "eks.fargate.vcpu", "vcpu_hours")
	b.used("pods, memory", "eks.fargate.memory", "memory_gb_hours")
}
