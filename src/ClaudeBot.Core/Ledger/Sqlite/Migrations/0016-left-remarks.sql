-- What is left waits for nothing, and was yet looked through with what waits.
DROP INDEX remarks_waiting;
CREATE INDEX remarks_waiting ON remarks (seq) WHERE task_id IS NULL AND outcome IS NULL;
CREATE INDEX remarks_left ON remarks (seen_at) WHERE task_id IS NULL AND outcome IS NOT NULL;
