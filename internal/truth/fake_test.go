package truth

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/awsdouble"
	"github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

// Moto has no root user, no domains, no renewals and no report that is older than a user: their answers are written down here.

const fakeAccount = "333333333333"

// answers gives the body of an answer by operation.
type answers map[string]string

func xml(operation, result string) string {
	return fmt.Sprintf("<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", operation, result)
}

func summary(mfa, keys, password int) string {
	entry := func(k string, v int) string {
		return fmt.Sprintf("<entry><key>%s</key><value>%d</value></entry>", k, v)
	}
	return xml("GetAccountSummary", "<SummaryMap>"+entry("AccountMFAEnabled", mfa)+entry("AccountAccessKeysPresent", keys)+entry("AccountPasswordPresent", password)+"</SummaryMap>")
}

func report(rows ...string) string {
	text := "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date\n" + strings.Join(rows, "\n") + "\n"
	return xml("GetCredentialReport", "<Content>"+base64.StdEncoding.EncodeToString([]byte(text))+"</Content><GeneratedTime>2026-11-20T08:00:00Z</GeneratedTime>")
}

func row(user string, password, mfa bool) string {
	return fmt.Sprintf("%[1]s,arn:aws:iam::%[2]s:user/%[1]s,2025-01-01T00:00:00+00:00,%[3]t,no_information,N/A,%[4]t,false,N/A,N/A,false,N/A,N/A", user, fakeAccount, password, mfa)
}

func users(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		fmt.Fprintf(&b, "<member><UserName>%[1]s</UserName><Arn>arn:aws:iam::%[2]s:user/%[1]s</Arn><Path>/</Path><UserId>%[1]s</UserId><CreateDate>2025-01-01T00:00:00Z</CreateDate></member>", n, fakeAccount)
	}
	return xml("ListUsers", "<Users>"+b.String()+"</Users><IsTruncated>false</IsTruncated>")
}

func domain(name string, renews, locked bool, ends time.Time) string {
	return fmt.Sprintf(`{"DomainName": %q, "AutoRenew": %t, "TransferLock": %t, "Expiry": %d}`, name, renews, locked, ends.Unix())
}

// delegated is a domain with its zone, and name servers as the registry has them.
func delegated(servers ...string) answers {
	var at []string
	for _, s := range servers {
		at = append(at, fmt.Sprintf(`{"Name": %q}`, strings.ToUpper(s)))
	}
	zone := "<HostedZone><Id>/hostedzone/Z1</Id><Name>shop.example.</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone>"
	return answers{
		"ListDomains":                         `{"Domains": [` + domain("shop.example", true, true, time.Now().AddDate(1, 0, 0)) + `]}`,
		"GetDomainDetail":                     `{"DomainName": "shop.example", "Nameservers": [` + strings.Join(at, ",") + `]}`,
		"GET /2013-04-01/hostedzone":          "<ListHostedZonesResponse><HostedZones>" + zone + "</HostedZones><IsTruncated>false</IsTruncated></ListHostedZonesResponse>",
		"GET /2013-04-01/hostedzone/Z1":       "<GetHostedZoneResponse>" + zone + "<DelegationSet><NameServers><NameServer>ns-1.awsdns-00.com</NameServer><NameServer>ns-2.awsdns-00.net</NameServer></NameServers></DelegationSet></GetHostedZoneResponse>",
		"GET /2013-04-01/hostedzone/Z1/rrset": "<ListResourceRecordSetsResponse><ResourceRecordSets></ResourceRecordSets><IsTruncated>false</IsTruncated></ListResourceRecordSetsResponse>",
	}
}

const certificate = "arn:aws:acm:us-east-1:" + fakeAccount + ":certificate/1"

func certificates(kind string, ends time.Time) answers {
	core := fmt.Sprintf(`"CertificateArn": %q, "DomainName": "shop.example", "Type": %q, "NotAfter": %d, "Status": "ISSUED"`, certificate, kind, ends.Unix())
	return answers{
		"ListCertificates":    `{"CertificateSummaryList": [{` + core + `, "InUse": true}]}`,
		"DescribeCertificate": `{"Certificate": {` + core + `, "RenewalEligibility": "INELIGIBLE", "InUseBy": ["arn:aws:elasticloadbalancing:us-east-1:333333333333:loadbalancer/app/shop/1"]}}`,
		"GetCertificate":      `{"Certificate": "-----BEGIN CERTIFICATE-----"}`,
	}
}

