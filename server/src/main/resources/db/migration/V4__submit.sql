-- GCRA (generic cell rate algorithm) for several callers at once: asked by key, aggregated and sorted, since one upsert
-- may not meet a row twice and unsorted ones deadlock. Answers how many of each were granted, and how long until one more will be.
-- `at` is read before the rows are locked: a wait makes the limiter stricter by that wait, never laxer.
CREATE FUNCTION take_issuances(callers text[], names bytea[], asked integer[], most integer, per interval)
RETURNS TABLE (caller text, names_sha256 bytea, granted integer, wait_millis bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    at timestamptz := clock_timestamp();
    step interval := per / most;
BEGIN
    RETURN QUERY
    INSERT INTO issuance_limits AS l (caller, names_sha256, arrival, granted)
    SELECT u.caller, u.names_sha256, at + step * least(u.asked, most), least(u.asked, most)
    FROM unnest(callers, names, asked) AS u (caller, names_sha256, asked)
    ORDER BY u.caller, u.names_sha256
    ON CONFLICT (caller, names_sha256) DO UPDATE SET
        granted = least(excluded.granted,
            floor(extract(epoch FROM at + per - greatest(l.arrival, at)) / extract(epoch FROM step))::integer),
        arrival = greatest(l.arrival, at) + step * greatest(0, least(excluded.granted,
            floor(extract(epoch FROM at + per - greatest(l.arrival, at)) / extract(epoch FROM step))::integer))
    RETURNING l.caller, l.names_sha256, greatest(0, l.granted), ceil(extract(epoch FROM l.arrival + step - per - at) * 1000)::bigint;
END $$;

-- A batch of submissions, in one write: requests by hash, the limiter, certificates, audit; last the lock and the events.
-- Every element was approved and signed; it is ISSUED if it is stored. Outcomes: stored, duplicate (of a live PKCS#10),
-- key (refused), limited (wait_millis says how long). What is not stored left no trace.
CREATE FUNCTION submit_batch(
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
        INSERT INTO generations (request_id, generation, org_id, pkcs10, sha256, spki_sha256, common_name, identifiers,
                                 state, live, created)
        SELECT u.id, 1, u.org_id, u.pkcs10, u.hash, u.spki, u.common_name, string_to_array(u.identifiers, ' '),
               'ISSUED', true, at
        FROM unnest(ids, org_ids, pkcs10s, hashes, spkis, common_names, identifiers)
            AS u (id, org_id, pkcs10, hash, spki, common_name, identifiers)
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
        INSERT INTO signing_requests (id, org_id, agent_id, requester, signer, target_issuer, auto_renew,
                                      private_key_id, uid, generation, renew_at, created, updated, position)
        SELECT u.id, u.org_id, u.agent_id, u.requester, u.signer, u.target_issuer, u.auto_renew,
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
