package awsfake

import (
	"maps"
	"strings"
)

// rdsCopies answers the calls about snapshots, exports, and backups in another region; ok says that it is one of them.
func (s *Server) rdsCopies(q *request) (answer string, r *refusal, ok bool) {
	name := q.params.Get("DBSnapshotIdentifier")
	ok = true
	switch q.op {
	case "rds:DescribeDBSnapshots":
		answer, r = s.describeCopy("snapshot/", name, "DBSnapshots", "DBSnapshot", "DBSnapshotNotFound")
	case "rds:CreateDBSnapshot":
		answer, r = s.createSnapshot(name, q.params.Get("DBInstanceIdentifier"))
	case "rds:CopyDBSnapshot":
		answer, r = s.copySnapshot(q)
	case "rds:DeleteDBSnapshot":
		t := s.databases["snapshot/"+name]
		if t == nil || t.dying {
			return "", &refusal{404, "DBSnapshotNotFound", name + " not found"}, true
		}
		s.end(t, "deleting")
		answer = tag("DBSnapshot", copyOf(name, "DBSnapshotIdentifier", t))
	case "rds:DescribeExportTasks":
		answer, r = s.describeCopy("export/", q.params.Get("ExportTaskIdentifier"), "ExportTasks", "ExportTask", "ExportTaskNotFound")
	case "rds:StartExportTask", "rds:CancelExportTask":
		answer, r = s.export(q)
	case "rds:StartDBInstanceAutomatedBackupsReplication", "rds:StopDBInstanceAutomatedBackupsReplication":
		answer, r = s.replicate(q)
	case "rds:DescribeDBInstanceAutomatedBackups":
		answer, r = s.describeCopy("backups/", q.params.Get("DBInstanceAutomatedBackupsArn"), "DBInstanceAutomatedBackups", "DBInstanceAutomatedBackup", "DBInstanceAutomatedBackupNotFound")
	default:
		ok = false
	}
	return answer, r, ok
}

func copyOf(name, member string, t *thing) string {
	return leaf(member, name) + leaf("Status", t.state()) + leaves(t.attrs)
}

var copyNames = map[string]string{"DBSnapshot": "DBSnapshotIdentifier", "ExportTask": "ExportTaskIdentifier", "DBInstanceAutomatedBackup": "DBInstanceAutomatedBackupsArn"}

func (s *Server) describeCopy(kind, name, list, one, missing string) (string, *refusal) {
	t := s.described(s.databases, kind+name)
	if t == nil {
		return "", &refusal{404, missing, name + " not found"}
	}
	return tag(list, tag(one, copyOf(name, copyNames[one], t))), nil
}

func (s *Server) createSnapshot(name, of string) (string, *refusal) {
	db := s.databases["instance/"+of]
	switch {
	case db == nil:
		return "", &refusal{404, "DBInstanceNotFound", of + " not found"}
	case db.busy != "":
		return "", refused("InvalidDBInstanceState", "%s is %s", of, db.busy)
	case s.databases["snapshot/"+name] != nil:
		return "", refused("DBSnapshotAlreadyExists", "%s exists", name)
	}
	attrs := maps.Clone(db.attrs)
	attrs["DBInstanceIdentifier"], attrs["Encrypted"] = of, db.attrs["StorageEncrypted"]
	return tag("DBSnapshot", copyOf(name, "DBSnapshotIdentifier", s.add(s.databases, "snapshot/"+name, "creating", "available", attrs))), nil
}

func (s *Server) copySnapshot(q *request) (string, *refusal) {
	from, name := q.params.Get("SourceDBSnapshotIdentifier"), q.params.Get("TargetDBSnapshotIdentifier")
	source := s.databases["snapshot/"+from]
	switch {
	case source == nil:
		return "", &refusal{404, "DBSnapshotNotFound", from + " not found"}
	case source.busy != "":
		return "", refused("InvalidDBSnapshotState", "%s is %s", from, source.busy)
	case s.databases["snapshot/"+name] != nil:
		return "", refused("DBSnapshotAlreadyExists", "%s exists", name)
	}
	attrs := maps.Clone(source.attrs)
	if key := q.params.Get("KmsKeyId"); key != "" {
		attrs["Encrypted"], attrs["KmsKeyId"] = "true", key
	}
	return tag("DBSnapshot", copyOf(name, "DBSnapshotIdentifier", s.add(s.databases, "snapshot/"+name, "creating", "available", attrs))), nil
}

