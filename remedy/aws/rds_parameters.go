package aws

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

func parameterFixes() []Fix { return []Fix{rdsParameters, rdsClusterParameters} }

// parameterCall is the API of a kind of parameter group.
type parameterCall struct{ name, describe, modify, reset string }

var rdsParameters = Fix{
	ID: "rds-parameters", Title: "parameters of databases",
	Takes: []string{"aws_db_parameter_group.parameter.name", "aws_db_parameter_group.parameter.value"},
	Does:  []string{"rds:ModifyDBParameterGroup"}, Undoes: []string{"rds:ModifyDBParameterGroup", "rds:ResetDBParameterGroup"}, Reads: []string{"rds:DescribeDBParameters"},
	Risk: remedy.Risk{Class: "online-degraded", Detail: "Every database of the group has the new value at once; static parameters wait for its next restart. Writes may be slower."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		d.parameters(parameterCall{"DBParameterGroupName", "rds:DescribeDBParameters", "rds:ModifyDBParameterGroup", "rds:ResetDBParameterGroup"})
	},
}

var rdsClusterParameters = Fix{
	ID: "rds-cluster-parameters", Title: "parameters of clusters",
	Takes: []string{"aws_rds_cluster_parameter_group.parameter.name", "aws_rds_cluster_parameter_group.parameter.value"},
	Does:  []string{"rds:ModifyDBClusterParameterGroup"}, Undoes: []string{"rds:ModifyDBClusterParameterGroup", "rds:ResetDBClusterParameterGroup"}, Reads: []string{"rds:DescribeDBClusterParameters"},
	Risk: remedy.Risk{Class: "online-degraded", Detail: "Every cluster of the group has the new value at once; static parameters wait for its next restart. Writes may be slower."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		d.parameters(parameterCall{"DBClusterParameterGroupName", "rds:DescribeDBClusterParameters", "rds:ModifyDBClusterParameterGroup", "rds:ResetDBClusterParameterGroup"})
	},
}

// tlsOnly are the parameters by which a database refuses clients without TLS.
var tlsOnly = []string{"rds.force_ssl", "require_secure_transport"}

// wantedParameters gives the new values by name. A change names a parameter by its position in the list that was read; one that is
// new stands behind those and has its name among the changes.
func (d *draft) wantedParameters() map[string]any {
	names, values := map[int]any{}, map[int]any{}
	for _, c := range d.job.changes {
		n := position(c.Path)
		if strings.HasSuffix(c.Path, ".name") {
			names[n] = c.New
			continue
		}
		values[n] = c.New
		if name, ok := graph.Lookup(d.job.of.Attrs, fmt.Sprintf("parameter[%d].name", n)); ok {
			names[n] = name
		}
	}
	wanted := map[string]any{}
	for n, v := range values {
		if names[n] == nil {
			d.refuse(remedy.NotFound, "the scan did not read the parameter %d", n)
		}
		wanted[fmt.Sprint(names[n])] = v
	}
	return wanted
}

// parameters sets the parameters of the changes. What nobody had set is reset by the undo.
func (d *draft) parameters(k parameterCall) {
	group := params{k.name: d.text("name")}
	s := d.look(k.describe, with(group, params{"Source": "user"}))
	var set, back, reset []any
	a := remedy.Action{}
	var before, gone []remedy.Condition
	wanted := d.wantedParameters()
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		at := "Parameters[ParameterName=" + name + "]."
		prior := s.still(name, at+"ParameterValue")
		method := "immediate"
		if s.get(at+"ApplyType") == "static" {
			method = "pending-reboot"
		}
		d.shows(name, prior, wanted[name])
		one := func(v any) params { return params{"ParameterName": name, "ParameterValue": v, "ApplyMethod": method} }
		set = append(set, one(wanted[name]))
		a.Until = append(a.Until, s.is(name+" is as planned", at+"ParameterValue", remedy.Equals, wanted[name]))
		if empty(prior) {
			reset = append(reset, params{"ParameterName": name, "ApplyMethod": method})
			gone = append(gone, s.is(name+" is unset", at+"ParameterValue", remedy.Absent, nil))
		} else {
			back = append(back, one(prior))
			before = append(before, s.is(name+" is as before", at+"ParameterValue", remedy.Equals, prior))
		}
		if slices.Contains(tlsOnly, name) {
			d.step.Risk = remedy.Risk{Class: "access-break", Detail: "Clients without TLS are refused when they connect next, by every database of the group."}
		}
	}
	c := d.call(k.modify, with(group, params{"Parameters": set}))
	a.Call, a.UndoWhen = &c, a.Until
	if len(back) > 0 {
		a.Undo = d.undone(k.modify, with(group, params{"Parameters": back}), before...)
	}
	if len(reset) > 0 {
		a.Undo = append(a.Undo, d.undone(k.reset, with(group, params{"Parameters": reset}), gone...)...)
	}
	d.do(a)
}
