package dev.perennial.server.pkix;

import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A TBSCertificate whose parts can be replaced by any octets, and the CA that is to have issued it. */
final class TbsBuilder {
    private static final int EXTENSIONS = 0xa3;
    private static final TestCa CA = TestCa.root(KeyKind.EC_P256);
    private static final KeyPair EC = TestCsrs.keyPair();
    private static final KeyPair ED25519 = TestCsrs.ed25519KeyPair();

    private final Map<Field, byte[]> fields = new EnumMap<>(Field.class);
    private final Map<String, byte[]> extensions = new LinkedHashMap<>();
    private Issuer issuer;

    /** The places of the fields. */
    enum Field {
        VERSION,
        SERIAL,
        ALGORITHM,
        ISSUER,
        VALIDITY,
        SUBJECT,
        KEY,
        UNIQUE
    }

    private TbsBuilder(byte[] tbs, Issuer issuer) {
        this.issuer = issuer;
        DerReader reader = DerReader.over(tbs).enter(DerReader.SEQUENCE);
        for (Field field : Field.values()) {
            fields.put(field, field == Field.UNIQUE ? new byte[0] : reader.element());
        }
        Extension.readAll(reader.enter(EXTENSIONS)).forEach((oid, one) -> extensions.put(oid, one.der()));
    }

    static TbsBuilder of(CertificatePlan plan, SignatureAlgorithm algorithm) {
        return new TbsBuilder(plan.encode(algorithm), plan.issuer());
    }

    static TbsBuilder of(CertificatePlan plan) {
        return of(plan, SignatureAlgorithm.ECDSA_SHA256);
    }

    /** A server's, by a P-256 CA, for a P-256 key; the subject is one of its names. */
    static TbsBuilder server() {
        return of(plan(key(EC), CertificateProfile.server(KeyKind.EC_P256)));
    }

    /** The same without a subject. */
    static TbsBuilder nameless() {
        return of(CA.plan(key(EC), "www.example.com", "example.com"));
    }

    static TbsBuilder rsa() {
        return of(plan(key(TestCsrs.rsaKeyPair()), CertificateProfile.server(KeyKind.RSA_2048)));
    }

    static TbsBuilder ed25519() {
        return of(plan(key(ED25519), CertificateProfile.server(KeyKind.ED25519)));
    }

    static TbsBuilder responder() {
        return of(plan(key(EC), CertificateProfile.ocspResponder()));
    }

    /** A CA below the root, without a path length. */
    static TbsBuilder authority() {
        return of(plan(key(EC), CertificateProfile.authority(null))).without(Extension.SUBJECT_ALTERNATIVE_NAME);
    }

    /** The root itself. */
    static TbsBuilder root() {
        return new TbsBuilder(CA.certificate().sharedTbs(), CA.issuer());
    }

    static CertificatePlan plan(SubjectPublicKey key, CertificateProfile profile) {
        CertificatePlan base = CA.plan(key, "www.example.com", "example.com");
        return new CertificatePlan(
                base.serial(),
                base.issuer(),
                base.validity(),
                DistinguishedName.ofCommonName("www.example.com"),
                base.identifiers(),
                key,
                profile,
                Pointers.NONE);
    }

    static SubjectPublicKey key(KeyPair pair) {
        return SubjectPublicKey.parse(pair.getPublic().getEncoded());
    }

    static SubjectPublicKey ecKey() {
        return key(EC);
    }

    TbsBuilder set(Field field, byte[] der) {
        fields.put(field, der);
        return this;
    }

    TbsBuilder validity(byte[] notBefore, byte[] notAfter) {
        return set(Field.VALIDITY, DerWriter.sequence(notBefore, notAfter));
    }

    TbsBuilder issuedBy(Issuer other) {
        issuer = other;
        return this;
    }

    /** The extension as another value and criticality. */
    TbsBuilder put(String oid, boolean critical, byte[] value) {
        extensions.put(oid, new Extension(oid, critical, value).der());
        return this;
    }

    /** One more extension under a name of its own, whatever octets it is. */
    TbsBuilder raw(String name, byte[] der) {
        extensions.put(name, der);
        return this;
    }

    TbsBuilder critical(String oid, boolean critical) {
        return put(oid, critical, value(oid));
    }

    TbsBuilder without(String oid) {
        extensions.remove(oid);
        return this;
    }

    byte[] value(String oid) {
        return Extension.readAll(DerReader.over(DerWriter.sequence(extensions.get(oid))))
                .get(oid)
                .value();
    }

    byte[] extension(String oid) {
        return extensions.get(oid);
    }

    byte[] field(Field field) {
        return fields.get(field);
    }

    Issuer issuer() {
        return issuer;
    }

    byte[] build() {
        List<byte[]> all = new ArrayList<>(fields.values());
        all.add(DerWriter.element(EXTENSIONS, DerWriter.sequence(List.copyOf(extensions.values()))));
        return DerWriter.sequence(all);
    }
}
