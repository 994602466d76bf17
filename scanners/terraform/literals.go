package terraform

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plumbline-dev/plumbline/catalog"
	"github.com/plumbline-dev/plumbline/graph"
)

// literal is a secret that is written in the code. Its text is not kept.
type literal struct {
	owner       string // "aws_x.y", "data.aws_x.y", "provider.NAME", "module.NAME", "var.NAME", "local.NAME", "output.NAME"
	path        string // attribute path within the owner; "default" for a variable, "value" for a local or output
	kind        string // "password", "token", "private_key", "aws_access_key"
	placeholder bool
	ignored     bool      // ignore_changes of the owner lists the attribute
	where       hcl.Range // of the expression
}

// blockLiterals lists the secrets written in a top-level block, in the order of their place. Attributes that
// the catalog marks Secret are left out: those are judged by their value, wherever it comes from.
func blockLiterals(b *hclsyntax.Block) []literal {
	s := &literals{}
	switch b.Type {
	case "resource", "data":
		s.typ = label(b, 0)
		s.owner = s.typ + "." + label(b, 1)
		if b.Type == "data" {
			s.owner = "data." + s.owner
		}
		s.ignored = ignoredChanges(b.Body)
		s.body("", b.Body)
	case "provider":
		s.owner, s.typ = "provider."+label(b, 0), "terraform_provider"
		if alias := literalText(b.Body, "alias"); alias != "" {
			s.owner += "." + alias
		}
		s.body("", b.Body)
	case "module":
		s.owner = "module." + label(b, 0)
		s.body("", b.Body)
	case "variable":
		s.variable(b)
	case "locals":
		for name, a := range b.Body.Attributes {
			s.owner = "local." + name
			s.expr("value", name, a.Expr)
		}
	case "terraform":
		s.owner, s.typ = "terraform.backend", "terraform_backend"
		for _, inner := range b.Body.Blocks {
			if inner.Type == "backend" {
				s.body("", inner.Body)
			}
		}
	case "output":
		if a := b.Body.Attributes["value"]; a != nil {
			s.owner = "output." + label(b, 0)
			s.expr("value", "", a.Expr)
		}
	}
	s.sort()
	return s.out
}

// varsLiterals lists the secrets written in a file of variable values. sensitive says which variables are
// declared to be secrets.
func varsLiterals(attrs hclsyntax.Attributes, sensitive func(name string) bool) []literal {
	s := &literals{}
	for name, a := range attrs {
		s.owner, s.certain = "var."+name, sensitive(name)
		s.expr("value", name, a.Expr)
	}
	s.sort()
	return s.out
}

// literals collects the secrets of one owner at a time.
type literals struct {
	owner   string
	typ     string   // for the catalog; "" when the owner is no resource
	ignored []string // attributes in ignore_changes; "*" for all
	certain bool     // the code itself says that the value is a secret
	out     []literal
}

func (s *literals) sort() {
	slices.SortStableFunc(s.out, func(a, b literal) int {
		if c := strings.Compare(a.where.Filename, b.where.Filename); c != 0 {
			return c
		}
		return a.where.Start.Byte - b.where.Start.Byte
	})
}

func (s *literals) variable(b *hclsyntax.Block) {
	a := b.Body.Attributes["default"]
	if a == nil {
		return
	}
	s.owner = "var." + label(b, 0)
	s.certain = isTrue(b.Body, "sensitive")
	s.expr("default", label(b, 0), a.Expr)
}

// ignoredChanges reads ignore_changes of a resource, in the words of any version.
func ignoredChanges(body *hclsyntax.Body) []string {
	var out []string
	for _, b := range body.Blocks {
		if a := b.Body.Attributes["ignore_changes"]; b.Type == "lifecycle" && a != nil {
			for _, name := range textsOf(a.Expr) {
				if name == "all" {
					name = "*"
				}
				out = append(out, name)
			}
		}
	}
	return out
}

