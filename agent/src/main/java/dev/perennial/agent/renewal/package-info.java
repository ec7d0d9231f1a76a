/** The life of one certificate on this host: what is to be done now, and when to look again. */
@NullMarked
package dev.perennial.agent.renewal;

import org.jspecify.annotations.NullMarked;
