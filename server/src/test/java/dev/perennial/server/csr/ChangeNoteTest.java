package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.RequestState;
import dev.perennial.server.policy.Usages;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A row of the audit record says what was changed, from what to what. */
final class ChangeNoteTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Rotation NONE = new Rotation(0, false, null, null);
    private static final Rotation ORDERED = new Rotation(1, true, "stolen", NOW);

    @Test
    void whatIsTheSame_isNotSaid() {
        assertThat(note(settings("s", true, "key-1"), NONE, NONE)).isEqualTo("nothing changed");
    }

    @Test
    void fields_areSaidWithBeforeAndAfter() {
        assertThat(note(settings("t", false, null), NONE, NONE))
                .isEqualTo("signer s -> t; auto_renew true -> false; private_key_id key-1 -> none");
    }

    @Test
    void rotation_isOrderedChangedAndTakenBack() {
        RequestSettings same = settings("s", true, "key-1");
        assertThat(note(same, NONE, ORDERED)).isEqualTo("rotate_keys ordered: stolen by 2026-01-31T12:00:00Z");
        assertThat(note(same, ORDERED, ORDERED)).isEqualTo("nothing changed");
        assertThat(note(same, ORDERED, new Rotation(1, true, "lost", NOW)))
                .isEqualTo("rotate_keys stolen by 2026-01-31T12:00:00Z -> lost by 2026-01-31T12:00:00Z");
        assertThat(note(same, ORDERED, new Rotation(1, false, null, null))).isEqualTo("rotate_keys taken back");
    }

    private static RequestSettings settings(String signer, boolean autoRenew, @Nullable String privateKeyId) {
        return new RequestSettings(signer, null, autoRenew, privateKeyId, null);
    }

    private static String note(RequestSettings after, Rotation before, Rotation rotation) {
        return ChangeNote.of(request(before), after, rotation);
    }

    private static SigningRequest request(Rotation rotation) {
        Generation current = new Generation(
                1,
                new byte[0],
                new byte[0],
                new byte[0],
                null,
                List.of(),
                Usages.none(),
                null,
                RequestState.ISSUED,
                null,
                null,
                null,
                null,
                null);
        return new SigningRequest(
                "id",
                "default",
                null,
                "administrator",
                "administrator",
                "s",
                null,
                true,
                "key-1",
                null,
                current,
                null,
                false,
                rotation,
                null,
                null,
                null,
                null,
                null,
                false,
                NOW,
                NOW,
                1);
    }
}
