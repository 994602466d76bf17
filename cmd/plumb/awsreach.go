package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/plumbline-dev/plumbline/scanners"
	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// accountConfig is how plumb.yaml says that a named account is reached. It names profiles and roles, and holds no credentials.
type accountConfig struct {
	Profile    string   `yaml:"profile"`
	RoleARN    string   `yaml:"role_arn"`
	ExternalID string   `yaml:"external_id"`
	MFASerial  string   `yaml:"mfa_serial"`
	Regions    []string `yaml:"regions"`
}

// defaultRole is the role that is taken in each of several accounts unless --role-arn names another.
const defaultRole = "plumb-read"

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// target is one account on the way to being read.
type target struct {
	source int
	name   string // as people call it; "" when it has no name
	cfg    sdk.Config
	role   string // that is taken to read it; "" for none
	id     aws.Identity
	asked  []string // regions that were asked for
	err    error

	enabled  []string // regions
	regional error    // why these are not known
}

// reach finds out which accounts the live sources stand for, and gets credentials for each. An account that cannot be reached is a
// gap when there are others, and an error when it is the only one.
func (o *liveOptions) reach(ctx context.Context, sources []source, c *config) (*reached, error) {
	var targets []*target
	first := slices.IndexFunc(sources, isLive)
	for i, s := range sources {
		if !isLive(s) {
			continue
		}
		list, err := o.targets(ctx, i, s, c)
		if err != nil {
			list = []*target{{source: i, name: s.account, err: err}}
		}
		targets = append(targets, list...)
	}
	sideBySide(targets, func(t *target) {
		if t.err == nil {
			t.enabled, t.regional = aws.EnabledRegions(ctx, t.cfg, t.id.Partition)
		}
	})
	out := &reached{sources: map[string]int{}, readers: map[string]string{}, first: first, of: o.of(sources)}
	var failed error
	for _, t := range targets {
		if t.err == nil {
			t.err = o.addRegions(out, t, c)
		}
		if t.err != nil {
			failed = cmp.Or(failed, t.err)
			out.gaps = append(out.gaps, t.gap())
		}
	}
	if len(out.accounts) == 0 {
		return nil, failed
	}
	return out, nil
}

// reachAtOnce bounds how many accounts are reached side by side.
const reachAtOnce = 16

func sideBySide(targets []*target, do func(*target)) {
	var wait sync.WaitGroup
	slots := make(chan struct{}, reachAtOnce)
	for _, t := range targets {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			do(t)
		})
	}
	wait.Wait()
}

// of says in words what is read, to tell the checkpoints of different scans apart.
func (o *liveOptions) of(sources []source) string {
	var parts []string
	for _, s := range sources {
		if isLive(s) {
			parts = append(parts, s.name)
		}
	}
	slices.Sort(parts)
	for _, x := range []struct {
		flag  string
		value any
	}{{"--profile", o.profile}, {"--accounts", o.accounts}, {"--org", o.org}, {"--ou", o.units}, {"--exclude-ou", o.excludeUnits}, {"--account-tag", o.accountTags},
		{"--exclude-account-tag", o.excludeAccountTags}, {"--role-arn", o.roleARN}, {"--regions", o.regions}, {"--exclude-regions", o.excludeRegions}, {"--endpoint-url", o.endpointURL}} {
		if text := strings.Trim(fmt.Sprint(x.value), "[]"); text != "" && text != "false" {
			parts = append(parts, x.flag+" "+strings.ReplaceAll(text, " ", ","))
		}
	}
	return strings.Join(parts, " ")
}

// gap is an account that is not read.
func (t *target) gap() scanners.Gap {
	g := scanners.Gap{Where: "aws:" + cmp.Or(t.name, t.id.Account), What: "the account", Why: t.err.Error()}
	var p *problem
	if errors.As(t.err, &p) {
		g.Why, g.Settle = p.what, p.hint
	}
	return g
}

