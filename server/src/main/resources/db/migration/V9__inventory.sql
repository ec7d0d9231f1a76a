-- What the inventory is searched by (docs/adr/0015-inventory.md). Every index here is either appended to at its right
-- edge or partial over what is rare: an issuance pays little for them.

-- The order in which PKCS#10 came; pages of a search by name or key go by it.
ALTER TABLE generations ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
CREATE UNIQUE INDEX generations_number ON generations (number);
CREATE INDEX generations_undecided ON generations (number) WHERE live AND state <> 'ISSUED';

CREATE INDEX certificates_org ON certificates (org_id, number);
CREATE INDEX certificates_issuer ON certificates (issuer_id, number);
CREATE INDEX certificates_expiry ON certificates (not_after, number);
CREATE INDEX certificates_revoked ON certificates (number) WHERE revoked IS NOT NULL;

CREATE INDEX signing_requests_org ON signing_requests (org_id, number);
CREATE INDEX signing_requests_signer ON signing_requests (signer, number);
DROP INDEX signing_requests_of_agent;
CREATE INDEX signing_requests_of_agent ON signing_requests (agent_id, number) WHERE agent_id IS NOT NULL;

-- The names and keys of 16 generations with neighbouring numbers, as the clock wrote them down: what csr.NameKeys makes of
-- them. It only says where to look, so what is gone or was replaced does no harm here.
CREATE TABLE name_blocks (
    block bigint NOT NULL,
    keys  integer[] NOT NULL
);
CREATE INDEX name_blocks_block ON name_blocks (block);
-- A pending list is searched from end to end: a short one. And statistics of the elements are of no use, but dear.
CREATE INDEX name_blocks_keys ON name_blocks USING gin (keys) WITH (gin_pending_list_limit = 512);
ALTER TABLE name_blocks ALTER COLUMN keys SET STATISTICS 0;
ALTER TABLE name_blocks ALTER COLUMN keys SET STORAGE EXTERNAL;

-- Generations up to this number are in name_blocks; those after it are looked through one by one.
CREATE TABLE name_index (
    id      boolean PRIMARY KEY DEFAULT true CHECK (id),
    indexed bigint NOT NULL
);
INSERT INTO name_index (indexed) VALUES (-1);
