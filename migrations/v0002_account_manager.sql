-- Version 2: what the whole Account Manager shows: users in the order of creation, locked users,
-- organizations, roles, sign-in methods, settings; indexes for lists, filters and the audit log.
-- Foreign keys are checked at the end, so that a table can be made anew under its own name.

CREATE TABLE account_v2 (
    number               INTEGER PRIMARY KEY,  -- the order of listing
    id                   TEXT NOT NULL UNIQUE,
    name                 TEXT NOT NULL,
    is_active            INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    service_period_from  TEXT NOT NULL,
    service_period_to    TEXT NOT NULL,
    friendly_identifier  TEXT NOT NULL,
    locale               TEXT NOT NULL
) STRICT;

INSERT INTO account_v2 (id, name, is_active, service_period_from, service_period_to,
    friendly_identifier, locale)
SELECT id, name, is_active, service_period_from, service_period_to, friendly_identifier, locale
FROM account ORDER BY service_period_from, id;

DROP TABLE account;
ALTER TABLE account_v2 RENAME TO account;

CREATE TABLE account_sign_in_method (
    account_id                      TEXT NOT NULL REFERENCES account (id),
    position                        INTEGER NOT NULL,  -- the order of printing
    sign_in_method                  TEXT NOT NULL,
    status                          TEXT NOT NULL,
    mfa_status                      TEXT NOT NULL,
    client_auth_cert_login_enabled  INTEGER NOT NULL
        CHECK (client_auth_cert_login_enabled IN (0, 1)),
    PRIMARY KEY (account_id, position)
) STRICT, WITHOUT ROWID;

-- As the vendor's example prints it.
INSERT INTO account_sign_in_method
SELECT id, 0, 'standard', 'enabled', 'disabled', 0 FROM account;

CREATE TABLE organization (
    number       INTEGER PRIMARY KEY,  -- the order of listing
    id           TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    account_id   TEXT NOT NULL REFERENCES account (id),
    is_active    INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    address      TEXT,
    city         TEXT,
    state        TEXT,
    postal_code  TEXT,
    country      TEXT
) STRICT;

CREATE INDEX organization_account ON organization (account_id);

CREATE TABLE application_v2 (
    number  INTEGER PRIMARY KEY,  -- the order of listing
    id      TEXT NOT NULL UNIQUE,
    code    TEXT NOT NULL,  -- what `application_code` asks for
    name    TEXT NOT NULL
) STRICT;

INSERT INTO application_v2 (id, code, name)
SELECT a.id, lower(replace(a.name, ' ', '_')), a.name
FROM application AS a
ORDER BY (SELECT min(ua.position) FROM user_application AS ua WHERE ua.application_id = a.id),
    a.id;

DROP TABLE application;
ALTER TABLE application_v2 RENAME TO application;

-- A world that has begun needs the product to which its roles belong; a new one gets it later.
INSERT OR IGNORE INTO application (id, code, name)
SELECT '78c0355a-e1ca-4978-b60c-e9d66b9e1f30', 'account_manager', 'Account Manager'
FROM world_state WHERE NOT EXISTS (SELECT 1 FROM application WHERE code = 'account_manager');

-- The roles of other products; those of the Account Manager are the program's.
CREATE TABLE role (
    number          INTEGER PRIMARY KEY,  -- the order of listing
    name            TEXT NOT NULL UNIQUE,
    display_name    TEXT NOT NULL,
    description     TEXT NOT NULL,
    application_id  TEXT NOT NULL REFERENCES application (id),
    permissions     TEXT NOT NULL CHECK (permissions LIKE '[%]')  -- JSON array of names
) STRICT;

CREATE TABLE user_v2 (
    number              INTEGER PRIMARY KEY,  -- the order of creation
    id                  TEXT NOT NULL UNIQUE,
    email               TEXT NOT NULL,
    is_enabled          INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    is_locked           INTEGER NOT NULL CHECK (is_locked IN (0, 1)),
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
    username            TEXT,
    phone               TEXT,
    roles               TEXT NOT NULL CHECK (roles LIKE '[%]'),  -- JSON array of names
    end_date            INTEGER
) STRICT;

INSERT INTO user_v2 (id, email, is_enabled, is_locked, access_scope, primary_account_id,
    created_at, created_by, user_type, friendly_name, description, locale, first_name, last_name,
    username, roles, end_date)
SELECT id, email, status = 'ACTIVE', 0, access_scope, primary_account_id, created_at, created_by,
    user_type, friendly_name, description, locale, first_name, last_name,
    CASE user_type WHEN 'standard' THEN email END, roles, end_date
