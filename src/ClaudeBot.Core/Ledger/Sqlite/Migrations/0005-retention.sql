-- Old rows are removed by age; the counts go on counting what ended, so that a counter made of them never falls.
DROP TRIGGER tasks_counted_on_delete;

CREATE INDEX tasks_ended ON tasks (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX deliveries_decided ON deliveries (decided_at) WHERE decided_at IS NOT NULL;
