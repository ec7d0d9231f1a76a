package dev.perennial.server.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.pgclient.SslMode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseUriTest {
    @Test
    void parse_withEveryPart_readsEveryPart() {
        DatabaseUri uri = DatabaseUri.parse(
                "postgresql://me:p%40ss+w%2Frd:x@db.example.com:6432/certs?sslmode=verify-full&sslrootcert=/etc/ca.pem",
                "other");

        assertThat(uri)
                .isEqualTo(new DatabaseUri(
                        "db.example.com",
                        6432,
                        "certs",
                        "me",
                        "p@ss+w/rd:x",
                        SslMode.VERIFY_FULL,
                        Path.of("/etc/ca.pem")));
    }

    @Test
    void parse_withTheLeast_takesDefaults() {
        DatabaseUri uri = DatabaseUri.parse("postgres://me@[::1]/certs", "secret");

        assertThat(uri).isEqualTo(new DatabaseUri("::1", 5432, "certs", "me", "secret", SslMode.PREFER, null));
    }

    @Test
    void parse_withASocketDirectory_isLocal() {
        DatabaseUri uri = DatabaseUri.parse("postgresql://me@localhost/certs?host=/run/postgresql", null);

        assertThat(uri.isLocalSocket()).isTrue();
        assertThat(uri.sslMode()).isEqualTo(SslMode.DISABLE);
    }

    @ParameterizedTest
    @CsvSource({
        "mysql://me@host/db, does not begin with",
        "postgresql://host/db, names no user",
        "postgresql://me@host, names no database",
        "postgresql://me@host/, names no database",
        "postgresql://me@a:1;b:2/db, names no single host",
        "postgresql://me@host/db?sslmod=disable, unknown parameter 'sslmod'",
        "postgresql://me@host/db?sslmode=maybe, unknown sslmode",
        "postgresql://me@host/db?sslmode=verify-full, without sslrootcert",
        "postgresql://me@host/db?host=relative, not an absolute directory",
        "postgresql://me:se cret@host/db, is not a URI",
    })
    void parse_ofWhatIsWrong_saysWhat(String text, String complaint) {
        assertThatThrownBy(() -> DatabaseUri.parse(text, null))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void failureAndText_neverRepeatThePassword() {
        assertThatThrownBy(() -> DatabaseUri.parse("postgresql://me:hush hush@host/db", null))
                .hasMessageNotContaining("hush")
                .hasNoCause();
        assertThat(DatabaseUri.parse("postgresql://me:hush@host/db", null).toString())
                .isEqualTo("postgresql://me@host:5432/db");
    }
}
