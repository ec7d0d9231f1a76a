package dev.perennial.model;

import java.time.Instant;

/** A client certificate that an account comes in with. */
public record ClientCertificateJson(Status status) {

    /** @param certificateSha256 of its DER, lower hex: what it is found by */
    public record Status(String certificateSha256, Instant notBefore, Instant notAfter, Instant registered) {}
}
