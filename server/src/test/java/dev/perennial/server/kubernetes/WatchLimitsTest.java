package dev.perennial.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class WatchLimitsTest {
    private final WatchLimits limits = new WatchLimits(3, 2, 100);

    private void refuses(String caller, String why) {
        assertThatExceptionOfType(StatusException.class)
                .isThrownBy(() -> limits.enter(caller))
                .withMessageContaining(why);
    }

    @Test
    void nobody_takesAllPlaces_andAPlaceIsFreeAgain() {
        limits.enter("a");
        limits.enter("a");
        refuses("a", "you have 2 watches open");
        limits.enter("b");
        refuses("b", "there are 3 watches open");
        refuses("c", "there are 3 watches open");
        limits.leave("a");
        limits.enter("c");
        refuses("a", "there are 3 watches open");
        limits.leave("c");
        limits.enter("a");
    }

    @Test
    void unread_isCountedOverAll() {
        assertThat(limits.hold(60)).isTrue();
        assertThat(limits.hold(40)).isTrue();
        assertThat(limits.hold(1)).isFalse();
        limits.release(41);
        assertThat(limits.hold(40)).isTrue();
    }
}
