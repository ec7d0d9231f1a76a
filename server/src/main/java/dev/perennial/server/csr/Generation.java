package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.pkix.Identifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One PKCS#10 of a request and the state of the decision about it. Its number counts from 1. */
public record Generation(
        int number,
        byte[] pkcs10,
        byte[] sha256,
        byte[] spkiSha256,
        @Nullable String commonName,
        List<Identifier> identifiers,
        RequestState state,
        @Nullable String reason,
        @Nullable String message) {}
