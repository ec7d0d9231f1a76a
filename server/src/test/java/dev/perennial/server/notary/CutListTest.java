package dev.perennial.server.notary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CutListTest {
    private record Sized(long octets) implements CutList.Item {}

    private static void take(CutList list, boolean others, Long... numbers) {
        list.take(List.of(numbers), number -> number, number -> new Sized(10), others);
    }

    @Test
    void all_hasNoNext() {
        CutList list = new CutList(0, 5, 100);
        take(list, true, 3L, 4L);
        assertThat(list.wantsMore()).isTrue();
        assertThat(list.last()).isEqualTo(4);
        take(list, false, 7L);
        assertThat(list.wantsMore()).isFalse();
        assertThat(list.next()).isNull();
        assertThat(list.shown()).hasSize(3);
    }

    @Test
    void tooManyItems_areCut() {
        CutList list = new CutList(0, 2, 100);
        take(list, false, 1L, 2L, 3L);
        assertThat(list.shown()).hasSize(2);
        assertThat(list.wantsMore()).isFalse();
        assertThat(list.next()).isEqualTo(2);
    }

    @Test
    void tooManyOctets_areCut_afterTheOneThatIsTooMuch() {
        CutList list = new CutList(0, 100, 25);
        take(list, false, 1L, 2L, 3L, 4L);
        assertThat(list.shown()).hasSize(3);
        assertThat(list.next()).isEqualTo(3);
    }

    @Test
    void whatFitsExactly_isAll() {
        CutList list = new CutList(0, 2, 100);
        take(list, false, 1L, 2L);
        assertThat(list.next()).isNull();
        CutList cut = new CutList(0, 2, 100);
        take(cut, true, 1L, 2L);
        assertThat(cut.wantsMore()).isFalse();
        assertThat(cut.next()).isEqualTo(2);
    }

    @Test
    void nothing_endsWhereItBegan() {
        CutList list = new CutList(9);
        take(list, false);
        assertThat(list.last()).isEqualTo(9);
        assertThat(list.next()).isNull();
    }
}
