-- CRLs, and what is on them (docs/revocation.md). A row is replaced as a whole: who reads it sees the list of before or
-- the list of after.
CREATE TABLE crls (
    issuer_id   text PRIMARY KEY,
    number      bigint NOT NULL,                -- RFC 5280 §5.2.3: only ever rises
    made        timestamptz NOT NULL,
    this_update timestamptz NOT NULL,           -- a little before that, for clocks that are behind
    next_update timestamptz NOT NULL,
    settled     timestamptz NOT NULL,           -- what ended before this has been on a list that was made after its end
    entries     integer NOT NULL,
    stale       boolean NOT NULL DEFAULT false, -- an entry was released from hold: there has to be another list
    der         bytea NOT NULL
);
ALTER TABLE crls ALTER COLUMN der SET STORAGE EXTERNAL;

-- The first list that a revoked certificate was on.
ALTER TABLE certificates ADD COLUMN crl_number bigint;
CREATE INDEX certificates_unlisted ON certificates (issuer_id) WHERE revoked IS NOT NULL AND crl_number IS NULL;
CREATE INDEX certificates_listed ON certificates (issuer_id, number) WHERE revoked IS NOT NULL;
