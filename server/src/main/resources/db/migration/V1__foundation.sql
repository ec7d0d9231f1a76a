-- Who there is, what happened, and who signs.

CREATE TABLE organisations (
    id      text PRIMARY KEY,
    name    text NOT NULL UNIQUE,
    names   text[] NOT NULL,
    created timestamptz NOT NULL
);

-- The one administrator who belongs to no organisation; its token is in the home directory, here only the hash.
CREATE TABLE bootstrap_administrator (
    token_sha256 bytea PRIMARY KEY
);

-- One row a running server: equal settings are checked against the living ones.
CREATE TABLE servers (
    id              text PRIMARY KEY,
    settings_sha256 text NOT NULL,
    started         timestamptz NOT NULL,
    heartbeat       timestamptz NOT NULL
);

-- What the servers go by, or went by: in nobody else's certificate without a grant of exactly that.
CREATE TABLE server_names (
    name text PRIMARY KEY
);

-- Every change, in the order of commits. The position is drawn under one advisory lock that is held until commit, so a
-- reader that remembers the last position it saw skips nothing.
CREATE SEQUENCE event_positions;

CREATE TABLE events (
    position  bigint PRIMARY KEY,
    at        timestamptz NOT NULL,
    org_id    text NOT NULL,
    kind      text NOT NULL CHECK (kind IN ('signing_request', 'agent_connector')),
    object_id text NOT NULL,
    change    text NOT NULL CHECK (change IN ('ADDED', 'MODIFIED', 'DELETED')),
    state     text
);

-- The last act before commit: after it a transaction touches only rows that it made or has locked already.
CREATE FUNCTION next_position() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(5280, 1);
    RETURN nextval('event_positions');
END $$;

CREATE TABLE audit_events (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL,
    org_id       text,
    actor        text NOT NULL,
    source       text NOT NULL,
    action       text NOT NULL,
    object_id    text,
    outcome      text NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    reason       text,
    http_request text NOT NULL
);

CREATE TABLE authorities (
    id         text PRIMARY KEY,
    number     bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    role       text NOT NULL CHECK (role IN ('root', 'issuing', 'identity-root', 'identity')),
    issuer_id  text NOT NULL REFERENCES authorities,
    der        bytea NOT NULL,
    sha256     bytea NOT NULL UNIQUE,
    sealed_key bytea NOT NULL,
    created    timestamptz NOT NULL
);

CREATE TABLE signers (
    name       text PRIMARY KEY,
    org_id     text REFERENCES organisations,
    ca_id      text NOT NULL REFERENCES authorities,
    profile    text NOT NULL CHECK (profile IN ('server', 'client')),
    validity   text NOT NULL,
    policy     text NOT NULL CHECK (policy IN ('grants')),
    enabled    boolean NOT NULL,
    enabled_at timestamptz NOT NULL
);
