-- How an agent whose identity has expired comes back: by its bound key, over a nonce of ours (docs/security.md).

-- The key that an agent keeps beside its identities. It opens nothing; it proves who asks for a recovery.
CREATE TABLE bound_keys (
    agent_id   text PRIMARY KEY REFERENCES agent_connectors,
    spki       bytea NOT NULL,
    registered timestamptz NOT NULL,
    recovered  timestamptz                      -- when it was last used
);
CREATE INDEX bound_keys_recovered ON bound_keys (recovered) WHERE recovered IS NOT NULL;

-- A nonce carries its own proof and is stored only once it was used with a good signature: strangers add no rows.
CREATE TABLE recovery_nonces (
    sha256  bytea PRIMARY KEY,
    expires timestamptz NOT NULL
);
CREATE INDEX recovery_nonces_expires ON recovery_nonces (expires);

-- GCRA by the database's clock; a row says nothing any more once its arrival has passed.
CREATE TABLE recovery_limits (
    key     text PRIMARY KEY,
    arrival timestamptz NOT NULL
);
CREATE INDEX recovery_limits_arrival ON recovery_limits (arrival);

-- Takes one of `most` per `per`: 0 where it was granted, else the milliseconds until one is, and nothing is changed.
CREATE FUNCTION take_recovery(wanted text, most integer, per interval) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    at timestamptz := clock_timestamp();
    step interval := per / most;
    taken timestamptz;
BEGIN
    INSERT INTO recovery_limits AS l (key, arrival) VALUES (wanted, at + step)
    ON CONFLICT (key) DO UPDATE SET arrival = greatest(l.arrival, at) + step
        WHERE greatest(l.arrival, at) + step <= at + per
    RETURNING l.arrival INTO taken;
    IF taken IS NOT NULL THEN
        RETURN 0;
    END IF;
    SELECT l.arrival INTO taken FROM recovery_limits l WHERE l.key = wanted;
    RETURN greatest(1, ceil(extract(epoch FROM taken + step - per - at) * 1000))::bigint;
END $$;
