package dev.perennial.server.audit;

/**
 * Who brings a change about, from where, and in which HTTP request.
 *
 * @param actor {@code administrator}, {@code agent:ID}, or {@code server} itself
 * @param source the peer's address, or {@code clock}
 * @param httpRequest the id that the answer and the log lines carry; empty for the server's own acts
 */
public record Cause(String actor, String source, String httpRequest) {

    /** The server itself, when its clock strikes. */
    public static Cause clock() {
        return new Cause("server", "clock", "");
    }
}
