package aws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Identity is who a configuration is.
type Identity struct {
	Account, ARN, Partition string
}

// ReachError says that an account cannot be read at all.
type ReachError struct {
	Refusal
	Skew time.Duration // how far the clock of this machine is from AWS's; 0 when it is close, or not known
	err  error
}

// Error implements error.
func (e *ReachError) Error() string {
	if e.Skew != 0 {
		direction := "ahead of"
		if e.Skew < 0 {
			direction = "behind"
		}
		return fmt.Sprintf("%s was refused (%s): the clock of this machine is %d minutes %s that of AWS", e.Action, e.Code, int(e.Skew.Abs().Round(time.Minute).Minutes()), direction)
	}
	return e.Why()
}

// Unwrap gives the SDK's error.
func (e *ReachError) Unwrap() error { return e.err }

// Expired says whether signing in again would help.
func (e *ReachError) Expired() bool { return e.kind == expired }

// skewAllowed is how far a clock may be off: AWS refuses signatures beyond five minutes.
const skewAllowed = 4 * time.Minute

func reachError(action string, err error) error {
	e := &ReachError{Refusal: newRefusal([]string{action}, err), err: err}
	var res *smithyhttp.ResponseError
	if errors.As(err, &res) && res.Response != nil {
		if date, bad := http.ParseTime(res.Response.Header.Get("Date")); bad == nil {
			if d := time.Since(date); d.Abs() > skewAllowed {
				e.Skew = d
			}
		}
	}
	return e
}

// Reach prepares a configuration for the few calls that lead to an account: they are guarded too, and only the operations
// named are let through besides reads.
func reach(cfg aws.Config, region string, also ...string) aws.Config {
	cfg = cfg.Copy()
	if cfg.Region == "" {
		cfg.Region = region
	}
	cfg.Retryer = newRetryer
	cfg.RetryMaxAttempts, cfg.RetryMode = 0, ""
	cfg.APIOptions = append(slices.Clone(cfg.APIOptions), addGuard(also...))
	return cfg
}

// WhoAmI asks AWS who the credentials belong to. It needs no permission.
func WhoAmI(ctx context.Context, cfg aws.Config) (Identity, error) {
	out, err := sts.NewFromConfig(reach(cfg, "us-east-1")).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Identity{}, reachError("sts:GetCallerIdentity", err)
	}
	id := Identity{Account: aws.ToString(out.Account), ARN: aws.ToString(out.Arn), Partition: "aws"}
	if a, err := arn.Parse(id.ARN); err == nil {
		id.Partition = a.Partition
	}
	return id, nil
}

// EnabledRegions lists the regions that are switched on for the account.
func EnabledRegions(ctx context.Context, cfg aws.Config, partition string) ([]string, error) {
	out, err := ec2.NewFromConfig(reach(cfg, firstRegion(partition))).DescribeRegions(ctx, &ec2.DescribeRegionsInput{})
	if err != nil {
		return nil, reachError("ec2:DescribeRegions", err)
	}
	var names []string
	for _, r := range out.Regions {
		if aws.ToString(r.OptInStatus) != "not-opted-in" {
			names = append(names, aws.ToString(r.RegionName))
		}
	}
	slices.Sort(names)
	return names, nil
}

// Role is a role that is taken to read an account.
type Role struct {
	ARN, ExternalID, Serial string // Serial: of the second factor; "" when the role asks for none
	Session                 string // its name in the trail of the account; "" is "plumb"
	Token                   func() (string, error)
}

// Take gives a configuration with the credentials of a role; they are fetched when they are first needed.
func Take(cfg aws.Config, role Role) aws.Config {
	client := sts.NewFromConfig(reach(cfg, "us-east-1", "AssumeRole"))
	provider := stscreds.NewAssumeRoleProvider(client, role.ARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "plumb"
		if role.Session != "" {
			o.RoleSessionName = role.Session
		}
		if role.ExternalID != "" {
			o.ExternalID = &role.ExternalID
		}
		if role.Serial != "" {
			o.SerialNumber, o.TokenProvider = &role.Serial, role.Token
		}
	})
	cfg = cfg.Copy()
	cfg.Credentials = aws.NewCredentialsCache(provider)
	return cfg
}

