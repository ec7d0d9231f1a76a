-- Signers that are made and changed natively, with an id for paths: their names have a slash.

ALTER TABLE signers
    ADD COLUMN id         text,
    ADD COLUMN type       text NOT NULL DEFAULT 'local' CHECK (type IN ('local', 'manual')),
    ADD COLUMN revocation text NOT NULL DEFAULT 'crl-ocsp' CHECK (revocation IN ('crl-ocsp', 'none')),
    ADD COLUMN policies   text[] NOT NULL DEFAULT '{}',     -- certificate policies, dotted (RFC 5280 §4.2.1.4)
    ADD COLUMN created    timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN updated    timestamptz NOT NULL DEFAULT now();
UPDATE signers SET id = substr(replace(gen_random_uuid()::text, '-', ''), 1, 22);
ALTER TABLE signers ALTER COLUMN id SET NOT NULL, ADD CONSTRAINT signers_id UNIQUE (id);

ALTER TABLE signers ALTER COLUMN ca_id DROP NOT NULL;
ALTER TABLE signers ADD CONSTRAINT signers_ca_check CHECK ((type = 'manual') = (ca_id IS NULL));
ALTER TABLE signers ADD CONSTRAINT signers_manual_check CHECK (type <> 'manual' OR policy = 'person');
ALTER TABLE signers DROP CONSTRAINT signers_profile_check;
ALTER TABLE signers ADD CONSTRAINT signers_profile_check CHECK (profile IN
    ('server', 'client', 'server+client', 'signing+encryption', 'requested', 'kubernetes-client'));

-- A person signs with a CA of their choice, or puts in what was made elsewhere.
INSERT INTO signers (id, name, type, ca_id, profile, validity, policy, four_eyes, enabled, enabled_at)
VALUES (substr(replace(gen_random_uuid()::text, '-', ''), 1, 22), 'perennial.dev/manual', 'manual', NULL, 'requested',
        'PT8760H', 'person', false, true, now());

-- In Kubernetes' words; they come with the PKCS#10 and stay as they are. Null: nothing was said.
ALTER TABLE generations ADD COLUMN usages text[];

-- As in V5, and now with usages, comma-separated: few requests name any, and theirs are written after the others.
CREATE FUNCTION submit_batch(
    at timestamptz, most integer, per interval,
    ids text[], org_ids text[], agent_ids text[], requesters text[], signers text[], target_issuers text[],
    auto_renews boolean[], private_key_ids text[], uids text[],
    pkcs10s bytea[], hashes bytea[], spkis bytea[], common_names text[], identifiers text[], names_hashes bytea[],
    certificate_ids text[], issuer_ids text[], serials text[], ders bytea[], certificate_hashes bytea[],
    not_befores timestamptz[], not_afters timestamptz[], cut_shorts boolean[], renewal_times timestamptz[],
    sources text[], http_requests text[], asked text[])
RETURNS TABLE (request_id text, outcome text, "position" bigint, wait_millis bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT s.request_id, s.outcome, s.position, s.wait_millis
    FROM submit_batch(at, most, per, ids, org_ids, agent_ids, requesters, signers, target_issuers, auto_renews,
                      private_key_ids, uids, pkcs10s, hashes, spkis, common_names, identifiers, names_hashes,
                      certificate_ids, issuer_ids, serials, ders, certificate_hashes, not_befores, not_afters,
                      cut_shorts, renewal_times, sources, http_requests) s;
    IF array_length(array_remove(asked, NULL), 1) > 0 THEN
        UPDATE generations g SET usages = string_to_array(u.words, ',')
        FROM unnest(ids, asked) AS u (id, words)
        WHERE g.request_id = u.id AND g.generation = 1 AND u.words IS NOT NULL;
    END IF;
END $$;
