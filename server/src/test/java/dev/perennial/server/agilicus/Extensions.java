package dev.perennial.server.agilicus;

import dev.perennial.server.testing.Exchange;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The extensions of a certificate as the JDK reads them. */
final class Extensions {
    private Extensions() {}

    /** Those of the newest certificate of a request, each with its value. */
    static Map<String, byte[]> of(Exchange request) throws CertificateException {
        byte[] der = request.newestCertificate().der();
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        Map<String, byte[]> extensions = new TreeMap<>();
        for (Set<String> oids :
                List.of(certificate.getCriticalExtensionOIDs(), certificate.getNonCriticalExtensionOIDs())) {
            oids.forEach(oid -> extensions.put(oid, certificate.getExtensionValue(oid)));
        }
        return extensions;
    }
}