func TestWhatTheDoubleCannotHaveIsJudgedFromAnswers(t *testing.T) {
	t.Parallel()
	soon, late := time.Now().AddDate(0, 0, 10), time.Now().AddDate(0, 6, 0)
	for _, c := range []struct {
		name    string
		answers answers
		want    []string // POLICY ADDRESS VERDICT of the policies named
	}{
		{"a root user without a second factor, with a key", answers{"GetAccountSummary": summary(0, 1, 1)}, []string{"account.root_keys root fail", "account.root_mfa root fail"}},
		{"a root user as it should be", answers{"GetAccountSummary": summary(1, 0, 1)}, []string{"account.root_keys root pass", "account.root_mfa root pass"}},
		{"root credentials that the organization removed", answers{"GetAccountSummary": summary(0, 0, 0)}, []string{"account.root_keys root pass", "account.root_mfa root pass"}},
		{"a user who is younger than the report", answers{"GetCredentialReport": report(row("ana", true, true), row("ben", true, false), row("bot", false, false)), "ListUsers": users("ana", "ben", "bot", "zoe")}, []string{
			"iam.console_mfa user/ana#credential_report pass", "iam.console_mfa user/ben#credential_report fail",
			"iam.console_mfa user/bot#credential_report not_applicable", "iam.console_mfa user/zoe#credential_report undecided",
		}},
		{"domains", answers{"ListDomains": `{"Domains": [` + strings.Join([]string{domain("a.example", true, true, late), domain("b.example", false, false, late), domain("c.example", true, true, soon)}, ",") + `]}`}, []string{
			"dns.domain_renewal a.example pass", "dns.domain_renewal b.example fail", "dns.domain_renewal c.example fail",
			"dns.transfer_lock a.example pass", "dns.transfer_lock b.example fail", "dns.transfer_lock c.example pass",
		}},
		{"a domain that leads to its zone", delegated("ns-1.awsdns-00.com", "ns-2.awsdns-00.net"), []string{"dns.delegation shop.example pass"}},
		{"a domain that leads to a zone that is no more", delegated("ns-9.awsdns-00.com", "ns-2.awsdns-00.net"), []string{"dns.delegation shop.example fail"}},
		{"a certificate in use that ends soon", certificates("IMPORTED", soon), []string{"acm.expiry certificate/1 fail", "acm.renewal certificate/1 fail", "acm.unused_expiry certificate/1 not_applicable"}},
		{"a certificate in use that does not", certificates("PRIVATE", late), []string{"acm.expiry certificate/1 pass", "acm.renewal certificate/1 pass", "acm.unused_expiry certificate/1 not_applicable"}},
		{"a trail of the organization, seen from a member", answers{
			"DescribeTrails":    `{"trailList": [{"Name": "org", "TrailARN": "arn:aws:cloudtrail:us-east-1:999999999999:trail/org", "HomeRegion": "us-east-1", "IsMultiRegionTrail": true, "LogFileValidationEnabled": true, "IsOrganizationTrail": true}]}`,
			"GetTrailStatus":    `{"IsLogging": true}`,
			"GetEventSelectors": `{"EventSelectors": [{"IncludeManagementEvents": true, "ReadWriteType": "All"}]}`,
			"GetAccountSummary": summary(1, 0, 1),
		}, []string{"account.trail root pass"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := awsdouble.Start(awsdouble.Options{Fill: func(x awsdouble.Call) (string, bool) {
				body, ok := c.answers[x.Operation]
				return body, ok
			}})
			defer d.Close()
			var asked []string
			for _, w := range c.want {
				policy, _, _ := strings.Cut(w, " ")
				asked = append(asked, policy)
			}
			if diff := cmp.Diff(c.want, verdictsOf(t, d, asked)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// verdictsOf reads the account and gives the verdicts of some policies, each with the end of the address.
func verdictsOf(t *testing.T, d *awsdouble.Double, asked []string) []string {
	t.Helper()
	names := []string{"acm", "cloudtrail", "iam", "route53", "route53domains"}
	list := slices.DeleteFunc(services.All(), func(s aws.Service) bool { return !slices.Contains(names, s.Name) })
	found, err := aws.New([]aws.Account{{ID: fakeAccount, Regions: []string{"us-east-1"}, Config: d.Config(fakeAccount)}}, aws.Options{Services: list}).Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	results, _ := judge(t, found)
	var out []string
	for _, r := range results {
		if slices.Contains(asked, r.Policy) {
			address := string(r.Key.Address)
			if i := strings.LastIndex(address, ":"); i >= 0 {
				address = address[i+1:]
			}
			line := fmt.Sprint(r.Policy, " ", strings.TrimPrefix(address, "aws_route53domains_registered_domain/"), " ", r.Verdict)
			if !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	slices.Sort(out)
	return out
}
