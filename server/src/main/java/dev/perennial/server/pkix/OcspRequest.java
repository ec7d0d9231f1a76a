package dev.perennial.server.pkix;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an OCSP client asks (RFC 6960 §4.1). A signature over it is not looked at: everybody gets the same answer.
 *
 * @param ids at least one
 * @param nonce to be repeated in the answer (RFC 9654), 1 to 128 octets; null where there is none
 */
public record OcspRequest(List<CertificateId> ids, byte @Nullable [] nonce) {
    /** More of them in one request than any client has a use for. */
    public static final int MOST_IDS = 100;

    static final String NONCE = "1.3.6.1.5.5.7.48.1.2";
    private static final int LONGEST_NONCE = 128;

    private static final int FIRST = 0xa0;
    private static final int REQUESTOR = 0xa1;
    private static final int EXTENSIONS = 0xa2;

    /** Empty where it is none, or asks in a way that must not be answered: an extension that is critical and unknown. */
    public static Optional<OcspRequest> parse(byte[] der) {
        try {
            DerLimits.check(der);
            return Optional.of(read(DerReader.over(der)));
        } catch (DerException e) {
            return Optional.empty();
        }
    }

    private static OcspRequest read(DerReader reader) {
        DerReader request = reader.enter(DerReader.SEQUENCE);
        DerReader tbs = request.enter(DerReader.SEQUENCE);
        if (tbs.nextIs(FIRST)) {
            DerReader version = tbs.enter(FIRST);
            if (version.integer().signum() != 0) {
                throw new DerException("another version than 1");
            }
            version.end();
        }
        if (tbs.nextIs(REQUESTOR)) {
            tbs.enter(REQUESTOR);
        }
        List<CertificateId> ids = new ArrayList<>();
        DerReader list = tbs.enterNonEmpty(DerReader.SEQUENCE);
        while (list.hasMore()) {
            if (ids.size() == MOST_IDS) {
                throw new DerException("more than " + MOST_IDS + " certificates");
            }
            DerReader one = list.enter(DerReader.SEQUENCE);
            ids.add(CertificateId.read(one));
            if (one.nextIs(FIRST)) {
                extensions(one.enter(FIRST));
            }
            one.end();
        }
        byte[] nonce = tbs.nextIs(EXTENSIONS) ? nonce(extensions(tbs.enter(EXTENSIONS))) : null;
        tbs.end();
        if (request.nextIs(FIRST)) {
            request.enter(FIRST);
        }
        request.end();
        return new OcspRequest(List.copyOf(ids), nonce);
    }

    private static Map<String, Extension> extensions(DerReader reader) {
        Map<String, Extension> extensions = Extension.readAll(reader);
        reader.end();
        for (Extension extension : extensions.values()) {
            if (extension.critical() && !extension.oid().equals(NONCE)) {
                throw new DerException("an unknown critical extension");
            }
        }
        return extensions;
    }

    private static byte @Nullable [] nonce(Map<String, Extension> extensions) {
        Extension extension = extensions.get(NONCE);
        if (extension == null) {
            return null;
        }
        DerReader value = extension.reader();
        byte[] nonce = value.content(DerReader.OCTET_STRING);
        value.end();
        if (nonce.length == 0 || nonce.length > LONGEST_NONCE) {
            throw new DerException("a nonce that has not 1 to " + LONGEST_NONCE + " octets");
        }
        return nonce;
    }
}
