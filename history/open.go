package history

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"modernc.org/sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schema is the version of the tables that this package reads and writes: the number of the newest migration.
const schema = 1

// versions is the table in which the version of the tables is kept.
const versions = "plumb_schema"

// Patience is how long to wait for another process that is recording, for those who have no reason to choose.
const Patience = 30 * time.Second

// Store is an open database.
type Store struct {
	db       *sql.DB
	kind     *kind
	patience time.Duration
}

// kind is what differs between the two databases.
type kind struct {
	dialect goose.Dialect
	ours    string // counts the tables named versions
	all     string // counts all tables of the user; "" when those of others are welcome
	begin   string // first statement of a transaction that writes, with the milliseconds to wait for locks
}

var (
	sqliteKind = &kind{
		dialect: goose.DialectSQLite3,
		ours:    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
		all:     "SELECT count(*) FROM sqlite_master WHERE type = 'table'",
		begin:   "PRAGMA busy_timeout = %d",
	}
	postgresKind = &kind{
		dialect: goose.DialectPostgres,
		ours:    "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1",
		begin:   "SET LOCAL lock_timeout = %d",
	}
)

// IsURL says that a place is a database of PostgreSQL and no file.
func IsURL(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// Open opens a database for recording and makes its tables, or brings them up to date. where is the name of a file or the
// URL of a PostgreSQL database; patience is how long to wait for another process that is recording.
func Open(ctx context.Context, where string, patience time.Duration) (*Store, error) {
	s, err := connect(where, "rwc", patience)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(explain(err), s.Close())
	}
	return s, nil
}

// Read opens a database that is only to be read. It fails with ErrNothing when nothing has been recorded there.
func Read(ctx context.Context, where string) (*Store, error) {
	s, err := connect(where, "ro", Patience)
	if err != nil {
		return nil, err
	}
	version, err := s.version(ctx)
	switch {
	case err != nil:
	case version == 0:
		err = ErrNothing
	case version < schema:
		err = fmt.Errorf("%w: its tables are of version %d, this plumb reads %d", ErrOlder, version, schema)
	}
	if err != nil {
		return nil, errors.Join(explain(err), s.Close())
	}
	return s, nil
}

// Close ends the connection.
func (s *Store) Close() error { return s.db.Close() }

func connect(where, mode string, patience time.Duration) (*Store, error) {
	if IsURL(where) {
		config, err := pgx.ParseConfig(where)
		if err != nil {
			return nil, fmt.Errorf("reading the URL: %w", err)
		}
		config.ConnectTimeout = cmp.Or(config.ConnectTimeout, Patience)
		return &Store{stdlib.OpenDB(*config), postgresKind, patience}, nil
	}
	connector, err := sqlite.NewConnector(sqliteName(where, mode, patience))
	if err != nil {
		return nil, fmt.Errorf("opening the file: %w", err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	return &Store{db, sqliteKind, patience}, nil
}

// sqliteName is the URI by which SQLite opens a file: every change is on disk before it counts, and a transaction that
// writes takes the lock at once, so that two that read first cannot block each other.
func sqliteName(file, mode string, patience time.Duration) string {
	file = filepath.ToSlash(file)
	if filepath.IsAbs(file) && !strings.HasPrefix(file, "/") { // C:/...
		file = "/" + file
	}
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", patience.Milliseconds()), "foreign_keys(1)", "synchronous(FULL)",
	}}
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + q.Encode()
}

// version is that of the tables: 0 when there are none.
func (s *Store) version(ctx context.Context) (int, error) {
	var tables, version int
	if err := s.db.QueryRowContext(ctx, s.kind.ours, versions).Scan(&tables); err != nil {
		return 0, err
	}
	if tables == 0 {
		return 0, s.foreign(ctx)
	}
	if err := s.db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM "+versions).Scan(&version); err != nil {
		return 0, err
	}
	if version > schema {
		return 0, fmt.Errorf("%w: its tables are of version %d, this plumb knows %d", ErrNewer, version, schema)
	}
	return version, nil
}

// foreign is an error when a file holds the tables of something else.
func (s *Store) foreign(ctx context.Context) error {
	if s.kind.all == "" {
		return nil
	}
	var tables int
	if err := s.db.QueryRowContext(ctx, s.kind.all).Scan(&tables); err != nil {
		return err
	}
	if tables > 0 {
		return fmt.Errorf("%w: it holds other tables", ErrForeign)
	}
	return nil
}

// prepare brings the tables up to date. Another process may do so at the same time: PostgreSQL lets one pass, in a file the
// second finds the work done.
func (s *Store) prepare(ctx context.Context) error {
	for attempt := 0; ; attempt++ {
		version, err := s.version(ctx)
		if err != nil || version == schema {
			return err
		}
		if err = s.migrate(ctx); err == nil {
			return nil
		}
		if attempt == 3 || ctx.Err() != nil {
			return fmt.Errorf("making the tables: %w", err)
		}
	}
}

func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	options := []goose.ProviderOption{goose.WithTableName(versions), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	if s.kind == postgresKind {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(s.kind.dialect, s.db, files, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// write runs f in a transaction that is kept as a whole when f succeeds.
func (s *Store) write(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return explain(err)
	}
	if _, err = tx.ExecContext(ctx, fmt.Sprintf(s.kind.begin, s.patience.Milliseconds())); err == nil {
		err = f(tx)
	}
	if err != nil {
		return explain(errors.Join(err, ended(tx.Rollback())))
	}
	return explain(tx.Commit())
}

// ended leaves out that a transaction is over already: a cancelled context ends it.
func ended(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}
