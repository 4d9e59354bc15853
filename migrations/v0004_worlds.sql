-- Version 4: a clock that is steered, what it makes happen, and what many worlds need: their
-- origin, their faults, their mail.

-- How fast the clock runs: world's seconds for each second of the system.
ALTER TABLE world_state ADD COLUMN clock_rate REAL NOT NULL DEFAULT 1
    CHECK (clock_rate > 0 AND clock_rate <= 1000000);
-- Where a clock with a rate ran from, in milliseconds since 1970: what it showed, and what the
-- system's clock showed then. NULL: it runs clock_offset ahead of the system, at rate 1.
ALTER TABLE world_state ADD COLUMN clock_world_milliseconds INTEGER;
ALTER TABLE world_state ADD COLUMN clock_system_milliseconds INTEGER;
-- Up to and including this moment everything that was to happen has happened: no reminder of
-- then is sent again. NULL: nobody has looked yet.
ALTER TABLE world_state ADD COLUMN clock_settled_to INTEGER;

-- How the world was made: {"kind":"seed"|"fork"|"snapshot","of":…}. NULL: from its seed.
ALTER TABLE world_state ADD COLUMN origin TEXT CHECK (origin LIKE '{%}');
-- After how many seconds without a request the world is deleted. NULL: never.
ALTER TABLE world_state ADD COLUMN expires_after_idle_seconds INTEGER;
-- In a copy that is kept: what the system's clock showed when it was made, in seconds since 1970.
-- NULL: a world that lives.
ALTER TABLE world_state ADD COLUMN copied_at INTEGER;

-- What goes wrong on purpose.
CREATE TABLE fault_rule (
    number    INTEGER PRIMARY KEY,  -- the order of creation
    id        TEXT NOT NULL UNIQUE,
    position  INTEGER NOT NULL,  -- the order of asking; the first rule that matches acts
    rule      TEXT NOT NULL CHECK (rule LIKE '{%}'),
    matched   INTEGER NOT NULL DEFAULT 0,  -- how often its matcher matched
    applied   INTEGER NOT NULL DEFAULT 0  -- how often it acted
) STRICT;

CREATE INDEX fault_rule_position ON fault_rule (position);

-- What the vendor would have mailed; the oldest go when there are more than a thousand, so that
-- a filter looks at each of them.
CREATE TABLE mail (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: whoever waits counts by it
    id          TEXT NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    to_address  TEXT NOT NULL,
    user_id     TEXT,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    links       TEXT NOT NULL CHECK (links LIKE '[%]'),  -- JSON array of addresses
    codes       TEXT NOT NULL CHECK (codes LIKE '[%]'),  -- JSON array of texts
    about       TEXT  -- the id of the certificate, token or user
) STRICT;

-- Running numbers of the streams that --random-seed fixes; they go with the world into its copies.
CREATE TABLE random_stream (
    kind  TEXT PRIMARY KEY,
    next  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What happens between two moments is found here, however many certificates there are.
CREATE INDEX client_auth_certificate_start ON client_auth_certificate (start_date);
CREATE INDEX client_auth_certificate_end ON client_auth_certificate (end_date);
CREATE INDEX api_access_token_end ON api_access_token (end_date) WHERE end_date IS NOT NULL;
CREATE INDEX user_end ON user (end_date) WHERE end_date IS NOT NULL;
CREATE INDEX account_service_from ON account (service_period_from);
CREATE INDEX account_service_to ON account (service_period_to);
