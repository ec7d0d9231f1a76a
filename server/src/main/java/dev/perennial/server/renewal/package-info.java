/** The clock that renews what is due, on every server at once. */
@NullMarked
package dev.perennial.server.renewal;

import org.jspecify.annotations.NullMarked;
