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
				// Tiers of n zones of which, in the loss of one, less than (n-1)/n is left: "aws_autoscaling_group.web keeps 1 of 3".
				{Name: "tiers_short_of_load"},
			},
		},
		{
			// A single thing that stops several ways in of one stage. Address "OWNER#shared".
			Name: "resilience_shared_point", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "share_least", Kind: Number}, // percent of the ways in of its stage that it surely stops
				{Name: "share", Kind: Number},       // percent of those that it stops; unknown where others depend on what is not known
			},
		},
		{
			// Whether the targets that stores of one stage and root are judged by are stated. Address "OWNER#objectives STAGE".
			Name: "resilience_objectives", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "unstated"}, // "aws_db_instance.main", "12 stores"; null where all are stated
			},
		},
		{
			// The cheapest set of fixes that survives the loss of any one zone, where plumb.yaml states a budget. Address "OWNER#cure", of the first way in.
			Name: "resilience_plan", FactsOnly: true, Scope: Configuration,
			Attrs: []Attr{
				{Name: "reached", Kind: Bool},   // a set of known fixes survives it
				{Name: "monthly", Kind: Number}, // what it costs a month; null where none does, unknown where fixes have no price
				{Name: "budget", Kind: Number},
				{Name: "fixes"}, // "rds.multi_az on aws_db_instance.main"
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
