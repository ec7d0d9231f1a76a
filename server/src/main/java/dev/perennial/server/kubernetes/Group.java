package dev.perennial.server.kubernetes;

import java.util.List;

/** How the one resource of this door is called, wherever that is said. */
final class Group {
    static final String NAME = "certificates.k8s.io";
    static final String VERSION = NAME + "/v1";
    static final String KIND = "CertificateSigningRequest";
    static final String RESOURCE = "certificatesigningrequests";
    static final String PATH = "/apis/" + VERSION + "/" + RESOURCE;

    /** What may be done with the resource here. */
    static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    /** What may be done with its subresources {@code approval} and {@code status}. */
    static final List<String> SUBRESOURCE_VERBS = List.of("get", "patch", "update");

    /** One object, in the words of a refusal. */
    static String named(String name) {
        return RESOURCE + "." + NAME + " \"" + name + "\"";
    }

    private Group() {}
}
