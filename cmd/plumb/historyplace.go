package main

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/plumbline-dev/plumbline/history"
)

// place is the file or URL of a history. A password may stand in the environment and not in a flag, which others can see.
func place(record string, env map[string]string) (string, error) {
	fromEnv := env["PLUMB_RECORD"]
	if record == defaultPlace && fromEnv != "" {
		record = fromEnv
	}
	if history.IsURL(record) {
		u, err := url.Parse(record)
		if err != nil {
			return "", &problem{where: "--record", what: "not a URL", hint: "--record=postgres://HOST/DATABASE"}
		}
		if _, secret := u.User.Password(); (secret || u.Query().Has("password")) && record != fromEnv {
			return "", &problem{where: "--record", what: "a password in a flag can be seen by others", hint: "give the whole URL in PLUMB_RECORD, or the password in PGPASSWORD or ~/.pgpass"}
		}
		return record, nil
	}
	if strings.Contains(record, "://") {
		return "", &problem{where: "--record", what: "neither a file nor a database that plumb knows", hint: "--record=FILE or --record=postgres://HOST/DATABASE"}
	}
	if record != defaultPlace {
		return record, nil
	}
	folder, err := stateFolder(env)
	return filepath.Join(folder, "plumb", "history.db"), err
}

// stateFolder is where programs keep what they remember for a user.
func stateFolder(env map[string]string) (string, error) {
	if dir := env["XDG_STATE_HOME"]; filepath.IsAbs(dir) {
		return dir, nil
	}
	if dir := env["LocalAppData"]; runtime.GOOS == "windows" && dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", &problem{where: "--record", what: "there is no home folder", hint: "--record=FILE"}
	}
	return filepath.Join(home, ".local", "state"), nil
}

// shownPlace is a place as it may be printed.
func shownPlace(where string) string {
	if u, err := url.Parse(where); err == nil && history.IsURL(where) {
		u.RawQuery = ""
		return u.Redacted()
	}
	return where
}

// historyProblem says what is wrong with a history and what to do.
func historyProblem(where string, err error) error {
	p := &problem{where: shownPlace(where), what: err.Error()}
	hints := []struct {
		kind error
		hint string
	}{
		{history.ErrNothing, "plumb scan --record keeps a run"},
		{history.ErrNewer, "use that plumb, or another place: --record=FILE"},
		{history.ErrOlder, "the next plumb scan --record brings it up to date"},
		{history.ErrForeign, "name another file: --record=FILE"},
		{history.ErrLocked, "it was waited for. Try again, or find the process that does not end"},
		{history.ErrReadOnly, "name a place that you may write to: --record=FILE"},
		{history.ErrBroken, "move it away and begin anew, or restore a copy"},
		{history.ErrFull, "make room and try again"},
		{fs.ErrPermission, "name a place that you may write to: --record=FILE"},
	}
	for _, h := range hints {
		if errors.Is(err, h.kind) {
			p.what, p.hint = h.kind.Error(), h.hint
			if !errors.Is(err, history.ErrNothing) {
				p.saw = err.Error()
			}
			return p
		}
	}
	p.hint = "plumb history --help"
	return p
}

// openHistory opens a history for recording. A new file is its owner's alone: it names what is weak.
func openHistory(ctx context.Context, where string) (*history.Store, error) {
	if !history.IsURL(where) {
		if err := os.MkdirAll(filepath.Dir(where), 0o700); err != nil {
			return nil, err
		}
		file, err := os.OpenFile(where, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
	return history.Open(ctx, where, history.Patience)
}
