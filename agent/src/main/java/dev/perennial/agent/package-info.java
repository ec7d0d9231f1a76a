/** The agent on a host: command line, configuration and the wiring of its rooms. */
@NullMarked
package dev.perennial.agent;

import org.jspecify.annotations.NullMarked;
