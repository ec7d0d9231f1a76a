package dev.perennial.server.notary;

import static dev.perennial.server.notary.RoleNumber.ADMIN;

import dev.perennial.model.ProblemType;
import dev.perennial.model.Role;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.identity.Account;
import dev.perennial.server.identity.Accounts;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Accounts, whose e-mail address is their name, and who one is. */
final class AccountRoutes {
    private static final String PATH = "/api/v1/accounts";
    private static final String ME = PATH + "/me";
    private static final String ONE = PATH + "/:" + PathNumber.ACCOUNT;

    private final Accounts accounts;

    AccountRoutes(Accounts accounts) {
        this.accounts = accounts;
    }

    void mount(Router router) {
        router.get(ME).handler(RoleNumber.any()).handler(this::me);
        router.post(ME + "/change_password").handler(RoleNumber.any()).handler(this::changeOwnPassword);
        router.get(PATH).handler(RoleNumber.only(ADMIN)).handler(this::list);
        router.post(PATH).handler(RoleNumber.only(ADMIN)).handler(this::make);
        router.get(ONE).handler(RoleNumber.only(ADMIN)).handler(this::get);
        router.delete(ONE).handler(RoleNumber.only(ADMIN)).handler(this::delete);
        router.post(ONE + "/change_password").handler(RoleNumber.only(ADMIN)).handler(this::changePassword);
    }

    private record Shown(long id, String email, @Nullable Integer roleId) implements CutList.Item {
        @Override
        public long octets() {
            return email.length();
        }

        static Shown of(long number, Account account) {
            return new Shown(number, account.name(), role(account.roles()));
        }

        /** Who has no account has no number. */
        static Shown of(Caller caller) {
            return new Shown(0, caller.name(), role(caller.roles()));
        }

        private static @Nullable Integer role(Set<Role> roles) {
            return RoleNumber.strongestOf(roles).map(RoleNumber::number).orElse(null);
        }
    }

    private void me(RoutingContext context) {
        Caller caller = Credentials.callerOf(context);
        if (caller.kind() != Caller.Kind.ACCOUNT) {
            Envelope.of(context, Shown.of(caller));
            return;
        }
        Answer.when(
                context, accounts.get(caller, caller.id()).compose(this::shown), shown -> Envelope.of(context, shown));
    }

    private Future<Shown> shown(Account account) {
        return number(account).map(number -> Shown.of(number, account));
    }

    private Future<Long> number(Account account) {
        return accounts.numbers(List.of(account.id())).map(numbers -> numbers.get(account.id()));
    }

    private void list(RoutingContext context) {
        Answer.when(
                context,
                gather(Credentials.callerOf(context), new CutList(PathNumber.after(context))),
                listed -> Envelope.list(context, PATH, listed));
    }

    private Future<CutList> gather(Caller caller, CutList list) {
        return accounts.list(caller, null, null, list.last(), CutList.PART)
                .compose(part -> accounts.numbers(part.stream().map(Account::id).toList())
                        .map(numbers -> {
                            list.take(shown(part, numbers), Shown::id, one -> one, part.size() == CutList.PART);
                            return list;
                        }))
                .compose(taken -> taken.wantsMore() ? gather(caller, taken) : Future.succeededFuture(taken));
    }

    /** But those that were deleted meanwhile. */
    private static List<Shown> shown(List<Account> accounts, Map<String, Long> numbers) {
        return accounts.stream()
                .filter(account -> numbers.containsKey(account.id()))
                .map(account -> Shown.of(Objects.requireNonNull(numbers.get(account.id())), account))
                .toList();
    }

    private void get(RoutingContext context) {
        Answer.when(context, of(context).compose(this::shown), shown -> Envelope.of(context, shown));
    }

    private record NewAccount(
            @Nullable String email,
            @Nullable String password,
            @Nullable Integer roleId) {
        /** A password gets into no log by a slip. */
        @Override
        public String toString() {
            return "NewAccount[" + email + "]";
        }
    }

    private void make(RoutingContext context) {
        NewAccount body = RequestBody.read(context, NewAccount.class);
        Caller caller = Credentials.callerOf(context);
        String email = RequestBody.required(body.email(), "email");
        String password = RequestBody.required(body.password(), "password");
        // Left out it would be the administrator's, 0.
        Integer number = body.roleId();
        RoleNumber role = RoleNumber.of(number == null ? -1 : number)
                .orElseThrow(() -> RequestBody.invalid("role_id must be 0 to 3"));
        Answer.when(
                context,
                accounts.make(
                                caller,
                                Credentials.causeOf(context),
                                caller.homeOrgId(),
                                new Accounts.Wanted(email, List.of(role.word()), List.of(), List.of(), null),
                                password)
                        .recover(AccountRoutes::taken)
                        .compose(this::number),
                made -> Envelope.created(context, Envelope.SUCCESS, made));
    }

    private static Future<Account> taken(Throwable failure) {
        return Future.failedFuture(
                failure instanceof ProblemException problem && problem.type() == ProblemType.CONFLICT
                        ? ProblemException.of(ProblemType.MALFORMED, "account with given email already exists")
                        : failure);
    }

    private void delete(RoutingContext context) {
        Answer.when(
                context,
                of(context)
                        .compose(found -> accounts.delete(
                                Credentials.callerOf(context), Credentials.causeOf(context), found.id())),
                done -> Envelope.success(context, 202));
    }

    private record NewPassword(@Nullable String password) {
        @Override
        public String toString() {
            return "NewPassword[]";
        }
    }

    private void changePassword(RoutingContext context) {
        String password = password(context);
        Answer.when(
                context,
                of(context).compose(found -> changePassword(context, found.id(), password)),
                done -> Envelope.success(context, 201));
    }

    private void changeOwnPassword(RoutingContext context) {
        String password = password(context);
        Answer.when(
                context,
                changePassword(context, Credentials.callerOf(context).id(), password),
                done -> Envelope.success(context, 201));
    }

    private static String password(RoutingContext context) {
        return RequestBody.required(RequestBody.read(context, NewPassword.class).password(), "password");
    }

    private Future<Account> changePassword(RoutingContext context, String id, String password) {
        return accounts.setPassword(Credentials.callerOf(context), Credentials.causeOf(context), id, password);
    }

    private Future<Account> of(RoutingContext context) {
        return accounts.byNumber(Credentials.callerOf(context), PathNumber.of(context, PathNumber.ACCOUNT));
    }
}
