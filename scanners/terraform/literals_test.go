package terraform

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Keys are put together here, so that this file holds none.
var (
	accessKey = "AK" + "IAQWERTYUIOPASDFGH"
	exampleID = "AK" + "IAIOSFODNN7EXAMPLE"
	secretKey = "Zx9" + strings.Repeat("aB3/", 9) + "q"
	pemKey    = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + strings.Repeat("MIIEpAIBAAKCAQEA\n", 8) + "-----END RSA " + "PRIVATE KEY-----"
	jwt       = "ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
	github    = "gh" + "p_" + strings.Repeat("aB3d", 9)
	slack     = "xo" + "xb-123456789012-1234567890123-" + strings.Repeat("aB3d", 6)
)

// secretsIn lists the secrets of a file as "owner#path kind", with "?" for a stand-in and "!" for an
// attribute whose changes are ignored.
func secretsIn(t *testing.T, src string) []string {
	t.Helper()
	f, diags := hclsyntax.ParseConfig([]byte(src), "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var out []string
	for _, b := range f.Body.(*hclsyntax.Body).Blocks {
		for _, l := range blockLiterals(b) {
			s := l.owner + "#" + l.path + " " + l.kind
			if l.placeholder {
				s += "?"
			}
			if l.ignored {
				s += "!"
			}
			out = append(out, s)
		}
	}
	return out
}

func TestLiteralsAreFound(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`variable "db_password" { default = "Kah3oothu7ch" }`:                                                       "var.db_password#default password",
		`variable "db_password" { default = "changeme" }`:                                                           "var.db_password#default password?",
		`variable "dbPassword" { default = "Kah3oothu7ch" }`:                                                        "var.dbPassword#default password",
		`variable "x" {` + "\n sensitive = true\n default = \"Kah3oothu7ch\"\n}":                                    "var.x#default password",
		`variable "settings" { default = { master-password = "Kah3oothu7ch", size = "big" } }`:                      `var.settings#default.master-password password`,
		`locals { api_key = "0a1b2c3d4e5f60718293" }`:                                                               "local.api_key#value token",
		`locals { env = [{ name = "DB_PASSWORD", value = "Kah3oothu7ch" }] }`:                                       "local.env#value[0].value password",
		`output "o" { value = "` + accessKey + `" }`:                                                                "output.o#value aws_access_key",
		`resource "a_b" "c" { x = "` + accessKey + `" }`:                                                            "a_b.c#x aws_access_key",
		`resource "a_b" "c" { x = "` + exampleID + `" }`:                                                            "a_b.c#x aws_access_key?",
		`resource "a_b" "c" { x = "` + github + `" }`:                                                               "a_b.c#x token",
		`resource "a_b" "c" { x = "Bearer ` + jwt + `" }`:                                                           "a_b.c#x token",
		`resource "a_b" "c" { x = "` + slack + `" }`:                                                                "a_b.c#x token",
		`resource "a_b" "c" { url = "postgres://app:Kah3oothu7ch@db.internal/app" }`:                                "a_b.c#url password",
		`resource "a_b" "c" { url = "postgres://app:changeme@${a.b.c}/app" }`:                                       "a_b.c#url password?",
		`resource "a_b" "c" { secret_key = "` + secretKey + `" }`:                                                   "a_b.c#secret_key aws_access_key",
		"resource \"a_b\" \"c\" {\n x = <<EOT\n" + pemKey + "\nEOT\n}":                                              "a_b.c#x private_key",
		"resource \"a_b\" \"c\" {\n x = <<EOT\n#!/bin/sh\nexport DB_PASSWORD=Kah3oothu7ch\nEOT\n}":                  "a_b.c#x password",
		"resource \"a_b\" \"c\" {\n x = <<EOT\n#!/bin/sh\nexport DB_PASSWORD=${var.p}\nfoo\nEOT\n}":                 "",
		`variable "db_password" { default = "my-db-password" }`:                                                     "var.db_password#default password?",
		"resource \"a_b\" \"c\" {\n x = <<EOT\npassword: changeme\nuser: me\nEOT\n}":                                "a_b.c#x password?",
		`resource "helm_release" "h" {` + "\nset {\n name = \"auth.password\"\n value = \"Kah3oothu7ch\"\n}\n}":     "helm_release.h#set[0].value password",
		`resource "a_b" "c" { password = var.x ? "Kah3oothu7ch" : "" }`:                                             "a_b.c#password password",
		`resource "a_b" "c" { x = jsonencode({ password = "Kah3oothu7ch" }) }`:                                      "a_b.c#x.password password",
		`resource "a_b" "c" { x = base64encode("` + accessKey + `") }`:                                              "a_b.c#x aws_access_key",
		"resource \"a_b\" \"c\" {\n password = \"Kah3oothu7ch\"\n lifecycle {\n ignore_changes = [password]\n }\n}": "a_b.c#password password!",
		"resource \"a_b\" \"c\" {\n password = \"Kah3oothu7ch\"\n lifecycle {\n ignore_changes = all\n }\n}":        "a_b.c#password password!",
		"resource \"a_b\" \"c\" {\n password = \"Kah3oothu7ch\"\n lifecycle {\n ignore_changes = [\"tags\"]\n }\n}": "a_b.c#password password",
		`module "m" { master_password = "Kah3oothu7ch" }`:                                                           "module.m#master_password password",
		"provider \"mysql\" {\n alias = \"x\"\n password = \"Kah3oothu7ch\"\n}":                                     "provider.mysql.x#password password",
		`data "external" "d" { query = { token = "0a1b2c3d4e5f60718293" } }`:                                        "data.external.d#query.token token",
	} {
		if got := strings.Join(secretsIn(t, src), ", "); got != want {
			t.Errorf("%s\n gives %s\n  want %s", src, got, want)
		}
	}
}

