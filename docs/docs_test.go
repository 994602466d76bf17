package docs_test

import (
	"slices"
	"testing"

	"github.com/plumbline-dev/plumbline/docs"
)

func TestEveryRequirementHasATextAndAStatus(t *testing.T) {
	t.Parallel()
	all := docs.Requirements()
	if len(all) < 70 {
		t.Fatalf("%d requirements were read from the page", len(all))
	}
	for _, r := range all {
		if r.Text == "" || !slices.Contains([]string{"MUST", "SHOULD", "MAY"}, r.Status) {
			t.Errorf("%s: status %q, text %q", r.ID, r.Status, r.Text)
		}
	}
}

func TestARequirementHasTheSentencesItComesFrom(t *testing.T) {
	t.Parallel()
	r, ok := docs.Find("RA-50")
	if !ok || len(r.Quotes) != 3 || r.Quotes[0] != `[003] "storage scalability, high availablility (multiple availibility zones)"` {
		t.Errorf("RA-50: %v %q", ok, r.Quotes)
	}
	if _, ok := docs.Find("RA-999"); ok {
		t.Error("RA-999 was found")
	}
}
