package dev.perennial.server.pkix;

import dev.perennial.model.RevocationReason;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A full CRL of one CA in the making (RFC 5280 §5): entries are added one by one, since there may be a hundred thousand.
 * Used by one thread.
 */
public final class CertificateList {
    private static final byte[] VERSION_2 = DerWriter.integer(BigInteger.ONE);
    private static final int ENUMERATED = 0x0a;

    private final Issuer issuer;
    private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
    private int size;

    public CertificateList(Issuer issuer) {
        this.issuer = issuer;
    }

    /** One revoked certificate; {@code unspecified} is said by saying nothing (RFC 5280 §5.3.1). */
    public void add(SerialNumber serial, Instant revoked, RevocationReason reason) {
        byte[] extensions = reason == RevocationReason.UNSPECIFIED ? new byte[0] : DerWriter.sequence(reason(reason));
        entries.writeBytes(DerWriter.sequence(DerWriter.integer(serial.value()), DerWriter.time(revoked), extensions));
        size++;
    }

    public Issuer issuer() {
        return issuer;
    }

    public int size() {
        return size;
    }

    /**
     * The TBSCertList that is to be signed with {@code algorithm}.
     *
     * @param number above that of every CRL of this CA before (RFC 5280 §5.2.3)
     */
    public byte[] encode(SignatureAlgorithm algorithm, long number, Instant thisUpdate, Instant nextUpdate) {
        // RFC 5280 §5.1.2.6: without entries the list is absent, not empty.
        byte[] revoked = size == 0 ? new byte[0] : DerWriter.sequence(entries.toByteArray());
        return DerWriter.sequence(
                VERSION_2,
                algorithm.der(),
                issuer.name().sharedDer(),
                DerWriter.time(thisUpdate),
                DerWriter.time(nextUpdate),
                revoked,
                DerWriter.element(0xa0, extensions(number)));
    }

    private byte[] extensions(long number) {
        byte[] keyIdentifier = HexFormat.of().parseHex(issuer.keyIdentifier());
        return DerWriter.sequence(
                new Extension(
                                Extension.AUTHORITY_KEY_IDENTIFIER,
                                false,
                                DerWriter.sequence(DerWriter.element(0x80, keyIdentifier)))
                        .der(),
                new Extension(Extension.CRL_NUMBER, false, DerWriter.integer(BigInteger.valueOf(number))).der());
    }

    /** The reason as an extension of an entry, never critical. */
    private static byte[] reason(RevocationReason reason) {
        return new Extension(
                        Extension.REASON_CODE, false, DerWriter.element(ENUMERATED, new byte[] {(byte) reason.code()}))
                .der();
    }
}
