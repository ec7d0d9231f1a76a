-- The audit record as a chain of seals, its queries, and what may be deleted of it and of other things that are over.

-- What pages are read by. Those that grow at their end cost an insert least; the rest has to earn its place.
CREATE INDEX audit_events_at ON audit_events (at);
CREATE INDEX audit_events_of_object ON audit_events (object_id, id) WHERE object_id IS NOT NULL;
CREATE INDEX audit_events_of_actor ON audit_events (actor, id);
CREATE INDEX audit_events_of_action ON audit_events (action, id);
CREATE INDEX audit_events_of_organisation ON audit_events (org_id, id);
CREATE INDEX audit_events_not_done ON audit_events (id) WHERE outcome <> 'done';
CREATE INDEX audit_events_of_source ON audit_events (source, id);
-- A call has few rows, and they need no order: a hash is the least that finds them.
CREATE INDEX audit_events_of_call ON audit_events USING hash (http_request) WHERE http_request <> '';

-- A seal stands for a range of ids in which nothing can be written any more. Its code is made with a key that is not
-- in this database, over the code before it; docs/audit.md says of what exactly.
CREATE TABLE audit_seals (
    number      bigint PRIMARY KEY,
    first_id    bigint NOT NULL,
    last_id     bigint NOT NULL,
    row_count   integer NOT NULL,
    digest      bytea NOT NULL,                 -- SHA-256 of the rows
    at          timestamptz NOT NULL,
    code        bytea NOT NULL,
    pruned      timestamptz,                    -- its rows were deleted then, for their age
    pruned_code bytea,                          -- over the code: only who has the key can say that they were
    CHECK (first_id <= last_id),
    CHECK ((pruned IS NULL) = (pruned_code IS NULL))
);
CREATE INDEX audit_seals_of_row ON audit_seals (last_id);
CREATE INDEX audit_seals_unpruned ON audit_seals (number) WHERE pruned IS NULL;

-- A text as it goes into the digest: its length in octets says where it ends.
CREATE FUNCTION audit_text(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(octet_length(value)::text || ':' || value, '-')
$$;

-- The digest of the rows after `above` up to `upto`, of the first `most` of them; last_id is where it ends. The
-- verifier does not believe it: it has an implementation of its own.
CREATE FUNCTION audit_digest(above bigint, upto bigint, most integer)
RETURNS TABLE (last_id bigint, row_count integer, digest bytea) LANGUAGE sql STABLE AS $$
    WITH sealed AS (
        SELECT id, at, org_id, actor, source, action, object_id, outcome, reason, http_request
        FROM audit_events WHERE id > above AND id <= upto ORDER BY id LIMIT most
    )
    SELECT CASE WHEN count(*) < most THEN upto ELSE max(id) END, count(*)::integer,
           sha256(convert_to(coalesce(string_agg(
               audit_text(id::text) || audit_text(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
               || audit_text(org_id) || audit_text(actor) || audit_text(source) || audit_text(action)
               || audit_text(object_id) || audit_text(outcome) || audit_text(reason) || audit_text(http_request),
               '' ORDER BY id), ''), 'UTF8'))
    FROM sealed
$$;

-- Append-only against mistakes. Who owns the tables can take this away: it is the chain that shows what was done then.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = TG_ARGV[0] AND current_setting('perennial.audit_retention', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the audit record is append-only: no % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change('DELETE');
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change('UPDATE');

-- Deletes the rows of one seal, which stays as the anchor of what follows.
CREATE FUNCTION prune_audit(seal bigint, at timestamptz, pruned_code bytea) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    deleted integer;
BEGIN
    PERFORM set_config('perennial.audit_retention', 'on', true);
    UPDATE audit_seals s SET pruned = prune_audit.at, pruned_code = prune_audit.pruned_code
    WHERE s.number = seal AND s.pruned IS NULL;
    DELETE FROM audit_events e USING audit_seals s
    WHERE s.number = seal AND s.pruned = prune_audit.at AND e.id BETWEEN s.first_id AND s.last_id;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    PERFORM set_config('perennial.audit_retention', 'off', true);
    RETURN deleted;
END $$;

-- Up to where events were deleted for their age: who read less far has missed some and is told so.
CREATE TABLE event_horizon (
    position bigint NOT NULL
);
INSERT INTO event_horizon (position) VALUES (0);

-- Withdrawn requests past their retention are found by this, ended certificates by the index of the inventory.
CREATE INDEX signing_requests_withdrawn ON signing_requests (withdrawn) WHERE withdrawn IS NOT NULL;
