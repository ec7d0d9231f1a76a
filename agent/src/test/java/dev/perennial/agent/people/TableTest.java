package dev.perennial.agent.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people see: aligned, whole, and with nothing in it that steers a terminal. */
final class TableTest {
    private static String[] print(Table table, int width) {
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), width);
        return text.toString().split(System.lineSeparator());
    }

    @Test
    void columns_areAligned_andAnEmptyCellIsADash() {
        Table table = new Table("ID", "NAME", "STATE");
        table.row("1", "www.example.com", "");
        table.row("22", "a", "ISSUED");
        assertThat(print(table, Integer.MAX_VALUE))
                .containsExactly(
                        "ID  NAME             STATE", //
                        "1   www.example.com  -",
                        "22  a                ISSUED");
    }

    @Test
    void widestCells_areCutToTheTerminal_andNoOthers() {
        Table table = new Table("ID", "NAME", "STATE");
        table.row("1", "x".repeat(200), "ISSUED");
        String[] lines = print(table, 40);
        assertThat(lines[1]).hasSize(40).startsWith("1   xxx").endsWith("x…  ISSUED");
        assertThat(lines[0]).isEqualTo("ID  NAME" + " ".repeat(24) + "  STATE");
    }

    @Test
    void theFirstColumn_isNeverCut_andNamesAreCutFirst() {
        Table table = new Table("ID", "STATE", "NAMES", "SIGNER", "EXPIRES", "CREATED");
        String id = "kXJ2yUmQT1Gq3ZbD0aVw9g";
        table.row(id, "ISSUED", "a.example.com www.example.com +7", "perennial.dev/server", "in 89 d", "90 min ago");
        String[] lines = print(table, 80);
        assertThat(lines[1])
                .hasSizeLessThanOrEqualTo(80)
                .startsWith(id + "  ISSUED  ")
                .contains("in 89 d  90 min ago");
        assertThat(print(table, 20)[1]).startsWith(id + "  ISSUED  a.examp…");
    }

    @Test
    void wideCharacters_countTwo_andMarksNone() {
        Table table = new Table("ID", "NAME", "STATE");
        table.row("1", "例え😀", "x");
        table.row("2", "e\u0301", "x");
        table.row("3", "abcdef", "x");
        String[] lines = print(table, Integer.MAX_VALUE);
        assertThat(lines[1]).isEqualTo("1   例え😀  x");
        assertThat(lines[2]).isEqualTo("2   e\u0301       x");
        Table narrow = new Table("ID", "NAME");
        narrow.row("1", "例".repeat(20));
        assertThat(print(narrow, 14)[1]).isEqualTo("1   例例例例…");
    }

    @ParameterizedTest
    @CsvSource({"e\u0301,e\u0301", "e\u0301\u0302x,e\u0301\\u0302x", "\u0301e,\\u0301e"})
    void marks_beyondOneOnACharacter_areShownByTheirCodePoint(String text, String shown) {
        assertThat(Visible.of(text)).isEqualTo(shown);
    }

    @Test
    void whatLooksEscapedAlready_isNoEscapeOfOurs() {
        assertThat(Visible.of("a\\u202eb")).isEqualTo("a\\u005cu202eb");
    }

    @ParameterizedTest
    @CsvSource({
        "202e,\\u202e", "0000,\\u0000", "001b,\\u001b", "009b,\\u009b", "000a,\\u000a", "200b,\\u200b", "200f,\\u200f",
        "2066,\\u2066", "feff,\\ufeff", "2028,\\u2028", "00a0,\\u00a0", "e000,\\ue000", "e0041,\\u{e0041}",
                "fe0f,\\ufe0f",
        "3164,\\u3164", "d800,\\ud800"
    })
    void whatSteersOrHides_isShownByItsCodePoint(String point, String shown) {
        String text = "a" + new String(new int[] {Integer.parseInt(point, 16)}, 0, 1) + "b";
        Table table = new Table("NAME");
        table.row(text);
        assertThat(print(table, Integer.MAX_VALUE)[1]).isEqualTo("a" + shown + "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"www.example.com", "Müller", "пример", "例え", "C:\\dir", "a b", "😀"})
    void whatCanBeSeen_staysAsItIs(String text) {
        assertThat(Visible.of(text)).isEqualTo(text);
    }

    @Test
    void aVeryLongValue_isCut_andSaysHowLongItIs() {
        assertThat(Visible.of("x".repeat(1 << 20))).hasSizeLessThan(5000).endsWith("… (1048576 characters in all)");
    }

    @Test
    void punycode_isShownBothWays() {
        assertThat(Visible.punycode("dns:xn--pple-43d.com"))
                .isEqualTo("dns:xn--pple-43d.com (may be shown as аpple.com)");
        assertThat(Visible.punycode("dns:www.example.com")).isEqualTo("dns:www.example.com");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-12-13T00:30:00Z,2026-12-13 01:30 (in 11 days)",
        "2026-12-01T14:00:00Z,2026-12-01 15:00 (in 2 hours)",
        "2026-12-01T11:58:30Z,2026-12-01 12:58 (90 seconds ago)",
        "2026-11-29T12:00:00Z,2026-11-29 13:00 (2 days ago)",
        "soon,soon"
    })
    void times_areLocal_andSayHowFarAway(String instant, String shown) {
        Times times = new Times(InstantSource.fixed(Instant.parse("2026-12-01T12:00:00Z")), ZoneId.of("Europe/Berlin"));
        assertThat(times.of(instant)).isEqualTo(shown);
    }

    @Test
    void inTables_timesAreShort() {
        Times times = new Times(InstantSource.fixed(Instant.parse("2026-12-01T12:00:00Z")), ZoneId.of("Europe/Berlin"));
        assertThat(times.brief("2027-02-28T12:00:01Z")).isEqualTo("in 89 d");
        assertThat(times.brief("2026-12-01T09:00:00Z")).isEqualTo("3 h ago");
        assertThat(times.brief("2026-12-01T12:00:00.9Z")).isEqualTo("now");
        assertThat(times.brief("")).isEmpty();
        assertThat(times.exact("2026-12-01T09:00:07Z")).isEqualTo("2026-12-01 10:00:07");
    }

    @Test
    void options_takeDurationsDaysAndInstants() {
        Times times = new Times(InstantSource.fixed(Instant.parse("2026-12-01T12:00:00Z")), ZoneId.of("Europe/Berlin"));
        assertThat(times.ahead("P30D")).isEqualTo("2026-12-31T12:00:00Z");
        assertThat(times.back("PT2H")).isEqualTo("2026-12-01T10:00:00Z");
        assertThat(times.ahead("2027-01-31")).isEqualTo("2027-01-30T23:00:00Z");
        assertThat(times.ahead("in 30 days")).isEqualTo("in 30 days");
        assertThat(times.ahead("2027-01-31T00:00:00Z")).isEqualTo("2027-01-31T00:00:00Z");
    }
}
