package dev.perennial.server.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a golden file lets through, and what not, by the one of a list of QRadar's. */
class GoldenTest {
    private static void check(String list) throws JsonProcessingException {
        Golden.check("qradar/list", Bodies.JSON.readTree(list.replace('\'', '"')));
    }

    @Test
    void otherNumbers_andWhiteSpace_areTheSame() throws JsonProcessingException {
        check("[{'id':1,'description':'sample','create_time':1}]");
        check("[ {'id':77, 'description':'sample', 'create_time':1795716000000} ]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{'id':1,'description':'sample'}]",
                "[{'id':1,'description':'sample','create_time':1,'more':1}]",
                "[{'ID':1,'description':'sample','create_time':1}]",
                "[{'description':'sample','id':1,'create_time':1}]",
                "[{'id':'1','description':'sample','create_time':1}]",
                "[{'id':1,'description':'sample','create_time':1.5}]",
                "[{'id':1,'description':'sample','create_time':null}]",
                "[{'id':1,'description':'other','create_time':1}]",
                "[{'id':1,'description':['sample'],'create_time':1}]",
                "{'id':1,'description':'sample','create_time':1}",
                "[]"
            })
    void anyOtherShape_isTold(String list) {
        assertThatThrownBy(() -> check(list))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("qradar/list.json")
                .hasMessageContaining("<number>");
    }
}
