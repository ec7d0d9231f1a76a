package dev.perennial.agent.identity;

import dev.perennial.agent.key.BoundKey;
import dev.perennial.agent.state.DurableFiles;
import dev.perennial.agent.x509.Certificates;
import dev.perennial.agent.x509.Pem;
import dev.perennial.model.AgentConnectorJson;
import dev.perennial.model.RecoveryJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bound key on disk, and what is signed with it (docs/agent.md). Each enrolment has a key of its own, which takes the
 * place of the one before when the new identity does: who stole the old agent's has nothing of the new one's.
 */
final class BoundKeys {
    private final Path file;
    private final Path ofEnrolment;
    private final SecureRandom random;

    BoundKeys(Path identityDirectory, SecureRandom random) {
        this.file = identityDirectory.resolve("bound.key");
        this.ofEnrolment = identityDirectory.resolve("bound-enrolling.key");
        this.random = random;
    }

    /** The key of the enrolment under way, made and safely on disk where there is none. */
    BoundKey ofEnrolment() throws IOException {
        return readOrMake(ofEnrolment);
    }

    /** The enrolment under way has got its identity: its key is the agent's. */
    void adopt() throws IOException {
        if (Files.exists(ofEnrolment)) {
            DurableFiles.rename(ofEnrolment, file);
        }
    }

    /** The agent's key; one is made for an agent that was enrolled without. */
    BoundKey current() throws IOException {
        return readOrMake(file);
    }

    /** Empty for an agent that was enrolled without and has not been renewed since. */
    Optional<BoundKey> existing() throws IOException {
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    /** What asks for an identity and registers the key to recover it with. */
    static AgentConnectorJson.Spec order(@Nullable String name, String pkcs10, BoundKey key) throws IOException {
        return AgentConnectorJson.Spec.order(
                name, pkcs10, key.publicKeyPem(), key.sign("perennial-bound-key-1", sha256(pkcs10)));
    }

    /** What asks for an identity in the place of an expired one. */
    static RecoveryJson.Spec recovery(String agentId, String nonce, String pkcs10, BoundKey key) throws IOException {
        return new RecoveryJson.Spec(nonce, pkcs10, key.sign("perennial-recovery-1", agentId, nonce, sha256(pkcs10)));
    }

    private BoundKey readOrMake(Path place) throws IOException {
        if (!Files.exists(place)) {
            byte[] pem = BoundKey.generatePem(random).getBytes(StandardCharsets.US_ASCII);
            DurableFiles.replace(place, pem, "rw-------");
        }
        return read(place);
    }

    private static BoundKey read(Path place) throws IOException {
        try {
            return BoundKey.parse(Files.readString(place));
        } catch (GeneralSecurityException e) {
            throw new IOException("the bound key in " + place + " is damaged: " + e.getMessage(), e);
        }
    }

    private static String sha256(String pkcs10) throws IOException {
        try {
            return Certificates.sha256(Pem.parse(pkcs10, "CERTIFICATE REQUEST").get(0));
        } catch (CertificateException e) {
            throw new IOException("the PKCS#10 of the identity is damaged: " + e.getMessage(), e);
        }
    }
}
