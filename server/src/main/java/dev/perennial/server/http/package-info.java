/**
 * How HTTP is spoken, whatever is said: listeners, limits, credentials' outer form, conditions, problems, logs. Rule:
 * nothing here knows the domain; the doors use this room and this room uses none.
 */
@NullMarked
package dev.perennial.server.http;

import org.jspecify.annotations.NullMarked;
