package dev.perennial.server.pkix;

import static dev.perennial.server.pkix.DerWriter.GENERALIZED_TIME;
import static dev.perennial.server.pkix.DerWriter.UTC_TIME;
import static dev.perennial.server.pkix.DerWriter.text;
import static dev.perennial.server.pkix.LintCases.hex;
import static dev.perennial.server.pkix.LintCases.integer;
import static dev.perennial.server.pkix.TbsBuilder.ed25519;
import static dev.perennial.server.pkix.TbsBuilder.rsa;
import static dev.perennial.server.pkix.TbsBuilder.server;

import dev.perennial.server.pkix.TbsBuilder.Field;
import dev.perennial.server.testing.TestCa;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;

/** Fields and keys. */
final class LintFieldCases {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant END = Instant.parse("2026-05-01T12:00:00Z");

    private LintFieldCases() {}

    static void addTo(LintCases cases) {
        addFrame(cases);
        addSerials(cases);
        addIssuers(cases);
        addTimes(cases);
        addRsa(cases);
        addCurves(cases);
    }

    private static void addFrame(LintCases cases) {
        byte[] indefinite = server().build();
        cases.add("der", Arrays.copyOf(indefinite, indefinite.length - 1), server().issuer());
        cases.add("frame", DerWriter.sequence(), server().issuer());
        cases.add("version", server().set(Field.VERSION, hex("a003020101")));
        cases.add("unique-identifiers", server().set(Field.UNIQUE, hex("81020001")));
    }

    private static void addSerials(LintCases cases) {
        cases.add("serial-positive", server().set(Field.SERIAL, integer("80112233445566778899aabbccddeeff")));
        cases.add("serial-length", server().set(Field.SERIAL, integer("7f".repeat(21))));
        cases.add("serial-entropy", server().set(Field.SERIAL, integer("7fffffffffffffff")));
        cases.add("serial-shortest", server().set(Field.SERIAL, integer("0011223344556677889900")));
    }

    private static void addIssuers(LintCases cases) {
        TestCa rsaCa = TestCa.root(KeyKind.RSA_2048);
        CertificatePlan byRsa = rsaCa.plan(TbsBuilder.ecKey(), "www.example.com");
        byte[] withoutNull = DerWriter.sequence(DerWriter.oid("1.2.840.113549.1.1.11"));
        byte[] withNull = DerWriter.sequence(DerWriter.oid("1.2.840.10045.4.3.2"), DerWriter.nothing());
        cases.add("signature-algorithm", server().set(Field.ALGORITHM, withNull));
        cases.add(
                "signature-parameters",
                TbsBuilder.of(byRsa, SignatureAlgorithm.RSA_SHA256).set(Field.ALGORITHM, withoutNull));
        cases.add("signature-family", server().set(Field.ALGORITHM, SignatureAlgorithm.ED25519.der()));
        Issuer issuer = server().issuer();
        Issuer nameless = new Issuer(
                DistinguishedName.empty(),
                issuer.keyIdentifier(),
                issuer.key(),
                issuer.notBefore(),
                issuer.notAfter(),
                IssuerLimits.NONE);
        cases.add("issuer-empty", server().set(Field.ISSUER, hex("3000")).issuedBy(nameless));
        cases.add(
                "issuer-name",
                server().set(
                                Field.ISSUER,
                                DistinguishedName.ofCommonName("Another").der()));
    }

    private static void addTimes(LintCases cases) {
        byte[] start = DerWriter.time(START);
        byte[] end = DerWriter.time(END);
        cases.add("time-type", server().validity(start, text(DerWriter.UTF8_STRING, "20260501120000Z")));
        cases.add("time-utc-form", server().validity(start, text(UTC_TIME, "2605011200Z")));
        cases.add("time-generalized-form", server().validity(start, text(GENERALIZED_TIME, "20260501120000.5Z")));
        cases.add("time-calendar", server().validity(start, text(UTC_TIME, "260229120000Z")));
        cases.add("time-until-2049", server().validity(start, text(GENERALIZED_TIME, "20260501120000Z")));
        cases.add("validity-order", server().validity(end, start));
        Issuer issuer = server().issuer();
        cases.add(
                "validity-start",
                server().validity(DerWriter.time(issuer.notBefore().minusSeconds(1)), end));
        cases.add(
                "validity-end",
                server().validity(start, DerWriter.time(issuer.notAfter().plusSeconds(1))));
    }

    private static void addRsa(LintCases cases) {
        BigInteger modulus = BigInteger.ONE.shiftLeft(2047).setBit(0);
        BigInteger exponent = KeyQuality.EXPONENT;
        byte[] algorithm = DerWriter.sequence(DerWriter.oid(LintedKey.RSA), DerWriter.nothing());
        byte[] sound = rsaKey(modulus, exponent);
        cases.add("key-form", server().set(Field.KEY, hex("3000")));
        cases.add(
                "key-algorithm",
                server().set(Field.KEY, info(DerWriter.sequence(DerWriter.oid("1.3.101.113")), sound)));
        cases.add(
                "rsa-parameters", rsa().set(Field.KEY, info(DerWriter.sequence(DerWriter.oid(LintedKey.RSA)), sound)));
        cases.add("rsa-form", rsa().set(Field.KEY, info(algorithm, hex("3003020101"))));
        cases.add(
                "rsa-size",
                rsa().set(
                                Field.KEY,
                                info(algorithm, rsaKey(modulus.shiftRight(1).setBit(0), exponent))));
        cases.add("rsa-modulus", rsa().set(Field.KEY, info(algorithm, rsaKey(modulus.clearBit(0), exponent))));
        cases.add("rsa-exponent", rsa().set(Field.KEY, info(algorithm, rsaKey(modulus, BigInteger.valueOf(3)))));
    }

    private static void addCurves(LintCases cases) {
        byte[] ec = DerWriter.oid(LintedKey.EC);
        byte[] p256 = DerWriter.sequence(ec, DerWriter.oid("1.2.840.10045.3.1.7"));
        byte[] point = new byte[65];
        point[0] = 4;
        byte[] compressed = new byte[33];
        compressed[0] = 2;
        cases.add("ec-parameters", server().set(Field.KEY, info(DerWriter.sequence(ec, hex("3000")), point)));
        cases.add("ec-form", server().set(Field.KEY, info(p256, compressed)));
        cases.add("ec-point", server().set(Field.KEY, info(p256, point)));
        byte[] ed = DerWriter.oid(LintedKey.ED25519);
        byte[] sound = new byte[32];
        sound[0] = 3;
        cases.add(
                "ed25519-parameters",
                ed25519().set(Field.KEY, info(DerWriter.sequence(ed, DerWriter.nothing()), sound)));
        cases.add("ed25519-form", ed25519().set(Field.KEY, info(DerWriter.sequence(ed), new byte[31])));
        cases.add("ed25519-point", ed25519().set(Field.KEY, info(DerWriter.sequence(ed), new byte[32])));
    }

    private static byte[] info(byte[] algorithm, byte[] key) {
        return DerWriter.sequence(algorithm, DerWriter.bitString(key));
    }

    private static byte[] rsaKey(BigInteger modulus, BigInteger exponent) {
        return DerWriter.sequence(DerWriter.integer(modulus), DerWriter.integer(exponent));
    }
}
