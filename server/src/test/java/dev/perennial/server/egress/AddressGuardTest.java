package dev.perennial.server.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses may be called. */
final class AddressGuardTest {
    private static final AddressGuard STANDARD = new AddressGuard(List.of());

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "223.255.255.1", "2606:4700::1111"})
    void permits_public(String address) throws Exception {
        assertThat(STANDARD.permits(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.9.1",
                "0.0.0.0",
                "0.1.2.3",
                "10.1.2.3",
                "100.64.0.1",
                "100.127.255.254",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "192.0.0.192",
                "198.18.0.1",
                "203.0.113.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "64:ff9b::7f00:1",
                "64:ff9b:1::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "100::1"
            })
    void permits_nothingElse(String address) throws Exception {
        assertThat(STANDARD.permits(InetAddress.getByName(address))).isFalse();
    }

    @Test
    void permits_notThisMachine_whateverItsAddress() throws Exception {
        List<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .toList();
        assertThat(own).isNotEmpty().noneMatch(STANDARD::permits);
    }

    @Test
    void permits_whatTheOperatorAllowed_inBothSpellings() throws Exception {
        AddressGuard guard = new AddressGuard(Stream.of("10.0.0.0/8", "fd00::/8", "127.0.0.1")
                .map(AddressRange::parse)
                .toList());
        for (String address : List.of("10.9.9.9", "::ffff:10.9.9.9", "fd00::5", "127.0.0.1", "1.1.1.1")) {
            assertThat(guard.permits(InetAddress.getByName(address)))
                    .as(address)
                    .isTrue();
        }
        for (String address : List.of("127.0.0.2", "::1", "fc00::1", "192.168.0.1")) {
            assertThat(guard.permits(InetAddress.getByName(address)))
                    .as(address)
                    .isFalse();
        }
    }

    @Test
    void permits_neverWhatHasNoPlace() throws Exception {
        AddressGuard guard = new AddressGuard(List.of(AddressRange.parse("0.0.0.0/0"), AddressRange.parse("::/0")));
        for (String address : List.of("0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1")) {
            assertThat(guard.permits(InetAddress.getByName(address)))
                    .as(address)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "10.0.0.0/33", "10.0.0/8", "::/129", "host.example.com", "10.0.0.0/-1", "::ffff:1.2.3.4"})
    void range_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.0/8");
    }
}
