package catalog

// Facts that a simulation of failures gives (package resilience). They are about entry points and stores, not about code.
// An attribute that lists what goes wrong is null when nothing does, and unknown when what would decide it is not known.
func resilienceTypes() []Type {
	return []Type{
		{
			// A way into the system. Address "OWNER#entry NAME"; Of is the record, distribution or load balancer.
			Name: "resilience_entry_point", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "name"},                          // "www.shop.example"
				{Name: "zones_that_stop_it"},            // "eu-west-1a, eu-west-1b"
				{Name: "points_that_stop_it"},           // single gateways and stores, by address
				{Name: "servers_that_stop_it"},          // single servers, by address
				{Name: "region_survived", Kind: Bool},   // it goes on in another region
				{Name: "stores_without_copy_elsewhere"}, // stores that it needs of which no copy is in another region, by address; null where plumb.yaml accepts the loss of a region
				{Name: "availability", Kind: Number},    // estimate in percent
			},
		},
		{
			// What the loss of an instance or a zone does to a data store. Address "OWNER#recovery".
			Name: "resilience_store", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "rto_missed"}, // "an instance, a zone": losses after which it is away for longer than its target
				{Name: "rpo_missed"}, // losses in which more of what was written is gone than its target
			},
		},
	}
}