func TestLiteralsAreNotSeenInWhatIsNoSecret(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`variable "db_password" {}`,
		`variable "db_password" { default = "" }`,
		`variable "db_password" { default = null }`,
		`variable "db_password_length" { default = "32" }`,
		`variable "secret_name" { default = "prod-db-0a1b2c3d4e5f" }`,
		`variable "secret_arn" { default = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x" }`,
		`variable "db_password" { default = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x" }`,
		`variable "token_url" { default = "https://login.example.com/oauth/token" }`,
		`variable "password" { default = "/prod/db/password" }`,
		`variable "password" { default = "prod/db/password" }`,
		`variable "private_key" { default = "~/.ssh/id_rsa" }`,
		`variable "private_key" { default = "keys/id_rsa.pem" }`,
		`variable "manage_master_user_password" { default = "true" }`,
		`variable "secret" { default = "my-app-secret" }`,
		`variable "image_pull_secret" { default = "regcred1234567890a" }`,
		`variable "x" {` + "\n sensitive = true\n default = \"\"\n}",
		`variable "x" {` + "\n description = \"the password: Kah3oothu7ch\"\n}",
		`locals { password = random_password.x.result }`,
		`locals { password = "${var.prefix}-${random_password.x.result}" }`,
		`locals { password = data.aws_ssm_parameter.p.value }`,
		`locals { password = file("password.txt") }`,
		`locals { password = aws_secretsmanager_secret_version.v.secret_string }`,
		`locals { password = lookup(var.m, "password") }`,
		`resource "aws_efs_file_system" "e" { creation_token = "shared0a1b2c3d4e5f6071" }`,
		`resource "aws_db_instance" "d" { password = "Kah3oothu7ch" }`, // judged by its value
		`resource "a_b" "c" { url = "https://example.com:8443/a@b" }`,
		`resource "a_b" "c" { url = "https://${var.user}:${var.password}@example.com" }`,
		`resource "a_b" "c" { x = "AKIA" }`,
		`resource "a_b" "c" { kms_key = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9" }`,
		`resource "a_b" "c" { token = "tok" }`,
		`resource "a_b" "c" { partition_key = "0a1b2c3d4e5f60718293" }`,
		`resource "aws_dynamodb_table" "t" { hash_key = "LockID" }`,
		`resource "a_b" "c" { password = "true" }`,
		`resource "a_b" "c" { password = "{{resolve:ssm:x}}" }`,
		"resource \"a_b\" \"c\" {\n x = <<EOT\nexport DB_PASSWORD=$(aws ssm get-parameter --name x)\nfoo\nEOT\n}",
		"resource \"a_b\" \"c\" {\n x = <<EOT\npassword: ${p}\ntoken: $TOKEN\nEOT\n}",
		"resource \"a_b\" \"c\" {\n x = <<EOT\n-----BEGIN PUBLIC KEY-----\n" + strings.Repeat("MIIEpAIBAAKCAQEA\n", 8) + "-----END PUBLIC KEY-----\nEOT\n}",
		`terraform { required_version = "1.0" }`,
	} {
		if got := secretsIn(t, src); len(got) != 0 {
			t.Errorf("%s\n gives %v", src, got)
		}
	}
}

