/**
 * Private keys that the server keeps, and the PKCS#10 that it makes with them for whoever has no place of his own for a
 * key. A key leaves this room sealed only; whether a certificate comes of it the room of the requests decides, as of any
 * other.
 */
@NullMarked
package dev.perennial.server.keys;

import org.jspecify.annotations.NullMarked;
