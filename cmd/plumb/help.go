package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/plumbline-dev/plumbline/reports"
)

const shortHelp = `Plumbline checks infrastructure against a reference architecture, prices it,
shows what a failure would stop, and repairs it with a plan you can undo.

Start here
  plumb scan                     judge the code in this folder
  plumb scan --since origin/main only what this branch changes
  plumb scan aws                 judge the account of your AWS credentials
  plumb explain rds.multi_az     why a check exists, how to fix or waive it

Look (changes nothing)
  scan       judge code
  explain    one policy, requirement or resource
  graph      the resources and how they depend on each other
  cost       what it costs a month, and what a change adds
  simulate   what stops when a server, a zone or the region is lost
  history    what recorded scans found over time (plumb scan --record)
  report     for people and auditors: HTML, Markdown, CSV, OCSF, ASFF
  snapshot   what accounts hold, in one file that plumb scan judges later
  permissions  what a live scan, or a plan, must be allowed

Repair
  plan       turn findings into steps; writes a plan file
  apply      carry out one plan
  runs       what was applied, step by step
  rollback   undo a run

Other
  policies   list, test, new
  prices     show, update, import
  completion bash|zsh|fish|powershell; version

Exit status  0 clean   1 could not do it   2 findings   3 undecided or gaps
             (--strict)   4 apply stopped part-way   130 interrupted

Flags for all: -q -v --color --width --no-input -C DIR -c FILE
Manual: plumb help <topic>   topics: flags, accounts, config, sources, formats,
                             waivers
`

// flagGroup is flags under one question of the help text.
type flagGroup struct {
	title string
	flags []string
}

const groupAnnotation = "plumb-group"

// topicAnnotation marks flags that only the help topic of accounts lists.
const topicAnnotation = "plumb-topic"

const accountsTopic = "accounts"

// groups remembers the order and headings of a verb's flags.
func groups(cmd *cobra.Command, list []flagGroup) {
	for i, g := range list {
		for _, name := range g.flags {
			f := cmd.Flags().Lookup(name)
			if f.Annotations == nil {
				f.Annotations = map[string][]string{}
			}
			f.Annotations[groupAnnotation] = []string{fmt.Sprint(i), g.title}
		}
	}
}

// help prints the help of plumb or of one verb: usage, examples, flags by question.
func help(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	if !cmd.HasParent() {
		fmt.Fprint(w, shortHelp)
		return
	}
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	fmt.Fprintf(w, "%s\n\nUsage: %s %s\n", text, strings.TrimSpace(cmd.Parent().CommandPath()), usage(cmd))
	if s := cmd.Annotations["sources"]; s != "" {
		fmt.Fprintf(w, "  source   %s\n", s)
	}
	if cmd.Example != "" {
		fmt.Fprintf(w, "\nExamples\n%s\n", cmd.Example)
	}
	verbs(w, cmd)
	flagHelp(w, cmd.Flags(), func(f *pflag.Flag) bool {
		return cmd.InheritedFlags().Lookup(f.Name) == nil && f.Annotations[topicAnnotation] == nil
	})
	if cmd.Flags().Lookup("role-arn") != nil {
		fmt.Fprint(w, "\nFlags for all verbs: plumb help flags; for AWS accounts: plumb help accounts\n")
		return
	}
	fmt.Fprint(w, "\nFlags for all verbs: plumb help flags\n")
}

func usage(cmd *cobra.Command) string {
	u := cmd.Use
	if cmd.HasAvailableSubCommands() {
		u += " <verb>"
	}
	if cmd.HasAvailableLocalFlags() && !strings.Contains(u, "[flags]") {
		u += " [flags]"
	}
	return u
}

func verbs(w io.Writer, cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	fmt.Fprint(w, "\nVerbs\n")
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			fmt.Fprintf(w, "  %-10s %s\n", c.Name(), c.Short)
		}
	}
}

