/** The process that stays: its loop over all certificates, its socket and its status. */
@NullMarked
package dev.perennial.agent.daemon;

import org.jspecify.annotations.NullMarked;
