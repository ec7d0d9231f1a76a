-- CAs of organisations, CAs whose certificate comes from elsewhere, and keys of the audit record's chain that were
-- changed with the seal key.

ALTER TABLE authorities
    ADD COLUMN org_id  text REFERENCES organisations,       -- null: of the installation, for every organisation
    ADD COLUMN name    text,
    ADD COLUMN state   text NOT NULL DEFAULT 'enabled' CHECK (state IN ('pending', 'enabled', 'disabled')),
    ADD COLUMN subject bytea,                               -- as DER: issuers are found by it
    ADD COLUMN spki    bytea,                               -- of one whose certificate is made elsewhere, with
    ADD COLUMN pkcs10  bytea,                               --   what that is asked for by,
    ADD COLUMN chain   bytea[] NOT NULL DEFAULT '{}',       --   and what leads from it to its root
    ADD COLUMN updated timestamptz,
    ALTER COLUMN issuer_id DROP NOT NULL,                   -- null: issued elsewhere
    ALTER COLUMN der DROP NOT NULL,                         -- null: pending
    ALTER COLUMN sha256 DROP NOT NULL;

-- Until now there were these four, whose subject is that common name alone, as an UTF8String.
UPDATE authorities SET
    name = CASE role WHEN 'root' THEN 'Perennial Root CA' WHEN 'issuing' THEN 'Perennial Issuing CA'
                     WHEN 'identity-root' THEN 'Perennial Identity Root CA' ELSE 'Perennial Identity CA' END,
    updated = created;
UPDATE authorities SET subject = decode(
        '30' || lpad(to_hex(length(name) + 11), 2, '0') || '31' || lpad(to_hex(length(name) + 9), 2, '0')
        || '30' || lpad(to_hex(length(name) + 7), 2, '0') || '06035504030c' || lpad(to_hex(length(name)), 2, '0'), 'hex')
    || convert_to(name, 'UTF8');

ALTER TABLE authorities
    ALTER COLUMN name SET NOT NULL,
    ALTER COLUMN subject SET NOT NULL,
    ALTER COLUMN updated SET NOT NULL,
    -- Who verifies a certificate, a CRL or an answer of OCSP finds its issuer by this name.
    ADD CONSTRAINT authorities_subject UNIQUE (subject),
    ADD CHECK ((state = 'pending') = (der IS NULL)),
    ADD CHECK ((der IS NULL) = (sha256 IS NULL)),
    ADD CHECK ((pkcs10 IS NULL) = (spki IS NULL)),
    ADD CHECK (der IS NOT NULL OR pkcs10 IS NOT NULL);

CREATE INDEX authorities_of_organisation ON authorities (org_id, number);

-- The keys that older seals of the audit record were made with, sealed under the key of now. The key of now is written
-- nowhere.
CREATE TABLE audit_chain_keys (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    last_number bigint NOT NULL,                            -- the last seal that was made with it
    sealed      bytea NOT NULL
);
