package dev.perennial.agent.people;

import dev.perennial.agent.json.JsonTree;
import java.util.List;

/** A certificate for people. */
final class CertificateView {
    private final JsonTree certificate;
    private final Times times;

    CertificateView(JsonTree certificate, Times times) {
        this.certificate = certificate;
        this.times = times;
    }

    static Table table() {
        return new Table("ID", "STATUS", "NAMES", "EXPIRES", "SERIAL", "REQUEST");
    }

    void row(Table table) {
        table.row(
                certificate.text("/metadata/id"),
                status(),
                Names.brief(Names.ofCertificate(certificate)),
                times.brief(certificate.text("/status/not_after")),
                certificate.text("/status/serial_number"),
                certificate.text("/spec/csr_id"));
    }

    private String status() {
        JsonTree revoked = certificate.at("/status/revoked");
        if (revoked.isThere()) {
            return "revoked";
        }
        if (times.isPast(certificate.text("/status/not_after"))) {
            return "expired";
        }
        return times.isPast(certificate.text("/status/not_before")) ? "valid" : "not yet valid";
    }

    /** In one line. */
    String line() {
        return certificate.text("/metadata/id") + ", " + status() + ", expires "
                + times.of(certificate.text("/status/not_after")) + ", serial "
                + certificate.text("/status/serial_number");
    }

    /** What a person types to show that this one is meant. */
    String name() {
        List<String> names = Names.ofCertificate(certificate);
        return names.isEmpty() ? certificate.text("/status/serial_number") : names.get(0);
    }

    Details details() {
        JsonTree revoked = certificate.at("/status/revoked");
        return new Details()
                .add("certificate", certificate.text("/metadata/id"))
                .add("status", status())
                .add(
                        "revoked",
                        revoked.isThere() ? times.of(revoked.text("/time")) + ": " + revoked.text("/reason") : "")
                .addAll(
                        "names",
                        Names.ofCertificate(certificate).stream()
                                .map(Visible::punycode)
                                .toList())
                .add("valid from", times.of(certificate.text("/status/not_before")))
                .add("expires", times.of(certificate.text("/status/not_after")))
                .add("renewal", times.of(certificate.text("/status/renewal_time")))
                .add("serial", certificate.text("/status/serial_number"))
                .add("SHA-256", certificate.text("/status/sha256"))
                .add("request", certificate.text("/spec/csr_id"))
                .add("organisation", certificate.text("/spec/org_id"));
    }
}
