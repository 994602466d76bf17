package main

import (
	"archive/zip"
	"io"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A bundle of an account holds what was read of it: judged again, it gives the findings of the report.
func TestABundleOfAnAccountCanBeJudgedAgain(t *testing.T) {
	const account, region = "300000000021", "eu-west-1"
	server := signedIntoShop(t, account, region, "bundle-images")
	if _, said, code := plumb(t, "report", "aws", "-q", "--bundle", "e.zip", "--endpoint-url", server.URL, "--regions", region); code != 0 {
		t.Fatalf("exit status %d: %s", code, said)
	}
	if out, said, code := plumb(t, "report", "verify", "e.zip"); code != 0 {
		t.Fatalf("exit status %d: %s%s", code, out, said)
	}
	files := unzip(t, "e.zip")
	if err := os.WriteFile("snapshot.plumb", files["snapshot.plumb"], 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		t.Setenv(name, "")
	}
	later, said, code := plumb(t, "scan", "-q", "snapshot.plumb", "--format", "json", "--verdicts", "fail,undecided,waived,pass")
	if code != 2 {
		t.Fatalf("exit status %d: %s", code, said)
	}
	if diff := cmp.Diff(findingsOf(t, string(files["report.json"])), findingsOf(t, later)); diff != "" {
		t.Error(diff)
	}
	if _, said, code := plumb(t, "report", "snapshot.plumb", "-q", "--bundle", "again.zip"); code != 0 {
		t.Fatalf("exit status %d: %s", code, said)
	}
	if again := unzip(t, "again.zip"); string(again["snapshot.plumb"]) != string(files["snapshot.plumb"]) {
		t.Error("the bundle of a snapshot holds another snapshot")
	}
	if info, err := os.Stat("e.zip"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
}

func unzip(t *testing.T, name string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close() // it was only read
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
