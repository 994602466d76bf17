package services

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/plumbline-dev/plumbline/graph"
)

// place is an id in one account.
type place struct{ root, id string }

func placed(r *graph.Resource, attr string) place {
	id, _ := r.Attrs[attr].(string)
	return place{r.Root, id}
}

// settleNetwork makes neighbours of what belongs to a default VPC that nobody uses, of the disks and network interfaces that code
// describes with the servers they hang on, and of the rules of neighbours.
func settleNetwork(found []*graph.Resource) []*graph.Resource {
	unused, servers, volumes := map[place]bool{}, map[place]*graph.Resource{}, map[place]*graph.Resource{}
	for _, r := range found {
		switch {
		case r.Type == "aws_vpc" && r.Data:
			unused[placed(r, "id")] = true
		case r.Type == "aws_instance":
			servers[placed(r, "id")] = r
		case r.Type == "aws_ebs_volume":
			volumes[placed(r, "id")] = r
		}
	}
	disks := map[place]bool{}
	for _, r := range found {
		if r.Type != "aws_volume_attachment" {
			continue
		}
		volume := volumes[placed(r, "volume_id")]
		if own := describe(servers[placed(r, "instance_id")], r, volume); r.Data || own {
			r.Data = true
			disks[placed(r, "volume_id")] = true
		}
	}
	owners := map[graph.Key]bool{}
	for _, r := range found {
		switch r.Type {
		case "aws_subnet", "aws_route_table", "aws_internet_gateway", "aws_security_group", "aws_network_acl":
			r.Data = r.Data || unused[placed(r, "vpc_id")]
			owners[r.Key()] = r.Data
		case "aws_ebs_volume":
			r.Data = r.Data || disks[placed(r, "id")]
		case "aws_network_interface":
			r.Data = r.Data || ofNeighbour(r, servers)
		}
	}
	for _, r := range found {
		r.Data = r.Data || r.Of != "" && owners[graph.Key{Root: r.Root, Address: r.Of}]
	}
	return found
}

// ofNeighbour says whether a network interface is one of a server that is a neighbour itself.
func ofNeighbour(r *graph.Resource, servers map[place]*graph.Resource) bool {
	list, _ := r.Attrs["attachment"].([]any)
	for _, v := range list {
		attachment, _ := v.(map[string]any)
		id, _ := attachment["instance"].(string)
		if server := servers[place{r.Root, id}]; server != nil && server.Data {
			return true
		}
	}
	return false
}

// onDisk says which attribute of a volume an attribute of a server's disk is.
var onDisk = map[string]string{
	"volume_type": "type", "volume_size": "size", "iops": "iops", "throughput": "throughput", "encrypted": "encrypted", "kms_key_id": "kms_key_id", "snapshot_id": "snapshot_id",
}

// describe says whether an attached volume is one of its server's own disks, and gives the disk what the volume says. All of a server that is replaced
// are its own.
func describe(server, attachment, volume *graph.Resource) bool {
	if server == nil {
		return false
	}
	own := server.Data
	for _, attr := range []string{"root_block_device", "ebs_block_device"} {
		list, _ := server.Attrs[attr].([]any)
		for i, d := range list {
			disk, _ := d.(map[string]any)
			if disk["device_name"] != attachment.Attrs["device_name"] {
				continue
			}
			own = true
			for field, from := range onDisk {
				if volume == nil {
					break
				}
				if v, known := volume.Attrs[from]; known {
					disk[field] = v
					delete(server.Unknown, fmt.Sprintf("%s[%d].%s", attr, i, field))
				}
			}
		}
	}
	return own
}

// settleTargets takes away the targets that a group of servers or a service registers by itself: code has no attachment for them, and which
// they are just now says nothing about how many there will be.
func settleTargets(found []*graph.Resource) []*graph.Resource {
	replaced, served := map[place]bool{}, map[place]bool{}
	for _, r := range found {
		switch r.Type {
		case "aws_instance":
			replaced[placed(r, "id")] = r.Data
		case "aws_ecs_service":
			list, _ := r.Attrs["load_balancer"].([]any)
			for _, b := range list {
				arn, _ := b.(map[string]any)["target_group_arn"].(string)
				served[place{r.Root, arn}] = true
			}
		}
	}
	return slices.DeleteFunc(found, func(r *graph.Resource) bool {
		return r.Type == "aws_lb_target_group_attachment" && (replaced[placed(r, "target_id")] || served[placed(r, "target_group_arn")])
	})
}

// settleTemplates makes unknown what a launch template says when a group starts its servers from a version that was not read: neither the latest
// nor the default one.
func settleTemplates(found []*graph.Resource) []*graph.Resource {
	templates := map[place]*graph.Resource{}
	for _, r := range found {
		if r.Type == "aws_launch_template" {
			templates[placed(r, "id")] = r
		}
	}
	for _, r := range found {
		if r.Type != "aws_autoscaling_group" && r.Type != "aws_eks_node_group" {
			continue
		}
		for _, used := range templatesOf(r) {
			if t := templates[place{r.Root, used.id}]; t != nil && unread(t, used.version) {
				forgetVersions(t, fmt.Sprintf("%s uses version %s, and only the latest and the default version are read", r.Address, used.version))
			}
		}
	}
	return found
}

// version is one version of a launch template.
type version struct{ id, version string }

func templatesOf(r *graph.Resource) []version {
	var out []version
	for _, v := range leaves(r.Attrs["launch_template"]) {
		out = append(out, version{textOf(v["id"]), textOf(v["version"])})
	}
	for _, policy := range leaves(r.Attrs["mixed_instances_policy"]) {
		for _, template := range leaves(policy["launch_template"]) {
			for _, v := range leaves(template["launch_template_specification"]) {
				out = append(out, version{textOf(v["launch_template_id"]), textOf(v["version"])})
			}
		}
	}
	return out
}

func leaves(v any) []map[string]any {
	list, _ := v.([]any)
	var out []map[string]any
	for _, x := range list {
		if m, ok := x.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func textOf(v any) string {
	s, _ := v.(string)
	return s
}

// unread says whether a version is written as a number that is neither the template's latest nor its default one.
func unread(template *graph.Resource, version string) bool {
	n, err := strconv.Atoi(version)
	return err == nil && n != template.Attrs["latest_version"] && n != template.Attrs["default_version"]
}

func forgetVersions(template *graph.Resource, why string) {
	for _, name := range versioned {
		delete(template.Attrs, name)
		template.Unknown[name] = why
	}
}
