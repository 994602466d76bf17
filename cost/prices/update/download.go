package update

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// downloads fetches files into the folder, under names that end in .part and, once they are whole, in .whole; an interrupted update is gone on with.
type downloads struct {
	folder   Folder
	client   *http.Client
	url      string
	progress func(string)
	finished []string
}

// tries is how often a connection that breaks is taken up again.
const tries = 4

// get fetches one file and gives its path.
func (d *downloads) get(ctx context.Context, file fileOf) (string, error) {
	if err := os.MkdirAll(string(d.folder), 0o755); err != nil {
		return "", fmt.Errorf("making the price folder: %w", err)
	}
	whole := filepath.Join(string(d.folder), strings.Map(plain, file.offer+"-"+file.region+"-"+file.version)+".whole")
	if _, err := os.Stat(whole); err == nil {
		d.finished = append(d.finished, whole) // fetched by an update that was interrupted later
		return whole, nil
	}
	path := strings.TrimSuffix(whole, "whole") + "part"
	if d.progress != nil {
		d.progress(file.offer + " " + file.region)
	}
	var err error
	for range tries {
		var done bool
		if done, err = d.more(ctx, path, file.url); err == nil && done {
			if err := os.Rename(path, whole); err != nil {
				return "", fmt.Errorf("keeping the download: %w", err)
			}
			d.discard(path)
			d.finished = append(d.finished, whole)
			return whole, nil
		}
		if ctx.Err() != nil {
			return "", fmt.Errorf("fetching %s%s: %w; run it again to go on", d.url, file.url, ctx.Err())
		}
		if permanent := new(refused); errors.As(err, &permanent) {
			return "", err
		}
	}
	return "", fmt.Errorf("fetching %s%s: %w; run it again to go on where it stopped", d.url, file.url, err)
}

// plain keeps what may be part of a file name.
func plain(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
		return r
	}
	return '_'
}

// more fetches the rest of a file; done says that it is whole. The validator of the first answer is kept beside the part, so that a rest of another version
// is never appended.
func (d *downloads) more(ctx context.Context, path, url string) (done bool, err error) {
	have, etag := partial(path)
	answer, err := d.open(ctx, url, have, etag)
	if err != nil {
		return false, err
	}
	defer answer.Body.Close() // it was only read
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	total := have + answer.ContentLength
	if answer.StatusCode != http.StatusPartialContent {
		flags, have, total = os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0, answer.ContentLength
		if err := os.WriteFile(path+".etag", []byte(answer.Header.Get("ETag")), 0o644); err != nil {
			return false, fmt.Errorf("writing beside the download: %w", err)
		}
	}
	out, err := os.OpenFile(path, flags, 0o644)
	if err != nil {
		return false, fmt.Errorf("writing the download: %w", err)
	}
	n, err := io.Copy(out, answer.Body)
	if closed := out.Close(); err == nil {
		err = closed
	}
	switch {
	case err != nil:
		return false, fmt.Errorf("after %d bytes: %w", have+n, err)
	case answer.ContentLength >= 0 && have+n != total:
		return false, fmt.Errorf("%d of %d bytes came", have+n, total)
	}
	return true, d.check(path, answer.Header.Get("X-Amz-Checksum-Sha256"))
}

// partial gives the size and the validator of what an earlier run fetched; nothing when there is no validator.
func partial(path string) (int64, string) {
	info, err := os.Stat(path)
	etag, err2 := os.ReadFile(path + ".etag")
	if err != nil || err2 != nil || len(etag) == 0 || info.Size() == 0 {
		return 0, ""
	}
	return info.Size(), string(etag)
}

// check compares a file with the checksum that the sender gave, if it gave one of the whole file.
func (d *downloads) check(path, want string) error {
	if want == "" || strings.Contains(want, "-") {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("checking the download: %w", err)
	}
	defer f.Close() // it was only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("checking the download: %w", err)
	}
	if base64.StdEncoding.EncodeToString(h.Sum(nil)) != want {
		d.discard(path)
		return &refused{"what came has another checksum than the sender says"}
	}
	return nil
}

// refused is an answer that asking again does not change.
type refused struct{ why string }

func (r *refused) Error() string { return r.why }

// open asks for a file from a byte on; the answer holds all of the file when the sender has another version than the validator names.
func (d *downloads) open(ctx context.Context, path string, from int64, etag string) (*http.Response, error) {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return nil, &refused{fmt.Sprintf("the price list leads to %q, which is outside of it", path)}
	}
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+path, nil)
	if err != nil {
		return nil, fmt.Errorf("asking for %s%s: %w", d.url, path, err)
	}
	if from > 0 {
		ask.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-")
		ask.Header.Set("If-Range", etag)
	}
	answer, err := d.client.Do(ask)
	if err != nil {
		return nil, fmt.Errorf("asking for prices: %w", err)
	}
	switch answer.StatusCode {
	case http.StatusOK:
		return answer, nil
	case http.StatusPartialContent:
		if from > 0 && strings.HasPrefix(answer.Header.Get("Content-Range"), "bytes "+strconv.FormatInt(from, 10)+"-") {
			return answer, nil
		}
	case http.StatusRequestedRangeNotSatisfiable:
		if from > 0 { // all of it is there already, or more: begin again
			answer.Body.Close() // nothing of it is wanted
			return d.open(ctx, path, 0, "")
		}
	}
	answer.Body.Close() // nothing of it is wanted
	if answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests {
		return nil, fmt.Errorf("asking for %s%s: %s", d.url, path, answer.Status)
	}
	return nil, &refused{fmt.Sprintf("asking for %s%s: %s", d.url, path, answer.Status)}
}

// discard removes a download that is of no use.
func (d *downloads) discard(path string) {
	for _, name := range []string{path, path + ".etag"} {
		if err := os.Remove(name); err != nil {
			continue // it is fetched anew in any case: its validator is gone or it does not fit
		}
	}
}

// clean removes the downloads whose prices are in the catalogue.
func (d *downloads) clean() error {
	for _, path := range d.finished {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the prices are updated; removing a download: %w", err)
		}
	}
	return nil
}

// open opens a file to be taken.
func open(path string) (*input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening a price file: %w", err)
	}
	head := make([]byte, len(catalogueStart))
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		f.Close() // the first error counts
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		f.Close() // the first error counts
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	h := sha256.New()
	return &input{file: f, hash: h, sum: func() string { return hex.EncodeToString(h.Sum(nil)) }, catalogue: string(head[:n]) == catalogueStart}, nil
}

// catalogueStart is how a catalogue begins, as opposed to a file of the price list.
const catalogueStart = "plumb prices "

// Read reads on, counting and taking the checksum.
func (in *input) Read(p []byte) (int, error) {
	n, err := in.file.Read(p)
	if n > 0 {
		if _, err := in.hash.Write(p[:n]); err != nil {
			return n, err
		}
		in.bytes += int64(n)
	}
	return n, err
}

func (in *input) close() {
	if err := in.file.Close(); err != nil {
		return // it was only read
	}
}