func flagHelp(w io.Writer, flags *pflag.FlagSet, shown func(*pflag.Flag) bool) {
	byGroup := map[string][]*pflag.Flag{}
	titles := map[string]string{}
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" || !shown(f) {
			return
		}
		key, title := "9", "Flags"
		if g := f.Annotations[groupAnnotation]; len(g) == 2 {
			key, title = g[0], g[1]
		}
		byGroup[key] = append(byGroup[key], f)
		titles[key] = title
	})
	keys := make([]string, 0, len(byGroup))
	for k := range byGroup {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(w, "\n%s\n", titles[k])
		for _, f := range byGroup[k] {
			flagLine(w, f)
		}
	}
}

// flagLine prints a flag; the word in backquotes of its usage names the value.
func flagLine(w io.Writer, f *pflag.Flag) {
	name := "      --" + f.Name
	if f.Shorthand != "" {
		name = "  -" + f.Shorthand + ", --" + f.Name
	}
	value, text := pflag.UnquoteUsage(f)
	if f.Value.Type() == "bool" || f.Value.Type() == "count" {
		value = ""
	}
	if value != "" {
		if !strings.HasPrefix(value, "[=") { // --record[=WHERE]
			name += " "
		}
		name += value
		text = strings.TrimLeft(strings.TrimPrefix(text, value), ":, ")
		text = strings.TrimPrefix(text, "of ")
	}
	if f.DefValue != "" && f.DefValue != "[]" && f.DefValue != "false" && f.DefValue != "0" && !strings.Contains(text, "default") {
		text += " (default " + f.DefValue + ")"
	}
	fmt.Fprint(w, reports.Paragraph(fmt.Sprintf("%-27s ", name), strings.Repeat(" ", 28), reports.Untrusted(text), 80))
}

func newHelpCmd(sys *system) *cobra.Command {
	return &cobra.Command{
		Use:       "help [topic]",
		Short:     "Help about a verb or a topic",
		ValidArgs: topicNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			if len(args) == 0 {
				return root.Help()
			}
			if args[0] == "flags" {
				fmt.Fprint(sys.out, "Flags of all verbs. Each can be given as PLUMB_ and its name in capitals\n(PLUMB_FAIL_ON=medium); a flag wins over the environment, that over plumb.yaml.\n")
				flagHelp(sys.out, root.PersistentFlags(), func(*pflag.Flag) bool { return true })
				return nil
			}
			if text, ok := topics[args[0]]; ok {
				fmt.Fprint(sys.out, text)
				if scan, _, err := root.Find([]string{"scan"}); err == nil && args[0] == accountsTopic {
					flagHelp(sys.out, scan.Flags(), func(f *pflag.Flag) bool { return f.Annotations[topicAnnotation] != nil })
				}
				return nil
			}
			if c, _, err := root.Find(args); err == nil && c != root {
				return c.Help()
			}
			return &problem{what: "no help about " + args[0], hint: didYouMean(args[0], topicNames(), "Topics: "+strings.Join(topicNames(), ", "))}
		},
	}
}

