-- The event log is the audit: no entry is changed, and none goes without a later entry that says so. Retention writes
-- 'events.pruned' first, and what is three days older than the newest of these may go. The log's own times count, and
-- not the machine's clock, which may have been put forward.
CREATE INDEX events_pruned ON events (at) WHERE kind = 'events.pruned';

CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'the event log only grows: no entry is changed');
END;

-- INSERT OR REPLACE would remove the entry without asking the trigger for removals.
CREATE TRIGGER events_are_not_replaced BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE seq = new.seq) BEGIN
    SELECT RAISE(ABORT, 'the event log only grows: no entry is replaced');
END;

CREATE TRIGGER events_stay BEFORE DELETE ON events
WHEN old.at > coalesce((SELECT max(at) FROM events WHERE kind = 'events.pruned'), 0) - 259200000000 BEGIN
    SELECT RAISE(ABORT, 'the event log only grows: entries go by age alone, after an entry that says so');
END;
