package dev.perennial.server.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Locale;

/** Rows of an inventory, written by SQL: each with names and numbers of its own, all with the same DER. */
final class InventoryFill {
    private static final int CHUNK = 20_000;

    private static final String GENERATIONS = """
            INSERT INTO generations (request_id, generation, org_id, pkcs10, sha256, spki_sha256, identifiers, state, live,
                                     created)
            SELECT left(encode(sha256(('r' || i)::bytea), 'hex'), 22), 1, 'default', one.pkcs10,
                   sha256(('p' || i)::bytea), sha256(('k' || i)::bytea),
                   CASE i % 20 WHEN 0 THEN ARRAY['ip:10.' || i / 65536 || '.' || i / 256 % 256 || '.' || i % 256]
                       WHEN 1 THEN ARRAY['email:user' || i || '@corp.example.com']
                       WHEN 2 THEN ARRAY['dns:' || left(md5(i::text), 12) || '.svc.example.net', 'dns:api' || i % 1000 || '.example.org']
                       ELSE ARRAY['dns:' || (ARRAY['web', 'db', 'mail', 'api', 'vpn', 'node', 'build', 'cache'])[1 + i % 8]
                           || i || '.' || (ARRAY['eu', 'us', 'ap'])[1 + i % 3] || i / 100 % 30 || '.example.com'] END,
                   CASE WHEN i % 10000 = 9999 THEN 'PENDING' ELSE 'ISSUED' END, true, now()
            FROM generate_series($1::int, $2::int) i, (SELECT pkcs10 FROM generations ORDER BY number LIMIT 1) one
            ORDER BY i
            """;

    private static final String REQUESTS = """
            INSERT INTO signing_requests (id, org_id, agent_id, owner, requester, signer, auto_renew, generation, created, updated,
                                          position)
            SELECT left(encode(sha256(('r' || i)::bytea), 'hex'), 22), 'default',
                   CASE WHEN i % 10 = 0 THEN 'agent' || i / 10 % 2000 END,
                   CASE WHEN i % 10 = 0 THEN 'agent:agent' || i / 10 % 2000 ELSE 'administrator' END, 'administrator',
                   CASE WHEN i % 1000 = 0 THEN 'perennial.dev/client' ELSE 'perennial.dev/server' END,
                   true, 1, now(), now(), i
            FROM generate_series($1::int, $2::int) i ORDER BY i
            """;

    private static final String CERTIFICATES = """
            INSERT INTO certificates (id, org_id, request_id, generation, issuer_id, serial, der, sha256, not_before,
                                      not_after, cut_short, renewal_time, shown, created, revoked, revocation_reason)
            SELECT left(encode(sha256(('c' || i)::bytea), 'hex'), 22), 'default',
                   left(encode(sha256(('r' || i)::bytea), 'hex'), 22), 1, one.issuer_id,
                   '5a' || lpad(to_hex(i), 30, '0'), one.der, sha256(('d' || i)::bytea),
                   now() - interval '90 day' * (i * 7919 % 1000) / 1000,
                   date_trunc('second', now() + interval '90 day' * (1000 - i * 7919 % 1000) / 1000), false,
                   now() + interval '60 day', true, now(),
                   CASE WHEN i % 2000 = 7 THEN now() END, CASE WHEN i % 2000 = 7 THEN 'SUPERSEDED' END
            FROM generate_series($1::bigint, $2::bigint) i,
                (SELECT issuer_id, der FROM certificates WHERE org_id IS NOT NULL ORDER BY number LIMIT 1) one
            ORDER BY i
            """;

    private final BenchServer server;
    private final Report report;

    InventoryFill(BenchServer server, Report report) {
        this.server = server;
        this.report = report;
    }

    /** The name of one of them that has a host's name: see the SQL. */
    static String name(int i) {
        return String.format(
                Locale.ROOT,
                "%s%d.%s%d.example.com",
                new String[] {"web", "db", "mail", "api", "vpn", "node", "build", "cache"}[i % 8],
                i,
                new String[] {"eu", "us", "ap"}[i % 3],
                i / 100 % 30);
    }

    void fill(int rows) throws IOException, InterruptedException, GeneralSecurityException {
        new Rows(report, server, Path.of("server/target/bench"), true).fill(1);
        long start = System.nanoTime();
        try (Sql sql = new Sql(server)) {
            for (int from = 0; from < rows; from += CHUNK) {
                int last = Math.min(rows, from + CHUNK) - 1;
                sql.patiently(GENERATIONS, from, last);
                sql.patiently(REQUESTS, from, last);
                sql.patiently(CERTIFICATES, (long) from, (long) last);
            }
            double filled = (System.nanoTime() - start) / 1e9;
            sql.patiently("VACUUM ANALYZE generations, signing_requests, certificates");
            while (sql.row("SELECT indexed FROM name_index").getLong("indexed") < rows - 1_100) {
                Thread.sleep(500);
            }
            report.line(String.format(
                    Locale.ROOT,
                    "%d certificates written in %.0f s, vacuumed, and their names indexed %.0f s after the beginning",
                    rows,
                    filled,
                    (System.nanoTime() - start) / 1e9));
            sql.patiently("VACUUM ANALYZE name_blocks");
        }
    }
}
