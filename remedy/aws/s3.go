package aws

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plumbline-dev/plumbline/remedy"
)

func s3Fixes() []Fix {
	return []Fix{s3Versioning, s3PublicAccessBlock, s3Encryption, s3Lifecycle, s3Replication, s3TLSOnly}
}

// bucket gives the parameters of a call on the bucket.
func (d *draft) bucket() params { return params{"Bucket": d.text("bucket")} }

var s3Versioning = Fix{
	ID: "s3-versioning", Title: "versioning on",
	Takes: []string{"+aws_s3_bucket_versioning", "aws_s3_bucket_versioning.versioning_configuration.status"}, Of: "bucket",
	Does: []string{"s3:PutBucketVersioning"}, Undoes: []string{"s3:PutBucketVersioning"}, Reads: []string{"s3:GetBucketVersioning"},
	Risk:    remedy.Risk{Class: "online", Detail: "Objects written in the first minutes may answer 404 once; what is deleted from now on stays as an old version and is billed."},
	Undo:    partly("AWS cannot return a bucket to \"unset\": versioning is suspended, and the versions made meanwhile stay"),
	Seconds: 15,
	plan: func(d *draft) {
		v := d.look("s3:GetBucketVersioning", d.bucket())
		v.require("deleting needs no second factor", "MFADelete", remedy.Differs, "Enabled")
		prior := v.still("versioning", "Status")
		want, _ := d.wanted("versioning_configuration[0].status")
		d.shows("versioning", prior, want)
		status := func(s any) params { return with(d.bucket(), params{"VersioningConfiguration": params{"Status": s}}) }
		a := d.write("s3:PutBucketVersioning", status(want))
		a.Until = []remedy.Condition{v.is(fmt.Sprintf("versioning is %v", want), "Status", remedy.Equals, want)}
		a.UndoWhen = a.Until
		a.Undo = d.undone("s3:PutBucketVersioning", status("Suspended"), v.is("versioning is suspended", "Status", remedy.Equals, "Suspended"))
		d.do(a)
	},
}

// publicAccess are the members of a public access block by the attributes of ours.
var publicAccess = map[string]string{
	"block_public_acls": "BlockPublicAcls", "block_public_policy": "BlockPublicPolicy", "ignore_public_acls": "IgnorePublicAcls", "restrict_public_buckets": "RestrictPublicBuckets",
}

