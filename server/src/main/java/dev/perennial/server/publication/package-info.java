/** What anybody may fetch without a credential, by plain HTTP too: CA certificates. */
@NullMarked
package dev.perennial.server.publication;

import org.jspecify.annotations.NullMarked;
