package policies_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/policies"
)

func needsOf(t *testing.T, ids ...string) map[string][]string {
	t.Helper()
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	needs, err := set.Needs(func(m policies.Meta) bool { return slices.Contains(ids, m.ID) })
	if err != nil {
		t.Fatal(err)
	}
	return needs
}

func TestAPolicyNeedsWhatItReadsAndWhatThatIsDerivedFrom(t *testing.T) {
	tests := []struct {
		policy    string
		needs     map[string][]string // some of what is needed
		needsNone []string            // types that are not
	}{
		{"rds.multi_az", map[string][]string{"aws_db_instance": {"multi_az", "tags"}}, []string{"aws_s3_bucket", "aws_subnet"}},
		{"rds.subnet_zones", map[string][]string{"aws_db_subnet_group": {"subnet_ids"}, "aws_subnet": {"availability_zone"}}, []string{"aws_s3_bucket"}},
		{"s3.public_access_block", map[string][]string{"aws_s3_bucket": {"id"}, "aws_s3_bucket_public_access_block": {"bucket", "block_public_acls"}}, []string{"aws_db_instance"}},
	}
	for _, test := range tests {
		t.Run(test.policy, func(t *testing.T) {
			needs := needsOf(t, test.policy)
			for typ, names := range test.needs {
				for _, name := range names {
					if got, ok := needs[typ]; !ok || got != nil && !slices.Contains(got, name) {
						t.Errorf("%s.%s is not needed; of it are %v", typ, name, got)
					}
				}
			}
			for _, typ := range test.needsNone {
				if names, ok := needs[typ]; ok {
					t.Errorf("%s is needed, with %v", typ, names)
				}
			}
		})
	}
}

func TestWhatAllPoliciesNeedIsInTheCatalog(t *testing.T) {
	set, err := policies.Load(policies.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	needs, err := set.Needs(func(m policies.Meta) bool { return !strings.HasPrefix(m.Judges, "resilience_") })
	if err != nil {
		t.Fatal(err)
	}
	if len(needs) < 50 {
		t.Errorf("all policies together need %d types", len(needs))
	}
	for typ := range needs {
		if catalog.Lookup(typ) == nil {
			t.Errorf("%s is needed and not in the catalog", typ)
		}
	}
}

func TestWideningAddsTypesAndWhatTheyAreDerivedFrom(t *testing.T) {
	needs := needsOf(t, "rds.multi_az")
	wide := policies.Widen(needs, []string{"aws_elasticache_replication_group"})
	if names, ok := wide["aws_elasticache_replication_group"]; !ok || names != nil {
		t.Errorf("of the type itself are needed %v", names)
	}
	for _, typ := range []string{"aws_db_instance", "aws_elasticache_subnet_group", "aws_subnet"} {
		if _, ok := wide[typ]; !ok {
			t.Errorf("%s is not needed", typ)
		}
	}
	if _, ok := wide["aws_s3_bucket"]; ok || len(needs) >= len(wide) {
		t.Errorf("%d types became %d", len(needs), len(wide))
	}
}

// A zone is lost with everything in it, also with what no policy reads.
func TestASimulationNeedsEverything(t *testing.T) {
	if needs := needsOf(t, "graph.zone_loss", "rds.multi_az"); needs != nil {
		t.Errorf("a simulation needs %d types", len(needs))
	}
}
