/**
 * The life of one request: submitted, decided, issued, renewed, replaced, withdrawn; and the certificates that come of
 * it. Every door and clock enters by {@link dev.perennial.server.csr.SigningRequests} and {@link
 * dev.perennial.server.csr.Certificates}.
 */
@NullMarked
package dev.perennial.server.csr;

import org.jspecify.annotations.NullMarked;
