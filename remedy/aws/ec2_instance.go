package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

func instanceFixes() []Fix { return []Fix{instanceIMDS, instanceType, launchTemplate, volumeGP3} }

// server gives the parameters that name the instance, and its description.
func (d *draft) server() (params, *source) {
	id := d.text("id")
	return params{"InstanceId": id}, d.look("ec2:DescribeInstances", params{"InstanceIds": []any{id}})
}

const server = "Reservations[0].Instances[0]."

var instanceIMDS = Fix{
	ID: "ec2-imds", Title: "metadata only with a token", Takes: []string{"aws_instance.metadata_options.http_tokens"},
	Does: []string{"ec2:ModifyInstanceMetadataOptions"}, Undoes: []string{"ec2:ModifyInstanceMetadataOptions"}, Reads: []string{"ec2:DescribeInstances"},
	Risk: remedy.Risk{Class: "access-break", Detail: "Software on the server that reads its metadata without a token (old SDKs) loses its credentials."},
	Undo: fully, Seconds: 15,
	plan: func(d *draft) {
		id, s := d.server()
		s.require("the server is running or stopped", server+"State.Name", remedy.OneOf, []any{"running", "stopped"})
		d.setting(s, setting{label: "use of metadata tokens", path: server + "MetadataOptions.HttpTokens", want: d.must("metadata_options[0].http_tokens"), unset: "optional",
			op: "ec2:ModifyInstanceMetadataOptions", write: func(v any) params { return with(id, params{"HttpTokens": v}) }})
	},
}

var instanceType = Fix{
	ID: "ec2-instance-type", Title: "another instance type", Takes: []string{"aws_instance.instance_type"},
	Does:   []string{"ec2:ModifyInstanceAttribute", "ec2:StartInstances", "ec2:StopInstances"},
	Undoes: []string{"ec2:ModifyInstanceAttribute", "ec2:StartInstances", "ec2:StopInstances"}, Reads: []string{"ec2:DescribeInstances", "ec2:DescribeVolumes"},
	Companions: []string{"kms:CreateGrant"},
	Risk:       remedy.Risk{Class: "brief-interruption", Detail: "The server is stopped and started again: what is in its memory is lost, and its public address when it is not an elastic one."},
	Undo:       partly("the server is stopped and started once more; a public address that AWS chose is a new one"), Seconds: 300,
	plan: func(d *draft) {
		id, s := d.server()
		s.require("the server is running", server+"State.Name", remedy.Equals, "running")
		s.require("its root volume outlives a stop", server+"RootDeviceType", remedy.Equals, "ebs")
		s.require("it is no spot instance", server+"InstanceLifecycle", remedy.Absent, nil)
		s.require("it belongs to no auto scaling group", server+"Tags[Key=aws:autoscaling:groupName].Value", remedy.Absent, nil)
		s.require("it belongs to no fleet", server+"Tags[Key=aws:ec2:fleet-id].Value", remedy.Absent, nil)
		state := func(name string) remedy.Condition {
			return s.is("the server is "+name, server+"State.Name", remedy.Equals, name)
		}
		ids := params{"InstanceIds": []any{id["InstanceId"]}}
		stop, start := d.write("ec2:StopInstances", ids), d.write("ec2:StartInstances", ids)
		stop.Until, start.Until = []remedy.Condition{state("stopped")}, []remedy.Condition{state("running")}
		stop.Timeout, start.Timeout = 900, 900
		stopAgain, startAgain := stop, start
		stop.Undo, start.Undo = []remedy.Action{startAgain}, []remedy.Action{stopAgain}
		stop.UndoWhen, start.UndoWhen = []remedy.Condition{state("running")}, []remedy.Condition{state("running")}
		d.do(stop)
		d.setting(s, setting{label: "instance type", path: server + "InstanceType", want: d.must("instance_type"),
			op: "ec2:ModifyInstanceAttribute", write: func(v any) params { return with(id, params{"InstanceType": params{"Value": v}}) }})
		d.do(start)
		d.unlocking(s)
	},
}

// unlocking is what EC2 does in the caller's name when a server with encrypted volumes starts: it takes a grant on their keys. Without the
// permission the server stops again at once.
func (d *draft) unlocking(s *source) {
	volumes, _ := s.get(server + "BlockDeviceMappings[*].Ebs.VolumeId").([]any)
	if len(volumes) == 0 {
		return
	}
	keys, _ := d.look("ec2:DescribeVolumes", params{"VolumeIds": volumes}).get("Volumes[*].KmsKeyId").([]any)
	for _, key := range distinct(keys) {
		d.companion(map[string]string{"kms:GrantIsForAWSResource": "true"}, key, "kms:CreateGrant")
	}
}

