package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/plumbline-dev/plumbline/history"
	"github.com/plumbline-dev/plumbline/reports"
)

// runsText lists runs by project, each project where its newest run is.
func runsText(runs []history.Run) string {
	var order []string
	byProject := map[string][]history.Run{}
	for _, r := range runs {
		if byProject[r.Project] == nil {
			order = append(order, r.Project)
		}
		byProject[r.Project] = append(byProject[r.Project], r)
	}
	var b strings.Builder
	for i, project := range order {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s\n  %-22s  %-7s  %8s  %9s  %4s  %12s  %s\n", safe(project), "run", "commit", "findings", "undecided", "gaps", "a month", "zones")
		for _, r := range byProject[project] {
			line := fmt.Sprintf("  %-22s  %-7s  %8d  %9d  %4d  %12s  %s", safe(r.ID), cmp.Or(safe(r.Commit[:min(7, len(r.Commit))]), "-"), r.Failed.Total(), r.Undecided, r.Gaps, monthly(r.Cost), zoneCounts(r.Zones))
			if r.Late {
				line += "  (late)"
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	return b.String()
}

// monthly is the cost of a run: "$402.44", with a + when something is missing in it.
func monthly(c *history.Cost) string {
	if c == nil {
		return "-"
	}
	text := reports.Money(c.Monthly)
	if !c.Complete {
		text += "+"
	}
	return text
}

// zoneCounts is what the loss of single zones does: "1 DOWN, 2 UP".
func zoneCounts(zones []history.Zone) string {
	n := map[string]int{}
	for _, z := range zones {
		n[z.Answer]++
	}
	var parts []string
	for _, word := range []string{"down", "undecided", "up"} {
		if n[word] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[word], strings.ToUpper(word)))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "-")
}

func livesText(lives []lifeOf) string {
	var b strings.Builder
	for i, l := range lives {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s  %s  %s\n", safe(l.Resource), l.Policy, l.Severity)
		for _, row := range [][2]string{
			{"what", safe(l.Message)}, {"where", whereOf(l.Finding)}, {"project", safe(l.Project)}, {"fingerprint", safe(l.Fingerprint)},
			{"first seen", l.FirstSeen.Format(minute)}, {"last seen", l.LastSeen.Format(minute)}, {"now", nowOf(l.Life)},
		} {
			if row[1] != "" {
				b.WriteString(reports.Paragraph(fmt.Sprintf("  %-11s  ", row[0]), strings.Repeat(" ", 15), reports.Untrusted(row[1]), 80))
			}
		}
		b.WriteByte('\n')
		for _, c := range l.changes {
			fmt.Fprintf(&b, "  %s  %-9s  %-8s  run %s\n", c.Started.Format(minute), c.State, c.Severity, safe(c.Run))
		}
	}
	return b.String()
}

func whereOf(f history.Finding) string {
	if f.File == "" {
		return safe(f.Root)
	}
	if f.Line == 0 {
		return safe(f.File)
	}
	return safe(f.File) + ":" + strconv.Itoa(f.Line)
}

// nowOf says in words what a finding is.
func nowOf(l history.Life) string {
	switch {
	case l.State == history.Unjudged:
		return "not known: the last run could not judge it"
	case l.Gone != nil:
		return string(l.State) + " since " + l.Gone.Format(minute)
	}
	return string(l.State)
}

func safe(s string) string { return reports.Untrusted(s).Terminal() }

type jsonRun struct {
	Run       string         `json:"run"`
	Project   string         `json:"project"`
	Number    int            `json:"number"`
	Late      bool           `json:"late"`
	Started   time.Time      `json:"started"`
	Version   string         `json:"version"`
	Commit    string         `json:"commit,omitempty"`
	Sources   []string       `json:"sources"`
	Resources int            `json:"resources"`
	Passed    int            `json:"pass"`
	Findings  jsonSeverities `json:"findings"`
	Undecided int            `json:"undecided"`
	Waived    int            `json:"waived"`
	Gaps      int            `json:"gaps"`
	Cost      *jsonRunCost   `json:"cost,omitempty"`
	Zones     []jsonZone     `json:"zones"`
}

type jsonSeverities struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
}

type jsonRunCost struct {
	Catalogue string          `json:"catalogue"`
	Monthly   decimal.Decimal `json:"monthly"`
	Complete  bool            `json:"complete"`
	Types     []jsonTypeCost  `json:"types"`
}

type jsonTypeCost struct {
	Type      string          `json:"type"`
	Resources int             `json:"resources"`
	Monthly   decimal.Decimal `json:"monthly"`
}

type jsonZone struct {
	Zone    string  `json:"zone"`
	Entry   string  `json:"entry_point"`
	Up      *bool   `json:"up"` // null: undecided
	Least   float64 `json:"capacity"`
	Most    float64 `json:"capacity_high"`
	Because string  `json:"because,omitempty"`
}

func jsonRuns(runs []history.Run) []jsonRun {
	out := []jsonRun{}
	for _, r := range runs {
		x := jsonRun{
			r.ID, r.Project, r.Number, r.Late, r.Started, r.Version, r.Commit, r.Sources, r.Resources, r.Passed, jsonSeverities(r.Failed), r.Undecided, r.Waived, r.Gaps, nil, []jsonZone{},
		}
		if c := r.Cost; c != nil {
			x.Cost = &jsonRunCost{c.Catalogue, c.Monthly, c.Complete, []jsonTypeCost{}}
			for _, t := range c.Types {
				x.Cost.Types = append(x.Cost.Types, jsonTypeCost(t))
			}
		}
		for _, z := range r.Zones {
			j := jsonZone{z.Zone, z.Entry, nil, z.Least, z.Most, z.Because}
			if up := z.Answer == "up"; z.Answer != "undecided" {
				j.Up = &up
			}
			x.Zones = append(x.Zones, j)
		}
		out = append(out, x)
	}
	return out
}

type jsonLife struct {
	Fingerprint string           `json:"fingerprint"`
	Project     string           `json:"project"`
	Policy      string           `json:"policy"`
	Control     string           `json:"control"`
	Requirement string           `json:"requirement"`
	Severity    string           `json:"severity"`
	Root        string           `json:"root"`
	Resource    string           `json:"resource"`
	Type        string           `json:"type"`
	Message     string           `json:"message"`
	File        string           `json:"file"`
	Line        int              `json:"line"`
	State       history.State    `json:"state"`
	FirstSeen   time.Time        `json:"first_seen"`
	LastSeen    time.Time        `json:"last_seen"`
	Gone        *time.Time       `json:"gone,omitempty"`
	Changes     []jsonLifeChange `json:"changes"`
}

type jsonLifeChange struct {
	Run      string        `json:"run"`
	Number   int           `json:"number"`
	Started  time.Time     `json:"started"`
	State    history.State `json:"state"`
	Severity string        `json:"severity"`
}

func jsonLives(lives []lifeOf) []jsonLife {
	out := []jsonLife{}
	for _, l := range lives {
		x := jsonLife{l.Fingerprint, l.Project, l.Policy, l.Control, l.Requirement, l.Severity, l.Root, l.Resource, l.Type, l.Message, l.File, l.Line, l.State, l.FirstSeen, l.LastSeen, l.Gone, []jsonLifeChange{}}
		for _, c := range l.changes {
			x.Changes = append(x.Changes, jsonLifeChange(c))
		}
		out = append(out, x)
	}
	return out
}
