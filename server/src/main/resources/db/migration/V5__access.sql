-- People and programs with accounts, and what they come in with.

ALTER TABLE organisations ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE;
ALTER TABLE organisations ADD COLUMN updated timestamptz;
UPDATE organisations SET updated = created;
ALTER TABLE organisations ALTER COLUMN updated SET NOT NULL;

CREATE TABLE accounts (
    id       text PRIMARY KEY,
    number   bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    org_id   text NOT NULL REFERENCES organisations,
    name     text NOT NULL,                    -- in its canonical form, and only in that
    password text,                             -- Argon2id in PHC form; null: it has none
    roles    text[] NOT NULL,
    names    text[] NOT NULL,
    signers  text[] NOT NULL,
    enabled  boolean NOT NULL,
    created  timestamptz NOT NULL,
    updated  timestamptz NOT NULL,
    UNIQUE (org_id, name)
);

CREATE TABLE access_tokens (
    id           text PRIMARY KEY,
    number       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    token_sha256 bytea NOT NULL UNIQUE,
    account_id   text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    roles        text[],                       -- of the account's only these; null: all of them
    names        text[],                       -- within the account's; null: all of them
    expires      timestamptz NOT NULL,
    created      timestamptz NOT NULL
);
CREATE INDEX access_tokens_of_account ON access_tokens (account_id);

-- Client certificates of accounts, found by their SHA-256 and by nothing else.
CREATE TABLE account_certificates (
    sha256     bytea PRIMARY KEY,
    number     bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    der        bytea NOT NULL,
    not_before timestamptz NOT NULL,
    not_after  timestamptz NOT NULL,
    created    timestamptz NOT NULL
);
CREATE INDEX account_certificates_of_account ON account_certificates (account_id);

-- Whose a request is: who made it. The requester is whose PKCS#10 is the current one, and may be another by now.
ALTER TABLE signing_requests ADD COLUMN owner text;
UPDATE signing_requests SET owner = CASE WHEN agent_id IS NULL THEN requester ELSE 'agent:' || agent_id END;
ALTER TABLE signing_requests ALTER COLUMN owner SET NOT NULL;
CREATE INDEX signing_requests_of_owner ON signing_requests (owner, number);

-- Whose PKCS#10 a generation is: no approver of his own.
ALTER TABLE generations ADD COLUMN requester text;
UPDATE generations g SET requester = r.requester FROM signing_requests r
    WHERE r.id = g.request_id AND r.generation = g.generation;

-- Gives one of a caller's grants back: the work that took it need not have been limited after all.
CREATE FUNCTION give_back(callers text[], names bytea[], most integer, per interval) RETURNS void LANGUAGE sql AS $$
    WITH locked AS MATERIALIZED (
        SELECT l.caller, l.names_sha256 FROM issuance_limits l
        JOIN unnest(callers, names) AS u (caller, names_sha256)
          ON u.caller = l.caller AND u.names_sha256 = l.names_sha256
        ORDER BY l.caller, l.names_sha256 FOR UPDATE OF l)
    UPDATE issuance_limits l SET arrival = l.arrival - per / most
    FROM locked WHERE locked.caller = l.caller AND locked.names_sha256 = l.names_sha256
$$;

-- As in V4, and now with the owner of each request and the requester of its generation.
CREATE OR REPLACE FUNCTION submit_batch(
    at timestamptz, most integer, per interval,
    ids text[], org_ids text[], agent_ids text[], requesters text[], signers text[], target_issuers text[],
    auto_renews boolean[], private_key_ids text[], uids text[],
    pkcs10s bytea[], hashes bytea[], spkis bytea[], common_names text[], identifiers text[], names_hashes bytea[],
    certificate_ids text[], issuer_ids text[], serials text[], ders bytea[], certificate_hashes bytea[],
    not_befores timestamptz[], not_afters timestamptz[], cut_shorts boolean[], renewal_times timestamptz[],
    sources text[], http_requests text[])
