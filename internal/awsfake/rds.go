package awsfake

import (
	"maps"
	"slices"
	"strings"
)

func (s *Server) rds(q *request) (string, *refusal) {
	if answer, refusal, ok := s.rdsCopies(q); ok {
		return answer, refusal
	}
	switch q.op {
	case "rds:DescribeDBInstances":
		if id := q.params.Get("Filters.Filter.1.Values.Value.1"); id != "" {
			q.params.Set("DBInstanceIdentifier", s.resource(id))
		}
		return s.describeDB(q, "instance/", q.params.Get("DBInstanceIdentifier"), "DBInstances", "DBInstance", "DBInstanceNotFound")
	case "rds:DescribeDBClusters":
		return s.describeDB(q, "cluster/", q.params.Get("DBClusterIdentifier"), "DBClusters", "DBCluster", "DBClusterNotFoundFault")
	case "rds:DescribeDBSubnetGroups":
		return subnetGroups(q.params.Get("DBSubnetGroupName")), nil
	case "rds:DescribeOrderableDBInstanceOptions":
		return tag("OrderableDBInstanceOptions", tag("OrderableDBInstanceOption", leaf("MultiAZCapable", "true")+leaf("SupportsStorageEncryption", "true"))), nil
	case "rds:ModifyDBInstance":
		return s.modifyDB(q, "instance/"+q.params.Get("DBInstanceIdentifier"), "DBInstance")
	case "rds:ModifyDBCluster":
		return s.modifyDB(q, "cluster/"+q.params.Get("DBClusterIdentifier"), "DBCluster")
	case "rds:RestoreDBInstanceFromDBSnapshot":
		return s.restoreDB(q)
	case "rds:CreateDBInstance":
		return s.createDB(q)
	case "rds:DeleteDBInstance":
		return s.deleteDB(q)
	}
	return q.unknown()
}

// subnetGroups answers with a group in the three zones of the region.
func subnetGroups(name string) string {
	var subnets string
	for _, z := range []string{"a", "b", "c"} {
		subnets += tag("Subnet", leaf("SubnetIdentifier", "subnet-"+z)+tag("SubnetAvailabilityZone", leaf("Name", Region+z)))
	}
	return tag("DBSubnetGroups", tag("DBSubnetGroup", leaf("DBSubnetGroupName", name)+tag("Subnets", subnets)))
}

func (s *Server) describeDB(q *request, kind, name, list, one, missing string) (string, *refusal) {
	d := s.described(s.databases, kind+name)
	if d == nil {
		return "", &refusal{404, missing, name + " not found"}
	}
	return tag(list, tag(one, s.database(kind, name, one, d))), nil
}

func (s *Server) database(kind, name, one string, d *thing) string {
	status, extra := "Status", ""
	if kind == "instance/" {
		status = "DBInstanceStatus"
		extra = tag("DBSubnetGroup", leaf("DBSubnetGroupName", "data")) + s.replications(name)
	} else {
		extra = leaf("DBSubnetGroup", "data") + tag("DBClusterMembers", s.members(name))
	}
	pending := maps.Clone(d.todo)
	if pending == nil {
		pending = map[string]string{}
	}
	maps.Copy(pending, d.window)
	if to, ok := strings.CutPrefix(d.rename, kind); ok {
		pending["DBInstanceIdentifier"] = to
	}
	waiting := ""
	if len(pending) > 0 && d.busy != "creating" {
		waiting = tag("PendingModifiedValues", leaves(pending))
	}
	return leaf(one+"Identifier", name) + leaf(status, d.state()) + leaf(one+"Arn", "arn:aws:rds:"+Region+":"+Account+":"+name) + leaves(d.attrs) + extra + waiting
}

// members lists the instances of a cluster; the first one by name writes.
func (s *Server) members(cluster string) string {
	var names []string
	for n, d := range s.databases {
		if d.attrs["DBClusterIdentifier"] == cluster && d.hidden == 0 {
			names = append(names, strings.TrimPrefix(n, "instance/"))
		}
	}
	slices.Sort(names)
	var out string
	for i, n := range names {
		writes := "false"
		if i == 0 {
			writes = "true"
		}
		out += tag("DBClusterMember", leaf("DBInstanceIdentifier", n)+leaf("IsClusterWriter", writes))
	}
	return out
}

// atOnce lists what RDS changes at once whatever ApplyImmediately says.
var atOnce = []string{"DeletionProtection", "PubliclyAccessible", "MaxAllocatedStorage"}

func (s *Server) modifyDB(q *request, key, one string) (string, *refusal) {
	d := s.databases[key]
	if d == nil {
		return "", &refusal{404, one + "NotFound", key + " not found"}
	}
	if d.busy != "" {
		return "", refused("Invalid"+one+"State", "%s is %s", key, d.busy)
	}
	if q.params.Has("NewDBInstanceIdentifier") {
		if r := s.renameDB(q, d); r != nil {
			return "", r
		}
		kind, name, _ := strings.Cut(key, "/")
		return tag(one, s.database(kind+"/", name, one, d)), nil
	}
	to := q.chosen("MultiAZ", "BackupRetentionPeriod", "DeletionProtection", "PubliclyAccessible", "MaxAllocatedStorage")
	later := map[string]string{}
	for m, v := range to {
		if d.attrs[m] == v {
			delete(to, m)
		} else if q.params.Get("ApplyImmediately") != "true" && !slices.Contains(atOnce, m) {
			later[m] = v
			delete(to, m)
		}
	}
	q.effect = len(to)+len(later) > 0
	if len(later) > 0 {
		d.window = later
	}
	if len(to) > 0 {
		s.change(d, "modifying", to)
	}
	kind, name, _ := strings.Cut(key, "/")
	return tag(one, s.database(kind+"/", name, one, d)), nil
}

func (s *Server) createDB(q *request) (string, *refusal) {
	name := q.params.Get("DBInstanceIdentifier")
	if s.databases["instance/"+name] != nil {
		return "", refused("DBInstanceAlreadyExists", "%s exists", name)
	}
	if c := q.params.Get("DBClusterIdentifier"); s.databases["cluster/"+c] == nil {
		return "", &refusal{404, "DBClusterNotFoundFault", c + " not found"}
	}
	d := s.add(s.databases, "instance/"+name, "creating", "available", q.chosen("DBClusterIdentifier", "Engine", "DBInstanceClass", "AvailabilityZone", "PubliclyAccessible"))
	return tag("DBInstance", s.database("instance/", name, "DBInstance", d)), nil
}

func (s *Server) deleteDB(q *request) (string, *refusal) {
	name := q.params.Get("DBInstanceIdentifier")
	d := s.databases["instance/"+name]
	switch {
	case d == nil || d.dying:
		return "", &refusal{404, "DBInstanceNotFound", name + " not found"}
	case d.attrs["DeletionProtection"] == "true":
		return "", refused("InvalidParameterCombination", "%s is protected", name)
	}
	s.end(d, "deleting")
	return tag("DBInstance", s.database("instance/", name, "DBInstance", d)), nil
}
