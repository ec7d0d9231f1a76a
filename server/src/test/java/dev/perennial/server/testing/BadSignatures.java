package dev.perennial.server.testing;

import dev.perennial.model.ProblemType;
import dev.perennial.server.testing.BadCsrs.Bad;
import java.security.KeyPair;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** Signatures that prove nothing: not the key's, not over this, or by algorithms that are not taken. */
final class BadSignatures {
    private static final String ECDSA_SHA256 = "1.2.840.10045.4.3.2";

    private BadSignatures() {}

    static void addTo(List<Bad> table) {
        addForged(table);
        addAlgorithms(table);
    }

    private static void addForged(List<Bad> table) {
        KeyPair key = TestCsrs.keyPair();
        CsrBuilder builder = CsrBuilder.with(key).names("www.example.com");
        byte[] info = builder.info();
        byte[] signature = builder.sign(info);
        for (int index : new int[] {0, 1, 2, 3, 10, signature.length / 2, signature.length - 1}) {
            byte[] flipped = signature.clone();
            flipped[index] ^= 1;
            forged(table, "octet " + index + " flipped", builder.der(info, flipped));
        }
        byte[] other = CsrBuilder.with(key).names("www.example.org").info();
        forged(table, "over other names", builder.der(other, signature));
        byte[] byOther = CsrBuilder.with(TestCsrs.keyPair()).sign(info);
        forged(table, "by another key", builder.der(info, byOther));
        forged(table, "empty", builder.der(info, new byte[0]));
        forged(table, "r and s are 0", builder.der(info, HexFormat.of().parseHex("3006020100020100")));
        forged(table, "noise", builder.der(info, new byte[70]));
        csr(table, "with unused bits", builder.der(info, new DERBitString(new byte[] {0x30, 0}, 3)));

        KeyPair rsa = TestCsrs.rsaKeyPair();
        CsrBuilder rsaBuilder = CsrBuilder.with(rsa).names("www.example.com");
        byte[] rsaSignature = rsaBuilder.sign(rsaBuilder.info());
        rsaSignature[200] ^= 1;
        forged(table, "RSA, octet 200 flipped", rsaBuilder.der(rsaBuilder.info(), rsaSignature));
        forged(table, "RSA, too short", rsaBuilder.der(rsaBuilder.info(), new byte[255]));
        forged(table, "RSA, too long", rsaBuilder.der(rsaBuilder.info(), new byte[257]));
        CsrBuilder ed = CsrBuilder.with(TestCsrs.ed25519KeyPair()).names("www.example.com");
        forged(table, "Ed25519, zeros", ed.der(ed.info(), new byte[64]));
        forged(table, "Ed25519, too short", ed.der(ed.info(), new byte[63]));
    }

    private static void addAlgorithms(List<Bad> table) {
        CsrBuilder ec = CsrBuilder.with(TestCsrs.keyPair()).names("www.example.com");
        CsrBuilder rsa = CsrBuilder.with(TestCsrs.rsaKeyPair()).names("www.example.com");
        forged(
                table,
                "says RSA, key is EC",
                ec.signatureAlgorithm(new AlgorithmIdentifier(
                                new ASN1ObjectIdentifier("1.2.840.113549.1.1.11"), DERNull.INSTANCE))
                        .der());
        forged(
                table,
                "says Ed25519, key is EC",
                ec.signatureAlgorithm(CsrBuilder.algorithm("1.3.101.112")).der());
        forged(
                table,
                "says SHA-384, is SHA-256",
                ec.signatureAlgorithm(CsrBuilder.algorithm("1.2.840.10045.4.3.3"))
                        .der());
        forged(
                table,
                "says ECDSA, key is RSA",
                rsa.signatureAlgorithm(CsrBuilder.algorithm(ECDSA_SHA256)).der());
        csr(table, "ECDSA with SHA-1", ec.signature("SHA1withECDSA").der());
        csr(table, "ECDSA with SHA-224", ec.signature("SHA224withECDSA").der());
        csr(table, "RSA with SHA-1", rsa.signature("SHA1withRSA").der());
        csr(table, "RSA with MD5", rsa.signature("MD5withRSA").der());
        csr(
                table,
                "unknown algorithm",
                rsa.signatureAlgorithm(CsrBuilder.algorithm("1.2.3.4")).der());
        csr(
                table,
                "ECDSA with parameters",
                ec.signatureAlgorithm(new AlgorithmIdentifier(new ASN1ObjectIdentifier(ECDSA_SHA256), DERNull.INSTANCE))
                        .der());
        csr(
                table,
                "RSASSA-PSS without parameters",
                rsa.signatureAlgorithm(CsrBuilder.algorithm("1.2.840.113549.1.1.10"))
                        .der());
        csr(table, "null algorithm", rsa.signatureAlgorithm(DERNull.INSTANCE).der());
    }

    private static void forged(List<Bad> table, String name, byte[] der) {
        table.add(new Bad("signature: " + name, CsrBuilder.pem(der), ProblemType.BAD_SIGNATURE));
    }

    private static void csr(List<Bad> table, String name, byte[] der) {
        table.add(new Bad("signature: " + name, CsrBuilder.pem(der), ProblemType.BAD_CSR));
    }
}