func (s *literals) body(path string, b *hclsyntax.Body) {
	for name, a := range b.Attributes {
		at := graph.Child(path, name)
		if s.typ != "" && catalog.IsSecret(s.typ, graph.Schematic(at)) {
			continue
		}
		s.expr(at, name, a.Expr)
	}
	s.pair(path, literalText(b, "name"), b.Attributes["value"])
	count := map[string]int{}
	for _, inner := range b.Blocks {
		name, content := blockName(inner), inner.Body
		if inner.Type == "dynamic" {
			for _, c := range inner.Body.Blocks {
				content = c.Body
			}
		}
		if metaArgument(inner.Type) && inner.Type != "provisioner" && inner.Type != "connection" {
			continue
		}
		s.body(graph.Element(graph.Child(path, name), count[name]), content)
		count[name]++
	}
}

// pair takes `name = "DB_PASSWORD"` beside `value = "..."` for an assignment.
func (s *literals) pair(path, name string, value *hclsyntax.Attribute) {
	if name != "" && value != nil {
		s.expr(graph.Child(path, "value"), name, value.Expr)
	}
}

// expr looks for secrets in an expression that is assigned to a name.
func (s *literals) expr(path, name string, x hclsyntax.Expression) {
	switch x := x.(type) {
	case *hclsyntax.LiteralValueExpr:
		s.text(path, name, stringOf(x.Val), true, x.Range())
	case *hclsyntax.TemplateExpr:
		text, whole := templateText(x)
		s.text(path, name, text, whole, x.Range())
	case *hclsyntax.TemplateWrapExpr:
		s.expr(path, name, x.Wrapped)
	case *hclsyntax.ParenthesesExpr:
		s.expr(path, name, x.Expression)
	case *hclsyntax.ConditionalExpr:
		s.expr(path, name, x.TrueResult)
		s.expr(path, name, x.FalseResult)
	case *hclsyntax.TupleConsExpr:
		for i, e := range x.Exprs {
			s.expr(graph.Element(path, i), name, e)
		}
	case *hclsyntax.ObjectConsExpr:
		s.object(path, x)
	case *hclsyntax.ForExpr:
		s.expr(path, name, x.ValExpr)
	case *hclsyntax.FunctionCallExpr:
		if !passing[strings.TrimPrefix(x.Name, "core::")] {
			name = ""
		}
		for _, a := range x.Args {
			s.expr(path, name, a)
		}
	}
}

// passing are the functions whose result is made of the text of their arguments.
var passing = map[string]bool{
	"base64encode": true, "chomp": true, "coalesce": true, "compact": true, "concat": true, "jsonencode": true, "list": true,
	"merge": true, "nonsensitive": true, "sensitive": true, "tolist": true, "tomap": true, "toset": true, "tostring": true,
	"trimspace": true, "try": true, "yamlencode": true,
}

func (s *literals) object(path string, x *hclsyntax.ObjectConsExpr) {
	named := ""
	for _, item := range x.Items {
		if key := strings.ToLower(textOf(item.KeyExpr)); key == "name" || key == "key" {
			named = textOf(item.ValueExpr)
		}
	}
	for _, item := range x.Items {
		key := textOf(item.KeyExpr)
		at := graph.Child(path, key)
		if key == "" {
			at = path
		}
		if strings.ToLower(key) == "value" && named != "" {
			key = named
		}
		s.expr(at, key, item.ValueExpr)
	}
}

// gap stands in the text of a template for what is not literal.
const gapMark = "${}"

func templateText(x *hclsyntax.TemplateExpr) (text string, whole bool) {
	var b strings.Builder
	whole = true
	for _, p := range x.Parts {
		lit, ok := p.(*hclsyntax.LiteralValueExpr)
		if !ok || lit.Val.Type() != cty.String {
			b.WriteString(gapMark)
			whole = false
			continue
		}
		b.WriteString(stringOf(lit.Val))
	}
	return b.String(), whole
}

