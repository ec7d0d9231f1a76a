-- How agents come in and stay known.

CREATE TABLE enrolment_tokens (
    id           text PRIMARY KEY,
    token_sha256 bytea NOT NULL UNIQUE,
    org_id       text NOT NULL REFERENCES organisations,
    names        text[] NOT NULL,
    uses         integer NOT NULL,
    uses_left    integer NOT NULL CHECK (uses_left >= 0),
    expires      timestamptz NOT NULL,
    created      timestamptz NOT NULL
);

CREATE TABLE agent_connectors (
    id        text PRIMARY KEY,
    number    bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    org_id    text NOT NULL REFERENCES organisations,
    name      text NOT NULL,
    names     text[] NOT NULL,
    state     text NOT NULL CHECK (state IN ('active', 'retired')),
    last_seen timestamptz NOT NULL,
    created   timestamptz NOT NULL,
    updated   timestamptz NOT NULL,
    position  bigint NOT NULL
);

-- A spent token answers the same key again for a while: this is what it answers with.
CREATE TABLE enrolments (
    token_id    text NOT NULL,
    spki_sha256 bytea NOT NULL,
    agent_id    text NOT NULL REFERENCES agent_connectors,
    at          timestamptz NOT NULL,
    PRIMARY KEY (token_id, spki_sha256)
);

-- The certificates that open this server, found by their SHA-256 and by nothing else. 'next' becomes 'current' at its
-- first use, and the one before is then 'superseded'.
CREATE TABLE client_certificates (
    sha256       bytea PRIMARY KEY,
    agent_id     text NOT NULL REFERENCES agent_connectors,
    issuer_id    text NOT NULL,
    serial       text NOT NULL,
    der          bytea NOT NULL,
    spki_sha256  bytea NOT NULL,
    not_before   timestamptz NOT NULL,
    not_after    timestamptz NOT NULL,
    renewal_time timestamptz NOT NULL,
    state        text NOT NULL CHECK (state IN ('next', 'current', 'superseded')),
    created      timestamptz NOT NULL,
    UNIQUE (issuer_id, serial)
);
CREATE INDEX client_certificates_of_agent ON client_certificates (agent_id);
CREATE UNIQUE INDEX client_certificates_one_current ON client_certificates (agent_id) WHERE state = 'current';
