package dev.perennial.server.csr;

import java.time.Instant;
import java.time.ZoneOffset;

/** What is searched, and by which order: the major number, then the number of the object itself. */
enum InventoryAxis {
    CERTIFICATES_BY_NUMBER("certificates c", "c.number", "c"),
    CERTIFICATES_BY_GENERATION("generations g", "g.number", "c"),
    CERTIFICATES_BY_EXPIRY("certificates c", "c.not_after", "c"),
    REQUESTS_BY_NUMBER("signing_requests r", "r.number", "r"),
    REQUESTS_BY_GENERATION("generations g", "g.number", "r");

    final String major;
    final String minor;
    final String id;
    private final String table;

    InventoryAxis(String table, String major, String searched) {
        this.table = table;
        this.major = major;
        this.minor = searched + ".number";
        this.id = searched + ".id";
    }

    boolean isOfGenerations() {
        return switch (this) {
            case CERTIFICATES_BY_GENERATION, REQUESTS_BY_GENERATION -> true;
            case CERTIFICATES_BY_NUMBER, CERTIFICATES_BY_EXPIRY, REQUESTS_BY_NUMBER -> false;
        };
    }

    boolean isOfRequests() {
        return switch (this) {
            case REQUESTS_BY_NUMBER, REQUESTS_BY_GENERATION -> true;
            case CERTIFICATES_BY_NUMBER, CERTIFICATES_BY_GENERATION, CERTIFICATES_BY_EXPIRY -> false;
        };
    }

    /** A major number as its column has it. */
    Object value(long number) {
        return switch (this) {
            case CERTIFICATES_BY_EXPIRY -> Instant.ofEpochSecond(number).atOffset(ZoneOffset.UTC);
            case CERTIFICATES_BY_NUMBER, CERTIFICATES_BY_GENERATION, REQUESTS_BY_NUMBER, REQUESTS_BY_GENERATION ->
                number;
        };
    }

    String majorNumber() {
        return number(major);
    }

    private String number(String value) {
        return this == CERTIFICATES_BY_EXPIRY ? "extract(epoch FROM " + value + ")::bigint" : value;
    }

    /** The least and the greatest major number, and how far the generations are in the index of names. */
    String bounds() {
        return "SELECT " + number("min(" + major + ")") + " AS least, " + number("max(" + major + ")") + " AS most, "
                + (isOfGenerations() ? "(SELECT indexed FROM name_index)" : "0::bigint") + " AS indexed FROM " + table;
    }
}
