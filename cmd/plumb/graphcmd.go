package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/reports"
	"github.com/plumbline-dev/plumbline/resilience"
)

// graphOptions are the flags of plumb graph.
type graphOptions struct {
	*commonOptions
	readOptions
	sources []string
	format  string
}

var graphFormats = []string{"text", "json", "dot", "mermaid", "svg"}

func newGraphCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &graphOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "graph [source...]",
		Short: "The resources and how they depend on each other",
		Example: `  plumb graph                      what refers to what
  plumb graph -f svg > plumb.svg   what users need, by tier and zone
  plumb graph -f dot | dot -Tsvg   every reference`,
		Annotations: map[string]string{"sources": "as of plumb scan; default ."},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.sources = args
			return runGraph(cmd.Context(), o, sys)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&o.format, "format", "f", "text", "`NAME`: text, json, dot, mermaid, svg")
	readFlags(f, &o.readOptions)
	liveFlags(f, &o.live, sys, common)
	return cmd
}

func runGraph(ctx context.Context, o *graphOptions, sys *system) error {
	if !slices.Contains(graphFormats, o.format) {
		return &problem{what: "unknown format " + o.format, hint: didYouMean(o.format, graphFormats, "text, json, dot, mermaid or svg")}
	}
	in, rd, err := readAll(ctx, o.sources, o.commonOptions, o.readOptions, sys)
	if err != nil {
		return err
	}
	g := rd.build(in)
	switch o.format {
	case "json":
		return reports.GraphJSON(sys.out, g, in.absent, in.gaps)
	case "dot":
		return reports.GraphDot(sys.out, g)
	case "mermaid", "svg":
		settings, err := rd.config.resilience(g)
		if err != nil {
			return err
		}
		draw := reports.GraphSVG
		if o.format == "mermaid" {
			draw = reports.GraphMermaid
		}
		return draw(sys.out, resilience.Derive(g, settings))
	}
	return reports.GraphText(sys.out, g, in.absent, in.gaps, reports.Look{Width: sys.width(o.width), Colour: sys.colour(o.color)})
}

// readAll reads sources as scan does, for verbs that do not judge.
func readAll(ctx context.Context, args []string, common *commonOptions, read readOptions, sys *system) (*reading, *reader, error) {
	sources, err := openSources(args, sys.in)
	if err != nil {
		return nil, nil, err
	}
	tree, c, err := findConfig(common.config, sources)
	if err != nil {
		return nil, nil, err
	}
	rd, err := newReader(read, c, tree, sys.env, false)
	if err != nil {
		return nil, nil, err
	}
	in, err := rd.read(ctx, sources)
	return in, rd, err
}
