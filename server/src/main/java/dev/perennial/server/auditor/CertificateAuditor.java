package dev.perennial.server.auditor;

import dev.perennial.server.auditor.AuditorStore.StoredAuthority;
import dev.perennial.server.auditor.AuditorStore.StoredIdentity;
import dev.perennial.server.auditor.AuditorStore.StoredList;
import dev.perennial.server.db.Database;
import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entry to the auditor: everything that was signed, in one snapshot, page after page, judged on a worker. It may run
 * beside servers.
 */
public final class CertificateAuditor {
    private static final int PAGE = 1_000;

    private final Vertx vertx;
    private final Database database;
    private final InstantSource clock;
    private final AuditorStore store = new AuditorStore();

    public CertificateAuditor(Vertx vertx, Database database, InstantSource clock) {
        this.vertx = vertx;
        this.database = database;
        this.clock = clock;
    }

    public Future<AuditReport> audit() {
        return database.inSnapshot(tx -> store.authorities(tx)
                .compose(stored -> vertx.executeBlocking(() -> new Look(tx, stored)))
                .compose(Look::all));
    }

    /** One look from end to end. */
    private final class Look {
        private final SqlConnection tx;
        private final Instant now = clock.instant();
        private final Findings findings = new Findings();
        private final Map<String, KnownAuthority> authorities = new HashMap<>();
        private final CertificateCheck check;
        private long certificates;
        private long foreign;
        private long lists;

        Look(SqlConnection tx, List<StoredAuthority> stored) {
            this.tx = tx;
            stored.forEach(this::know);
            AuthorityCheck authorityCheck = new AuthorityCheck(authorities, findings);
            stored.forEach(authorityCheck::check);
            this.check = new CertificateCheck(authorities, now, findings);
        }

        /** One that cannot be read is a finding, and what it signed has no CA. */
        private void know(StoredAuthority stored) {
            try {
                X509 certificate = X509.parse(stored.der());
                authorities.put(
                        stored.id(), new KnownAuthority(certificate, Issuer.of(certificate), stored.hasPkcs10()));
            } catch (ProblemException e) {
                findings.add("CA " + stored.id(), e.detail());
            }
        }

        Future<AuditReport> all() {
            return certificatesAfter(Long.MIN_VALUE)
                    .compose(done -> identitiesAfter(new byte[0]))
                    .compose(done -> onWorker(check::sharedFactors))
                    .compose(done -> store.serialsTwice(tx))
                    .compose(found -> told(found, "the same serial number twice"))
                    .compose(done -> store.blockedAndValid(tx, now.minus(CertificateCheck.UNLISTED_LATE), now))
                    .compose(found -> told(found, "its key is blocked, and it is not revoked"))
                    .compose(done -> store.lists(tx))
                    .compose(this::lists)
                    .map(done -> new AuditReport(certificates, foreign, lists, findings.lines(), findings.further()));
        }

        private Future<Void> told(List<String> found, String what) {
            found.forEach(one -> findings.add(one, what));
            return Future.succeededFuture();
        }

        private Future<Void> certificatesAfter(long number) {
            return store.certificates(tx, number, PAGE).compose(page -> onWorker(() -> {
                        for (StoredCertificate one : page) {
                            check.check(one);
                            certificates += one.isOurs() ? 1 : 0;
                            foreign += one.isOurs() ? 0 : 1;
                        }
                    })
                    .compose(done -> page.size() < PAGE
                            ? Future.succeededFuture()
                            : certificatesAfter(page.get(PAGE - 1).number())));
        }

        private Future<Void> identitiesAfter(byte[] sha256) {
            return store.identities(tx, sha256, PAGE).compose(page -> onWorker(() -> {
                        for (StoredIdentity one : page) {
                            check.check(one);
                            certificates++;
                        }
                    })
                    .compose(done -> page.size() < PAGE
                            ? Future.succeededFuture()
                            : identitiesAfter(page.get(PAGE - 1).sha256())));
        }

        private Future<Void> lists(List<StoredList> all) {
            ListCheck listCheck = new ListCheck(now, findings);
            Future<Void> checked = Future.succeededFuture();
            for (StoredList one : all) {
                checked = checked.compose(done -> store.revoked(tx, one.issuerId(), one.settled()))
                        .compose(revoked -> onWorker(() -> {
                            listCheck.check(one, authorities.get(one.issuerId()), revoked);
                            lists++;
                        }));
            }
            return checked;
        }

        private Future<Void> onWorker(Runnable work) {
            return vertx.executeBlocking(() -> {
                work.run();
                return null;
            });
        }
    }
}
