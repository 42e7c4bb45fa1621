-- A time in which a GitHub server wants no call: a restart must not call into it.
CREATE TABLE github_penalties (
    server            TEXT    NOT NULL PRIMARY KEY,
    until             INTEGER NOT NULL,
    refusals_in_a_row INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
