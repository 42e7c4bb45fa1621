-- What was spent by day and repository, kept by a trigger: the caps of the day are looked at before every model call.
CREATE TABLE spend_days (
    day        INTEGER NOT NULL,  -- whole days since 1970-01-01 UTC
    repository TEXT    NOT NULL COLLATE NOCASE,
    nano_usd   INTEGER NOT NULL,
    PRIMARY KEY (day, repository)
) STRICT, WITHOUT ROWID;

INSERT INTO spend_days (day, repository, nano_usd) SELECT at / 86400000000, repository, sum(nano_usd) FROM spend GROUP BY 1, 2;

CREATE TRIGGER spend_counted_by_day AFTER INSERT ON spend BEGIN
    INSERT INTO spend_days (day, repository, nano_usd) VALUES (new.at / 86400000000, new.repository, new.nano_usd)
    ON CONFLICT (day, repository) DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd;
END;
