package dev.perennial.server.csr;

import dev.perennial.server.audit.Event;
import dev.perennial.server.audit.Events;
import dev.perennial.server.audit.Reason;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.csr.RenewalAttempts.Attempt;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.Organisations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The renewal of what is due, a batch in a transaction: claimed, decided by the grants, signer and key blocks of now,
 * signed and stored at once. What cannot be renewed stays ISSUED and is tried again with back-off; what stands in its
 * way shows in the status.
 */
final class Renewing {
    private static final String NOT_STORED =
            "not-stored: the database refused the certificate; the server's log says why";

    private static final Logger log = LoggerFactory.getLogger(Renewing.class);

    private final Vertx vertx;
    private final Database database;
    private final RenewalStore renewals;
    private final UpdateStore updates;
    private final Requesters requesters;
    private final Organisations organisations;
    private final RenewalAttempts attempts;
    private final Events events;
    private final InstantSource clock;
    private final RandomGenerator random;

    Renewing(
            Vertx vertx,
            Database database,
            RenewalStore renewals,
            UpdateStore updates,
            Requesters requesters,
            Organisations organisations,
            Signers signers,
            Deciding deciding,
            Events events,
            InstantSource clock,
            RandomGenerator random) {
        this.vertx = vertx;
        this.database = database;
        this.renewals = renewals;
        this.updates = updates;
        this.requesters = requesters;
        this.organisations = organisations;
        this.attempts = new RenewalAttempts(signers, deciding);
        this.events = events;
        this.clock = clock;
        this.random = random;
    }

    /** What one batch came to. */
    record Tally(int renewed, int failed) {
        int looked() {
            return renewed + failed;
        }

        Tally plus(Tally other) {
            return new Tally(renewed + other.renewed, failed + other.failed);
        }
    }

    /** Renews up to so many that are due now, in one transaction; where that fails for its content, one by one. */
    Future<Tally> renewDue(int most) {
        Instant now = clock.instant();
        List<String> claimed = new ArrayList<>();
        return renew(
                        tx -> renewals.claim(tx, now, most).onSuccess(due -> {
                            claimed.clear();
                            due.forEach(one -> claimed.add(one.requestId()));
                        }),
                        null,
                        now)
                .recover(failure -> {
                    if (claimed.isEmpty() || GroupCommit.isPassing(failure)) {
                        return Future.failedFuture(failure);
                    }
                    Future<Tally> all = Future.succeededFuture(new Tally(0, 0));
                    for (String id : claimed) {
                        all = all.compose(tally -> renewOne(id, now).map(tally::plus));
                    }
                    return all;
                });
    }

    /** One that cannot be stored has failed, as one that cannot be signed: its neighbours are renewed without it. */
    private Future<Tally> renewOne(String id, Instant now) {
        return renew(tx -> renewals.claim(tx, now, id), null, now).recover(failure -> {
            if (GroupCommit.isPassing(failure)) {
                return Future.failedFuture(failure);
            }
            log.error("The renewal of request {} cannot be stored", id, failure);
            return renew(tx -> renewals.claim(tx, now, id), NOT_STORED, now);
        });
    }

    /** @param problem what stands in the way of each, known before it is tried; null: nothing */
    private Future<Tally> renew(
            Function<SqlConnection, Future<List<Renewal>>> claim, @Nullable String problem, Instant now) {
        return database.inTransaction(tx -> claim.apply(tx).compose(due -> {
            if (due.isEmpty()) {
                return Future.succeededFuture(new Tally(0, 0));
            }
            List<String> names = due.stream().map(Renewal::requester).toList();
            List<String> orgIds = due.stream().map(Renewal::orgId).distinct().toList();
            return Future.all(requesters.named(tx, names), organisations.named(tx, orgIds))
                    .compose(both -> {
                        Map<String, Caller> inService = both.resultAt(0);
                        Map<String, Grants> organisationNames = both.resultAt(1);
                        // A batch takes milliseconds of verifying and signing: more than an event loop may be held.
                        return vertx.executeBlocking(
                                        () -> due.stream()
                                                .map(one -> problem != null
                                                        ? new Attempt(one, null, problem)
                                                        : attempts.attempt(
                                                                one,
                                                                inService.get(one.requester()),
                                                                Objects.requireNonNull(
                                                                        organisationNames.get(one.orgId())),
                                                                now))
                                                .toList(),
                                        false)
                                .compose(tried -> store(tx, tried, now));
                    });
        }));
    }

