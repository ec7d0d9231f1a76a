package dev.perennial.server.notary;

import dev.perennial.server.identity.Caller;
import java.util.Objects;

/** The organisation that a call is about: this door knows of no others than the caller's. */
final class Home {
    /** Of the bootstrap administrator, who belongs to none: where a new installation begins. */
    private static final String FIRST = "default";

    private Home() {}

    static String of(Caller caller) {
        return Objects.requireNonNullElse(caller.orgId(), FIRST);
    }
}
