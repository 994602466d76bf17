package main

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/plumbline-dev/plumbline/scanners/aws"
)

// roleKey is what the AWS CLI names the cached session of a role by: the arguments of its AssumeRole call, without a session
// name that it made up.
func roleKey(role aws.Role, duration *time.Duration) map[string]string {
	key := map[string]string{"RoleArn": role.ARN, "SerialNumber": role.Serial}
	if role.ExternalID != "" {
		key["ExternalId"] = role.ExternalID
	}
	if role.Session != "" {
		key["RoleSessionName"] = role.Session
	}
	if duration != nil {
		key["DurationSeconds"] = fmt.Sprint(int(duration.Seconds()))
	}
	return key
}

// cacheName is the file's name for a key: the SHA-1 of the arguments as Python's json.dumps(args, sort_keys=True) writes them.
func cacheName(key map[string]string) string {
	var parts []string
	for name, value := range key {
		text := quoted(value)
		if name == "DurationSeconds" {
			text = value
		}
		parts = append(parts, quoted(name)+": "+text)
	}
	slices.Sort(parts)
	sum := sha1.Sum([]byte("{" + strings.Join(parts, ", ") + "}"))
	return hex.EncodeToString(sum[:]) + ".json"
}

// quoted writes a text as JSON in ASCII.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < 0x20 || r > 0x7e:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// cached gives a provider that takes a session from ~/.aws/cli/cache as long as it is good, and writes a new one there, so that one
// code of a second factor serves plumb and the AWS CLI alike.
func (o *liveOptions) cached(key map[string]string, inner sdk.CredentialsProvider) sdk.CredentialsProvider {
	home, err := os.UserHomeDir()
	if err != nil {
		return sdk.NewCredentialsCache(inner)
	}
	return sdk.NewCredentialsCache(&sessionFile{name: filepath.Join(home, ".aws", "cli", "cache", cacheName(key)), inner: inner})
}

type sessionFile struct {
	name  string
	inner sdk.CredentialsProvider
}

// cachedSession is the answer of AssumeRole as the AWS CLI keeps it.
type cachedSession struct {
	Credentials struct {
		AccessKeyID     string `json:"AccessKeyId"`
		SecretAccessKey string
		SessionToken    string
		Expiration      string
	}
}

// leastLeft is how long a session must be good for when it is taken from the file.
const leastLeft = 5 * time.Minute

// Retrieve implements aws.CredentialsProvider.
func (f *sessionFile) Retrieve(ctx context.Context) (sdk.Credentials, error) {
	if c, ok := f.read(); ok {
		return c, nil
	}
	c, err := f.inner.Retrieve(ctx)
	if err != nil {
		return c, err
	}
	return c, f.write(c)
}

func (f *sessionFile) read() (sdk.Credentials, bool) {
	text, err := os.ReadFile(f.name)
	var s cachedSession
	if err != nil || json.Unmarshal(text, &s) != nil {
		return sdk.Credentials{}, false // there is none: a new one is asked for
	}
	until, err := parseExpiry(s.Credentials.Expiration)
	if err != nil || time.Until(until) < leastLeft || s.Credentials.SessionToken == "" {
		return sdk.Credentials{}, false
	}
	return sdk.Credentials{
		AccessKeyID: s.Credentials.AccessKeyID, SecretAccessKey: s.Credentials.SecretAccessKey, SessionToken: s.Credentials.SessionToken,
		CanExpire: true, Expires: until, Source: "AWS CLI cache",
	}, true
}

// parseExpiry reads the ways in which AWS CLIs write a time: 2026-11-21T05:00:00UTC, ...Z, ...+00:00.
func parseExpiry(text string) (time.Time, error) {
	return time.Parse(time.RFC3339, strings.Replace(text, "UTC", "Z", 1))
}

func (f *sessionFile) write(c sdk.Credentials) error {
	var s cachedSession
	s.Credentials.AccessKeyID, s.Credentials.SecretAccessKey, s.Credentials.SessionToken = c.AccessKeyID, c.SecretAccessKey, c.SessionToken
	s.Credentials.Expiration = c.Expires.UTC().Format("2006-01-02T15:04:05") + "UTC"
	text, err := json.Marshal(s)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(f.name), 0o700)
	}
	if err == nil {
		err = writePrivate(f.name, text)
	}
	if err != nil {
		return fmt.Errorf("keeping the session: %w", err)
	}
	return nil
}

// writePrivate writes a file that only its owner may read, whole or not at all.
func writePrivate(name string, text []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".plumb-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(text)
	if bad := tmp.Close(); err == nil {
		err = bad
	}
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // the error that matters is the first
	}
	return err
}
