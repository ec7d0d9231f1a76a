package dev.perennial.agent.x509;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Certificates from and to PEM, and the names by which we speak of them. */
public final class Certificates {
    private static final String LABEL = "CERTIFICATE";

    private Certificates() {}

    /** Every certificate of a PEM text in its order; fails where there is none, or anything else beside them. */
    public static List<X509Certificate> parse(String pem) throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : Pem.parse(pem, LABEL)) {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            if (!Arrays.equals(der, certificate.getEncoded())) {
                throw new CertificateException("bytes follow the certificate inside its PEM block");
            }
            certificates.add(certificate);
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("there is no certificate");
        }
        return certificates;
    }

    public static String toPem(List<X509Certificate> certificates) throws CertificateEncodingException {
        StringBuilder pem = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            pem.append(Pem.encode(LABEL, certificate.getEncoded()));
        }
        return pem.toString();
    }

    /** Lower-case hex of the SHA-256 of the certificate's DER. */
    public static String sha256(X509Certificate certificate) throws CertificateEncodingException {
        return sha256(certificate.getEncoded());
    }

    /** Lower-case hex of the SHA-256 of its SubjectPublicKeyInfo. */
    public static String spkiSha256(X509Certificate certificate) {
        return sha256(certificate.getPublicKey().getEncoded());
    }

    public static String sha256(byte[] bytes) {
        return digest("SHA-256", bytes);
    }

    /** Lower-case hex of MD5: a name that the API asks for, no protection. */
    public static String md5(byte[] bytes) {
        return digest("MD5", bytes);
    }

    /** The serial number in lower-case hex. */
    public static String serial(X509Certificate certificate) {
        BigInteger serial = certificate.getSerialNumber();
        return serial.toString(16);
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
