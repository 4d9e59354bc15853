-- Version 6: two-factor sign-in with a client certificate: who needs one, who has one, and how far
-- somebody who signs in has come. Secrets are here as digests only; moments "by the system's clock"
-- are those of whoever waits in front of a browser, all others are by the world's.

-- Who has to present a client certificate besides the password.
CREATE TABLE two_factor_rule (
    number           INTEGER PRIMARY KEY,  -- the order of listing
    id               TEXT NOT NULL UNIQUE,
    account_id       TEXT UNIQUE REFERENCES account (id) ON DELETE CASCADE,
    user_id          TEXT UNIQUE REFERENCES user (id) ON DELETE CASCADE,
    is_required      INTEGER NOT NULL CHECK (is_required IN (0, 1)),
    created_at       INTEGER NOT NULL,
    created_by       TEXT NOT NULL,
    created_by_name  TEXT NOT NULL,
    CHECK ((account_id IS NULL) <> (user_id IS NULL)),
    CHECK (is_required OR user_id IS NOT NULL)  -- only a user can be exempted
) STRICT;

-- What was issued for it. The certificate itself is among the user's others, or was deleted.
CREATE TABLE two_factor_certificate (
    number          INTEGER PRIMARY KEY,  -- the order of issuing
    sha256          BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),  -- of the DER
    user_id         TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    certificate_id  TEXT NOT NULL,
    serial_number   TEXT NOT NULL,
    end_date        INTEGER NOT NULL,
    issued_at       INTEGER NOT NULL,
    reset_at        INTEGER,  -- NULL: the user's present one
    reset_by        TEXT,
    reset_by_name   TEXT
) STRICT;

CREATE UNIQUE INDEX two_factor_certificate_present
ON two_factor_certificate (user_id) WHERE reset_at IS NULL;

-- What a standard user signs in with, where it is not the password that all have at first.
CREATE TABLE two_factor_password (
    user_id  TEXT PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    salt     BLOB NOT NULL,
    sha256   BLOB NOT NULL CHECK (length(sha256) = 32)  -- of the salt and the password
) STRICT, WITHOUT ROWID;

-- Browsers in which somebody has given the password.
CREATE TABLE two_factor_session (
    sha256        BLOB PRIMARY KEY CHECK (length(sha256) = 32),  -- of the cookie's text
    user_id       TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    stage         TEXT NOT NULL CHECK (stage IN ('password', 'failed', 'certificate')),
    origin        TEXT,  -- how this browser calls the listener of the pages
    problem       TEXT,  -- why the last certificate was refused
    began_at      INTEGER NOT NULL,
    signed_in_at  INTEGER,
    expires_at    INTEGER NOT NULL  -- by the system's clock
) STRICT, WITHOUT ROWID;

CREATE INDEX two_factor_session_user ON two_factor_session (user_id);

-- One-time links from the password to the handshake that asks for the certificate.
CREATE TABLE two_factor_ticket (
    number      INTEGER PRIMARY KEY,
    sha256      BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),  -- of the ticket's text
    session     BLOB NOT NULL,  -- no reference: of a ticket whose sign-in is over it is told
    label       TEXT NOT NULL,  -- what makes the ticket out of the cookie
    is_again    INTEGER NOT NULL CHECK (is_again IN (0, 1)),  -- under a name never used before
    used_at     INTEGER,
    expires_at  INTEGER NOT NULL  -- by the system's clock
) STRICT;

CREATE INDEX two_factor_ticket_session ON two_factor_ticket (session);
