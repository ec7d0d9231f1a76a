package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.AccessTokenJson;
import dev.perennial.model.EnrolmentTokenJson;
import dev.perennial.model.Role;
import dev.perennial.server.enrolment.EnrolmentToken;
import dev.perennial.server.enrolment.EnrolmentTokens;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds a secret does not tell it where it is put into a text. */
class SecretsTest {
    private static final String SECRET = "the-secret";

    @Test
    void records_keepTheirSecretsToThemselves() {
        Instant at = Instant.EPOCH;
        Account account =
                new Account("id", "default", "name", Set.of(Role.READER), List.of(), List.of(), true, true, at, at);
        AccessToken access = new AccessToken("id", "default", "id", "name", null, null, at, at);
        EnrolmentToken enrolment = new EnrolmentToken("id", "default", List.of(), 1, 1, at, at);
        for (Record record : List.of(
                new AccessTokens.Made(access, SECRET),
                new EnrolmentTokens.Made(enrolment, SECRET),
                new PasswordStore.WithPassword(account, SECRET),
                new AccessTokenJson.Status(SECRET, at, "name"),
                new EnrolmentTokenJson.Status(SECRET, at, 1),
                account.byPassword(SECRET))) {
            assertThat(record.toString()).doesNotContain(SECRET);
        }
    }
}
