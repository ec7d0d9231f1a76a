package dev.perennial.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The roots that relying parties should trust.
 *
 * @param publication grows with every change of the set
 */
public record RootCertificatesJson(List<Root> rootCertificates, int limit, long publication) {

    public record Root(Metadata metadata, Spec spec, Status status) {}

    /** @param orgId empty for a root of all organisations */
    public record Spec(@Nullable String orgId, String certificate) {}

    public record Status(Instant notBefore, Instant notAfter, String sha256) {}
}
