package dev.perennial.model;

import org.jspecify.annotations.Nullable;

/** A new password of an account. */
public record PasswordJson(@Nullable Spec spec) {

    public record Spec(@Nullable String password) {
        /** Without the password itself: it gets into no log by a slip. */
        @Override
        public String toString() {
            return "Spec[]";
        }
    }
}
