package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/google/go-cmp/cmp"

	"github.com/plumbline-dev/plumbline/internal/awsdouble"
	"github.com/plumbline-dev/plumbline/internal/moto"
)

// shopCode declares a database with a standby, a table with its backups, and looks up a network.
const shopCode = `
provider "aws" { region = "us-east-1" }

data "aws_vpc" "main" {
  tags = { Name = "shop" }
}

resource "aws_db_instance" "main" {
  identifier              = "shop"
  engine                  = "mysql"
  instance_class          = "db.m6g.xlarge"
  allocated_storage       = 100
  multi_az                = true
  backup_retention_period = 14
}

resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery { enabled = true }
}

resource "aws_security_group" "db" {
  name   = "db"
  vpc_id = data.aws_vpc.main.id
}
`

const shopState = `{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","outputs":{},"resources":[
 {"mode":"managed","type":"aws_db_instance","name":"main","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":{
   "id":"db-ABC","arn":"arn:aws:rds:us-east-1:123456789012:db:shop","identifier":"shop","engine":"mysql","instance_class":"db.m6g.large","multi_az":true}}]},
 {"mode":"managed","type":"aws_dynamodb_table","name":"orders","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":{
   "id":"orders","arn":"arn:aws:dynamodb:us-east-1:123456789012:table/orders","name":"orders","billing_mode":"PAY_PER_REQUEST"}}]}
]}`

// shopAccount makes what shopCode says, and by hand takes the standby away, lets it be of a smaller class, and makes a table that no code knows.
func shopAccount(t *testing.T, s *moto.Server) (vpc string) {
	t.Helper()
	cfg, must := s.Config(t, moto.Home, "us-east-1"), func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	text, number, flag := func(s string) *string { return &s }, func(n int32) *int32 { return &n }, func(b bool) *bool { return &b }
	network, err := ec2.NewFromConfig(cfg).CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: text("10.0.0.0/16"), TagSpecifications: []ec2types.TagSpecification{
		{ResourceType: ec2types.ResourceTypeVpc, Tags: []ec2types.Tag{{Key: text("Name"), Value: text("shop")}}},
	}})
	must(err)
	_, err = ec2.NewFromConfig(cfg).CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: text("db"), Description: text("Managed by Terraform"), VpcId: network.Vpc.VpcId})
	must(err)
	_, err = rds.NewFromConfig(cfg).CreateDBInstance(t.Context(), &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: text("shop"), Engine: text("mysql"), DBInstanceClass: text("db.m6g.large"), AllocatedStorage: number(200),
		MasterUsername: text("root"), MasterUserPassword: text("Passw0rd-seed"), MultiAZ: flag(false), BackupRetentionPeriod: number(14),
	})
	must(err)
	for _, name := range []string{"orders", "stray"} {
		_, err = dynamodb.NewFromConfig(cfg).CreateTable(t.Context(), &dynamodb.CreateTableInput{
			TableName: text(name), BillingMode: dynamodbtypes.BillingModePayPerRequest,
			KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: text("id"), KeyType: dynamodbtypes.KeyTypeHash}},
			AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: text("id"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
		})
		must(err)
	}
	_, err = dynamodb.NewFromConfig(cfg).UpdateContinuousBackups(t.Context(), &dynamodb.UpdateContinuousBackupsInput{
		TableName: text("orders"), PointInTimeRecoverySpecification: &dynamodbtypes.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: flag(true)},
	})
	must(err)
	return *network.Vpc.VpcId
}

// drifted is what of the JSON report tells of drift.
type drifted struct {
	Findings []struct{ Policy, Resource, Verdict, Message string }
	Drift    struct {
		Declared, Matched int
		Differences       []struct {
			Resource, Attribute string
			Verdicts            []struct{ Policy, Declared, Observed string }
		}
		Unmanaged []struct{ Resource, Type string }
	}
}

// shopFiles writes the code of the shop and its state below a folder.
func shopFiles(t *testing.T, home string) (code, state string) {
	t.Helper()
	code, state = filepath.Join(home, "infra"), filepath.Join(home, "terraform.tfstate")
	if err := os.Mkdir(code, 0o700); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{filepath.Join(code, "main.tf"): shopCode, state: shopState} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return code, state
}