func topicNames() []string {
	names := []string{"flags"}
	for n := range topics {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// topics are the pages of plumb help TOPIC.
var topics = map[string]string{
	"config": `plumb.yaml, the nearest at or above the first source, inside its repository

  stages:
    accounts: {"111111111111": prod}     stage of an account
    roots: {stages/qa: test}             stage of a folder and those below
  accounts: {shop: {profile: shop}}      plumb help accounts
  profiles: [ec2]                        ec2, kubernetes, serverless, containers
                                         (default: what is found)
  parameters:
    rds.backup_retention: {days: 14}     thresholds: plumb explain POLICY
  severity: {lb.access_logs: medium}     instead of the policy's own
  fail_on: high                          as --fail-on
  strict: true                           as --strict
  waivers:                               plumb help waivers
    - {policy: rds.multi_az, address: aws_db_instance.main, root: stages/qa,
       reason: "may stop", until: 2027-01-31}
  modules:                               code of modules that are not on disk
    github.com/org/module: vendor/module
  policies: [policies]                   folders with policies of your own
  exclude: [legacy/**]                   folders that are not judged
  vars: {region: eu-west-1}              as --var
  var_files: [common.tfvars]             as --var-file
  workspace: prod                        as --workspace
  roots:                                 the same for one root
    stages/qa: {vars: {size: small}, var_files: [qa.tfvars], workspace: qa}
  dependencies:                          what code cannot show to plumb simulate
    - {from: aws_instance.web, to: aws_sqs_queue.jobs, optional: true}
  simulate: {needs: declared}            default reachable; egress: unneeded
                                         budget: 300 a month (graph.cure)
  recovery:                              targets of a stage
    prod: {rto: 4h, rpo: 15m, region_loss: accepted}

Paths are relative to plumb.yaml and stay inside its repository, unless -c named
the file. Unknown settings are errors. The file is part of what is scanned, so
it cannot say where something is written, what is fetched, or which findings are
known (--out, --download-modules, --baseline).

With --since the settings come from the other side; what the change brings is
listed, and applies with --config-from head.
`,
	"sources": `plumb scan [source...]: several sources make one graph; no source is .

  folder      Terraform and OpenTofu code; the roots below it are found
  file.tf     this file alone
  plan.json   terraform show -json PLANFILE, also gzipped
  state       terraform.tfstate, or terraform show -json without a plan
  -           a plan or a state from standard input
  aws         a live account; aws:NAME[/REGION]: plumb help accounts
  FILE.plumb  what plumb snapshot kept, judged as of its day

Nothing that is read is executed. Files are read inside the repository that the
folder lies in, or the folder itself, never outside. Modules come from there,
from .terraform/modules, from --module SOURCE=DIR, from modules: in plumb.yaml,
or over the network with --download-modules; a module that is nowhere is a gap.
`,
	accountsTopic: `plumb scan aws             the account of the credentials at hand
plumb scan aws:NAME        an account of plumb.yaml, else an AWS profile
plumb scan aws:NAME/REGION, plumb scan ./infra aws: several make one graph

  accounts:                              in plumb.yaml
    shop-prod: {profile: shop, role_arn: "arn:...", regions: [eu-west-1]}

A scan only reads: anything else is refused before it is sent. The permissions
that it needs: plumb permissions aws. A call that AWS refuses is a gap; checks
that need it are undecided, and say so.
`,
	"formats": `plumb scan -f NAME prints one; -o NAME=FILE writes more, all from one run

  text       one heading for each resource, one line for each finding
  full       each finding with its source line (default with --since)
  concise    file:line:column: severity: resource: fact [policy]
  json       for programs; schema_version 1
  sarif      2.1.0, for code scanning
  junit      one test case for each verdict
  markdown   a pull request comment
  html       the compliance report, one file: plumb report
  csv        a line for each finding
  ocsf       Compliance Findings of OCSF 1.8.0, one a line
  asff       for Security Hub (--security-hub ACCOUNT/REGION)
  github     annotations in the log of GitHub Actions
  gitlab     Code Quality report

--verdicts adds passes, waived findings and checks that do not apply.
`,
	"waivers": `A waiver accepts a finding, with a reason and, where it is high or critical, an
end.

  In code, before or in the block:
    # plumb:ignore rds.multi_az reason="staging may stop" until=2027-01-31
  As a tag of the resource:
    "plumb:waive" = "rds.multi_az until=2027-01-31 reason=staging may stop"
  In plumb.yaml:
    waivers:
      - policy: rds.multi_az        ID, area (rds) or control (RDS-MULTIAZ-001)
        address: aws_db_instance.*  default: every resource
        root: stages/qa             default: every root
        reason: staging may stop
        until: 2027-01-31           the last day

A waiver that has ended is a finding itself. A waiver that meets no finding is
listed. Waivers that a change brings do not excuse that change (--since).
`,
}
