package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/resilience"
)

// simulateConfig says what is taken for granted where code does not prove it.
type simulateConfig struct {
	Needs  string `yaml:"needs"`  // reachable (default), declared
	Egress string `yaml:"egress"` // needed (default), unneeded
	// Budget, where there is one, is what surviving the loss of any one zone may cost, in dollars a month (graph.cure).
	Budget *float64 `yaml:"budget"`
}

// dependencyConfig is one need that cannot be inferred, or, optional, one that does not hold.
type dependencyConfig struct {
	From     string `yaml:"from"`
	To       any    `yaml:"to"` // an address, or a list of them
	Optional bool   `yaml:"optional"`

	to   []string
	line int
}

// UnmarshalYAML keeps the line, which reports name as the place of the dependency.
func (d *dependencyConfig) UnmarshalYAML(n *yaml.Node) error {
	type plain dependencyConfig
	if err := n.Decode((*plain)(d)); err != nil {
		return err
	}
	d.line = n.Line
	switch to := d.To.(type) {
	case string:
		d.to = []string{to}
	case []any:
		for _, x := range to {
			if s, ok := x.(string); ok && s != "" {
				d.to = append(d.to, s)
			}
		}
	}
	return nil
}

// recoveryTargets are how long a stage may be away, and how much of what was written may be lost: "4h", "15m".
type recoveryTargets struct {
	RTO string `yaml:"rto"`
	RPO string `yaml:"rpo"`
	// RegionLoss is "accepted" where the loss of a whole region may take longer.
	RegionLoss string `yaml:"region_loss"`
}

// checkSimulation looks at the settings of plumb simulate.
func (c *config) checkSimulation() error {
	for _, s := range []struct {
		name, value string
		words       []string
	}{{"needs", c.Simulate.Needs, []string{"", "reachable", "declared"}}, {"egress", c.Simulate.Egress, []string{"", "needed", "unneeded"}}} {
		if !slices.Contains(s.words, s.value) {
			return &problem{where: c.place("simulate", s.name) + "." + s.name, what: "not one of " + strings.Join(s.words[1:], ", "), hint: "plumb help config"}
		}
	}
	if b := c.Simulate.Budget; b != nil && *b < 0 {
		return &problem{where: c.place("simulate", "budget") + ".budget", what: "below 0", hint: "dollars a month: budget: 300"}
	}
	for _, d := range c.Dependencies {
		if d.From == "" || len(d.to) == 0 {
			return &problem{where: fmt.Sprintf("%s:%d", c.name, d.line), what: "a dependency without from or to", hint: "from: ADDRESS, to: ADDRESS or a list of them"}
		}
	}
	for stage, t := range c.Recovery {
		if t.RegionLoss != "" && t.RegionLoss != "accepted" {
			return &problem{where: c.place("recovery", stage) + " of " + stage, what: "region_loss is " + t.RegionLoss, hint: "region_loss: accepted, or leave it out"}
		}
		for _, text := range []string{t.RTO, t.RPO} {
			if _, err := time.ParseDuration(text); text != "" && err != nil {
				return &problem{where: c.place("recovery", stage) + " of " + stage, what: "cannot read " + text, hint: "rto: 4h, rpo: 15m"}
			}
		}
	}
	return nil
}

// resilience gives the settings of the failure model. Dependencies on what was not read are an error: silence would leave
// out a way to fail.
func (c *config) resilience(g *graph.Graph) (resilience.Settings, error) {
	s := resilience.Settings{Needs: c.Simulate.Needs, Egress: c.Simulate.Egress}
	for _, d := range c.Dependencies {
		for _, to := range d.to {
			s.Dependencies = append(s.Dependencies, resilience.Dependency{From: d.From, To: to, Optional: d.Optional, Where: fmt.Sprintf("%s:%d", c.name, d.line)})
		}
	}
	if err := resilience.CheckDependencies(g, s.Dependencies); err != nil {
		return s, &problem{what: err.Error(), hint: "plumb graph lists the addresses"}
	}
	return s, nil
}

// withFacts adds to a graph what a simulation of failures says of it, for policies to judge. In a comparison the settings
// are those of another version of the tree, which may name what is not in this one.
func withFacts(g *graph.Graph, c *config, comparing bool) (*graph.Graph, error) {
	s, err := c.resilience(g)
	if err != nil && !comparing {
		return nil, err
	}
	return resilience.Attach(g, s, c.targets), nil
}

// targets gives the recovery targets of a stage.
func (c *config) targets(stage string) resilience.Target {
	out := resilience.DefaultTarget(stage)
	t, ok := c.Recovery[stage]
	if !ok && stage == "" {
		t, ok = c.Recovery["prod"]
	}
	out.Stated = ok && (t.RTO != "" || t.RPO != "")
	out.RegionAccepted = t.RegionLoss == "accepted"
	if d, err := time.ParseDuration(t.RTO); err == nil {
		out.RTO = int(d.Seconds())
	}
	if d, err := time.ParseDuration(t.RPO); err == nil {
		out.RPO = int(d.Seconds())
	}
	return out
}
