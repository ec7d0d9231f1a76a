/** PEM, chains and keys by the JDK's own classes: pure, no I/O, no clock. Bouncy Castle stays in {@code key}. */
@NullMarked
package dev.perennial.agent.x509;

import org.jspecify.annotations.NullMarked;
