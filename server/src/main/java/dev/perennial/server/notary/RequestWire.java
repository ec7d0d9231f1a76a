package dev.perennial.server.notary;

import dev.perennial.server.ca.Authorities;
import dev.perennial.server.csr.Certificate;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.X509;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests as this door writes them. */
final class RequestWire {
    private final Authorities authorities;

    RequestWire(Authorities authorities) {
        this.authorities = authorities;
    }

    record Shown(long id, String csr, String certificateChain, String status) implements CutList.Item {
        @Override
        public long octets() {
            return (long) csr.length() + certificateChain.length();
        }
    }

    Shown of(NumberedRequest request) {
        StatusWord status = StatusWord.of(request.view());
        Certificate newest = StatusWord.newest(request.view());
        byte[] pkcs10 = request.view().request().current().pkcs10();
        return new Shown(
                request.number(),
                Pem.encode(Pem.CERTIFICATE_REQUEST, pkcs10).strip(),
                status == StatusWord.ACTIVE ? chain(newest) : "",
                status.word());
    }

    /** The certificate and all that leads to its root, the root too. */
    private String chain(@Nullable Certificate certificate) {
        if (certificate == null) {
            return "";
        }
        return joined(Stream.concat(
                Stream.of(Pem.encode(Pem.CERTIFICATE, certificate.der())),
                certificate.chain().isEmpty()
                        ? issuers(certificate.issuerId())
                        : certificate.chain().stream().map(der -> Pem.encode(Pem.CERTIFICATE, der))));
    }

    private Stream<String> issuers(String issuerId) {
        return authorities.find(issuerId).map(authorities::chain).orElse(List.of()).stream()
                .map(X509::pem);
    }

    /** Blocks with a line's end between them, and none after the last. */
    static String joined(Stream<String> blocks) {
        return blocks.map(String::strip).collect(Collectors.joining("\n"));
    }
}
