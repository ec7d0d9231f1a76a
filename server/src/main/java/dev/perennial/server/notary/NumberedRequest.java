package dev.perennial.server.notary;

import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.Word;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A request as it was seen, and the number that it goes by here. */
record NumberedRequest(long number, RequestView view) {
    String id() {
        return view.request().id();
    }

    /**
     * What a person says of it: of this PKCS#10 and this version, so that nothing is decided unseen.
     *
     * @param authorityId the CA that is to sign; null where none is
     */
    Word word(String reason, @Nullable String authorityId) {
        return new Word(
                reason,
                HexFormat.of().formatHex(view.request().current().sha256()),
                view.request().position(),
                authorityId,
                null,
                false);
    }
}
