/**
 * Callers whom others know: bearer tokens that are JWTs of the issuers in the configuration (OpenID Connect Discovery,
 * RFC 7519, RFC 8725). The entry is {@link dev.perennial.server.oidc.Issuers}. What a token may do comes from the
 * configuration's rules over its claims, never from the token itself; nothing in a token says with which key, or from
 * where, it is to be verified.
 */
@NullMarked
package dev.perennial.server.oidc;

import org.jspecify.annotations.NullMarked;
