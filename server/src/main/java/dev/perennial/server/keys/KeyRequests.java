package dev.perennial.server.keys;

import dev.perennial.server.audit.Cause;
import dev.perennial.server.csr.Companion;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.Submission;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Workers;
import dev.perennial.server.pkix.CertificationRequest;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.policy.Profile;
import dev.perennial.server.policy.Usages;
import dev.perennial.server.vault.CertificateSigner;
import dev.perennial.server.vault.SigningKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.Callable;

/** How a key asks: its PKCS#10 has exactly what was wanted, and goes the way of every other one. */
final class KeyRequests {
    /** Nothing is signed until a person acts. */
    private static final String SIGNER = "perennial.dev/manual";

    private static final int THREADS = 2;
    private static final int MOST_WAITING = 100;

    private final Workers workers;
    private final SigningRequests requests;

    KeyRequests(Vertx vertx, SigningRequests requests) {
        this.workers = new Workers(vertx, "signatures of kept keys", THREADS, MOST_WAITING);
        this.requests = requests;
    }

    /** For what takes a millisecond or more. */
    <T> Future<T> onWorker(Callable<T> work) {
        return workers.run(work);
    }

    Future<RequestView> ask(
            Caller caller, Cause cause, KeyWanted wanted, String keyId, SigningKey opened, Companion companion) {
        return pem(wanted.subject(), wanted.names(), wanted.usages(), opened)
                .compose(pem -> requests.submit(
                        new Submission(
                                caller,
                                cause,
                                wanted.orgId(),
                                caller.kind() == Caller.Kind.AGENT ? caller.id() : null,
                                pem,
                                SIGNER,
                                wanted.usages(),
                                false,
                                keyId,
                                null,
                                null,
                                null,
                                false,
                                null),
                        companion));
    }

    Future<String> pem(DistinguishedName subject, List<Identifier> names, Usages usages, SigningKey opened) {
        return workers.run(() -> {
            CertificationRequest request = new CertificationRequest(
                    subject,
                    names,
                    opened.publicKey(),
                    Profile.REQUESTED.certificate(opened.publicKey().kind(), usages));
            return Pem.encode(Pem.CERTIFICATE_REQUEST, CertificateSigner.request(request, opened));
        });
    }
}
