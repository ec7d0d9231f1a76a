-- Revoking: release from hold (docs/revocation.md).

-- How often an entry of the list was released from hold: a list that was begun before the last time lacks that.
ALTER TABLE crls ADD COLUMN releases bigint NOT NULL DEFAULT 0;

-- Why a certificate is to be revoked at revoke_by; null: superseded by a rotation.
ALTER TABLE certificates ADD COLUMN revoke_as text;

-- Keys whose compromise was proven, or was said by the bootstrap administrator: refused in every organisation, also in one
-- that is made later. What asks whether a key is refused looks at its own organisation alone, as before.
CREATE TABLE blocked_keys (
    spki_sha256 bytea PRIMARY KEY,
    since       timestamptz NOT NULL
);

CREATE FUNCTION refuse_blocked_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO refused_keys (org_id, spki_sha256, why, since)
    SELECT NEW.id, b.spki_sha256, 'blocked', b.since FROM blocked_keys b;
    RETURN NULL;
END $$;
CREATE TRIGGER organisations_blocked_keys AFTER INSERT ON organisations
    FOR EACH ROW EXECUTE FUNCTION refuse_blocked_keys();

-- Blocks keys in every organisation, and returns those that were not before. Organisations that are being made are
-- waited for, and those after it find the key in blocked_keys.
CREATE FUNCTION block_everywhere(keys bytea[], at timestamptz) RETURNS SETOF bytea LANGUAGE plpgsql AS $$
DECLARE
    fresh bytea[];
BEGIN
    LOCK TABLE organisations IN SHARE MODE;
    WITH added AS (
        INSERT INTO blocked_keys (spki_sha256, since)
        SELECT DISTINCT k, at FROM unnest(keys) AS k ORDER BY k
        ON CONFLICT (spki_sha256) DO NOTHING
        RETURNING spki_sha256)
    SELECT coalesce(array_agg(spki_sha256), '{}') INTO fresh FROM added;
    INSERT INTO refused_keys (org_id, spki_sha256, why, since)
    SELECT o.id, k, 'blocked', at FROM organisations o, unnest(fresh) AS k ORDER BY o.id, k
    ON CONFLICT (org_id, spki_sha256) DO UPDATE SET why = excluded.why WHERE refused_keys.why <> excluded.why;
    RETURN QUERY SELECT k FROM unnest(fresh) AS k;
END $$;

-- Many certificates that are revoked as one act: what a query found, or what has a key.
CREATE TABLE revocation_acts (
    id           text PRIMARY KEY,
    number       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    org_id       text,                          -- null: in every organisation
    reason       text NOT NULL,
    with_keys    boolean NOT NULL,              -- whether the keys are blocked, and whatever else has them is revoked
    everywhere   boolean NOT NULL,              -- whether that is so beyond the organisation
    query        text,                          -- what was searched for, as the door wrote it; null: by key
    state        text NOT NULL CHECK (state IN ('PREVIEW', 'RUNNING', 'DONE', 'CANCELLED')),
    total        integer NOT NULL DEFAULT 0,
    done         integer NOT NULL DEFAULT 0,
    failed       integer NOT NULL DEFAULT 0,    -- were gone by then
    actor        text NOT NULL,                 -- who started it, or else made it
    source       text NOT NULL,
    http_request text NOT NULL,
    created      timestamptz NOT NULL,
    started      timestamptz,
    ended        timestamptz
);
CREATE INDEX revocation_acts_running ON revocation_acts (number) WHERE state = 'RUNNING';

-- What is yet to be revoked of an act.
CREATE TABLE revocation_items (
    act_id         text NOT NULL REFERENCES revocation_acts ON DELETE CASCADE,
    certificate_id text NOT NULL,
    place          bigint GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (act_id, certificate_id)
);

-- Keys whose certificates an act is to look for: at once, and again when everything that was under way is over, so that
-- what was being issued while the key was blocked is found too.
CREATE TABLE revocation_keys (
    act_id      text NOT NULL REFERENCES revocation_acts ON DELETE CASCADE,
    spki_sha256 bytea NOT NULL,
    look_at     timestamptz NOT NULL,
    looked      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (act_id, spki_sha256)
);
