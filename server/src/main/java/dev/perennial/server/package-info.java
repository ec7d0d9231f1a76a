/** The server's entrance: command line, settings, and the one place where the rooms are wired together. */
@NullMarked
package dev.perennial.server;

import org.jspecify.annotations.NullMarked;