func (s *literals) text(path, name, text string, whole bool, where hcl.Range) {
	kind, placeholder, ok := secretText(name, text, whole)
	if !ok && whole && s.certain && plausible(text) {
		kind, placeholder, ok = "password", standsIn(text), true
	}
	if !ok || slices.ContainsFunc(s.out, func(l literal) bool { return l.where == where }) {
		return
	}
	top, _, _ := strings.Cut(graph.Schematic(path), ".")
	s.out = append(s.out, literal{
		owner: s.owner, path: path, kind: kind, placeholder: placeholder, where: where,
		ignored: slices.Contains(s.ignored, "*") || slices.Contains(s.ignored, top),
	})
}

// secretText says whether a text that is assigned to a name is a secret. whole is false for a text with
// gaps, of which only the key-shaped parts count.
func secretText(name, text string, whole bool) (kind string, placeholder, ok bool) {
	if keys := keysIn(text); len(keys) > 0 {
		placeholder = true
		for _, k := range slices.Backward(keys) {
			secret := text[k.start:k.end]
			if !standsInKey(k.kind, secret) {
				placeholder = false
			}
			kind = k.kind
		}
		return kind, placeholder, true
	}
	switch {
	case strings.Contains(text, "\n"):
		return assignedIn(text)
	case !whole:
		return "", false, false
	case awsSecret.MatchString(text) && awsSecretName.MatchString(words(name)):
		return "aws_access_key", standsInKey("aws_access_key", text), true
	}
	kind = secretName(name)
	if kind == "" || !plausible(text) {
		return "", false, false
	}
	placeholder = standsIn(text) || kind == "password" && naming.MatchString(text)
	return kind, placeholder, placeholder || convincing(kind, text)
}

// assignment is a line of a script that sets a variable: `export DB_PASSWORD=text`, `"password": "text"`.
var assignment = regexp.MustCompile(`(?m)^\s*(?:(?:export|set|ENV|declare|readonly)\s+)?(?:-\w+\s+)?["']?([A-Za-z][A-Za-z0-9_.-]*)["']?\s*[:=]\s*["']?([^\s"'#;,]{3,})["']?,?\s*$`)

// assignedIn looks for secrets that a script or a document assigns.
func assignedIn(text string) (kind string, placeholder, ok bool) {
	for _, m := range assignment.FindAllStringSubmatch(text, -1) {
		if strings.Contains(m[2], "$") || strings.ContainsAny(m[2], "(){}[]`<>|") {
			continue
		}
		k := secretName(m[1])
		if k == "" || !plausible(m[2]) {
			continue
		}
		p := standsIn(m[2]) || k == "password" && naming.MatchString(m[2])
		switch {
		case !p && convincing(k, m[2]):
			return k, false, true
		case p:
			kind, placeholder, ok = k, true, true
		}
	}
	return kind, placeholder, ok
}

// secretWords are in every name that the patterns below match: looking for them is cheap.
var secretWords = []string{"pass", "pwd", "secret", "token", "key"}

var (
	passwordName = regexp.MustCompile(`(^|_)(password|passwd|pwd|passphrase)\d*$`)
	tokenName    = regexp.MustCompile(`(^|_)(secret|secret_key|token|api_key|apikey|access_key|secret_access_key|auth_key|signing_key|encryption_key|webhook_key)\d*$`)
	// AWS's secret keys have no mark of their own, only their length and the name that goes with them.
	awsSecretName = regexp.MustCompile(`(^|_)(secret_key|secret_access_key)$`)
	awsSecret     = regexp.MustCompile(`^[A-Za-z0-9/+]{40}$`)
	privateName   = regexp.MustCompile(`(^|_)(private_key|private_key_pem)$`)
	noSecretName  = regexp.MustCompile(`(^|_)(creation|client_request|client|next|page|pagination|continuation|idempotency|public|image_pull|pull|token_type|tls|kubernetes|k8s|existing)_(token|secret|key|api_key|access_key)$|(^|_)(no|use|enable|require|has|allow|is|reset|change|generate|random|manage)_.*(password|secret|token)$`)
)

