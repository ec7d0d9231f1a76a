package dev.perennial.server.testing;

import dev.perennial.model.ProblemType;
import java.util.ArrayList;
import java.util.List;

/** PKCS#10 that have to be refused, each with what it has to be refused as. None is longer than 60,000 characters. */
public final class BadCsrs {
    private BadCsrs() {}

    /**
     * One of them.
     *
     * @param name what is wrong with it
     * @param pem what a client sends; not always PEM
     */
    public record Bad(String name, String pem, ProblemType expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** All of them; keys and signatures are made anew on each call. */
    public static List<Bad> table() {
        List<Bad> table = new ArrayList<>();
        BadEncodings.addTo(table);
        BadKeys.addTo(table);
        BadSignatures.addTo(table);
        BadNames.addTo(table);
        BadExtensions.addTo(table);
        return table;
    }
}
