/** The published directory: generations, the one link that is flipped, their manifest, preflight and hooks. */
@NullMarked
package dev.perennial.agent.install;

import org.jspecify.annotations.NullMarked;
