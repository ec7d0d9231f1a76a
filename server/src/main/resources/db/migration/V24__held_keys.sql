-- A PKCS#10 that waits beside a certificate may be of another key than its request's, and holds that key too.
CREATE INDEX generations_of_server_key ON generations (private_key_id) WHERE private_key_id IS NOT NULL;
