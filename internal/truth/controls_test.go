package truth

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/plumbline-dev/plumbline/policies"
	"github.com/plumbline-dev/plumbline/scanners/aws"
	"github.com/plumbline-dev/plumbline/scanners/aws/services"
)

// ofAccounts lists the controls of critical and high severity that an account can answer.
var ofAccounts = []string{
	"FND-ACCT-001", "FND-MFA-001", "FND-MFA-002", "FND-MFA-003", "FND-MFA-004", "FND-MFA-005", "FND-CI-001", "FND-AUDIT-001",
	"NET-AZ-001", "NET-NAT-001", "NET-TIER-001", "NET-TIER-002", "NET-SG-001", "EDGE-CDN-001", "EDGE-OAC-001", "EDGE-TLS-001", "DNS-ZONE-001",
	"DNS-ALIAS-001", "DNS-FAILOVER-002", "DNS-DOM-001", "DNS-DOM-002", "TLS-WILD-001", "TLS-EXP-001", "TLS-RENEW-001", "TLS-RENEW-002", "LB-AZ-001",
	"LB-TGT-001", "LB-HC-001", "LB-TLS-001", "CMP-PET-001", "ASG-AZ-001", "ASG-MIN-001", "ASG-HC-001", "ASG-SCALE-001", "CMP-IMDS-001", "ECS-AZ-001",
	"EKS-AZ-001", "EKS-VER-001", "EKS-API-001", "LMB-AZ-001", "LMB-RT-001", "RDS-MULTIAZ-001", "RDS-AURORA-001", "RDS-SUBNET-001", "RDS-BKP-001",
	"RDS-DEL-001", "RDS-PG-002", "RDS-ENC-001", "DDB-PITR-001", "CACHE-HA-001", "CACHE-HA-002", "CACHE-SINGLE-001", "SRCH-AZ-001", "SRCH-SEC-001",
	"S3-VER-001", "S3-PUB-001", "MON-ALARM-001", "MON-ALARM-002", "DR-RPO-001", "DR-RTO-001", "DR-BKP-001", "DR-BKP-002", "GRA-AZ-001", "GRA-SPOF-001",
	"GRA-INST-001", "KOPS-HA-001",
}

// otherSource lists the controls of critical and high severity that an account answers only together with something else.
var otherSource = map[string]string{
	"FND-STATE-004":  "which bucket holds states is said in code; s3.versioning and s3.public_access_block judge every bucket",
	"K8S-REPL-001":   "asks the API of a Kubernetes cluster",
	"K8S-SPREAD-001": "asks the API of a Kubernetes cluster",
	"K8S-PROBE-001":  "asks the API of a Kubernetes cluster",
	"K8S-ROLL-001":   "asks the API of a Kubernetes cluster",
	"K8S-LINK-001":   "asks the API of a Kubernetes cluster",
	"K8S-SEC-001":    "asks the API of a Kubernetes cluster",
	"K8S-SECRET-001": "asks the API of a Kubernetes cluster",
	"K8S-STATE-001":  "asks the API of a Kubernetes cluster",
	"K8S-TLS-001":    "asks the API of a Kubernetes cluster",
	"K8S-PROD-001":   "asks the API of a Kubernetes cluster",
	"KOPS-ETCD-001":  "the specification of a kops cluster lies in its state store; its servers are judged by kops.control_plane",
}

// TestEveryControlThatAnAccountCanAnswerHasAPolicyThatDoes: with -v it prints which.
func TestEveryControlThatAnAccountCanAnswerHasAPolicyThatDoes(t *testing.T) {
	t.Parallel()
	metas, err := policySet(t).Policies()
	if err != nil {
		t.Fatal(err)
	}
	given := aws.Complete(services.All(), nil)
	answering := map[string][]string{}
	for _, m := range metas {
		_, read := given[m.Judges]
		if m.Live == "skip" || !read && !m.Simulated() {
			continue
		}
		for _, c := range m.Controls {
			answering[c] = append(answering[c], m.ID)
		}
	}
	all, err := policies.Controls()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]policies.Control{}
	for _, c := range all {
		known[c.ID] = c
	}
	for _, id := range append(slices.Clone(ofAccounts), slices.Sorted(maps.Keys(otherSource))...) {
		c, ok := known[id]
		switch why := otherSource[id]; {
		case !ok || c.Severity != policies.Critical && c.Severity != policies.High:
			t.Errorf("%s is no control of critical or high severity", id)
		case len(answering[id]) > 0 && why != "":
			t.Errorf("%s is answered by %v: take it out of the list of those that are not", id, answering[id])
		case why != "":
			t.Logf("%s (%s): %s", id, c.Title, why)
		case len(answering[id]) == 0:
			t.Errorf("%s (%s) has no policy that judges something of an account", id, c.Title)
		default:
			t.Logf("%s (%s): %s", id, c.Title, strings.Join(answering[id], ", "))
		}
	}
}
