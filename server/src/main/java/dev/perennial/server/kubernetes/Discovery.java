package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What clients ask before they ask for anything: which groups and resources there are, and how their objects look. */
final class Discovery {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String SCHEMA = "/openapi/v3/apis/" + Group.VERSION;

    /** Of the release whose API this is; clients compare it with their own. */
    private static final String MINOR = "32";

    private final Buffer version = Json.write(version());
    private final Buffer core = Json.write(core());
    private final Buffer groups = Json.write(groups());
    private final Buffer group = Json.write(of("APIGroup", "v1", group()));
    private final Buffer resources = Json.write(resources());
    private final Buffer schemas = Json.write(schemas());
    private final Buffer schema = load();

    void mount(Router router) {
        router.get("/version").handler(context -> answer(context, version));
        router.get("/api").handler(context -> answer(context, core));
        router.get("/apis").handler(context -> answer(context, groups));
        router.get("/apis/" + Group.NAME).handler(context -> answer(context, group));
        router.get("/apis/" + Group.VERSION).handler(context -> answer(context, resources));
        router.get("/openapi/v3").handler(context -> answer(context, schemas));
        router.get(SCHEMA).handler(context -> answer(context, schema));
        router.get("/openapi/v2").handler(Discovery::nothing);
    }

    private static void answer(RoutingContext context, Buffer body) {
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        Answer.body(context.request(), body);
    }

    /**
     * Clients up to 1.26 ask for this in Protocol Buffers, and go without it only where it is empty: no octets are an
     * empty document. They do not read its own media type, which is none by RFC 9110 §8.3.1 for its at sign.
     */
    private static void nothing(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
        Answer.body(context.request(), Buffer.buffer());
    }

    private static ObjectNode of(String kind, @Nullable String apiVersion, ObjectNode fields) {
        ObjectNode object = NODES.objectNode().put("kind", kind);
        if (apiVersion != null) {
            object.put("apiVersion", apiVersion);
        }
        return object.setAll(fields);
    }

    private static ObjectNode version() {
        return NODES.objectNode()
                .put("major", "1")
                .put("minor", MINOR)
                .put("gitVersion", "v1." + MINOR + ".0+perennial")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "")
                .put("compiler", "javac")
                .put("platform", "java");
    }

    /** No version: kubectl takes one without resources for one that has not answered. */
    private static ObjectNode core() {
        ObjectNode fields = NODES.objectNode();
        fields.putArray("versions");
        fields.putArray("serverAddressByClientCIDRs");
        return of("APIVersions", null, fields);
    }

    private static ObjectNode groups() {
        ObjectNode fields = NODES.objectNode();
        fields.putArray("groups").add(group());
        return of("APIGroupList", "v1", fields);
    }

    private static ObjectNode group() {
        ObjectNode version =
                NODES.objectNode().put("groupVersion", Group.VERSION).put("version", "v1");
        ObjectNode group = NODES.objectNode().put("name", Group.NAME);
        group.putArray("versions").add(version);
        group.set("preferredVersion", version);
        return group;
    }

    private static ObjectNode resources() {
        ObjectNode fields = NODES.objectNode().put("groupVersion", Group.VERSION);
        ArrayNode all = fields.putArray("resources");
        ObjectNode resource = resource(Group.RESOURCE, "certificatesigningrequest", Group.VERBS);
        resource.putArray("shortNames").add("csr");
        all.add(resource);
        all.add(resource(Group.RESOURCE + "/approval", "", Group.SUBRESOURCE_VERBS));
        all.add(resource(Group.RESOURCE + "/status", "", Group.SUBRESOURCE_VERBS));
        return of("APIResourceList", "v1", fields);
    }

    private static ObjectNode resource(String name, String singular, List<String> verbs) {
        ObjectNode resource = NODES.objectNode()
                .put("name", name)
                .put("singularName", singular)
                .put("namespaced", false)
                .put("kind", Group.KIND);
        ArrayNode list = resource.putArray("verbs");
        verbs.forEach(list::add);
        return resource;
    }

    private static ObjectNode schemas() {
        ObjectNode schemas = NODES.objectNode();
        schemas.putObject("paths").putObject("apis/" + Group.VERSION).put("serverRelativeURL", SCHEMA);
        return schemas;
    }

    private static Buffer load() {
        try (InputStream stream = Discovery.class.getResourceAsStream("/kubernetes.json")) {
            if (stream == null) {
                throw new IllegalStateException("kubernetes.json is not in the jar");
            }
            return Buffer.buffer(stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
