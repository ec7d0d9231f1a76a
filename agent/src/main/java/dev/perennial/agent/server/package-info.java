/** The server's API over java.net.http: one call a method, every failure one {@code ServerException}. */
@NullMarked
package dev.perennial.agent.server;

import org.jspecify.annotations.NullMarked;
