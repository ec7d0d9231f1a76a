package dev.perennial.agent.people;

/** Where the API has what several commands speak of. */
final class Paths {
    static final String REQUESTS = "/v1/certificate_signing_requests";
    static final String CERTIFICATES = "/v1/certificates";
    static final String AGENTS = "/v1/agent_connectors";

    private Paths() {}
}