// targets lists the accounts of one source with their credentials.
func (o *liveOptions) targets(ctx context.Context, i int, s source, c *config) ([]*target, error) {
	base, a, err := o.base(ctx, s, c)
	if err != nil {
		return nil, err
	}
	several := o.several(s)
	role := aws.Role{ARN: a.RoleARN, ExternalID: a.ExternalID, Serial: a.MFASerial, Token: o.token(a.MFASerial)}
	switch {
	case several && a.MFASerial != "":
		base.Credentials = o.cached(map[string]string{"SerialNumber": a.MFASerial, "Profile": a.Profile}, aws.Confirm(base, a.MFASerial, role.Token))
	case !several && role.ARN != "":
		if !strings.HasPrefix(role.ARN, "arn:") {
			return nil, &problem{where: "--role-arn " + role.ARN, what: "a name alone says not which account's role it is", hint: "--role-arn arn:aws:iam::ACCOUNT:role/" + role.ARN}
		}
		base = o.take(base, role)
	case a.MFASerial != "":
		base.Credentials = o.cached(map[string]string{"SerialNumber": a.MFASerial, "Profile": a.Profile}, aws.Confirm(base, a.MFASerial, role.Token))
	}
	if err := aws.Reached(ctx, base); err != nil {
		return nil, o.refused(s, a, err)
	}
	id, err := aws.WhoAmI(ctx, base)
	if err != nil {
		return nil, o.refused(s, a, err)
	}
	asked := a.Regions
	if s.region != "" {
		asked = []string{s.region}
	}
	if !several {
		return []*target{{source: i, name: s.account, cfg: base, id: id, asked: asked}}, nil
	}
	return o.members(ctx, i, base, id, role, asked)
}

// several says whether a source stands for several accounts.
func (o *liveOptions) several(s source) bool {
	return s.account == "" && (o.org || len(o.accounts) > 0)
}

// take gives a configuration with the credentials of a role. Those that a second factor confirmed are kept where the AWS CLI keeps them.
func (o *liveOptions) take(base sdk.Config, role aws.Role) sdk.Config {
	cfg := aws.Take(base, role)
	if role.Serial != "" {
		cfg.Credentials = o.cached(roleKey(role, nil), cfg.Credentials)
	}
	return cfg
}

// members lists the accounts of --org and --accounts, each with its role.
func (o *liveOptions) members(ctx context.Context, i int, base sdk.Config, id aws.Identity, role aws.Role, asked []string) ([]*target, error) {
	list, err := o.chosen(ctx, base, id)
	if err != nil {
		return nil, err
	}
	var out []*target
	for _, m := range list {
		t := &target{source: i, name: m.Name, cfg: base, id: aws.Identity{Account: m.ID, Partition: id.Partition}, asked: asked}
		if m.ID == id.Account {
			t.id = id
		} else {
			own := role
			own.ARN, own.Serial = roleIn(role.ARN, id.Partition, m.ID), ""
			t.role, t.cfg = own.ARN, aws.Take(base, own)
		}
		out = append(out, t)
	}
	sideBySide(out, func(t *target) {
		if t.role == "" {
			return
		}
		if err := aws.Reached(ctx, t.cfg); err != nil {
			t.err = &problem{where: "aws:" + cmp.Or(t.name, t.id.Account), what: fmt.Sprintf("the role %s cannot be taken: %v", t.role, err),
				hint: "let " + id.ARN + " take it, or name another role: --role-arn NAME"}
		}
	})
	return out, nil
}

// roleIn is the role of an account: its name, or the ARN of the same role in another account.
func roleIn(role, partition, account string) string {
	if a, err := arn.Parse(role); err == nil {
		a.AccountID = account
		return a.String()
	}
	return "arn:" + partition + ":iam::" + account + ":role/" + cmp.Or(role, defaultRole)
}

