/**
 * The one way out: every HTTP call that this server makes passes the guard of {@link
 * dev.perennial.server.egress.Egress}, which looks at the address before it connects, at each redirect again.
 */
@NullMarked
package dev.perennial.server.egress;

import org.jspecify.annotations.NullMarked;
