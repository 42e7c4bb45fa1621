-- Up to when everything that a source tells is stored.
CREATE TABLE cursors (
    source TEXT    NOT NULL COLLATE NOCASE PRIMARY KEY,
    at     INTEGER NOT NULL
) STRICT;

-- Deliveries that GitHub was asked to send again: once each.
CREATE TABLE redeliveries (
    delivery_id TEXT    NOT NULL PRIMARY KEY,
    asked_at    INTEGER NOT NULL
) STRICT;
