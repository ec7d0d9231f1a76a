/**
 * Signs: authorities with their sealed keys, signers with their terms, and the making of one certificate. The entries
 * are {@link dev.perennial.server.ca.Authorities} and {@link dev.perennial.server.ca.Signers}.
 */
@NullMarked
package dev.perennial.server.ca;

import org.jspecify.annotations.NullMarked;
