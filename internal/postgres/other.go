//go:build !unix

// Package postgres starts a PostgreSQL server for tests.
package postgres

import "testing"

// Start skips: the server is run on Unix only.
func Start(t testing.TB) string {
	t.Helper()
	t.Skip("PostgreSQL is started by tests on Unix only")
	return ""
}

// Stop does nothing.
func Stop() error { return nil }