RETURNS TABLE (request_id text, outcome text, "position" bigint, wait_millis bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    refused text[];
    stored text[];
    limited text[] := '{}';
    limited_for bigint[] := '{}';
BEGIN
    WITH claimed AS (
        INSERT INTO generations (request_id, generation, org_id, requester, pkcs10, sha256, spki_sha256, common_name,
                                 identifiers, state, live, created)
        SELECT u.id, 1, u.org_id, u.requester, u.pkcs10, u.hash, u.spki, u.common_name,
               string_to_array(u.identifiers, ' '), 'ISSUED', true, at
        FROM unnest(ids, org_ids, requesters, pkcs10s, hashes, spkis, common_names, identifiers)
            AS u (id, org_id, requester, pkcs10, hash, spki, common_name, identifiers)
        ORDER BY u.org_id, u.hash
        ON CONFLICT (org_id, sha256) WHERE live DO NOTHING
        RETURNING request_id
    )
    SELECT coalesce(array_agg(request_id), '{}') INTO stored FROM claimed;

    -- After the claim: it may have waited for the very replacement that took such a key out of use.
    SELECT coalesce(array_agg(u.id), '{}') INTO refused
    FROM unnest(ids, org_ids, spkis) AS u (id, org_id, spki)
    JOIN refused_keys k ON k.org_id = u.org_id AND k.spki_sha256 = u.spki;

    IF cardinality(refused) > 0 THEN
        DELETE FROM generations WHERE request_id = ANY (refused);
        SELECT coalesce(array_agg(s), '{}') INTO stored FROM unnest(stored) AS s WHERE s <> ALL (refused);
    END IF;

    WITH asking AS (
        SELECT u.id, u.requester, u.names_hash,
               row_number() OVER (PARTITION BY u.requester, u.names_hash ORDER BY u.id) AS place
        FROM unnest(ids, requesters, names_hashes) AS u (id, requester, names_hash)
        WHERE u.id = ANY (stored)
    ), wanted AS (
        SELECT requester, names_hash, count(*)::integer AS asked FROM asking GROUP BY requester, names_hash
    ), arrays AS (
        SELECT array_agg(requester ORDER BY requester, names_hash) AS callers,
               array_agg(names_hash ORDER BY requester, names_hash) AS names,
               array_agg(asked ORDER BY requester, names_hash) AS asked
        FROM wanted
    ), taken AS (
        SELECT t.caller, t.names_sha256, t.granted, t.wait_millis
        FROM arrays, take_issuances(arrays.callers, arrays.names, arrays.asked, most, per) t
        WHERE arrays.callers IS NOT NULL
    )
    SELECT coalesce(array_agg(a.id), '{}'), coalesce(array_agg(t.wait_millis), '{}') INTO limited, limited_for
    FROM asking a JOIN taken t ON t.caller = a.requester AND t.names_sha256 = a.names_hash
    WHERE a.place > t.granted;

    IF cardinality(limited) > 0 THEN
        DELETE FROM generations WHERE request_id = ANY (limited);
        SELECT coalesce(array_agg(s), '{}') INTO stored FROM unnest(stored) AS s WHERE s <> ALL (limited);
        -- Its twins in the batch are duplicates of nothing now: what holds for it holds for them.
        SELECT array_agg(twin.id), array_agg(l.millis) INTO limited, limited_for
        FROM unnest(limited, limited_for) AS l (id, millis)
        JOIN unnest(ids, org_ids, hashes) AS one (id, org_id, hash) ON one.id = l.id
        JOIN unnest(ids, org_ids, hashes) AS twin (id, org_id, hash)
          ON twin.org_id = one.org_id AND twin.hash = one.hash;
    END IF;

    INSERT INTO certificates (id, org_id, request_id, generation, issuer_id, serial, der, sha256, not_before,
                              not_after, cut_short, renewal_time, shown, created)
    SELECT u.certificate_id, u.org_id, u.id, 1, u.issuer_id, u.serial, u.der, u.hash, u.not_before,
           u.not_after, u.cut_short, u.renewal_time, true, at
    FROM unnest(ids, org_ids, certificate_ids, issuer_ids, serials, ders, certificate_hashes, not_befores, not_afters,
                cut_shorts, renewal_times)
        AS u (id, org_id, certificate_id, issuer_id, serial, der, hash, not_before, not_after, cut_short, renewal_time)
    WHERE u.id = ANY (stored);

    INSERT INTO audit_events (at, org_id, actor, source, action, object_id, outcome, http_request)
    SELECT at, u.org_id, u.requester, u.source, 'submit', u.id, 'done', u.http_request
    FROM unnest(ids, org_ids, requesters, sources, http_requests) AS u (id, org_id, requester, source, http_request)
    WHERE u.id = ANY (stored);

    IF cardinality(stored) > 0 THEN
        PERFORM pg_advisory_xact_lock(5280, 1);
    END IF;

    RETURN QUERY
    WITH made AS (
        INSERT INTO signing_requests (id, org_id, agent_id, owner, requester, signer, target_issuer, auto_renew,
                                      private_key_id, uid, generation, renew_at, created, updated, position)
        SELECT u.id, u.org_id, u.agent_id, u.requester, u.requester, u.signer, u.target_issuer, u.auto_renew,
               u.private_key_id, u.uid, 1, CASE WHEN u.auto_renew THEN u.renewal_time END, at, at,
               nextval('event_positions')
        FROM unnest(ids, org_ids, agent_ids, requesters, signers, target_issuers, auto_renews, private_key_ids, uids,
                    renewal_times)
            AS u (id, org_id, agent_id, requester, signer, target_issuer, auto_renew, private_key_id, uid, renewal_time)
        WHERE u.id = ANY (stored)
        RETURNING id, org_id, position
    ), told AS (
        INSERT INTO events (position, at, org_id, kind, object_id, change, state)
        SELECT m.position, at, m.org_id, 'signing_request', m.id, 'ADDED', 'ISSUED' FROM made m
    )
    SELECT u.id,
           CASE WHEN m.id IS NOT NULL THEN 'stored' WHEN u.id = ANY (refused) THEN 'key'
                WHEN l.id IS NOT NULL THEN 'limited' ELSE 'duplicate' END,
           m.position, l.millis
    FROM unnest(ids) AS u (id)
    LEFT JOIN made m ON m.id = u.id
    LEFT JOIN unnest(limited, limited_for) AS l (id, millis) ON l.id = u.id;

    IF cardinality(stored) > 0 THEN
        NOTIFY perennial_events;
    END IF;
END $$;