// secretName gives the kind of secret that a name says its value is, or "". The name must end in the word:
// secret_name, password_length, token_url and secret_arn are no secrets.
func secretName(name string) string {
	n := words(name)
	switch {
	case !slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(n, w) }):
		return ""
	case noSecretName.MatchString(n):
		return ""
	case passwordName.MatchString(n):
		return "password"
	case privateName.MatchString(n):
		return "private_key"
	case tokenName.MatchString(n):
		return "token"
	}
	return ""
}

// words writes dbPassword, DB-PASSWORD and db.password as db_password.
func words(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case r == '-' || r == '.' || r == ' ' || r == '/' || r == ':':
			b.WriteByte('_')
		case unicode.IsUpper(r):
			if i > 0 && unicode.IsLower(runes[i-1]) {
				b.WriteByte('_')
			}
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

var (
	flagWord  = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|none|null|nil|n/a|enabled?|disabled?|required|optional|auto|default|generated?|random|managed|plaintext|encrypted|basic|bearer|string|number|bool|aws|kms|ssm|env|file|vault|latest)$`)
	pointer   = regexp.MustCompile(`(?i)^(arn:|ssm:|vault:|secret:|aws-sm:|file:|env:|http:|https:|s3:|projects/|alias/|/|\.\.?/|~)|\{\{|^\$|^%|secretsmanager|parameter[-_ ]?store|^ref\+|^op://|^sops|^ENC\[|^AQICAH`)
	segments  = regexp.MustCompile(`^[\w.-]+(/[\w.-]+)+$`)
	extension = regexp.MustCompile(`(?i)\.(pem|key|crt|cer|json|ya?ml|txt|env|tfvars|pub|p12|pfx|enc|gpg|sh)$`)
	naming    = regexp.MustCompile(`(?i)(^|[-_.])(password|passwd|pwd|secrets?|token|credentials?|creds?|key|pass)($|[-_.])`)
)

// plausible says whether a text may be a secret at all: no reference to one, no path, no flag.
func plausible(text string) bool {
	t := strings.TrimSpace(text)
	return len(t) >= 3 && !flagWord.MatchString(t) && !pointer.MatchString(t) && !segments.MatchString(t) && !extension.MatchString(t)
}

// convincing says whether a plausible text under a secret's name looks like the secret and not like the
// name of one, which people keep under the same names.
func convincing(kind, text string) bool {
	if strings.ContainsAny(text, " \t") {
		return false
	}
	digits := strings.ContainsFunc(text, unicode.IsDigit)
	letters := strings.ContainsFunc(text, unicode.IsLetter)
	switch kind {
	case "password":
		return len(text) >= 4
	case "private_key":
		return len(text) >= 64 && digits && letters
	}
	return len(text) >= 16 && digits && letters && !naming.MatchString(text) && !strings.Contains(text, ".")
}

var placeholderText = regexp.MustCompile(`(?i)^(password|passwd|passw0rd|pass|secret|token|admin|root|test(ing)?|example|foo(bar)?|bar|dummy|sample|todo|tbd|fixme|undefined|unset|empty|mysecret|mypassword|letmein|abc123|1234\d*|qwerty)[-_]?\d*!?$|change[-_ ]?(me|it|this)|replace[-_ ]?(me|this|with)|place[-_ ]?holder|^your[-_ ]|^<.*>$|^\[.*\]$|insert[-_ ]|fill[-_ ]?(me|in)|example|dummy|^fake|^mock|^not[-_]?(a[-_]?)?real`)

// standsIn says whether a text looks like a stand-in for a secret.
func standsIn(text string) bool { return placeholderText.MatchString(text) || monotonous(text) }

// standsInKey says whether a key-shaped text is an example, as those of documentation are.
func standsInKey(kind, text string) bool {
	upper := strings.ToUpper(text)
	if kind == "password" {
		return standsIn(text)
	}
	return strings.Contains(upper, "EXAMPLE") || strings.Contains(upper, "XXXX") || strings.Contains(upper, "....") || monotonous(strings.TrimPrefix(strings.TrimPrefix(upper, "AKIA"), "ASIA"))
}

// monotonous says whether a text has hardly any different characters: "xxxxxxxx", "*****", "0000-0000".
func monotonous(text string) bool {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen) <= 2
}

// literalFact makes the fact that l is written in the code of the module at prefix ("" or "module.a."). A secret of
// a variable, local or output stands for itself, since its owner is no resource.
func literalFact(root, prefix string, l literal) *graph.Resource {
	owner := graph.Address(prefix + l.owner)
	r := &graph.Resource{
		Root: root, Type: "terraform_literal", Name: l.owner[strings.LastIndexByte(l.owner, '.')+1:],
		Address: owner + graph.Address("#"+l.path), Of: owner,
		Attrs:   map[string]any{"path": l.path, "kind": l.kind, "placeholder": l.placeholder, "ignored": l.ignored},
		Unknown: map[string]string{}, Facts: map[string]any{},
		Origins: []graph.Origin{{
			Source: "terraform", Scope: root, File: l.where.Filename,
			Line: l.where.Start.Line, EndLine: l.where.End.Line, Column: l.where.Start.Column,
		}},
	}
	switch kind, _, _ := strings.Cut(l.owner, "."); kind {
	case "var", "local", "output":
		r.Of = ""
		if l.path == "default" || l.path == "value" && kind != "var" {
			r.Address = owner
		}
	}
	return r
}

// documentAttributes are secret as a whole because they may hold secrets: their being written in the code
// is none.
var documentAttributes = regexp.MustCompile(`(^|\.)(user_data|user_data_base64|container_definitions|environment|variables|startup_script|custom_data)(\.|$)`)

// secretValue says whether the text of an attribute that the catalog marks Secret is a secret: any text
// of a password is, a script is when it holds one.
func secretValue(path, text string) (kind string, placeholder, ok bool) {
	schematic := graph.Schematic(path)
	if documentAttributes.MatchString(schematic) {
		name := ""
		if steps, err := graph.ParsePath(path); err == nil && len(steps) > 0 {
			name = steps[len(steps)-1].Name
		}
		if kind, placeholder, ok = secretText(name, text, true); ok {
			return kind, placeholder, true
		}
		return definitionsText(text)
	}
	if text == "" {
		return "", false, false
	}
	name := schematic[strings.LastIndexByte(schematic, '.')+1:]
	switch kind = secretName(name); {
	case awsSecret.MatchString(text) && awsSecretName.MatchString(words(name)):
		kind = "aws_access_key"
	case kind == "":
		kind = "password"
	}
	if keys := keysIn(text); len(keys) > 0 {
		kind = keys[0].kind
	}
	return kind, standsIn(text) || kind == "aws_access_key" && standsInKey(kind, text), true
}

// environmentPair is one variable in the JSON of container definitions.
var environmentPair = regexp.MustCompile(`"name"\s*:\s*"([^"]+)"\s*,\s*"value"\s*:\s*"([^"\\]*)"|"value"\s*:\s*"([^"\\]*)"\s*,\s*"name"\s*:\s*"([^"]+)"`)

func definitionsText(text string) (kind string, placeholder, ok bool) {
	for _, m := range environmentPair.FindAllStringSubmatch(text, -1) {
		name, value := m[1]+m[4], m[2]+m[3]
		k, p, is := secretText(name, value, !strings.Contains(value, "$"))
		if is && !p {
			return k, false, true
		}
		if is {
			kind, placeholder, ok = k, true, true
		}
	}
	return kind, placeholder, ok
}

// hideLiterals puts "…" in place of the expressions of secrets in the text of their file; lines keep their
// numbers.
func hideLiterals(file, src string, ls []literal) string {
	ls = slices.Clone(ls)
	slices.SortFunc(ls, func(a, b literal) int { return b.where.Start.Byte - a.where.Start.Byte })
	done := len(src)
	for _, l := range ls {
		from, to := l.where.Start.Byte, l.where.End.Byte
		if l.where.Filename != file || from < 0 || to > done || from > to {
			continue
		}
		done = from
		src = src[:from] + `"…"` + strings.Repeat("\n", strings.Count(src[from:to], "\n")) + src[to:]
	}
	return Redact(src)
}
