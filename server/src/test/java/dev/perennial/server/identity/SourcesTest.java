package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourcesTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.2, false",
        "192.0.2.1, 192.0.2.1, true",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::2, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "::1, ::2, true",
        "::ffff:192.0.2.1, 192.0.2.1, true"
    })
    void site_isAnAddress_orTheFirstHalfOfOneOfIpv6(String one, String other, boolean same)
            throws UnknownHostException {
        assertThat(site(one).equals(site(other))).isEqualTo(same);
    }

    private static String site(String address) throws UnknownHostException {
        return Sources.site(InetAddress.getByName(address).getHostAddress());
    }

    @Test
    void site_ofWhatIsNoAddress_isItself() {
        assertThat(Sources.site("unknown")).isEqualTo("unknown");
    }
}
