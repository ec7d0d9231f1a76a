package dev.perennial.server.kubernetes;

/** Which part of an object a path is about: it decides what a write there can change. */
enum Subresource {
    /** The object itself: its labels, annotations and finalizers. */
    MAIN,
    /** {@code …/approval}: what people and approvers say of it. */
    APPROVAL,
    /** {@code …/status}: what its signer says of it. */
    STATUS
}
