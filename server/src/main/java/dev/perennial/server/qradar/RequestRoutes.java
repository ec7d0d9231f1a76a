package dev.perennial.server.qradar;

import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.keys.KeyedRequests;
import dev.perennial.server.keys.ServerKeys;
import dev.perennial.server.pkix.Pem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Requests: made with a key that stays here, listed, downloaded, deleted. */
final class RequestRoutes {
    private static final String ALL = "/staged_config/certificates/certificate_signing_request";
    private static final String ONE = ALL + "/:number";
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");

    private final ServerKeys keys;
    private final KeyedRequests requests;

    RequestRoutes(ServerKeys keys) {
        this.keys = keys;
        this.requests = keys.requests();
    }

    void mount(Router router, String prefix) {
        router.post(prefix + ALL).handler(context -> make(context, prefix + ALL));
        router.get(prefix + ALL).handler(this::list);
        router.get(prefix + ONE).handler(this::download);
        router.delete(prefix + ONE).handler(this::delete);
    }

    private void make(RoutingContext context, String path) {
        Accepted.require(context, Accepted.TEXT);
        Caller caller = Credentials.callerOf(context);
        Answer.when(
                context,
                keys.ask(
                                caller,
                                Credentials.causeOf(context),
                                CsrModel.read(context.body().buffer(), caller.homeOrgId()))
                        .onFailure(failure -> QradarErrors.nothingWasMade(context))
                        .compose(asked -> requests.numberOf(asked.request())),
                number -> {
                    context.response().setStatusCode(201).putHeader(HttpHeaders.LOCATION, path + "/" + number);
                    answer(context, Accepted.TEXT, Buffer.buffer(Long.toString(number)));
                });
    }

    private void list(RoutingContext context) {
        Accepted.require(context, Accepted.JSON);
        ListQuery query = ListQuery.of(context);
        Listing listing = new Listing(context.vertx(), requests, Credentials.callerOf(context), query);
        Answer.when(
                context,
                listing.find().compose(found -> context.vertx()
                        .executeBlocking(() -> Json.write(query.json(found)), false)
                        .onSuccess(written -> {
                            ItemRange range = query.range();
                            if (range != null) {
                                context.response().putHeader("Content-Range", range.of(found.size()));
                            }
                        })),
                written -> answer(context, Accepted.JSON, written));
    }

    private void download(RoutingContext context) {
        Accepted.require(context, Accepted.OCTETS);
        Caller caller = Credentials.callerOf(context);
        long number = number(context);
        Answer.when(context, requests.get(caller, caller.homeOrgId(), number), view -> {
            String pem =
                    Pem.encode(Pem.CERTIFICATE_REQUEST, view.request().newest().pkcs10());
            context.response().putHeader("Content-Disposition", "attachment; filename=\"" + number + ".csr\"");
            answer(context, Accepted.OCTETS, Buffer.buffer(pem.getBytes(StandardCharsets.US_ASCII)));
        });
    }

    private void delete(RoutingContext context) {
        Accepted.require(context, Accepted.TEXT);
        Caller caller = Credentials.callerOf(context);
        Answer.when(
                context,
                requests.withdraw(caller, Credentials.causeOf(context), caller.homeOrgId(), number(context)),
                done -> Answer.empty(context));
    }

    private static long number(RoutingContext context) {
        String number = context.pathParam("number");
        if (number == null || !NUMBER.matcher(number).matches()) {
            throw UniqueCode.PARAMETER.because("the id in the path must be a whole number");
        }
        return Long.parseLong(number);
    }

    private static void answer(RoutingContext context, String mediaType, Buffer body) {
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, mediaType)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        Answer.body(context.request(), body);
    }
}