// everyone are the groups of an ACL that make a bucket public.
var everyone = []string{"http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}

var s3PublicAccessBlock = Fix{
	ID: "s3-public-access-block", Title: "public access blocked",
	Takes: []string{
		"+aws_s3_bucket_public_access_block", "aws_s3_bucket_public_access_block.block_public_acls", "aws_s3_bucket_public_access_block.block_public_policy",
		"aws_s3_bucket_public_access_block.ignore_public_acls", "aws_s3_bucket_public_access_block.restrict_public_buckets",
	}, Of: "bucket",
	Does: []string{"s3:PutPublicAccessBlock"}, Undoes: []string{"s3:DeletePublicAccessBlock", "s3:PutPublicAccessBlock"},
	Reads:   []string{"s3:GetBucketAcl", "s3:GetBucketPolicy", "s3:GetBucketPolicyStatus", "s3:GetBucketWebsite", "s3:GetPublicAccessBlock"},
	Risk:    remedy.Risk{Class: "access-break", Detail: "Whoever reads the bucket without signing in, and some readers of other accounts, are cut off at once."},
	Undo:    fully,
	Seconds: 10,
	plan: func(d *draft) {
		d.notPublic()
		b := d.look("s3:GetPublicAccessBlock", d.bucket())
		prior, _ := b.get("PublicAccessBlockConfiguration").(map[string]any)
		config := params{}
		for attr, member := range publicAccess {
			config[member] = prior[member] == true
			if want, ok := d.wanted(attr); ok {
				config[member] = want
			}
		}
		same := func(c params) remedy.Condition {
			return b.is("the block is as planned", "PublicAccessBlockConfiguration", remedy.Equals, c)
		}
		a := d.write("s3:PutPublicAccessBlock", with(d.bucket(), params{"PublicAccessBlockConfiguration": config}))
		a.Until = []remedy.Condition{same(config)}
		a.UndoWhen = a.Until
		if b.none() {
			b.require("there is still no public access block", "", remedy.Refuses, noPublicAccessBlock)
			d.blocks(absent{}, config)
			a.Undo = d.undone("s3:DeletePublicAccessBlock", d.bucket(), b.is("there is no public access block", "", remedy.Refuses, noPublicAccessBlock))
		} else {
			b.still("the public access block", "PublicAccessBlockConfiguration")
			d.blocks(prior, config)
			a.Undo = d.undone("s3:PutPublicAccessBlock", with(d.bucket(), params{"PublicAccessBlockConfiguration": prior}), same(prior))
		}
		d.do(a)
	},
}

// blocks shows what changes of a public access block.
func (d *draft) blocks(prior any, config params) {
	before, had := prior.(map[string]any)
	if off := slices.DeleteFunc(sortedKeys(config), func(m string) bool { return config[m] == true }); !had && len(off) == 0 {
		d.shows("all four settings", prior, true)
		return
	}
	for _, m := range sortedKeys(config) {
		if !had || before[m] != config[m] {
			d.shows(m, before[m], config[m])
		}
	}
}

const noPublicAccessBlock = "NoSuchPublicAccessBlockConfiguration"

// notPublic requires that nobody reads the bucket without signing in: no website, no grant to everyone, no public policy.
func (d *draft) notPublic() {
	d.look("s3:GetBucketWebsite", d.bucket()).require("the bucket is no website", "", remedy.Refuses, "NoSuchWebsiteConfiguration")
	acl := d.look("s3:GetBucketAcl", d.bucket())
	acl.require("its ACL grants nothing to everyone", "Grants[*].Grantee.URI", remedy.Lacks, everyone[0])
	acl.require("its ACL grants nothing to whoever has an account", "Grants[*].Grantee.URI", remedy.Lacks, everyone[1])
	policy := d.look("s3:GetBucketPolicy", d.bucket())
	if !policy.none() {
		d.look("s3:GetBucketPolicyStatus", d.bucket()).require("its policy is not public", "PolicyStatus.IsPublic", remedy.Equals, false)
		return
	}
	if by := d.p.makes["the policy of "+d.text("bucket")]; by != "" && by != s3TLSOnly.ID {
		d.refuse(remedy.PreconditionFails, "another step of this plan (%s) gives the bucket a policy: plan again after it", by)
	}
	policy.require("no policy allows anything", "Policy.<json>.Statement[Effect=Allow]", remedy.Missing, nil)
}

var s3Encryption = Fix{
	ID: "s3-default-encryption-kms", Title: "new objects encrypted with a key of KMS",
	Takes: []string{
		"+aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_server_side_encryption_configuration.rule.bucket_key_enabled",
		"aws_s3_bucket_server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.sse_algorithm",
		"aws_s3_bucket_server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.kms_master_key_id",
	}, Of: "bucket",
	Does: []string{"s3:PutBucketEncryption"}, Undoes: []string{"s3:DeleteBucketEncryption", "s3:PutBucketEncryption"}, Reads: []string{"kms:DescribeKey", "s3:GetBucketEncryption"},
	Risk:    remedy.Risk{Class: "access-break", Detail: "Who writes or reads the bucket needs the key as well (kms:GenerateDataKey, kms:Decrypt); objects that are there stay as they are."},
	Undo:    partly("objects that were written meanwhile stay encrypted with the key: it must not be deleted"),
	Seconds: 10,
	plan: func(d *draft) {
		e := d.look("s3:GetBucketEncryption", d.bucket())
		const rules = "ServerSideEncryptionConfiguration.Rules"
		prior := e.get(rules)
		rule := d.encryptionRule(prior)
		want := []any{rule}
		put := func(list any) params {
			return with(d.bucket(), params{"ServerSideEncryptionConfiguration": params{"Rules": list}})
		}
		a := d.write("s3:PutBucketEncryption", put(want))
		algorithm, _ := rule["ApplyServerSideEncryptionByDefault"].(params)
		a.Until = []remedy.Condition{e.is("new objects are encrypted so", rules+"[0].ApplyServerSideEncryptionByDefault", remedy.Equals, algorithm)}
		a.UndoWhen = a.Until
		d.shows("default encryption", prior, want)
		if e.none() {
			const code = "ServerSideEncryptionConfigurationNotFoundError"
			e.require("there is still no default encryption", "", remedy.Refuses, code)
			a.Undo = d.undone("s3:DeleteBucketEncryption", d.bucket(), e.is("there is no default encryption", "", remedy.Refuses, code))
		} else {
			e.still("the default encryption", rules)
			a.Undo = d.undone("s3:PutBucketEncryption", put(prior), e.is("the default encryption is as before", rules, remedy.Equals, prior))
		}
		d.do(a)
	},
}

// encryptionRule is the rule that a bucket is to have: what it has, with what is wanted.
func (d *draft) encryptionRule(prior any) params {
	const block = "rule[0].apply_server_side_encryption_by_default[0]."
	out := params{"SSEAlgorithm": nil}
	if list, ok := prior.([]any); ok && len(list) == 1 {
		if first, ok, _ := lookup(prior, "[0].ApplyServerSideEncryptionByDefault"); ok {
			out = with(first.(map[string]any), nil)
		}
	}
	for attr, member := range map[string]string{"sse_algorithm": "SSEAlgorithm", "kms_master_key_id": "KMSMasterKeyID"} {
		if v, ok := d.wanted(block + attr); ok && v != nil {
			out[member] = v
		}
	}
	if out["SSEAlgorithm"] == nil {
		d.refuse(remedy.PreconditionFails, "the change names no algorithm")
	}
	if key, ok := out["KMSMasterKeyID"]; ok {
		d.look("kms:DescribeKey", params{"KeyId": key}).require("the key can be used", "KeyMetadata.KeyState", remedy.Equals, "Enabled")
	}
	rule := params{"ApplyServerSideEncryptionByDefault": out}
	if out["SSEAlgorithm"] == "aws:kms" {
		rule["BucketKeyEnabled"] = true
	}
	return rule
}

var s3Lifecycle = Fix{
	ID: "s3-lifecycle", Title: "old versions and broken uploads expire",
	Takes: []string{
		"+aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_lifecycle_configuration.rule.id", "aws_s3_bucket_lifecycle_configuration.rule.status",
		"aws_s3_bucket_lifecycle_configuration.rule.filter", "aws_s3_bucket_lifecycle_configuration.rule.abort_incomplete_multipart_upload",
		"aws_s3_bucket_lifecycle_configuration.rule.noncurrent_version_expiration",
	}, Of: "bucket",
	Does: []string{"s3:PutBucketLifecycleConfiguration"}, Undoes: []string{"s3:DeleteBucketLifecycle", "s3:PutBucketLifecycleConfiguration"},
	Reads:   []string{"s3:GetBucketLifecycleConfiguration"},
	Risk:    remedy.Risk{Class: "data-destructive", Detail: "Versions that are older than the rule says are deleted for good, once a day."},
	Undo:    partly("the rules come back; versions that expired meanwhile do not"),
	Seconds: 10,
	plan: func(d *draft) {
		added := d.lifecycleRules(d.newRules())
		if !slices.ContainsFunc(added, func(r any) bool { return r.(params)["NoncurrentVersionExpiration"] != nil }) {
			d.step.Risk = remedy.Risk{Class: "online", Detail: "Uploads that are not finished in time are ended; nothing that can be read goes."}
		}
		now := d.look("s3:GetBucketLifecycleConfiguration", d.bucket())
		prior, _ := now.get("Rules").([]any)
		var ids []any
		for _, r := range added {
			id := r.(params)["ID"]
			now.requireLacks("no rule has the name "+fmt.Sprint(id), "Rules[*].ID", id)
			ids = append(ids, id)
		}
		put := func(rules any) params {
			return with(d.bucket(), params{"LifecycleConfiguration": params{"Rules": rules}})
		}
		var there []remedy.Condition
		for _, id := range ids {
			there = append(there, now.is("the rule "+fmt.Sprint(id)+" is there", "Rules[*].ID", remedy.Has, id))
		}
		d.shows("lifecycle rules", namesOf(prior), append(namesOf(prior), ids...))
		read := []remedy.Read{{Call: now.call, Binds: map[string]string{"rules": "Rules"}}}
		var a remedy.Action
		if now.none() {
			now.require("there are still no lifecycle rules", "", remedy.Refuses, noLifecycle)
			a = d.write("s3:PutBucketLifecycleConfiguration", put(added))
			a.Undo = d.undone("s3:DeleteBucketLifecycle", d.bucket(), now.is("there are no lifecycle rules", "", remedy.Refuses, noLifecycle))
		} else {
			now.still("the list of rules", "Rules")
			a = d.write("s3:PutBucketLifecycleConfiguration", put(edited(bind("rules"), "add", added)))
			a.Reads = read
			back := d.write("s3:PutBucketLifecycleConfiguration", put(edited(bind("rules"), "drop", ids, "by", "ID")))
			back.Reads = read
			for _, id := range ids {
				back.Until = append(back.Until, now.is("the rule is gone", "Rules[*].ID", remedy.Lacks, id))
			}
			a.Undo = []remedy.Action{back}
		}
		a.Until, a.UndoWhen = there, there
		d.do(a)
	},
}

const noLifecycle = "NoSuchLifecycleConfiguration"

// requireLacks requires that a list does not hold a value, or that there is no list at all.
func (s *source) requireLacks(says, path string, want any) {
	if !s.none() {
		s.require(says, path, remedy.Lacks, want)
	}
}

func namesOf(rules []any) []any {
	out := []any{}
	for _, r := range rules {
		m, _ := r.(map[string]any)
		out = append(out, m["ID"])
	}
	return out
}

// newRules gives the rules of the changes in canonical words: those of what is created, or those that are set behind the others.
func (d *draft) newRules() []any {
	if all, ok := d.wanted("rule"); ok {
		list, _ := all.([]any)
		return list
	}
	at := map[int]map[string]any{}
	for _, c := range d.job.changes {
		n := position(c.Path)
		if at[n] == nil {
			at[n] = map[string]any{}
		}
		at[n][c.Path[strings.LastIndexByte(c.Path, '.')+1:]] = d.resolved(c.New)
	}
	var out []any
	for _, n := range slices.Sorted(maps.Keys(at)) {
		out = append(out, at[n])
	}
	return out
}

// lifecycleRules turns rules in canonical words into those of the API. Only what expires old versions and broken uploads is
// taken: nothing that deletes what is current is ever done by itself.
func (d *draft) lifecycleRules(wanted []any) []any {
	var out []any
	for _, x := range wanted {
		m, _ := x.(map[string]any)
		for _, name := range []string{"expiration", "transition", "noncurrent_version_transition"} {
			if !empty(m[name]) {
				d.refuse(remedy.PreconditionFails, "a rule with %s is not made in an account: write it in code", name)
			}
		}
		rule := params{"ID": m["id"], "Status": m["status"], "Filter": params{"Prefix": orNone(first(m["filter"], "prefix"))}}
		if days := first(m["noncurrent_version_expiration"], "noncurrent_days"); days != nil {
			e := params{"NoncurrentDays": days}
			if keep := first(m["noncurrent_version_expiration"], "newer_noncurrent_versions"); keep != nil {
				e["NewerNoncurrentVersions"] = keep
			}
			rule["NoncurrentVersionExpiration"] = e
		}
		if days := first(m["abort_incomplete_multipart_upload"], "days_after_initiation"); days != nil {
			rule["AbortIncompleteMultipartUpload"] = params{"DaysAfterInitiation": days}
		}
		if m["id"] == nil || len(rule) == 3 {
			d.refuse(remedy.PreconditionFails, "a lifecycle rule needs an id and something that it expires")
		}
		out = append(out, rule)
	}
	if len(out) == 0 {
		d.refuse(remedy.PreconditionFails, "the change names no lifecycle rules")
	}
	return out
}

// first gives an attribute of a nested block that there is one of.
func first(block any, name string) any {
	list, _ := block.([]any)
	if len(list) == 0 {
		return nil
	}
	m, _ := list[0].(map[string]any)
	return m[name]
}

func orNone(v any) any {
	if v == nil {
		return ""
	}
	return v
}

var s3Replication = Fix{
	ID: "s3-replication", Title: "objects copied to a bucket of another region",
	Takes: []string{"+aws_s3_bucket_replication_configuration"}, Of: "bucket",
	Does: []string{"s3:PutBucketReplication"}, Undoes: []string{"s3:DeleteBucketReplication"}, Reads: []string{"s3:GetBucketReplication", "s3:GetBucketVersioning"},
	Companions: []string{"iam:PassRole"},
	Risk:       remedy.Risk{Class: "online", Detail: "Only objects that are written from now on are copied."},
	Undo:       partly("what was copied stays in the other bucket"),
	Seconds:    10,
	plan: func(d *draft) {
		d.look("s3:GetBucketVersioning", d.bucket()).require("the bucket keeps versions", "Status", remedy.Equals, "Enabled")
		now := d.look("s3:GetBucketReplication", d.bucket())
		now.require("there are still no replication rules", "", remedy.Refuses, "ReplicationConfigurationNotFoundError")
		role, _ := d.wanted("role")
		rules, _ := d.wanted("rule")
		config := params{"Role": role, "Rules": d.replicationRules(rules)}
		d.passRole(role, "s3.amazonaws.com")
		a := d.write("s3:PutBucketReplication", with(d.bucket(), params{"ReplicationConfiguration": config}))
		a.Until = []remedy.Condition{now.is("new objects are copied", "ReplicationConfiguration.Role", remedy.Equals, role)}
		a.UndoWhen = a.Until
		a.Undo = d.undone("s3:DeleteBucketReplication", d.bucket(), now.is("nothing is copied", "", remedy.Refuses, "ReplicationConfigurationNotFoundError"))
		d.shows("replication", absent{}, config)
		d.do(a)
	},
}

// passRole adds the permission to hand a role to a service.
func (d *draft) passRole(role any, service string) {
	arn, ok := role.(string)
	if !ok {
		d.refuse(remedy.PreconditionFails, "the change names no role")
		return
	}
	d.companions = append(d.companions, remedy.Permission{Action: "iam:PassRole", Resources: []string{arn}, Condition: map[string]string{"iam:PassedToService": service}})
}

func (d *draft) replicationRules(wanted any) []any {
	list, _ := wanted.([]any)
	var out []any
	for n, x := range list {
		m, _ := x.(map[string]any)
		to := first(m["destination"], "bucket")
		if to == nil || m["id"] == nil {
			d.refuse(remedy.PreconditionFails, "a replication rule needs an id and a destination")
		}
		destination := params{"Bucket": to}
		if class := first(m["destination"], "storage_class"); class != nil {
			destination["StorageClass"] = class
		}
		markers := orDisabled(first(m["delete_marker_replication"], "status"))
		out = append(out, params{"ID": m["id"], "Priority": n + 1, "Status": "Enabled", "Filter": params{"Prefix": orNone(first(m["filter"], "prefix"))},
			"DeleteMarkerReplication": params{"Status": markers}, "Destination": destination})
	}
	return slices.Clip(out)
}

func orDisabled(v any) any {
	if v == nil {
		return "Disabled"
	}
	return v
}
