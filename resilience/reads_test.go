package resilience_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/resilience"
)

var typeName = regexp.MustCompile(`"(aws_[a-z0-9_]+)[".]`)

// TestTheModelReadsEveryTypeThatItNames looks for names of types in the code of the model. The table of scopes names them all.
func TestTheModelReadsEveryTypeThatItNames(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "scope.go" || file == "reads.go" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range typeName.FindAllStringSubmatch(string(text), -1) {
			named++
			if !resilience.Reads(m[1]) {
				t.Errorf("%s names %s, which settingsRead lacks", file, m[1])
			}
		}
	}
	if named < 100 {
		t.Errorf("%d names of types were found", named)
	}
	if !resilience.Reads("aws_db_instance") || resilience.Reads("aws_iam_access_key") {
		t.Error("a database is not read, or an access key is")
	}
}