// chosen lists the accounts that --org and --accounts ask for.
func (o *liveOptions) chosen(ctx context.Context, base sdk.Config, id aws.Identity) ([]aws.Member, error) {
	if !o.org {
		var out []aws.Member
		for _, name := range o.accounts {
			if !accountID.MatchString(name) {
				return nil, &problem{where: "--accounts " + name, what: "not an account ID", hint: "12 digits; names are known with --org, or as aws:NAME from plumb.yaml"}
			}
			out = append(out, aws.Member{ID: name})
		}
		return out, nil
	}
	all, err := aws.Members(ctx, base, id.Partition, len(o.accountTags)+len(o.excludeAccountTags) > 0)
	if err != nil {
		return nil, &problem{where: "--org", what: err.Error(), hint: "use credentials of the organization's management account, or of one that it delegates to; or --accounts LIST"}
	}
	out := slices.DeleteFunc(slices.Clone(all), func(m aws.Member) bool { return !o.wants(m) })
	if len(out) == 0 {
		return nil, &problem{where: "--org", what: fmt.Sprintf("none of %s is asked for", counted(len(all), "account")), hint: "look at --accounts, --ou, --account-tag and their --exclude-..."}
	}
	return out, nil
}

// wants says whether an account of the organization is asked for.
func (o *liveOptions) wants(m aws.Member) bool {
	in := func(list []string) bool {
		return slices.ContainsFunc(list, func(u string) bool { return slices.Contains(m.Units, u) })
	}
	tagged := func(list []string) bool {
		return slices.ContainsFunc(list, func(t string) bool {
			k, v, _ := strings.Cut(t, "=")
			got, ok := m.Tags[k]
			return ok && got == v
		})
	}
	switch {
	case len(o.accounts) > 0 && !slices.Contains(o.accounts, m.ID) && !slices.Contains(o.accounts, m.Name):
		return false
	case len(o.units) > 0 && !in(o.units), in(o.excludeUnits):
		return false
	case len(o.accountTags) > 0 && !tagged(o.accountTags), tagged(o.excludeAccountTags):
		return false
	}
	return true
}

// addRegions finds out the regions of an account, and adds it to those that are read.
func (o *liveOptions) addRegions(out *reached, t *target, c *config) error {
	asked := t.asked
	if len(o.regions) > 0 && (len(asked) == 0 || len(c.Accounts[t.name].Regions) > 0) {
		asked = o.regions
	}
	enabled, err, regions := t.enabled, t.regional, asked
	switch {
	case err != nil && len(asked) == 0:
		return &problem{where: "aws:" + cmp.Or(t.name, t.id.Account), what: "its regions are not known: " + err.Error(), hint: "allow ec2:DescribeRegions, or name them: --regions LIST"}
	case err == nil && len(asked) == 0:
		regions = enabled
	case err == nil:
		for _, r := range asked {
			if !slices.Contains(enabled, r) {
				out.gaps = append(out.gaps, scanners.Gap{Root: aws.Root(t.id.Account), Where: "aws:" + cmp.Or(t.name, t.id.Account) + " " + r, What: "the region",
					Why: "it is not switched on for this account, or there is no such region", Settle: "switch it on, or leave it out: --exclude-regions " + r})
			}
		}
		regions = slices.DeleteFunc(slices.Clone(asked), func(r string) bool { return !slices.Contains(enabled, r) })
	}
	regions = slices.DeleteFunc(slices.Clone(regions), func(r string) bool { return slices.Contains(o.excludeRegions, r) })
	slices.Sort(regions)
	if len(regions) == 0 {
		return &problem{where: "aws:" + cmp.Or(t.name, t.id.Account), what: "no region is left to read: none of those asked for is switched on", hint: "plumb scan aws reads those that are; look at --regions, --exclude-regions"}
	}
	account := aws.Account{ID: t.id.Account, Name: t.name, Partition: t.id.Partition, Regions: slices.Compact(regions), Narrowed: len(asked)+len(o.excludeRegions) > 0, Config: t.cfg}
	if i := slices.IndexFunc(out.accounts, func(a aws.Account) bool { return a.ID == account.ID }); i >= 0 {
		both := append(out.accounts[i].Regions, account.Regions...) // two sources for one account are read as one
		slices.Sort(both)
		out.accounts[i].Regions = slices.Compact(both)
		return nil
	}
	out.accounts = append(out.accounts, account)
	out.sources[account.ID], out.readers[account.ID] = t.source, t.id.ARN
	return nil
}
