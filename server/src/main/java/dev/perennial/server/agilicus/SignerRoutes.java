package dev.perennial.server.agilicus;

import dev.perennial.model.SignerJson;
import dev.perennial.model.SignerListJson;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.QueryParameters;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Signers, as every caller may see them: whoever asks for a certificate has to know whom to ask. */
final class SignerRoutes {
    private final Signers signers;

    SignerRoutes(Signers signers) {
        this.signers = signers;
    }

    void mount(Router router) {
        router.get("/v1/signers").handler(this::list);
    }

    private void list(RoutingContext context) {
        int limit = QueryParameters.of(context).limit();
        Answer.json(
                context,
                200,
                new SignerListJson(
                        signers.all().stream()
                                .limit(limit)
                                .map(SignerRoutes::json)
                                .toList(),
                        limit));
    }

    private static SignerJson json(Signer signer) {
        return new SignerJson(new SignerJson.Spec(
                null,
                signer.name(),
                "local",
                signer.authorityId(),
                signer.profile().word(),
                signer.validity().toString(),
                signer.approval().word(),
                signer.fourEyes(),
                signer.enabled()));
    }
}