func TestLiteralsOfVariableFiles(t *testing.T) {
	t.Parallel()
	f, diags := hclsyntax.ParseConfig([]byte("db_password = \"Kah3oothu7ch\"\nregion = \"eu-west-1\"\nhidden = \"Zei4quoo\"\nflag = \"true\"\n"), "prod.tfvars", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var got []string
	for _, l := range varsLiterals(f.Body.(*hclsyntax.Body).Attributes, func(name string) bool { return name == "hidden" || name == "flag" }) {
		got = append(got, fmt.Sprintf("%s#%s %s line %d", l.owner, l.path, l.kind, l.where.Start.Line))
	}
	if diff := cmp.Diff([]string{"var.db_password#value password line 1", "var.hidden#value password line 3"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestLiteralFactsNeverHoldTheText(t *testing.T) {
	t.Parallel()
	src := "resource \"a_b\" \"c\" {\n  password = \"Kah3oothu7ch\"\n}\n\nvariable \"token\" {\n  default = \"0a1b2c3d4e5f60718293\"\n}\n"
	f, diags := hclsyntax.ParseConfig([]byte(src), "db.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var got []string
	var all []literal
	for _, b := range f.Body.(*hclsyntax.Body).Blocks {
		for _, l := range blockLiterals(b) {
			all = append(all, l)
			r := literalFact("stages/prod", "module.m.", l)
			got = append(got, fmt.Sprintf("%s %s of %q at %s:%d %s", r.Type, r.Address, r.Of, r.Origins[0].File, r.Origins[0].Line, r.Name))
			if dump := fmt.Sprintf("%+v", r); strings.Contains(dump, "Kah3") || strings.Contains(dump, "0a1b") {
				t.Errorf("the text is in %s", dump)
			}
		}
	}
	want := []string{
		`terraform_literal module.m.a_b.c#password of "module.m.a_b.c" at db.tf:2 c`,
		`terraform_literal module.m.var.token of "" at db.tf:6 token`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	hidden := "resource \"a_b\" \"c\" {\n  password = \"…\"\n}\n\nvariable \"token\" {\n  default = \"…\"\n}\n"
	if diff := cmp.Diff(hidden, hideLiterals("db.tf", src, all)); diff != "" {
		t.Error(diff)
	}
}

func TestSecretValuesOfSecretAttributes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, text, want string }{
		{"password", "Kah3oothu7ch", "password"},
		{"password", "changeme", "password?"},
		{"master_password", "password", "password?"},
		{"auth_token", "xy1", "token"},
		{"secret_string", "anything at all", "password"},
		{"password", "", ""},
		{"access_key", accessKey, "aws_access_key"},
		{"secret_key", secretKey, "aws_access_key"},
		{"user_data", "#!/bin/sh\nyum update -y\n", ""},
		{"user_data", "#!/bin/sh\nexport AWS_ACCESS_KEY_ID=" + accessKey + "\n", "aws_access_key"},
		{"user_data", "#!/bin/sh\nDB_PASSWORD='Kah3oothu7ch'\n", "password"},
		{"environment[0].variables.DB_PASSWORD", "Kah3oothu7ch", "password"},
		{"environment[0].variables.DB_HOST", "db.internal", ""},
		{"environment[0].variables.secret_key", secretKey, "aws_access_key"},
		{"container_definitions", `[{"environment":[{"name":"A","value":"b"},{"name":"DB_PASSWORD","value":"Kah3oothu7ch"}]}]`, "password"},
		{"container_definitions", `[{"environment":[{"value":"changeme","name":"DB_PASSWORD"}]}]`, "password?"},
		{"origin[0].custom_header[0].value", "www.shop.org", ""},
		{"origin[0].custom_header[0].value", "eu-central-1", ""},
		{"origin[0].custom_header[0].value", "Kah3oothu7chEi5aeT", "token"},
		{"container_definitions", `[{"secrets":[{"name":"DB_PASSWORD","valueFrom":"arn:aws:ssm:x"}]}]`, ""},
	} {
		kind, placeholder, ok := secretValue(c.path, c.text)
		if placeholder {
			kind += "?"
		}
		if kind != c.want || ok != (c.want != "") {
			t.Errorf("%s = %q gives %q %v, want %q", c.path, c.text, kind, ok, c.want)
		}
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"nothing here":                         "nothing here",
		"id = \"" + accessKey + "\"":           "id = \"…\"",
		"x " + github + " y " + slack:          "x … y …",
		"Authorization: Bearer " + jwt + "\n":  "Authorization: Bearer …\n",
		"postgres://app:s3cr3t@db:5432/x":      "postgres://app:…@db:5432/x",
		"https://user:${var.p}@host":           "https://user:${var.p}@host",
		"aws_secret_access_key = " + secretKey: "aws_secret_access_key = …",
		"a\n" + pemKey + "\nb":                 "a\n-----BEGIN RSA PRIVATE KEY-----…" + strings.Repeat("\n", 9) + "-----END RSA PRIVATE KEY-----\nb",
		"arn:aws:iam::123456789012:role/x":     "arn:aws:iam::123456789012:role/x",
		"AKIA and ASIA are prefixes of keys":   "AKIA and ASIA are prefixes of keys",
	} {
		if got := Redact(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

// TestScanReportsSecretsAndWaivers reads a root with a module that is called twice.
func TestScanReportsSecretsAndWaivers(t *testing.T) {
	t.Parallel()
	found, err := New(fstest.MapFS{
		"main.tf": {Data: []byte(`
variable "db_password" {
  default = "Kah3oothu7ch"
}
variable "hidden" {
  sensitive = true
}
module "a" {
  source = "./m"
}
module "b" {
  source = "./m"
}
resource "a_b" "many" {
  count    = 2
  password = "Zei4quooxa"
}
resource "aws_db_instance" "d" { # plumb:ignore RDS-BKP-001 reason="scratch"
  password = var.db_password
}
resource "aws_instance" "plain" {
  user_data = "#!/bin/sh\nyum update -y\n"
}
resource "aws_instance" "keyed" {
  user_data = "export AWS_ACCESS_KEY_ID=` + accessKey + `"
}
`)},
		"terraform.tfvars": {Data: []byte("hidden = \"Oht8eiraes\"\n")},
		"m/m.tf":           {Data: []byte("# plumb:ignore A-1 reason=\"shared\"\nlocals {\n  token = \"0a1b2c3d4e5f60718293\"\n}\n")},
	}, Options{}).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range found.Resources {
		if r.Type == "terraform_literal" {
			got = append(got, fmt.Sprintf("%s of %q %v at %s:%d", r.Address, r.Of, r.Attrs["kind"], r.Origins[0].File, r.Origins[0].Line))
		}
	}
	slices.Sort(got)
	want := []string{
		`a_b.many[0]#password of "a_b.many[0]" password at main.tf:16`,
		`aws_db_instance.d#password of "aws_db_instance.d" password at main.tf:19`,
		`aws_instance.keyed#user_data of "aws_instance.keyed" aws_access_key at main.tf:25`,
		`module.a.local.token of "" token at m/m.tf:3`,
		`var.db_password of "" password at main.tf:3`,
		`var.hidden#value@terraform.tfvars of "" password at terraform.tfvars:1`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var waivers []string
	for _, c := range found.Comments {
		waivers = append(waivers, fmt.Sprintf("%s:%d %v %d-%d %s", c.File, c.Line, c.Policies, c.StartLine, c.EndLine, c.Problem))
	}
	slices.Sort(waivers)
	if diff := cmp.Diff([]string{"m/m.tf:1 [A-1] 2-4 ", "main.tf:18 [RDS-BKP-001] 18-20 "}, waivers); diff != "" {
		t.Error(diff)
	}
	for name, text := range found.Snippets {
		for _, secret := range []string{"Kah3", "Zei4", "Oht8", "0a1b", accessKey} {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows %s: %s", name, secret, text)
			}
		}
	}
	if text := found.Snippets["main.tf"]; !strings.Contains(text, "yum update") {
		t.Errorf("main.tf is %s", text)
	}
}

// TestProviderFunctionsAreUnknown: try does not take a function that is not run for one that fails.
func TestProviderFunctionsAreUnknown(t *testing.T) {
	t.Parallel()
	found, err := New(fstest.MapFS{"main.tf": {Data: []byte(`
resource "a_b" "c" {
  x = provider::aws::arn_parse("arn").resource
  y = try(provider::aws::arn_parse("arn").resource, "fallback")
  z = try(file("/etc/passwd"), "fallback")
}
`)}}, Options{}).Scan(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range found.Resources {
		if r.Address != "a_b.c" {
			continue
		}
		if len(r.Attrs) != 0 || !strings.Contains(r.Unknown["x"], "provider::aws::arn_parse is a function of a provider") {
			t.Errorf("attributes %v, unknown %v", r.Attrs, r.Unknown)
		}
		return
	}
	t.Error("there is no a_b.c")
}
