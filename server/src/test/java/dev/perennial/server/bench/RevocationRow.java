package dev.perennial.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** How soon relying parties learn of a revocation, from two servers and through a restart, and what their questions cost. */
final class RevocationRow {
    private static final int ASKED_ABOUT = 500;

    /** Two of them are revoked before the rest is, by a query. */
    private static final int BY_QUERY = 1_000;

    private static final int ISSUED = BY_QUERY + 2;

    /** So that a client's answer comes within the goal, as it does where there is room. */
    private static final int CONNECTIONS = 16;

    private static final int ENTRIES = 100_000;

    private static final String REVOKED_ONES = """
            INSERT INTO certificates (id, issuer_id, serial, der, sha256, not_before, not_after, cut_short, shown, created,
                                      revoked, revocation_reason)
            SELECT left(encode(sha256(('x' || i)::bytea), 'hex'), 22), one.issuer_id,
                   encode(substr(sha256(('s' || i)::bytea), 1, 16), 'hex'), one.der, sha256(('y' || i)::bytea), now(),
                   now() + interval '90 day', false, false, now(), now(), 'SUPERSEDED'
            FROM generate_series(1, $1::int) i,
                (SELECT issuer_id, der FROM certificates WHERE org_id IS NOT NULL ORDER BY number LIMIT 1) one
            """;

    private static final String ON_THE_LIST = """
            SELECT coalesce(max(entries), 0) AS entries FROM crls
            """;

    private final Report report;
    private final BenchServer server;
    private final Path cache;
    private final boolean quick;
    private final DigestCalculator sha1;

