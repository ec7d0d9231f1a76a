-- What waits for a person, in one call as what is signed at once (V5): the generation is claimed, then judged by what is
-- committed by now, and who has too many waiting loses the last ones of the batch.
CREATE FUNCTION hold_batch(
    at timestamptz, most integer, why text,
    ids text[], org_ids text[], agent_ids text[], requesters text[], signers text[], target_issuers text[],
    auto_renews boolean[], private_key_ids text[], uids text[],
    pkcs10s bytea[], hashes bytea[], spkis bytea[], common_names text[], identifiers text[],
    asked text[], lifetimes integer[], messages text[], told text[],
    sources text[], http_requests text[])
RETURNS TABLE (request_id text, outcome text, "position" bigint, wait_millis bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    refused text[];
    stored text[];
    limited text[];
BEGIN
    WITH claimed AS (
        INSERT INTO generations (request_id, generation, org_id, requester, pkcs10, sha256, spki_sha256, common_name,
                                 identifiers, state, reason, message, pending_since, signer, target_issuer, auto_renew,
                                 private_key_id, uid, live, created, usages, lifetime)
        SELECT u.id, 1, u.org_id, u.requester, u.pkcs10, u.hash, u.spki, u.common_name,
               string_to_array(u.identifiers, ' '), 'PENDING', why, u.message, at, u.signer, u.target_issuer,
               u.auto_renew, u.private_key_id, u.uid, true, at, string_to_array(u.words, ','), u.lifetime
        FROM unnest(ids, org_ids, requesters, signers, target_issuers, auto_renews, private_key_ids, uids, pkcs10s,
                    hashes, spkis, common_names, identifiers, asked, lifetimes, messages)
            AS u (id, org_id, requester, signer, target_issuer, auto_renew, private_key_id, uid, pkcs10,
                  hash, spki, common_name, identifiers, words, lifetime, message)
        ORDER BY u.org_id, u.hash
        ON CONFLICT (org_id, sha256) WHERE live DO NOTHING
        RETURNING request_id
    )
    SELECT coalesce(array_agg(request_id), '{}') INTO stored FROM claimed;

    -- After the claim: it may have waited for the very replacement that took such a key out of use. What another request
    -- holds is a duplicate first, so that whoever lost the answer finds his own.
    SELECT coalesce(array_agg(u.id), '{}') INTO refused
    FROM unnest(ids, org_ids, hashes, spkis) AS u (id, org_id, hash, spki)
    JOIN refused_keys k ON k.org_id = u.org_id AND k.spki_sha256 = u.spki
    WHERE NOT EXISTS (
        SELECT 1 FROM generations g
        WHERE g.org_id = u.org_id AND g.sha256 = u.hash AND g.live AND g.request_id <> ALL (stored));

    IF cardinality(refused) > 0 THEN
        DELETE FROM generations WHERE request_id = ANY (refused);
        SELECT coalesce(array_agg(s), '{}') INTO stored FROM unnest(stored) AS s WHERE s <> ALL (refused);
    END IF;

    WITH waiting AS (
        SELECT g.requester, count(*) AS all_of_them FROM generations g
        WHERE g.requester = ANY (requesters) AND g.state = 'PENDING' AND g.live
        GROUP BY g.requester HAVING count(*) > most
    ), asking AS (
        SELECT u.id, w.all_of_them,
               row_number() OVER (PARTITION BY u.requester ORDER BY u.place DESC) AS from_last
        FROM unnest(ids, requesters) WITH ORDINALITY AS u (id, requester, place)
        JOIN waiting w ON w.requester = u.requester
        WHERE u.id = ANY (stored)
    )
    SELECT coalesce(array_agg(a.id), '{}') INTO limited FROM asking a WHERE a.from_last <= a.all_of_them - most;

    IF cardinality(limited) > 0 THEN
        DELETE FROM generations WHERE request_id = ANY (limited);
        SELECT coalesce(array_agg(s), '{}') INTO stored FROM unnest(stored) AS s WHERE s <> ALL (limited);
        -- The caller's own twins of it are duplicates of nothing now: what holds for it holds for them.
        SELECT array_agg(twin.id) INTO limited
        FROM unnest(ids, org_ids, hashes, requesters) AS one (id, org_id, hash, requester)
        JOIN unnest(ids, org_ids, hashes, requesters) AS twin (id, org_id, hash, requester)
          ON twin.org_id = one.org_id AND twin.hash = one.hash AND twin.requester = one.requester
        WHERE one.id = ANY (limited);
    END IF;

    INSERT INTO audit_events (at, org_id, actor, source, action, object_id, outcome, reason, http_request)
    SELECT at, u.org_id, u.requester, u.source, 'submit', u.id, 'done', u.told, u.http_request
    FROM unnest(ids, org_ids, requesters, sources, told, http_requests)
        AS u (id, org_id, requester, source, told, http_request)
    WHERE u.id = ANY (stored);

    IF cardinality(stored) > 0 THEN
        PERFORM pg_advisory_xact_lock(5280, 1);
    END IF;

    RETURN QUERY
    WITH made AS (
        INSERT INTO signing_requests (id, org_id, agent_id, owner, requester, signer, target_issuer, auto_renew,
                                      private_key_id, uid, generation, created, updated, position)
        SELECT u.id, u.org_id, u.agent_id, u.requester, u.requester, u.signer, u.target_issuer, u.auto_renew,
               u.private_key_id, u.uid, 1, at, at, nextval('event_positions')
        FROM unnest(ids, org_ids, agent_ids, requesters, signers, target_issuers, auto_renews, private_key_ids, uids)
            AS u (id, org_id, agent_id, requester, signer, target_issuer, auto_renew, private_key_id, uid)
        WHERE u.id = ANY (stored)
        RETURNING id, org_id, position
    ), recorded AS (
        INSERT INTO events (position, at, org_id, kind, object_id, change, state)
        SELECT m.position, at, m.org_id, 'signing_request', m.id, 'ADDED', 'PENDING' FROM made m
    )
    SELECT u.id,
           CASE WHEN m.id IS NOT NULL THEN 'stored' WHEN u.id = ANY (refused) THEN 'key'
                WHEN u.id = ANY (limited) THEN 'limited' ELSE 'duplicate' END,
           m.position, NULL::bigint
    FROM unnest(ids) AS u (id)
    LEFT JOIN made m ON m.id = u.id;

    IF cardinality(stored) > 0 THEN
        NOTIFY perennial_events;
    END IF;
END $$;
