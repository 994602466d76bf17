package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/smithy-go/logging"

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
	id     aws.Identity
	asked  []string // regions that were asked for
	err    error
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
	out := &reached{sources: map[string]int{}, readers: map[string]string{}, first: first, of: o.of(sources)}
	var failed error
	for _, t := range targets {
		if t.err == nil {
			t.err = o.addRegions(ctx, out, t, c)
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
	several := s.account == "" && (o.org || len(o.accounts) > 0)
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
		if m.ID != id.Account {
			own := role
			own.ARN, own.Serial = roleIn(role.ARN, id.Partition, m.ID), ""
			t.cfg = aws.Take(base, own)
			if err := aws.Reached(ctx, t.cfg); err != nil {
				t.err = &problem{where: "aws:" + cmp.Or(m.Name, m.ID), what: fmt.Sprintf("the role %s cannot be taken: %v", own.ARN, err),
					hint: "let " + id.ARN + " take it, or name another role: --role-arn NAME"}
			}
		}
		out = append(out, t)
	}
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
func (o *liveOptions) addRegions(ctx context.Context, out *reached, t *target, c *config) error {
	asked := t.asked
	if len(o.regions) > 0 && (len(asked) == 0 || len(c.Accounts[t.name].Regions) > 0) {
		asked = o.regions
	}
	enabled, err := aws.EnabledRegions(ctx, t.cfg, t.id.Partition)
	regions := asked
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

// base loads the configuration of a source as every AWS tool does: environment, ~/.aws, SSO, instance role.
func (o *liveOptions) base(ctx context.Context, s source, c *config) (sdk.Config, accountConfig, error) {
	a, named := c.Accounts[s.account]
	if !named {
		a = accountConfig{Profile: s.account}
	}
	if s.account == "" {
		a.Profile = o.profile
	}
	a.RoleARN, a.ExternalID, a.MFASerial = cmp.Or(o.roleARN, a.RoleARN), cmp.Or(o.externalID, a.ExternalID), cmp.Or(o.mfaSerial, a.MFASerial)
	var shared awsconfig.SharedConfig
	options := []func(*awsconfig.LoadOptions) error{
		awsconfig.WithDefaultRegion("us-east-1"), awsconfig.WithLogger(logging.Nop{}),
		awsconfig.WithAssumeRoleCredentialOptions(func(r *stscreds.AssumeRoleOptions) {
			if r.SerialNumber != nil {
				r.TokenProvider = o.token(*r.SerialNumber)
			}
		}),
	}
	if a.Profile != "" {
		options = append(options, awsconfig.WithSharedConfigProfile(a.Profile))
		var err error
		if shared, err = awsconfig.LoadSharedConfigProfile(ctx, a.Profile, sharedFiles); err != nil {
			return sdk.Config{}, a, o.noProfile(s, a, c, err)
		}
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return cfg, a, &problem{where: s.name, what: "the AWS settings cannot be read: " + err.Error(), hint: "aws configure list"}
	}
	cfg.HTTPClient = httpClient() // set here: with AWS_CA_BUNDLE the loader takes no client of ours
	if o.endpointURL != "" {
		cfg.BaseEndpoint = &o.endpointURL
	}
	if shared.RoleARN != "" && shared.MFASerial != "" {
		role := aws.Role{ARN: shared.RoleARN, ExternalID: shared.ExternalID, Serial: shared.MFASerial, Session: shared.RoleSessionName}
		cfg.Credentials = o.cached(roleKey(role, shared.RoleDurationSeconds), cfg.Credentials)
	}
	return cfg, a, nil
}

// httpClient holds as many connections as there are calls at once, and gives up on one that says nothing.
func httpClient() sdk.HTTPClient {
	return awshttp.NewBuildableClient().WithTimeout(90 * time.Second).WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConns, t.MaxIdleConnsPerHost, t.MaxConnsPerHost = 512, 64, 0
		t.ResponseHeaderTimeout = 60 * time.Second
	})
}

