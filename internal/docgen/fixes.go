package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy/aws"
)

// fixPage tells what plumb can change in accounts.
func fixPage() string {
	var b strings.Builder
	fixes := aws.Fixes()
	slices.SortFunc(fixes, func(a, b aws.Fix) int { return strings.Compare(a.ID, b.ID) })
	b.WriteString(generated + "# Live fixes\n\n")
	fmt.Fprintf(&b, "What `plumb plan aws:NAME` can change in an account, %d fixes. What stands in code is changed in code instead (`plumb plan .`). ", len(fixes))
	b.WriteString("A step holds the calls with their parameters, what must still be so before the first of them, what shows that it is real, and the calls that take it back.\n\n")
	b.WriteString("Risk is the worst that a step does to those who use what it changes: `online`, `online-degraded` (slower), `build-change` (builds may fail), `brief-interruption`, `brief-failover`, `rolling-restart`, `replacement`, `data-copy`, `access-break` (somebody may lose access), `data-destructive`.\n\n")
	b.WriteString("| fix | what | risk | undo | about |\n|---|---|---|---|---|\n")
	for _, f := range fixes {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %s |\n", f.ID, f.ID, cell(f.Title), f.Risk.Class, f.Undo.Kind, duration(f.Seconds))
	}
	for _, f := range fixes {
		writeFix(&b, &f)
	}
	b.WriteString("\n## Changes without a live fix\n\n| change | why |\n|---|---|\n")
	why := aws.NotLive()
	for _, word := range sortedKeys(why) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", word, cell(why[word]))
	}
	return b.String()
}

func writeFix(b *strings.Builder, f *aws.Fix) {
	fmt.Fprintf(b, "\n## %s\n\n**%s.** %s\n\n", f.ID, strings.ToUpper(f.Title[:1])+f.Title[1:], f.Risk.Detail)
	fmt.Fprintf(b, "- carries out: %s\n", code(f.Takes))
	fmt.Fprintf(b, "- calls: %s\n- to take it back: %s\n- reads: %s\n", code(f.Does), code(f.Undoes), code(f.Reads))
	if f.Undo.Note != "" {
		fmt.Fprintf(b, "- what does not come back: %s\n", f.Undo.Note)
	}
	fmt.Fprintf(b, "- IAM: %s\n", code(f.Permissions()))
}

func code(names []string) string { return "`" + strings.Join(names, "`, `") + "`" }

func duration(seconds int) string {
	switch {
	case seconds >= 3600:
		return fmt.Sprintf("%d h", (seconds+1800)/3600)
	case seconds >= 120:
		return fmt.Sprintf("%d min", (seconds+30)/60)
	}
	return fmt.Sprintf("%d s", seconds)
}
