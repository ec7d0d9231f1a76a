package dev.perennial.server.agilicus;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RequestState;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.csr.InventoryFilter;
import dev.perennial.server.csr.InventoryFilter.CertificateState;
import dev.perennial.server.csr.InventoryFilter.Name;
import dev.perennial.server.csr.InventoryFilter.Order;
import dev.perennial.server.csr.Page;
import dev.perennial.server.http.PageToken;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The query parameters of the two lists that are the inventory: Agilicus' own and what we add. */
final class InventoryQueries {
    /** What a page token is bound to. */
    private static final List<String> BOUND = List.of(
            "org_id",
            "connector_id",
            "csr_id",
            "name",
            "name_contains",
            "serial_number",
            "sha256",
            "spki_sha256",
            "issuer",
            "signer",
            "target_issuer",
            "state",
            "reason",
            "not_valid_after",
            "created_after",
            "created_before",
            "expires_after",
            "expires_before",
            "auto_renew",
            "order");

    private InventoryQueries() {}

    static InventoryFilter certificates(RoutingContext context, Instant now) {
        return certificates(QueryParameters.of(context), now);
    }

    static InventoryFilter certificates(QueryParameters query, Instant now) {
        InventoryFilter filter = new InventoryFilter(
                query.id("org_id").orElse(null),
                query.id("connector_id").orElse(null),
                query.id("csr_id").orElse(null),
                name(query),
                part(query),
                serial(query),
                digest(query, "sha256"),
                digest(query, "spki_sha256"),
                query.text("issuer", 128).orElse(null),
                signers(query, "signer"),
                List.of(),
                word(query, "state", CertificateState.values()),
                null,
                instant(query, "created_after", now),
                instant(query, "created_before", now),
                instant(query, "expires_after", now),
                instant(query, "expires_before", now),
                null,
                word(query, "order", Order.values()));
        boolean byName = filter.name() != null || filter.namePart() != null || filter.spkiSha256() != null;
        if (filter.order() == Order.EXPIRY && byName) {
            throw wrong("order", "newest or oldest together with name, name_contains or spki_sha256");
        }
        return filter;
    }

    static InventoryFilter requests(RoutingContext context, Instant now) {
        QueryParameters query = QueryParameters.of(context);
        String inPath = context.pathParam("connector_id");
        List<RequestState> states =
                query.text("reason", 16).map(InventoryQueries::states).orElse(List.of());
        RequestState state = word(query, "state", listed());
        return new InventoryFilter(
                query.id("org_id").orElse(null),
                inPath == null ? query.id("connector_id").orElse(null) : inPath,
                null,
                name(query),
                part(query),
                serial(query),
                digest(query, "sha256"),
                digest(query, "spki_sha256"),
                query.text("issuer", 128).orElse(null),
                Stream.concat(signers(query, "target_issuer").stream(), signers(query, "signer").stream())
                        .toList(),
                state == null ? states : List.of(state),
                null,
                instant(query, "not_valid_after", now),
                null,
                null,
                instant(query, "expires_after", now),
                instant(query, "expires_before", now),
                query.flag("auto_renew").orElse(null),
                word(query, "order", new Order[] {Order.OLDEST, Order.NEWEST}));
    }

    static Page.Wanted page(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        PageToken token = PageToken.of(context, BOUND);
        return new Page.Wanted(
                query.limit(),
                token == null ? null : new Page.Position(token.major(), token.minor()),
                query.flag("count").orElse(false));
    }

    /** The token of the next page; null where there is none. */
    static @Nullable String next(RoutingContext context, Page<?> page) {
        Page.Position next = page.next();
        return next == null ? null : new PageToken(next.major(), next.minor()).text(context, BOUND);
    }

    static @Nullable Long total(Page<?> page) {
        Page.Total total = page.total();
        return total == null ? null : total.count();
    }

    /** Said only where it is so. */
    static @Nullable Boolean atLeast(Page<?> page) {
        Page.Total total = page.total();
        return total != null && total.atLeast() ? Boolean.TRUE : null;
    }

    private static @Nullable Name name(QueryParameters query) {
        return query.text("name", 2048).map(SearchedNames::name).orElse(null);
    }

    private static @Nullable String part(QueryParameters query) {
        return query.text("name_contains", 255).map(SearchedNames::part).orElse(null);
    }

    private static @Nullable String serial(QueryParameters query) {
        return query.text("serial_number", 80).map(SearchedNames::serial).orElse(null);
    }

    private static byte @Nullable [] digest(QueryParameters query, String parameter) {
        String text = query.text(parameter, 100).orElse(null);
        return text == null ? null : SearchedNames.sha256(parameter, text);
    }

    private static List<String> signers(QueryParameters query, String parameter) {
        return query.texts(parameter, 1024).stream().map(Signers::resolve).toList();
    }

    private static @Nullable Instant instant(QueryParameters query, String parameter, Instant now) {
        return query.text(parameter, 64)
                .map(text -> InstantPhrase.parse(parameter, text, now))
                .orElse(null);
    }

    /** One of the enum's values in small letters, as is usual in queries. */
    private static <E extends Enum<E>> @Nullable E word(QueryParameters query, String parameter, E[] values) {
        String text = query.text(parameter, 32).orElse(null);
        if (text == null) {
            return null;
        }
        List<String> words = Stream.of(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
        int place = words.indexOf(text.toLowerCase(Locale.ROOT));
        if (place < 0) {
            throw wrong(parameter, "one of " + String.join(", ", words));
        }
        return values[place];
    }

    /** A request that was withdrawn is in no list. */
    private static RequestState[] listed() {
        return Stream.of(RequestState.values())
                .filter(state -> state != RequestState.WITHDRAWN)
                .toArray(RequestState[]::new);
    }

    /** The deprecated filter, in the words of the certificates' reasons. */
    private static List<RequestState> states(String reason) {
        return switch (reason) {
            case "issued" -> List.of(RequestState.ISSUED);
            case "failed" -> List.of(RequestState.FAILED, RequestState.DENIED);
            case "pending" -> List.of(RequestState.PENDING, RequestState.APPROVED, RequestState.ISSUING);
            default -> throw wrong("reason", "pending, failed or issued");
        };
    }

    static ProblemException wrong(String parameter, String range) {
        return ProblemException.of(ProblemType.MALFORMED, "the query parameter " + parameter + " must be " + range);
    }
}