func TestCodeStateAndAccountAreOneGraph(t *testing.T) {
	s := moto.Patched(t, nil, "../../internal/moto/testdata/patches.py")
	vpc := shopAccount(t, s)
	home := away(t, moto.Home)
	code, state := shopFiles(t, home)
	scan := func(more ...string) drifted {
		t.Helper()
		args := append([]string{"scan", code, "aws", "--state", state, "--endpoint-url", s.URL, "--regions", "us-east-1", "--stage", "prod", "--only", "rds.multi_az,dynamodb.recovery", "--verdicts", "all", "-f", "json"}, more...)
		_, out, said := plumbLive(t, args...)
		var d drifted
		if err := json.Unmarshal([]byte(out), &d); err != nil {
			t.Fatalf("%v: %s %s", err, out, said)
		}
		return d
	}
	d := scan()
	var differs []string
	for _, x := range d.Drift.Differences {
		for _, f := range x.Verdicts {
			differs = append(differs, strings.Join([]string{x.Resource, x.Attribute, f.Policy, f.Declared, f.Observed}, " "))
		}
	}
	if diff := cmp.Diff([]string{"aws_db_instance.main multi_az rds.multi_az pass fail"}, differs); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}
	var verdicts, strays []string
	for _, f := range d.Findings {
		verdicts = append(verdicts, f.Policy+" "+f.Resource+" "+f.Verdict)
	}
	slices.Sort(verdicts)
	want := []string{
		"dynamodb.recovery arn:aws:dynamodb:us-east-1:123456789012:table/stray fail", "dynamodb.recovery aws_dynamodb_table.orders pass",
		"rds.multi_az aws_db_instance.main fail",
	}
	if diff := cmp.Diff(want, verdicts); diff != "" {
		t.Errorf("verdicts: each resource is one (-want +got):\n%s", diff)
	}
	for _, u := range d.Drift.Unmanaged {
		if strings.Contains(u.Resource, "table/") || strings.Contains(u.Resource, ":db:") {
			strays = append(strays, u.Resource)
		}
	}
	if diff := cmp.Diff([]string{"arn:aws:dynamodb:us-east-1:123456789012:table/stray"}, strays); diff != "" {
		t.Errorf("in the account and in no code (-want +got):\n%s", diff)
	}
	all := scan("--drift", "all")
	if !slices.ContainsFunc(all.Drift.Differences, func(x struct {
		Resource, Attribute string
		Verdicts            []struct{ Policy, Declared, Observed string }
	}) bool {
		return x.Attribute == "instance_class" && len(x.Verdicts) == 0
	}) {
		t.Errorf("--drift all does not tell of the class: %v", all.Drift.Differences)
	}
	_, out, said := plumbLive(t, "graph", code, "aws", "--endpoint-url", s.URL, "--regions", "us-east-1", "-f", "json")
	if !strings.Contains(out, vpc) {
		t.Errorf("the data source is not filled with %s: %s", vpc, said)
	}
}

// TestWhatSomebodyDeletedIsMissing reads an account that holds nothing of what the state says.
func TestWhatSomebodyDeletedIsMissing(t *testing.T) {
	home := away(t, "111111111111")
	state := strings.NewReplacer("us-east-1:123456789012", "eu-west-1:111111111111").Replace(shopState)
	for file, text := range map[string]string{"main.tf": strings.ReplaceAll(shopCode, "us-east-1", "eu-west-1"), "terraform.tfstate": state} {
		if err := os.WriteFile(filepath.Join(home, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused := refuse("", "ListTables", 403, "AccessDeniedException", "no")
	for name, test := range map[string]struct {
		double awsdouble.Options
		want   []string
	}{
		"all of it":                     {awsdouble.Options{}, []string{"aws_db_instance.main", "aws_dynamodb_table.orders"}},
		"tables could not be listed":    {awsdouble.Options{Refuse: refused}, []string{"aws_db_instance.main"}},
		"the region is not switched on": {awsdouble.Options{Regions: []string{"us-east-1"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := awsdouble.Start(test.double)
			defer d.Close()
			_, out, said := plumbLive(t, "scan", home, "aws", "--state", filepath.Join(home, "terraform.tfstate"), "--endpoint-url", d.URL, "--only", "rds.multi_az,dynamodb.recovery", "-f", "json")
			var got drifted
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatalf("%v: %s %s", err, out, said)
			}
			var missing []string
			for _, x := range got.Drift.Differences {
				if x.Attribute == "" {
					missing = append(missing, x.Resource)
				}
			}
			if diff := cmp.Diff(test.want, missing); diff != "" {
				t.Errorf("missing (-want +got):\n%s\n%s", diff, out)
			}
		})
	}
}
