-- A ledger as schema 1 left it, with rows in every table. Never changed: it stands for ledgers that are out there.
BEGIN TRANSACTION;
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
INSERT INTO "attempts" VALUES('octo--demo--issue-3-cccccc',1,'host/1',1772355600000000,NULL,NULL,'session-3');
INSERT INTO "attempts" VALUES('octo--demo--issue-5-eeeeee',1,'host/1',1772355600000000,1772355720000000,'succeeded','session-5');
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
INSERT INTO "deliveries" VALUES(1,'11111111-0000-0000-0000-000000000001','issues',X'7B22616374696F6E223A226C6162656C6564222C22C3A9223A307D',1772355600000000,1772355600000000,NULL,1772355660000000,'octo/demo',1,'task','Labelled by @alice.','octo--demo--issue-1-aaaaaa');
INSERT INTO "deliveries" VALUES(2,'11111111-0000-0000-0000-000000000002','issues',X'7B22616374696F6E223A226C6162656C6564222C22C3A9223A307D',1772355600000000,1772355600000000,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES(3,'11111111-0000-0000-0000-000000000003','issues',X'7B22616374696F6E223A226C6162656C6564222C22C3A9223A307D',1772355600000000,1772355660000000,'GitHub was away',NULL,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO "events" VALUES(1,1772355600000000,'task.queued','alice','octo--demo--issue-5-eeeeee','octo/demo',5,'Queued with priority medium, asked for by alice.');
INSERT INTO "events" VALUES(2,1772355660000000,'task.running','bot','octo--demo--issue-5-eeeeee','octo/demo',5,'Attempt 1 began on host/1.');
INSERT INTO "events" VALUES(3,1772355720000000,'task.succeeded','bot','octo--demo--issue-5-eeeeee','octo/demo',5,'Opened a pull request.');
INSERT INTO "events" VALUES(4,1772355780000000,'queue.paused','carol',NULL,NULL,NULL,'Paused: key rotation');
CREATE TABLE repository_turns (
    repository TEXT    NOT NULL COLLATE NOCASE PRIMARY KEY,
    turn       INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO "repository_turns" VALUES('octo/demo',2);
INSERT INTO "repository_turns" VALUES('octo/other',0);
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT;
INSERT INTO "schema_version" VALUES(1,1772355600000000);
CREATE TABLE settings (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
INSERT INTO "settings" VALUES('queue.paused','key rotation');
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
INSERT INTO "spend" VALUES(1,'octo--demo--issue-5-eeeeee','octo/demo',1772355600000000,'claude',1000,200,30,40,250000000);
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
INSERT INTO "steps" VALUES(1,'octo--demo--issue-3-cccccc','push','{"sha":"abc"}',NULL,1772355600000000,NULL);
INSERT INTO "steps" VALUES(2,'octo--demo--issue-5-eeeeee','push','{"sha":"abc"}','{"ok":true}',1772355600000000,1772355660000000);
CREATE TABLE task_counts (
    state  TEXT    NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;
INSERT INTO "task_counts" VALUES('waiting',4);
INSERT INTO "task_counts" VALUES('running',1);
INSERT INTO "task_counts" VALUES('needs_input',1);
INSERT INTO "task_counts" VALUES('succeeded',1);
INSERT INTO "task_counts" VALUES('failed',1);
INSERT INTO "task_counts" VALUES('cancelled',1);
INSERT INTO "task_counts" VALUES('dead',1);
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
INSERT INTO "tasks" VALUES(1,'octo--demo--issue-1-aaaaaa','issue','octo/demo',1,'Fix number 1','It drops the last line.
It really does.',3,'waiting',NULL,'alice',7,'bot/issue-1-fix-number-1',0,0,0,0,NULL,NULL,NULL,1772355600000000,1772355660000000,NULL,NULL,NULL,NULL,NULL,NULL,0,'waiting',1,0);
INSERT INTO "tasks" VALUES(2,'octo--demo--issue-2-bbbbbb','issue','octo/demo',2,'Fix number 2','It drops the last line.
It really does.',1,'waiting','rate limit','alice',7,'bot/issue-2-fix-number-2',1,3,0,1,NULL,NULL,NULL,1772355600000000,1772355660000000,1772355900000000,NULL,NULL,NULL,NULL,NULL,0,'waiting',NULL,0);
INSERT INTO "tasks" VALUES(3,'octo--demo--issue-3-cccccc','issue','octo/demo',3,'Fix number 3','It drops the last line.
It really does.',1,'running',NULL,'alice',7,'bot/issue-3-fix-number-3',1,3,1,2,'host/1','boot-of-then',1772355660000000,1772355600000000,1772355660000000,NULL,1772355600000000,NULL,NULL,NULL,NULL,120000000,'running',NULL,0);
INSERT INTO "tasks" VALUES(4,'octo--demo--issue-4-dddddd','issue','octo/demo',4,'Fix number 4','It drops the last line.
It really does.',1,'needs_input','Which parser?','alice',7,'bot/issue-4-fix-number-4',1,3,0,1,NULL,NULL,NULL,1772355600000000,1772355660000000,NULL,NULL,NULL,NULL,NULL,NULL,0,'needs_input',NULL,0);
INSERT INTO "tasks" VALUES(5,'octo--demo--issue-5-eeeeee','issue','octo/demo',5,'Fix number 5','It drops the last line.
It really does.',1,'succeeded','Opened a pull request.','alice',7,'bot/issue-5-fix-number-5',1,3,0,1,NULL,NULL,NULL,1772355600000000,1772355660000000,NULL,1772355600000000,1772355720000000,50,'https://github.com/octo/demo/pull/50','0123456789abcdef0123456789abcdef01234567',250000000,'succeeded',NULL,1);
INSERT INTO "tasks" VALUES(6,'octo--demo--issue-6-ffffff','issue','octo/demo',6,'Fix number 6','It drops the last line.
It really does.',1,'failed','The checks failed.','alice',7,'bot/issue-6-fix-number-6',1,3,0,1,NULL,NULL,NULL,1772355600000000,1772355660000000,NULL,NULL,1772355720000000,NULL,NULL,NULL,0,'failed',NULL,1);
INSERT INTO "tasks" VALUES(7,'octo--demo--issue-7-gggggg','issue','octo/demo',7,'Fix number 7','It drops the last line.
It really does.',1,'cancelled','cancelled by the operator','alice',7,'bot/issue-7-fix-number-7',0,0,0,0,NULL,NULL,NULL,1772355600000000,1772355660000000,NULL,NULL,1772355720000000,NULL,NULL,NULL,0,'cancelled',NULL,1);
INSERT INTO "tasks" VALUES(8,'octo--demo--issue-8-hhhhhh','issue','octo/demo',8,'Fix number 8','It drops the last line.
It really does.',1,'dead','IOException: no','alice',7,'bot/issue-8-fix-number-8',3,3,0,3,NULL,NULL,NULL,1772355600000000,1772355660000000,NULL,NULL,1772355720000000,NULL,NULL,NULL,0,NULL,NULL,0);
INSERT INTO "tasks" VALUES(9,'octo--other--task-jjjjjj','manual','octo/other',NULL,'Fix number None','It drops the last line.
It really does.',0,'waiting',NULL,'operator',NULL,'bot/task-jjjjjj-fix',0,0,0,0,NULL,NULL,NULL,1772355600000000,1772355660000000,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,0);
INSERT INTO "tasks" VALUES(10,'octo--demo--issue-50-kkkkkk','pr_feedback','octo/demo',50,'Fix number 50','It drops the last line.
It really does.',1,'waiting',NULL,'alice',7,'bot/issue-5-fix-number-5',0,0,0,0,NULL,NULL,NULL,1772355600000000,1772355660000000,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,0);
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
CREATE INDEX deliveries_pending ON deliveries (seq) WHERE decided_at IS NULL;
CREATE INDEX deliveries_subject ON deliveries (subject_repository, subject_number, seq) WHERE subject_number IS NOT NULL;
CREATE INDEX spend_task ON spend (task_id);
CREATE INDEX spend_at ON spend (at, repository);
CREATE INDEX events_at ON events (at, seq);
CREATE INDEX events_task ON events (task_id, seq) WHERE task_id IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('tasks',10);
INSERT INTO "sqlite_sequence" VALUES('deliveries',3);
INSERT INTO "sqlite_sequence" VALUES('steps',2);
INSERT INTO "sqlite_sequence" VALUES('spend',1);
INSERT INTO "sqlite_sequence" VALUES('events',4);
COMMIT;
