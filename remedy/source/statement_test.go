package source_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/remedy"
	"github.com/plumbline-dev/plumbline/remedy/source"
	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

const deny = `{"Action":"s3:*","Condition":{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny","Principal":"*","Resource":"${aws_s3_bucket.b.arn}/*","Sid":"tls"}`

const bucket = `resource "aws_s3_bucket" "b" {
  bucket = "b"
}
`

// A statement is added where the policy is written, and nowhere else.
func TestAStatementIsAddedToAPolicy(t *testing.T) {
	for name, c := range map[string]struct{ code, want string }{
		"a list in one line of an expression": {
			`resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({
    Statement = [{
      Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "s3:GetObject", Resource = "*"
    }]
  })
}
`, `    }, {
      Action = "s3:*"
      Condition = {
        Bool = {
          "aws:SecureTransport" = "false"
        }
      }
      Effect    = "Deny"
      Principal = "*"
      Resource  = "${aws_s3_bucket.b.arn}/*"
      Sid       = "tls"
    }]
`,
		},
		"a list of lines": {
			`resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "s3:GetObject", Resource = "*" }, # partners
    ]
  })
}
`, `# partners
      {
        Action = "s3:*"
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
        Effect    = "Deny"
        Principal = "*"
        Resource  = "${aws_s3_bucket.b.arn}/*"
        Sid       = "tls"
      },
    ]
`,
		},
		"a data source": {
			`data "aws_iam_policy_document" "b" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
}

resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = data.aws_iam_policy_document.b.json
}
`, `  statement {
    sid       = "tls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["${aws_s3_bucket.b.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
`,
		},
		"a data source of two policies": {
			`data "aws_iam_policy_document" "b" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
}

resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = data.aws_iam_policy_document.b.json
}

resource "aws_s3_bucket_policy" "c" {
  bucket = "c"
  policy = data.aws_iam_policy_document.b.json
}
`, "changes_siblings",
		},
		"a text": {
			`resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = <<-P
    {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "s3:GetObject", "Resource": "*"}]}
  P
}
`, "computed_expression",
		},
		"one statement without a list": {
			`resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({ Statement = concat([{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "s3:GetObject", Resource = "*" }], []) })
}
`, "computed_expression",
		},
	} {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{"main.tf": {Data: []byte(bucket + c.code), Mode: 0o644}}
			g := graphOf(t, tree, terraform.Options{})
			p := g.Get(graph.Key{Address: "aws_s3_bucket_policy.b"})
			change := graph.Change{Op: graph.Set, Address: p.Address, Type: p.Type, Path: "policy",
				New: graph.Template(strings.Replace(fmt.Sprint(p.Attrs["policy"]), "}]", "},"+deny+"]", 1))}
			steps, err := source.New(&source.Code{Tree: tree, Dir: ".", Read: read(t, tree, terraform.Options{})}, g).Plan(t.Context(), remedy.Wish{Patch: graph.Patch{change}})
			var refused *remedy.Refused
			if errors.As(err, &refused) {
				if diff := cmp.Diff(c.want, string(refused.Class)); diff != "" {
					t.Errorf("%v (-want +got):\n%s", refused, diff)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			e := steps[0].Actions[0].Edit
			now := map[string][]byte{}
			carriedOut(t, tree, now, e)
			if got := string(now["main.tf"]); !strings.Contains(got, c.want) || len(got) <= len(c.code)+len(bucket) {
				t.Errorf("the file is now\n%s", got)
			}
		})
	}
}
