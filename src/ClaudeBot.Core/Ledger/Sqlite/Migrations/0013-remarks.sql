-- What was said or found about the bot's pull requests, and which task sees to it. A remark outlives its task, or a poll
-- would take it for a new one: no foreign key.
CREATE TABLE remarks (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    repository TEXT    NOT NULL COLLATE NOCASE,
    number     INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('review', 'review_comment', 'comment', 'check', 'conflict')),
    key        TEXT    NOT NULL,
    author     TEXT,
    author_id  INTEGER,
    detail     TEXT    NOT NULL,  -- JSON
    made_at    INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    task_id    TEXT,
    outcome    TEXT,
    UNIQUE (repository, number, kind, key)
) STRICT;

CREATE INDEX remarks_waiting ON remarks (seq) WHERE task_id IS NULL;
CREATE INDEX remarks_task ON remarks (task_id) WHERE task_id IS NOT NULL;

-- Whose commit a failing check ran on.
CREATE INDEX tasks_head ON tasks (repository, head_sha) WHERE head_sha IS NOT NULL;

-- What stands on pull requests of an earlier version was dealt with by people: only what is said from now on counts.
INSERT INTO cursors (source, at) SELECT 'remarks', max(ended_at) FROM tasks WHERE pull_request_number IS NOT NULL HAVING max(ended_at) IS NOT NULL;
