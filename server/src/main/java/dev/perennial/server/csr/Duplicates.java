package dev.perennial.server.csr;

import dev.perennial.model.ProblemJson;
import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The 409 that heals: it names the request that holds the PKCS#10 to whoever may read it, and the next call to make. The
 * statement that met the winner may not have seen it, so it is looked up afterwards.
 */
final class Duplicates {
    private final RequestStore requests;
    private final CertificateStore certificates;

    Duplicates(RequestStore requests, CertificateStore certificates) {
        this.requests = requests;
        this.certificates = certificates;
    }

    /**
     * Fails with duplicate. A winner that was withdrawn in between is no longer in the way, and the caller is told to
     * try again.
     */
    <T> Future<T> of(Submission submission, Pkcs10 pkcs10) {
        return requests.findLive(submission.orgId(), pkcs10.sha256()).compose(found -> {
            SigningRequest winner = found.orElseThrow(() -> ProblemException.of(
                            ProblemType.UNAVAILABLE, "the same PKCS#10 was just withdrawn; send it again")
                    .after(Duration.ofSeconds(1)));
            Generation holder = winner.holderOf(pkcs10.sha256());
            ProblemException problem = ProblemException.of(
                            ProblemType.DUPLICATE, "this PKCS#10 is already known, for " + names(holder))
                    .about(values(holder));
            if (!winner.isVisibleTo(submission.caller())) {
                return Future.failedFuture(problem);
            }
            return certificates.shown(List.of(winner.id()), 1).compose(shown -> {
                @Nullable
                Instant notAfter = shown.isEmpty() ? null : shown.get(0).notAfter();
                return Future.failedFuture(problem.inTheWay(
                        new ProblemJson.Existing(winner.id(), holder.state(), notAfter),
                        "GET /v1/certificate_signing_requests/" + winner.id()));
            });
        });
    }

    private static String names(Generation holder) {
        List<String> names = values(holder);
        return names.isEmpty() ? String.valueOf(holder.commonName()) : String.join(", ", names);
    }

    private static List<String> values(Generation holder) {
        return holder.identifiers().stream().map(Identifier::value).toList();
    }
}