// restoreDB makes an instance of a snapshot; what the call names is set, the rest is as in the snapshot.
func (s *Server) restoreDB(q *request) (string, *refusal) {
	name, from := q.params.Get("DBInstanceIdentifier"), q.params.Get("DBSnapshotIdentifier")
	source := s.databases["snapshot/"+from]
	switch {
	case source == nil:
		return "", &refusal{404, "DBSnapshotNotFound", from + " not found"}
	case source.busy != "":
		return "", refused("InvalidDBSnapshotState", "%s is %s", from, source.busy)
	case s.databases["instance/"+name] != nil:
		return "", refused("DBInstanceAlreadyExists", "%s exists", name)
	}
	attrs := maps.Clone(source.attrs)
	maps.Copy(attrs, q.chosen("DBInstanceClass", "MultiAZ", "DeletionProtection", "AvailabilityZone"))
	attrs["StorageEncrypted"], attrs["DbiResourceId"], attrs["BackupRetentionPeriod"] = source.attrs["Encrypted"], s.id("db"), "1"
	for _, other := range []string{"Encrypted", "DBInstanceIdentifier"} {
		delete(attrs, other)
	}
	d := s.add(s.databases, "instance/"+name, "creating", "available", attrs)
	return tag("DBInstance", s.database("instance/", name, "DBInstance", d)), nil
}

// renameDB gives an instance another name once its time has come; until then it has the old one.
func (s *Server) renameDB(q *request, d *thing) *refusal {
	to := q.params.Get("NewDBInstanceIdentifier")
	if s.databases["instance/"+to] != nil {
		return refused("DBInstanceAlreadyExists", "%s exists", to)
	}
	s.change(d, "renaming", q.chosen("DeletionProtection"))
	d.rename = "instance/" + to
	return nil
}

// resource finds an instance by its resource ID; its name is "" when there is none.
func (s *Server) resource(id string) string {
	for key, d := range s.databases {
		if name, ok := strings.CutPrefix(key, "instance/"); ok && d.attrs["DbiResourceId"] == id {
			return name
		}
	}
	return ""
}

func (s *Server) export(q *request) (string, *refusal) {
	name := q.params.Get("ExportTaskIdentifier")
	t := s.databases["export/"+name]
	if q.op == "rds:CancelExportTask" {
		if t == nil {
			return "", &refusal{404, "ExportTaskNotFound", name + " not found"}
		}
		s.change(t, "CANCELING", nil)
		t.status = "CANCELED"
		return copyOf(name, "ExportTaskIdentifier", t), nil
	}
	if t != nil {
		return "", refused("ExportTaskAlreadyExists", "%s exists", name)
	}
	t = s.add(s.databases, "export/"+name, "STARTING", "IN_PROGRESS", q.chosen("SourceArn", "S3BucketName"))
	return copyOf(name, "ExportTaskIdentifier", t), nil
}

func (s *Server) replicate(q *request) (string, *refusal) {
	source := q.params.Get("SourceDBInstanceArn")
	name := source[strings.LastIndex(source, ":")+1:]
	db := s.databases["instance/"+name]
	if db == nil {
		return "", &refusal{404, "DBInstanceNotFound", name + " not found"}
	}
	arn := "arn:aws:rds:eu-central-1:" + Account + ":auto-backup:ab-" + name
	t := s.databases["backups/"+arn]
	switch {
	case q.op == "rds:StopDBInstanceAutomatedBackupsReplication" && t == nil:
		return "", refused("InvalidDBInstanceState", "%s is not replicated", name)
	case q.op == "rds:StopDBInstanceAutomatedBackupsReplication":
		delete(s.databases, "backups/"+arn)
	case t != nil:
		return "", refused("InvalidDBInstanceAutomatedBackupState", "%s is replicated already", name)
	default:
		t = s.add(s.databases, "backups/"+arn, "pending", "replicating", q.chosen("BackupRetentionPeriod"))
	}
	return tag("DBInstanceAutomatedBackup", copyOf(arn, "DBInstanceAutomatedBackupsArn", t)), nil
}

// replications lists the copies of an instance's backups as its description does.
func (s *Server) replications(name string) string {
	arn := "arn:aws:rds:eu-central-1:" + Account + ":auto-backup:ab-" + name
	if s.databases["backups/"+arn] == nil {
		return ""
	}
	return tag("DBInstanceAutomatedBackupsReplications", tag("DBInstanceAutomatedBackupsReplication", leaf("DBInstanceAutomatedBackupsArn", arn)))
}

// kms answers that every key is there and can encrypt.
func (s *Server) kms(q *request) (string, *refusal) {
	if q.op != "kms:DescribeKey" {
		return q.unknown()
	}
	return `{"KeyMetadata":{"KeyId":"k","Arn":"` + arn("kms", "key/k") + `","KeyState":"Enabled","KeySpec":"SYMMETRIC_DEFAULT"}}`, nil
}
