package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/plumbline-dev/plumbline/policies"
)

// The elements and their order are those that both common schemas of JUnit reports accept.
type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Package    string          `xml:"package,attr"`
	ID         int             `xml:"id,attr"`
	Name       string          `xml:"name,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Hostname   string          `xml:"hostname,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Properties junitProperties `xml:"properties"`
	Cases      []junitCase     `xml:"testcase"`
	Out        string          `xml:"system-out"`
	Err        string          `xml:"system-err"`
}

type junitProperties struct {
	List []junitProperty `xml:"property"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    string        `xml:"time,attr"`
	Skipped *junitOutcome `xml:"skipped"`
	Error   *junitOutcome `xml:"error"`
	Failure *junitOutcome `xml:"failure"`
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes one test suite for each root and one test case for each verdict: undecided and waived are
// skipped, gaps are errors of a case of their own.
func JUnit(w io.Writer, r *Report) error {
	suites := junitSuites{}
	at := map[Text]int{}
	suite := func(root Text) *junitSuite {
		i, ok := at[root]
		if !ok {
			i = len(suites.Suites)
			at[root] = i
			name := root.XML()
			if name == "" {
				name = "."
			}
			suites.Suites = append(suites.Suites, junitSuite{
				Package: "plumb", ID: i, Name: name, Timestamp: r.Today.Format("2006-01-02T15:04:05"), Hostname: "localhost", Time: "0",
				Properties: junitProperties{[]junitProperty{{"plumbline.version", r.Version}}},
			})
		}
		return &suites.Suites[i]
	}
	for _, root := range r.Roots {
		suite(root.Path)
	}
	for i := range r.Findings {
		suite(r.Findings[i].Root).verdict(r.Findings[i])
	}
	for _, g := range r.Gaps {
		suite(g.Root).gap(g)
	}
	if len(suites.Suites) == 0 {
		suite(Text{})
	}
	b, err := xml.MarshalIndent(suites, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding junit: %w", err)
	}
	_, err = io.WriteString(w, xml.Header+string(b)+"\n")
	return err
}

func (s *junitSuite) verdict(f *Finding) {
	name := f.Resource.XML()
	if !f.Part.Empty() {
		name = f.Part.XML()
	}
	c := junitCase{Name: name, Class: f.Policy, Time: "0"}
	where := strings.TrimSpace(f.At.String() + " " + string(f.Severity))
	switch f.Verdict {
	case policies.Fail:
		s.Failures++
		c.Failure = &junitOutcome{f.Message.XML(), string(f.Severity), where}
	case policies.Undecided:
		s.Skipped++
		c.Skipped = &junitOutcome{Message: "undecided: " + Untrusted(lacksRaw(f)).XML()}
	case policies.Waived:
		s.Skipped++
		c.Skipped = &junitOutcome{Message: "waived"}
		if f.Waiver != nil {
			c.Skipped.Message = "waived: " + f.Waiver.Reason.XML()
		}
	case policies.NotApplicable:
		s.Skipped++
		c.Skipped = &junitOutcome{Message: "does not apply"}
	}
	s.Tests++
	s.Cases = append(s.Cases, c)
}

func (s *junitSuite) gap(g Gap) {
	s.Tests++
	s.Errors++
	s.Cases = append(s.Cases, junitCase{Name: g.Where.XML(), Class: "gap", Time: "0", Error: &junitOutcome{g.Why.XML(), "gap", g.Settle.XML()}})
}
