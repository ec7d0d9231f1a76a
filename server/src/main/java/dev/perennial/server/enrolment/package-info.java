/**
 * How agents come in, by a token that is spent, stay known, by an identity that they renew, and come back, by a bound key,
 * when it has expired. Entry: {@link Enrolments}.
 */
@NullMarked
package dev.perennial.server.enrolment;

import org.jspecify.annotations.NullMarked;
