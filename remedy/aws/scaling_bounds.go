package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

// scalingBounds moves the bounds of what is scaled already: a service of which auto scaling may leave one task keeps two.
var scalingBounds = Fix{
	ID: "autoscaling-bounds", Title: "never less than that", Takes: []string{"aws_appautoscaling_target.min_capacity", "aws_appautoscaling_target.max_capacity"},
	Does: []string{"application-autoscaling:RegisterScalableTarget"}, Undoes: []string{"application-autoscaling:RegisterScalableTarget"}, Reads: []string{"application-autoscaling:DescribeScalableTargets"},
	Companions: scaledCompanions,
	Risk:       remedy.Risk{Class: "online", Detail: "What is below the new bound is raised to it at once; software that must run once only then runs more often."},
	Undo:       partly("the capacity stays what it is at that moment"), Seconds: 30,
	plan: func(d *draft) {
		of := params{"ServiceNamespace": d.text("service_namespace"), "ScalableDimension": d.text("scalable_dimension")}
		id := d.text("resource_id")
		s := d.look("application-autoscaling:DescribeScalableTargets", with(of, params{"ResourceIds": []any{id}}))
		set, back := with(of, params{"ResourceId": id}), with(of, params{"ResourceId": id})
		var until, before []remedy.Condition
		for _, x := range [][2]string{{"min_capacity", "MinCapacity"}, {"max_capacity", "MaxCapacity"}} {
			at := "ScalableTargets[0]." + x[1]
			prior := s.still(x[1], at)
			set[x[1]], back[x[1]] = prior, prior
			if want, ok := d.wanted(x[0]); ok {
				set[x[1]] = want
				d.shows(x[1], prior, want)
				until = append(until, s.is(fmt.Sprintf("%s is %v", x[1], want), at, remedy.Equals, want))
				before = append(before, s.is(fmt.Sprintf("%s is %v", x[1], prior), at, remedy.Equals, prior))
			}
		}
		if less(set["MaxCapacity"], set["MinCapacity"]) {
			d.refuse(remedy.PreconditionFails, "the largest capacity, %v, is below the least, %v", set["MaxCapacity"], set["MinCapacity"])
		}
		a := d.write("application-autoscaling:RegisterScalableTarget", set)
		a.Until, a.UndoWhen = until, until
		a.Undo = d.undone("application-autoscaling:RegisterScalableTarget", back, before...)
		d.do(a)
		d.scalingCompanions(of["ServiceNamespace"], id)
	},
}
