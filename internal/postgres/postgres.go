//go:build unix

// Package postgres starts a PostgreSQL server for tests.
//
//	url := postgres.Start(t) // a database of its own; skips where PostgreSQL is not installed; fails there when CI=true
//
// Tests of one process share one server in a folder that is removed when the process ends well; it listens on a socket in that
// folder alone. The server does not run as root: then it runs as the user postgres, else nobody.
package postgres

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// server is a running PostgreSQL.
type server struct {
	dir string // sockets and data
	bin string // folder of its programs
	as  *syscall.Credential
}

var (
	shared = sync.OnceValues(start)
	count  atomic.Int64
)

// Start gives the URL of an empty database.
func Start(t testing.TB) string {
	t.Helper()
	if _, err := programs(); err != nil {
		if os.Getenv("CI") == "true" && !strings.Contains(os.Getenv("PLUMB_TEST_WITHOUT"), "postgres") {
			t.Fatalf("PostgreSQL is needed in CI: apt-get install postgresql: %v", err)
		}
		t.Skipf("PostgreSQL is not installed: apt-get install postgresql: %v", err)
	}
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test%d", count.Add(1))
	if err := s.run("createdb", "-h", s.dir, "-U", "postgres", name); err != nil {
		t.Fatal(err)
	}
	return "postgres:///" + name + "?" + url.Values{"host": {s.dir}, "user": {"postgres"}}.Encode()
}

// Stop ends the server of this process, if there is one: for TestMain, after the tests.
func Stop() error {
	if count.Load() == 0 {
		return nil
	}
	s, err := shared()
	if err != nil {
		return err
	}
	return errors.Join(s.run("pg_ctl", "stop", "-D", filepath.Join(s.dir, "data"), "-m", "immediate", "-s"), os.RemoveAll(s.dir))
}

// programs is the folder with initdb: of PATH, or Debian's newest.
func programs() (string, error) {
	if found, err := exec.LookPath("initdb"); err == nil {
		found, err = filepath.EvalSymlinks(found)
		return filepath.Dir(found), err
	}
	all, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(all) == 0 {
		return "", errors.New("there is no initdb on PATH or in /usr/lib/postgresql")
	}
	slices.SortFunc(all, func(a, b string) int { return major(a) - major(b) })
	return filepath.Dir(all[len(all)-1]), nil
}

func major(path string) int {
	n, err := strconv.Atoi(strings.Split(path, "/")[4])
	if err != nil {
		return 0
	}
	return n
}

func start() (*server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "plumb-pg") // a socket's path must be short
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, bin: bin}
	if os.Getuid() == 0 {
		if s.as, err = another(); err != nil {
			return nil, err
		}
		if err := os.Chown(dir, int(s.as.Uid), int(s.as.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(dir, "data")
	if err := s.run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"); err != nil {
		return nil, err
	}
	options := fmt.Sprintf("-c listen_addresses= -c fsync=off -c unix_socket_directories=%s", dir)
	return s, s.run("pg_ctl", "start", "-w", "-s", "-D", data, "-l", filepath.Join(dir, "log"), "-o", options)
}

// another is a user that is not root.
func another() (*syscall.Credential, error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("there is no user postgres or nobody to run PostgreSQL as")
}

// run carries out one of its programs as the user of the server.
func (s *server) run(name string, args ...string) error {
	var out bytes.Buffer
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	if name != "pg_ctl" { // the server keeps what it is given, and would keep this process waiting
		cmd.Stdout, cmd.Stderr = &out, &out
	}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "HOME=" + s.dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out.Bytes())
	}
	return nil
}
