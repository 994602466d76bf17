package update_test

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/plumbline-dev/plumbline/cost/prices"
	"github.com/plumbline-dev/plumbline/cost/prices/update"
)

const list = "../bulk/testdata"

var now = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

// server serves the sample of the price list; spoil may answer instead. It notes what was asked for.
func server(t *testing.T, spoil func(w http.ResponseWriter, r *http.Request) bool) (*httptest.Server, *[]string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, strings.TrimSpace(r.URL.Path+" "+r.Header.Get("Range")))
		mu.Unlock()
		if spoil != nil && spoil(w, r) {
			return
		}
		w.Header().Set("ETag", `"v1"`)
		http.ServeFile(w, r, filepath.Join(list, filepath.FromSlash(r.URL.Path)))
	}))
	t.Cleanup(s.Close)
	return s, &asked
}

func folder(t *testing.T) update.Folder {
	t.Helper()
	return update.Folder(filepath.Join(t.TempDir(), "prices"))
}

func options(s *httptest.Server, regions ...string) update.Options {
	return update.Options{Regions: regions, URL: s.URL, Client: s.Client(), Now: now}
}

// asOf asks the folder's catalogue for the date of one price that the list of 2025-06-13 has newer.
func asOf(t *testing.T, f update.Folder) string {
	t.Helper()
	c, _, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Find(prices.Key{Meter: "ebs.volume.storage", Region: "us-east-1", Attributes: prices.Attributes{"volume_type": "io2"}})
	if err != nil {
		t.Fatal(err)
	}
	return p.AsOf
}

func TestAnUpdateTakesWhatIsNewerAndKeepsTheRest(t *testing.T) {
	s, _ := server(t, nil)
	f := folder(t)
	report, err := update.Run(context.Background(), f, options(s, "eu-west-1", "us-east-1"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range report.Updated {
		got = append(got, x.Offer+" "+x.Region+" "+x.Version+" "+x.Published)
	}
	want := []string{"AmazonEC2 eu-west-1 20230223000000 2023-02-23", "AmazonEC2 us-east-1 20250613000000 2025-06-13", "AmazonRDS eu-west-1 20230223000000 2023-02-23"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want -, got +\n%s", d)
	}
	if d := cmp.Diff([]string{"AmazonRDS us-east-1"}, report.NotSold); d != "" {
		t.Errorf("want -, got +\n%s", d)
	}
	if len(report.Changed)+len(report.Conflicts) > 0 {
		t.Errorf("changed %v, conflicts %v", report.Changed, report.Conflicts)
	}
	if got := asOf(t, f); got != "2025-06-13" {
		t.Errorf("the price is of %s", got)
	}
	c, lock, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(report.Lock, lock); d != "" {
		t.Errorf("lock: reported -, read +\n%s", d)
	}
	old, err := prices.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(old.Services(), c.Services()) {
		t.Error("services were lost")
	}
	for _, service := range old.Services() {
		for _, region := range append(old.Regions(), prices.Global) {
			before, err := old.All(service, region)
			if err != nil {
				t.Fatal(err)
			}
			after, err := c.All(service, region)
			if err != nil {
				t.Fatal(err)
			}
			if service == "ec2" && region == "us-east-1" || service == "ebs" {
				before, after = before[:0], after[:0] // the list has some
			}
			if service == "ec2" && region == "eu-west-1" {
				after = slices.DeleteFunc(after, func(p prices.Price) bool { return p.Key.Meter == "ec2.cpu_credits" }) // only the list has them there
			}
			if d := cmp.Diff(before, after, cmpopts.IgnoreFields(prices.Price{}, "SKU", "AsOf", "Source")); d != "" {
				t.Fatalf("%s in %s: before -, after +\n%s", service, region, d)
			}
		}
	}
	if left, err := filepath.Glob(filepath.Join(string(f), "*")); err != nil || len(left) != 2 {
		t.Errorf("the folder has %v, want the lock and the catalogue (%v)", left, err)
	}
}

func TestASecondUpdateFetchesOnlyOtherVersions(t *testing.T) {
	s, asked := server(t, nil)
	f := folder(t)
	if _, err := update.Run(context.Background(), f, options(s, "us-east-1")); err != nil {
		t.Fatal(err)
	}
	*asked = nil
	report, err := update.Run(context.Background(), f, options(s, "us-east-1"))
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Unchanged) != 1 || len(report.Updated) != 0 {
		t.Errorf("unchanged %v, updated %v", report.Unchanged, report.Updated)
	}
	for _, path := range *asked {
		if strings.Contains(path, "20250613000000") {
			t.Errorf("%s was fetched again", path)
		}
	}
}

const virginia = "/offers/v1.0/aws/AmazonEC2/20250613000000/us-east-1/index.json"

func TestADownloadThatBreaksGoesOnWhereItStopped(t *testing.T) {
	times := 0
	s, asked := server(t, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != virginia || times > 0 {
			return false
		}
		times++
		whole, err := os.ReadFile(list + virginia)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Content-Length", "24413")
		if _, err := w.Write(whole[:10000]); err != nil {
			t.Error(err)
		}
		panic(http.ErrAbortHandler) // the connection breaks
	})
	f := folder(t)
	if _, err := update.Run(context.Background(), f, options(s, "us-east-1")); err != nil {
		t.Fatal(err)
	}
	if got := asOf(t, f); got != "2025-06-13" {
		t.Errorf("the price is of %s", got)
	}
	if !slices.Contains(*asked, virginia+" bytes=10000-") {
		t.Errorf("asked for %v", *asked)
	}
}

