package dev.perennial.server.csr;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a change of settings comes to, for the audit record: what it was, and what it is. */
final class ChangeNote {
    private ChangeNote() {}

    static String of(SigningRequest before, RequestSettings after, Rotation rotation) {
        List<String> changes = new ArrayList<>();
        add(changes, "signer", before.signer(), after.signer());
        add(changes, "target_issuer", before.targetIssuer(), after.targetIssuer());
        add(changes, "auto_renew", before.autoRenew(), after.autoRenew());
        add(changes, "private_key_id", before.privateKeyId(), after.privateKeyId());
        add(changes, "uid", before.uid(), after.uid());
        rotation(changes, before.rotation(), rotation);
        return changes.isEmpty() ? "nothing changed" : String.join("; ", changes);
    }

    private static void add(List<String> changes, String field, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            changes.add(field + " " + text(before) + " -> " + text(after));
        }
    }

    private static void rotation(List<String> changes, Rotation before, Rotation after) {
        if (after.standing() && !before.standing()) {
            changes.add("rotate_keys ordered: " + terms(after));
        } else if (before.standing() && !after.standing()) {
            changes.add("rotate_keys taken back");
        } else {
            add(changes, "rotate_keys", terms(before), terms(after));
        }
    }

    private static String terms(Rotation rotation) {
        return text(rotation.reason()) + " by " + text(rotation.deadline());
    }

    private static String text(@Nullable Object value) {
        return value == null ? "none" : value.toString();
    }
}
