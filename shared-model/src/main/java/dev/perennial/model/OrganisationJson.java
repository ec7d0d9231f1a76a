package dev.perennial.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An organisation: a name space of its own. */
public record OrganisationJson(
        @Nullable Metadata metadata, @Nullable Spec spec) {

    /** @param names the patterns of names that all grants inside keep within */
    public record Spec(@Nullable String name, @Nullable List<String> names) {}
}
