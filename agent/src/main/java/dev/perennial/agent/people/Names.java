package dev.perennial.agent.people;

import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.x509.Certificates;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The names of requests and certificates. */
final class Names {
    private static final int BRIEF = 2;

    private Names() {}

    /** The first ones, and how many more there are. */
    static String brief(Collection<String> names) {
        List<String> first = names.stream().limit(BRIEF).toList();
        int more = names.size() - first.size();
        return String.join(" ", first) + (more > 0 ? " +" + more : "");
    }

    /** Of a request, as its status tells them. */
    static Set<String> ofRequest(JsonTree request) {
        Set<String> names = new LinkedHashSet<>();
        if (!request.text("/status/common_name").isEmpty()) {
            names.add(request.text("/status/common_name"));
        }
        names.addAll(request.at("/status/dns_names").texts());
        return names;
    }

    /** Of a certificate, from its very bytes: its subject, where it has one, and every subjectAltName. */
    static List<String> ofCertificate(JsonTree certificate) {
        List<String> names = new ArrayList<>();
        try {
            X509Certificate parsed =
                    Certificates.parse(certificate.text("/spec/certificate")).get(0);
            names.addAll(alternativeNames(parsed));
            String subject = parsed.getSubjectX500Principal().getName();
            if (!subject.isEmpty() && !(subject.startsWith("CN=") && names.contains(subject.substring(3)))) {
                names.add(subject);
            }
        } catch (CertificateException e) {
            names.add("(cannot be read: " + e.getMessage() + ")");
        }
        return names;
    }

    private static List<String> alternativeNames(X509Certificate certificate) throws CertificateParsingException {
        List<String> names = new ArrayList<>();
        Collection<List<?>> found = certificate.getSubjectAlternativeNames();
        if (found != null) {
            for (List<?> name : found) {
                Object value = name.get(1);
                names.add(value instanceof String text ? text : "other(" + name.get(0) + ")");
            }
        }
        return names;
    }
}
