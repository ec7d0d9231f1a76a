-- Private keys that the server keeps for whoever asked with them. They are sealed, bound to their row, and no door gives
-- one out.
CREATE TABLE server_keys (
    id          text PRIMARY KEY,
    number      bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    org_id      text NOT NULL REFERENCES organisations,
    owner       text NOT NULL,                  -- the name of the caller who had it made
    name        text NOT NULL,
    kind        text NOT NULL,                  -- as words name kinds of keys: rsa-2048, ec-p256, ...
    spki        bytea NOT NULL,
    spki_sha256 bytea NOT NULL,
    sealed_key  bytea NOT NULL,
    created     timestamptz NOT NULL,
    updated     timestamptz NOT NULL,
    UNIQUE (org_id, spki_sha256)
);
CREATE INDEX server_keys_of_organisation ON server_keys (org_id, number);

-- Which requests hold a key of the server's.
CREATE INDEX signing_requests_of_server_key ON signing_requests (private_key_id)
    WHERE private_key_id IS NOT NULL AND withdrawn IS NULL;
