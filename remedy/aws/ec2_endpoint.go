package aws

import (
	"fmt"

	"github.com/plumbline-dev/plumbline/remedy"
)

func endpointFixes() []Fix { return []Fix{gatewayEndpoint} }

var gatewayEndpoint = Fix{
	ID: "vpc-gateway-endpoint", Title: "a way to the service that is no NAT gateway's", Takes: []string{"+aws_vpc_endpoint"}, Of: "route_table_ids", Single: true,
	Does: []string{"ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint"}, Undoes: []string{"ec2:DeleteVpcEndpoints", "ec2:ModifyVpcEndpoint"}, Reads: []string{"ec2:DescribeVpcEndpoints"},
	Risk: remedy.Risk{Class: "brief-interruption", Detail: "Connections to the service that are open break once; the service then sees private source addresses, which policies with aws:SourceIp notice."},
	Undo: fully, Seconds: 60,
	plan: func(d *draft) {
		if d.must("vpc_endpoint_type") != "Gateway" {
			d.refuse(remedy.PreconditionFails, "only gateway endpoints, which cost nothing, are made in an account")
		}
		vpc, service := d.must("vpc_id"), d.must("service_name")
		tables, _ := d.must("route_table_ids").([]any)
		there := d.look("ec2:DescribeVpcEndpoints", params{"Filters": []any{params{"Name": "vpc-id", "Values": []any{vpc}}, params{"Name": "service-name", "Values": []any{service}}}})
		d.shows("endpoint of "+fmt.Sprint(service), absent{}, tables)
		if d.err == nil && len(tables) == 0 {
			d.refuse(remedy.PreconditionFails, "the change names no route table")
		}
		n, _ := there.get("VpcEndpoints.#").(int)
		for i := range n {
			for _, t := range tables {
				there.require(fmt.Sprintf("the table %v has no way to it", t), fmt.Sprintf("VpcEndpoints[%d].RouteTableIds", i), remedy.Lacks, t)
			}
		}
		if id := there.get("VpcEndpoints[0].VpcEndpointId"); id != nil {
			d.joinEndpoint(there, id, tables)
			return
		}
		mark := fmt.Sprintf("%v-for-%v", service, tables[0])
		made := d.look("ec2:DescribeVpcEndpoints", filter("tag:"+markKey, mark))
		made.require("none was made for it before", "VpcEndpoints[?State=available]", remedy.Absent, nil)
		a := d.write("ec2:CreateVpcEndpoint", params{"VpcId": vpc, "ServiceName": service, "VpcEndpointType": "Gateway", "RouteTableIds": tables, "TagSpecifications": tagged("vpc-endpoint", mark)})
		a.Call.Token = "ClientToken"
		a.Binds = map[string]string{"endpoint": "VpcEndpoint.VpcEndpointId"}
		a.Find = &remedy.Read{Call: made.call, Binds: map[string]string{"endpoint": "VpcEndpoints[State=available].VpcEndpointId"}}
		a.Until = []remedy.Condition{made.is("the endpoint is available", "VpcEndpoints[State=available]", remedy.Present, nil)}
		a.Undo = d.undone("ec2:DeleteVpcEndpoints", params{"VpcEndpointIds": []any{bind("endpoint")}},
			made.is("the endpoint is gone", "VpcEndpoints[?State=available]", remedy.Absent, nil), made.is("the endpoint is gone", "VpcEndpoints[?State=deleting]", remedy.Absent, nil))
		d.do(a)
	},
}

// joinEndpoint adds route tables to an endpoint that is there.
func (d *draft) joinEndpoint(there *source, id any, tables []any) {
	there.still("the endpoint", "VpcEndpoints[0].VpcEndpointId")
	a := d.write("ec2:ModifyVpcEndpoint", params{"VpcEndpointId": id, "AddRouteTableIds": tables})
	var gone []remedy.Condition
	for _, t := range tables {
		a.Until = append(a.Until, there.is(fmt.Sprintf("the table %v has a way to it", t), "VpcEndpoints[0].RouteTableIds", remedy.Has, t))
		gone = append(gone, there.is(fmt.Sprintf("the table %v has no way to it", t), "VpcEndpoints[0].RouteTableIds", remedy.Lacks, t))
	}
	a.UndoWhen = a.Until
	a.Undo = d.undone("ec2:ModifyVpcEndpoint", params{"VpcEndpointId": id, "RemoveRouteTableIds": tables}, gone...)
	d.do(a)
}
