/**
 * What relying parties are told of revocations: CRLs, made again and again, and answers to OCSP. The entry is {@link
 * dev.perennial.server.revocation.Revocations}. Both are read from the rows of certificates; nothing is revoked here.
 */
@NullMarked
package dev.perennial.server.revocation;

import org.jspecify.annotations.NullMarked;
