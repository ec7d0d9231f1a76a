package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A CRL of ours read back (RFC 5280 §5). */
public final class PublishedList {
    private static final int EXTENSIONS = 0xa0;

    private final byte[] signed;
    private final byte[] signature;
    private final SignatureAlgorithm algorithm;
    private final byte[] issuer;
    private final Instant thisUpdate;
    private final Instant nextUpdate;
    private final long number;
    private final Map<String, Instant> entries = new HashMap<>();

    private PublishedList(byte[] der) {
        DerReader list = DerReader.over(der).enter(DerReader.SEQUENCE);
        this.signed = list.element();
        byte[] identifier = list.element();
        this.signature = list.octetsOfBitString();
        list.end();
        DerReader tbs = DerReader.over(signed).enter(DerReader.SEQUENCE);
        if (!tbs.integer().equals(BigInteger.ONE) || !Arrays.equals(tbs.element(), identifier)) {
            throw new DerException("not version 2, or two different signature algorithms");
        }
        SignatureAlgorithm known = SignatureAlgorithm.of(identifier);
        if (known == null) {
            throw new DerException("a signature algorithm that is none of ours");
        }
        this.algorithm = known;
        this.issuer = tbs.element();
        this.thisUpdate = TbsCertificate.time(tbs);
        this.nextUpdate = TbsCertificate.time(tbs);
        if (tbs.nextIs(DerReader.SEQUENCE)) {
            DerReader revoked = tbs.enterNonEmpty(DerReader.SEQUENCE);
            while (revoked.hasMore()) {
                DerReader entry = revoked.enter(DerReader.SEQUENCE);
                String serial = new SerialNumber(entry.integer()).hex();
                if (entries.put(serial, TbsCertificate.time(entry)) != null) {
                    throw new DerException("the serial number " + serial + " twice");
                }
            }
        }
        DerReader extensions = tbs.enter(EXTENSIONS);
        Extension crlNumber = Extension.readAll(extensions).get(Extension.CRL_NUMBER);
        if (crlNumber == null) {
            throw new DerException("no CRL number");
        }
        this.number = crlNumber.reader().integer().longValueExact();
        tbs.end();
    }

    /** @throws IllegalArgumentException saying what is wrong with it */
    public static PublishedList parse(byte[] der) {
        try {
            return new PublishedList(der);
        } catch (DerException e) {
            throw new IllegalArgumentException(e.detail(), e);
        }
    }

    public boolean verifiedBy(PublicKey key) {
        return algorithm.verify(key, signed, signature);
    }

    /** The issuer's name as DER. */
    public byte[] issuer() {
        return issuer.clone();
    }

    public long number() {
        return number;
    }

    public Instant thisUpdate() {
        return thisUpdate;
    }

    public Instant nextUpdate() {
        return nextUpdate;
    }

    /** When each was revoked, by serial number in lower hex. */
    public Map<String, Instant> entries() {
        return Map.copyOf(entries);
    }
}
