/** What survives a crash: durable files, the lock, and the points at which tests crash. Knows nothing of certificates. */
@NullMarked
package dev.perennial.agent.state;

import org.jspecify.annotations.NullMarked;
