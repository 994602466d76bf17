package cost

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/shopspring/decimal"
)

// service says how one resource type is charged: by an estimator, not at all, or not priced here.
type service struct {
	Type     string
	Price    func(b *bill) // nil: see Free and Unpriced
	Free     string        // why AWS charges nothing for it
	Unpriced string        // why it is not priced although it is charged
	Global   bool          // it has no region
	Usage    []Param
	Words    []string // usage fields that are words, and fields of older files that are read and mean nothing here
}

// Param is one field of a usage file for one type.
type Param struct {
	Field             string
	What              string // the quantity, with its unit
	Low, Medium, High decimal.Decimal
	Of                string // what the three are made of; see the traffic model in docs/cost-usage.md
}

// param gives the usage field of that name, or nil.
func (s *service) param(field string) *Param {
	for i := range s.Usage {
		if s.Usage[i].Field == field {
			return &s.Usage[i]
		}
	}
	return nil
}

func (s *service) reads(field string) bool {
	return s.param(field) != nil || slices.Contains(s.Words, field)
}

// services lists the entries of every service file.
func services() [][]service {
	return [][]service{
		analyticsServices(),
		apigatewayServices(),
		autoscalingServices(),
		cloudfrontServices(),
		cloudwatchServices(),
		docdbServices(),
		dynamodbServices(),
		ebsServices(),
		ec2Services(),
		ecrServices(),
		ecsServices(),
		edgeServices(),
		eksServices(),
		elasticacheServices(),
		freeServices(),
		governanceServices(),
		kinesisServices(),
		lambdaServices(),
		lbServices(),
		messagingServices(),
		mqServices(),
		opensearchServices(),
		rdsClusterServices(),
		rdsServices(),
		redshiftServices(),
		route53Services(),
		s3Services(),
		securityServices(),
		storageServices(),
		transferServices(),
		vpcServices(),
	}
}

// byType is the list by resource type. It is read only.
var byType = sync.OnceValue(func() map[string]*service {
	out := map[string]*service{}
	for _, list := range services() {
		for i := range list {
			out[list[i].Type] = &list[i]
		}
	}
	return out
})

// local are the providers whose resources exist in files and states only.
var local = map[string]bool{
	"archive": true, "cloudinit": true, "external": true, "http": true, "local": true, "null": true, "random": true, "template": true, "terraform": true, "time": true, "tls": true,
}

// otherType answers for a type that no service file lists: nil when it runs nowhere.
func otherType(typ string) *service {
	provider, _, _ := strings.Cut(typ, "_")
	switch {
	case local[provider]:
		return nil
	case provider == "kubernetes" && !billed(typ):
		return &service{Type: typ, Global: true, Free: "an object in a cluster; it runs on nodes that are charged themselves"}
	case provider == "aws":
		return &service{Type: typ, Unpriced: "no estimator knows the type, so whether and what AWS charges for it is not known"}
	}
	return &service{Type: typ, Global: true, Unpriced: "only resources of AWS are priced"}
}

// billed says that objects of a Kubernetes type may make the cluster create load balancers, volumes or anything.
func billed(typ string) bool {
	for _, part := range []string{"_service", "_ingress", "_persistent_volume", "_manifest", "_stateful_set"} {
		if strings.HasPrefix(strings.TrimPrefix(typ, "kubernetes"), part) && !strings.HasPrefix(typ, "kubernetes_service_account") {
			return true
		}
	}
	return false
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Kind says how a resource type is charged.
type Kind int

// The kinds.
const (
	NotListed Kind = iota // no service file knows it
	Priced
	Free      // AWS charges nothing for it, or charges its work elsewhere
	NotPriced // charged, and not priced here
)

// KindOf says how a type is charged.
func KindOf(typ string) Kind {
	switch s := byType()[typ]; {
	case s == nil:
		return NotListed
	case s.Price != nil:
		return Priced
	case s.Free != "":
		return Free
	}
	return NotPriced
}

// UsageOf lists the usage fields of a type, in the order of its lines. Do not mutate.
func UsageOf(typ string) []Param {
	if s := byType()[typ]; s != nil {
		return s.Usage
	}
	return nil
}

// WhyOf says why a type is free, or not priced; "" for a priced one.
func WhyOf(typ string) string {
	s := byType()[typ]
	if s == nil {
		return ""
	}
	return s.Free + s.Unpriced
}

// Types lists the types of all service files, in their order.
func Types() []string {
	var out []string
	for _, list := range services() {
		for _, s := range list {
			out = append(out, s.Type)
		}
	}
	return out
}
