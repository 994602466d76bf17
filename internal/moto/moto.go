// Package moto starts moto's server, a double of AWS, for tests.
//
//	server := moto.Start(t)                        // skips where moto is not installed; fails there when CI=true
//	cfg := server.Config(t, "111111111111", "eu-west-1")
//	rds.NewFromConfig(cfg).CreateDBInstance(...)   // seeding: this configuration may write
//
// Tests of one process share one server, unless they ask for one of their own (Patched). Each takes accounts
// of its own: Config of an account that nobody used is an empty account.
package moto

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

//go:embed serve.py
var serve string

// Home is the account that moto takes any access key for that it did not hand out.
const Home = "123456789012"

// Server is a moto server on the loopback interface.
type Server struct {
	URL   string
	stdin io.Closer // open as long as the server is to live
	log   *logged
}

// logged keeps what the server prints, for the message that says why it did not start.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text.Len() < 1<<16 {
		l.text.Write(p)
	}
	return len(p), nil
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var shared = sync.OnceValues(func() (*Server, error) { return start(nil) })

// Start gives the server of this test process.
func Start(t testing.TB) *Server {
	t.Helper()
	need(t)
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Patched starts a server for this test alone, which ends with it. scripts are Python files that are run in the server before it
// serves; env is added to its environment ("NAME=value").
func Patched(t testing.TB, env []string, scripts ...string) *Server {
	t.Helper()
	need(t)
	s, err := start(env, scripts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stdin.Close(); err != nil {
			t.Errorf("stopping moto: %v", err)
		}
	})
	return s
}

// installed says whether there is a Python with moto's server.
var installed = sync.OnceValue(func() error {
	out, err := exec.Command("python3", "-c", "import moto.server").CombinedOutput()
	if err != nil {
		return fmt.Errorf("python3 cannot import moto.server: %w\n%s", err, out)
	}
	return nil
})

func need(t testing.TB) {
	t.Helper()
	err := installed()
	switch {
	case err == nil:
	case os.Getenv("CI") == "true" && !strings.Contains(os.Getenv("PLUMB_TEST_WITHOUT"), "moto"):
		t.Fatalf("moto is needed in CI: pip install 'moto[server]': %v", err)
	default:
		t.Skipf("moto is not installed: pip install 'moto[server]': %v", err)
	}
}

func start(env []string, scripts ...string) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://127.0.0.1:" + port, log: &logged{}}
	cmd := exec.Command("python3", append([]string{"-c", serve, port}, scripts...)...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = s.log, s.log
	if s.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("starting moto: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting moto: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	return s, s.wait(ended)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}
	return port, l.Close()
}

// wait polls until the server answers.
func (s *Server) wait(ended <-chan error) error {
	for range 600 {
		res, err := http.Get(s.URL + "/moto-api/data.json")
		if err == nil {
			return res.Body.Close()
		}
		select {
		case err := <-ended:
			return fmt.Errorf("moto ended before it answered: %v\n%s", err, s.log)
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("moto did not answer on %s within a minute\n%s", s.URL, s.log)
}

// Config is a configuration that may do anything in an account of the server.
func (s *Server) Config(t testing.TB, account, region string) aws.Config {
	t.Helper()
	cfg := aws.Config{Region: region, BaseEndpoint: aws.String(s.URL), Credentials: credentials.NewStaticCredentialsProvider("AKIATESTTESTTESTTEST", "test", "")}
	if account == Home {
		return cfg
	}
	role := "arn:aws:iam::" + account + ":role/Seeder"
	out, err := sts.NewFromConfig(cfg).AssumeRole(context.Background(), &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("seed")})
	if err != nil {
		t.Fatalf("taking a role in account %s of moto: %v", account, err)
	}
	c := out.Credentials
	cfg.Credentials = credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
	return cfg
}
