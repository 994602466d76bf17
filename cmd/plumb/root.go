package main

import (
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// version is set by the linker (-X main.version=...).
var version = "0.1.0-dev"

// commonOptions are the flags of all verbs.
type commonOptions struct {
	chdir, config, color string
	quiet, noInput       bool
	verbose, width       int
}

func newRootCmd(sys *system) *cobra.Command {
	common := &commonOptions{}
	cmd := &cobra.Command{
		Use:           "plumb",
		Short:         "Check infrastructure against a reference architecture",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownVerb(cmd, args[0])
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return prepare(cmd, common, sys) },
	}
	cmd.CompletionOptions.DisableDefaultCmd = true
	commonFlags(cmd.PersistentFlags(), common)
	cmd.SetFlagErrorFunc(flagError)
	cmd.SetHelpFunc(help)
	cmd.AddCommand(newScanCmd(sys, common), newExplainCmd(sys, common), newGraphCmd(sys, common), newSimulateCmd(sys, common), newCostCmd(sys, common), newPricesCmd(sys, common), newPoliciesCmd(sys, common),
		newVersionCmd(sys), newCompletionCmd(sys), newManCmd(sys))
	cmd.AddCommand(newReportCmd(sys, common), newHistoryCmd(sys, common), newPermissionsCmd(sys, common), newSnapshotCmd(sys, common))
	cmd.AddCommand(newPlanCmd(sys, common), newApplyCmd(sys, common), newRunsCmd(sys, common), newRollbackCmd(sys, common))
	cmd.SetHelpCommand(newHelpCmd(sys))
	return cmd
}

func commonFlags(f *pflag.FlagSet, o *commonOptions) {
	f.StringVarP(&o.chdir, "chdir", "C", "", "work in the folder `DIR`")
	f.StringVarP(&o.config, "config", "c", "", "use `FILE` instead of the nearest plumb.yaml")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "results and errors only")
	f.CountVarP(&o.verbose, "verbose", "v", "timings and coverage on stderr")
	f.StringVar(&o.color, "color", "auto", "`WHEN`: auto, always, never")
	f.IntVar(&o.width, "width", 0, "`N` columns (default: the terminal's, else 120)")
	f.BoolVar(&o.noInput, "no-input", false, "never ask")
}

// prepare takes flags from the environment and moves into the folder of -C.
func prepare(cmd *cobra.Command, o *commonOptions, sys *system) error {
	if err := misspelt(cmd.Root(), sys.env); err != nil {
		return err
	}
	if err := fromEnvironment(cmd.Flags(), sys.env); err != nil {
		return err
	}
	if o.color != "auto" && o.color != "always" && o.color != "never" {
		return &problem{where: "--color " + o.color, what: "not one of auto, always, never"}
	}
	if o.chdir != "" {
		if err := os.Chdir(o.chdir); err != nil {
			return &problem{where: "-C " + o.chdir, what: reason(err), hint: "name a folder that exists"}
		}
	}
	return nil
}

// fromEnvironment sets every flag that was not given and has a PLUMB_ variable.
func fromEnvironment(flags *pflag.FlagSet, env map[string]string) error {
	var err error
	flags.VisitAll(func(f *pflag.Flag) {
		name := variable(f)
		value := env[name]
		if f.Changed || value == "" || err != nil || f.Name == "help" {
			return
		}
		if e := flags.Set(f.Name, value); e != nil {
			err = &problem{where: name, what: "cannot use " + value, hint: "it stands for --" + f.Name + ": " + strings.ReplaceAll(f.Usage, "`", "")}
		}
	})
	return err
}

// variable is the environment variable of a flag.
func variable(f *pflag.Flag) string {
	return "PLUMB_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
}

// misspelt finds a PLUMB_ variable that stands for no flag and looks like one that does: a gate that does not hear what
// it is told would let too much pass. Others belong to whoever calls plumb.
func misspelt(root *cobra.Command, env map[string]string) error {
	known := []string{"PLUMB_ACCESSIBLE"}
	var collect func(cmd *cobra.Command)
	collect = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, variable(f)) })
		cmd.PersistentFlags().VisitAll(func(f *pflag.Flag) { known = append(known, variable(f)) })
		for _, c := range cmd.Commands() {
			collect(c)
		}
	}
	collect(root)
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if !strings.HasPrefix(name, "PLUMB_") || env[name] == "" || slices.Contains(known, name) {
			continue
		}
		if c := closest(name, known); c != "" {
			return &problem{where: name, what: "there is no such setting", hint: "did you mean " + c + "?"}
		}
	}
	return nil
}

func flagError(cmd *cobra.Command, err error) error {
	all := "All flags: " + cmd.CommandPath() + " --help"
	text := err.Error()
	word, ok := strings.CutPrefix(text, "unknown flag: --")
	if !ok {
		if _, rest, ok := strings.Cut(text, "unknown shorthand flag: "); ok {
			return &problem{what: "unknown flag " + rest, hint: all}
		}
		return &problem{what: text, hint: all}
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	cmd.InheritedFlags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return &problem{what: "unknown flag --" + word, hint: didYouMean("--"+word, names, all)}
}

func unknownVerb(cmd *cobra.Command, word string) error {
	var names []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	return &problem{what: "unknown verb " + word, hint: didYouMean(word, names, "All verbs: "+cmd.CommandPath()+" --help")}
}
