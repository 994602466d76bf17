package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func newVersionCmd(sys *system) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			commit := ""
			if info, ok := debug.ReadBuildInfo(); ok {
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" && len(s.Value) >= 7 {
						commit = " " + s.Value[:7]
					}
				}
			}
			_, err := fmt.Fprintf(sys.out, "plumb %s%s (%s, %s/%s)\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

var shells = []string{"bash", "zsh", "fish", "powershell"}

func newCompletionCmd(sys *system) *cobra.Command {
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print the completion script of a shell",
		Long:      "Print the completion script of bash, zsh, fish or powershell.",
		Example:   "  plumb completion bash > /etc/bash_completion.d/plumb",
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &problem{what: "completion of which shell?", hint: "plumb completion bash|zsh|fish|powershell"}
			}
			switch args[0] {
			case "bash":
				return cmd.Root().GenBashCompletionV2(sys.out, true)
			case "zsh":
				return cmd.Root().GenZshCompletion(sys.out)
			case "fish":
				return cmd.Root().GenFishCompletion(sys.out, true)
			case "powershell":
				return cmd.Root().GenPowerShellCompletionWithDesc(sys.out)
			}
			return &problem{where: args[0], what: "not a shell that is known", hint: didYouMean(args[0], shells, "bash, zsh, fish or powershell")}
		},
	}
}

// newManCmd writes manual pages; packagers use it.
func newManCmd(sys *system) *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages to a folder",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return &problem{where: args[0], what: reason(err)}
			}
			return manPages(cmd.Root(), args[0])
		},
	}
}

func manPages(cmd *cobra.Command, dir string) error {
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")
	if err := os.WriteFile(filepath.Join(dir, name+".1"), []byte(manPage(cmd, name)), 0o644); err != nil {
		return fmt.Errorf("writing the page of %s: %w", name, err)
	}
	for _, c := range cmd.Commands() {
		if c.Hidden {
			continue
		}
		if err := manPages(c, dir); err != nil {
			return err
		}
	}
	return nil
}

// manPage turns the help text into a page: the same words in both.
func manPage(cmd *cobra.Command, name string) string {
	var text strings.Builder
	was := cmd.OutOrStdout()
	cmd.SetOut(&text)
	help(cmd, nil)
	cmd.SetOut(was)
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %q 1 \"\" \"plumb %s\" \"Plumbline\"\n.SH NAME\n%s \\- %s\n.SH DESCRIPTION\n.nf\n", strings.ToUpper(name), version, strings.ReplaceAll(name, "-", `\-`), cmd.Short)
	for _, line := range strings.Split(strings.TrimRight(text.String(), "\n"), "\n") {
		line = strings.ReplaceAll(strings.ReplaceAll(line, `\`, `\e`), "-", `\-`)
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		b.WriteString(line + "\n")
	}
	b.WriteString(".fi\n")
	return b.String()
}
