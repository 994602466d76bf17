package resilience_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/resilience"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

var section = regexp.MustCompile(`(?m)^-- (.*) --\n`)

// Each case of testdata/answers.txtar says which zones stop which ways in.
func TestTheLossOfAZoneIsAnsweredAsTheCasesSay(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/answers.txtar")
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	heads := section.FindAllStringSubmatchIndex(string(text), -1)
	for i, h := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		name, body := string(text[h[2]:h[3]]), string(text[h[1]:end])
		before, says, isCase := strings.Cut(name, ": ")
		if !isCase {
			parts[name] = body
			continue
		}
		code := body
		for _, p := range strings.Fields(before) {
			code += "\n" + parts[p]
		}
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			g := graphFrom(t, terraform.New(fstest.MapFS{"main.tf": {Data: []byte(code)}}, terraform.Options{}))
			if diff := cmp.Diff(expected(body), zoneAnswers(resilience.Derive(g, resilience.Settings{}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// expected are the comments that a case begins with.
func expected(body string) []string {
	var out []string
	for line := range strings.Lines(body) {
		rest, isComment := strings.CutPrefix(line, "# ")
		if !isComment {
			break
		}
		out = append(out, strings.TrimSpace(rest))
	}
	return out
}

// zoneAnswers are the ways in with what the loss of zone a, b and c does to them: "aws_lb.web: DOWN UP UP".
func zoneAnswers(m *resilience.Model) []string {
	var out []string
	for _, e := range m.Entries {
		out = append(out, e.Name+":")
	}
	for _, o := range m.Simulate(m.Zones()) {
		for i, a := range o.Answers {
			out[i] += fmt.Sprint(" ", a.Up)
		}
	}
	return out
}
