package aws

import (
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
)

// Fix is one way to change a live account, and to take the change back.
type Fix struct {
	ID    string // "rds-multi-az", as in docs/fixes.md
	Title string // "standby in a second zone": a few words, lower case
	// Takes lists the changes that it carries out: "aws_db_instance.multi_az" for a set (without positions), "+aws_s3_bucket_versioning"
	// for a create.
	Takes []string
	Of    string // the attribute of what is created that refers to the resource that the step is about
	// Single makes a step of its own of changes that belong together; else all changes of one resource are one step.
	Single bool
	// Does and Undoes are the writes that its steps may hold, Reads the others; a test compares them with real steps.
	Does, Undoes, Reads []string
	Companions          []string // IAM actions that no call names
	Risk                remedy.Risk
	Undo                remedy.Undo
	Seconds             int

	early bool                           // its step goes before those of other fixes of the same wish
	free  bool                           // what it makes belongs to nothing: the step is about the new resource itself
	then  *Fix                           // a step of its own that comes behind, and that is approved by itself
	only  func(changes graph.Patch) bool // when set, says of changes that it takes by their words whether they are its own
	plan  func(d *draft)
	find  func(g *graph.Graph, root string, attrs map[string]any) *graph.Resource // what Of names by a text
}

// Fixes lists every fix of live accounts.
func Fixes() []Fix {
	return slices.Concat(acmFixes(), autoscalingFixes(), cloudfrontFixes(), dynamodbFixes(), ec2Fixes(), ecrFixes(), ecsFixes(), efsFixes(), eksFixes(), elasticacheFixes(), elbFixes(), endpointFixes(), freeFixes(), iamFixes(),
		instanceFixes(), lambdaFixes(), lbFixes(), opensearchFixes(), parameterFixes(), rdsFixes(), route53Fixes(), s3Fixes(), scalingFixes(), sqsFixes(), subnetGroupFixes(), watchFixes())
}

// takesAll says whether a fix carries all of the changes out.
func (f *Fix) takesAll(changes graph.Patch) bool {
	return !slices.ContainsFunc(changes, func(c graph.Change) bool { return !slices.Contains(f.Takes, Word(c)) }) && (f.only == nil || f.only(changes))
}

// words lists changes as Takes names them.
func words(changes graph.Patch) string {
	var all []string
	for _, c := range changes {
		all = append(all, Word(c))
	}
	return strings.Join(all, ", ")
}

// Word is a change as Takes names it.
func Word(c graph.Change) string {
	switch c.Op {
	case graph.Create:
		return "+" + c.Type
	case graph.Delete:
		return "-" + c.Type
	}
	return c.Type + "." + withoutPositions(c.Path)
}

func withoutPositions(path string) string {
	var b strings.Builder
	for path != "" {
		before, rest, ok := strings.Cut(path, "[")
		b.WriteString(before)
		if !ok {
			break
		}
		_, path, _ = strings.Cut(rest, "]")
	}
	return b.String()
}

// Permissions lists the IAM actions that a fix may need, sorted.
func (f *Fix) Permissions() []string {
	out := slices.Clone(f.Companions)
	for _, op := range slices.Concat(f.Does, f.Undoes, f.Reads) {
		for _, n := range operations()[op].needs {
			out = append(out, n.action)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var fully = remedy.Undo{Kind: "full"}

func partly(note string) remedy.Undo { return remedy.Undo{Kind: "partial", Note: note} }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
