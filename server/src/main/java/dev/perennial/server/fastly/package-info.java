/**
 * The door of Fastly's clients: {@code /tls/certificate_signing_requests} and the private keys beside it, in JSON:API.
 * Maps words, shapes and codes (docs/dialects/fastly.md); every rule is the core's.
 */
@NullMarked
package dev.perennial.server.fastly;

import org.jspecify.annotations.NullMarked;
