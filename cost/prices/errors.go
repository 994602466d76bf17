package prices

import (
	"fmt"
	"maps"
	"strings"
)

// NotSold says that other regions have the price and this region has comparable ones: by the catalogue's knowledge the
// thing is not sold there.
type NotSold struct {
	Key     Key
	Regions []string // where it is sold, sorted
}

func (e *NotSold) Error() string {
	return fmt.Sprintf("%s is not sold in %s, by the catalogue; it is in %s", e.Key.what(), e.Key.Region, few(e.Regions))
}

// Unknown says that the catalogue does not have the price. Nothing follows about whether the thing is sold.
type Unknown struct {
	Key       Key
	Attribute string   // the attribute whose value no row of the meter has; "" when it is the meter, the region, or the combination
	Nearest   []string // values of Attribute, meters, or regions, that look most like it
	Regions   []string // regions that do have the price, sorted
	NoRegion  bool     // the catalogue has nothing at all for the region
}

func (e *Unknown) Error() string {
	switch {
	case e.Attribute != "":
		return fmt.Sprintf("the catalogue has no %s with %s=%s%s", e.Key.Meter, e.Attribute, e.Key.Attributes[e.Attribute], orNear(e.Nearest))
	case e.NoRegion:
		return fmt.Sprintf("the catalogue knows no region %s%s", e.Key.Region, orNear(e.Nearest))
	case len(e.Regions) > 0:
		return fmt.Sprintf("the catalogue has no price of %s for %s, only for %s", e.Key.what(), e.Key.Region, few(e.Regions))
	default:
		return fmt.Sprintf("the catalogue has no price of %s%s", e.Key.what(), orNear(e.Nearest))
	}
}

// Ambiguous says that the key fits several rows.
type Ambiguous struct {
	Key        Key
	Candidates []string // the attributes that tell the rows apart, one entry for each row, sorted
}

func (e *Ambiguous) Error() string {
	return fmt.Sprintf("%s fits %d prices: %s", e.Key, len(e.Candidates), few(e.Candidates))
}

// Corrupt says that a price file cannot be used.
type Corrupt struct {
	Why string
}

func (e *Corrupt) Error() string { return "not a usable price file: " + e.Why }

// what is the key without the region, and without the attributes that it asks to be empty.
func (k Key) what() string {
	said := maps.Clone(k.Attributes)
	maps.DeleteFunc(said, func(_, value string) bool { return value == "" })
	return strings.TrimSpace(k.Meter + " " + said.String())
}

func orNear(nearest []string) string {
	if len(nearest) == 0 {
		return ""
	}
	return "; near it: " + few(nearest)
}

// few lists at most five and says how many more there are.
func few(list []string) string {
	const most = 5
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}
