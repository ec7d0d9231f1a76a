package dev.perennial.agent.config;

import dev.perennial.agent.key.KeyType;
import java.nio.file.Path;
import java.util.List;

/**
 * One certificate that this host wants.
 *
 * @param name what people call it; also the name of its directory in the state
 * @param dnsNames in lower case, in the order of the file
 * @param directory the published directory that consumers point to
 * @param deploy commands to run after each change, each an argv
 */
public record CertificateConfig(
        String name, List<String> dnsNames, KeyType keyType, Path directory, List<List<String>> deploy) {

    /** What a key and its PKCS#10 are made for: where this text changes, a new key is made. */
    public String keySpecification() {
        return keyType.word() + " "
                + String.join(" ", dnsNames.stream().sorted().toList()) + " " + directory;
    }
}
