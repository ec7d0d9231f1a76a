-- The lasting resource. Columns without a comment are the requester's settings.
CREATE TABLE signing_requests (
    id                 text PRIMARY KEY,
    number             bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    org_id             text NOT NULL,
    agent_id           text,                    -- the agent it belongs to
    requester          text NOT NULL,           -- who made it
    signer             text NOT NULL,           -- the signer's own name
    target_issuer      text,                    -- the signer as the requester named it
    auto_renew         boolean NOT NULL,
    private_key_id     text,
    uid                text,
    generation         integer NOT NULL,        -- the current one
    rotation_epoch     bigint NOT NULL DEFAULT 0,
    rotation_standing  boolean NOT NULL DEFAULT false,
    rotation_reason    text,
    rotation_deadline  timestamptz,
    renew_at           timestamptz,             -- the renewal clock's next try
    renew_failures     integer NOT NULL DEFAULT 0,
    renew_problem      text,                    -- why the last try did not renew
    reissued_not_after timestamptz,             -- the last compare-and-set value that reissue consumed
    withdrawn          timestamptz,
    created            timestamptz NOT NULL,
    updated            timestamptz NOT NULL,
    position           bigint NOT NULL          -- of its last event; also its ETag
);
CREATE INDEX signing_requests_due ON signing_requests (renew_at) WHERE renew_at IS NOT NULL;
CREATE INDEX signing_requests_failing ON signing_requests (agent_id) WHERE renew_problem IS NOT NULL;
CREATE INDEX signing_requests_of_agent ON signing_requests (agent_id) WHERE agent_id IS NOT NULL;

-- One PKCS#10 and the state of the decision about it.
CREATE TABLE generations (
    request_id   text NOT NULL,
    generation   integer NOT NULL,
    org_id       text NOT NULL,
    pkcs10       bytea NOT NULL,
    sha256       bytea NOT NULL,
    spki_sha256  bytea NOT NULL,
    common_name  text,
    identifiers  text[] NOT NULL,
    state        text NOT NULL CHECK
        (state IN ('PENDING', 'APPROVED', 'ISSUING', 'ISSUED', 'DENIED', 'FAILED', 'WITHDRAWN')),
    reason       text,
    message      text,
    live         boolean NOT NULL,              -- the current one of a request that is not withdrawn
    created      timestamptz NOT NULL,
    PRIMARY KEY (request_id, generation)
);
-- The identity of a request: the same PKCS#10 is live once in an organisation.
CREATE UNIQUE INDEX generations_live ON generations (org_id, sha256) WHERE live;

CREATE TABLE certificates (
    id                text PRIMARY KEY,
    number            bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    org_id            text,                     -- null for the server's own
    request_id        text,
    generation        integer,
    issuer_id         text NOT NULL,            -- ours, or sha256: of a foreign issuer's name
    serial            text NOT NULL,            -- lower-case hex
    der               bytea NOT NULL,
    chain             bytea[],                  -- of an uploaded one: what leads to its root
    sha256            bytea NOT NULL,
    not_before        timestamptz NOT NULL,
    not_after         timestamptz NOT NULL,
    cut_short         boolean NOT NULL,
    renewal_time      timestamptz,
    shown             boolean NOT NULL,         -- whether it stands in the status of its request
    installed         timestamptz,
    served            timestamptz,
    revoked           timestamptz,
    revocation_reason text,
    revoke_by         timestamptz,              -- superseded by a rotation: revoked then, or when its successor is in use
    created           timestamptz NOT NULL,
    UNIQUE (issuer_id, serial)
);
CREATE INDEX certificates_of_request ON certificates (request_id, generation);
CREATE INDEX certificates_sha256 ON certificates (sha256);
CREATE INDEX certificates_to_revoke ON certificates (revoke_by) WHERE revoke_by IS NOT NULL AND revoked IS NULL;

-- Keys that no new submission of the organisation may bring: rotated out, or blocked (which stops renewals as well).
CREATE TABLE refused_keys (
    org_id      text NOT NULL,
    spki_sha256 bytea NOT NULL,
    why         text NOT NULL CHECK (why IN ('rotated', 'blocked')),
    since       timestamptz NOT NULL,
    PRIMARY KEY (org_id, spki_sha256)
);

-- GCRA by the database's clock. granted: what the last statement gave of what it asked, since it cannot return both.
CREATE TABLE issuance_limits (
    caller       text NOT NULL,
    names_sha256 bytea NOT NULL,
    arrival      timestamptz NOT NULL,
    granted      integer NOT NULL,
    PRIMARY KEY (caller, names_sha256)
);

-- What went wrong with a request on its way: certificate_updates beside the certificates themselves.
CREATE TABLE request_updates (
    request_id text NOT NULL,
    at         timestamptz NOT NULL,
    reason     text NOT NULL CHECK (reason IN ('pending', 'failed')),
    message    text NOT NULL
);
CREATE INDEX request_updates_of_request ON request_updates (request_id, at DESC);
CREATE INDEX request_updates_age ON request_updates (at);
