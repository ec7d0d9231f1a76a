-- Whether a certificate ever came of a key of the server's is asked of withdrawn requests too, before it is deleted.
CREATE INDEX signing_requests_of_former_key ON signing_requests (private_key_id)
    WHERE private_key_id IS NOT NULL AND withdrawn IS NOT NULL;
