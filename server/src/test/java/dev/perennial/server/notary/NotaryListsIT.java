package dev.perennial.server.notary;

import static dev.perennial.server.notary.NotaryCalls.ACCOUNTS;
import static dev.perennial.server.notary.NotaryCalls.AUTHORITIES;
import static dev.perennial.server.notary.NotaryCalls.account;
import static dev.perennial.server.notary.NotaryCalls.authority;
import static dev.perennial.server.notary.NotaryCalls.created;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.Until;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lists go on after a number, and what everybody may ask for is the same text as what a list shows. */
class NotaryListsIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static ApiClient administrator;

    @BeforeAll
    static void administrator() {
        administrator = server.account(List.of("administrator")).api();
    }

    private static List<Long> ids(Exchange list) {
        return StreamSupport.stream(list.expect(200).at("/result").spliterator(), false)
                .map(one -> one.path("id").asLong())
                .toList();
    }

    private static String address() {
        return "list" + UUID.randomUUID() + "@example.com";
    }

    @Test
    void authorities_goOnAfterANumber() {
        long first = authority(administrator, false);
        long second = authority(administrator, false);
        Exchange rest = administrator.get(AUTHORITIES + "?after=" + first);
        assertThat(ids(rest)).startsWith(second).doesNotContain(first);
        assertThat(rest.headers().firstValue("Link")).isEmpty();
        assertThat(ids(administrator.get(AUTHORITIES))).contains(first, second).isSorted();
        administrator.get(AUTHORITIES + "?after=x").expect(400);
    }

    @Test
    void accounts_goOnAfterANumber() {
        long first = created(administrator.post(ACCOUNTS, account(address(), 2)));
        long second = created(administrator.post(ACCOUNTS, account(address(), 3)));
        Exchange rest = administrator.get(ACCOUNTS + "?after=" + first);
        assertThat(ids(rest)).startsWith(second).doesNotContain(first);
        assertThat(rest.headers().firstValue("Link")).isEmpty();
        assertThat(ids(administrator.get(ACCOUNTS))).contains(first, second).isSorted();
        administrator.get(ACCOUNTS + "?after=x").expect(400);
    }

    @Test
    void crl_isTheSameEachTime_andTheOneOfTheList() {
        long root = authority(administrator, true);
        String path = NotaryCalls.authority(root) + "/crl";
        Until.is(() -> server.nobody().get(path).status() == 200, "the first CRL");
        String crl = server.nobody().get(path).expect(200).text("/result/crl");
        assertThat(server.nobody().get(path).expect(200).text("/result/crl")).isEqualTo(crl);
        assertThat(administrator.get(NotaryCalls.authority(root)).expect(200).text("/result/crl"))
                .isEqualTo(crl);
        long waits = authority(administrator, false);
        server.nobody().get(NotaryCalls.authority(waits) + "/crl").expect(404);
    }
}
