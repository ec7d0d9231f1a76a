/** The agents: who they are, when they were heard of, whether they are still in service. Entry: {@link Fleet}. */
@NullMarked
package dev.perennial.server.fleet;

import org.jspecify.annotations.NullMarked;
