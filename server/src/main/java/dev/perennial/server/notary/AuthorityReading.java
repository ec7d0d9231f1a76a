package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.AuthorityEntry;
import dev.perennial.server.ca.CertificateAuthorities;
import dev.perennial.server.ca.NumberedAuthority;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.Function;

/** CAs by their numbers, as a caller may see them. */
final class AuthorityReading {
    private final CertificateAuthorities authorities;
    private final InstantSource clock;

    AuthorityReading(CertificateAuthorities authorities, InstantSource clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    /** Fails with notFound where there is none of that number that the caller may see. */
    Future<AuthorityEntry> get(Caller caller, long number) {
        return authorities.byNumber(number).compose(id -> authorities.get(caller, id));
    }

    /** Those that the caller may see, in the order of their numbers. */
    Future<CutList> list(Vertx vertx, Caller caller, long after, Function<NumberedAuthority, CutList.Item> written) {
        return gather(vertx, caller, new CutList(after), written);
    }

    /** Chains and CRLs are written off the event loop. */
    private Future<CutList> gather(
            Vertx vertx, Caller caller, CutList list, Function<NumberedAuthority, CutList.Item> written) {
        return authorities
                .after(caller, list.last(), CutList.PART)
                .compose(part -> vertx.executeBlocking(
                        () -> {
                            list.take(part, NumberedAuthority::number, written, part.size() == CutList.PART);
                            return list;
                        },
                        false))
                .compose(taken ->
                        taken.wantsMore() ? gather(vertx, caller, taken, written) : Future.succeededFuture(taken));
    }

    /** The id of one that may sign now; fails with conflict where it is disabled, waits, or is not in its time. */
    Future<String> active(Caller caller, long number) {
        return get(caller, number).map(entry -> {
            if (!entry.isActive(clock.instant())) {
                throw ProblemException.of(
                        ProblemType.CONFLICT, "the certificate authority is not active: enable it, or name another");
            }
            return entry.id();
        });
    }
}
