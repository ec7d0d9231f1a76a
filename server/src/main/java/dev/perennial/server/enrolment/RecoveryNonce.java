package dev.perennial.server.enrolment;

import java.time.Instant;

/** What the bound key has to sign, once, before it ends. */
public record RecoveryNonce(String text, Instant expires) {}