    RevocationRow(Report report, BenchServer server, Path cache, boolean quick) throws OperatorCreationException {
        this.report = report;
        this.server = server;
        this.cache = cache;
        this.quick = quick;
        this.sha1 = new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1);
    }

    /** A certificate and its issuer, as a relying party knows them. */
    private record Subject(
            String id, X509CertificateHolder certificate, X509CertificateHolder issuer, String issuerId) {}

    void measure() throws Exception {
        List<Subject> subjects = subjects();
        answers(subjects);
        Path other = server.home().resolveSibling("revocation-second");
        Files.createDirectories(other);
        Files.copy(server.home().resolve("seal.key"), other.resolve("seal.key"));
        Files.copy(server.home().resolve("admin.token"), other.resolve("admin.token"));
        try (BenchServer second = BenchServer.start(other, BenchServer.JAR, "--database", Sql.uri(server))) {
            seen("revoked", subjects.get(0), server, second);
            seen("revoked while another CRL was just made", subjects.get(1), server, second);
        }
        byQuery();
        longList();
    }

    /** As {@link #measure}, of one revocation between whose two halves the server is started again. */
    static void throughRestart(Report report, Path home, Path cache, boolean quick) throws Exception {
        Subject subject;
        long start;
        try (BenchServer before = BenchServer.start(home)) {
            RevocationRow row = new RevocationRow(report, before, cache, quick);
            subject = row.subjects().get(3);
            start = System.nanoTime();
            row.revoke(subject);
        }
        try (BenchServer after = BenchServer.start(home)) {
            new RevocationRow(report, after, cache, quick).told("revoked, then started again", subject, start, after);
        }
    }

    private List<Subject> subjects() throws IOException, InterruptedException, GeneralSecurityException {
        new Rows(report, server, cache, quick).fill(ISSUED);
        Api api = new Api(server);
        List<Subject> subjects = new ArrayList<>();
        for (JsonNode one :
                Api.json(api.get("/v1/certificates?limit=" + ASKED_ABOUT)).path("certificates")) {
            subjects.add(subject(api, one));
        }
        return subjects;
    }

    private static Subject subject(Api api, JsonNode one) throws IOException, InterruptedException {
        String issuerId = one.path("status").path("issuer_id").asText();
        return new Subject(
                one.path("metadata").path("id").asText(),
                new X509CertificateHolder(
                        pem(one.path("spec").path("certificate").asText())),
                new X509CertificateHolder(api.bytes("/ca/" + issuerId + ".crt").body()),
                issuerId);
    }

    /** One more. */
    private Subject issue(Api api) throws IOException, InterruptedException {
        String pem = Corpus.pems(cache, ISSUED + 1).get(ISSUED);
        JsonNode request = Api.json(api.post(Api.REQUESTS, Api.submission(pem)));
        return subject(api, request.path("status").path("certificates").path(0));
    }

    private static byte[] pem(String text) {
        return Base64.getMimeDecoder()
                .decode(text.replaceAll("-----[A-Z ]+-----", "").strip());
    }

    private byte[] question(Subject subject, int nonce) {
        try {
            OCSPReqBuilder builder = new OCSPReqBuilder();
            builder.addRequest(new CertificateID(
                    sha1, subject.issuer(), subject.certificate().getSerialNumber()));
            byte[] octets = String.format(Locale.ROOT, "%032d", nonce).getBytes(StandardCharsets.US_ASCII);
            builder.setRequestExtensions(new Extensions(new Extension(
                    OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(octets).getEncoded())));
            return builder.build().getEncoded();
        } catch (OCSPException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answers(List<Subject> subjects) throws IOException, InterruptedException, GeneralSecurityException {
        Api api = new Api(server);
        List<byte[]> calls = new ArrayList<>();
        for (int i = 0; i < subjects.size(); i++) {
            calls.add(api.rawPost("/ocsp", "application/ocsp-request", question(subjects.get(i), i)));
        }
        int[] place = {0};
        Load load = new Load(api.tls(), server.port(), CONNECTIONS, 200, () -> calls.get(place[0]++ % calls.size()));
        List<BenchServer.Cpu> cpu = new ArrayList<>();
        List<Report.Samples> samples = load.run(() -> cpu.add(server.cpu()), quick ? 5 : 20, quick ? 5 : 15);
        report.rate("OCSP, with a nonce", samples.get(1), 2_000);
        report.most("OCSP p99", samples.get(1).millis(0.99), "%8.2f ms", 20);
        report.line(cpu.get(2).since(cpu.get(1)).each(samples.get(1).sorted().length));
    }

    private void revoke(Subject subject) throws IOException, InterruptedException, GeneralSecurityException {
        HttpResponse<String> answer =
                new Api(server).post("/v1/certificates/" + subject.id() + "/revoke", "{\"reason\":\"superseded\"}");
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.body());
        }
    }

    private void seen(String what, Subject subject, BenchServer... servers) throws Exception {
        revoke(subject);
        told(what, subject, System.nanoTime(), servers);
    }

    /** From then on until every one of the servers says so. */
    private void told(String what, Subject subject, long start, BenchServer... servers) throws Exception {
        for (BenchServer one : servers) {
            while (!isRevokedByOcsp(new Api(one), subject)) {
                Thread.sleep(10);
            }
        }
        report.most(what + " -> OCSP of " + servers.length, (System.nanoTime() - start) / 1e9, "%8.2f s", 5);
        for (BenchServer one : servers) {
            while (!isOnTheList(new Api(one), subject)) {
                Thread.sleep(50);
            }
        }
        report.most(what + " -> CRL of " + servers.length, (System.nanoTime() - start) / 1e9, "%8.2f s", 60);
    }

    private boolean isRevokedByOcsp(Api api, Subject subject) throws Exception {
        OCSPResp answer = new OCSPResp(api.bytes("/ocsp", "application/ocsp-request", question(subject, 0))
                .body());
        return answer.getStatus() == OCSPResp.SUCCESSFUL
                && ((BasicOCSPResp) answer.getResponseObject()).getResponses()[0].getCertStatus()
                        instanceof RevokedStatus;
    }

    private static boolean isOnTheList(Api api, Subject subject) throws Exception {
        return list(api, subject).getRevokedCertificate(subject.certificate().getSerialNumber()) != null;
    }

    private static X509CRL list(Api api, Subject subject) throws Exception {
        return (X509CRL) CertificateFactory.getInstance("X.509")
                .generateCRL(new ByteArrayInputStream(
                        api.bytes("/ca/" + subject.issuerId() + ".crl").body()));
    }

    /** From the start of the act until the last one is revoked. */
    private void byQuery() throws Exception {
        Api api = new Api(server);
        JsonNode preview = Api.json(api.post(
                "/v1/revocations",
                "{\"spec\":{\"org_id\":\"default\",\"reason\":\"superseded\",\"query\":{\"state\":\"valid\"}}}"));
        if (preview.path("status").path("total").asInt() != BY_QUERY) {
            throw new IllegalStateException(preview.toString());
        }
        String path = "/v1/revocations/" + preview.path("metadata").path("id").asText();
        long start = System.nanoTime();
        JsonNode act = Api.json(api.post(path + "/start", "{}"));
        while (!"done".equals(act.path("status").path("state").asText())) {
            Thread.sleep(10);
            act = Api.json(api.get(path));
        }
        report.most("1,000 revoked by query", (System.nanoTime() - start) / 1e9, "%8.2f s", 1);
    }

    /** From the commit of the last of them until the list is served. */
    private void longList() throws Exception {
        Api api = new Api(server);
        try (Sql sql = new Sql(server)) {
            sql.patiently(REVOKED_ONES, ENTRIES);
            long start = System.nanoTime();
            while (sql.row(ON_THE_LIST).getInteger("entries") < ENTRIES) {
                Thread.sleep(20);
            }
            report.most("CRL of 100,000 entries, stored", (System.nanoTime() - start) / 1e9, "%8.2f s", 5);
        }
        Subject subject = issue(api);
        BigInteger one = subject.certificate().getSerialNumber();
        revoke(subject);
        long start = System.nanoTime();
        while (list(api, subject).getRevokedCertificate(one) == null) {
            Thread.sleep(200);
        }
        report.most("one more revoked -> that CRL", (System.nanoTime() - start) / 1e9, "%8.2f s", 60);
        report.line(String.format(
                Locale.ROOT,
                "    it has %,d octets",
                api.bytes("/ca/" + subject.issuerId() + ".crl").body().length));
    }
}