FROM user ORDER BY created_at, id;

DROP TABLE user;
ALTER TABLE user_v2 RENAME TO user;

-- Names are unique where the API makes them; a seed may repeat them, so these are no constraints.
CREATE INDEX user_friendly_name ON user (friendly_name) WHERE friendly_name IS NOT NULL;
CREATE INDEX user_email ON user (email COLLATE NOCASE) WHERE user_type = 'standard';
CREATE INDEX user_username ON user (username COLLATE NOCASE) WHERE username IS NOT NULL;
CREATE INDEX user_administrator ON user (number) WHERE instr(roles, '"AM_ACCOUNT_ADMIN"') > 0;

-- The accounts of a user. The primary one is always here if it exists, though it may not be
-- printed: who shares an account is seen.
CREATE TABLE user_account_v2 (
    user_number  INTEGER NOT NULL REFERENCES user (number),
    account_id   TEXT NOT NULL REFERENCES account (id),
    position     INTEGER,  -- the order of printing; NULL: not printed
    PRIMARY KEY (user_number, account_id)
) STRICT, WITHOUT ROWID;

INSERT INTO user_account_v2 (user_number, account_id, position)
SELECT u.number, ua.account_id, ua.position
FROM user_account AS ua JOIN user AS u ON u.id = ua.user_id;

INSERT OR IGNORE INTO user_account_v2 (user_number, account_id)
SELECT u.number, a.id FROM user AS u JOIN account AS a ON a.id = u.primary_account_id;

DROP TABLE user_account;
ALTER TABLE user_account_v2 RENAME TO user_account;

-- The users of an account in the order of creation: a page of them is found in this index alone.
CREATE INDEX user_account_account ON user_account (account_id, user_number);

CREATE TABLE user_application_v2 (
    user_number     INTEGER NOT NULL REFERENCES user (number),
    position        INTEGER NOT NULL,  -- the order of printing
    application_id  TEXT NOT NULL REFERENCES application (id),
    permissions     TEXT NOT NULL CHECK (permissions LIKE '[%]'),  -- printed as it stands
    PRIMARY KEY (user_number, position)
) STRICT, WITHOUT ROWID;

INSERT INTO user_application_v2 (user_number, position, application_id, permissions)
SELECT u.number, ua.position, ua.application_id, ua.permissions
FROM user_application AS ua JOIN user AS u ON u.id = ua.user_id;

DROP TABLE user_application;
ALTER TABLE user_application_v2 RENAME TO user_application;

CREATE TABLE api_access_token_v2 (
    number      INTEGER PRIMARY KEY,  -- the order of creation
    sha256      BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),  -- of the token's text
    id          TEXT NOT NULL UNIQUE,
    user_id     TEXT NOT NULL REFERENCES user (id),
    name        TEXT NOT NULL,
    is_enabled  INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    end_date    INTEGER,
    created_at  INTEGER NOT NULL,
    created_by  TEXT NOT NULL,
    UNIQUE (user_id, name)  -- case-sensitive; two requests at once cannot both win
) STRICT;

INSERT INTO api_access_token_v2 (sha256, id, user_id, name, is_enabled, end_date, created_at,
    created_by)
SELECT sha256, id, user_id, name, is_enabled, end_date, created_at, created_by
FROM api_access_token ORDER BY created_at, name;

DROP TABLE api_access_token;
ALTER TABLE api_access_token_v2 RENAME TO api_access_token;

-- A page of a user's certificates, filtered by status, is found in this index alone.
CREATE INDEX client_auth_certificate_user
ON client_auth_certificate (user_id, number, is_enabled, end_date);

-- An entry belongs to an account that exists, else nobody but the whole installation sees it.
UPDATE audit_entry SET account_id = coalesce(
    (SELECT id FROM account WHERE id = audit_entry.account_id),
    (SELECT ua.account_id FROM user AS u JOIN user_account AS ua ON ua.user_number = u.number
        WHERE u.id = audit_entry.user_id AND ua.position IS NOT NULL ORDER BY ua.position LIMIT 1),
    account_id);

CREATE INDEX audit_entry_id ON audit_entry (id);
CREATE INDEX audit_entry_created_at ON audit_entry (created_at);
CREATE INDEX audit_entry_account ON audit_entry (account_id, created_at);
CREATE INDEX audit_entry_resource ON audit_entry (resource_id);

-- What was chosen where the vendor is silent: a JSON object with the settings that were named.
ALTER TABLE world_state ADD COLUMN settings TEXT NOT NULL DEFAULT '{}'
    CHECK (settings LIKE '{%}');
