package dev.perennial.server;

import dev.perennial.server.audit.Head;
import dev.perennial.server.audit.HeadKeeper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;

/** The head of the audit record's chain in a file of the home. */
final class HeadFile implements HeadKeeper {
    private final Vertx vertx;
    private final Home home;

    HeadFile(Vertx vertx, Home home) {
        this.vertx = vertx;
        this.home = home;
    }

    /** @throws ConfigurationException naming the file, where it holds something else */
    static Optional<Head> in(Home home) {
        try {
            return home.read(Home.AUDIT_HEAD).map(Head::parse);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(home.file(Home.AUDIT_HEAD)
                    + " is no head of an audit record: it must hold a number and 64 hex digits; docs/audit.md says when"
                    + " to take it away");
        }
    }

    @Override
    public Optional<Head> last() {
        return in(home);
    }

    /** The disk is waited for, twice. */
    @Override
    public Future<Void> keep(Head head) {
        return vertx.executeBlocking(() -> {
            home.writePrivate(Home.AUDIT_HEAD, head.text());
            return null;
        });
    }
}
