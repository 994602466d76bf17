package terraform_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/scanners/terraform"
)

const smallPlan = `{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":[{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","name":"a","values":{"cidr_block":"10.0.0.0/16","tags":{"Name":"Zürich 🏔"}}}]}}}`

const smallState = `{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","resources":[]}`

func zip(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func utf16Text(order binary.AppendByteOrder, mark bool, text string) []byte {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xfeff)
	}
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// encodings lists the ways in which one text may be stored.
func encodings(text string) map[string][]byte {
	return map[string][]byte{
		"plain":                     []byte(text),
		"byte order mark":           append([]byte("\xef\xbb\xbf"), text...),
		"UTF-16LE":                  utf16Text(binary.LittleEndian, true, text),
		"UTF-16BE":                  utf16Text(binary.BigEndian, true, text),
		"UTF-16LE without a mark":   utf16Text(binary.LittleEndian, false, text),
		"UTF-16BE without a mark":   utf16Text(binary.BigEndian, false, text),
		"gzip":                      zip(text),
		"gzip of UTF-16":            zip(string(utf16Text(binary.LittleEndian, true, text))),
		"gzip with byte order mark": zip("\xef\xbb\xbf" + text),
	}
}

func TestPlansAreReadInEveryEncoding(t *testing.T) {
	want := readPlan(t, []byte(smallPlan), terraform.PlanOptions{})
	if got := want.Resources[0].Attrs["tags"]; !cmp.Equal(got, map[string]any{"Name": "Zürich 🏔"}) {
		t.Fatal(got)
	}
	for name, text := range encodings(smallPlan) {
		if diff := cmp.Diff(want, readPlan(t, text, terraform.PlanOptions{})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if kind := terraform.Detect("x", text); kind != terraform.Plan {
			t.Errorf("%s is taken for %v", name, kind)
		}
	}
}

func TestDetect(t *testing.T) {
	long := strings.Repeat(`{"address":"aws_vpc.a"},`, 5000)
	for _, tt := range []struct {
		name, head string
		want       terraform.Kind
	}{
		{"main.tf", "", terraform.HCLFile},
		{"MAIN.TF.JSON", "{}", terraform.HCLFile},
		{"a.tofu", "", terraform.HCLFile},
		{"plan.json", smallPlan, terraform.Plan},
		{"plan.json", " \n" + smallPlan, terraform.Plan},
		{"anything", `{"format_version":"0.1","terraform_version":"0.12.0","variables":{`, terraform.Plan},
		{"sorted.json", `{"complete":true,"configuration":{"root_module":{}},"format_version":"1.2","planned_values":{`, terraform.Plan},
		{"cut.json", `{"format_version":"1.2","terraform_version":"1.5.0","planned_values":{"root_module":{"resources":[` + long, terraform.Plan},
		{"terraform.tfstate", smallState, terraform.State},
		{"old.tfstate", `{"version":3,"terraform_version":"0.11.14","serial":1,"modules":[`, terraform.State},
		{"show.json", `{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{`, terraform.State},
		{"plan.bin", "PK\x03\x04\x14\x00", terraform.SavedPlan},
		{"stack.json", `{"AWSTemplateFormatVersion":"2010-09-09","Resources":{}}`, terraform.OtherJSON},
		{"package.json", `{"name":"x","version":"1.0.0"}`, terraform.OtherJSON},
		{"list.json", `[1,2]`, terraform.OtherJSON},
		{"readme.md", "# hello", terraform.Unknown},
		{"empty", "", terraform.Unknown},
		{"nothing.gz", "\x1f\x8b", terraform.Unknown},
	} {
		if got := terraform.Detect(tt.name, []byte(tt.head)); got != tt.want {
			t.Errorf("%s %.40q is taken for %v, not %v", tt.name, tt.head, got, tt.want)
		}
	}
}

func TestDetectNeedsOnlyTheHead(t *testing.T) {
	head := zip(smallPlan[:60] + strings.Repeat(" ", 1<<20) + smallPlan[60:])
	if got := terraform.Detect("p", head[:len(head)/2]); got != terraform.Plan {
		t.Errorf("half of a compressed plan is taken for %v", got)
	}
}

func TestBrokenCompressionIsAnError(t *testing.T) {
	packed := zip(smallPlan)
	for name, text := range map[string][]byte{"cut off": packed[:len(packed)-12], "damaged": append(packed[:12:12], []byte("nonsense")...)} {
		_, err := terraform.NewPlan(bytes.NewReader(text), "p.gz", terraform.PlanOptions{}).Scan(context.Background())
		if err == nil || !strings.Contains(err.Error(), "p.gz") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// endless gives spaces for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestInputsAreLimited(t *testing.T) {
	_, err := terraform.NewPlan(endless{}, "p.json", terraform.PlanOptions{}).Scan(context.Background())
	if err == nil || !strings.Contains(err.Error(), "larger than 1024 MiB") {
		t.Errorf("%v", err)
	}
}
