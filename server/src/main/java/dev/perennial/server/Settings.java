package dev.perennial.server;

import dev.perennial.server.ca.SignerTerms;
import dev.perennial.server.csr.IssuanceLimit;
import dev.perennial.server.egress.AddressRange;
import dev.perennial.server.oidc.TrustedIssuer;
import dev.perennial.server.renewal.Retention;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration file says (docs/configuration.md); what it leaves out has the value that is written here.
 *
 * @param publicUrl where relying parties reach the plain HTTP listener; null: certificates carry no pointers
 * @param hostnames further names of this server
 * @param approvalExpiry after which what nobody has decided is denied
 * @param signers by name: set at start, read-only afterwards
 * @param issuers whose tokens let callers in
 * @param reachable addresses that may be called though they are not public
 */
record Settings(
        @Nullable URI publicUrl,
        List<String> hostnames,
        @Nullable String database,
        Map<String, SignerTerms> signers,
        IssuanceLimit issuances,
        Duration identityValidity,
        Duration approvalExpiry,
        List<TrustedIssuer> issuers,
        List<AddressRange> reachable,
        Retention retention) {

    static final Duration IDENTITY_VALIDITY = Duration.ofDays(90);

    static final Duration APPROVAL_EXPIRY = Duration.ofDays(7);

    static Settings standard() {
        return new Settings(
                null,
                List.of(),
                null,
                Map.of(),
                IssuanceLimit.standard(),
                IDENTITY_VALIDITY,
                APPROVAL_EXPIRY,
                List.of(),
                List.of(),
                Retention.standard());
    }

    /** What must be equal on all servers of one database, as text. */
    String shared() {
        return "signers=" + new TreeMap<>(signers) + " limits=" + issuances;
    }
}
