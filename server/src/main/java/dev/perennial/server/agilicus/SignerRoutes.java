package dev.perennial.server.agilicus;

import dev.perennial.model.Metadata;
import dev.perennial.model.ProblemType;
import dev.perennial.model.SignerJson;
import dev.perennial.model.SignerListJson;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.ca.SignerSpec;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Conditional;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Signers. Every caller may see those that it may name: whoever asks for a certificate has to know whom to ask. */
final class SignerRoutes {
    private static final String PATH = "/v1/signers";
    private static final int LONGEST_NAME = 571;

    private final Signers signers;

    SignerRoutes(Signers signers) {
        this.signers = signers;
    }

    void mount(Router router) {
        router.post(PATH).handler(this::make);
        router.get(PATH).handler(this::list);
        router.get(PATH + "/:signer_id").handler(this::get);
        router.put(PATH + "/:signer_id").handler(this::change);
    }

    private void make(RoutingContext context) {
        Answer.when(
                context,
                signers.make(Credentials.callerOf(context), Credentials.causeOf(context), spec(context)),
                made -> {
                    context.response().putHeader(HttpHeaders.LOCATION, PATH + "/" + made.id());
                    Answer.json(context, 201, json(made));
                });
    }

    private void change(RoutingContext context) {
        Answer.when(
                context,
                signers.change(
                        Credentials.callerOf(context),
                        Credentials.causeOf(context),
                        PathId.of(context, "signer_id"),
                        spec(context),
                        present -> Conditional.requireMatch(context, Conditional.etag(json(present)))),
                changed -> {
                    SignerJson shown = json(changed);
                    context.response().putHeader(HttpHeaders.ETAG, Conditional.etag(shown));
                    Answer.json(context, 200, shown);
                });
    }

    private void get(RoutingContext context) {
        SignerJson shown = json(signers.get(Credentials.callerOf(context), PathId.of(context, "signer_id")));
        if (!Conditional.notModified(context, Conditional.etag(shown))) {
            Answer.json(context, 200, shown);
        }
    }

    private void list(RoutingContext context) {
        int limit = QueryParameters.of(context).limit();
        Answer.json(
                context,
                200,
                new SignerListJson(
                        signers.all(Credentials.callerOf(context)).stream()
                                .limit(limit)
                                .map(this::json)
                                .toList(),
                        limit));
    }

    private static SignerSpec spec(RoutingContext context) {
        SignerJson.Spec spec = Required.field(
                "spec", Json.read(context.body().buffer(), SignerJson.class).spec());
        SignerSpec.Type type = word(
                "spec.type",
                spec.type() == null ? SignerSpec.Type.LOCAL.word() : spec.type(),
                SignerSpec.Type::of,
                "local or manual");
        boolean manual = type == SignerSpec.Type.MANUAL;
        Approval standard = manual ? Approval.PERSON : Approval.GRANTS;
        return new SignerSpec(
                Required.optional("spec.org_id", spec.orgId(), 64),
                Required.text("spec.name", spec.name(), LONGEST_NAME),
                type,
                Required.optional("spec.ca_id", spec.caId(), 64),
                manual && spec.profile() == null
                        ? Profile.REQUESTED
                        : word("spec.profile", spec.profile(), Profile::of, "one of " + Profile.words()),
                Durations.of("spec.validity", Required.field("spec.validity", spec.validity())),
                word(
                        "spec.policy",
                        spec.policy() == null ? standard.word() : spec.policy(),
                        Approval::of,
                        "grants, grants-or-person or person"),
                spec.fourEyes() != null && spec.fourEyes(),
                spec.enabled() == null || spec.enabled(),
                isNone(spec.revocation()),
                spec.policies() == null ? List.of() : spec.policies());
    }

    private static boolean isNone(@Nullable String revocation) {
        if (revocation == null || revocation.equals("crl-ocsp")) {
            return false;
        }
        if (revocation.equals("none")) {
            return true;
        }
        throw ProblemException.of(ProblemType.MALFORMED, "spec.revocation must be crl-ocsp or none");
    }

    private static <T> T word(String path, @Nullable String word, Function<String, T> meaning, String allowed) {
        try {
            return meaning.apply(Required.field(path, word));
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(ProblemType.MALFORMED, path + " must be " + allowed);
        }
    }

    private SignerJson json(Signer signer) {
        SignerSpec spec = signer.spec();
        return new SignerJson(
                new Metadata(signer.id(), signer.created(), signer.updated()),
                new SignerJson.Spec(
                        spec.orgId(),
                        spec.name(),
                        spec.type().word(),
                        spec.authorityId(),
                        spec.profile().word(),
                        spec.validity().toString(),
                        spec.approval().word(),
                        spec.fourEyes(),
                        spec.enabled(),
                        spec.revocation(),
                        spec.policies()),
                new SignerJson.Status(signers.isConfigured(signer)));
    }
}
