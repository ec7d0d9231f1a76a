-- Callers whom an issuer of the configuration knows: what its rules look at, as it was when they made or replaced a
-- request last, so that a renewal is judged by the rules of then without a token at hand. Nothing else of a token is
-- kept. The name is oidc:ISSUER#SUB.
CREATE TABLE federated_callers (
    name    text PRIMARY KEY,
    issuer  text NOT NULL,
    subject text NOT NULL,
    claims  jsonb NOT NULL,
    seen    timestamptz NOT NULL
);
