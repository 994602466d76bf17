package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/plumbline-dev/plumbline/scanners"
)

// waiversIn reads the waivers of a file as the loader does.
func waiversIn(t *testing.T, src string) []scanners.Comment {
	t.Helper()
	f, _ := hclsyntax.ParseConfig([]byte(src), "main.tf", hcl.InitialPos)
	body, ok := f.Body.(*hclsyntax.Body)
	if !ok {
		t.Fatal("not a body")
	}
	return comments("main.tf", []byte(src), blockLines(body))
}

func TestCommentsApplyToTheBlockTheyStandAt(t *testing.T) {
	t.Parallel()
	const src = `# plumb:ignore S3-VER-001 reason="logs only"
# a word more
resource "aws_s3_bucket" "logs" { # plumb:ignore s3.public,s3.encryption until=2027-01-31 reason="say \"hi\""
  bucket = "logs" // plumb:ignore rds.* , DNS-TTL-001 reason="both"
  lifecycle {
    # plumb:ignore area reason="deep"
    prevent_destroy = true
  }
} # plumb:ignore LAST-1 reason="end"

# plumb:ignore LOOSE-1 reason="nowhere"

/* plumb:ignore ONE-1 reason="one line" */ resource "a" "b" {}
/*
 * plumb:ignore TWO-1 reason="star"
 plumb:ignore TWO-2 reason="plain"
 */
variable "x" {
  default = "# plumb:ignore NOT-1 reason=\"a string\""
  description = <<EOT
# plumb:ignore NOT-2 reason="a heredoc"
EOT
}
# only a comment about plumb: and plumb:ignore
`
	want := []scanners.Comment{
		{Line: 1, Policies: []string{"S3-VER-001"}, Reason: "logs only", StartLine: 3, EndLine: 9},
		{Line: 3, Policies: []string{"s3.public", "s3.encryption"}, Reason: `say "hi"`, Until: "2027-01-31", StartLine: 3, EndLine: 9},
		{Line: 4, Policies: []string{"rds.*", "DNS-TTL-001"}, Reason: "both", StartLine: 3, EndLine: 9},
		{Line: 6, Policies: []string{"area"}, Reason: "deep", StartLine: 3, EndLine: 9},
		{Line: 9, Policies: []string{"LAST-1"}, Reason: "end", StartLine: 3, EndLine: 9},
		{Line: 11, Policies: []string{"LOOSE-1"}, Reason: "nowhere", Problem: "it stands in no block, and not directly above one"},
		{Line: 13, Policies: []string{"ONE-1"}, Reason: "one line", StartLine: 13, EndLine: 13},
		{Line: 15, Policies: []string{"TWO-1"}, Reason: "star", StartLine: 18, EndLine: 23},
		{Line: 16, Policies: []string{"TWO-2"}, Reason: "plain", StartLine: 18, EndLine: 23},
	}
	for i := range want {
		want[i].File = "main.tf"
	}
	if diff := cmp.Diff(want, waiversIn(t, src)); diff != "" {
		t.Error(diff)
	}
}

func TestCommentsThatCannotBeUsedSayWhy(t *testing.T) {
	t.Parallel()
	for comment, want := range map[string]string{
		`plumb:ignore`:                                      `no policy is named: plumb:ignore ID reason="..."`,
		`plumb:ignore reason="x"`:                           `no policy is named: plumb:ignore ID reason="..."`,
		`plumb:ignore A-1`:                                  `the reason is missing: reason="..."`,
		`plumb:ignore A-1 reason=""`:                        `the reason is missing: reason="..."`,
		`plumb:ignore A-1 reason="  "`:                      `the reason is missing: reason="..."`,
		`plumb:ignore A-1 reason=because`:                   `the reason must stand in double quotes: reason="..."`,
		`plumb:ignore A-1 reason='x'`:                       `the reason must stand in double quotes: reason="..."`,
		`plumb:ignore A-1 reason="x`:                        `the reason must stand in double quotes: reason="..."`,
		`plumb:ignore A-1 reason="x" until=2026-02-30`:      `until=2026-02-30 is not a date in the form YYYY-MM-DD`,
		`plumb:ignore A-1 reason="x" until=`:                `until= is not a date in the form YYYY-MM-DD`,
		`plumb:ignore A-1 reason="x" until=tomorrow`:        `until=tomorrow is not a date in the form YYYY-MM-DD`,
		`plumb:ignore A-1 until 2026-01-01 reason="x"`:      `"2026-01-01" is neither a policy nor reason= nor until=`,
		`plumb:ignore A-1 expires=2026-01-01 reason="x"`:    `"expires=2026-01-01" is neither a policy nor reason= nor until=`,
		`plumb:ignore * reason="x"`:                         `"*" is neither a policy nor reason= nor until=`,
		`plumb:ignore A-1,,B-2 reason="x"`:                  `"" is neither a policy nor reason= nor until=`,
		`plumb:ignore:A-1 reason="x"`:                       `"plumb:ignore:A-1" is not known; the word is plumb:ignore`,
		`plumb:skip A-1`:                                    `"plumb:skip" is not known; the word is plumb:ignore`,
		`because plumb:ignore A-1 reason="x"`:               `plumb:ignore does not begin the comment`,
		`plumb:ignore A-1, B-2 until=2026-03-01 reason="x"`: ``,
		`  plumb:ignore	A-1	reason="x"  `:                   ``,
	} {
		got := waiversIn(t, "resource \"a\" \"b\" {\n  #"+comment+"\n}\n")
		if len(got) != 1 || got[0].Problem != want || got[0].StartLine != 1 || got[0].Line != 2 {
			t.Errorf("%s gives %+v, want the problem %q", comment, got, want)
		}
	}
}

func TestCommentsOfABrokenFileAreRead(t *testing.T) {
	t.Parallel()
	got := waiversIn(t, "resource \"a\" \"b\" {\n  x = 1\n}\n\n# plumb:ignore A-1 reason=\"x\"\nresource \"c\" \"d\" {\n  y = [\n")
	if len(got) != 1 || got[0].Line != 5 {
		t.Errorf("gives %+v", got)
	}
}

func FuzzComments(f *testing.F) {
	f.Add("# plumb:ignore A-1 reason=\"x\" until=2026-01-01\nresource \"a\" \"b\" {}\n")
	f.Add("/* plumb:ignore\n* plumb:x\n*/")
	f.Add("// plumb:ignore a,b reason=\"\\x\"")
	f.Fuzz(func(t *testing.T, src string) {
		parsed, _ := hclsyntax.ParseConfig([]byte(src), "main.tf", hcl.InitialPos)
		var blocks []lineRange
		if body, ok := parsed.Body.(*hclsyntax.Body); ok {
			blocks = blockLines(body)
		}
		for _, c := range comments("main.tf", []byte(src), blocks) {
			if c.Problem == "" && (len(c.Policies) == 0 || c.Reason == "" || c.StartLine == 0) {
				t.Errorf("%q gives %+v", src, c)
			}
		}
	})
}
