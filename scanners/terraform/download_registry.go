package terraform

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
)

// resolve asks a registry where the package of a module is. Source: the module registry protocol of Terraform.
func (d *Downloader) resolve(ctx context.Context, s source) (string, error) {
	parts := strings.Split(s.base, "/")
	host := d.Registry
	if host == "" {
		host = "registry.terraform.io"
	}
	if len(parts) == 4 {
		host, parts = parts[0], parts[1:]
	}
	if len(parts) != 3 {
		return "", fmt.Errorf("%s is not the name of a registry module", s.text)
	}
	base, err := d.discover(ctx, host)
	if err != nil {
		return "", err
	}
	module := base.JoinPath(parts...)
	chosen, err := d.choose(ctx, module, s)
	if err != nil {
		return "", err
	}
	return d.location(ctx, module.JoinPath(chosen, "download"))
}

// discover asks a host where its module registry is.
func (d *Downloader) discover(ctx context.Context, host string) (*url.URL, error) {
	at := &url.URL{Scheme: "https", Host: host, Path: "/.well-known/terraform.json"}
	var services map[string]json.RawMessage
	if _, err := d.get(ctx, at, &services); err != nil {
		return nil, err
	}
	var where string
	if err := json.Unmarshal(services["modules.v1"], &where); err != nil || where == "" {
		return nil, fmt.Errorf("%s has no module registry", host)
	}
	ref, err := url.Parse(where)
	if err != nil {
		return nil, fmt.Errorf("%s names a registry at %q: %w", host, where, err)
	}
	return at.ResolveReference(ref), nil
}

// choose gives the newest version that the constraint allows. Pre-releases are taken only when they are asked for.
func (d *Downloader) choose(ctx context.Context, module *url.URL, s source) (string, error) {
	var answer struct {
		Modules []struct{ Versions []struct{ Version string } }
	}
	if _, err := d.get(ctx, module.JoinPath("versions"), &answer); err != nil {
		return "", err
	}
	var allow version.Constraints
	if strings.TrimSpace(s.version) != "" {
		var err error
		if allow, err = version.NewConstraint(s.version); err != nil {
			return "", fmt.Errorf("the version of %s is %q, which is not a constraint", s.text, s.version)
		}
	}
	var best *version.Version
	text := ""
	for _, m := range answer.Modules {
		for _, offered := range m.Versions {
			v, err := version.NewVersion(offered.Version)
			if err != nil || allow == nil && v.Prerelease() != "" || allow != nil && !allow.Check(v) {
				continue
			}
			if best == nil || v.GreaterThan(best) {
				best, text = v, offered.Version
			}
		}
	}
	if best == nil {
		return "", fmt.Errorf("no version of %s satisfies %q", s.text, s.version)
	}
	return text, nil
}

// location asks for the download address of one version, which is in a header or in the body.
func (d *Downloader) location(ctx context.Context, at *url.URL) (string, error) {
	var body struct{ Location string }
	header, err := d.get(ctx, at, &body)
	if err != nil {
		return "", err
	}
	where := header.Get("X-Terraform-Get")
	if where == "" {
		where = body.Location
	}
	switch {
	case where == "":
		return "", fmt.Errorf("%s gives no address", at)
	case strings.HasPrefix(where, "./"), strings.HasPrefix(where, "../"), strings.HasPrefix(where, "/"):
		ref, err := url.Parse(where)
		if err != nil {
			return "", fmt.Errorf("%s gives the address %q: %w", at, where, err)
		}
		return at.ResolveReference(ref).String(), nil
	}
	return where, nil
}

// maxAnswer is the size of the longest answer of a registry; lists of versions are below 100 KiB.
const maxAnswer = 4 << 20

// get reads a JSON answer, if there is one, and gives the header.
func (d *Downloader) get(ctx context.Context, at *url.URL, into any) (http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := d.client().Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking the registry: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was only read
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", at, err)
	case len(body) > maxAnswer:
		return nil, fmt.Errorf("%s answers with more than %d MiB", at, maxAnswer>>20)
	case resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNoContent:
		return nil, fmt.Errorf("%s answers %s", at, resp.Status)
	case resp.StatusCode == http.StatusNoContent || len(body) == 0 || resp.Header.Get("X-Terraform-Get") != "":
		return resp.Header, nil
	}
	if err := json.Unmarshal(body, into); err != nil {
		return nil, fmt.Errorf("%s does not answer in JSON: %w", at, err)
	}
	return resp.Header, nil
}

// client is a copy that does not leave https.
func (d *Downloader) client() *http.Client {
	c := http.Client{Timeout: 30 * time.Second}
	if d.Client != nil {
		c.Transport = d.Client.Transport
	}
	c.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if req.URL.Scheme != "https" || len(via) > 5 {
			return errors.New("it redirects too often, or away from https")
		}
		return nil
	}
	return &c
}
