package snapshot_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zstd"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/snapshot"
)

type object = map[string]any

func live(typ, account, region, name string, attrs object) *graph.Resource {
	facts := object{"_account": account}
	if region != "" {
		facts["_region"] = region
	}
	return &graph.Resource{
		Root: "aws:" + account, Address: graph.Address("arn:aws:x:" + region + ":" + account + ":" + name), Type: typ, Name: name, Observed: true,
		Attrs: attrs, Unknown: map[string]string{"arn": "plumb does not read it"}, Facts: facts, Origins: []graph.Origin{{Source: "aws", Scope: account + "/" + region, ID: name}},
	}
}

func taken() *snapshot.Snapshot {
	a, b := "111111111111", "222222222222"
	return &snapshot.Snapshot{
		Tool: "0.4.0", Taken: time.Date(2026, 11, 21, 3, 4, 5, 0, time.UTC),
		Accounts: []snapshot.Account{
			{ID: a, Name: "shop", Partition: "aws", Identity: "arn:aws:sts::111111111111:assumed-role/plumb-read/ana", Regions: []string{"eu-west-1", "us-east-1"}},
			{ID: b, Partition: "aws", Identity: "arn:aws:iam::222222222222:user/ana", Regions: []string{"eu-west-1"}},
		},
		Found: scanners.Found{
			Resources: []*graph.Resource{
				live("aws_iam_role", a, "", "deploy", object{"name": "deploy"}),
				live("aws_db_instance", a, "eu-west-1", "shop", object{"multi_az": true, "port": 3306, "password": graph.Hidden{Literal: true}, "kms_key_id": nil, "vpc_security_group_ids": []any{"sg-1"}}),
				live("aws_sqs_queue", a, "us-east-1", "sync", object{"policy": `{"a<b>&":"${x}"}`, "tags": object{"$ref": "a tag"}}),
				live("aws_db_instance", b, "eu-west-1", "shop", object{"allocated_storage": 20.5}),
			},
			Gaps:  []scanners.Gap{{Root: "aws:" + b, Where: "aws:" + b + " backup eu-west-1", What: "backup:ListBackupPlans", Why: "denied", Settle: "allow it"}},
			Roots: []scanners.Root{{Path: "aws:" + a, Kind: "aws"}, {Path: "aws:" + b, Kind: "aws"}},
		},
	}
}

func written(t *testing.T, s *snapshot.Snapshot) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := snapshot.Write(&out, s); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	want := taken()
	var file bytes.Buffer
	digest, err := snapshot.Write(&file, want)
	if err != nil {
		t.Fatal(err)
	}
	if !snapshot.Is(file.Bytes()) || snapshot.Is([]byte(`{"version":4}`)) {
		t.Error("a snapshot is not told from other files")
	}
	got, err := snapshot.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	want.Digest = digest
	slices.SortFunc(want.Found.Resources, func(a, b *graph.Resource) int { return a.Key().Compare(b.Key()) })
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if !bytes.Equal(written(t, taken()), written(t, want)) {
		t.Error("the order in which resources were found changes the file")
	}
}

