package reports

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Manifest says what an evidence bundle holds and how it came about. A bundle is a zip file of flat names; the manifest is its
// last file and has the size and the SHA-256 of every other.
type Manifest struct {
	Plumb     string        `json:"plumb"` // kind of file: "bundle"
	Version   int           `json:"version"`
	Tool      string        `json:"tool"` // version of plumb
	Created   time.Time     `json:"created"`
	Sources   []Source      `json:"sources"`
	Commit    string        `json:"commit,omitempty"`
	AsOf      string        `json:"as_of"` // the day that was judged by
	Resources int           `json:"resources"`
	Verdicts  Verdicts      `json:"verdicts"`
	LeftOut   int           `json:"left_out"` // findings that --only or --skip leave out of the reports
	Gaps      int           `json:"gaps"`
	Waivers   int           `json:"waivers"`
	Policies  string        `json:"policies"` // SHA-256 of policies.json, which lists their files
	Prices    string        `json:"prices"`   // date of the price catalogue
	Files     []BundledFile `json:"files"`    // by name
}

// Verdicts counts the verdicts of a run.
type Verdicts = jsonSummary

// BundledFile is one file of a bundle as its manifest describes it.
type BundledFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"` // bytes, uncompressed
	SHA256 string `json:"sha256"`
}

// Evidence is one file to put into a bundle.
type Evidence struct {
	Name  string // small letters, digits, dots and hyphens
	Write func(io.Writer) error
}

const (
	bundleKind    = "bundle"
	bundleVersion = 1
	manifestName  = "manifest.json"

	// maxBundled, maxManifest and maxUnpacked bound what is read of a bundle from elsewhere.
	maxBundled  = 100
	maxManifest = 1 << 20
	maxUnpacked = 8 << 30
)

