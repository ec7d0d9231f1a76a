package dev.perennial.server.agilicus;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Searches of the inventory over HTTPS. */
final class Searches {
    private Searches() {}

    /** A request and its first certificate. */
    record Made(String request, String certificate) {}

    static Made make(ApiClient api, String... names) {
        return made(api.submit(TestCsrs.p256(names)).expect(201));
    }

    static Made made(Exchange exchange) {
        return new Made(exchange.id(), exchange.certificateIds().get(0));
    }

    /** The ids of all that a search finds, page after page. */
    static List<String> found(ApiClient api, String path, String search) {
        List<String> ids = new ArrayList<>();
        String token = "";
        do {
            Exchange page = api.get(path + "?" + encoded(search) + token).expect(200);
            items(page).forEach(one -> ids.add(one.at("/metadata/id").asText()));
            JsonNode next = page.at("/next_page_token");
            token = next.isMissingNode() ? "" : "&page_token=" + next.asText();
        } while (!token.isEmpty());
        return ids;
    }

    static JsonNode items(Exchange page) {
        JsonNode certificates = page.at("/certificates");
        return certificates.isMissingNode() ? page.at("/certificate_signing_requests") : certificates;
    }

    /** The values of a query as they go over the wire; {@code &} stands between parameters. */
    static String encoded(String search) {
        List<String> encoded = new ArrayList<>();
        for (String pair : search.split("&(?=[a-z_0-9]+=)")) {
            int equal = pair.indexOf('=');
            encoded.add(pair.substring(0, equal + 1)
                    + URLEncoder.encode(pair.substring(equal + 1), StandardCharsets.UTF_8));
        }
        return String.join("&", encoded);
    }
}
