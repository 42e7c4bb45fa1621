-- What operators ordered on a status web elsewhere, and what came of it: an order that comes again is answered from here.
CREATE TABLE orders (
    id      TEXT    PRIMARY KEY,
    at      INTEGER NOT NULL,
    action  TEXT    NOT NULL CHECK (action IN ('cancel', 'retry', 'priority', 'pause', 'resume')),
    task_id TEXT,
    done    INTEGER NOT NULL,
    message TEXT    NOT NULL
) STRICT;

CREATE INDEX orders_at ON orders (at);
