package reports

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
)

//go:embed html/page.css
var pageStyle string

//go:embed html/page.js
var pageScript string

// fixed is HTML written in this package. A constant becomes one by itself, text in a variable does not, so nothing from
// outside can be taken for it.
//
// The template packages of the standard library would do this too. They call methods by name, which makes the linker keep
// every method of the AWS clients: the program would grow from 88 to 220 MB and take 45 MiB more memory at every start.
type fixed string

// page writes HTML. It keeps the first error for flush.
type page struct {
	w *bufio.Writer
	n int // bytes
}

// put writes HTML in which each {} stands for the next value, escaped for an element or a quoted attribute.
func (p *page) put(html fixed, values ...any) {
	rest := string(html)
	for _, v := range values {
		before, after, _ := strings.Cut(rest, "{}")
		p.write(before)
		p.write(escaped(v))
		rest = after
	}
	p.write(rest)
}

func (p *page) write(s string) {
	p.n += len(s)
	p.w.WriteString(s) // bufio keeps the first error for Flush
}

// escaped makes a value harmless: Text and strings are escaped, numbers get commas, fixed stays.
func escaped(v any) string {
	switch v := v.(type) {
	case fixed:
		return string(v)
	case Text:
		return v.HTML()
	case string:
		return Untrusted(v).HTML()
	case int:
		return thousands(v)
	}
	return Untrusted(fmt.Sprint(v)).HTML()
}

// hash is what a Content-Security-Policy allows a script or a style by.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// head writes everything up to the first section. The file may load nothing, and run nothing but its own script.
func (p *page) head(title string) {
	p.put(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'">
<title>{}</title><style>{}</style></head><body>
<a class="skip" href="#findings">Skip to findings</a>
`, hash(pageStyle), hash(pageScript), title, fixed(pageStyle))
}

func (p *page) foot() { p.put(`<script>{}</script></body></html>`+"\n", fixed(pageScript)) }
