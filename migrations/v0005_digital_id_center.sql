-- Version 5: the Digital ID Center: who asked it for a certificate, and what became of that.

CREATE TABLE digital_id (
    number             INTEGER PRIMARY KEY,  -- the order of creation
    id                 TEXT NOT NULL UNIQUE,  -- in the address of its pages: nobody can guess it
    -- The form that it was entered in, so that a form that is sent twice is one request.
    form               TEXT UNIQUE,
    renewal_of         TEXT,  -- the id of what it renews
    status             TEXT NOT NULL CHECK (status IN ('draft', 'pending', 'approved', 'rejected',
        'retrievable', 'installed', 'active', 'revoked')),
    first_name         TEXT NOT NULL,
    last_name          TEXT NOT NULL,
    email              TEXT NOT NULL,
    telephone          TEXT NOT NULL,
    authority_code     TEXT NOT NULL,
    comments           TEXT NOT NULL,  -- to the administrator
    challenge_salt     BLOB NOT NULL,
    challenge_sha256   BLOB NOT NULL,  -- of the salt and the challenge phrase
    challenge_failures INTEGER NOT NULL,
    key_place          TEXT NOT NULL CHECK (key_place IN ('server', 'browser')),
    key_kind           TEXT NOT NULL,  -- 'rsa-2048' and so on
    created_at         INTEGER NOT NULL,
    submitted_at       INTEGER,
    decided_at         INTEGER,
    decision_comment   TEXT NOT NULL,  -- the administrator's
    pin_salt           BLOB,
    pin_sha256         BLOB,  -- of the salt and the PIN
    pin_failures       INTEGER,
    pin_expires_at     INTEGER,  -- the last second in which it is good
    retrieved_at       INTEGER,
    installed_at       INTEGER,
    certificate_sha256 BLOB UNIQUE,
    serial_number      TEXT UNIQUE,
    subject            TEXT,
    start_date         INTEGER,
    end_date           INTEGER,
    x509_cert          TEXT,
    activation_asked_at INTEGER,
    activated_at       INTEGER,
    queue_set_up_at    INTEGER,  -- when Support set up the message queue, for this certificate
    revoked_at         INTEGER,
    revocation_reason  TEXT
) STRICT;

CREATE INDEX digital_id_status ON digital_id (status);
CREATE INDEX digital_id_email ON digital_id (email COLLATE NOCASE);
CREATE INDEX digital_id_renewal ON digital_id (renewal_of) WHERE renewal_of IS NOT NULL;
CREATE INDEX digital_id_queue ON digital_id (authority_code) WHERE queue_set_up_at IS NOT NULL;

-- When somebody said that the certificate of the authority is installed; no row: never.
CREATE TABLE digital_id_center (
    only_row        INTEGER PRIMARY KEY CHECK (only_row = 1),
    ca_installed_at INTEGER NOT NULL
) STRICT;

-- What the administrator said to everybody.
CREATE TABLE digital_id_message (
    number      INTEGER PRIMARY KEY,
    form        TEXT NOT NULL UNIQUE,  -- as above
    created_at  INTEGER NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    recipients  INTEGER NOT NULL
) STRICT;
