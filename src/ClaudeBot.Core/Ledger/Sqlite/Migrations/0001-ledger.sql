-- Times are whole microseconds since 1970-01-01 UTC; money is whole nano-dollars; words are snake case.

CREATE TABLE tasks (
    seq                 INTEGER PRIMARY KEY AUTOINCREMENT,
    id                  TEXT    NOT NULL UNIQUE,
    kind                TEXT    NOT NULL CHECK (kind IN ('issue', 'pr_feedback', 'manual')),
    repository          TEXT    NOT NULL COLLATE NOCASE,
    issue_number        INTEGER,
    title               TEXT    NOT NULL,
    description         TEXT    NOT NULL,
    priority            INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
    state               TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'needs_input', 'succeeded', 'failed', 'cancelled', 'dead')),
    reason              TEXT,
    requested_by        TEXT    NOT NULL,
    requested_by_id     INTEGER,
    branch              TEXT    NOT NULL,
    attempts            INTEGER NOT NULL DEFAULT 0,
    max_attempts        INTEGER NOT NULL DEFAULT 0,  -- as configured when it was last claimed
    recoveries          INTEGER NOT NULL DEFAULT 0,  -- times its worker died
    fence               INTEGER NOT NULL DEFAULT 0,
    worker              TEXT,
    boot_id             TEXT,
    lease_until         INTEGER,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    not_before          INTEGER,
    started_at          INTEGER,
    ended_at            INTEGER,
    pull_request_number INTEGER,
    pull_request_url    TEXT,
    head_sha            TEXT,
    cost_nano_usd       INTEGER NOT NULL DEFAULT 0,
    announced_state     TEXT,                        -- the state that GitHub shows
    spooled_priority    INTEGER,                     -- the priority in its spool file; NULL: no file was put there
    filed               INTEGER NOT NULL DEFAULT 0   -- 1: its end was written to processed/ or failed/
) STRICT;

-- SQLite uses a partial index only for a query that spells its term the same way, literally.
CREATE UNIQUE INDEX tasks_active ON tasks (repository, issue_number)
    WHERE state IN ('waiting', 'running', 'needs_input') AND issue_number IS NOT NULL;
CREATE INDEX tasks_waiting ON tasks (repository, priority, seq) WHERE state = 'waiting';
CREATE INDEX tasks_running ON tasks (repository, branch) WHERE state = 'running';
CREATE INDEX tasks_unannounced ON tasks (updated_at) WHERE announced_state IS NOT state;
CREATE INDEX tasks_spooled ON tasks (seq) WHERE spooled_priority IS NOT NULL;
CREATE INDEX tasks_unfiled ON tasks (seq) WHERE filed = 0 AND state IN ('succeeded', 'failed', 'cancelled', 'dead');
CREATE INDEX tasks_issue ON tasks (repository, issue_number, seq);
CREATE INDEX tasks_pull_request ON tasks (repository, pull_request_number) WHERE pull_request_number IS NOT NULL;
CREATE INDEX tasks_repository ON tasks (repository, seq);
CREATE INDEX tasks_state ON tasks (state, seq);

-- Whose turn it is: the lowest number waits longest.
CREATE TABLE repository_turns (
    repository TEXT    NOT NULL COLLATE NOCASE PRIMARY KEY,
    turn       INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Kept by triggers, so that counting stays cheap with a million ended tasks.
CREATE TABLE task_counts (
    state  TEXT    NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;

CREATE TRIGGER tasks_counted_on_insert AFTER INSERT ON tasks BEGIN
    INSERT INTO task_counts (state, number) VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER tasks_counted_on_update AFTER UPDATE OF state ON tasks WHEN old.state <> new.state BEGIN
    UPDATE task_counts SET number = number - 1 WHERE state = old.state;
    INSERT INTO task_counts (state, number) VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER tasks_counted_on_delete AFTER DELETE ON tasks BEGIN
    UPDATE task_counts SET number = number - 1 WHERE state = old.state;
END;

CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE deliveries (
    seq                INTEGER PRIMARY KEY AUTOINCREMENT,
    id                 TEXT    NOT NULL UNIQUE,
    event              TEXT    NOT NULL,
    body               BLOB    NOT NULL,
    received_at        INTEGER NOT NULL,
    due_at             INTEGER NOT NULL,
    postponed_reason   TEXT,
    decided_at         INTEGER,
    subject_repository TEXT    COLLATE NOCASE,
    subject_number     INTEGER,
    outcome            TEXT,
    reason             TEXT,
    task_id            TEXT
) STRICT;

CREATE INDEX deliveries_pending ON deliveries (seq) WHERE decided_at IS NULL;
CREATE INDEX deliveries_subject ON deliveries (subject_repository, subject_number, seq) WHERE subject_number IS NOT NULL;

CREATE TABLE attempts (
    task_id    TEXT    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    worker     TEXT    NOT NULL,
    began_at   INTEGER NOT NULL,
    ended_at   INTEGER,
    ending     TEXT,
    session_id TEXT,
    PRIMARY KEY (task_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE steps (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id  TEXT    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    step     TEXT    NOT NULL,
    intent   TEXT    NOT NULL,
    result   TEXT,
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    UNIQUE (task_id, step)
) STRICT;

CREATE TABLE spend (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id     TEXT    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    repository  TEXT    NOT NULL COLLATE NOCASE,
    at          INTEGER NOT NULL,
    model       TEXT    NOT NULL,
    input       INTEGER NOT NULL,
    output      INTEGER NOT NULL,
    cache_read  INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    nano_usd    INTEGER NOT NULL
) STRICT;

CREATE INDEX spend_task ON spend (task_id);
CREATE INDEX spend_at ON spend (at, repository);

-- The audit outlives the tasks it speaks of: no foreign key.
CREATE TABLE events (
    seq                INTEGER PRIMARY KEY AUTOINCREMENT,
    at                 INTEGER NOT NULL,
    kind               TEXT    NOT NULL,
    actor              TEXT    NOT NULL,
    task_id            TEXT,
    subject_repository TEXT    COLLATE NOCASE,
    subject_number     INTEGER,
    message            TEXT    NOT NULL
) STRICT;

CREATE INDEX events_at ON events (at, seq);
CREATE INDEX events_task ON events (task_id, seq) WHERE task_id IS NOT NULL;
