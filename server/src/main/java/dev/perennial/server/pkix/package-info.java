/**
 * X.509 as bytes and values: reading PKCS#10, planning, encoding, linting and reading back certificates. Pure: no
 * clock, no I/O, no threads; what is read is strict DER within limits, and a value exists only if it is sound.
 */
@NullMarked
package dev.perennial.server.pkix;

import org.jspecify.annotations.NullMarked;
