package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/moto"
)

// answersOf lists "LOSS UP CAPACITY" of every zone, for models with one way in.
func answersOf(t *testing.T, out string) []string {
	t.Helper()
	var doc struct {
		Losses []struct {
			Lose    string `json:"lose"`
			Entries map[string]struct {
				Up       *bool  `json:"up"`
				Capacity string `json:"capacity"`
			} `json:"entry_points"`
		} `json:"losses"`
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var list []string
	for _, l := range doc.Losses {
		for _, a := range l.Entries {
			// moto says that a database whose zone was not asked for is in us-east-1, whatever its region.
			if strings.HasPrefix(l.Lose, "zone:eu-west-1") || l.Lose == "region:eu-west-1" {
				up := "undecided"
				if a.Up != nil {
					up = fmt.Sprint(*a.Up)
				}
				list = append(list, l.Lose+" "+up+" "+a.Capacity)
			}
		}
	}
	return list
}

// The application of the known answers has the same ones as code and as an account.
func TestAnAccountHasTheAnswersOfItsCode(t *testing.T) {
	for dir, extra := range map[string][]string{"asis": nil, "cured": {"--cured"}} {
		t.Run(dir, func(t *testing.T) {
			s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
			cmd := exec.Command("python3", append([]string{"../../internal/moto/testdata/known_account.py", "--endpoint", s.URL}, extra...)...)
			cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("seeding: %v\n%s", err, out)
			}
			away(t, moto.Home)
			code, live, said := plumbLive(t, "simulate", "aws", "--endpoint-url", s.URL, "--regions", "eu-west-1", "-f", "json", "--no-cures", "-q")
			if code != 0 {
				t.Fatalf("exit status %d: %s", code, said)
			}
			code, written, said := plumbLive(t, "simulate", "../../resilience/testdata/"+dir, "-f", "json", "--no-cures", "-q")
			if code != 0 {
				t.Fatalf("exit status %d: %s", code, said)
			}
			if diff := cmp.Diff(answersOf(t, written), answersOf(t, live)); diff != "" {
				t.Errorf("(-code +account):\n%s", diff)
			}
		})
	}
}
