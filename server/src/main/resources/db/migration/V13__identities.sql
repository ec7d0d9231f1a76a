-- What the upkeep deletes, found without reading all of it.

-- Identities that were replaced, once they are over.
CREATE INDEX client_certificates_superseded ON client_certificates (not_after) WHERE state = 'superseded';

-- Whether a caller whom an issuer knows is needed to judge a renewal.
CREATE INDEX signing_requests_of_federated ON signing_requests (requester) WHERE requester LIKE 'oidc:%';
