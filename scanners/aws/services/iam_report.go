package services

// The credential report of IAM: one row for each user. Needs iam:GenerateCredentialReport, iam:GetCredentialReport, iam:ListUsers.

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/plumbline-dev/plumbline/graph"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// reportTries is how often it is asked whether the report is ready, reportPause how long it is waited in between.
const (
	reportTries = 20
	reportPause = 3 * time.Second
)

// readCredentialReport gives a row for each user, and from it the password and the keys. AWS makes the report anew only after
// four hours, so a user who is younger than the report has a row of which nothing is known.
func readCredentialReport(ctx context.Context, s *aws.Session, give func(*graph.Resource)) error {
	client := iam.NewFromConfig(s.Config)
	report, err := credentialReport(ctx, client)
	if err != nil {
		return err
	}
	rows, err := reportRows(report.Content)
	if err != nil {
		return err
	}
	made := aws.Plain(report.GeneratedTime)
	pages := iam.NewListUsersPaginator(client, &iam.ListUsersInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for i := range page.Users {
			giveCredentials(s, &page.Users[i], rows, made, give)
		}
	}
	return nil
}

// credentialReport has the report made, unless there is one that is young enough, and waits for it.
func credentialReport(ctx context.Context, client *iam.Client) (*iam.GetCredentialReportOutput, error) {
	for try := 1; ; try++ {
		made, err := client.GenerateCredentialReport(ctx, &iam.GenerateCredentialReportInput{})
		if err != nil {
			return nil, err
		}
		if made.State == types.ReportStateTypeComplete {
			out, err := client.GetCredentialReport(ctx, &iam.GetCredentialReportInput{})
			var gone *types.CredentialReportNotReadyException
			var old *types.CredentialReportExpiredException
			if !errors.As(err, &gone) && !errors.As(err, &old) {
				return out, err
			}
		}
		if try == reportTries {
			return nil, fmt.Errorf("the credential report was not ready after %v", reportTries*reportPause)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(reportPause):
		}
	}
}

// reportRows gives the rows by user, each by column.
func reportRows(content []byte) (map[string]map[string]string, error) {
	lines, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading the credential report: %w", err)
	}
	if len(lines) == 0 || len(lines[0]) == 0 || lines[0][0] != "user" {
		return nil, errors.New("reading the credential report: it has no line of column names that begins with user")
	}
	rows := map[string]map[string]string{}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, v := range line {
			row[lines[0][i]] = v
		}
		rows[row["user"]] = row
	}
	return rows, nil
}

// giveCredentials gives the row of a user, the console password and the active keys. One that the report does not have may
// have any of them.
func giveCredentials(s *aws.Session, user *types.User, rows map[string]map[string]string, made any, give func(*graph.Resource)) {
	name := text(user.UserName)
	owner := s.Resource("aws_iam_user", text(user.Arn), name, name)
	r := s.Part(owner, "aws_iam_credential_report", "credential_report", "user")
	r.Attrs["generated_time"], r.Attrs["user_creation_time"] = made, aws.Plain(user.CreateDate)
	row, known := rows[name]
	if !known {
		why := fmt.Sprintf("the credential report of %v is older than the user; AWS makes a new one after four hours", made)
		for _, a := range append(reportBools, reportTimes...) {
			r.Unknown[a] = why
		}
		give(r)
		for _, kind := range []string{"aws_iam_user_login_profile", "aws_iam_access_key"} {
			part := s.Part(owner, kind, kind, "user")
			part.Unknown["_count"], part.Unknown["status"], part.Of = why, why, "" // the user exists, and this may not
			give(part)
		}
		return
	}
	for _, a := range reportBools {
		setReported(r, a, row, func(v string) any { return v == "true" })
	}
	for _, a := range reportTimes {
		setReported(r, a, row, reportTime)
	}
	give(r)
	givePassword(s, owner, row, give)
}

var (
	reportBools = []string{"password_enabled", "mfa_active", "access_key_1_active", "access_key_2_active"}
	reportTimes = []string{
		"password_last_used", "password_last_changed", "access_key_1_last_rotated", "access_key_1_last_used_date",
		"access_key_2_last_rotated", "access_key_2_last_used_date",
	}
)

func setReported(r *graph.Resource, column string, row map[string]string, value func(string) any) {
	v, ok := row[column]
	if !ok || v == "not_supported" {
		r.Unknown[column] = "the credential report has no " + column
		return
	}
	r.Attrs[column] = value(v)
}

// reportTime reads a date of the report; it writes N/A, no_information and the like where there is none.
func reportTime(v string) any {
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return nil
	}
	return aws.Plain(t)
}

// givePassword gives the login profile, when the user has one, and the keys that were ever made.
func givePassword(s *aws.Session, owner *graph.Resource, row map[string]string, give func(*graph.Resource)) {
	switch row["password_enabled"] {
	case "true":
		give(s.Part(owner, "aws_iam_user_login_profile", "login_profile", "user"))
	case "false":
	default:
		part := s.Part(owner, "aws_iam_user_login_profile", "login_profile", "user")
		part.Of = "" // the user exists, and this may not
		part.Unknown["_count"] = fmt.Sprintf("the credential report says %q of the password", row["password_enabled"])
		give(part)
	}
	for _, key := range []string{"access_key_1", "access_key_2"} {
		if row[key+"_active"] == "false" && reportTime(row[key+"_last_rotated"]) == nil {
			continue // there is none
		}
		part := s.Part(owner, "aws_iam_access_key", key, "user")
		part.Attrs["status"] = "Inactive"
		if row[key+"_active"] == "true" {
			part.Attrs["status"] = "Active"
		}
		give(part)
	}
}
