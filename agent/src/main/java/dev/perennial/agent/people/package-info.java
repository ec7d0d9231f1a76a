/**
 * The command line for people: logging in, and all that an administrator asks of a server. What comes from the server is
 * shown and never obeyed: every text of it passes {@link Visible} on its way to a terminal.
 */
@NullMarked
package dev.perennial.agent.people;

import org.jspecify.annotations.NullMarked;
