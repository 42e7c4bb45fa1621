-- What was asked for, what ended and what was spent in each hour, kept by triggers: charts must not count tasks.
CREATE TABLE task_hours (
    hour   INTEGER NOT NULL,  -- whole hours since 1970-01-01 UTC
    what   TEXT    NOT NULL CHECK (what IN ('queued', 'succeeded', 'failed', 'cancelled', 'dead')),
    number INTEGER NOT NULL,
    PRIMARY KEY (hour, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE spend_hours (
    hour     INTEGER NOT NULL PRIMARY KEY,
    nano_usd INTEGER NOT NULL
) STRICT;

INSERT INTO task_hours (hour, what, number) SELECT created_at / 3600000000, 'queued', count(*) FROM tasks GROUP BY 1;
INSERT INTO task_hours (hour, what, number) SELECT ended_at / 3600000000, state, count(*) FROM tasks
    WHERE ended_at IS NOT NULL AND state IN ('succeeded', 'failed', 'cancelled', 'dead') GROUP BY 1, 2;
INSERT INTO spend_hours (hour, nano_usd) SELECT at / 3600000000, sum(nano_usd) FROM spend GROUP BY 1;

CREATE TRIGGER tasks_counted_by_hour_on_insert AFTER INSERT ON tasks BEGIN
    INSERT INTO task_hours (hour, what, number) VALUES (new.created_at / 3600000000, 'queued', 1)
    ON CONFLICT (hour, what) DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER tasks_counted_by_hour_at_their_end AFTER UPDATE OF state ON tasks
WHEN old.state <> new.state AND new.state IN ('succeeded', 'failed', 'cancelled', 'dead') AND new.ended_at IS NOT NULL BEGIN
    INSERT INTO task_hours (hour, what, number) VALUES (new.ended_at / 3600000000, new.state, 1)
    ON CONFLICT (hour, what) DO UPDATE SET number = number + 1;
END;
CREATE TRIGGER spend_counted_by_hour AFTER INSERT ON spend BEGIN
    INSERT INTO spend_hours (hour, nano_usd) VALUES (new.at / 3600000000, new.nano_usd)
    ON CONFLICT (hour) DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd;
END;

-- A page of tasks is read from its first row on, whatever it is filtered by.
CREATE INDEX tasks_repository_state ON tasks (repository, state, seq);
CREATE INDEX tasks_turn ON tasks (priority DESC, seq) WHERE state = 'waiting';
-- Kinds are lower case. By the expression only the pages find it: what looks for one kind by its own index keeps to that.
CREATE INDEX events_kind ON events (lower(kind), seq);

-- The words of tasks. The state is among them, so that a word which is everywhere and a state which is rare meet in the index.
CREATE VIRTUAL TABLE task_words USING fts5 (id, repository, title, requested_by, state, content = 'tasks', content_rowid = 'seq', prefix = '2 3');
INSERT INTO task_words (task_words) VALUES ('rebuild');

CREATE TRIGGER task_words_on_insert AFTER INSERT ON tasks BEGIN
    INSERT INTO task_words (rowid, id, repository, title, requested_by, state) VALUES (new.seq, new.id, new.repository, new.title, new.requested_by, new.state);
END;
CREATE TRIGGER task_words_on_update AFTER UPDATE OF id, repository, title, requested_by, state ON tasks
WHEN old.id <> new.id OR old.repository <> new.repository OR old.title <> new.title OR old.requested_by <> new.requested_by OR old.state <> new.state BEGIN
    INSERT INTO task_words (task_words, rowid, id, repository, title, requested_by, state) VALUES ('delete', old.seq, old.id, old.repository, old.title, old.requested_by, old.state);
    INSERT INTO task_words (rowid, id, repository, title, requested_by, state) VALUES (new.seq, new.id, new.repository, new.title, new.requested_by, new.state);
END;
CREATE TRIGGER task_words_on_delete AFTER DELETE ON tasks BEGIN
    INSERT INTO task_words (task_words, rowid, id, repository, title, requested_by, state) VALUES ('delete', old.seq, old.id, old.repository, old.title, old.requested_by, old.state);
END;
