/** How anything in the server fails: one exception over the one closed vocabulary. Pure; every room may use it. */
@NullMarked
package dev.perennial.server.problem;

import org.jspecify.annotations.NullMarked;
