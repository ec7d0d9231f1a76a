-- The Kubernetes door (docs/dialects/kubernetes.md), and what it asks of everything else.

-- How long a certificate is to last at most, in seconds; it comes with the PKCS#10. Null: as long as the signer gives.
ALTER TABLE generations ADD COLUMN lifetime integer CHECK (lifetime > 0);

-- As in V17, and now with lifetimes too.
DROP FUNCTION submit_batch(
    timestamptz, integer, interval, text[], text[], text[], text[], text[], text[], boolean[], text[], text[], bytea[],
    bytea[], bytea[], text[], text[], bytea[], text[], text[], text[], bytea[], bytea[], timestamptz[], timestamptz[],
    boolean[], timestamptz[], text[], text[], text[]);
CREATE FUNCTION submit_batch(
    at timestamptz, most integer, per interval,
    ids text[], org_ids text[], agent_ids text[], requesters text[], signers text[], target_issuers text[],
    auto_renews boolean[], private_key_ids text[], uids text[],
    pkcs10s bytea[], hashes bytea[], spkis bytea[], common_names text[], identifiers text[], names_hashes bytea[],
    certificate_ids text[], issuer_ids text[], serials text[], ders bytea[], certificate_hashes bytea[],
    not_befores timestamptz[], not_afters timestamptz[], cut_shorts boolean[], renewal_times timestamptz[],
    sources text[], http_requests text[], asked text[], lifetimes integer[])
RETURNS TABLE (request_id text, outcome text, "position" bigint, wait_millis bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT s.request_id, s.outcome, s.position, s.wait_millis
    FROM submit_batch(at, most, per, ids, org_ids, agent_ids, requesters, signers, target_issuers, auto_renews,
                      private_key_ids, uids, pkcs10s, hashes, spkis, common_names, identifiers, names_hashes,
                      certificate_ids, issuer_ids, serials, ders, certificate_hashes, not_befores, not_afters,
                      cut_shorts, renewal_times, sources, http_requests) s;
    IF array_length(array_remove(asked, NULL), 1) > 0 OR array_length(array_remove(lifetimes, NULL), 1) > 0 THEN
        UPDATE generations g SET usages = string_to_array(u.words, ','), lifetime = u.lifetime
        FROM unnest(ids, asked, lifetimes) AS u (id, words, lifetime)
        WHERE g.request_id = u.id AND g.generation = 1 AND (u.words IS NOT NULL OR u.lifetime IS NOT NULL);
    END IF;
END $$;

ALTER TABLE signers DROP CONSTRAINT signers_profile_check;
ALTER TABLE signers ADD CONSTRAINT signers_profile_check CHECK (profile IN
    ('server', 'client', 'server+client', 'signing+encryption', 'requested', 'kubernetes-client', 'kubelet-client',
     'kubelet-serving'));

-- What this door alone keeps of a request: its name here, and what it says of the generation that is shown. A request
-- that was not made here goes by its id, and has a row once something was written to it here.
CREATE TABLE kubernetes_objects (
    request_id  text PRIMARY KEY,               -- chosen before the request is made: at first there is none
    org_id      text NOT NULL,
    name        text NOT NULL,
    born        boolean NOT NULL,               -- made at this door
    generation  integer NOT NULL,               -- whose the rest is: another one begins without
    labels      jsonb NOT NULL DEFAULT '{}',
    annotations jsonb NOT NULL DEFAULT '{}',
    finalizers  text[] NOT NULL DEFAULT '{}',   -- they hold the object here, never the withdrawal
    conditions  jsonb NOT NULL DEFAULT '[]',    -- as they were written; what the request came to stands beside them
    gone        boolean NOT NULL DEFAULT false, -- its name may be taken again
    created     timestamptz NOT NULL
);
CREATE UNIQUE INDEX kubernetes_objects_name ON kubernetes_objects (org_id, name) WHERE NOT gone;
CREATE INDEX kubernetes_objects_held ON kubernetes_objects (request_id) WHERE NOT gone AND finalizers <> '{}';
CREATE INDEX kubernetes_objects_born ON kubernetes_objects (created) WHERE born AND NOT gone;

-- The labels before a change of them: who watches a selection is told what has left it.
CREATE TABLE kubernetes_relabelled (
    position   bigint PRIMARY KEY,              -- of its event
    request_id text NOT NULL,
    labels     jsonb NOT NULL
);
