/** How agents come in, by a token that is spent, and stay known, by an identity that they renew. Entry: {@link Enrolments}. */
@NullMarked
package dev.perennial.server.enrolment;

import org.jspecify.annotations.NullMarked;
