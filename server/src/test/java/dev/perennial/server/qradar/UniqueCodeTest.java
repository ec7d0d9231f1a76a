package dev.perennial.server.qradar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.ProblemType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UniqueCodeTest {
    @Test
    void codes_areUnique_andThoseOfThePageAreThere() {
        List<Integer> codes =
                Arrays.stream(UniqueCode.values()).map(UniqueCode::code).toList();
        assertThat(codes).doesNotHaveDuplicates().contains(18, 1002, 1020, 1030, 1101);
        assertThat(codes).containsAll(IntStream.rangeClosed(1032, 1042).boxed().toList());
    }

    @ParameterizedTest
    @EnumSource(ProblemType.class)
    void problem_ofEveryType_hasACodeWhoseStatusBlamesTheSame(ProblemType type) {
        UniqueCode code = UniqueCode.of(type, false);
        assertThat(code.status() / 100).isEqualTo(type.status() / 100);
        assertThat(code.meaning()).isNotBlank();
        assertThat(code.ofStatus()).isNotBlank();
        assertThat(QradarErrors.body(code, "because").at("/http_response/code").asInt())
                .isEqualTo(code.status());
    }

    @Test
    void whatGoesWrongHere_is1030_whereNoRequestWasMade_andElse1020() {
        assertThat(UniqueCode.of(ProblemType.INTERNAL, true).code()).isEqualTo(1030);
        assertThat(UniqueCode.of(ProblemType.INTERNAL, false).code()).isEqualTo(1020);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | true",
                "text/plain | true",
                "TEXT/Plain;charset=utf-8 | true",
                "*/* | true",
                "text/* | true",
                "application/json, text/plain;q=0.1 | true",
                "application/json | false",
                "text/plain;q=0 | false",
                "text/plain;q=0.000, */* | false",
                "*/*;q=0 | false",
                "text | false",
                ", | false"
            })
    void accept_isReadAsRangesWithWeights(String accept, boolean accepted) {
        assertThat(Accepted.isAccepted(accept, Accepted.TEXT)).isEqualTo(accepted);
    }
}
