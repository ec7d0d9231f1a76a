/**
 * Who asks: callers, their grants, and the credentials that they are known by. The entry is {@link
 * dev.perennial.server.identity.Callers}.
 */
@NullMarked
package dev.perennial.server.identity;

import org.jspecify.annotations.NullMarked;
