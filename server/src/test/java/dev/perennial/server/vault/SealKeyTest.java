package dev.perennial.server.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SealKeyTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] SECRET = "a secret".getBytes(StandardCharsets.UTF_8);

    private final SealKey key = SealKey.generate(RANDOM);

    @Test
    void open_withTheSameKeyAndPurpose_givesItBack() {
        byte[] sealed = key.seal(SECRET, "ca 1");
        assertThat(SealKey.of(key.octets(), RANDOM).open(sealed, "ca 1")).isEqualTo(SECRET);
        assertThat(key.seal(SECRET, "ca 1")).isNotEqualTo(sealed);
    }

    @Test
    void open_forAnotherPurpose_fails() {
        byte[] sealed = key.seal(SECRET, "ca 1");
        assertThatThrownBy(() -> key.open(sealed, "ca 2")).isInstanceOf(SealException.class);
    }

    @Test
    void open_withAnotherKey_saysSo() {
        byte[] sealed = key.seal(SECRET, "ca 1");
        SealKey other = SealKey.generate(RANDOM);
        assertThatThrownBy(() -> other.open(sealed, "ca 1"))
                .isInstanceOf(SealException.class)
                .hasMessageContaining("another seal key");
        assertThat(other.fingerprint()).isNotEqualTo(key.fingerprint()).hasSize(32);
    }

    @Test
    void open_ofAnyChangedOctet_fails() {
        byte[] sealed = key.seal(SECRET, "ca 1");
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> key.open(changed, "ca 1")).isInstanceOf(SealException.class);
        }
        assertThatThrownBy(() -> key.open(new byte[0], "ca 1")).isInstanceOf(SealException.class);
    }

    @Test
    void of_otherLengths_isRefused() {
        assertThatThrownBy(() -> SealKey.of(new byte[31], RANDOM)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void toString_tellsNothingOfTheKey() {
        assertThat(key.toString()).doesNotContain(HexFormat.of().formatHex(key.octets(), 0, 4));
    }
}
