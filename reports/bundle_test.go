package reports_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/reports"
)

// text is a file of a bundle.
func text(name, content string) reports.Evidence {
	return reports.Evidence{Name: name, Write: func(w io.Writer) error { _, err := io.WriteString(w, content); return err }}
}

func bundle(t testing.TB) (b []byte, digest string) {
	t.Helper()
	var out bytes.Buffer
	digest, err := reports.WriteBundle(&out, reports.Manifest{Tool: "0.4.0", Created: today}, []reports.Evidence{
		text("report.html", strings.Repeat("<p>evidence</p>\n", 1000)), text("report.json", `{"findings":[]}`), text("policies.json", "{}"), text("empty.json", ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), digest
}

func verify(b []byte) (string, error) {
	_, digest, err := reports.VerifyBundle(bytes.NewReader(b), int64(len(b)))
	return digest, err
}

func TestABundleIsWhatItsManifestSays(t *testing.T) {
	t.Parallel()
	b, want := bundle(t)
	m, digest, err := reports.VerifyBundle(bytes.NewReader(b), int64(len(b)))
	if err != nil || digest != want || len(m.Files) != 4 || m.Files[2].Size != 16000 || m.Policies != m.Files[1].SHA256 || !m.Created.Equal(today) {
		t.Errorf("%v, %s, %+v", err, digest, m)
	}
	again, _ := bundle(t)
	if !bytes.Equal(b, again) {
		t.Error("the same evidence gives other bytes")
	}
}

// repacked writes the files of a bundle again, changed by edit, which gives the new name and content or "" to leave a file out.
func repacked(t *testing.T, edit func(name, content string) (string, string), more ...reports.Evidence) []byte {
	t.Helper()
	b, _ := bundle(t)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name, content string) {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if name, content := edit(f.Name, string(content)); name != "" {
			put(name, content)
		}
	}
	for _, f := range more {
		var content bytes.Buffer
		if err := f.Write(&content); err != nil {
			t.Fatal(err)
		}
		put(f.Name, content.String())
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func same(name, content string) (string, string) { return name, content }

func TestWhatIsNoBundleAnyMore(t *testing.T) {
	t.Parallel()
	whole, _ := bundle(t)
	only := func(file string, to func(content string) (string, string)) []byte {
		return repacked(t, func(name, content string) (string, string) {
			if name == file {
				return to(content)
			}
			return name, content
		})
	}
	for name, c := range map[string]struct {
		bundle []byte
		want   string
	}{
		"altered":          {only("report.json", func(s string) (string, string) { return "report.json", strings.ToUpper(s) }), "report.json: altered"},
		"shorter":          {only("report.html", func(s string) (string, string) { return "report.html", s[1:] }), "report.html: altered: not the size"},
		"a bomb":           {only("empty.json", func(string) (string, string) { return "empty.json", strings.Repeat("0", 1<<24) }), "empty.json: altered: not the size"},
		"missing":          {only("report.html", func(string) (string, string) { return "", "" }), "report.html: missing"},
		"renamed":          {only("report.html", func(s string) (string, string) { return "report.htm", s }), "report.htm: not in the manifest; report.html: missing"},
		"one more":         {repacked(t, same, text("more.txt", "x")), "more.txt: not in the manifest"},
		"there twice":      {repacked(t, same, text("report.json", `{"findings":[]}`)), "report.json: there twice"},
		"another manifest": {repacked(t, same, text("manifest.json", `{}`)), "manifest.json: there twice"},
		"outside":          {repacked(t, same, text("../../etc/cron.d/x", "x")), "../../etc/cron.d/x: a name that no bundle has"},
		"from the root":    {repacked(t, same, text("/etc/x", "x")), "/etc/x: a name that no bundle has"},
		"a hostile name":   {repacked(t, same, text("\x1b[2J.json", "x")), `\u{1b}[2J.json: a name that no bundle has`},
		"no manifest":      {only("manifest.json", func(string) (string, string) { return "", "" }), "it has no manifest.json"},
		"a manifest edited": {only("manifest.json", func(s string) (string, string) {
			return "manifest.json", strings.Replace(s, `"size": 15`, `"size": 14`, 1)
		}), "report.json: altered: not the size"},
		"too large": {only("manifest.json", func(s string) (string, string) {
			return "manifest.json", strings.Replace(s, `"size": 15`, `"size": 99999999999999`, 1)
		}), "report.json: too large"},
		"a huge manifest": {only("manifest.json", func(s string) (string, string) { return "manifest.json", s + strings.Repeat(" ", 2<<20) }), "manifest.json: too large"},
		"of another version": {only("manifest.json", func(s string) (string, string) {
			return "manifest.json", strings.Replace(s, `"version": 1`, `"version": 2`, 1)
		}), "it is of version 2"},
		"of another kind":  {only("manifest.json", func(string) (string, string) { return "manifest.json", `{"plumb":"plan"}` }), "of something else"},
		"something before": {append([]byte("#!/bin/sh\n"), whole...), "something before the files"},
		"something behind": {append(bytes.Clone(whole), "x"...), "something behind the files"},
		"nothing":          {nil, "no bundle"},
		"text":             {[]byte(strings.Repeat("not a bundle\n", 100)), "no bundle"},
	} {
		if _, err := verify(c.bundle); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
	var more []reports.Evidence
	for n := range 100 {
		more = append(more, text(fmt.Sprintf("f%d.txt", n), ""))
	}
	var tampered *reports.Tampered
	if _, err := verify(repacked(t, same, more...)); !errors.As(err, &tampered) || !strings.Contains(err.Error(), "100 at most") {
		t.Errorf("many files: %v", err)
	}
}

// Wherever a bundle is cut off it is none, and whichever byte is another one, either that is said or all files are as they were.
func TestNoByteOfABundleCanBeAnotherUnnoticed(t *testing.T) {
	t.Parallel()
	b, digest := bundle(t)
	for n := range b {
		if _, err := verify(b[:n]); err == nil {
			t.Fatalf("cut off after %d of %d bytes, it passes", n, len(b))
		}
		other := bytes.Clone(b)
		other[n] ^= 1 << (n % 8)
		if got, err := verify(other); err == nil && got != digest {
			t.Fatalf("with another byte %d it passes as %s", n, got)
		}
	}
}

func TestABundleHasOnlyFlatNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "a", "../a.json", "a/b.json", "A.json", ".json"} {
		if _, err := reports.WriteBundle(io.Discard, reports.Manifest{}, []reports.Evidence{text(name, "")}); err == nil {
			t.Errorf("%q is packed", name)
		}
	}
}
