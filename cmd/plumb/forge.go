package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/plumbline-dev/plumbline/reports"
)

// api calls the interface of a forge. The token goes to that host alone.
type api struct {
	base   string // without a slash at the end
	header http.Header
	client *http.Client
}

const (
	forgeTimeout = 30 * time.Second
	// forgeAttempts and forgeWait bound how often and how long a busy forge is asked again.
	forgeAttempts = 4
	forgeWait     = 20 * time.Second
	// maxAnswer is above the answer of 100 comments of the largest size.
	maxAnswer = 128 << 20
	// maxPages bounds how many comments are looked through: 100 on each page.
	maxPages = 100
)

// newAPI refuses to send a token in clear text to another machine.
func newAPI(base string, header http.Header) (*api, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return nil, &problem{where: base, what: "not a URL of an interface"}
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, &problem{where: base, what: "a token is sent by https only"}
	}
	client := &http.Client{Timeout: forgeTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &api{strings.TrimRight(base, "/"), header, client}, nil
}

// call sends one request, again when the forge is busy or away, and decodes the answer into out. next is the URL of the next page.
// A request that creates something is sent again only when it was refused.
func (a *api) call(ctx context.Context, method, path string, in, out any) (next string, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("encoding json: %w", err)
	}
	for attempt := 1; ; attempt++ {
		answer, err := a.send(ctx, method, path, in != nil, body)
		var busy *busyError
		if errors.As(err, &busy) && attempt < forgeAttempts && (method != http.MethodPost || busy.refused) {
			if err := pause(ctx, busy.wait); err != nil {
				return "", err
			}
			continue
		}
		if err != nil {
			return "", err
		}
		if out != nil {
			if err := json.Unmarshal(answer.text, out); err != nil {
				return "", fmt.Errorf("%s %s: the answer is no JSON that is expected", method, path)
			}
		}
		return answer.next, nil
	}
}

// busyError is an answer after which the same request may succeed.
type busyError struct {
	error
	wait    time.Duration
	refused bool // nothing was done
}

type answered struct {
	text []byte
	next string
}

func (a *api) send(ctx context.Context, method, path string, has bool, body []byte) (*answered, error) {
	target := path
	if !strings.HasPrefix(path, a.base+"/") {
		target = a.base + path
	}
	var from io.Reader
	if has {
		from = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, target, from)
	if err != nil {
		return nil, err
	}
	req.Header = a.header.Clone()
	req.Header.Set("User-Agent", "plumb/"+version)
	if has {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := a.client.Do(req)
	if err != nil {
		return nil, &busyError{err, time.Second, false}
	}
	defer resp.Body.Close() // it was only read
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, &busyError{fmt.Errorf("reading the answer of %s: %w", a.base, err), time.Second, false}
	}
	if err := refusal(method+" "+strings.TrimPrefix(target, a.base), resp, text); err != nil {
		return nil, err
	}
	return &answered{text, nextPage(resp.Header, a.base)}, nil
}

// refusal is the error that an answer stands for; nil for success.
func refusal(what string, resp *http.Response, text []byte) error {
	if resp.StatusCode < 300 {
		return nil
	}
	var said struct {
		Message any `json:"message"`
	}
	words := resp.Status
	if json.Unmarshal(text, &said) == nil && said.Message != nil {
		words += ": " + reports.Untrusted(fmt.Sprint(said.Message)).Terminal()
	}
	err := fmt.Errorf("%s: %s", what, words)
	wait, limited := retryAfter(resp.Header)
	switch {
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusForbidden && limited:
		return &busyError{err, wait, true}
	case resp.StatusCode >= 500:
		return &busyError{err, wait, false}
	case resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusForbidden, resp.StatusCode == http.StatusNotFound:
		return fmt.Errorf("%w (%w)", errForbidden, err)
	}
	return err
}

// retryAfter is how long a forge asks to wait, within bounds; limited says that it has had too many requests.
func retryAfter(h http.Header) (wait time.Duration, limited bool) {
	wait = time.Second
	if n, err := strconv.Atoi(h.Get("Retry-After")); err == nil && n >= 0 {
		return min(time.Duration(n)*time.Second, forgeWait), true
	}
	return wait, h.Get("X-RateLimit-Remaining") == "0"
}

// nextPage is the URL of the next page, if it is of the same interface.
func nextPage(h http.Header, base string) string {
	for _, link := range strings.Split(h.Get("Link"), ",") {
		target, rel, ok := strings.Cut(strings.TrimSpace(link), ">")
		if ok && strings.Contains(rel, `rel="next"`) && strings.HasPrefix(target, "<"+base+"/") {
			return strings.TrimPrefix(target, "<")
		}
	}
	return ""
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// pages reads a list to its end.
func pages[T any](ctx context.Context, a *api, path string) ([]T, error) {
	var all []T
	for page := 1; path != ""; page++ {
		if page > maxPages {
			return nil, fmt.Errorf("there are more than %d pages of comments", maxPages)
		}
		var list []T
		next, err := a.call(ctx, http.MethodGet, path, nil, &list)
		if err != nil {
			return nil, err
		}
		all, path = append(all, list...), next
	}
	return all, nil
}