func TestSecretsAreNotWritten(t *testing.T) {
	t.Parallel()
	s := taken()
	const secret = "correct-horse-battery"
	s.Found.Resources = []*graph.Resource{
		live("aws_db_instance", "111111111111", "eu-west-1", "a", object{"password": secret, "identifier": "a"}),
		live("aws_lambda_function", "111111111111", "eu-west-1", "b", object{"environment": []any{object{"variables": object{"TOKEN": secret}}}}),
		live("aws_elasticache_user", "111111111111", "eu-west-1", "c", object{"passwords": []any{secret}, "authentication_mode": []any{object{"type": "password", "passwords": []any{secret}}}}),
	}
	file := written(t, s)
	if plain := expand(t, file); strings.Contains(plain, secret) {
		t.Errorf("the file holds a secret: %s", plain)
	}
	got, err := snapshot.Read(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(object{"password": graph.Hidden{}, "identifier": "a"}, got.Found.Resources[0].Attrs); diff != "" {
		t.Error(diff)
	}
	if s.Found.Resources[0].Attrs["password"] != secret {
		t.Error("writing a snapshot changes the resources")
	}
}

func expand(t *testing.T, file []byte) string {
	t.Helper()
	z, err := zstd.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func compress(t *testing.T, text string) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return z.EncodeAll([]byte(text), nil)
}

func TestAFileThatIsCutOffOrChangedIsRefused(t *testing.T) {
	t.Parallel()
	file := written(t, taken())
	for n := range file {
		if _, err := snapshot.Read(bytes.NewReader(file[:n])); err == nil {
			t.Errorf("the first %d of %d bytes are a snapshot", n, len(file))
		}
		changed := bytes.Clone(file)
		changed[n] ^= 0x10
		got, err := snapshot.Read(bytes.NewReader(changed))
		if err == nil && !cmp.Equal(expand(t, file), expand(t, changed)) {
			t.Errorf("with byte %d changed it is read as %v", n, got)
		}
	}
}

// A change that is packed again has no wrong checksum of Zstandard, only that of the manifest.
func TestTheChangedPartIsNamed(t *testing.T) {
	t.Parallel()
	plain := expand(t, written(t, taken()))
	for _, c := range []struct{ from, to, part, why string }{
		{`"multi_az":true`, `"multi_az":null`, "resources/111111111111/eu-west-1", "it was changed"},
		{`"name":"deploy"`, `"name":"deplox"`, "resources/111111111111/global", "it was changed"},
		{`"why":"denied"`, `"why":"denies"`, "gaps", "it was changed"},
		{`"tool":"0.4.0"`, `"tool":"0.5.0"`, "manifest", "it was changed"},
		{`"version":1`, `"version":2`, "manifest", "it has format 2, this plumb reads format 1"},
		{`"plumb":"snapshot"`, `"plumb":"checkpoint"`, "manifest", "no snapshot"},
	} {
		if !strings.Contains(plain, c.from) {
			t.Fatalf("%s is not in the file:\n%s", c.from, plain)
		}
		_, err := snapshot.Read(bytes.NewReader(compress(t, strings.Replace(plain, c.from, c.to, 1))))
		var broken *snapshot.Broken
		if !errors.As(err, &broken) || broken.Part != c.part || !strings.Contains(broken.Why, c.why) {
			t.Errorf("%s -> %s: %v", c.from, c.to, err)
		}
	}
	for cut, part := range map[string]string{`"type":"aws_iam_role"`: "resources/111111111111/global", `"Kind":"aws"`: "roots"} {
		i := strings.Index(plain, cut)
		_, err := snapshot.Read(bytes.NewReader(compress(t, plain[:i])))
		var broken *snapshot.Broken
		if !errors.As(err, &broken) || broken.Part != part || !strings.Contains(broken.Why, "cut off") {
			t.Errorf("cut before %s: %v", cut, err)
		}
	}
	if _, err := snapshot.Read(bytes.NewReader(compress(t, plain+"{}\n"))); err == nil {
		t.Error("a line behind the last part is not noticed")
	}
}

// A part whose lines are no resources is refused even when its checksum is right.
func TestPartsOfStrangersAreRefused(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"resources/111111111111/eu-west-1": `{"address":"a","type":"t","attrs":{"x":{"$ref":[1]}}}`,
		"resources/1/global":               `[]`,
		"gaps":                             `"x"`,
		"state":                            `{}`,
	} {
		_, err := snapshot.Read(bytes.NewReader(forged(t, name, line+"\n")))
		var broken *snapshot.Broken
		if !errors.As(err, &broken) || broken.Part != name {
			t.Errorf("%s of %s: %v", line, name, err)
		}
	}
}

// forged makes a snapshot of one part with correct sums.
func forged(t *testing.T, name, text string) []byte {
	t.Helper()
	head, err := json.Marshal(object{"plumb": "snapshot", "version": snapshot.Version, "parts": []any{object{"name": name, "values": 1, "bytes": len(text), "sha256": sum(text)}}})
	if err != nil {
		t.Fatal(err)
	}
	return compress(t, string(head)+"\n"+sum(string(head))+"\n"+text)
}

func sum(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

func TestCodeIsNoSnapshot(t *testing.T) {
	t.Parallel()
	s := taken()
	s.Found.Snippets = map[string]string{"main.tf": "x"}
	if _, err := snapshot.Write(io.Discard, s); err == nil {
		t.Error("text of code is written")
	}
}

func FuzzRead(f *testing.F) {
	var file bytes.Buffer
	if _, err := snapshot.Write(&file, taken()); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add(file.Bytes()[:file.Len()/2])
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := snapshot.Read(bytes.NewReader(text))
		if (s == nil) == (err == nil) {
			t.Errorf("%v, %v", s, err)
		}
	})
}
