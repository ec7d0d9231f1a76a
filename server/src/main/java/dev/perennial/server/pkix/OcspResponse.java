package dev.perennial.server.pkix;

import dev.perennial.model.RevocationReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of an OCSP responder (RFC 6960 §4.2), encoded. */
public final class OcspResponse {
    private static final String BASIC = "1.3.6.1.5.5.7.48.1.1";
    private static final int ENUMERATED = 0x0a;
    private static final int GOOD = 0x80;
    private static final int REVOKED = 0xa1;
    private static final int UNKNOWN = 0x82;

    private OcspResponse() {}

    /** The answers without content, by their numbers in RFC 6960 §4.2.1. */
    public enum Failure {
        MALFORMED_REQUEST(1),
        INTERNAL_ERROR(2),
        TRY_LATER(3),
        UNAUTHORIZED(6);

        private final int number;

        Failure(int number) {
            this.number = number;
        }

        public byte[] der() {
            return DerWriter.sequence(status(number));
        }
    }

    /** What is known of a certificate. */
    public sealed interface Status {
        /** It was issued here and is not revoked. */
        record Good() implements Status {}

        /** Nobody here has issued it. */
        record Unknown() implements Status {}

        record Revoked(Instant at, RevocationReason reason) implements Status {}
    }

    /**
     * The answer about one certificate.
     *
     * @param thisUpdate when the status was looked up
     * @param nextUpdate until when a client may go by it
     */
    public record Single(CertificateId id, Status status, Instant thisUpdate, Instant nextUpdate) {
        private byte[] der() {
            return DerWriter.sequence(
                    id.sharedDer(),
                    status(status),
                    DerWriter.generalizedTime(thisUpdate),
                    DerWriter.element(0xa0, DerWriter.generalizedTime(nextUpdate)));
        }

        private static byte[] status(Status status) {
            if (status instanceof Status.Revoked revoked) {
                byte[] time = DerWriter.generalizedTime(revoked.at());
                return revoked.reason() == RevocationReason.UNSPECIFIED
                        ? DerWriter.element(REVOKED, time)
                        : DerWriter.element(REVOKED, time, DerWriter.element(0xa0, reason(revoked.reason())));
            }
            return DerWriter.element(status instanceof Status.Good ? GOOD : UNKNOWN);
        }

        private static byte[] reason(RevocationReason reason) {
            return DerWriter.element(ENUMERATED, new byte[] {(byte) reason.code()});
        }
    }

    /**
     * The ResponseData that the responder is to sign.
     *
     * @param nonce of the request; null where it has none
     */
    public static byte[] encode(
            SubjectPublicKey responder, Instant producedAt, List<Single> singles, byte @Nullable [] nonce) {
        byte[] byKey = DerWriter.element(
                0xa2, DerWriter.element(DerReader.OCTET_STRING, Digests.sha1(responder.sharedOctets())));
        byte[] responses = DerWriter.sequence(singles.stream().map(Single::der).toList());
        byte[] extensions = nonce == null
                ? new byte[0]
                : DerWriter.element(
                        0xa1,
                        DerWriter.sequence(new Extension(
                                        OcspRequest.NONCE, false, DerWriter.element(DerReader.OCTET_STRING, nonce))
                                .der()));
        return DerWriter.sequence(byKey, DerWriter.generalizedTime(producedAt), responses, extensions);
    }

    /** The whole answer, with the responder's certificate, by which clients know that it speaks for the CA. */
    public static byte[] assemble(byte[] data, SignatureAlgorithm algorithm, byte[] signature, byte[] certificate) {
        byte[] basic = DerWriter.sequence(
                data,
                algorithm.der(),
                DerWriter.bitString(signature),
                DerWriter.element(0xa0, DerWriter.sequence(certificate)));
        byte[] octets = DerWriter.element(DerReader.OCTET_STRING, basic);
        return DerWriter.sequence(status(0), DerWriter.element(0xa0, DerWriter.sequence(DerWriter.oid(BASIC), octets)));
    }

    private static byte[] status(int number) {
        return DerWriter.element(ENUMERATED, new byte[] {(byte) number});
    }
}
