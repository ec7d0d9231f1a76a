package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.model.Role;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Upstream's roles, by their numbers, and ours that they are. A route says which may call it; what they may do there is
 * asked of the rooms as at every door.
 */
enum RoleNumber {
    ADMIN(0, Role.ADMINISTRATOR),
    CERTIFICATE_MANAGER(1, Role.SECURITY_ADMINISTRATOR),
    /** Agents ask for certificates too, and look after their own. */
    CERTIFICATE_REQUESTOR(2, Role.REQUESTER, Role.AGENT),
    READ_ONLY(3, Role.READER);

    private final int number;

    /** Never changed: made of the constants above. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Set<Role> ours;

    RoleNumber(int number, Role... ours) {
        this.number = number;
        this.ours = Set.of(ours);
    }

    int number() {
        return number;
    }

    /** The role that an account is given for it. */
    String word() {
        return switch (this) {
            case ADMIN -> Role.ADMINISTRATOR.word();
            case CERTIFICATE_MANAGER -> Role.SECURITY_ADMINISTRATOR.word();
            case CERTIFICATE_REQUESTOR -> Role.REQUESTER.word();
            case READ_ONLY -> Role.READER.word();
        };
    }

    static Optional<RoleNumber> of(int number) {
        return Arrays.stream(values()).filter(one -> one.number == number).findFirst();
    }

    /** Upstream has one role an account: the one that may most is shown; empty where there is none. */
    static Optional<RoleNumber> strongestOf(Set<Role> roles) {
        return Arrays.stream(values()).filter(one -> one.isAmong(roles)).findFirst();
    }

    private boolean isAmong(Set<Role> roles) {
        return ours.stream().anyMatch(roles::contains);
    }

    /** Lets those callers pass who have one of these roles, beside whatever others. */
    static Handler<RoutingContext> only(RoleNumber... admitted) {
        return context -> {
            Caller caller = Credentials.callerOf(context);
            if (strongestOf(caller.roles()).isEmpty()) {
                throw refused("forbidden: unknown role");
            }
            if (Arrays.stream(admitted).noneMatch(one -> one.isAmong(caller.roles()))) {
                throw refused("forbidden: insufficient permissions");
            }
            context.next();
        };
    }

    static Handler<RoutingContext> any() {
        return only(values());
    }

    private static ProblemException refused(String text) {
        return ProblemException.of(ProblemType.UNAUTHORIZED, text);
    }
}
