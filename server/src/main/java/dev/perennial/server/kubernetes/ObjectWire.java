package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.RequestState;
import dev.perennial.server.csr.Certificate;
import dev.perennial.server.csr.Generation;
import dev.perennial.server.csr.IssuerChains;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.SigningRequest;
import dev.perennial.server.pkix.Pem;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One generation of a request as upstream's object: of two, the one that waits for a person. */
final class ObjectWire {
    /** What stands where the requester said nothing: upstream's object always says something. */
    private static final List<String> USAGES = List.of("digital signature", "key encipherment", "server auth");

    private final IssuerChains chains;

    ObjectWire(IssuerChains chains) {
        this.chains = chains;
    }

    static ObjectNode list(List<ObjectNode> objects, @Nullable String next) {
        ObjectNode list = JsonNodeFactory.instance
                .objectNode()
                .put("kind", Group.KIND + "List")
                .put("apiVersion", Group.VERSION);
        listMetadata(list, objects, next);
        ArrayNode items = list.putArray("items");
        objects.forEach(items::add);
        return list;
    }

    static void listMetadata(ObjectNode list, List<ObjectNode> objects, @Nullable String next) {
        long newest = objects.stream()
                .mapToLong(one -> one.path("metadata").path("resourceVersion").asLong())
                .max()
                .orElse(0);
        ObjectNode metadata = list.putObject("metadata").put("resourceVersion", Long.toString(newest));
        if (next != null) {
            metadata.put("continue", next);
        }
    }

    ObjectNode object(RequestView view) {
        SigningRequest request = view.request();
        Generation generation = request.undecided();
        ObjectNode object =
                JsonNodeFactory.instance.objectNode().put("kind", Group.KIND).put("apiVersion", Group.VERSION);
        object.putObject("metadata")
                .put("name", request.id())
                .put("uid", uid(view))
                .put("resourceVersion", version(view))
                .put(
                        "creationTimestamp",
                        request.created().truncatedTo(ChronoUnit.SECONDS).toString());
        ObjectNode spec = object.putObject("spec")
                .put("request", base64(Pem.encode(Pem.CERTIFICATE_REQUEST, generation.pkcs10())))
                .put("signerName", request.signer());
        ArrayNode usages = spec.putArray("usages");
        (generation.usages().isNone() ? USAGES : generation.usages().words()).forEach(usages::add);
        spec.put("username", generation.requester() == null ? request.requester() : generation.requester());
        ObjectNode status = object.putObject("status");
        ArrayNode conditions = Conditions.of(view).json();
        if (!conditions.isEmpty()) {
            status.set("conditions", conditions);
        }
        Certificate certificate = certificate(view);
        if (certificate != null) {
            status.put("certificate", base64(Pem.encode(Pem.CERTIFICATE, certificate.der()) + chains.of(certificate)));
        }
        return object;
    }

    /** The newest, where the object is the generation that it was issued for. */
    private static @Nullable Certificate certificate(RequestView view) {
        List<Certificate> all = view.certificates();
        return view.request().undecided().state() == RequestState.ISSUED && !all.isEmpty()
                ? all.get(all.size() - 1)
                : null;
    }

    static String version(RequestView view) {
        return Long.toString(view.request().position());
    }

    /** Another one with each generation, for ever the same of each. */
    static String uid(RequestView view) {
        String text = view.request().id() + "/" + view.request().undecided().number();
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.US_ASCII)).toString();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