// noProfile says that there is no profile of that name.
func (o *liveOptions) noProfile(s source, a accountConfig, c *config, err error) error {
	var missing awsconfig.SharedConfigProfileNotExistError
	if !errors.As(err, &missing) {
		return &problem{where: s.name, what: "the profile " + a.Profile + " cannot be read: " + err.Error(), hint: "look at ~/.aws/config"}
	}
	known := profileNames()
	for name := range c.Accounts {
		known = append(known, name)
	}
	slices.Sort(known)
	all := "there are no profiles; aws configure --profile " + a.Profile + " makes one"
	if len(known) > 0 {
		all = "there are " + strings.Join(known, ", ")
	}
	return &problem{where: s.name, what: "no account of plumb.yaml and no AWS profile is called " + a.Profile, hint: didYouMean(a.Profile, known, all)}
}

// refused says why the credentials of a source are not taken.
func (o *liveOptions) refused(s source, a accountConfig, err error) error {
	var r *aws.ReachError
	signIn := "aws sso login"
	if a.Profile != "" {
		signIn += " --profile " + a.Profile
	}
	text := err.Error()
	cause := text
	if errors.As(err, &r) {
		cause = r.Unwrap().Error()
	}
	switch {
	case strings.Contains(cause, "MultiFactorAuthentication failed"):
		return &problem{where: s.name, what: "the code of " + a.MFASerial + " was not accepted", hint: "a code is good once, for 30 seconds: wait for the next and try again"}
	case errors.As(err, &r) && r.Skew != 0:
		return &problem{where: s.name, what: text, hint: "set the clock: timedatectl set-ntp true"}
	case errors.As(err, &r) && r.Expired(), strings.Contains(cause, "token has expired"), strings.Contains(cause, "SSO session has expired"), strings.Contains(cause, "InvalidGrantException"), strings.Contains(cause, "cached SSO token"):
		return &problem{where: s.name, what: "the session" + ofProfile(a) + " is not valid, or no longer: " + text, hint: signIn}
	case strings.Contains(cause, "no EC2 IMDS role found"), strings.Contains(cause, "static credentials are empty"):
		return &problem{where: s.name, what: "there are no AWS credentials" + ofProfile(a), hint: "set AWS_PROFILE or --profile, or sign in: " + signIn}
	case a.RoleARN != "":
		return &problem{where: s.name, what: fmt.Sprintf("the role %s cannot be taken: %s", a.RoleARN, text), hint: "its trust policy must name who asks; with a condition: --external-id, --mfa-serial"}
	}
	return &problem{where: s.name, what: "AWS does not say who the credentials" + ofProfile(a) + " belong to: " + text, hint: "aws sts get-caller-identity shows the same without plumb"}
}

func ofProfile(a accountConfig) string {
	if a.Profile == "" {
		return ""
	}
	return " of profile " + a.Profile
}

// token asks for the code of a second factor.
func (o *liveOptions) token(serial string) func() (string, error) {
	return func() (string, error) {
		if o.ask != nil {
			return o.ask(serial)
		}
		if o.common.noInput || !o.sys.errTerminal || !isTerminal(os.Stdin) {
			return "", &problem{where: serial, what: "a code is needed, and there is no terminal to ask on", hint: "run any aws command of this profile first: its session is used too"}
		}
		in := o.sys.in
		if t, ok := in.(*typed); ok {
			in = t.in
		}
		fmt.Fprintf(o.sys.err, "Code of %s: ", serial)
		line, err := bufio.NewReader(in).ReadString('\n')
		if code := strings.TrimSpace(line); code != "" && (err == nil || errors.Is(err, io.EOF)) {
			return code, nil
		}
		return "", &problem{where: serial, what: "no code was given", hint: "six digits of the device"}
	}
}

// sharedFiles has profiles read from the files that the environment names.
func sharedFiles(o *awsconfig.LoadSharedConfigOptions) {
	if name := os.Getenv("AWS_CONFIG_FILE"); name != "" {
		o.ConfigFiles = []string{name}
	}
	if name := os.Getenv("AWS_SHARED_CREDENTIALS_FILE"); name != "" {
		o.CredentialsFiles = []string{name}
	}
}

// profileNames lists the profiles of ~/.aws/config and ~/.aws/credentials.
func profileNames() []string {
	var out []string
	for _, name := range []string{
		cmp.Or(os.Getenv("AWS_CONFIG_FILE"), awsconfig.DefaultSharedConfigFilename()),
		cmp.Or(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), awsconfig.DefaultSharedCredentialsFilename()),
	} {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // there are none
		}
		for _, m := range sectionLine.FindAllStringSubmatch(string(text), -1) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var sectionLine = regexp.MustCompile(`(?m)^\[(?:profile +)?([^] ]+)\]`)