func TestARestOfAnotherVersionIsNotAppended(t *testing.T) {
	s, _ := server(t, nil)
	f := folder(t)
	if err := os.MkdirAll(string(f), 0o755); err != nil {
		t.Fatal(err)
	}
	part := filepath.Join(string(f), "AmazonEC2-us-east-1-20250613000000.part")
	for name, text := range map[string]string{part: `{"of": "another version"`, part + ".etag": `"v0"`} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := update.Run(context.Background(), f, options(s, "us-east-1")); err != nil {
		t.Fatal(err)
	}
	if got := asOf(t, f); got != "2025-06-13" {
		t.Errorf("the price is of %s", got)
	}
}

func TestAfterAnUpdateThatFailsTheOldCatalogueStays(t *testing.T) {
	answer := func(path, text string, header http.Header) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != path {
				return false
			}
			for name, v := range header {
				w.Header()[name] = v
			}
			_, err := w.Write([]byte(text))
			return err == nil
		}
	}
	whole, err := os.ReadFile(list + virginia)
	if err != nil {
		t.Fatal(err)
	}
	ireland, err := os.ReadFile(list + "/offers/v1.0/aws/AmazonEC2/20230223000000/eu-west-1/index.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		spoil func(http.ResponseWriter, *http.Request) bool
		want  string
	}{
		"an error page":      {answer(virginia, "<html>", nil), "no AWS price list"},
		"a file cut off":     {answer(virginia, string(whole[:9000]), nil), "cut off"},
		"a damaged file":     {answer(virginia, strings.Replace(string(whole), `"0.0800000000"`, `"0.08!0000000"`, 1), nil), "not a number"},
		"another checksum":   {answer(virginia, string(whole), http.Header{"X-Amz-Checksum-Sha256": {"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}}), "checksum"},
		"another region":     {answer(virginia, string(ireland), nil), "eu-west-1"},
		"no index":           {answer("/offers/v1.0/aws/index.json", "{", nil), "no price list index"},
		"an index elsewhere": {answer("/offers/v1.0/aws/AmazonEC2/current/region_index.json", `{"regions":{"us-east-1":{"currentVersionUrl":"//evil.example/x"}}}`, nil), "outside"},
		"nothing there": {func(w http.ResponseWriter, r *http.Request) bool {
			http.NotFound(w, r)
			return true
		}, "404"},
		"a server that is down": {func(w http.ResponseWriter, r *http.Request) bool {
			w.WriteHeader(http.StatusServiceUnavailable)
			return r.URL.Path == virginia
		}, "503"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := server(t, nil)
			f := folder(t)
			if _, err := update.Run(context.Background(), f, options(s, "eu-west-1")); err != nil {
				t.Fatal(err)
			}
			_, before, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			broken, _ := server(t, x.spoil)
			if _, err := update.Run(context.Background(), f, options(broken, "us-east-1")); err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("got %v, want %q", err, x.want)
			}
			_, after, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(before, after); d != "" {
				t.Errorf("the lock changed\n%s", d)
			}
			if got := asOf(t, f); got != "2024-07-18" {
				t.Errorf("the price is of %s", got)
			}
		})
	}
}

func TestAnInterruptedUpdateChangesNothingAndGoesOnLater(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s, _ := server(t, func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "AmazonRDS/2023") {
			cancel()
			<-r.Context().Done()
			return true
		}
		return false
	})
	f := folder(t)
	if _, err := update.Run(ctx, f, options(s, "eu-west-1")); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if _, _, err := f.Open(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder has a catalogue: %v", err)
	}
	whole, asked := server(t, nil)
	if _, err := update.Run(context.Background(), f, options(whole, "eu-west-1")); err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(*asked, func(p string) bool { return strings.HasSuffix(p, "eu-west-1/index.json") && strings.Contains(p, "EC2") }); i >= 0 {
		t.Errorf("a file that was whole is fetched from its beginning: %s", (*asked)[i])
	}
}

func TestFilesBroughtByHandAreTakenInAnyForm(t *testing.T) {
	for _, name := range []string{"index.json", "index.csv"} {
		f := folder(t)
		report, err := update.Import(f, []string{list + "/offers/v1.0/aws/AmazonEC2/20250613000000/us-east-1/" + name}, now)
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Updated) != 1 || report.Updated[0].Prices != 15 || report.Lock.SHA256 == "" {
			t.Errorf("%s: %+v", name, report)
		}
		if got := asOf(t, f); got != "2025-06-13" {
			t.Errorf("%s: the price is of %s", name, got)
		}
		_, lock, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		other := folder(t)
		if _, err := update.Import(other, []string{filepath.Join(string(f), lock.Catalogue)}, now); err != nil {
			t.Fatal(err)
		}
		if got := asOf(t, other); got != "2025-06-13" {
			t.Errorf("a whole catalogue: the price is of %s", got)
		}
	}
}

func TestADamagedFolderIsSaid(t *testing.T) {
	f := folder(t)
	if _, err := update.Import(f, []string{list + virginia}, now); err != nil {
		t.Fatal(err)
	}
	_, lock, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(string(f), lock.Catalogue)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func() error{
		"a byte is another":      func() error { return os.WriteFile(path, append([]byte{'x'}, text[1:]...), 0o644) },
		"cut off":                func() error { return os.WriteFile(path, text[:len(text)/2], 0o644) },
		"gone":                   func() error { return os.Remove(path) },
		"a lock that is no lock": func() error { return os.WriteFile(filepath.Join(string(f), "lock.json"), []byte("{"), 0o644) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		_, _, err := f.Open()
		if corrupt := new(prices.Corrupt); !errors.As(err, &corrupt) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
