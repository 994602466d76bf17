package awsfake

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func (s *Server) dynamodb(q *request) (string, *refusal) {
	name := q.params.Get("TableName")
	t := s.tables[name]
	if !q.write() {
		t = s.described(s.tables, name)
	}
	if t == nil {
		return "", refused("ResourceNotFoundException", "table %s not found", name)
	}
	if q.write() && t.busy != "" {
		return "", refused("ResourceInUseException", "table %s is being updated", name)
	}
	switch q.op {
	case "dynamodb:DescribeTable", "dynamodb:UpdateTable":
		if q.write() {
			s.updateTable(q, t)
		}
		field := map[bool]string{true: "TableDescription", false: "Table"}[q.write()]
		return fmt.Sprintf(`{%q:{"TableName":%q,"TableStatus":%q,"DeletionProtectionEnabled":%s,"BillingModeSummary":{"BillingMode":%q},"ProvisionedThroughput":{"ReadCapacityUnits":%s,"WriteCapacityUnits":%s}}}`,
			field, name, t.state(), t.attrs["DeletionProtectionEnabled"], t.attrs["BillingMode"], t.attrs["ReadCapacityUnits"], t.attrs["WriteCapacityUnits"]), nil
	case "dynamodb:DescribeContinuousBackups", "dynamodb:UpdateContinuousBackups":
		if q.write() {
			status := map[string]string{"true": "ENABLED", "false": "DISABLED"}[q.params.Get("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled")]
			if q.effect = t.attrs["PITR"] != status; q.effect {
				s.change(t, "", map[string]string{"PITR": status})
			}
		}
		return fmt.Sprintf(`{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":%q}}}`, t.attrs["PITR"]), nil
	}
	return q.unknown()
}

func (s *Server) updateTable(q *request, t *thing) {
	to := q.chosen("DeletionProtectionEnabled", "BillingMode")
	for _, m := range []string{"ReadCapacityUnits", "WriteCapacityUnits"} {
		if v := q.params.Get("ProvisionedThroughput." + m); v != "" {
			to[m] = v
		}
	}
	if to["BillingMode"] == "PAY_PER_REQUEST" {
		to["ReadCapacityUnits"], to["WriteCapacityUnits"] = "0", "0"
	}
	for m, v := range to {
		if t.attrs[m] == v {
			delete(to, m)
		}
	}
	if q.effect = len(to) > 0; q.effect {
		s.change(t, "UPDATING", to)
	}
}

// s3Parts are the settings of a bucket by the query that names them: the operation's noun and what is answered when there is none.
var s3Parts = map[string]struct{ noun, missing string }{
	"acl": {"BucketAcl", ""}, "encryption": {"BucketEncryption", "ServerSideEncryptionConfigurationNotFoundError"},
	"location": {"BucketLocation", ""}, "lifecycle": {"BucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"}, "policy": {"BucketPolicy", "NoSuchBucketPolicy"},
	"policyStatus": {"BucketPolicyStatus", "NoSuchBucketPolicy"}, "publicAccessBlock": {"PublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"},
	"replication": {"BucketReplication", "ReplicationConfigurationNotFoundError"}, "versioning": {"BucketVersioning", ""},
	"website": {"BucketWebsite", "NoSuchWebsiteConfiguration"},
}

func s3Operation(r *http.Request) string {
	verb := map[string]string{http.MethodGet: "Get", http.MethodPut: "Put", http.MethodDelete: "Delete"}[r.Method]
	for part, p := range s3Parts {
		if r.URL.Query().Has(part) {
			if verb == "Delete" && part == "lifecycle" {
				return "DeleteBucketLifecycle"
			}
			return verb + p.noun
		}
	}
	return verb + "Bucket"
}

func (s *Server) s3(q *request) (string, *refusal) {
	name := strings.Trim(q.http.URL.Path, "/")
	b := s.buckets[name]
	if b == nil {
		return "", &refusal{404, "NoSuchBucket", name + " not found"}
	}
	for part, p := range s3Parts {
		if !q.http.URL.Query().Has(part) {
			continue
		}
		switch q.http.Method {
		case http.MethodPut:
			body := string(q.body)
			q.effect = b[part] != body
			b[part] = body
			return "", nil
		case http.MethodDelete:
			q.effect = b[part] != ""
			delete(b, part)
			return "", nil
		}
		return s3Get(b, part, p.missing)
	}
	return q.unknown()
}

func s3Get(b map[string]string, part, missing string) (string, *refusal) {
	if text := b[part]; text != "" {
		return text, nil
	}
	switch part {
	case "location":
		return `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` + Region + `</LocationConstraint>`, nil
	case "versioning":
		return "<VersioningConfiguration></VersioningConfiguration>", nil
	case "acl":
		return tag("AccessControlPolicy", tag("Owner", leaf("ID", "owner"))+tag("AccessControlList", "")), nil
	}
	return "", &refusal{404, missing, "there is none"}
}

// passwordMembers are the members of a password policy.
var passwordMembers = []string{"MinimumPasswordLength", "RequireSymbols", "RequireNumbers", "RequireUppercaseCharacters", "RequireLowercaseCharacters", "AllowUsersToChangePassword", "MaxPasswordAge", "PasswordReusePrevention", "HardExpiry"}

func (s *Server) iam(q *request) (string, *refusal) {
	switch q.op {
	case "iam:GetAccountPasswordPolicy":
		if s.policy == nil {
			return "", &refusal{404, "NoSuchEntity", "there is no password policy"}
		}
		return tag("PasswordPolicy", leaves(s.policy)), nil
	case "iam:UpdateAccountPasswordPolicy":
		to := q.chosen(passwordMembers...)
		q.effect = !maps.Equal(to, s.policy)
		s.policy = to
		return "", nil
	case "iam:DeleteAccountPasswordPolicy":
		if s.policy == nil {
			return "", &refusal{404, "NoSuchEntity", "there is no password policy"}
		}
		s.policy = nil
		return "", nil
	}
	return q.unknown()
}

func (s *Server) sts(q *request) (string, *refusal) {
	if q.op != "sts:GetCallerIdentity" {
		return q.unknown()
	}
	return leaf("Account", Account) + leaf("Arn", "arn:aws:iam::"+Account+":user/ana") + leaf("UserId", "AIDAFAKEFAKEFAKEFAKE"), nil
}
