package terraform_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

func TestASyntaxErrorCostsItsBlockOnly(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
resource "aws_sqs_queue" "before" { name = "a" }

resource "aws_db_instance" "broken" {
  multi_az = true
  tags = {
}

resource "aws_sqs_queue" "after" { name = aws_sqs_queue.before.name }

resource "aws_sqs_queue" "uses" { name = aws_db_instance.broken.identifier }
-- other.tf --
resource "aws_sqs_queue" "other" { name = "o" }
-- half.tf --
resource "aws_sqs_queue" "half" {
  name = "h
`, terraform.Options{})
	s.wantGap("main.tf:3", "nclosed configuration block")
	s.wantGap("half.tf:2", "nvalid multi-line string")
	for _, key := range []string{"aws_sqs_queue.before", "aws_sqs_queue.after"} {
		s.wantAttrs(key, map[string]any{"name": "a"})
	}
	s.wantAttrs("aws_sqs_queue.other", map[string]any{"name": "o"})
	r := s.resource("aws_db_instance.broken")
	if len(r.Attrs) > 0 || !strings.HasPrefix(r.Unknown["multi_az"], "the block has a syntax error") {
		t.Errorf("a broken block has %v, unknown %v", r.Attrs, r.Unknown)
	}
	if why := s.resource("aws_sqs_queue.uses").Unknown["name"]; !strings.Contains(why, "syntax error") {
		t.Errorf("what refers to a broken block is unknown because %q", why)
	}
	if why := s.resource("aws_sqs_queue.half").Unknown["name"]; !strings.Contains(why, "syntax error") {
		t.Errorf("half a block: %q", why)
	}
}

func TestCyclesAreLocated(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
locals {
  a = local.b
  b = local.a
  fine = "x"
}
resource "aws_sqs_queue" "one" { name = aws_sqs_queue.two.name }
resource "aws_sqs_queue" "two" { name = aws_sqs_queue.one.name }
resource "aws_sqs_queue" "self" { count = length(aws_sqs_queue.self) }
resource "aws_sqs_queue" "q" {
  name = local.a
  tags = { fine = local.fine }
}
module "m" {
  source = "./m"
  x      = module.m.y
}
-- m/main.tf --
variable "x" {}
output "y" { value = var.x }
`, terraform.Options{})
	s.wantGap("main.tf:2", "local.a refers to itself: local.a -> local.b -> local.a")
	s.wantGap("main.tf:8", "aws_sqs_queue.self refers to itself")
	s.wantAttrs("aws_sqs_queue.q", map[string]any{"name": unknown("local.a refers to itself: local.a -> local.b -> local.a"), "tags": map[string]any{"fine": "x"}})
	if why := s.resource("aws_sqs_queue.self").Unknown["_count"]; !strings.Contains(why, "refers to itself") {
		t.Errorf("_count: %q", why)
	}
	var names int
	for _, g := range s.Gaps {
		if strings.Contains(g.Why, "refers to itself") {
			names++
		}
	}
	if names < 4 {
		t.Errorf("only %d cycles are reported: %+v", names, s.Gaps)
	}
}

func TestLongChainsOfValues(t *testing.T) {
	var b strings.Builder
	const n = 12000
	b.WriteString("locals {\n  v0 = \"x\"\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "  v%d = local.v%d\n", i, i-1)
	}
	fmt.Fprintf(&b, "}\nresource \"aws_sqs_queue\" \"q\" { name = local.v%d }\n", n)
	s := scanFS(t, fstest.MapFS{"main.tf": file(b.String())}, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_sqs_queue.q", map[string]any{"name": "x"})

	b.Reset()
	b.WriteString("locals {\n  v0 = \"x\"\n")
	for i := 1; i <= 30000; i++ {
		fmt.Fprintf(&b, "  v%d = local.v%d\n", i, i-1)
	}
	b.WriteString("}\nresource \"aws_sqs_queue\" \"q\" { name = local.v30000 }\n")
	s = scanFS(t, fstest.MapFS{"main.tf": file(b.String())}, terraform.Options{})
	if len(s.Gaps) == 0 || !strings.Contains(s.resource("aws_sqs_queue.q").Unknown["name"], "in one chain") {
		t.Errorf("gaps %v, unknown %v", s.Gaps, s.resource("aws_sqs_queue.q").Unknown)
	}
}

func TestDeepNestingIsAGap(t *testing.T) {
	deep := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	for name, text := range map[string]string{
		"lists":         "locals {\n  a = " + deep("[", "1", "]", 10000) + "\n}\n",
		"parentheses":   "locals {\n  a = " + deep("(", "1", ")", 10000) + "\n}\n",
		"objects":       "locals {\n  a = " + deep("{a=", "1", "}", 10000) + "\n}\n",
		"blocks":        deep("b {\n", "a = 1\n", "}\n", 10000),
		"templates":     "locals {\n  a = " + deep(`"${`, "1", `}"`, 10000) + "\n}\n",
		"unfinished":    "locals {\n  a = " + strings.Repeat("[", 10000),
		"unary":         "locals {\n  a = " + strings.Repeat("!", 100000) + "true\n}\n",
		"minus":         "locals {\n  a = " + strings.Repeat("-", 100000) + "1\n}\n",
		"sums":          "locals {\n  a = " + strings.Repeat("1+", 100000) + "1\n}\n",
		"sums on lines": "locals {\n  a = (" + strings.Repeat("1+\n", 100000) + "1)\n}\n",
		"conditions":    "locals {\n  a = " + strings.Repeat("true?1:", 100000) + "1\n}\n",
		"indexes":       "locals {\n  a = b" + strings.Repeat("[c]", 100000) + "\n}\n",
		"splats":        "locals {\n  a = b" + strings.Repeat("[*]", 100000) + "\n}\n",
		"calls":         "locals {\n  a = " + deep("abs(", "1", ")", 10000) + "\n}\n",
		"fors":          "locals {\n  a = " + deep("[for x in ", "[]", ": x]", 10000) + "\n}\n",
		"heredoc":       "locals {\n  a = <<E\n" + strings.Repeat("%{ if true }", 10000) + "\nE\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scanFS(t, fstest.MapFS{"main.tf": file(text), "ok.tf": file("resource \"aws_sqs_queue\" \"q\" {\n name = \"x\"\n}\n")}, terraform.Options{})
			if len(s.Gaps) == 0 || !strings.HasPrefix(s.Gaps[0].Where, "main.tf:") {
				t.Errorf("gaps: %+v", s.Gaps)
			}
			s.wantAttrs("aws_sqs_queue.q", map[string]any{"name": "x"})
		})
	}
	s := scanFS(t, fstest.MapFS{"main.tf.json": file(`{"locals": {"a": ` + deep("[", "1", "]", 10000) + `}}`)}, terraform.Options{})
	s.wantGap("main.tf.json", "nested")
}

