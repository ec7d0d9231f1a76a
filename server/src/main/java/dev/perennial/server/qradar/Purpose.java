package dev.perennial.server.qradar;

import dev.perennial.server.policy.Usages;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a certificate is for, in upstream's words, and the usages that stand for it in the PKCS#10. */
enum Purpose {
    SERVER("digital signature", "key encipherment", "server auth"),
    CLIENT("digital signature", "key encipherment", "client auth"),
    SERVER_CLIENT("digital signature", "key encipherment", "server auth", "client auth"),
    SIGNING_ENCRYPTION("digital signature", "key encipherment", "data encipherment", "email protection");

    /** Never changed: made of the words above. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Usages usages;

    Purpose(String... words) {
        this.usages = Usages.parse("purpose", List.of(words));
    }

    Usages usages() {
        return usages;
    }

    static Optional<Purpose> of(String word) {
        return Arrays.stream(values())
                .filter(purpose -> purpose.name().equals(word))
                .findFirst();
    }

    /** All of them, for the text of a refusal. */
    static String words() {
        return Arrays.stream(values()).map(Purpose::name).collect(Collectors.joining(", "));
    }
}
