package dev.perennial.server.policy;

import dev.perennial.server.pkix.ExtendedKeyUsage;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.KeyUsage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a requester wants to use a certificate for, in the words of Kubernetes' {@code KeyUsage}: some are a bit of the key
 * usage, the others a purpose.
 */
public enum Usage {
    SIGNING("signing", KeyUsage.DIGITAL_SIGNATURE),
    DIGITAL_SIGNATURE("digital signature", KeyUsage.DIGITAL_SIGNATURE),
    CONTENT_COMMITMENT("content commitment", KeyUsage.CONTENT_COMMITMENT),
    KEY_ENCIPHERMENT("key encipherment", KeyUsage.KEY_ENCIPHERMENT),
    KEY_AGREEMENT("key agreement", KeyUsage.KEY_AGREEMENT),
    DATA_ENCIPHERMENT("data encipherment", KeyUsage.DATA_ENCIPHERMENT),
    CERT_SIGN("cert sign", KeyUsage.KEY_CERT_SIGN),
    CRL_SIGN("crl sign", KeyUsage.CRL_SIGN),
    ENCIPHER_ONLY("encipher only", KeyUsage.ENCIPHER_ONLY),
    DECIPHER_ONLY("decipher only", KeyUsage.DECIPHER_ONLY),
    /** Every purpose there is: never granted. */
    ANY("any"),
    SERVER_AUTH("server auth", ExtendedKeyUsage.SERVER_AUTH),
    CLIENT_AUTH("client auth", ExtendedKeyUsage.CLIENT_AUTH),
    CODE_SIGNING("code signing", ExtendedKeyUsage.CODE_SIGNING),
    EMAIL_PROTECTION("email protection", ExtendedKeyUsage.EMAIL_PROTECTION),
    S_MIME("s/mime", ExtendedKeyUsage.EMAIL_PROTECTION),
    IPSEC_END_SYSTEM("ipsec end system", ExtendedKeyUsage.IPSEC_END_SYSTEM),
    IPSEC_TUNNEL("ipsec tunnel", ExtendedKeyUsage.IPSEC_TUNNEL),
    IPSEC_USER("ipsec user", ExtendedKeyUsage.IPSEC_USER),
    TIMESTAMPING("timestamping", ExtendedKeyUsage.TIME_STAMPING),
    OCSP_SIGNING("ocsp signing", ExtendedKeyUsage.OCSP_SIGNING),
    MICROSOFT_SGC("microsoft sgc", ExtendedKeyUsage.MICROSOFT_SGC),
    NETSCAPE_SGC("netscape sgc", ExtendedKeyUsage.NETSCAPE_SGC);

    private final String word;
    private final @Nullable KeyUsage bit;
    private final @Nullable ExtendedKeyUsage purpose;

    Usage(String word) {
        this.word = word;
        this.bit = null;
        this.purpose = null;
    }

    Usage(String word, KeyUsage bit) {
        this.word = word;
        this.bit = bit;
        this.purpose = null;
    }

    Usage(String word, ExtendedKeyUsage purpose) {
        this.word = word;
        this.bit = null;
        this.purpose = purpose;
    }

    /** The word that Kubernetes has for it, spaces included. */
    public String word() {
        return word;
    }

    static Optional<Usage> of(String word) {
        return Arrays.stream(values()).filter(usage -> usage.word.equals(word)).findFirst();
    }

    /** All words, for the text of a refusal. */
    static String words() {
        return Arrays.stream(values()).map(Usage::word).collect(Collectors.joining(", "));
    }

    /** The bit of the key usage that it is; null where it is a purpose. */
    @Nullable
    KeyUsage bit() {
        return bit;
    }

    /** The purpose that it is; null where it is a bit of the key usage, or every purpose. */
    @Nullable
    ExtendedKeyUsage purpose() {
        return purpose;
    }

    /** What no end entity's certificate is for, whoever asks. */
    boolean isNeverGranted() {
        return List.of(CERT_SIGN, CRL_SIGN, OCSP_SIGNING, ANY).contains(this);
    }

    /** Whether a key of that family can be used so. */
    boolean fits(KeyKind.Family family) {
        return switch (this) {
            case KEY_ENCIPHERMENT, DATA_ENCIPHERMENT -> family == KeyKind.Family.RSA;
            case KEY_AGREEMENT, ENCIPHER_ONLY, DECIPHER_ONLY -> family == KeyKind.Family.EC;
            case SIGNING,
                    DIGITAL_SIGNATURE,
                    CONTENT_COMMITMENT,
                    CERT_SIGN,
                    CRL_SIGN,
                    ANY,
                    SERVER_AUTH,
                    CLIENT_AUTH,
                    CODE_SIGNING,
                    EMAIL_PROTECTION,
                    S_MIME,
                    IPSEC_END_SYSTEM,
                    IPSEC_TUNNEL,
                    IPSEC_USER,
                    TIMESTAMPING,
                    OCSP_SIGNING,
                    MICROSOFT_SGC,
                    NETSCAPE_SGC -> true;
        };
    }
}