// What is deep as text but not as code is read.
func TestBracketsInTextAreNotNesting(t *testing.T) {
	s := scanFS(t, fstest.MapFS{"main.tf": file("# " + strings.Repeat("-", 20000) + "\nresource \"aws_sqs_queue\" \"q\" {\n name = \"x\"\n tags = { a = \"" + strings.Repeat("(", 2000) + "\" }\n}\n")}, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_sqs_queue.q", map[string]any{"name": "x"})
}

func TestFilesThatCannotBeReadAreGaps(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(target, name string) {
		t.Helper()
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "main.tf"), []byte("resource \"aws_eip\" \"outside\" {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	write("main.tf", `
resource "aws_sqs_queue" "q" { name = "x" }
resource "aws_sns_topic" "t" { display_name = file("secret.txt") }
module "loop" { source = "./loop" }
module "out" { source = "./out" }
module "self" { source = "./self" }
`)
	write("big.tf", strings.Repeat("# comment\n", 1<<20))
	write("many.auto.tfvars", "x = ["+strings.Repeat("1,", 600_000)+"]\n")
	write("latin.tf", "# caf\xe9\n")
	write("loop/main.tf", "module \"again\" { source = \"./again\" }\nresource \"aws_eip\" \"loop\" {}\n")
	write("target/main.tf", "resource \"aws_eip\" \"linked\" {}\n")
	write("self/main.tf", "module \"me\" { source = \".\" }\nmodule \"up\" { source = \"../self\" }\nresource \"aws_eip\" \"self\" {}\n")
	link(".", "loop/again")
	link(outside, "out")
	link("link.tf", "link.tf")
	link(filepath.Join(outside, "main.tf"), "secret.txt")
	link("target", "linked")
	write("unreadable.tf", "resource \"aws_eip\" \"u\" {}\n")
	if err := os.Chmod(filepath.Join(dir, "unreadable.tf"), 0); err != nil {
		t.Fatal(err)
	}
	found, err := terraform.New(os.DirFS(dir), terraform.Options{}).Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := scanned{found, t, map[string]*graph.Resource{}}
	for _, r := range found.Resources {
		s.by[string(r.Address)] = r
	}
	s.wantGap("big.tf", "larger than 8 MiB")
	s.wantGap("many.auto.tfvars", "more than 500000 values or")
	s.wantGap("latin.tf", "not UTF-8")
	s.wantGap("link.tf", "symbolic links")
	s.wantGap("loop/main.tf:1", "calls itself")
	s.wantGap("self/main.tf:1", "calls itself")
	s.wantGap("self/main.tf:2", "calls itself")
	s.wantGap("out", "leads outside the scanned folder")
	if os.Getuid() != 0 {
		s.wantGap("unreadable.tf", "permission denied")
	}
	s.resource("aws_sqs_queue.q")
	s.resource("module.loop.aws_eip.loop")
	s.resource("module.self.aws_eip.self")
	if why := s.resource("aws_sns_topic.t").Unknown["display_name"]; !strings.Contains(why, "outside") {
		t.Errorf("a link that leads outside: %q, %v", why, s.resource("aws_sns_topic.t").Attrs)
	}
	for key := range s.by {
		if strings.Contains(key, "outside") {
			t.Errorf("%s lies outside the scanned folder", key)
		}
	}
}

func TestFilesOutsideAreRefused(t *testing.T) {
	for _, expr := range []string{
		`file("../../etc/passwd")`, `file("/etc/passwd")`, `file("${path.module}/../../../etc/passwd")`, `templatefile("../../etc/passwd", {})`,
		`filebase64("../../etc/passwd")`, `fileexists("../../etc/passwd") ? "yes" : "no"`, `join(",", fileset("../..", "*"))`, `filemd5("../../../../etc/passwd")`,
	} {
		s := scanFolder(t, "-- a/main.tf --\nresource \"aws_sns_topic\" \"t\" {\n  display_name = "+expr+"\n}\n", terraform.Options{})
		r := s.resource("a:aws_sns_topic.t")
		if v, ok := r.Attrs["display_name"]; ok || r.Unknown["display_name"] == "" {
			t.Errorf("%s is %v, unknown because %q", expr, v, r.Unknown["display_name"])
		}
	}
}

func TestEncodings(t *testing.T) {
	text := "resource \"aws_sqs_queue\" \"q\" {\n  name = \"grüße\"\n}\n"
	units := utf16.Encode([]rune(text))
	little, big := []byte{0xff, 0xfe}, []byte{0xfe, 0xff}
	for _, u := range units {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
	}
	for name, data := range map[string][]byte{"plain": []byte(text), "mark": []byte("\xef\xbb\xbf" + text), "little": little, "big": big} {
		s := scanFS(t, fstest.MapFS{"main.tf": {Data: data}}, terraform.Options{})
		s.noGaps()
		s.wantAttrs("aws_sqs_queue.q", map[string]any{"name": "grüße"})
		if got := s.resource("aws_sqs_queue.q").Origins[0].Line; got != 1 {
			t.Errorf("%s: line %d", name, got)
		}
	}
}

func TestAScanCanBeStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	found, err := terraform.New(folder("-- main.tf --\nresource \"aws_eip\" \"e\" {}\n"), terraform.Options{}).Scan(ctx)
	if err != nil || len(found.Resources) > 0 || len(found.Gaps) == 0 {
		t.Errorf("a stopped scan gives %v, %v, %v", found.Resources, found.Gaps, err)
	}
}

func TestCountsAreLimited(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
resource "aws_eip" "many" { count = 1000000000 }
resource "aws_eip" "less" { count = -1 }
resource "aws_eip" "word" { count = "many" }
resource "aws_eip" "list" { for_each = ["a"] }
module "a" {
  source = "./m"
  count  = 20000
}
-- m/main.tf --
module "b" {
  source = "../n"
  count  = 20000
}
-- n/main.tf --
resource "aws_eip" "e" {}
`, terraform.Options{})
	s.wantGap("main.tf:1", "count is 1000000000")
	s.wantGap("main.tf:2", "less than 0")
	s.wantGap("m/main.tf:1", "more than 20000 module instances")
	for _, key := range []string{"many", "less", "word", "list"} {
		if s.resource("aws_eip." + key).Unknown["_count"] == "" {
			t.Errorf("aws_eip.%s has a known count", key)
		}
	}
}

func TestVariableFilesThatAreBroken(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "a" { default = "x" }
variable "n" { type = number }
resource "aws_sqs_queue" "q" { name = var.a }
resource "aws_db_instance" "d" { allocated_storage = var.n }
-- terraform.tfvars --
a = "y"
b = [
-- x.auto.tfvars.json --
{"a": 
-- y.auto.tfvars --
n = "many"
`, terraform.Options{VarFiles: []string{"missing.tfvars"}})
	s.wantGap("terraform.tfvars:3", "")
	s.wantGap("x.auto.tfvars.json", "JSON cannot be read")
	s.wantGap("missing.tfvars", "not exist")
	s.wantGap("main.tf:2", "the value of var.n does not have its type")
	if why := s.resource("aws_db_instance.d").Unknown["allocated_storage"]; !strings.Contains(why, "does not have its type") {
		t.Errorf("allocated_storage: %q", why)
	}
}

func FuzzScan(f *testing.F) {
	for _, text := range []string{
		"resource \"aws_subnet\" \"a\" {\n  count = 2\n  vpc_id = \"${aws_vpc.v.id}\"\n  dynamic \"x\" {\n    for_each = [1]\n    content { y = x.value }\n  }\n}\nresource \"aws_vpc\" \"v\" {}\n",
		"module \"m\" {\n  source = \"./m\"\n  x = [for k, v in { a = 1 } : k if v == 1]\n}\noutput \"o\" { value = module.m[*].y }\n",
		"locals {\n  a = jsonencode({ b = local.c })\n  c = templatestring(\"$${x}\", { x = data.aws_region.r.name })\n}\ndata \"aws_region\" \"r\" {}\n",
		"data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions = [\"*\"]\n    resources = [aws_s3_bucket.b.arn]\n  }\n}\nresource \"aws_iam_policy\" \"p\" { policy = data.aws_iam_policy_document.d.json }\nresource \"aws_s3_bucket\" \"b\" { tags { \"a.b\" = 1 } }\n",
		"variable \"v\" {\n  type = object({ a = optional(list(string), [\"x\"]) })\n  default = {}\n}\nprovider \"aws\" { region = var.v.a[0] }\nterraform {\n  backend \"s3\" {}\n}\n",
	} {
		f.Add(text, `{"resource": {"aws_sqs_queue": {"q": {"name": "${join(\",\", aws_subnet.a.*.id)}"}}}}`)
	}
	f.Fuzz(func(t *testing.T, native, json string) {
		fsys := fstest.MapFS{
			"main.tf": file(native), "x.tf.json": file(json), "m/main.tf": file("variable \"x\" {}\noutput \"y\" { value = var.x }\n" + native),
			"terraform.tfvars": file(native),
		}
		found, err := terraform.New(fsys, terraform.Options{}).Scan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range found.Gaps {
			if strings.Contains(g.Why, "mistake of this program") {
				t.Errorf("%+v", g)
			}
		}
		if len(found.Roots) == 0 && len(found.Gaps) == 0 {
			t.Error("nothing was read and nothing says why")
		}
	})
}

func TestValuesThatGrowWithoutEndAreGivenUp(t *testing.T) {
	double := func(first, next string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "locals {\n  v0 = %s\n", first)
		for i := range 60 {
			fmt.Fprintf(&b, "  v%d = %s\n", i+1, strings.ReplaceAll(next, "@", fmt.Sprintf("local.v%d", i)))
		}
		return b.String() + "}\nresource \"aws_sqs_queue\" \"q\" {\n  name = jsonencode(local.v60)\n}\n"
	}
	for name, text := range map[string]string{
		"lists":    double(`["x"]`, `[@, @]`),
		"objects":  double(`{}`, `{ a = @, b = @ }`),
		"text":     double(`"xxxxxxxx"`, `"${@}${@}"`),
		"loops":    double(`["x", "y"]`, `[for a in @ : [for b in @ : [for c in @ : c]]]`),
		"products": double(`["x", "y"]`, `setproduct(@, @, @)`),
		"numbers":  double(`1e300`, `@ * @`),
		"length":   double(`["x", "y"]`, `concat(@, @)`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := scanFS(t, fstest.MapFS{"main.tf": file(text)}, terraform.Options{})
			if r := s.resource("aws_sqs_queue.q"); r.Unknown["name"] == "" {
				t.Errorf("the name is %.100v", r.Attrs["name"])
			}
		})
	}
}

func TestWhatIsLeftOfABrokenBlockIsNotBelieved(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
variable "v" {
  default = "x"
  type = = string
}
locals {
  a = 1 +
}
provider "aws" {
  region = "eu-west-1"
  alias = = x
}
module "m" {
  source = "./m"
  name   = [
}
resource "aws_sqs_queue" "q" {
  name = var.v
  tags = { a = local.a, m = module.m.out }
}
terraform {
  required_version = ">=
}
-- m/main.tf --
variable "name" { default = "d" }
output "out" { value = var.name }
`, terraform.Options{})
	r := s.resource("aws_sqs_queue.q")
	for path, want := range map[string]string{
		"name": "var.v: the block has a syntax error", "tags.a": "local.a is not declared in what could be read", "tags.m": "module.m is not read: the block has a syntax error",
		"_region": "",
	} {
		if got := r.Unknown[path]; got == "" || !strings.HasPrefix(got, want) {
			t.Errorf("%s is unknown because %q, want %q", path, got, want)
		}
	}
	if s.resource("terraform").Unknown["required_version"] == "" || s.resource("module.m").Unknown["source"] == "" {
		t.Error("facts of broken blocks are known")
	}
}

func TestDataSourcesOfResourceTypesAreNeighbours(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
provider "aws" { region = "eu-west-1" }
data "aws_vpc" "main" {
  id = "vpc-1"
}
data "aws_subnet" "a" {
  vpc_id = data.aws_vpc.main.id
  tags   = { Tier = "private" }
}
data "aws_ip_ranges" "r" { services = ["ec2"] }
resource "aws_instance" "i" {
  subnet_id = data.aws_subnet.a.id
  ami       = data.aws_ip_ranges.r.url
}
resource "aws_security_group" "g" { vpc_id = data.aws_vpc.main.id }
`, terraform.Options{})
	s.noGaps()
	s.wantAttrs("aws_instance.i", map[string]any{"subnet_id": ref("data.aws_subnet.a", "id"), "ami": unknown("data.aws_ip_ranges.r is read from the account")})
	s.wantAttrs("aws_security_group.g", map[string]any{"vpc_id": "vpc-1"})
	s.wantAttrs("data.aws_subnet.a", map[string]any{"vpc_id": "vpc-1"})
	if r := s.resource("data.aws_subnet.a"); !r.Data || r.Type != "aws_subnet" || r.Facts["_lifecycle"] != nil {
		t.Errorf("%+v", r)
	}
	if s.by["data.aws_ip_ranges.r"] != nil {
		t.Error("a data source of no resource type is a resource")
	}
	if why := s.resource("terraform").Attrs["has_resources"]; why != true {
		t.Error("the root has resources")
	}
}

// locked refuses to open some files.
type locked struct {
	fstest.MapFS
	names []string
}

func (l locked) Open(name string) (fs.File, error) {
	if slices.Contains(l.names, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.MapFS.Open(name)
}

func (l locked) ReadDir(name string) ([]fs.DirEntry, error) {
	if slices.Contains(l.names, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return fs.ReadDir(l.MapFS, name)
}

func (l locked) Stat(name string) (fs.FileInfo, error) { return fs.Stat(l.MapFS, name) }

func TestFilesWithoutReadPermissionAreGaps(t *testing.T) {
	fsys := locked{folder(`
-- main.tf --
resource "aws_eip" "e" {}
-- locked.tf --
resource "aws_eip" "l" {}
-- dir/main.tf --
resource "aws_eip" "d" {}
`), []string{"locked.tf", "dir"}}
	found, err := terraform.New(fsys, terraform.Options{}).Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := scanned{found, t, map[string]*graph.Resource{}}
	for _, r := range found.Resources {
		s.by[string(r.Address)] = r
	}
	s.wantGap("locked.tf", "permission denied")
	s.wantGap("dir", "permission denied")
	s.resource("aws_eip.e")
	if got := s.resource("terraform").Unknown["has_backend"]; got != "part of the root was not read" {
		t.Errorf("has_backend: %q", got)
	}
}

func TestOtherBlocksAreTolerated(t *testing.T) {
	s := scanFolder(t, `
-- main.tf --
moved {
  from = aws_eip.a
  to   = aws_eip.b
}
import {
  to = aws_eip.b
  id = "x"
}
removed {
  from = aws_eip.c
  lifecycle {
    destroy = false
  }
}
check "health" {
  assert {
    condition     = aws_eip.b.id != ""
    error_message = "x"
  }
}
ephemeral "random_password" "p" {}
resource "aws_eip" "b" {
  lifecycle {
    create_before_destroy = true
    precondition {
      condition     = true
      error_message = "x"
    }
  }
  provisioner "local-exec" {
    command = "echo ${self.id}"
  }
  connection {
    host = self.public_ip
  }
}
`, terraform.Options{})
	s.noGaps()
	r := s.resource("aws_eip.b")
	if len(r.Attrs) > 0 || len(r.Unknown) > 2 {
		t.Errorf("attributes %v, unknown %v", r.Attrs, r.Unknown)
	}
	if fact := r.Facts["_lifecycle"].(map[string]any); fact["create_before_destroy"] != true {
		t.Errorf("lifecycle: %v", fact)
	}
}

// What Terraform keeps for itself at the top of a resource is an ordinary name inside of its blocks.
func TestABlockInsideABlockMayBeCalledLikeATopLevelOne(t *testing.T) {
	s := scanFolder(t, `-- main.tf --
resource "aws_backup_plan" "p" {
  name = "daily"
  rule {
    rule_name         = "daily"
    target_vault_name = "v"
    lifecycle {
      delete_after = 35
    }
  }
  lifecycle {
    prevent_destroy = true
  }
}
`, terraform.Options{})
	rule, _ := graph.Lookup(s.resource("aws_backup_plan.p").Attrs, "rule[0].lifecycle[0].delete_after")
	if rule != 35 {
		t.Errorf("backups are kept for %v days", rule)
	}
	if _, ok := s.resource("aws_backup_plan.p").Attrs["lifecycle"]; ok {
		t.Error("the lifecycle of the resource is an attribute")
	}
}
