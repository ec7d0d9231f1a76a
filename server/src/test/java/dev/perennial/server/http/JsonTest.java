package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.perennial.model.ProblemType;
import dev.perennial.model.ReissueJson;
import dev.perennial.model.SigningRequestJson;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static SigningRequestJson read(String body) {
        return Json.read(Buffer.buffer(body), SigningRequestJson.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"spec\":{\"auto_renew\":\"true\"}} | spec.auto_renew: expected true or false",
                "{\"spec\":{\"auto_renew\":1}} | spec.auto_renew: expected true or false",
                "{\"spec\":{\"uid\":1}} | spec.uid: expected a string",
                "{\"spec\":{\"uid\":true}} | spec.uid: expected a string",
                "{\"spec\":{\"uid\":{\"secret\":1}}} | spec.uid: expected a string",
                "{\"spec\":[]} | spec: expected an object",
                "{\"spec\":{\"rotation\":{\"deadline\":12345}}} | spec.rotation.deadline: expected an RFC 3339 instant",
                "{\"spec\":{\"rotation\":{\"deadline\":\"soon\"}}} | spec.rotation.deadline: expected an RFC 3339",
                "[] | the body: expected an object",
                "null | the body is null",
                "{\"spec\":{},\"spec\":{}} | names a property twice",
                "{} {} | the body",
                "{\"spec\": | not well-formed",
            })
    void read_ofAMistake_namesThePathAndWhatIsExpected(String body, String expected) {
        assertThatThrownBy(() -> read(body))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> {
                    assertThat(problem.type()).isEqualTo(ProblemType.MALFORMED);
                    assertThat(problem.detail()).contains(expected).doesNotContain("secret", "12345", "soon");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void read_ofADepthBomb_isRefused(String opening) {
        assertThatThrownBy(() -> read("{\"x\":" + opening.repeat(10_000)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("nested deeper than 32");
    }

    @Test
    void read_ofTooManyParts_isRefused() {
        assertThatThrownBy(() -> read("{\"x\":[" + "1,".repeat(20_000) + "1]}"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("more than 10000 parts");
    }

    @Test
    void read_ofATextThatIsTooLong_saysThat() {
        assertThatThrownBy(() -> read("{\"x\":\"" + "a".repeat(Json.MAXIMUM_STRING + 1) + "\"}"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("a text in the JSON is longer than 65536 characters");
    }

    @Test
    void read_ofUnknownProperties_ignoresThem() {
        SigningRequestJson request = read("{\"spec\":{\"org_id\":\"o\",\"new\":{\"a\":[1]}},\"other\":null}");
        assertThat(request.spec()).isNotNull();
        assertThat(request.spec().orgId()).isEqualTo("o");
    }

    @Test
    void write_leavesNullsOut_andSaysInstantsInRfc3339() {
        Instant instant = Instant.parse("2026-01-31T12:00:00Z");
        String written = Json.write(new ReissueJson(new ReissueJson.Spec(null, "c", instant), null))
                .toString();
        assertThat(written).isEqualTo("{\"spec\":{\"csr_id\":\"c\",\"old_not_after\":\"2026-01-31T12:00:00Z\"}}");
        assertThat(Json.read(Buffer.buffer(written.replace("12:00:00Z", "13:00:00+01:00")), ReissueJson.class)
                        .spec()
                        .oldNotAfter())
                .isEqualTo(instant);
    }
}
