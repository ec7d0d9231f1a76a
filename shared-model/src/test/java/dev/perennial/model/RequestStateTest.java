package dev.perennial.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RequestStateTest {

    /** docs/lifecycle.md as a matrix: rows may become columns, in the order of the enum. */
    private static final String TABLE = """
            PENDING   yes yes no  yes yes yes yes
            APPROVED  yes yes yes yes yes yes yes
            ISSUING   yes yes no  yes no  yes yes
            ISSUED    yes no  no  yes no  no  yes
            DENIED    yes yes no  yes no  no  yes
            FAILED    yes yes no  yes no  no  yes
            WITHDRAWN no  no  no  no  no  no  no
            """;

    @Test
    void mayBecome_everyPair_isAsTheTableSays() {
        Map<String, String[]> rows = TABLE.lines()
                .map(line -> line.split("\\s+"))
                .collect(Collectors.toMap(cells -> cells[0], cells -> Arrays.copyOfRange(cells, 1, cells.length)));
        List<RequestState> states = List.of(RequestState.values());
        for (RequestState from : states) {
            for (int column = 0; column < states.size(); column++) {
                RequestState to = states.get(column);
                assertThat(from.mayBecome(to))
                        .as("%s to %s", from, to)
                        .isEqualTo("yes".equals(rows.get(from.name())[column]));
            }
        }
    }

    @Test
    void isUnderWay_onlyWhileSomebodyElseHasTheMove() {
        assertThat(RequestState.values())
                .filteredOn(RequestState::isUnderWay)
                .containsExactly(RequestState.PENDING, RequestState.APPROVED, RequestState.ISSUING);
    }
}
