package dev.perennial.server.agilicus;

import dev.perennial.model.AccountJson;
import dev.perennial.model.AccountListJson;
import dev.perennial.model.ClientCertificateJson;
import dev.perennial.model.ClientCertificateListJson;
import dev.perennial.model.MeJson;
import dev.perennial.model.Metadata;
import dev.perennial.model.PasswordJson;
import dev.perennial.model.ProblemType;
import dev.perennial.model.Role;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.ClientCertificate;
import dev.perennial.server.http.Conditional;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.identity.Account;
import dev.perennial.server.identity.Accounts;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.RegisteredCertificate;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/** Accounts, their passwords and client certificates, and who one is. */
final class AccountRoutes {
    private static final String PATH = "/v1/accounts";
    private static final String ONE = PATH + "/:account_id";
    private static final String CERTIFICATES = ONE + "/client_certificates";
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_PASSWORD = 1_024;

    private final Accounts accounts;

    AccountRoutes(Accounts accounts) {
        this.accounts = accounts;
    }

    void mount(Router router) {
        router.get("/v1/me").handler(this::me);
        router.post(PATH).handler(this::make);
        router.get(PATH).handler(this::list);
        router.get(ONE).handler(this::get);
        router.put(ONE).handler(this::change);
        router.delete(ONE).handler(this::delete);
        router.post(ONE + "/password").handler(this::setPassword);
        router.post(CERTIFICATES).handler(this::register);
        router.get(CERTIFICATES).handler(this::certificates);
        router.delete(CERTIFICATES + "/:sha256").handler(this::unregister);
    }

    private void me(RoutingContext context) {
        Caller caller = Credentials.callerOf(context);
        MeJson.Status status = new MeJson.Status(
                caller.name(),
                caller.orgId(),
                caller.roles().stream().map(Role::word).sorted().toList(),
                caller.grants().texts(),
                caller.signers().texts());
        Answer.json(context, 200, new MeJson(status));
    }

    private void make(RoutingContext context) {
        AccountJson.Spec spec = spec(context);
        Answer.when(
                context,
                accounts.make(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        Required.text("spec.org_id", spec.orgId(), 64),
                        wanted(spec),
                        Required.optional("spec.password", spec.password(), LONGEST_PASSWORD)),
                made -> {
                    context.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + made.id());
                    Answer.json(context, 201, json(made));
                });
    }

    private void change(RoutingContext context) {
        AccountJson.Spec spec = spec(context);
        if (spec.password() != null) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "spec.password: POST it to the account's own path /password");
        }
        Answer.when(
                context,
                accounts.change(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        id(context),
                        wanted(spec),
                        present -> Conditional.requireMatch(context, Conditional.etag(json(present)))),
                changed -> answer(context, json(changed)));
    }

    private void setPassword(RoutingContext context) {
        PasswordJson.Spec spec = Required.field(
                "spec", Json.read(context.body().buffer(), PasswordJson.class).spec());
        Answer.when(
                context,
                accounts.setPassword(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        id(context),
                        Required.text("spec.password", spec.password(), LONGEST_PASSWORD)),
                changed -> Answer.json(context, 200, json(changed)));
    }

    private void delete(RoutingContext context) {
        Answer.when(
                context,
                accounts.delete(Credentials.callerOf(context), Credentials.causeOf(context), id(context)),
                done -> Answer.empty(context));
    }

    private void get(RoutingContext context) {
        Answer.when(context, accounts.get(Credentials.callerOf(context), id(context)), found -> {
            AccountJson shown = json(found);
            if (!Conditional.notModified(context, Conditional.etag(shown))) {
                Answer.json(context, 200, shown);
            }
        });
    }

    /** With the tag by which the next change may be held to it. */
    private static void answer(RoutingContext context, AccountJson changed) {
        context.response().putHeader(HttpHeaders.ETAG, Conditional.etag(changed));
        Answer.json(context, 200, changed);
    }

    private void list(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        int limit = query.limit();
        Answer.when(
                context,
                accounts.list(
                        Credentials.callerOf(context),
                        query.id("org_id").orElse(null),
                        query.text("name", LONGEST_NAME).orElse(null),
                        0,
                        limit),
                found -> Answer.json(
                        context,
                        200,
                        new AccountListJson(
                                found.stream().map(AccountRoutes::json).toList(), limit)));
    }

    /** The certificate is that of the connection: who registers it has its key. */
    private void register(RoutingContext context) {
        X509Certificate shown = ClientCertificate.of(context)
                .orElseThrow(() -> ProblemException.of(
                        ProblemType.MALFORMED,
                        "make this call over a connection that shows the client certificate to be registered"));
        Answer.when(
                context,
                accounts.register(Credentials.callerOf(context), Credentials.causeOf(context), id(context), shown),
                registered -> Answer.json(context, 201, json(registered)));
    }

    private void certificates(RoutingContext context) {
        Answer.when(
                context,
                accounts.certificates(Credentials.callerOf(context), id(context)),
                found -> Answer.json(
                        context,
                        200,
                        new ClientCertificateListJson(
                                found.stream().map(AccountRoutes::json).toList())));
    }

    private void unregister(RoutingContext context) {
        Answer.when(
                context,
                accounts.unregister(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        id(context),
                        PathId.of(context, "sha256")),
                done -> Answer.empty(context));
    }

    private static AccountJson.Spec spec(RoutingContext context) {
        return Required.field(
                "spec", Json.read(context.body().buffer(), AccountJson.class).spec());
    }

    private static Accounts.Wanted wanted(AccountJson.Spec spec) {
        return new Accounts.Wanted(
                Required.text("spec.name", spec.name(), LONGEST_NAME),
                Required.field("spec.roles", spec.roles()),
                Objects.requireNonNullElse(spec.names(), List.of()),
                Objects.requireNonNullElse(spec.signers(), List.of()),
                spec.enabled());
    }

    private static String id(RoutingContext context) {
        return PathId.of(context, "account_id");
    }

    private static AccountJson json(Account account) {
        return new AccountJson(
                new Metadata(account.id(), account.created(), account.updated()),
                new AccountJson.Spec(
                        account.orgId(),
                        account.name(),
                        null,
                        account.roles().stream().map(Role::word).sorted().toList(),
                        account.names(),
                        account.signers(),
                        account.enabled()),
                new AccountJson.Status(account.hasPassword()));
    }

    private static ClientCertificateJson json(RegisteredCertificate certificate) {
        return new ClientCertificateJson(new ClientCertificateJson.Status(
                certificate.sha256(), certificate.notBefore(), certificate.notAfter(), certificate.created()));
    }
}
