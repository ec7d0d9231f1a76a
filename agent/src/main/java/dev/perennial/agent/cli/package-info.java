/** The command line. Each command says its exit code: 0 well, 1 failed, 2 configuration, 75 locked, 77 retired. */
@NullMarked
package dev.perennial.agent.cli;

import org.jspecify.annotations.NullMarked;
