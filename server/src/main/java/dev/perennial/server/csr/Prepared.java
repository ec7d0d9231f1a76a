package dev.perennial.server.csr;

import dev.perennial.server.ca.Issued;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;

/** A submission that was decided and signed, and that is nothing yet: its transaction decides. */
record Prepared(String id, Submission submission, Pkcs10 pkcs10, Signer signer, Decision decision, Issued issued) {}
