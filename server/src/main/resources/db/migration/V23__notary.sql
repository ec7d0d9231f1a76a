-- Certificates of CAs of ours that another of ours has taken back: they are on that one's CRL (docs/dialects/notary.md).
CREATE TABLE revoked_authorities (
    issuer_id    text NOT NULL REFERENCES authorities,
    serial       text NOT NULL,                             -- lower hex
    authority_id text NOT NULL REFERENCES authorities,
    not_after    timestamptz NOT NULL,                      -- until then it is listed
    revoked      timestamptz NOT NULL,
    PRIMARY KEY (issuer_id, serial)
);
