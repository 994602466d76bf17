package aws

import (
	"fmt"
	"maps"
	"slices"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

func parameterFixes() []Fix { return []Fix{rdsParameters, rdsClusterParameters} }

// parameterCall is the API of a kind of parameter group.
type parameterCall struct{ name, describe, modify string }

var rdsParameters = Fix{
	ID: "rds-parameters", Title: "parameters that keep what was written", Takes: []string{"aws_db_parameter_group.parameter.value"},
	Does: []string{"rds:ModifyDBParameterGroup"}, Undoes: []string{"rds:ModifyDBParameterGroup"}, Reads: []string{"rds:DescribeDBParameters"},
	Risk: remedy.Risk{Class: "online-degraded", Detail: "Every database of the group has the new value at once; static parameters wait for its next restart. Writes may be slower."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		d.parameters(parameterCall{"DBParameterGroupName", "rds:DescribeDBParameters", "rds:ModifyDBParameterGroup"})
	},
}

var rdsClusterParameters = Fix{
	ID: "rds-cluster-parameters", Title: "parameters that keep what was written", Takes: []string{"aws_rds_cluster_parameter_group.parameter.value"},
	Does: []string{"rds:ModifyDBClusterParameterGroup"}, Undoes: []string{"rds:ModifyDBClusterParameterGroup"}, Reads: []string{"rds:DescribeDBClusterParameters"},
	Risk: remedy.Risk{Class: "online-degraded", Detail: "Every cluster of the group has the new value at once; static parameters wait for its next restart. Writes may be slower."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		d.parameters(parameterCall{"DBClusterParameterGroupName", "rds:DescribeDBClusterParameters", "rds:ModifyDBClusterParameterGroup"})
	},
}

// parameters sets the parameters of the changes, each of which names one by its position in the list that was read.
func (d *draft) parameters(k parameterCall) {
	wanted := map[string]any{}
	for _, c := range d.job.changes {
		name, ok := graph.Lookup(d.job.of.Attrs, fmt.Sprintf("parameter[%d].name", position(c.Path)))
		if !ok {
			d.refuse(remedy.NotFound, "the scan did not read the parameter %s", c.Path)
			return
		}
		wanted[fmt.Sprint(name)] = c.New
	}
	group := params{k.name: d.text("name")}
	s := d.look(k.describe, with(group, params{"Source": "user"}))
	var set, back []any
	a := remedy.Action{}
	var before []remedy.Condition
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		at := "Parameters[ParameterName=" + name + "]."
		prior := s.still(name, at+"ParameterValue")
		method := "immediate"
		if s.get(at+"ApplyType") == "static" {
			method = "pending-reboot"
		}
		d.shows(name, prior, wanted[name])
		one := func(v any) params { return params{"ParameterName": name, "ParameterValue": v, "ApplyMethod": method} }
		set, back = append(set, one(wanted[name])), append(back, one(prior))
		a.Until = append(a.Until, s.is(name+" is as planned", at+"ParameterValue", remedy.Equals, wanted[name]))
		before = append(before, s.is(name+" is as before", at+"ParameterValue", remedy.Equals, prior))
	}
	c := d.call(k.modify, with(group, params{"Parameters": set}))
	a.Call, a.UndoWhen = &c, a.Until
	a.Undo = d.undone(k.modify, with(group, params{"Parameters": back}), before...)
	d.do(a)
}
