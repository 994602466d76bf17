package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

func efsFixes() []Fix { return []Fix{efsMountTarget} }

var efsMountTarget = Fix{
	ID: "efs-mount-target", Title: "mounted in more zones", Takes: []string{"+aws_efs_mount_target"}, Of: "file_system_id", find: mountedSystem,
	Does: []string{"elasticfilesystem:CreateMountTarget"}, Undoes: []string{"elasticfilesystem:DeleteMountTarget"},
	Reads:      []string{"ec2:DescribeSubnets", "elasticfilesystem:DescribeFileSystems", "elasticfilesystem:DescribeMountTargetSecurityGroups", "elasticfilesystem:DescribeMountTargets"},
	Companions: []string{"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"},
	Risk:       remedy.Risk{Class: "online", Detail: "Clients that mount from now on use the mount target of their own zone; those that have mounted notice nothing."},
	Undo:       partly("clients that have mounted through it hang until they mount anew"), Seconds: 120,
	plan: func(d *draft) {
		id := params{"FileSystemId": d.text("id")}
		fs := d.look("elasticfilesystem:DescribeFileSystems", id)
		fs.require("the file system is available", "FileSystems[0].LifeCycleState", remedy.Equals, "available")
		fs.require("it is kept in every zone of the region", "FileSystems[0].AvailabilityZoneName", remedy.Absent, nil)
		targets := d.look("elasticfilesystem:DescribeMountTargets", id)
		has, _ := targets.get("MountTargets[*].SubnetId").([]any)
		var wanted []any
		for _, c := range d.job.changes {
			attrs, _ := d.resolved(c.New).(map[string]any)
			if c.Op == graph.Create && attrs["subnet_id"] != nil {
				wanted = append(wanted, attrs["subnet_id"])
			}
		}
		more, groups := d.added(has, append(has[:len(has):len(has)], wanted...), reach{free: 1, apart: true}), d.guards(targets)
		for _, subnet := range more {
			d.mountTarget(id, targets, subnet, groups)
		}
		d.companion(nil, "*", "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces")
		d.companions = append(d.companions, remedy.Permission{Action: "ec2:DeleteNetworkInterface", Resources: []string{"*"}, Undo: true})
	},
}

func mountedSystem(g *graph.Graph, root string, attrs map[string]any) *graph.Resource {
	id, _ := attrs["file_system_id"].(string)
	return named(g, root, "aws_efs_file_system", ":file-system/"+id)
}

// guards gives the security groups of the changes, or else those of a mount target that is there.
func (d *draft) guards(targets *source) any {
	if groups, ok := d.wanted("security_groups"); ok && !empty(groups) {
		return groups
	}
	first := targets.get("MountTargets[0].MountTargetId")
	return d.look("elasticfilesystem:DescribeMountTargetSecurityGroups", params{"MountTargetId": first}).still("the list of security groups of "+fmt.Sprint(first), "SecurityGroups")
}

// mountTarget makes one. AWS takes one of each zone, so that a repetition makes no second one.
func (d *draft) mountTarget(id params, targets *source, subnet, groups any) {
	zone := d.subnet(subnet).get("Subnets[0].AvailabilityZone")
	targets.require(fmt.Sprintf("there is no mount target in %v", zone), "MountTargets[*].AvailabilityZoneName", remedy.Lacks, zone)
	p := with(id, params{"SubnetId": subnet})
	if !empty(groups) {
		p["SecurityGroups"] = groups
	}
	name, at := fmt.Sprint("target-", subnet), fmt.Sprintf("MountTargets[SubnetId=%v]", subnet)
	a := d.write("elasticfilesystem:CreateMountTarget", p)
	a.Binds = map[string]string{name: "MountTargetId"}
	a.Find = &remedy.Read{Call: targets.call, Binds: map[string]string{name: at + ".MountTargetId"}}
	a.Until, a.Every, a.Timeout = []remedy.Condition{targets.is("the mount target is available", at+".LifeCycleState", remedy.Equals, "available")}, 10, 900
	back := d.write("elasticfilesystem:DeleteMountTarget", params{"MountTargetId": bind(name)})
	back.Until, back.Every, back.Timeout = []remedy.Condition{targets.is("the mount target is gone", at, remedy.Absent, nil)}, 10, 900
	a.Undo = []remedy.Action{back}
	d.shows(fmt.Sprintf("mount target in %v", zone), absent{}, fmt.Sprint(subnet))
	d.do(a)
}
