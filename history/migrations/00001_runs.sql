-- The same text runs on SQLite and on PostgreSQL: times are RFC 3339 in UTC, amounts are decimal texts.

-- +goose Up
CREATE TABLE plumb_projects (
    name         TEXT PRIMARY KEY,
    runs         BIGINT NOT NULL,
    last_started TEXT NOT NULL
);

CREATE TABLE plumb_runs (
    id         TEXT PRIMARY KEY,
    project    TEXT NOT NULL REFERENCES plumb_projects (name),
    number     BIGINT NOT NULL,
    late       BIGINT NOT NULL,
    started    TEXT NOT NULL,
    version    TEXT NOT NULL,
    commit_id  TEXT NOT NULL,
    sources    TEXT NOT NULL,
    resources  BIGINT NOT NULL,
    passed     BIGINT NOT NULL,
    undecided  BIGINT NOT NULL,
    waived     BIGINT NOT NULL,
    critical   BIGINT NOT NULL,
    high       BIGINT NOT NULL,
    medium     BIGINT NOT NULL,
    low        BIGINT NOT NULL,
    info       BIGINT NOT NULL,
    gaps       BIGINT NOT NULL,
    catalogue  TEXT NOT NULL,
    monthly    TEXT,
    complete   BIGINT NOT NULL,
    UNIQUE (project, number)
);

CREATE TABLE plumb_findings (
    project     TEXT NOT NULL REFERENCES plumb_projects (name),
    fingerprint TEXT NOT NULL,
    policy      TEXT NOT NULL,
    control     TEXT NOT NULL,
    requirement TEXT NOT NULL,
    severity    TEXT NOT NULL,
    root        TEXT NOT NULL,
    resource    TEXT NOT NULL,
    type        TEXT NOT NULL,
    message     TEXT NOT NULL,
    file        TEXT NOT NULL,
    line        BIGINT NOT NULL,
    state       TEXT NOT NULL,
    failed      BIGINT NOT NULL,
    first_seen  TEXT NOT NULL,
    last_seen   TEXT NOT NULL,
    gone        TEXT,
    PRIMARY KEY (project, fingerprint)
);

CREATE TABLE plumb_changes (
    project     TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    number      BIGINT NOT NULL,
    run         TEXT NOT NULL,
    started     TEXT NOT NULL,
    state       TEXT NOT NULL,
    severity    TEXT NOT NULL,
    PRIMARY KEY (project, fingerprint, number),
    FOREIGN KEY (project, fingerprint) REFERENCES plumb_findings (project, fingerprint) ON DELETE CASCADE
);

CREATE TABLE plumb_costs (
    run       TEXT NOT NULL REFERENCES plumb_runs (id) ON DELETE CASCADE,
    type      TEXT NOT NULL,
    resources BIGINT NOT NULL,
    monthly   TEXT NOT NULL,
    PRIMARY KEY (run, type)
);

CREATE TABLE plumb_zones (
    run     TEXT NOT NULL REFERENCES plumb_runs (id) ON DELETE CASCADE,
    zone    TEXT NOT NULL,
    entry   TEXT NOT NULL,
    answer  TEXT NOT NULL,
    least   DOUBLE PRECISION NOT NULL,
    most    DOUBLE PRECISION NOT NULL,
    because TEXT NOT NULL,
    PRIMARY KEY (run, zone, entry)
);

CREATE TABLE plumb_gaps (
    run    TEXT NOT NULL REFERENCES plumb_runs (id) ON DELETE CASCADE,
    n      BIGINT NOT NULL,
    root   TEXT NOT NULL,
    place  TEXT NOT NULL,
    what   TEXT NOT NULL,
    why    TEXT NOT NULL,
    PRIMARY KEY (run, n)
);

-- +goose Down
DROP TABLE plumb_gaps;
DROP TABLE plumb_zones;
DROP TABLE plumb_costs;
DROP TABLE plumb_changes;
DROP TABLE plumb_findings;
DROP TABLE plumb_runs;
DROP TABLE plumb_projects;
