-- An earlier version forgot the steps of a run that had ended its task when the next one began; now the order to try again does.
-- What waits for such a try has them still.
DELETE FROM steps WHERE task_id IN (
    SELECT t.id FROM tasks t JOIN steps c ON c.task_id = t.id
    WHERE t.state = 'waiting' AND c.step = 'close' AND c.intent ->> 'ending' IN ('failed', 'cancelled'));
