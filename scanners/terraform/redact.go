package terraform

import (
	"regexp"
	"slices"
	"strings"
)

// keyShape is the form of a key that cannot be anything else, whatever the name that it is assigned to.
type keyShape struct {
	kind    string
	needles []string       // one of them is in every match: looking for them is cheap
	re      *regexp.Regexp // the first group is the secret itself; the whole match when there is none
}

// keyShapes are the forms that issuers give their keys. Sources: AWS IAM identifiers (AKIA, ASIA), RFC 7468
// (PEM), RFC 7519 (JWT), and the token formats that GitHub, GitLab, Slack, Stripe, Google, SendGrid and npm publish.
var keyShapes = []keyShape{
	{"private_key", []string{"PRIVATE KEY"}, regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----((?:[^-]|-[^-]){64,}?)-----END`)},
	{"aws_access_key", []string{"AKIA", "ASIA"}, regexp.MustCompile(`\b((?:AKIA|ASIA)[A-Z2-7]{16})\b`)},
	{"aws_access_key", []string{"ecret", "ECRET"}, regexp.MustCompile(`(?i)(?:aws[_-]?secret[_-]?(?:access[_-]?)?key|secret[_-]?access[_-]?key)(?:[_-]?id)?["']?\s*(?:=>|[:=])\s*["']?([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)`)},
	{"token", []string{"eyJ"}, regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}`)},
	{"token", []string{"gh", "glpat-"}, regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,}|glpat-[A-Za-z0-9_-]{20,})`)},
	{"token", []string{"xox"}, regexp.MustCompile(`\bxox[abeoprs]-[0-9]+-[0-9A-Za-z-]{16,}`)},
	{"token", []string{"hooks.slack.com"}, regexp.MustCompile(`\bhooks\.slack\.com/services/(T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,})`)},
	{"token", []string{"_live_", "AIza", "SG.", "npm_"}, regexp.MustCompile(`\b(?:sk|rk)_live_[0-9A-Za-z]{20,}|\bAIza[0-9A-Za-z_-]{35}\b|\bSG\.[\w-]{20,24}\.[\w-]{39,50}|\bnpm_[A-Za-z0-9]{36}\b`)},
	{"password", []string{"://"}, regexp.MustCompile(`\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@"'<>${}%]*:([^\s/:@"'<>${}%]{3,})@[A-Za-z0-9\[$%{-]`)},
}

// found is a secret in a text: text[start:end].
type found struct {
	kind       string
	start, end int
}

// keysIn finds what is shaped like a key, in the order of keyShapes.
func keysIn(text string) []found {
	var out []found
	for _, s := range keyShapes {
		if !s.possible(text) {
			continue
		}
		for _, m := range s.re.FindAllStringSubmatchIndex(text, -1) {
			f := found{s.kind, m[0], m[1]}
			if len(m) > 2 && m[2] >= 0 {
				f.start, f.end = m[2], m[3]
			}
			out = append(out, f)
		}
	}
	return out
}

// possible is a cheap test that most texts fail.
func (s keyShape) possible(text string) bool {
	if s.kind == "password" && !strings.Contains(text, "@") {
		return false
	}
	return slices.ContainsFunc(s.needles, func(n string) bool { return strings.Contains(text, n) })
}

// Redact puts "…" in place of everything in a text that is shaped like a key, a token or a password in a
// URL. Passwords without such a shape are known only by the name that they are assigned to.
func Redact(text string) string {
	for _, s := range keyShapes {
		if !s.possible(text) {
			continue
		}
		var b strings.Builder
		end := 0
		for _, m := range s.re.FindAllStringSubmatchIndex(text, -1) {
			from, to := m[0], m[1]
			if len(m) > 2 && m[2] >= 0 {
				from, to = m[2], m[3]
			}
			b.WriteString(text[end:from])
			b.WriteString("…")
			b.WriteString(strings.Repeat("\n", strings.Count(text[from:to], "\n"))) // lines keep their numbers
			end = to
		}
		if end > 0 {
			text = b.String() + text[end:]
		}
	}
	return text
}
