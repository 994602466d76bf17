package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/plumbline-dev/plumbline/reports"
)

// reportCommentOptions are the flags of plumb report comment.
type reportCommentOptions struct {
	*commonOptions
	forge   string
	request int
}

func newReportCommentCmd(sys *system, common *commonOptions) *cobra.Command {
	o := &reportCommentOptions{commonOptions: common}
	cmd := &cobra.Command{
		Use:   "comment FILE",
		Short: "Keep one comment on the pull request",
		Long: `Post what plumb scan --since wrote as Markdown to the pull request, or update
the comment that is there. A run older than the comment, or of a commit that is
not the newest, does not replace it. With nothing to say none is made.

On GitHub the text goes to the job's summary too; that is all of it without a
token that may comment (GITHUB_TOKEN), as on a pull request from a fork. GitLab
needs GITLAB_TOKEN. Elsewhere the text is printed.`,
		Example: `  plumb scan --since origin/main -o markdown=comment.md
  plumb report comment comment.md`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &problem{what: "which comment?", hint: "plumb scan --since REF -o markdown=comment.md; plumb report comment comment.md"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runReportComment(cmd.Context(), o, args[0], sys) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.forge, "to", "", "`WHERE`: github, gitlab, summary, stdout (default: as the environment says)")
	f.IntVar(&o.request, "pull-request", 0, "`N`: number of the pull or merge request (default: that of the job)")
	return cmd
}

// forge keeps comments on one pull or merge request.
type forge interface {
	// newest is the commit at the head of the request.
	newest(ctx context.Context) (string, error)
	// judged is the commit of the request that a commit stands for: jobs may be of a merge of it that nobody made.
	judged(commit string) string
	// ours lists the comments of whoever the token belongs to, oldest first.
	ours(ctx context.Context) ([]posted, error)
	create(ctx context.Context, text string) error
	update(ctx context.Context, id int64, text string) error
}

// posted is a comment that is there.
type posted struct {
	id   int64
	text string
}

// errForbidden says that a token may not read or write comments, as that of a fork.
var errForbidden = errors.New("the token may not comment here")

func runReportComment(ctx context.Context, o *reportCommentOptions, name string, sys *system) error {
	text, m, err := readComment(name, sys.in)
	if err != nil {
		return err
	}
	if o.forge == "" {
		o.forge = forgeOf(sys.env)
	}
	where, why, err := o.open(sys)
	if err != nil {
		return err
	}
	summary := false
	if o.forge != "stdout" {
		if summary, err = summarize(sys.env, text); err != nil {
			return err
		}
	}
	say := func(format string, args ...any) {
		if !o.quiet {
			fmt.Fprintf(sys.err, format+"\n", args...)
		}
	}
	if where != nil {
		did, err := keepComment(ctx, where, text, m)
		if err == nil {
			say("%s", did)
			return nil
		}
		if !errors.Is(err, errForbidden) {
			return &problem{what: "commenting: " + err.Error(), hint: "the text is in " + name}
		}
		why = err.Error()
	}
	if why != "" {
		say("No comment: %s", why)
	}
	if summary {
		say("The text is in the summary of the job")
		return nil
	}
	_, err = io.WriteString(sys.out, text)
	return err
}

// forgeOf finds out where plumb runs.
func forgeOf(env map[string]string) string {
	switch {
	case env["GITHUB_ACTIONS"] == "true":
		return "github"
	case env["GITLAB_CI"] == "true":
		return "gitlab"
	}
	return "stdout"
}

// open gives the request to comment on, or says why there is none.
func (o *reportCommentOptions) open(sys *system) (where forge, why string, err error) {
	switch o.forge {
	case "stdout", "summary":
		return nil, "", nil
	case "github":
		return openGitHub(o.request, sys.env)
	case "gitlab":
		return openGitLab(o.request, sys.env)
	}
	names := []string{"github", "gitlab", "summary", "stdout"}
	return nil, "", &problem{where: "--to " + o.forge, what: "not one of " + strings.Join(names, ", "), hint: didYouMean(o.forge, names, "")}
}

// marker is the hidden first line of a comment.
type marker struct {
	key, run, head string
	clean          bool
}

var markerLine = regexp.MustCompile(`^<!-- plumbline:comment:v1 key=(\S*) run=(\S*) head=(\S*)(?: state=(\w+))? -->\r?\n`)

func markerOf(text string) (marker, bool) {
	m := markerLine.FindStringSubmatch(text)
	if m == nil {
		return marker{}, false
	}
	return marker{m[1], m[2], m[3], m[4] == "clean"}, true
}

// maxComment is far above what any forge takes.
const maxComment = 4 << 20

func readComment(name string, stdin io.Reader) (string, marker, error) {
	from := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return "", marker{}, &problem{where: name, what: reason(err), hint: "plumb scan --since REF -o markdown=" + name}
		}
		defer file.Close() // it was only read
		from = file
	}
	text, err := io.ReadAll(io.LimitReader(from, maxComment+1))
	if err != nil {
		return "", marker{}, &problem{where: name, what: reason(err)}
	}
	m, ok := markerOf(string(text))
	if !ok || len(text) > maxComment {
		return "", m, &problem{where: name, what: "no comment that plumb wrote", hint: "plumb scan --since REF -o markdown=FILE"}
	}
	return string(text), m, nil
}

// summarize adds the text to the summary of a job of GitHub, if there is one.
func summarize(env map[string]string, text string) (bool, error) {
	name := env["GITHUB_STEP_SUMMARY"]
	if name == "" {
		return false, nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o644)
	if err == nil {
		_, err = io.WriteString(file, text+"\n")
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		return false, &problem{where: "GITHUB_STEP_SUMMARY " + name, what: reason(err)}
	}
	return true, nil
}

// keepComment creates the comment, updates it, or leaves it as it is, and says what it did.
func keepComment(ctx context.Context, where forge, text string, m marker) (string, error) {
	list, err := where.ours(ctx)
	if err != nil {
		return "", err
	}
	var old *posted
	for i := range list {
		if was, ok := markerOf(list[i].text); ok && was.key == m.key {
			if laterRun(was, m) {
				return "No comment: a later run commented already (" + reports.Untrusted(was.run).Terminal() + ")", nil
			}
			if old == nil {
				old = &list[i]
			}
		}
	}
	if old == nil && m.clean {
		return "No comment: there is nothing to say", nil
	}
	if m.head != "" {
		newest, err := where.newest(ctx)
		if err != nil {
			return "", err
		}
		if judged := where.judged(m.head); newest != judged {
			return fmt.Sprintf("No comment: %s is not the newest commit any more, that is %s", judged, reports.Untrusted(newest).Terminal()), nil
		}
	}
	if old == nil {
		return "Commented", where.create(ctx, text)
	}
	return "Updated the comment", where.update(ctx, old.id, text)
}

// laterRun says that a comment is of a run after ours.
func laterRun(was, m marker) bool {
	before, err := time.Parse(time.RFC3339, was.run)
	if err != nil {
		return false
	}
	now, err := time.Parse(time.RFC3339, m.run)
	return err == nil && before.After(now)
}