    private Future<Tally> store(SqlConnection tx, List<Attempt> tried, Instant now) {
        List<Renewal> renewed = new ArrayList<>();
        List<Issued> issued = new ArrayList<>();
        List<Attempt> failed = new ArrayList<>();
        for (Attempt attempt : tried) {
            if (attempt.issued() == null) {
                failed.add(attempt);
            } else {
                renewed.add(attempt.due());
                issued.add(attempt.issued());
            }
        }
        // What fails as it did before is no news: neither an event nor an update is made of it again.
        List<Renewal> news = failed.stream()
                .filter(attempt ->
                        !Objects.equals(attempt.problem(), attempt.due().problem()))
                .map(Attempt::due)
                .toList();
        List<Renewal> told = new ArrayList<>(renewed);
        told.addAll(news);
        return renewals.insert(tx, renewed, issued, now)
                .compose(done -> tellFailures(tx, failed, news, now))
                .compose(done -> positions(tx, told, now))
                .compose(
                        positions -> renewals.setRenewed(tx, renewed, issued, positions.subList(0, renewed.size()), now)
                                .compose(done -> setFailed(
                                        tx, failed, news, positions.subList(renewed.size(), told.size()), now)))
                .map(done -> new Tally(renewed.size(), failed.size()));
    }

    private Future<Void> tellFailures(SqlConnection tx, List<Attempt> failed, List<Renewal> news, Instant now) {
        List<Attempt> fresh =
                failed.stream().filter(attempt -> news.contains(attempt.due())).toList();
        fresh.forEach(attempt ->
                log.warn("Request {} is not renewed: {}", attempt.due().requestId(), attempt.problem()));
        if (fresh.isEmpty()) {
            return Future.succeededFuture();
        }
        String[] problems = fresh.stream().map(Attempt::problem).toArray(String[]::new);
        return updates.failed(
                        tx,
                        fresh.stream().map(attempt -> attempt.due().requestId()).toArray(String[]::new),
                        problems,
                        now)
                .compose(done -> renewals.auditFailures(
                        tx,
                        fresh.stream().map(Attempt::due).toList(),
                        fresh.stream().map(Attempt::outcome).toArray(String[]::new),
                        Stream.of(problems).map(Reason::stored).toArray(String[]::new),
                        now));
    }

    private Future<List<Long>> positions(SqlConnection tx, List<Renewal> told, Instant now) {
        if (told.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return events.appendAll(
                tx,
                now,
                Event.Kind.SIGNING_REQUEST,
                Event.Change.MODIFIED,
                told.stream().map(Renewal::orgId).toArray(String[]::new),
                told.stream().map(Renewal::requestId).toArray(String[]::new),
                told.stream().map(one -> "ISSUED").toArray(String[]::new));
    }

    private Future<Void> setFailed(
            SqlConnection tx, List<Attempt> failed, List<Renewal> news, List<Long> positions, Instant now) {
        List<@Nullable Long> versions = new ArrayList<>();
        List<@Nullable Instant> nextTries = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Attempt attempt : failed) {
            int place = news.indexOf(attempt.due());
            versions.add(place < 0 ? null : positions.get(place));
            nextTries.add(attempt.due().nextTry(now, random.nextDouble()));
            problems.add(String.valueOf(attempt.problem()));
        }
        return renewals.setFailed(tx, failed.stream().map(Attempt::due).toList(), nextTries, problems, versions, now);
    }
}