var bundledName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*(\.[a-z0-9]+)+$`)

// WriteBundle writes the files and a manifest, of which it fills in Plumb, Version, Policies and Files. digest is the SHA-256 of the
// manifest in hex, which stands for everything in the bundle.
func WriteBundle(w io.Writer, m Manifest, files []Evidence) (digest string, err error) {
	m.Plumb, m.Version, m.Files = bundleKind, bundleVersion, nil
	z := zip.NewWriter(w)
	for _, f := range files {
		sum, n := sha256.New(), &counter{}
		if err := packed(z, f.Name, m.Created, func(w io.Writer) error { return f.Write(io.MultiWriter(w, sum, n)) }); err != nil {
			return "", fmt.Errorf("packing %s: %w", f.Name, err)
		}
		entry := BundledFile{f.Name, n.n, hexOf(sum)}
		if f.Name == "policies.json" {
			m.Policies = entry.SHA256
		}
		m.Files = append(m.Files, entry)
	}
	slices.SortFunc(m.Files, func(a, b BundledFile) int { return strings.Compare(a.Name, b.Name) })
	var text bytes.Buffer
	if err := writeJSON(&text, m); err != nil {
		return "", err
	}
	err = packed(z, manifestName, m.Created, func(w io.Writer) error { _, err := w.Write(text.Bytes()); return err })
	return sumOf(text.Bytes()), errors.Join(err, z.Close())
}

func packed(z *zip.Writer, name string, at time.Time, write func(io.Writer) error) error {
	if !bundledName.MatchString(name) {
		return fmt.Errorf("a bundle has no files of this name")
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at.UTC()})
	if err != nil {
		return err
	}
	return write(w)
}

// counter counts bytes.
type counter struct{ n int64 }

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

func hexOf(h interface{ Sum([]byte) []byte }) string { return hex.EncodeToString(h.Sum(nil)) }

func sumOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Tampered says what is wrong with a bundle, a line for each file.
type Tampered struct{ Files []string }

// Error implements error.
func (t *Tampered) Error() string { return strings.Join(t.Files, "; ") }

// VerifyBundle reads a bundle of so many bytes and compares every file with the manifest. It unpacks nothing. Its error is a
// *Tampered when the bundle can be read and is not what the manifest says.
func VerifyBundle(r io.ReaderAt, size int64) (m *Manifest, digest string, err error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, "", fmt.Errorf("this is no bundle, or it was cut off: %w", err)
	}
	if err := closed(r, size, z); err != nil {
		return nil, "", err
	}
	m, digest, err = manifestOf(z)
	if err != nil {
		return nil, "", err
	}
	if wrong := compareFiles(z, m); len(wrong) > 0 {
		return nil, "", &Tampered{wrong}
	}
	return m, digest, nil
}

// closed says that there is something before, behind or beside the files, which no manifest could name.
func closed(r io.ReaderAt, size int64, z *zip.Reader) error {
	const endLength, endMark = 22, "PK\x05\x06"
	end := make([]byte, endLength)
	if _, err := r.ReadAt(end, size-endLength); err != nil {
		return fmt.Errorf("reading the end: %w", err)
	}
	if !bytes.HasPrefix(end, []byte(endMark)) || z.Comment != "" || len(z.File) == 0 {
		return &Tampered{[]string{"there is something behind the files"}}
	}
	if len(z.File) > maxBundled {
		return &Tampered{[]string{fmt.Sprintf("it has %d files; a bundle has %d at most", len(z.File), maxBundled)}}
	}
	head := make([]byte, 30)
	if _, err := r.ReadAt(head, 0); err != nil {
		return fmt.Errorf("reading the beginning: %w", err)
	}
	at, err := z.File[0].DataOffset()
	if want := int64(30) + int64(binary.LittleEndian.Uint16(head[26:])) + int64(binary.LittleEndian.Uint16(head[28:])); err != nil || at != want {
		return &Tampered{[]string{"there is something before the files"}}
	}
	return nil
}

func manifestOf(z *zip.Reader) (*Manifest, string, error) {
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == manifestName })
	if i < 0 {
		return nil, "", errors.New("this is no bundle: it has no " + manifestName)
	}
	text, err := unpacked(z.File[i], maxManifest)
	if err != nil {
		return nil, "", &Tampered{[]string{manifestName + ": " + err.Error()}}
	}
	m := &Manifest{}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	switch err := d.Decode(m); {
	case m.Plumb == bundleKind && m.Version > bundleVersion:
		return nil, "", fmt.Errorf("it is of version %d, this plumb reads %d", m.Version, bundleVersion)
	case err != nil:
		return nil, "", &Tampered{[]string{manifestName + ": " + err.Error()}}
	case m.Plumb != bundleKind || m.Version != bundleVersion:
		return nil, "", errors.New("this is no bundle: its manifest is of something else")
	}
	return m, sumOf(text), nil
}

func unpacked(f *zip.File, limit int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("altered (%w)", err)
	}
	defer r.Close() // it was only read
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("altered (%w)", err)
	case int64(len(text)) > limit:
		return nil, errors.New("too large")
	}
	return text, nil
}

// compareFiles holds the files of a zip against the manifest, and says what is wrong with which.
func compareFiles(z *zip.Reader, m *Manifest) []string {
	var wrong []string
	say := func(name, what string) { wrong = append(wrong, Untrusted(name).Terminal()+": "+what) }
	there := map[string]*zip.File{}
	for _, f := range z.File {
		switch {
		case !bundledName.MatchString(f.Name):
			say(f.Name, "a name that no bundle has")
		case there[f.Name] != nil:
			say(f.Name, "there twice")
		}
		there[f.Name] = f
	}
	delete(there, manifestName)
	var total int64
	for _, want := range m.Files {
		f := there[want.Name]
		delete(there, want.Name)
		if total += want.Size; total > maxUnpacked || want.Size < 0 {
			say(want.Name, "too large")
			break
		}
		if f == nil {
			say(want.Name, "missing")
		} else if why := altered(f, want); why != "" {
			say(want.Name, why)
		}
	}
	for name := range there {
		say(name, "not in the manifest")
	}
	slices.Sort(wrong)
	return slices.Compact(wrong)
}

// altered reads a file without keeping it, and no further than it may go; "" when it is as the manifest says.
func altered(f *zip.File, want BundledFile) string {
	r, err := f.Open()
	if err != nil {
		return "altered (" + err.Error() + ")"
	}
	defer r.Close() // it was only read
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(r, want.Size+1))
	switch {
	case err != nil:
		return "altered (" + err.Error() + ")"
	case n != want.Size:
		return "altered: not the size that the manifest says"
	case hexOf(sum) != want.SHA256:
		return "altered"
	}
	return ""
}
