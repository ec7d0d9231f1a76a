package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SerialNumberTest {
    /** Six standard deviations around the half: a sound generator fails this less than once in a million runs. */
    @Test
    void random_over100000_isSpreadOverAllBits() {
        SecureRandom random = new SecureRandom();
        int count = 100_000;
        Set<SerialNumber> seen = new HashSet<>();
        int[] ones = new int[128];
        for (int i = 0; i < count; i++) {
            SerialNumber serial = SerialNumber.random(random);
            seen.add(serial);
            assertThat(serial.value().signum()).isPositive();
            assertThat(serial.value().toByteArray().length).isLessThanOrEqualTo(17);
            for (int bit = 0; bit < 128; bit++) {
                ones[bit] += serial.value().testBit(bit) ? 1 : 0;
            }
        }
        assertThat(seen).hasSize(count);
        double deviation = Math.sqrt(count) / 2;
        for (int bit = 0; bit < 128; bit++) {
            assertThat((double) ones[bit]).isBetween(count / 2.0 - 6 * deviation, count / 2.0 + 6 * deviation);
        }
    }

    @Test
    void random_ofZeros_isDrawnAgain() {
        SecureRandom zerosThenOne = new SecureRandom() {
            private int calls;

            @Override
            public void nextBytes(byte[] bytes) {
                bytes[bytes.length - 1] = (byte) calls++;
            }
        };
        assertThat(SerialNumber.random(zerosThenOne).hex()).isEqualTo("01");
    }

    @Test
    void hex_isReadBack() {
        SerialNumber serial = SerialNumber.ofHex("0A0b");
        assertThat(serial.hex()).isEqualTo("0a0b");
        assertThat(serial).isEqualTo(new SerialNumber(BigInteger.valueOf(0x0a0b)));
        assertThat(SerialNumber.ofHex("000a0b")).isEqualTo(serial);
    }

    @Test
    void of_whatIsNoSerial_isRefused() {
        for (String hex : new String[] {"", "0", "00", "xy", "80" + "00".repeat(19), "01" + "00".repeat(20)}) {
            assertThatThrownBy(() -> SerialNumber.ofHex(hex)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(SerialNumber.ofHex("7f" + "ff".repeat(19)).hex()).hasSize(40);
    }
}
