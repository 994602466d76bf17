package history

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// What can be wrong with a database, for callers that say what to do next. Nothing was recorded then.
var (
	ErrNothing  = errors.New("nothing has been recorded here")
	ErrNewer    = errors.New("it was written by a newer plumb")
	ErrOlder    = errors.New("it was written by an older plumb")
	ErrForeign  = errors.New("it is not a history of plumb")
	ErrLocked   = errors.New("another process is writing to it")
	ErrReadOnly = errors.New("it may not be written to")
	ErrBroken   = errors.New("the file is damaged")
	ErrFull     = errors.New("there is no room left")
)

// explain says which of these an error of a driver is.
func explain(err error) error {
	var file *sqlite.Error
	var server *pgconn.PgError
	switch {
	case errors.As(err, &file):
		return wrap(fileFaults[file.Code()&0xff], err)
	case errors.As(err, &server):
		return wrap(serverFaults[server.Code], err)
	}
	return err
}

func wrap(kind, err error) error {
	if kind == nil {
		return err
	}
	return fmt.Errorf("%w: %w", kind, err)
}

var fileFaults = map[int]error{
	codes.SQLITE_BUSY: ErrLocked, codes.SQLITE_LOCKED: ErrLocked, codes.SQLITE_READONLY: ErrReadOnly, codes.SQLITE_PERM: ErrReadOnly,
	codes.SQLITE_CANTOPEN: ErrReadOnly, codes.SQLITE_NOTADB: ErrForeign, codes.SQLITE_CORRUPT: ErrBroken, codes.SQLITE_FULL: ErrFull,
}

// The keys are codes of SQLSTATE: lock not available, insufficient privilege, read-only transaction, disk full.
var serverFaults = map[string]error{"55P03": ErrLocked, "42501": ErrReadOnly, "25006": ErrReadOnly, "53100": ErrFull}
