-- Version 1: users, their tokens and certificates, the audit log, and the world's own state.
-- Moments are seconds since 1970 in UTC; days are YYYY-MM-DD; ids are lower-case UUIDs.

CREATE TABLE account (
    id                   TEXT PRIMARY KEY,
    name                 TEXT NOT NULL,
    is_active            INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    service_period_from  TEXT NOT NULL,
    service_period_to    TEXT NOT NULL,
    friendly_identifier  TEXT NOT NULL,
    locale               TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE application (
    id    TEXT PRIMARY KEY,
    name  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
    id                  TEXT PRIMARY KEY,
    email               TEXT NOT NULL,
    status              TEXT NOT NULL CHECK (status IN ('ACTIVE', 'DISABLED')),
    access_scope        TEXT NOT NULL CHECK (access_scope IN ('account', 'system')),
    primary_account_id  TEXT NOT NULL,  -- no reference: the vendor's example names no account
    created_at          INTEGER NOT NULL,
    created_by          TEXT NOT NULL,
    user_type           TEXT NOT NULL CHECK (user_type IN ('standard', 'service')),
    friendly_name       TEXT,
    description         TEXT NOT NULL,
    locale              TEXT NOT NULL,
    first_name          TEXT,
    last_name           TEXT,
    roles               TEXT NOT NULL CHECK (roles LIKE '[%]'),  -- JSON array of names
    end_date            INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE user_account (
    user_id     TEXT NOT NULL REFERENCES user (id),
    position    INTEGER NOT NULL,  -- the order of printing
    account_id  TEXT NOT NULL REFERENCES account (id),
    PRIMARY KEY (user_id, position),
    UNIQUE (user_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE user_application (
    user_id         TEXT NOT NULL REFERENCES user (id),
    position        INTEGER NOT NULL,  -- the order of printing
    application_id  TEXT NOT NULL REFERENCES application (id),
    permissions     TEXT NOT NULL CHECK (permissions LIKE '[%]'),  -- printed as it stands
    PRIMARY KEY (user_id, position),
    UNIQUE (user_id, application_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_access_token (
    sha256      BLOB PRIMARY KEY CHECK (length(sha256) = 32),  -- of the token's text
    id          TEXT NOT NULL UNIQUE,
    user_id     TEXT NOT NULL REFERENCES user (id),
    name        TEXT NOT NULL,
    is_enabled  INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    end_date    INTEGER,
    created_at  INTEGER NOT NULL,
    created_by  TEXT NOT NULL,
    UNIQUE (user_id, name)
) STRICT, WITHOUT ROWID;

-- The issuing CA. Its private key is why the file is readable by its owner only.
CREATE TABLE authority (
    number       INTEGER PRIMARY KEY,
    certificate  BLOB NOT NULL,  -- DER
    text         TEXT NOT NULL,  -- the certificate as PEM
    private_key  BLOB NOT NULL,  -- DER, PKCS#8
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE client_auth_certificate (
    number            INTEGER PRIMARY KEY,  -- the order of creation
    id                TEXT NOT NULL UNIQUE,
    user_id           TEXT NOT NULL REFERENCES user (id),
    name              TEXT NOT NULL,
    common_name       TEXT NOT NULL,
    start_date        INTEGER NOT NULL,
    end_date          INTEGER NOT NULL,
    is_enabled        INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    serial_number     TEXT NOT NULL,
    public_key        TEXT NOT NULL,
    sha256            BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),  -- of the DER
    created_at        INTEGER NOT NULL,
    disabled_at       INTEGER,
    disabled_by       TEXT,
    disabled_by_name  TEXT,
    x509_cert         TEXT NOT NULL,  -- PEM
    authority         INTEGER REFERENCES authority (number),  -- NULL: issued elsewhere
    UNIQUE (user_id, name)  -- case-sensitive; two requests at once cannot both win
) STRICT;

-- What a later refusal needs in order to say why.
CREATE TABLE deleted_certificate (
    sha256           BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    id               TEXT NOT NULL,
    user_id          TEXT NOT NULL,
    name             TEXT NOT NULL,
    serial_number    TEXT NOT NULL,
    deleted_at       INTEGER NOT NULL,
    deleted_by       TEXT NOT NULL,
    deleted_by_name  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_entry (
    number         INTEGER PRIMARY KEY,  -- the order of events
    id             TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    user_id        TEXT NOT NULL,
    user_name      TEXT NOT NULL,
    account_id     TEXT NOT NULL,
    action         TEXT NOT NULL,
    resource_type  TEXT NOT NULL,
    resource_id    TEXT,
    status         TEXT NOT NULL CHECK (status IN ('SUCCESS', 'FAILURE')),
    description    TEXT NOT NULL,
    ip_address     TEXT
) STRICT;

-- One row, written together with the seed: without it the world is new.
CREATE TABLE world_state (
    number         INTEGER PRIMARY KEY CHECK (number = 1),
    name           TEXT NOT NULL,
    created_at     INTEGER NOT NULL,  -- by the world's clock
    seed           TEXT NOT NULL,  -- SHA-256 of the seed file, in hex
    clock_offset   INTEGER NOT NULL,  -- world's time minus system's time, in seconds
    clock_frozen   INTEGER  -- the moment at which the clock stands still; NULL: it runs
) STRICT;
