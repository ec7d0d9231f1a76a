package dev.perennial.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A person or a program that comes in with a password, access tokens or client certificates of its own. */
public record AccountJson(
        @Nullable Metadata metadata,
        @Nullable Spec spec,
        @Nullable Status status) {

    /**
     * @param password of a new account, where it is to have one; answered by nothing
     * @param roles words of {@link Role}
     * @param names the patterns of names that it may ask for
     * @param signers its grants on single signers, like {@code approve:perennial.dev/server}
     * @param enabled true where absent
     */
    public record Spec(
            @Nullable String orgId,
            @Nullable String name,
            @Nullable String password,
            @Nullable List<String> roles,
            @Nullable List<String> names,
            @Nullable List<String> signers,
            @Nullable Boolean enabled) {
        /** Without the password: it gets into no log by a slip. */
        @Override
        public String toString() {
            return "Spec[" + orgId + ", " + name + "]";
        }
    }

    public record Status(boolean hasPassword) {}
}
