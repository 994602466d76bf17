package catalog

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// regionLetters maps a region to the letters of its zones, as every account sees them, in the order in
// which data.aws_availability_zones lists them. A digit instead of letters is the number of zones that an
// account sees in a region where the letters differ from account to account.
// Source: AWS documentation, "AWS Availability Zones" and "AWS Regions" (docs.aws.amazon.com/global-infrastructure),
// as of 2025-11. Local zones, wavelength zones and zones that are closed to new accounts are left out.
var regionLetters = map[string]string{
	"af-south-1":     "abc",
	"ap-east-1":      "abc",
	"ap-east-2":      "abc",
	"ap-northeast-1": "3", // three of a, b, c, d
	"ap-northeast-2": "abcd",
	"ap-northeast-3": "abc",
	"ap-south-1":     "abc",
	"ap-south-2":     "abc",
	"ap-southeast-1": "abc",
	"ap-southeast-2": "abc",
	"ap-southeast-3": "abc",
	"ap-southeast-4": "abc",
	"ap-southeast-5": "abc",
	"ap-southeast-6": "abc",
	"ap-southeast-7": "abc",
	"ca-central-1":   "abd",
	"ca-west-1":      "abc",
	"cn-north-1":     "abc",
	"cn-northwest-1": "abc",
	"eu-central-1":   "abc",
	"eu-central-2":   "abc",
	"eu-north-1":     "abc",
	"eu-south-1":     "abc",
	"eu-south-2":     "abc",
	"eu-west-1":      "abc",
	"eu-west-2":      "abc",
	"eu-west-3":      "abc",
	"il-central-1":   "abc",
	"me-central-1":   "abc",
	"me-south-1":     "abc",
	"mx-central-1":   "abc",
	"sa-east-1":      "abc",
	"us-east-1":      "abcdef",
	"us-east-2":      "abc",
	"us-gov-east-1":  "abc",
	"us-gov-west-1":  "abc",
	"us-west-1":      "2", // two of a, b, c
	"us-west-2":      "abcd",
}

// zoneTable is regionLetters spelled out.
var zoneTable = sync.OnceValue(func() map[string][]string {
	table := make(map[string][]string, len(regionLetters))
	for region, letters := range regionLetters {
		table[region] = spellZones(region, letters)
	}
	return table
})

func spellZones(region, letters string) []string {
	var zones []string
	if n, err := strconv.Atoi(letters); err == nil {
		for i := range n {
			zones = append(zones, SymbolicZone(region, i))
		}
		return zones
	}
	for _, letter := range letters {
		zones = append(zones, region+string(letter))
	}
	return zones
}

// RegionZones lists the zones of a region in the order of data.aws_availability_zones. In a region
// where the letters differ from account to account they are symbols ("us-west-1#0"). nil when the
// region is not in the table. Do not mutate.
func RegionZones(region string) []string { return zoneTable()[region] }

// Regions lists the regions of the table, sorted.
func Regions() []string { return sortedKeys(regionLetters) }

// SymbolicZone names zone i (from 0) of a region when its letter is not known: "eu-west-1#0".
func SymbolicZone(region string, i int) string { return region + "#" + strconv.Itoa(i) }

// ParseZone splits the name of a zone into its region and its index in RegionZones. symbolic says that it
// is a symbol. i is -1 for a name that the table does not have; ok is false for what is no zone name.
func ParseZone(zone string) (region string, i int, symbolic, ok bool) {
	if r, index, found := strings.Cut(zone, "#"); found {
		n, err := strconv.Atoi(index)
		return r, n, true, err == nil && n >= 0
	}
	dash := strings.LastIndexByte(zone, '-')
	end := dash + 1
	for end > 0 && end < len(zone) && zone[end] >= '0' && zone[end] <= '9' {
		end++
	}
	if dash <= 0 || end == dash+1 || end == len(zone) {
		return "", -1, false, false
	}
	region = zone[:end]
	return region, slices.Index(RegionZones(region), zone), false, true
}
