package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.RequestState;
import dev.perennial.server.csr.Certificate;
import dev.perennial.server.csr.Generation;
import dev.perennial.server.csr.IssuerChains;
import dev.perennial.server.csr.SigningRequest;
import dev.perennial.server.pkix.Pem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One generation of a request as upstream's object: the one that was sent last. */
final class ObjectWire {
    /** What stands where the requester said nothing: upstream's object always says something. */
    private static final List<String> USAGES = List.of("digital signature", "key encipherment", "server auth");

    /** Everybody who is known is in it. */
    private static final String AUTHENTICATED = "system:authenticated";

    private static final String ORGANISATION = "perennial.dev/organisation";

    private final IssuerChains chains;

    ObjectWire(IssuerChains chains) {
        this.chains = chains;
    }

    ObjectNode object(Seen seen) {
        return object(
                seen,
                seen.position(),
                seen.request().withdrawn() != null,
                seen.request().signer());
    }

    /**
     * The object as it was at a position.
     *
     * @param deleted whether it was taken back by then, and held
     * @param signer of then
     */
    ObjectNode object(Seen seen, long position, boolean deleted, String signer) {
        ObjectNode object =
                JsonNodeFactory.instance.objectNode().put("kind", Group.KIND).put("apiVersion", Group.VERSION);
        object.set("metadata", metadata(seen, position, deleted));
        object.set("spec", spec(seen, signer));
        object.set("status", status(seen));
        return object;
    }

    private static ObjectNode metadata(Seen seen, long position, boolean deleted) {
        ObjectRow row = seen.row();
        ObjectNode metadata = JsonNodeFactory.instance
                .objectNode()
                .put("name", row.name())
                .put("uid", uid(seen))
                .put("resourceVersion", Long.toString(position))
                .put("creationTimestamp", time(seen.request().created()));
        Instant withdrawn = seen.request().withdrawn();
        if (deleted && withdrawn != null) {
            metadata.put("deletionTimestamp", time(withdrawn)).put("deletionGracePeriodSeconds", 0);
        }
        if (!row.labels().isEmpty()) {
            metadata.set("labels", row.labels());
        }
        if (!row.annotations().isEmpty()) {
            metadata.set("annotations", row.annotations());
        }
        if (!row.finalizers().isEmpty()) {
            ArrayNode finalizers = metadata.putArray("finalizers");
            row.finalizers().forEach(finalizers::add);
        }
        return metadata;
    }

    private static ObjectNode spec(Seen seen, String signer) {
        SigningRequest request = seen.request();
        Generation generation = seen.generation();
        String requester = generation.requester() == null ? request.requester() : generation.requester();
        ObjectNode spec = JsonNodeFactory.instance
                .objectNode()
                .put("request", base64(Pem.encode(Pem.CERTIFICATE_REQUEST, generation.pkcs10())))
                .put("signerName", signer);
        Duration lifetime = generation.lifetime();
        if (lifetime != null) {
            spec.put("expirationSeconds", lifetime.toSeconds());
        }
        ArrayNode usages = spec.putArray("usages");
        (generation.usages().isNone() ? USAGES : generation.usages().words()).forEach(usages::add);
        sign(spec, requester, request.orgId());
        return spec;
    }

    /** Says in a specification who has asked; whatever else it says of that is overwritten. */
    static void sign(ObjectNode spec, String requester, String orgId) {
        spec.put("username", username(requester));
        String id = requester.substring(requester.indexOf(':') + 1);
        if (id.equals(requester)) {
            spec.remove("uid");
        } else {
            spec.put("uid", id);
        }
        spec.putArray("groups").add(AUTHENTICATED);
        spec.putObject("extra").putArray(ORGANISATION).add(orgId);
    }

    /** Of a caller of another issuer its name there, like {@code system:serviceaccount:web:issuer}; of ours its own. */
    static String username(String caller) {
        return caller.startsWith("oidc:") ? caller.substring(caller.lastIndexOf('#') + 1) : caller;
    }

    private ObjectNode status(Seen seen) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        ArrayNode conditions = Conditions.of(seen);
        if (!conditions.isEmpty()) {
            status.set("conditions", conditions);
        }
        Certificate certificate = certificate(seen);
        if (certificate != null) {
            status.put("certificate", base64(Pem.encode(Pem.CERTIFICATE, certificate.der()) + chains.of(certificate)));
        }
        return status;
    }

    /** The newest of that generation; one that is taken back keeps what it has. */
    private static @Nullable Certificate certificate(Seen seen) {
        RequestState state = seen.generation().state();
        List<Certificate> all = seen.view().certificates();
        boolean isCurrent =
                seen.generation().number() == seen.request().current().number();
        return isCurrent && !all.isEmpty() && (state == RequestState.ISSUED || state == RequestState.WITHDRAWN)
                ? all.get(all.size() - 1)
                : null;
    }

    /** Another one with each generation, for ever the same of each. */
    static String uid(Seen seen) {
        String text = seen.id() + "/" + seen.generation().number();
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.US_ASCII)).toString();
    }

    /** As upstream writes times: whole seconds. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