// Confirm gives a provider of session credentials that were confirmed with a second factor, without a role.
func Confirm(cfg aws.Config, serial string, token func() (string, error)) aws.CredentialsProvider {
	client := sts.NewFromConfig(reach(cfg, "us-east-1", "GetSessionToken"))
	return aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		code, err := token()
		if err != nil {
			return aws.Credentials{}, err
		}
		out, err := client.GetSessionToken(ctx, &sts.GetSessionTokenInput{SerialNumber: &serial, TokenCode: &code})
		if err != nil {
			return aws.Credentials{}, reachError("sts:GetSessionToken", err)
		}
		c := out.Credentials
		return aws.Credentials{
			AccessKeyID: aws.ToString(c.AccessKeyId), SecretAccessKey: aws.ToString(c.SecretAccessKey), SessionToken: aws.ToString(c.SessionToken),
			CanExpire: true, Expires: aws.ToTime(c.Expiration), Source: "GetSessionToken",
		}, nil
	})
}

// Reached says whether credentials, those of a role among them, can be had.
func Reached(ctx context.Context, cfg aws.Config) error {
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return reachError("sts:AssumeRole", err)
	}
	return nil
}

// Member is an account of an organization.
type Member struct {
	ID, Name string
	Units    []string          // IDs, names and paths of the organizational units above it: "ou-1", "prod", "/workloads/prod"
	Tags     map[string]string // read only when they are asked for
}

// Members walks an organization and lists its active accounts, sorted by ID.
func Members(ctx context.Context, cfg aws.Config, partition string, tags bool) ([]Member, error) {
	w := &walker{client: organizations.NewFromConfig(reach(cfg, firstRegion(partition))), tags: tags}
	roots := organizations.NewListRootsPaginator(w.client, &organizations.ListRootsInput{})
	for roots.HasMorePages() {
		page, err := roots.NextPage(ctx)
		if err != nil {
			return nil, reachError("organizations:ListRoots", err)
		}
		for _, r := range page.Roots {
			if err := w.unit(ctx, aws.ToString(r.Id), []string{aws.ToString(r.Id)}, ""); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(w.found, func(a, b Member) int { return strings.Compare(a.ID, b.ID) })
	return w.found, nil
}

type walker struct {
	client *organizations.Client
	tags   bool
	found  []Member
}

// unit lists the accounts of an organizational unit, or of the root, and of those below it.
func (w *walker) unit(ctx context.Context, id string, above []string, path string) error {
	if err := w.accounts(ctx, id, above); err != nil {
		return err
	}
	pages := organizations.NewListOrganizationalUnitsForParentPaginator(w.client, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return reachError("organizations:ListOrganizationalUnitsForParent", err)
		}
		for _, u := range page.OrganizationalUnits {
			below := path + "/" + aws.ToString(u.Name)
			if err := w.unit(ctx, aws.ToString(u.Id), append(slices.Clone(above), aws.ToString(u.Id), aws.ToString(u.Name), below), below); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *walker) accounts(ctx context.Context, parent string, above []string) error {
	pages := organizations.NewListAccountsForParentPaginator(w.client, &organizations.ListAccountsForParentInput{ParentId: &parent})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return reachError("organizations:ListAccountsForParent", err)
		}
		for _, a := range page.Accounts {
			if a.Status != types.AccountStatusActive {
				continue // a suspended account refuses every call
			}
			m := Member{ID: aws.ToString(a.Id), Name: aws.ToString(a.Name), Units: above}
			if w.tags {
				if m.Tags, err = w.tagsOf(ctx, m.ID); err != nil {
					return err
				}
			}
			w.found = append(w.found, m)
		}
	}
	return nil
}

func (w *walker) tagsOf(ctx context.Context, id string) (map[string]string, error) {
	out := map[string]string{}
	pages := organizations.NewListTagsForResourcePaginator(w.client, &organizations.ListTagsForResourceInput{ResourceId: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, reachError("organizations:ListTagsForResource", err)
		}
		for _, t := range page.Tags {
			out[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
	}
	return out, nil
}
