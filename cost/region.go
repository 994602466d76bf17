package cost

import (
	"regexp"
	"strings"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/graph"
)

var regionShape = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)

// region says where a resource is charged, and what tells: its own attribute, its ARN, its zone, its provider, or that
// it is assumed.
func (e *estimator) region(r *graph.Resource, s *service) (region, from string) {
	if s.Global {
		return prices.Global, "type"
	}
	if v := read(r, "region"); v.known() && regionShape.MatchString(v.text()) {
		return v.text(), "attr"
	}
	if region, ok := arnRegion(r); ok {
		return region, "arn"
	}
	if region, ok := zoneRegion(r); ok {
		return region, "zone"
	}
	if text, ok := r.Facts["_region"].(string); ok && regionShape.MatchString(text) {
		return text, "provider"
	}
	return e.o.DefaultRegion, "assumed"
}

func arnRegion(r *graph.Resource) (region string, ok bool) {
	texts := []string{string(r.Address), read(r, "arn").text()}
	for _, o := range r.Origins {
		texts = append(texts, o.ID)
	}
	for _, text := range texts {
		if parts := strings.SplitN(text, ":", 6); len(parts) == 6 && parts[0] == "arn" && regionShape.MatchString(parts[3]) {
			return parts[3], true
		}
	}
	return "", false
}

// zoneRegion takes the region from the zones that the resource sits in, when they agree.
func zoneRegion(r *graph.Resource) (region string, ok bool) {
	zones, _ := r.Facts["_zones"].([]any)
	for _, z := range zones {
		name, _ := z.(string)
		of, _, _, ok := catalog.ParseZone(name)
		if !ok || !regionShape.MatchString(of) || region != "" && of != region {
			return "", false
		}
		region = of
	}
	return region, region != ""
}
