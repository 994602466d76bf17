package services

import (
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
)

func TestServicesSpeakOfWhatTheCatalogKnows(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		listed := map[string]bool{}
		for _, l := range s.Lists {
			if len(l.Gives) == 0 || l.Read == nil {
				t.Errorf("%s.%s gives nothing", s.Name, l.Operation)
			}
			for _, typ := range l.Gives {
				listed[typ] = true
				if catalog.Lookup(typ) == nil {
					t.Errorf("%s.%s gives %s, which is not in the catalog", s.Name, l.Operation, typ)
				}
			}
		}
		for _, d := range s.Details {
			of := catalog.Lookup(d.Of)
			if of == nil {
				t.Errorf("%s.%s is made for %s, which is not in the catalog", s.Name, d.Operation, d.Of)
				continue
			}
			for _, attr := range d.Sets {
				if of.Attr(attr) == nil {
					t.Errorf("%s.%s sets %s of %s, which has no such attribute", s.Name, d.Operation, attr, d.Of)
				}
			}
			for _, g := range d.Gives {
				typ, owner, _ := strings.Cut(g, ".")
				entry := catalog.Lookup(typ)
				if entry == nil || owner != "" && entry.Attr(owner) == nil {
					t.Errorf("%s.%s gives %s, which is not in the catalog", s.Name, d.Operation, g)
				}
				listed[typ] = true
			}
		}
		for _, d := range s.Details {
			if !listed[d.Of] {
				t.Errorf("%s.%s is made for each %s, which the service does not give", s.Name, d.Operation, d.Of)
			}
		}
	}
}

// Two calls of one name in one service could not be told apart in a checkpoint.
func TestCallsHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	var names []string
	for _, s := range All() {
		if slices.Contains(names, s.Name) {
			t.Errorf("two services are called %s", s.Name)
		}
		names = append(names, s.Name)
		seen := map[string]bool{}
		for _, l := range s.Lists {
			key := l.Operation + strings.Join(l.Gives, "+")
			if seen[key] {
				t.Errorf("%s lists %s twice", s.Name, l.Operation)
			}
			seen[key] = true
		}
	}
}
