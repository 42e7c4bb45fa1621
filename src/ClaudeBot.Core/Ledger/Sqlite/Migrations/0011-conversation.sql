-- What people say to the bot in comments, and what it has to say.
ALTER TABLE tasks ADD COLUMN awaits TEXT;                        -- of a task that needs input: question, plan or pause
ALTER TABLE tasks ADD COLUMN plan_first INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN budget_nano_usd INTEGER;            -- set by a comment; NULL: as configured

-- One row for each comment that addressed the bot: the same comment is never obeyed twice.
CREATE TABLE commands (
    repository TEXT    NOT NULL COLLATE NOCASE,
    comment_id INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    command    TEXT    NOT NULL,
    actor_id   INTEGER NOT NULL,
    by_bot     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (repository, comment_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX commands_subject ON commands (repository, number, at);

-- What people with write access said to a task, oldest first.
CREATE TABLE inputs (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id  TEXT    NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    kind     TEXT    NOT NULL CHECK (kind IN ('answer', 'plan', 'instruction')),
    text     TEXT    NOT NULL,
    actor    TEXT    NOT NULL,
    actor_id INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    taken    INTEGER NOT NULL DEFAULT 0                          -- 1: an agent was told
) STRICT;

CREATE INDEX inputs_task ON inputs (task_id, seq);

-- What is to be said, written together with its cause; tries is raised before each try.
CREATE TABLE outbox (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT    NOT NULL UNIQUE,
    kind       TEXT    NOT NULL CHECK (kind IN ('reaction', 'comment', 'message')),
    repository TEXT    NOT NULL COLLATE NOCASE,
    number     INTEGER NOT NULL,
    comment_id INTEGER,
    content    TEXT    NOT NULL,
    made_at    INTEGER NOT NULL,
    due_at     INTEGER NOT NULL DEFAULT 0,
    tries      INTEGER NOT NULL DEFAULT 0,
    ended_at   INTEGER,
    result     TEXT
) STRICT;

CREATE INDEX outbox_pending ON outbox (seq) WHERE ended_at IS NULL;
CREATE INDEX outbox_ended ON outbox (ended_at) WHERE ended_at IS NOT NULL;
