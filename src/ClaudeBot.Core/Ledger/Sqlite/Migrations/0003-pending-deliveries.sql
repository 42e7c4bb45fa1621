-- Kept by triggers, so that storing a delivery need not count those before it.
CREATE TABLE delivery_counts (
    state  TEXT    NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT;

INSERT INTO delivery_counts (state, number) SELECT 'pending', count(*) FROM deliveries WHERE decided_at IS NULL;

CREATE TRIGGER deliveries_counted_on_insert AFTER INSERT ON deliveries WHEN new.decided_at IS NULL BEGIN
    UPDATE delivery_counts SET number = number + 1 WHERE state = 'pending';
END;
CREATE TRIGGER deliveries_counted_on_decision AFTER UPDATE OF decided_at ON deliveries WHEN old.decided_at IS NULL AND new.decided_at IS NOT NULL BEGIN
    UPDATE delivery_counts SET number = number - 1 WHERE state = 'pending';
END;
CREATE TRIGGER deliveries_counted_on_delete AFTER DELETE ON deliveries WHEN old.decided_at IS NULL BEGIN
    UPDATE delivery_counts SET number = number - 1 WHERE state = 'pending';
END;

-- When due_at was set; a due_at written in the future means that the clock was put back since.
ALTER TABLE deliveries ADD COLUMN postponed_at INTEGER;