// templateMembers are what a new version of a template changes: by attribute, where the version has it.
var templateMembers = []struct{ attr, path, label string }{
	{"metadata_options[0].http_tokens", "MetadataOptions.HttpTokens", "use of metadata tokens"},
	{"instance_type", "InstanceType", "instance type"},
}

var launchTemplate = Fix{
	ID: "ec2-launch-template", Title: "a new version for new servers", Takes: []string{"aws_launch_template.metadata_options.http_tokens", "aws_launch_template.instance_type"},
	Does: []string{"ec2:CreateLaunchTemplateVersion"}, Undoes: []string{"ec2:DeleteLaunchTemplateVersions"}, Reads: []string{"ec2:DescribeLaunchTemplateVersions"},
	Risk: remedy.Risk{Class: "online", Detail: "A new latest version is made; servers that run are not changed, and groups that name another version go on with that."},
	Undo: fully, Seconds: 15,
	plan: func(d *draft) {
		id := params{"LaunchTemplateId": d.text("id")}
		latest := d.look("ec2:DescribeLaunchTemplateVersions", with(id, params{"Versions": []any{"$Latest"}}))
		const version = "LaunchTemplateVersions[0]."
		n, _ := latest.get(version + "VersionNumber").(int)
		latest.require(fmt.Sprintf("version %d is still the latest", n), version+"VersionNumber", remedy.Equals, n)
		// Whoever names no version gets the default one, of which a new latest version is no part.
		latest.require("nobody gets it by default", version+"DefaultVersion", remedy.Equals, false)
		a := d.write("ec2:CreateLaunchTemplateVersion", with(id, params{"SourceVersion": fmt.Sprint(n)}))
		a.Call.Token = "ClientToken"
		data := any(params{})
		for _, m := range templateMembers {
			want, ok := d.wanted(m.attr)
			if !ok {
				continue
			}
			d.shows(m.label, latest.still(m.label, version+"LaunchTemplateData."+m.path), want)
			if data, d.err = d.set(data, m.path, want); d.err != nil {
				return
			}
			a.Until = append(a.Until, latest.is(m.label+" of the latest version is as planned", version+"LaunchTemplateData."+m.path, remedy.Equals, want))
		}
		a.Call.Params["LaunchTemplateData"] = data
		made := fmt.Sprint(n + 1)
		a.UndoWhen = []remedy.Condition{latest.is("version "+made+" is the latest", version+"VersionNumber", remedy.Equals, n+1)}
		a.Undo = d.undone("ec2:DeleteLaunchTemplateVersions", with(id, params{"Versions": []any{made}}), latest.is(fmt.Sprintf("version %d is the latest", n), version+"VersionNumber", remedy.Equals, n))
		d.do(a)
	},
}

// set sets a member on a copy, unless the draft has failed.
func (d *draft) set(v any, path string, to any) (any, error) {
	if d.err != nil {
		return v, d.err
	}
	return setAt(v, path, to)
}

var volumeGP3 = Fix{
	ID: "ebs-gp3", Title: "a disk of the newer kind", Takes: []string{"aws_ebs_volume.type"},
	Does: []string{"ec2:ModifyVolume"}, Undoes: []string{"ec2:ModifyVolume"}, Reads: []string{"ec2:DescribeVolumes"},
	Risk: remedy.Risk{Class: "online-degraded", Detail: "The disk goes on working and may be slower for hours; a volume can be changed again only after six hours."},
	Undo: partly("AWS allows it only six hours after the change"), Seconds: 3600,
	plan: func(d *draft) {
		id := params{"VolumeId": d.text("id")}
		v := d.look("ec2:DescribeVolumes", params{"VolumeIds": []any{d.text("id")}})
		v.require("the volume is not being made or deleted", "Volumes[0].State", remedy.OneOf, []any{"available", "in-use"})
		v.still("its size in GB", "Volumes[0].Size")
		d.setting(v, setting{label: "type", path: "Volumes[0].VolumeType", want: d.must("type"), op: "ec2:ModifyVolume", wait: 86400,
			write: func(v any) params { return with(id, params{"VolumeType": v}) }})
	},
}
