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
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/smithy-go/logging"

	"github.com/plumbline-dev/plumbline/scanners/aws"
)

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
	var own *problem
	if errors.As(err, &own) {
		return own // of the code for a second factor
	}
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
		return &problem{where: s.name, what: "the code of " + cmp.Or(a.MFASerial, "the second factor") + " was not accepted", hint: "a code is good once, for 30 seconds: wait for the next and try again"}
	case errors.As(err, &r) && r.Skew != 0:
		return &problem{where: s.name, what: text, hint: "set the clock: timedatectl set-ntp true"}
	case errors.As(err, &r) && r.Expired(), strings.Contains(cause, "token has expired"), strings.Contains(cause, "SSO session has expired"), strings.Contains(cause, "InvalidGrantException"), strings.Contains(cause, "cached SSO token"):
		return &problem{where: s.name, what: "the session" + ofProfile(a) + " is not valid, or no longer: " + text, hint: signIn + "; without SSO put new keys where the old ones are"}
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
