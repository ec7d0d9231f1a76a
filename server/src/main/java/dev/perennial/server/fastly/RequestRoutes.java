package dev.perennial.server.fastly;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.keys.ServerKeys;
import dev.perennial.server.pkix.Pem;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Requests: there is one call. */
final class RequestRoutes {
    private static final String PATH = "/tls/certificate_signing_requests";

    private final ServerKeys keys;

    RequestRoutes(ServerKeys keys) {
        this.keys = keys;
    }

    void mount(Router router) {
        router.post(PATH).handler(this::make);
    }

    private void make(RoutingContext context) {
        Caller caller = Credentials.callerOf(context);
        Answer.when(
                context,
                keys.ask(
                        caller,
                        Credentials.causeOf(context),
                        RequestBody.read(JsonApi.data(context), caller.homeOrgId())),
                asked -> JsonApi.answer(context, 201, document(asked)));
    }

    private static ObjectNode document(ServerKeys.Asked asked) {
        ObjectNode document = JsonApi.object();
        ObjectNode data = document.putObject("data")
                .put("id", asked.request().request().id())
                .put("type", "csr");
        byte[] pkcs10 = asked.request().request().current().pkcs10();
        data.putObject("attributes").put("content", Pem.encode(Pem.CERTIFICATE_REQUEST, pkcs10));
        data.putObject("relationships")
                .set(
                        "tls_private_key",
                        JsonApi.reference("tls_private_key", asked.key().id()));
        return document;
    }
}
