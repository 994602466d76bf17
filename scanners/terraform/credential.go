package terraform

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/plumbline-dev/plumbline/graph"
)

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

var placeholderText = regexp.MustCompile(`(?i)^(password|passwd|passw0rd|pass|secret|token|admin|root|test(ing)?|example|foo(bar)?|bar|dummy|sample|todo|tbd|fixme|undefined|unset|empty|mysecret|mypassword|letmein|abc123|\+?1234\d*|qwerty)[-_]?\d*!?$|change[-_ ]?(me|it|this)|replace[-_ ]?(me|this|with)|place[-_ ]?holder|^your[-_ ]|^<.*>$|^\[.*\]$|insert[-_ ]|fill[-_ ]?(me|in)|example|dummy|^fake|^mock|^not[-_]?(a[-_]?)?real`)

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

// documentAttributes are secret as a whole because they may hold secrets: their being written in the code
// is none.
var documentAttributes = regexp.MustCompile(`(^|\.)(user_data|user_data_base64|container_definitions|environment|variables|startup_script|custom_data|content|content_base64|option_settings)(\.|$)`)

// headerValue is what a distribution sends to its origin in a header: the host that was asked for, a stage, or what proves to the origin who asks.
var headerValue = regexp.MustCompile(`(^|\.)custom_header\.value$`)

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
	if headerValue.MatchString(schematic) {
		if kind, placeholder, ok = secretText("", text, true); ok {
			return kind, placeholder, true
		}
		if plausible(text) && convincing("token", text) {
			return "token", false, true
		}
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
