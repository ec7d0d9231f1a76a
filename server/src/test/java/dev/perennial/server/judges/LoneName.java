package dev.perennial.server.judges;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A common name without a DNS name beside it, below a CA with name constraints. RFC 5280 §4.2.1.10 holds only the names of
 * subjectAltName to the constraints on hosts, and relying parties hold such a common name to them as well, each where it
 * takes it for a host's: there they are not asked. A host's it never is here.
 *
 * @param text empty where there is none
 */
record LoneName(String text) {
    private static final String NAME_CONSTRAINTS = "2.5.29.30";
    private static final Integer DNS_NAME = 2;
    private static final LoneName NONE = new LoneName("");

    static LoneName of(Judged judged) {
        if (judged.certificate("issuer").getExtensionValue(NAME_CONSTRAINTS) == null) {
            return NONE;
        }
        X509Certificate leaf = judged.certificate("leaf");
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            if (names != null && names.stream().anyMatch(name -> name.get(0).equals(DNS_NAME))) {
                return NONE;
            }
            List<Rdn> subject = new LdapName(leaf.getSubjectX500Principal().getName()).getRdns();
            return subject.stream()
                    .filter(rdn -> rdn.getType().equals("CN"))
                    .map(rdn -> new LoneName(rdn.getValue().toString()))
                    .findFirst()
                    .orElse(NONE);
        } catch (CertificateParsingException | InvalidNameException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isThere() {
        return !text.isEmpty();
    }

    boolean isAddress() {
        return text.matches("[0-9.]+");
    }

    boolean isLabel() {
        return text.matches("[A-Za-z0-9-]+");
    }
}
