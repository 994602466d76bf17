package reports

import (
	"regexp"
	"strings"

	"github.com/plumbline-dev/plumbline/resilience"
)

// arnText is an ARN with the account's name before it, as keys of what was read in accounts are written.
var arnText = regexp.MustCompile(`(?:aws:(\d{12})(?:/[a-z0-9-]+)?:)?arn:aws[a-z-]*:([a-z0-9-]+):(?:[a-z0-9-]*:)?(?:\d{12})?:([^\s,;()]+)`)

var (
	arnPlace   = regexp.MustCompile(` \(arn:[^)\s]*\)`)                                                    // the place of what was read live repeats its name
	otherPlace = regexp.MustCompile(`aws:\d{12}:(aws_[a-z0-9_]+/)`)                                        // of what has no ARN
	idTail     = regexp.MustCompile(`(?:/(?:[0-9a-f]{16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))+$`) // that AWS adds to a name
	groupID    = regexp.MustCompile(`^autoScalingGroup:[0-9a-f-]+:autoScalingGroupName/`)
)

// plain makes text for people: what was read in accounts is named as AWS names it, without its ARN. The JSON has it whole.
func (t *simulated) plain(s string) string {
	s = arnPlace.ReplaceAllString(s, "")
	s = arnText.ReplaceAllStringFunc(s, func(arn string) string {
		m := arnText.FindStringSubmatch(arn)
		name := arnName(m[2], m[3])
		if m[1] != "" && t.accounts() > 1 {
			name = m[1] + " " + name
		}
		return name
	})
	if t.accounts() <= 1 {
		s = otherPlace.ReplaceAllString(s, "$1")
	}
	return Untrusted(s).Terminal()
}

// arnName is what AWS calls the resource of an ARN, of which service and the last part are given: "cluster/shop", "s3 images".
func arnName(service, last string) string {
	name := idTail.ReplaceAllString(groupID.ReplaceAllString(last, "autoScalingGroup/"), "")
	if !strings.ContainsAny(name, ":/") {
		name = service + " " + name
	}
	return name
}

// accounts counts those that were read.
func (t *simulated) accounts() int {
	if t.roots == nil {
		t.roots = map[string]bool{}
		for _, n := range t.Model.Nodes {
			if strings.HasPrefix(n.Key.Root, "aws:") {
				t.roots[n.Key.Root] = true
			}
		}
	}
	return len(t.roots)
}

// entryName is the name of an entry point.
func (t *simulated) entryName(i int) string { return t.plain(t.Model.Entries[i].Name) }

// entryList names entry points, the first of many.
func (t *simulated) entryList(list []int, most int) string {
	var names []string
	for _, i := range list[:min(len(list), most)] {
		names = append(names, t.entryName(i))
	}
	text := strings.Join(names, ", ")
	if len(list) > most {
		text += plus(len(list) - most)
	}
	return text
}

func plus(n int) string { return " and " + thousands(n) + " more" }

// numberOf is the number of a single point; 0 when a node is none that is listed.
func (t *simulated) numberOf(node int) int {
	for i, p := range t.Points {
		if p.Node == node {
			return i + 1
		}
	}
	return 0
}

// placeOf is the place of a node in code; what was read live has none besides its name.
func placeOf(n *resilience.Node) string {
	if strings.HasPrefix(n.Key.Root, "aws:") || strings.HasPrefix(n.Where, "arn:") {
		return ""
	}
	return n.Where
}
